import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import type { ChildView, FamilyPage } from '#domain/views.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Reader, Trx } from '../storage.ts';
import type { Tables } from '../tables.ts';

/** Whoever changes something of a family waits here for who does so already. */
export async function lockFamily(trx: Trx, family: string): Promise<void> {
  await trx
    .updateTable('families')
    .set((eb) => ({ revision: eb.ref('revision') }))
    .where('id', '=', family)
    .execute();
}

/** Whoever changes something of many families of a unit waits for all who do so already, and they for it. */
export async function lockFamiliesOf(trx: Trx, unit: string): Promise<void> {
  await trx
    .updateTable('families')
    .set((eb) => ({ revision: eb.ref('revision') }))
    .where('unit_id', '=', unit)
    .execute();
}

/** A family as it stands at the head of its page. */
export async function readFamilyHead(
  reader: Reader,
  family: string,
): Promise<Omit<FamilyPage['family'], 'allowed'>> {
  const row = await reader
    .selectFrom('families')
    .select(['id', 'name', 'since', 'restricted'])
    .where('id', '=', family)
    .executeTakeFirstOrThrow();
  return { id: row.id, name: row.name, since: row.since, restricted: Number(row.restricted) === 1 };
}

/** Writes a family down; a restricted one is found by whoever wrote it. */
export async function addFamily(
  trx: Trx,
  ask: {
    id: string;
    unit: string;
    name: string;
    since: string | null;
    restricted: boolean;
    by: string;
    at: number;
  },
): Promise<void> {
  await trx
    .insertInto('families')
    .values({
      id: ask.id,
      unit_id: ask.unit,
      ref: null,
      name: ask.name,
      since: ask.since,
      restricted: ask.restricted ? 1 : 0,
      closed_at: null,
      revision: 0,
      created_at: ask.at,
    })
    .execute();
  if (ask.restricted) await allow(trx, ask.id, ask.by);
}

/** Mends a family; what is not named stays. `allowed` are those who may find it, in place of who might before. */
export async function mendFamily(
  trx: Trx,
  ask: {
    family: string;
    name?: string;
    since?: string | null;
    restricted?: boolean;
    allow?: readonly string[] | undefined;
    disallow?: string | undefined;
    closed?: boolean;
    by: string;
    at: number;
  },
): Promise<void> {
  await trx
    .updateTable('families')
    .set((eb) => ({
      revision: eb('revision', '+', 1),
      ...(ask.name && { name: ask.name }),
      ...(ask.since !== undefined && { since: ask.since }),
      ...(ask.restricted !== undefined && { restricted: ask.restricted ? 1 : 0 }),
      ...(ask.closed && { closed_at: ask.at }),
    }))
    .where('id', '=', ask.family)
    .execute();
  if (ask.disallow)
    await trx
      .deleteFrom('family_access')
      .where('family_id', '=', ask.family)
      .where('member_id', '=', ask.disallow)
      .execute();
  for (const member of ask.allow ?? []) await allow(trx, ask.family, member);
  // Restricted without anybody named it would be nobody's: whoever says so is the first who may find it.
  if (ask.allow || ask.disallow || ask.restricted) await allow(trx, ask.family, ask.by);
}

