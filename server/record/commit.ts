import type { CommitReceipt } from '#domain/views.ts';
import { Refusal } from '#domain/errors.ts';
import { hereSince, readBoard, type Card, type Cards } from '#domain/board/board.ts';
import { isId } from '#domain/board/cards.ts';
import { isTaskPassed, standsOf, type DateStep } from '#domain/dates.ts';
import { presenceIn, talkedIn } from '#domain/meeting/attendance.ts';
import { readMeeting, type MeetingState } from '#domain/meeting/meeting.ts';
import { mayCommit, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import { canonical, type Plain } from '#domain/record/canonical.ts';
import {
  buildReview,
  entryBody,
  type EntryFacts,
  type Filed,
  type Present,
  type Review,
} from '#domain/record/entry.ts';
import type { DateEnd, TaskNow } from '#domain/record/known.ts';
import { RISK_ORIGIN, type RiskTask } from '#domain/record/risk-now.ts';
import { londonDate, londonTime } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import { readAttendance } from '../storage/queries/attendance.ts';
import { audit } from '../storage/queries/audit.ts';
import { readDates } from '../storage/queries/dates.ts';
import { buildDocument, readDocument } from '../storage/queries/documents.ts';
import { appendEntry, sha256 } from '../storage/queries/files.ts';
import { giveTask, readTasks } from '../storage/queries/tasks.ts';
import { readChildren, readMembers, readUnit } from '../storage/queries/units.ts';
import type { Reader, Storage, Trx } from '../storage/storage.ts';

export const digestOf = (value: Plain) => sha256(canonical(value));

/** The review of a family as its board stands on disk now. */
export async function readReview(
  reader: Reader,
  ask: { family: string; meeting: string; now: number },
): Promise<Review & { boardSeq: number; facts: EntryFacts }> {
  const family = await reader
    .selectFrom('families')
    .select(['unit_id'])
    .where('id', '=', ask.family)
    .executeTakeFirstOrThrow();
  const meeting = await reader
    .selectFrom('meetings')
    .select(['state', 'unit_id', 'opened_at', 'closed_at'])
    .where('id', '=', ask.meeting)
    .executeTakeFirst();
  if (!meeting || meeting.unit_id !== family.unit_id) throw new Refusal('not-found');
  const state = readMeeting(meeting.state);
  const unit = (await readUnit(reader, family.unit_id))!;
  const members = new Map((await readMembers(reader, unit.id)).map((member) => [member.id, member]));
  const kept = await readDocument(reader, familyDocument(ask.family));
  const { doc, damage } = buildDocument(kept);
  // H17: What came in since the next meeting opened is that one's, by the log and by no page's clock.
  const next = await reader
    .selectFrom('meetings')
    .select('opened_at')
    .where('unit_id', '=', family.unit_id)
    .where('on_date', '>', state.on)
    .where('opened_at', '>', meeting.opened_at)
    .orderBy('on_date')
    .executeTakeFirst();
  const isOfThisMeeting = (card: Card) =>
    !next || card.kind === 'person' || card.kind === 'relation' || hereSince(card) < Number(next.opened_at);
  const cards: Cards = new Map([...readBoard(doc)].filter(([, card]) => isOfThisMeeting(card)));
  doc.destroy();
  // What stood behind it cannot be read: nobody knows whether it was changed or taken back there.
  if (damage !== null) throw new Refusal('damaged');
  const openedAt = Number(meeting.opened_at);
  const there = await readPresent(reader, {
    meeting: ask.meeting,
    family: ask.family,
    state,
    openedAt,
    end: meeting.closed_at === null ? ask.now : Number(meeting.closed_at),
  });
  const isThere = new Set(there.map((one) => one.member));
  // Whoever came to the unit since was not of it then.
  const ofTheUnit = await reader
    .selectFrom('members')
    .select('id')
    .where('unit_id', '=', unit.id)
    .where('role', '<>', 'guest')
    .where('left_at', 'is', null)
    .where('created_at', '<=', meeting.opened_at)
    .orderBy('name')
    .execute();
  const recorded = await readRecorded(reader, ask);
  const since = await readLastWritten(reader, { family: ask.family, on: state.on, openedAt });
  const facts: EntryFacts = {
    on: state.on,
    cards,
    children: await readChildren(reader, [ask.family]),
    members,
    present: {
      room: there.filter((one) => one.place === 'room'),
      home: there.filter((one) => one.place === 'home'),
      absent: ofTheUnit.flatMap(({ id }) => (isThere.has(id) ? [] : [id])),
    },
    settings: unit.settings,
    openRisk: await readOpenRisk(reader, { unit: unit.id, family: ask.family }),
    riskTasks: await readRiskTasks(reader, ask.family),
    tasks: await readTasksNow(reader, {
      family: ask.family,
      on: state.on,
      since,
      // That a day has passed is told once in a meeting.
      passed: recorded.size === 0,
    }),
    dates: await readDateEnds(reader, {
      family: ask.family,
      since,
      until: next ? Number(next.opened_at) : Infinity,
    }),
    committed: await readCommitted(reader, ask.family),
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

/** What was said of this family's dates in a time; what was taken back was not said, unless a file has it already. */
async function readDateEnds(
  reader: Reader,
  ask: { family: string; since: number; until: number },
): Promise<DateEnd[]> {
  const isNow = ({ at }: { at: number }) => at >= ask.since && at < ask.until;
  return (await readDates(reader, [ask.family])).flatMap(({ what, child, on, story = [] }) => {
    const { stands, takenBack } = standsOf(story.filter((step) => step.at < ask.until));
    const again = story.findLast((step) => step.does === 'open-again' && isNow(step));
    const told = [
      ...stands.filter(isNow),
      // It stands in an entry that it became something: that it is open again is told there too.
      ...(again && takenBack.some((step) => step.at < ask.since) ? [again] : []),
    ];
    const dayAfter = (step: DateStep) => story[story.indexOf(step) + 1]?.on ?? on;
    return told.map((step) => ({
      what, child, does: step.does, on: step.on, why: step.why, movedTo: dayAfter(step),
    })); // prettier-ignore
  });
}

/** The first moment of which this family's files do not tell yet; what an older meeting wrote late tells of nothing after this one opened. */
async function readLastWritten(
  reader: Reader,
  ask: { family: string; on: string; openedAt: number },
): Promise<number> {
  const last = await reader
    .selectFrom('commits')
    .innerJoin('meetings', 'meetings.id', 'commits.meeting_id')
    .select(['commits.at', 'on_date'])
    .where('commits.family_id', '=', ask.family)
    .orderBy('commits.at', 'desc')
    .executeTakeFirst();
  const at = Number(last?.at ?? 0);
  return (last && last.on_date < ask.on ? Math.min(at, ask.openedAt) : at) + 1;
}

/** Tasks that ended or were changed since this family's files were last written, and those whose day has passed. */
async function readTasksNow(
  reader: Reader,
  ask: { family: string; on: string; since: number; passed: boolean },
): Promise<TaskNow[]> {
  const { since } = ask;
  const tasks = await readTasks(reader, { families: [ask.family], endedSince: since });
  const changed = await reader
    .selectFrom('task_acts')
    .innerJoin('tasks', 'tasks.id', 'task_acts.task_id')
    .select('task_id')
    .distinct()
    .where('family_id', '=', ask.family)
    .where('at', '>=', since)
    .where('task_acts.revision', '>', 0)
    .execute();
  const isChanged = new Set(changed.map((row) => row.task_id));
  return tasks
    .filter(
      (task) => task.state !== 'open' || isChanged.has(task.id) || (ask.passed && isTaskPassed(task, ask.on)),
    )
    .map(({ what, owner, state, note, due, carried, endedAt, children }) => ({
      what,
      owner,
      state,
      note,
      due,
      carried,
      endedOn: endedAt === null ? null : londonDate(endedAt),
      children,
    }));
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
async function readCommitted(reader: Reader, family: string): Promise<Map<string, Filed>> {
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
  return new Map(
    rows.map(({ card, digest, commit_id: id }): [string, Filed] => {
      const { on = null, entries = [] } = of.get(id) ?? {};
      const seqs = (those: typeof entries) => new Map(those.map((entry) => [entry.child, entry.seq]));
      const isKept = entries.some((entry) => entry.cards !== undefined);
      return [
        card,
        {
          digest,
          on,
          entries: isKept ? seqs(entries.filter((entry) => entry.cards?.includes(card))) : null,
          all: seqs(entries),
        },
      ];
    }),
  );
}

/** What the coordinator read and now commits: the digest of each child's entry. */
export interface CommitAsk {
  commit: string;
  family: string;
  meeting: string;
  entries: readonly { child: string; digest: string }[];
}

/** F7: Commits all children of a family in one transaction, or nothing; sent twice it writes once. */
export async function commit(
  storage: Storage,
  ask: CommitAsk & { person: Person; right: FamilyRight; session: string; now: number },
): Promise<CommitReceipt> {
  if (!isId(ask.commit)) throw new Refusal('not-understood');
  if (!mayCommit(ask.person, ask.right, ask.meeting)) throw new Refusal('not-allowed');
  return storage.write(async (trx) => {
    // Touching the family's row first makes two coordinators who commit at once come one after the other.
    await trx
      .updateTable('families')
      .set((eb) => ({ revision: eb('revision', '+', 1) }))
      .where('id', '=', ask.family)
      .execute();
    const before = await trx
      .selectFrom('commits')
      .select(['receipt', 'family_id', 'digest'])
      .where('id', '=', ask.commit)
      .executeTakeFirst();
    const digest = digestOf(ask.entries.map(({ child, digest: one }) => [child, one]));
    if (before) {
      if (before.family_id !== ask.family || before.digest !== digest) throw new Refusal('already-done');
      return JSON.parse(before.receipt) as CommitReceipt;
    }
    return write(trx, { ...ask, digest });
  });
}

async function write(
  trx: Trx,
  ask: CommitAsk & { person: Person; session: string; now: number; digest: string },
): Promise<CommitReceipt> {
  const review = await readReview(trx, ask);
  const read = new Map(ask.entries.map((entry) => [entry.child, entry.digest]));
  if (
    read.size !== review.entries.length ||
    review.entries.some((entry) => read.get(entry.child) !== entry.digest)
  )
    throw new Refusal('changed');
  const meeting = await trx
    .selectFrom('meetings')
    .select(['closed_at', 'unit_id'])
    .where('id', '=', ask.meeting)
    .executeTakeFirstOrThrow();
  if (meeting.closed_at !== null) throw new Refusal('already-done', 'meeting-over');
  const { facts } = review;
  const entries = [];
  for (const draft of review.entries) {
    const { seq, hash } = await appendEntry(trx, {
      file: draft.child, at: ask.now, by: ask.person.member, session: ask.session, board: familyDocument(ask.family), boardSeq: review.boardSeq,
      kind: 'Unit meeting', refers: null, body: entryBody({ on: facts.on, title: draft.title, sections: draft.sections }),
    }); // prettier-ignore
    entries.push({
      child: draft.child,
      seq,
      hash,
      title: draft.title,
      cards: draft.cards.map(({ card }) => card),
    });
    for (const answer of draft.answers)
      await appendEntry(trx, {
        file: draft.child, at: ask.now, by: ask.person.member, session: ask.session, board: familyDocument(ask.family), boardSeq: review.boardSeq,
        kind: 'Answer', refers: { kind: 'answers', seq: answer.refers ?? seq }, body: { text: answer.text.toWellFormed() },
      }); // prettier-ignore
    await reach(trx, {
      meeting: ask.meeting,
      family: ask.family,
      child: draft.child,
      outcome: 'recorded',
      why: '',
      by: ask.person.member,
      at: ask.now,
    });
  }
  // F27: What was read is committed: of the entry that may come after it nobody has read anything.
  await trx
    .deleteFrom('reads')
    .where('meeting_id', '=', ask.meeting)
    .where('child_id', 'in', review.entries.map(({ child }) => child).concat(''))
    .execute();
  const cards = new Map(
    review.entries.flatMap((entry) => entry.cards.map(({ card, digest }) => [card, digest])),
  );
  for (const [card, digest] of cards)
    await trx
      .insertInto('committed')
      .values({ family_id: ask.family, card, digest, commit_id: ask.commit })
      .execute();
  const tasks = await giveOut(trx, {
    facts,
    cards: new Set(cards.keys()),
    unit: meeting.unit_id,
    family: ask.family,
    by: ask.person.member,
    at: ask.now,
  });
  const receipt: CommitReceipt = { entries, tasks, at: ask.now, by: ask.person.member };
  await trx
    .insertInto('commits')
    .values({
      id: ask.commit,
      family_id: ask.family,
      meeting_id: ask.meeting,
      member_id: ask.person.member,
      digest: ask.digest,
      receipt: JSON.stringify(receipt),
      at: ask.now,
    })
    .execute();
  await audit(trx, {
    at: ask.now,
    unit: meeting.unit_id,
    member: ask.person.member,
    act: 'committed',
    subject: ask.family,
  });
  return receipt;
}

/** The commit gives out the tasks on the board; a question that somebody will ask becomes a task of theirs. */
async function giveOut(
  trx: Trx,
  ask: {
    facts: EntryFacts;
    cards: ReadonlySet<string>;
    unit: string;
    family: string;
    by: string;
    at: number;
  },
): Promise<number> {
  let given = 0;
  for (const card of ask.facts.cards.values()) {
    if (card.gone) continue;
    const isTask = card.kind === 'task' && ask.cards.has(card.id);
    const isAsked =
      card.kind === 'question' && card.asker !== null && card.text.trim() !== '' && card.back.trim() === '';
    if (!isTask && !isAsked) continue;
    const id = await giveTask(trx, {
      unit: ask.unit, family: ask.family, card: card.id, origin: card.kind === 'task' ? 'decision' : 'question',
      what: card.kind === 'task' ? card.text : `Ask${card.to ? ` ${card.to}` : ''}: ${card.text}`,
      owner: card.kind === 'task' ? card.owner : card.asker, due: card.due, children: card.child, by: ask.by, at: ask.at,
      isRenewed: ask.cards.has(card.id),
    }); // prettier-ignore
    if (id) given++;
  }
  return given;
}

/** Writes how a child was reached at a meeting; recorded stays recorded. */
export async function reach(
  trx: Trx,
  ask: {
    meeting: string;
    family: string;
    child: string;
    outcome: 'recorded' | 'no-change' | 'deferred';
    why: string;
    by: string;
    at: number;
  },
): Promise<void> {
  const { meeting, family, child, ...rest } = ask;
  await trx
    .insertInto('reached')
    .values({ meeting_id: meeting, family_id: family, child_id: child, ...rest })
    .onConflict((conflict) =>
      ask.outcome === 'recorded'
        ? conflict.columns(['meeting_id', 'child_id']).doUpdateSet(rest)
        : conflict
            .columns(['meeting_id', 'child_id'])
            .doUpdateSet(rest)
            .where('reached.outcome', '<>', 'recorded'),
    )
    .execute();
}
