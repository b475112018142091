/** Dates that count, and what became of them. */
import { daysBetween, londonDate } from './time/civil.ts';
import type { TaskView } from './views.ts';

/** One thing that was said of a date; `on` is the day that it had then. */
export interface DateStep {
  does: DateAct['does'];
  on: string;
  why: string;
  by: string;
  /** Epoch milliseconds. */
  at: number;
}

/** What may be said of a date. */
export type DateAct =
  | { does: 'held' }
  | { does: 'missed'; why: string }
  | { does: 'let-go'; why: string }
  | { does: 'move'; on: string; why: string }
  | { does: 'open-again' };

/** A date that counts. */
export interface DateView {
  id: string;
  family: string;
  child: string | null;
  kind: string;
  on: string;
  what: string;
  /** How its day was come to, in words, where it was worked out here. */
  basis?: string;
  /** It was brought in with its day, and not written down here. */
  isGiven?: boolean;
  /** When it was written down with this day, epoch milliseconds. What a device kept of before says neither this nor the next three. */
  madeAt?: number;
  state?: 'open' | 'held' | 'missed' | 'let-go';
  /** Oldest first. */
  story?: DateStep[];
  revision?: number;
}

/** Nobody has said yet what became of it. */
export const isDateOpen = ({ state = 'open' }: Pick<DateView, 'state'>): boolean => state === 'open';

/**
 * T3: Its day has passed and nobody has said what became of it. What was past when it was written down is history, but for
 * a day that was worked out here: that is the last day on which something must be done.
 */
export const isDatePassed = (
  date: Pick<DateView, 'on' | 'state' | 'madeAt' | 'basis'>,
  today: string,
): boolean =>
  isDateOpen(date) && date.on < today && (Boolean(date.basis) || londonDate(date.madeAt ?? 0) <= date.on);

/** T3: Its day has passed and it is not done, carried on or let go. */
export const isTaskPassed = (task: Pick<TaskView, 'due' | 'state'>, today: string): boolean =>
  task.state === 'open' && task.due !== null && task.due < today;

/**
 * What stands of a date's story: what was taken back was not said; of each such step also by which it was. A day that the
 * council's record moved takes nothing back.
 */
export function standsOf(story: readonly DateStep[]): {
  stands: DateStep[];
  takenBack: { said: DateStep; by: DateStep }[];
} {
  const stands: DateStep[] = [];
  const takenBack: { said: DateStep; by: DateStep }[] = [];
  for (const step of story) {
    if (step.does !== 'open-again') {
      stands.push(step);
      continue;
    }
    const at = stands.findLastIndex((one) => one.does !== 'move');
    if (at >= 0) takenBack.push({ said: stands.splice(at, 1)[0]!, by: step });
  }
  return { stands, takenBack };
}

/** What somebody said became of a date; null while it is open. */
export const endOfStory = (date: Pick<DateView, 'state' | 'story'>): DateStep | null =>
  isDateOpen(date)
    ? null
    : (standsOf(date.story ?? []).stands.findLast((one) => one.does !== 'move') ?? null);

/** For how many days what became of a date stands where it was asked. */
const shownDays = 28;

/** What somebody said became of a date, while it is still to be seen: with why, and so that it can be taken back. */
export function endOf(date: Pick<DateView, 'state' | 'story'>, today: string): DateStep | null {
  const last = endOfStory(date);
  return last && daysBetween(londonDate(last.at), today) <= shownDays ? last : null;
}