async function allow(trx: Trx, family: string, member: string): Promise<void> {
  await trx
    .insertInto('family_access')
    .values({ family_id: family, member_id: member })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What is known of a child as a row has it. */
type ChildFacts = Pick<
  Tables['children'],
  'given' | 'surname' | 'born' | 'due' | 'gender' | 'status' | 'status_since'
>;

/** Writes a child down; the child stands on the family's map at once. */
export async function addChild(
  trx: Trx,
  ask: { id: string; family: string; facts: ChildFacts; by: string; at: number },
): Promise<void> {
  const { given, gender, born, due } = ask.facts;
  await trx
    .insertInto('children')
    .values({
      id: ask.id,
      family_id: ask.family,
      ref: null,
      removed_at: null,
      added_at: ask.at,
      ...ask.facts,
    })
    .execute();
  await layOnMap(trx, {
    ...ask,
    child: ask.id,
    before: null,
    fields: { name: given, gender, born, due, isChild: true },
  });
}

/** Mends what is known of a child, moves them to another family, takes them out of it or gives them back; the map follows. */
export async function mendChild(
  trx: Trx,
  ask: {
    child: string;
    /** The family in which the right was judged: who is elsewhere by now is not mended from there. */
    family: string;
    facts: Partial<ChildFacts>;
    /** The family that they come to, where they move. */
    to: string | undefined;
    removed: boolean | undefined;
    by: string;
    at: number;
  },
): Promise<void> {
  const row = await trx
    .selectFrom('children')
    .selectAll()
    .where('id', '=', ask.child)
    .executeTakeFirstOrThrow();
  if (row.family_id !== ask.family) throw new Refusal('changed');
  const now = { ...row, ...ask.facts };
  const family = ask.to ?? row.family_id;
  await trx
    .updateTable('children')
    .set({
      ...ask.facts,
      family_id: family,
      ...(ask.removed !== undefined && { removed_at: ask.removed ? ask.at : null }),
    })
    .where('id', '=', ask.child)
    .execute();
  if (ask.to) await moveWhatIsTheirs(trx, { child: ask.child, from: row.family_id, to: ask.to });
  const onMap = ({ given, gender, born, due }: ChildFacts) => ({
    name: given,
    gender,
    born,
    due,
    isChild: true,
  });
  const laid = { by: ask.by, at: ask.at, child: ask.child };
  if (ask.removed || ask.to)
    await layOnMap(trx, { ...laid, family: row.family_id, before: {}, fields: {}, gone: true });
  if (!ask.removed)
    await layOnMap(trx, {
      ...laid,
      family,
      before: onMap(row),
      fields: onMap(now),
      // Who comes back to a board stands on its map again.
      ...((ask.to || ask.removed === false) && { gone: false }),
    });
}

/**
 * F31: What is a child's own goes with them: their dates, what was given out for them alone, and what is found of their
 * file. What was given out for others too stays with those, and is told in this child's file as well.
 */
async function moveWhatIsTheirs(trx: Trx, ask: { child: string; from: string; to: string }): Promise<void> {
  const set = { family_id: ask.to };
  await trx
    .updateTable('dates')
    .set(set)
    .where('family_id', '=', ask.from)
    .where('child_id', '=', ask.child)
    .execute();
  const theirs = await trx
    .selectFrom('tasks')
    .select((eb) => [
      'id',
      eb
        .exists(
          eb
            .selectFrom('tasks as there')
            .select('there.id')
            .where('there.family_id', '=', ask.to)
            .whereRef('there.card', '=', 'tasks.card'),
        )
        .as('isThere'),
    ])
    .where('family_id', '=', ask.from)
    .where('children', '=', JSON.stringify([ask.child]))
    // What was given out while it was risk now belongs to that alarm, on the board where it stands.
    .where('origin', 'not like', 'risk:%')
    .execute();
  for (const { id, isThere } of theirs)
    await trx
      .updateTable('tasks')
      // A card gives out one task in a family: where it has another there by now, this one goes on without it.
      .set({ ...set, ...(isThere && { card: null }) })
      .where('id', '=', id)
      .execute();
  await trx
    .updateTable('findable')
    .set(set)
    .where('family_id', '=', ask.from)
    .where((eb) =>
      eb.or([eb('ref', 'like', `${ask.child}/%`), eb('ref', 'in', ['', ...theirs.map(({ id }) => id)])]),
    )
    .execute();
}

/** Lays what the record knows of a child beside the board, to be taken in by whoever holds its room. */
async function layOnMap(
  trx: Trx,
  ask: {
    family: string;
    child: string;
    before: object | null;
    fields: object;
    gone?: boolean;
    by: string;
    at: number;
  },
): Promise<void> {
  const { child: card, before, fields, gone } = ask;
  await trx
    .insertInto('intake')
    .values({
      id: randomUUID(),
      doc: familyDocument(ask.family),
      by: ask.by,
      facts: JSON.stringify([{ card, kind: 'person', fields, before, ...(gone !== undefined && { gone }) }]),
      at: ask.at,
    })
    .execute();
}

/** Gives families that were closed their place back, or closes them; `ref` is free again where they go for good. */
export async function setClosed(
  trx: Trx,
  ask: { families: readonly string[]; at: number | null; isRefFree?: boolean },
): Promise<void> {
  await trx
    .updateTable('families')
    .set({ closed_at: ask.at, ...(ask.isRefFree && { ref: null }) })
    .where('id', 'in', ask.families)
    .execute();
}

/** These are children of the family, and all of them. */
export function mustBeOf(children: readonly ChildView[], named: readonly string[]): void {
  if (named.some((one) => !children.some((child) => child.id === one))) throw new Refusal('not-found');
}
