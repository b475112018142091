import { cardsOf } from '#domain/board/board.ts';
import { readDocumentName } from '#domain/wire.ts';
import type { Room } from './room.ts';

/** M9: Tells, as soon as it is on disk, that somebody has taken a harm line away on a family's board. */
export function tellHarmEnds(
  room: Room,
  ask: { tell: (family: string) => Promise<void>; failed: (error: unknown) => void },
): void {
  const name = readDocumentName(room.name);
  if (name?.of !== 'family' || name.sealedFor !== null) return;
  const cards = cardsOf(room.doc);
  cards.observe((event) => {
    const isOne = [...event.changes.keys].some(
      ([id, { action }]) => action === 'add' && cards.get(id)?.get('kind') === 'harmEnd',
    );
    // It is on its way to the disk only when the change has been taken in.
    if (isOne)
      setImmediate(
        () =>
          void room
            .settled()
            .then(() => ask.tell(name.id))
            .catch(ask.failed),
      );
  });
}
