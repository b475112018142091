import { dayMonth, londonDate, londonTime } from './civil.ts';

/** T4: That a card was written without a line, and since when it is here; null where it came in as it was written. */
export function arrivalInWords(
  card: { at: number; arrivedAt?: number | null },
  today: string,
): string | null {
  const { at, arrivedAt } = card;
  // A clock that was ahead says nothing of when it was written.
  if (!arrivedAt || at >= arrivedAt) return null;
  const [written, here] = [londonDate(at), londonDate(arrivedAt)];
  const about = `about ${londonTime(at)}`;
  return written === here
    ? `written without a line at ${about}, here since ${londonTime(arrivedAt)}`
    : `written without a line on ${dayMonth(written, today)} at ${about}, here since ${dayMonth(here, today)}, ${londonTime(arrivedAt)}`;
}
