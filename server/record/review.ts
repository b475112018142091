import type { ExpressionBuilder } from 'kysely';
import type { CommitReceipt } from '#domain/views.ts';
import { Refusal } from '#domain/errors.ts';
import { hereSince, type Card, type Cards } from '#domain/board/board.ts';
import { isTaskPassed, standsOf, type DateStep } from '#domain/dates.ts';
import { presenceIn, talkedIn } from '#domain/meeting/attendance.ts';
import { readMeeting, type MeetingState } from '#domain/meeting/meeting.ts';
import { canonical, type Plain } from '#domain/record/canonical.ts';
import {
  buildReview,
  type EntryFacts,
  type Filed,
  type Present,
  type Review,
  type ToldUntil,
} from '#domain/record/entry.ts';
import type { DateEnd, TaskNow } from '#domain/record/known.ts';
import { RISK_ORIGIN, type RiskTask } from '#domain/record/risk-now.ts';
import { londonDate, londonTime } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import { readAttendance } from '../storage/queries/attendance.ts';
import { readDates } from '../storage/queries/dates.ts';
import { readCards } from '../storage/building.ts';
import { readDocument } from '../storage/queries/documents.ts';
import type { MeetingRow } from '../storage/queries/commits.ts';
import { sha256 } from '../storage/queries/files.ts';
import { readTasks } from '../storage/queries/tasks.ts';
import { readChildren, readMembers, readUnit } from '../storage/queries/units.ts';
import type { Reader } from '../storage/storage.ts';
import type { Tables } from '../storage/tables.ts';

export const digestOf = (value: Plain) => sha256(canonical(value));

/** The review of a family at a meeting, as its board stands on disk now. */
export async function readReview(
  reader: Reader,
  { family, meeting, now }: { family: string; meeting: MeetingRow; now: number },
): Promise<Review & { boardSeq: number; facts: EntryFacts }> {
  const { state, openedAt } = meeting;
  const unit = (await readUnit(reader, meeting.unit))!;
  const members = new Map((await readMembers(reader, unit.id)).map((member) => [member.id, member]));
  const kept = await readDocument(reader, familyDocument(family));
  const { cards: all, damage } = await readCards(kept);
  // H17: What came in since the next meeting opened is that one's, by the log and by no page's clock.
  const next = await reader
    .selectFrom('meetings')
    .select((eb) => openedNext(eb).as('at'))
    .where('id', '=', meeting.id)
    .executeTakeFirst();
  const until = next?.at == null ? Number.MAX_SAFE_INTEGER : Number(next.at);
  const isOfThisMeeting = (card: Card) =>
    card.kind === 'person' || card.kind === 'relation' || hereSince(card) < until;
  const cards: Cards = new Map([...all].filter(([, card]) => isOfThisMeeting(card)));
  // What stood behind it cannot be read: nobody knows whether it was changed or taken back there.
  if (damage !== null) throw new Refusal('damaged');
  const there = await readPresent(reader, {
    meeting: meeting.id,
    family,
    state,
    openedAt,
    end: meeting.closedAt ?? now,
  });
  const isThere = new Set(there.map((one) => one.member));
  // Whoever came to the unit since was not of it then.
  const ofTheUnit = await reader
    .selectFrom('members')
    .select('id')
    .where('unit_id', '=', unit.id)
    .where('role', '<>', 'guest')
    .where('left_at', 'is', null)
    .where('created_at', '<=', openedAt)
    .orderBy('name')
    .execute();
  const recorded = await readRecorded(reader, { family, meeting: meeting.id });
  const children = await readChildren(reader, [family]);
  const since = await readToldUntil(reader, { family, children: children.map((child) => child.id) });
  const oldest = Math.min(since.family, ...children.map((child) => since.own.get(child.id) ?? 0));
  const facts: EntryFacts = {
    on: state.on,
    today: londonDate(now),
    cards,
    children,
    since,
    members,
    present: {
      room: there.filter((one) => one.place === 'room'),
      home: there.filter((one) => one.place === 'home'),
      absent: ofTheUnit.flatMap(({ id }) => (isThere.has(id) ? [] : [id])),
    },
    settings: unit.settings,
    openRisk: await readOpenRisk(reader, { unit: unit.id, family }),
    riskTasks: await readRiskTasks(reader, family),
    tasks: await readTasksNow(reader, {
      family,
      children: children.map((child) => child.id),
      on: state.on,
      since: oldest,
      until,
      // That a day has passed is told once in a meeting.
      passed: recorded.size === 0,
    }),
    dates: await readDateEnds(reader, { family, since: oldest, until }),
    committed: await readFiled(reader, family),
    recorded,
    unit: unit.id,
    digest: digestOf,
    pens: state.pens.map((pen) => {
      const holder = members.get(pen.to)?.name ?? '';
      return pen.taken
        ? `${holder} took the coordinator’s pen.`
        : `${holder} held the pen of ${members.get(pen.from)?.name ?? ''}.`;
    }),
  };
  return { ...buildReview(facts), boardSeq: kept.head, facts };
}

