import { spentOn, type AgendaItem, type MeetingState } from '#domain/meeting/meeting.ts';
import { londonTime } from '#domain/time/civil.ts';
import type { MeetingPage, UnitPage } from '#domain/views.ts';
import { plural } from '$lib/ui/say.ts';

/** A line of the running order as it is shown. */
export interface OrderLine extends AgendaItem {
  name: string;
  /** What came of it, in a word, once every child of the family was reached. */
  done: 'Recorded' | 'Waits' | 'No change' | null;
  /** The few words beneath the name. */
  small: string;
  talked: boolean;
}

/** The running order with what came of each family so far. */
export function orderLines(meeting: MeetingPage, unit: UnitPage | null): OrderLine[] {
  return meeting.state.agenda.map((item) => {
    const family = unit?.families.find((one) => one.id === item.family);
    const outcomes = meeting.reached.filter((one) => one.family === item.family);
    const isReached =
      !!family?.children.length &&
      family.children.every((child) => outcomes.some((one) => one.child === child.id));
    const has = (outcome: string) => outcomes.some((one) => one.outcome === outcome);
    const done = !isReached ? null : has('recorded') ? 'Recorded' : has('deferred') ? 'Waits' : 'No change';
    const talked = (meeting.state.spent[item.id] ?? 0) > 0;
    const kids = family?.children.length ?? 0;
    return {
      ...item,
      // A family that this page has not read, or may not, is no break.
      name: item.family ? (family?.name ?? 'A family') : 'Break',
      done,
      small: item.family
        ? (done ??
          (talked
            ? 'To record'
            : item.leftOut
              ? 'Not today'
              : kids > 0
                ? plural(kids, ['1 child', '# children'])
                : ''))
        : plural(item.minutes, ['1 minute', '# minutes']),
      talked,
    };
  });
}

/** How much of the agreed time is left, kindly: never red, never seconds. */
export function timeLeft(state: MeetingState, item: AgendaItem, now: number): string {
  if (state.risk) return `The clock stopped at ${londonTime(state.risk.at)}`;
  const minutes = Math.ceil((item.minutes * 60_000 - spentOn(state, { item: item.id, now })) / 60_000);
  if (minutes < 1) return `a little over ${item.minutes}`;
  const left = plural(minutes, ['about 1 minute left', 'about # minutes left']);
  return `${left} of ${item.minutes}`;
}
