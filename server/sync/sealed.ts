import { randomUUID } from 'node:crypto';
import type * as Y from 'yjs';
import { cardsOf, inOrder, readBoard, readCard } from '#domain/board/board.ts';
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
  const boardRoom = await rooms.enter(board);
  const map = cardsOf(boardRoom.doc).get(ask.silence);
  const card = map && readCard(ask.silence, map);
  rooms.left(boardRoom);
  // What is turned over would be marked here and never arrive there.
  if (boardRoom.damage !== null) throw new Refusal('damaged');
  if (card?.kind !== 'silence' || card.gone) throw new Refusal('not-found');
  if (card.turnedBy !== null) return 0;
  const names = new Map(ask.members.map((member) => [sealedDocument(board, member), member]));
  const written = await storage.db
    .selectFrom('documents')
    .select('name')
    .where('name', 'in', [...names.keys()])
    .execute();
  // All of them are open before the first slip is marked: one that cannot be opened keeps all of them face down.
  const open = await Promise.all(written.map(async ({ name }) => ({ name, room: await rooms.enter(name) })));
  let turned = 0;
  for (const { name, room } of open) {
    await room.act((doc) => {
      const facts = turnSlips(doc, { silence: ask.silence, by: names.get(name)! });
      turned += facts.length;
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

/** Marks every slip of this silence that has words and was not turned over; returns what each becomes on the board. */
function turnSlips(doc: Y.Doc, ask: { silence: string; by: string }): IntakeFact[] {
  return inOrder(readBoard(doc), 'thought')
    .filter((slip) => slip.silence === ask.silence && slip.turnedTo === null && slip.text.trim() !== '')
    .map((slip) => {
      // An id of the server's own: a page chose the slip's, and could have chosen that of somebody else's card.
      const card = randomUUID();
      cardsOf(doc).get(slip.id)!.set('turnedTo', card);
      return {
        card,
        kind: 'thought',
        fields: { text: slip.text, state: 'pot', about: slip.about },
        before: null,
        by: ask.by,
      };
    });
}
