/** Who was at the table while a family was talked about: from the times at which each was signed in. */

/** From when to when somebody was signed in, epoch milliseconds; null while they still are. */
export type Span = readonly [from: number, until: number | null];

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
  // A sign of life from before they came says no more than that they came.
  return last?.[1] === null ? [...spans.slice(0, -1), [last[0], Math.max(last[0], now)]] : [...spans];
};

/** When the unit had a family in focus, as often as it had. `acts` are in their order; `end` is now, or when the meeting closed. */
export function talkedIn(
  acts: readonly { at: number; act: { does: string; item?: string | null } }[],
  ask: { items: ReadonlySet<string>; end: number },
): (readonly [from: number, until: number])[] {
  const moves = acts.filter(({ act }) => act.does === 'focus' && act.item !== undefined);
  return moves.flatMap(({ at, act }, index) =>
    typeof act.item === 'string' && ask.items.has(act.item)
      ? [[at, moves[index + 1]?.at ?? ask.end] as const]
      : [],
  );
}

/**
 * When somebody was there while a family was talked about; nothing where they never were. `from` and `until` are said where
 * they came late, left early, or missed a part.
 */
export function presenceIn(
  spans: readonly Span[],
  talked: readonly (readonly [from: number, until: number])[],
): { from: number | null; until: number | null }[] {
  const there = talked.flatMap(([from, until]) =>
    spans
      .map(([came, left]) => [Math.max(came, from), Math.min(left ?? Infinity, until)] as const)
      .filter(([came, left]) => came < left),
  );
  /** How long the family was talked about between two moments. */
  const missed = (from: number, until: number) =>
    talked.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, until) - Math.max(a, from)), 0);
  const parts: [number, number][] = [];
  for (const [came, left] of there) {
    const last = parts.at(-1);
    if (last && missed(last[1], came) < shortMs) last[1] = left;
    else parts.push([came, left]);
  }
  const [begin, end] = [talked[0]?.[0] ?? 0, talked.at(-1)?.[1] ?? 0];
  return parts.map(([came, left], index) => ({
    from: index > 0 || missed(begin, came) >= shortMs ? came : null,
    until: index < parts.length - 1 || missed(left, end) >= shortMs ? left : null,
  }));
}
