import { addDays, daysBetween, londonDate } from '#domain/time/civil.ts';

/**
 * D20: The time by the wall clock, and never slower than a clock that nobody can set: where the wall clock is set back, what
 * ends after a while still ends. Epoch milliseconds.
 */
export function steadyClock({
  wall,
  monotonic,
}: {
  wall: () => number;
  monotonic: () => number;
}): () => number {
  const from = wall() - monotonic();
  return () => Math.max(wall(), Math.round(from + monotonic()));
}

const [hourMs, dayMs] = [3_600_000, 86_400_000];

/**
 * The time that is written down: on boards, in files, in the log and on the page. Where a day is named it is moved to that day by
 * whole days, so that tests play several weeks; sessions, limits, leases and codes go by `now`. Epoch milliseconds.
 */
export function recordClock(now: () => number, named: string | null): () => number {
  if (named === null) return now;
  const shift = daysBetween(londonDate(now()), named) * dayMs;
  // Between summer and winter the same hour may belong to the day beside it.
  const on = londonDate(now() + shift);
  const hour = on < named ? hourMs : on === addDays(named, 1) ? -hourMs : 0;
  return () => now() + shift + hour;
}
