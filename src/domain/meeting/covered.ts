/** Which children a unit talked about, Wednesday by Wednesday: nobody is passed over in silence. */

/** What became of a child at one meeting. */
export interface Reached {
  child: string;
  /** The day of the meeting. */
  on: string;
  outcome: 'recorded' | 'no-change' | 'deferred';
  why: string;
  /** The member who said so. */
  by: string;
}

/** When a child was last talked about, and whether they were put off since. */
export interface LastHeard {
  /** The day of the meeting; null where they never were. */
  on: string | null;
  /** H28: Put off since: no talk about them, and no reason to stop asking. */
  putOff: { on: string; by: string; why: string; times: number } | null;
}

/** H28: By child: who was put off stands by the day on which they last were talked about. `reached` is in any order. */
export function lastHeardOf(reached: readonly Reached[]): Record<string, LastHeard> {
  const last: Record<string, LastHeard> = {};
  for (const { child, on, outcome, by, why } of reached.toSorted((a, b) => a.on.localeCompare(b.on))) {
    const before = (last[child] ??= { on: null, putOff: null });
    last[child] =
      outcome === 'deferred'
        ? { on: before.on, putOff: { on, by, why, times: (before.putOff?.times ?? 0) + 1 } }
        : { on, putOff: null };
  }
  return last;
}

/** How a child stands at a meeting; `not-ours` is before they came to the unit, or after they went. */
export type Covered = Reached['outcome'] | 'not-reached' | 'not-ours';

/** A child, and from when until when they are the unit's, epoch milliseconds. */
export interface CoveredChild {
  id: string;
  from: number;
  until: number | null;
}

/** A meeting, by when it was opened; one that is not closed has not passed anybody over yet. */
export interface CoveredMeeting {
  id: string;
  on: string;
  openedAt: number;
  isClosed: boolean;
}

/** One child's line: for each meeting how they stand, with why and by whom where somebody said so; null where it is still open. */
export interface CoveredLine {
  child: string;
  cells: ({ is: Covered; why: string; by: string | null } | null)[];
}

/** H29: Each child of a unit at each of its meetings, and how often somebody was neither talked about nor put off. */
export function coveredBy(ask: {
  children: readonly CoveredChild[];
  meetings: readonly CoveredMeeting[];
  reached: readonly (Reached & { meeting: string })[];
}): { lines: CoveredLine[]; passedOver: number } {
  const found = new Map(ask.reached.map((one) => [`${one.meeting} ${one.child}`, one]));
  const lines = ask.children.map((child): CoveredLine => ({
    child: child.id,
    cells: ask.meetings.map((meeting) => {
      const one = found.get(`${meeting.id} ${child.id}`);
      if (one) return { is: one.outcome, why: one.why, by: one.by };
      const isOurs =
        child.from <= meeting.openedAt && (child.until === null || child.until > meeting.openedAt);
      if (!isOurs) return { is: 'not-ours', why: '', by: null };
      return meeting.isClosed ? { is: 'not-reached', why: '', by: null } : null;
    }),
  }));
  const passedOver = lines.flatMap((line) => line.cells).filter((cell) => cell?.is === 'not-reached').length;
  return { lines, passedOver };
}
