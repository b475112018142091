import { randomUUID } from 'node:crypto';
import type * as Y from 'yjs';
import { cardsOf, inOrder, readBoard } from '#domain/board/board.ts';
import { Refusal } from '#domain/errors.ts';
import type { IntakeFact } from '#domain/board/intake.ts';
import { familyDocument, sealedDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import type { Storage } from '../storage/storage.ts';
import type { Rooms } from './rooms.ts';

interface TurnAsk {
  family: string;
  /** The card on the board that says that the unit writes in silence. */
  silence: string;
  /** Who pressed it. */
  by: string;
  /** The members of the unit now; what somebody who has left wrote in silence stays theirs. */
  members: readonly string[];
  now: number;
}

/**
 * S16: Turns over what the unit wrote in silence: each slip is marked in its sealed document and laid beside the board in
 * one transaction, under its author's name, then the board takes all of them in. Pressed twice it turns over once, and
 * after a crash nothing is lost or doubled. Resolves with how many slips were turned over.
 */
export async function turnOver(
  tools: { rooms: Rooms; storage: Storage; bus: Bus },
  ask: TurnAsk,
): Promise<number> {
  const { rooms, storage } = tools;
  const board = familyDocument(ask.family);
  const card = readBoard((await rooms.enter(board)).doc).get(ask.silence);
  if (card?.kind !== 'silence' || card.gone) throw new Refusal('not-found');
  if (card.turnedBy !== null) return 0;
  const names = new Map(ask.members.map((member) => [sealedDocument(ask.family, member), member]));
  const written = await storage.db
    .selectFrom('documents')
    .select('name')
    .where('name', 'in', [...names.keys()])
    .execute();
  let turned = 0;
  for (const { name } of written) {
    const room = await rooms.enter(name);
    await room.act((doc) => {
      const slips = turnSlips(doc);
      turned += slips.length;
      const facts: IntakeFact[] = slips.map((slip) => ({
        card: slip.id,
        kind: 'thought',
        fields: { text: slip.text, state: 'pot', about: slip.about },
        before: null,
        by: names.get(name)!,
      }));
      return facts.length > 0
        ? { id: randomUUID(), doc: board, by: ask.by, at: ask.now, facts: JSON.stringify(facts) }
        : null;
    }, null);
    rooms.left(room);
  }
  const over: IntakeFact = { card: ask.silence, kind: 'silence', fields: { turnedBy: ask.by }, before: null };
  await storage.write((trx) =>
    trx
      .insertInto('intake')
      // After the slips: whoever sees that the silence is over sees what was written in it.
      .values({ id: randomUUID(), doc: board, by: ask.by, at: ask.now + 1, facts: JSON.stringify([over]) })
      .execute(),
  );
  await tools.bus.publish({ about: 'intake', doc: board });
  return turned;
}

/** Marks every slip that has words and was not turned over; returns them as they read now. */
function turnSlips(doc: Y.Doc) {
  const slips = inOrder(readBoard(doc), 'thought').filter((slip) => !slip.turned && slip.text.trim() !== '');
  for (const slip of slips) cardsOf(doc).get(slip.id)!.set('turned', true);
  return slips;
}