/** The alarm of a risk now that lasts for this family, also in a meeting that was left open. */
async function readOpenRisk(reader: Reader, ask: { unit: string; family: string }): Promise<string | null> {
  const open = await reader
    .selectFrom('meetings')
    .select('state')
    .where('unit_id', '=', ask.unit)
    .where('closed_at', 'is', null)
    .execute();
  const risks = open.flatMap(({ state }) => readMeeting(state).risk ?? []);
  return risks.find((risk) => risk.family === ask.family)?.alarm ?? null;
}

/** What was given out while it was risk now for this family, as it stands. */
async function readRiskTasks(reader: Reader, family: string): Promise<RiskTask[]> {
  const tasks = await readTasks(reader, { families: [family], endedSince: 0 });
  return tasks
    .filter((task) => task.origin.startsWith(RISK_ORIGIN))
    .map(({ origin, what, owner, state, endedAt }) => ({
      alarm: origin.slice(RISK_ORIGIN.length),
      what,
      owner,
      state,
      endedAt,
    }));
}

/** Who was signed in while this family was talked about; where it never was in focus, while the meeting lasted. */
async function readPresent(
  reader: Reader,
  ask: { meeting: string; family: string; state: MeetingState; openedAt: number; end: number },
): Promise<(Present & { place: string })[]> {
  const acts = await reader
    .selectFrom('meeting_acts')
    .select(['at', 'act'])
    .where('meeting_id', '=', ask.meeting)
    .where('act', 'like', '%"focus"%')
    .orderBy('version')
    .execute();
  const items = new Set(
    ask.state.agenda.flatMap((item) => ('family' in item && item.family === ask.family ? [item.id] : [])),
  );
  const talked = talkedIn(
    acts.map(({ at, act }) => ({ at: Number(at), act: JSON.parse(act) as { does: string; item?: string } })),
    { items, end: ask.end },
  );
  const times = talked.length > 0 ? talked : [[ask.openedAt, ask.end] as const];
  const time = (at: number | null) => (at === null ? null : londonTime(at));
  return (await readAttendance(reader, ask.meeting)).flatMap(({ member, place, spans }) => {
    const parts = presenceIn(spans, times).map(({ from, until }) => ({
      from: time(from),
      until: time(until),
    }));
    return parts.length > 0 ? [{ member, place, parts }] : [];
  });
}

/** What was said of this family's dates in a time, one after the other; what was taken back was not said, but as a step by itself. */
async function readDateEnds(
  reader: Reader,
  ask: { family: string; since: number; until: number },
): Promise<DateEnd[]> {
  const ends = (await readDates(reader, [ask.family])).flatMap(({ what, child, on, story = [] }) => {
    const { stands, takenBack } = standsOf(story.filter((step) => step.at < ask.until));
    const dayAfter = (step: DateStep) => story[story.indexOf(step) + 1]?.on ?? on;
    const told = [
      ...stands.map((step) => ({ step, tookBack: null })),
      ...takenBack.map(({ said, by }) => ({ step: by, tookBack: said.at })),
    ];
    return told.map(({ step, tookBack }) => ({
      what, child, tookBack, does: step.does, on: step.on, why: step.why, at: step.at, movedTo: dayAfter(step),
    })); // prettier-ignore
  });
  return ends.filter(({ at }) => at >= ask.since).sort((a, b) => a.at - b.at);
}

/** When the meeting after one opened, in which what came since belongs; a correlated query. */
const openedNext = (eb: ExpressionBuilder<Tables, 'meetings'>) =>
  eb
    .selectFrom('meetings as next')
    .select((next) => next.fn.min('next.opened_at').as('at'))
    .whereRef('next.unit_id', '=', 'meetings.unit_id')
    .whereRef('next.on_date', '>', 'meetings.on_date')
    .whereRef('next.opened_at', '>', 'meetings.opened_at');

/** Up to when a writing tells: an older meeting that was written late tells of nothing after the next one opened. */
const toldBy = (row: { at: number | string; next: number | string | null }) =>
  Math.min(Number(row.at) + 1, row.next === null ? Infinity : Number(row.next));

/** H17: From when on the files of a family, and those of its children from before, do not tell yet. */
async function readToldUntil(
  reader: Reader,
  ask: { family: string; children: readonly string[] },
): Promise<ToldUntil> {
  const commits = await reader
    .selectFrom('commits')
    .innerJoin('meetings', 'meetings.id', 'commits.meeting_id')
    .select((eb) => ['commits.at', openedNext(eb).as('next')])
    .where('commits.family_id', '=', ask.family)
    .execute();
  const entries = await reader
    .selectFrom('reached')
    .innerJoin('meetings', 'meetings.id', 'reached.meeting_id')
    .select((eb) => ['reached.child_id', 'reached.at', openedNext(eb).as('next')])
    .where('reached.child_id', 'in', ask.children.concat(''))
    .where('outcome', '=', 'recorded')
    .execute();
  const own = new Map<string, number>();
  for (const row of entries) own.set(row.child_id, Math.max(own.get(row.child_id) ?? 0, toldBy(row)));
  return { family: Math.max(0, ...commits.map(toldBy)), own };
}

