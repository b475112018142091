import { isDateOpen, isDatePassed, type DateView } from '../dates.ts';
import type { AgendaItem } from './meeting.ts';
import { daysBetween } from '../time/civil.ts';

/** What the running order is suggested from. */
export interface FamilyForAgenda {
  id: string;
  name: string;
  /** The day on which it was last risk now, if ever. */
  lastRisk: string | null;
  /** A safety plan or worry stands on its board, or a child has a protection plan or is missing. */
  hasSafetyConcern: boolean;
  /** The next conference, court or panel date, if any. */
  next: string | null;
  /** The last Wednesday on which it was talked about, if ever. */
  lastHeard: string | null;
  /** The same of the child of it who has waited longest. */
  longestSince: string | null;
  /** H28: A child of it was put off at the last meeting. */
  wasPutOff: boolean;
}

/** Words of a child's status in which a council says that the child is to be protected, or is not there. */
const SAFETY_STATUS = /protection|missing|section 47|s\.?47/i;
/** H1: Whether a child's status alone says that their safety is a concern. */
export const isSafetyStatus = (status: string): boolean => SAFETY_STATUS.test(status);

/** H1: Dates that are prepared for. */
const PREPARED = ['conference', 'court', 'panel'];
/** H1: The next date that is prepared for, or one that has passed and of which nobody has said what became of it. */
export const nextPrepared = (dates: readonly DateView[], on: string): string | null =>
  dates.find(
    (date) => PREPARED.includes(date.kind) && ((isDateOpen(date) && date.on >= on) || isDatePassed(date, on)),
  )?.on ?? null;

/** A conference or a court date within this many days is coming. */
const comingDays = 14;

/**
 * H1: Every family the unit knows, those first for whom it was risk now at the last meeting or since, then where a child's safety
 * is a concern, then who was put off, then where a conference or court date is coming, then whose child has waited longest; so
 * that a late meeting drops the least pressing. It is a suggestion.
 */
export function suggestAgenda(
  families: readonly FamilyForAgenda[],
  ask: { on: string; minutes: { usual: number; pressing: number }; newId: () => string },
): AgendaItem[] {
  const isComing = (family: FamilyForAgenda) =>
    family.next !== null && daysBetween(ask.on, family.next) <= comingDays;
  const wasAtRisk = ({ lastRisk, lastHeard }: FamilyForAgenda) =>
    lastRisk !== null && (lastHeard === null || lastRisk >= lastHeard);
  const rank = (family: FamilyForAgenda) =>
    wasAtRisk(family) ? 0 : family.hasSafetyConcern ? 1 : family.wasPutOff ? 2 : isComing(family) ? 3 : 4;
  const sorted = families.toSorted(
    (a, b) =>
      rank(a) - rank(b) ||
      (rank(a) === 3 ? a.next!.localeCompare(b.next!) : 0) ||
      (a.longestSince ?? '').localeCompare(b.longestSince ?? '') ||
      a.name.localeCompare(b.name, 'en-GB'),
  );
  return sorted.map((family) => ({
    id: ask.newId(),
    family: family.id,
    minutes: rank(family) < 4 ? ask.minutes.pressing : ask.minutes.usual,
  }));
}

/** Which children of the agenda were reached, and who was not: nobody is passed over in silence (H9). */
export function unreached(
  children: readonly { id: string; family: string }[],
  reached: readonly { child: string }[],
): string[] {
  const done = new Set(reached.map((one) => one.child));
  return children.filter((child) => !done.has(child.id)).map((child) => child.id);
}
