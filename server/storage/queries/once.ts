import { createHash, randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import type { Trx } from '../storage.ts';

/** For so long a form that is sent again is known: longer than any page waits for an answer. */
const keptMs = 30 * 24 * 3_600_000;

/** A form that somebody sent, by its id, and all that it says. */
export interface Form {
  once: string | undefined;
  member: string;
  now: number;
  says: unknown;
}

/**
 * D26: Makes what a form makes, once, in the caller's transaction: `make` is called with the id of what is new. The same
 * form again answers with what it made before, and is refused where it says something else by now. Without an id of a form
 * everything is new.
 */
export async function makeOnce(
  trx: Trx,
  { once, member, now, says }: Form,
  make: (id: string) => Promise<void>,
): Promise<string> {
  const id = randomUUID();
  const digest = createHash('sha256').update(JSON.stringify(says)).digest('hex');
  if (once === undefined) {
    await make(id);
    return id;
  }
  await trx
    .deleteFrom('once')
    .where('at', '<', now - keptMs)
    .execute();
  // Whoever presses twice at one moment waits here for the first.
  const first = await trx
    .insertInto('once')
    .values({ id: once, member_id: member, made: id, digest, at: now })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (first) {
    await make(id);
    return id;
  }
  const before = await trx
    .selectFrom('once')
    .select(['made', 'member_id', 'digest'])
    .where('id', '=', once)
    .executeTakeFirstOrThrow();
  if (before.member_id !== member || before.digest !== digest) throw new Refusal('already-done');
  return before.made;
}