/** Tasks that ended or were changed in a time, and those whose day has passed. */
async function readTasksNow(
  reader: Reader,
  ask: {
    family: string;
    children: readonly string[];
    on: string;
    since: number;
    until: number;
    passed: boolean;
  },
): Promise<TaskNow[]> {
  const { since, until, children: here } = ask;
  const tasks = await readTasks(reader, { families: [ask.family], children: here, endedSince: since });
  if (tasks.length === 0) return [];
  const changes = await reader
    .selectFrom('task_acts')
    .innerJoin('tasks', 'tasks.id', 'task_acts.task_id')
    .select((eb) => ['task_id', eb.fn.max('at').as('at')])
    .where(
      'task_id',
      'in',
      tasks.map((task) => task.id),
    )
    .where('at', '>=', since)
    .where('at', '<', until)
    .where('task_acts.revision', '>', 0)
    .groupBy('task_id')
    .execute();
  const changedAt = new Map(changes.map((row) => [row.task_id, Number(row.at)]));
  const namesIn = await readNamesOf(
    reader,
    tasks.filter((task) => task.family !== ask.family),
  );
  return tasks
    .filter((task) => task.endedAt === null || task.endedAt < until)
    .map(({ id, family, what, owner, state, note, due, carried, endedAt, children }) => ({
      what,
      owner,
      state,
      note,
      due,
      carried,
      endedAt,
      changedAt: changedAt.get(id) ?? null,
      isPassed: ask.passed && isTaskPassed({ state, due }, ask.on),
      names: family === ask.family ? [] : (namesIn.get(id) ?? []),
      children,
    }))
    .filter((task) => task.state !== 'open' || task.changedAt !== null || task.isPassed);
}

/** F6: By task, the first names of all children of the family in which it was given out, and of all it was for. */
async function readNamesOf(
  reader: Reader,
  tasks: readonly { id: string; family: string; children: readonly string[] }[],
): Promise<Map<string, string[]>> {
  if (tasks.length === 0) return new Map();
  const children = await reader
    .selectFrom('children')
    .select(['id', 'family_id', 'given'])
    .where((eb) =>
      eb.or([
        eb(
          'family_id',
          'in',
          tasks.map((task) => task.family),
        ),
        eb('id', 'in', ['', ...tasks.flatMap((task) => task.children)]),
      ]),
    )
    .execute();
  return new Map(
    tasks.map(({ id, family, children: named }) => [
      id,
      children
        .filter((child) => child.family_id === family || named.includes(child.id))
        .map((child) => child.given),
    ]),
  );
}

/** The children of a family whose entry of this meeting is written. */
async function readRecorded(
  reader: Reader,
  ask: { family: string; meeting: string },
): Promise<ReadonlySet<string>> {
  const rows = await reader
    .selectFrom('reached')
    .select('child_id')
    .where('meeting_id', '=', ask.meeting)
    .where('family_id', '=', ask.family)
    .where('outcome', '=', 'recorded')
    .execute();
  return new Set(rows.map((row) => row.child_id));
}

/** What each card said when it last went into a file, and whose entry holds it. */
async function readFiled(reader: Reader, family: string): Promise<Map<string, Filed>> {
  const commits = await reader
    .selectFrom('commits')
    .leftJoin('meetings', 'meetings.id', 'commits.meeting_id')
    .select(['commits.id', 'commits.receipt', 'meetings.on_date'])
    .where('commits.family_id', '=', family)
    .execute();
  const of = new Map(
    commits.map((row) => [
      row.id,
      { on: row.on_date, ...(JSON.parse(row.receipt) as Partial<CommitReceipt>) },
    ]),
  );
  const rows = await reader
    .selectFrom('committed')
    .innerJoin('commits', 'commits.id', 'committed.commit_id')
    .select(['card', 'committed.digest', 'commit_id'])
    .where('committed.family_id', '=', family)
    .orderBy('commits.at')
    .execute();
  const filed = new Map<string, Filed>();
  for (const { card, digest, commit_id: id } of rows) {
    const { on = null, entries = [] } = of.get(id) ?? {};
    const seqs = (those: typeof entries) => new Map(those.map((entry) => [entry.child, entry.seq]));
    const isKept = entries.some((entry) => entry.cards !== undefined);
    const all = seqs(entries);
    const holding = isKept ? seqs(entries.filter((entry) => entry.cards?.includes(card))) : null;
    const before = filed.get(card);
    // As it stands, a child who came later got it later: it is in the others' entries all the same.
    const isSame = before?.digest === digest;
    filed.set(card, {
      digest,
      on,
      entries: isSame && holding ? new Map([...(before.entries ?? before.all), ...holding]) : holding,
      all: isSame ? new Map([...before.all, ...all]) : all,
    });
  }
  return filed;
}
