import { setImmediate as nextTurn } from 'node:timers/promises';
import * as Y from 'yjs';
import { Refusal } from '#domain/errors.ts';
import { cardsOf, readBoard, saidIn, type Card } from '#domain/board/board.ts';
import type { BoardChange, BoardMemory } from '#domain/views.ts';
import { londonDate } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Storage } from '../storage/storage.ts';
import type { Room } from './room.ts';
import { isArrivalNote } from './arrivals.ts';
import { readHistory, type HistoryRow } from '../storage/queries/history.ts';

/** Rows, and bytes of them, that are applied before others get their turn: a long history is read while a meeting goes on. */
const rowsAtOnce = 200;
const bytesAtOnce = 256 * 1024;

/** L4: A family's board as it was at the end of a day, from the log, and what has changed since, by whom. */
export async function boardAsOf(
  storage: Storage,
  ask: { family: string; on: string; room: Room },
): Promise<BoardMemory> {
  await ask.room.settled();
  const { rows: history, damage } = await readHistory(storage.db, familyDocument(ask.family));
  // Words that were altered on the disk are never shown as what somebody said.
  if (damage !== null) throw new Refusal('damaged');
  const split = firstAfter(history, ask.on);
  const doc = new Y.Doc();
  await replay(doc, history.slice(0, split));
  const then = readBoard(doc);
  const hands = new Map<string, { by: string; at: number }>();
  let row: HistoryRow | null = null;
  cardsOf(doc).observeDeep((events) => {
    for (const event of events.filter((one) => !isArrivalNote(one)))
      for (const card of event.path.length > 0 ? [String(event.path[0])] : event.changes.keys.keys())
        if (row) hands.set(card, { by: row.member, at: row.at });
  });
  await replay(doc, history.slice(split), (next) => (row = next));
  const now = readBoard(doc);
  doc.destroy();
  return {
    on: ask.on,
    cards: [...then.values()].filter((card) => !card.gone),
    changes: [...hands].flatMap(([id, hand]) => changeOf(then.get(id), now.get(id)!, hand) ?? []),
  };
}

/** The place of the first row that was written after a civil day. */
function firstAfter(history: readonly HistoryRow[], on: string): number {
  let [low, high] = [0, history.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (londonDate(history[middle]!.at) <= on) low = middle + 1;
    else high = middle;
  }
  return low;
}

async function replay(
  doc: Y.Doc,
  rows: readonly HistoryRow[],
  tell?: (row: HistoryRow) => void,
): Promise<void> {
  let [some, bytes] = [0, 0];
  for (const row of rows) {
    tell?.(row);
    Y.applyUpdate(doc, row.bytes);
    [some, bytes] = [some + 1, bytes + row.bytes.length];
    if (some < rowsAtOnce && bytes < bytesAtOnce) continue;
    [some, bytes] = [0, 0];
    await nextTurn();
  }
}

/** How one card differs; null where it reads the same after all. */
function changeOf(was: Card | undefined, now: Card, hand: { by: string; at: number }): BoardChange | null {
  const text = (card: Card | undefined) => (card && 'text' in card ? card.text : '');
  const base = { card: now.id, kind: now.kind, text: text(now), ...hand };
  if (!was) return now.gone ? null : { ...base, what: 'new', was: null };
  if (now.gone !== was.gone) return { ...base, what: now.gone ? 'binned' : 'new', was: null };
  if (JSON.stringify(saidIn(was)) === JSON.stringify(saidIn(now))) return null;
  return { ...base, what: 'changed', was: text(was) === text(now) ? null : text(was) };
}
