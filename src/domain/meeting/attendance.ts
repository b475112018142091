/** Who was at the table while a family was talked about: from the times at which each was signed in. */

/** From when to when somebody was signed in, epoch milliseconds; null while they still are. */
export type Span = readonly [from: number, until: number | null];
/** From when to when; `until` is null while it lasts. */
export interface Talk {
  from: number;
  until: number | null;
}

/** A line that breaks and comes back, or somebody who is a moment late, has missed nothing. */
const shortMs = 5 * 60_000;

/** Somebody comes, on one device or another. */
export const arrives = (spans: readonly Span[], now: number): Span[] => {
  const last = spans.at(-1);
  if (!last) return [[now, null]];
  if (last[1] === null) return [...spans];
  return now - last[1] < shortMs ? [...spans.slice(0, -1), [last[0], null]] : [...spans, [now, null]];
};

/** Their last window has gone. */
export const leaves = (spans: readonly Span[], now: number): Span[] => {
  const last = spans.at(-1);
  return last?.[1] === null ? [...spans.slice(0, -1), [last[0], now]] : [...spans];
};

/** When the unit had a family in focus, from its first moment to its last; null where it never had. `acts` are in their order. */
export function talkOf(
  acts: readonly { at: number; act: { does: string; item?: string | null } }[],
  items: ReadonlySet<string>,
): Talk | null {
  const moves = acts.filter(({ act }) => act.does === 'focus' && act.item !== undefined);
  const isOurs = ({ act }: (typeof acts)[number]) => typeof act.item === 'string' && items.has(act.item);
  const first = moves.find(isOurs);
  if (!first) return null;
  return { from: first.at, until: moves[moves.findLastIndex(isOurs) + 1]?.at ?? null };
}

/** Whether somebody was there in that time; `from` and `until` are said where they came late or left early. */
export function presenceIn(
  spans: readonly Span[],
  talk: Talk,
): { from: number | null; until: number | null } | null {
  const end = talk.until ?? Infinity;
  const there = spans.filter(([from, until]) => from < end && (until ?? Infinity) > talk.from);
  const [first, last] = [there[0], there.at(-1)];
  if (!first || !last) return null;
  const until = last[1] ?? Infinity;
  return {
    from: first[0] - talk.from >= shortMs ? first[0] : null,
    // While it lasts whoever has gone may come back.
    until: talk.until !== null && end - until >= shortMs ? until : null,
  };
}
