import { cardsOf, readCard } from '#domain/board/board.ts';
import { standingHarms } from '#domain/board/harm.ts';
import { readDocumentName } from '#domain/wire.ts';
import type { Room } from './room.ts';

/**
 * M9: Tells, as soon as it is on disk, that a harm line does not stand any more on a family's board: it was taken away with
 * why, put in the bin by its author, or called something else. Several that go together are told once.
 */
export function tellHarmEnds(
  room: Room,
  ask: { tell: (family: string) => Promise<void>; failed: (error: unknown) => void },
): void {
  const name = readDocumentName(room.name);
  if (name?.of !== 'family' || name.sealedFor !== null) return;
  const cards = cardsOf(room.doc);
  const isOfHarm = (id: string) => ['tie', 'harmEnd'].includes(String(cards.get(id)?.get('kind')));
  const standing = () =>
    standingHarms([...cards].flatMap(([id, card]) => (isOfHarm(id) ? [readCard(id, card)] : [])));
  let before = standing();
  let isWaiting = false;
  const look = () => {
    isWaiting = false;
    const now = standing();
    const isGone = [...before].some((tie) => !now.has(tie));
    before = now;
    if (isGone)
      void room
        .settled()
        .then(() => ask.tell(name.id))
        .catch(ask.failed);
  };
  cards.observeDeep((events) => {
    const touched = events.flatMap((event) =>
      event.path.length > 0 ? [String(event.path[0])] : [...event.changes.keys.keys()],
    );
    if (isWaiting || !touched.some(isOfHarm)) return;
    isWaiting = true;
    // The change that is being taken in comes first.
    setImmediate(look);
  });
}
