import type * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { isId } from '#domain/board/cards.ts';
import { readDocumentName } from '#domain/wire.ts';
import type { Room } from './room.ts';

/** A card says when it was written by its page's clock; from this much on it is told too when it came in, milliseconds. */
const tellMs = 2 * 60_000;

/**
 * T4: Notes on a board's cards when they came in, where that is not when they say that they were written: a page without
 * a line wrote them, or one whose clock is wrong. The log's row is the truth; this is its time, where every page reads it.
 */
export function noteArrivals(room: Room, ask: { now: () => number; failed: (error: unknown) => void }): void {
  const name = readDocumentName(room.name);
  if (name?.of !== 'family' || name.sealedFor !== null) return;
  const cards = cardsOf(room.doc);
  const late = new Map<string, number>();
  const note = () => {
    const arrived = [...late];
    late.clear();
    if (arrived.length === 0 || room.isDropped || room.damage !== null) return;
    room
      .act(() => {
        for (const [card, at] of arrived) cards.get(card)?.set('arrivedAt', at);
        return null;
      }, null)
      .catch(ask.failed);
  };
  cards.observe((event) => {
    // What the server brings in itself says its own time.
    if (event.transaction.local) return;
    const now = ask.now();
    for (const [id, change] of event.changes.keys) {
      const card = change.action === 'add' ? cards.get(id) : undefined;
      const [at, by] = [card?.get('at'), card?.get('by')];
      if (isId(by) && typeof at === 'number' && Math.abs(now - at) > tellMs) late.set(id, now);
    }
    // The change that is being taken in comes first.
    if (late.size > 0) setImmediate(note);
  });
}

/** Whether a change is no more than such a note. */
export const isArrivalNote = (event: Y.YEvent<Y.AbstractType<unknown>>): boolean =>
  event.path.length > 0 && event.changes.keys.size === 1 && event.changes.keys.has('arrivedAt');
