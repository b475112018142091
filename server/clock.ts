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
