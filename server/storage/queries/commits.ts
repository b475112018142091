import { readMeeting, type MeetingState } from '#domain/meeting/meeting.ts';
import type { CoveredChild, CoveredMeeting, Reached } from '#domain/meeting/covered.ts';
import type { CommitReceipt, FamilyPage, ReviewPage } from '#domain/views.ts';
import { Refusal } from '#domain/errors.ts';
import type { Reader, Trx } from '../storage.ts';
import { appendEntry } from './files.ts';

/** What each commit of a family wrote, oldest first. */
export async function readReceipts(reader: Reader, family: string): Promise<FamilyPage['receipts']> {
  const rows = await reader
    .selectFrom('commits')
    .select(['meeting_id', 'receipt'])
    .where('family_id', '=', family)
    .where('meeting_id', '<>', '')
    .orderBy('at')
    .execute();
  return rows.map((row) => ({ meeting: row.meeting_id, ...(JSON.parse(row.receipt) as CommitReceipt) }));
}

/** Cards of a family that went into a file, each with the day of the meeting at which it last did. */
export async function readCommitted(
  reader: Reader,
  family: string,
): Promise<Required<Pick<FamilyPage, 'committed' | 'committedOn'>>> {
  const rows = await reader
    .selectFrom('committed')
    .innerJoin('commits', 'commits.id', 'committed.commit_id')
    .leftJoin('meetings', 'meetings.id', 'commits.meeting_id')
    .select(['card', 'on_date'])
    .where('committed.family_id', '=', family)
    .orderBy('commits.at')
    .execute();
  return {
    committed: rows.map((row) => row.card),
    committedOn: Object.fromEntries(rows.flatMap((row) => (row.on_date ? [[row.card, row.on_date]] : []))),
  };
}

/** How each child of a family was reached, by the day of the meeting. */
export async function readReached(reader: Reader, family: string): Promise<FamilyPage['reached']> {
  const rows = await reader
    .selectFrom('reached')
    .innerJoin('meetings', 'meetings.id', 'reached.meeting_id')
    .select(['child_id', 'outcome', 'why', 'by', 'meeting_id', 'on_date'])
    .where('family_id', '=', family)
    .orderBy('on_date')
    .execute();
  return rows.map((row) => ({
    child: row.child_id,
    outcome: row.outcome,
    why: row.why,
    by: row.by,
    meeting: row.meeting_id,
    on: row.on_date,
  }));
}

/**
 * What became of the children of these families at their meetings, also in the family in which they lived before; P19: of one
 * that is not among these it is told that and when, and neither why nor by whom.
 */
export async function readOutcomes(
  reader: Reader,
  ask: { families: readonly string[]; from?: string; until?: string },
): Promise<(Reached & { meeting: string })[]> {
  if (ask.families.length === 0) return [];
  const rows = await reader
    .selectFrom('reached')
    .innerJoin('meetings', 'meetings.id', 'reached.meeting_id')
    .innerJoin('children', 'children.id', 'reached.child_id')
    .select(['child_id', 'reached.family_id', 'outcome', 'why', 'by', 'on_date', 'meeting_id'])
    .where('children.family_id', 'in', ask.families)
    .where('on_date', '>=', ask.from ?? '')
    .where('on_date', '<=', ask.until ?? '9999')
    .execute();
  return rows.map((row) => ({
    child: row.child_id,
    on: row.on_date,
    outcome: row.outcome,
    why: ask.families.includes(row.family_id) ? row.why : '',
    by: ask.families.includes(row.family_id) ? row.by : '',
    meeting: row.meeting_id,
  }));
}

/** The children of these families, also who was taken out, and from when until when they are the unit's. */
export async function readCoveredChildren(
  reader: Reader,
  families: readonly string[],
): Promise<(CoveredChild & { family: string; given: string; surname: string; born: string | null })[]> {
  if (families.length === 0) return [];
  const rows = await reader
    .selectFrom('children')
    .innerJoin('families', 'families.id', 'children.family_id')
    .select([
      'children.id',
      'family_id',
      'given',
      'surname',
      'born',
      'added_at',
      'removed_at',
      'created_at',
      'closed_at',
    ])
    .where('family_id', 'in', families)
    .orderBy('families.name')
    .orderBy('born')
    .orderBy('given')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    family: row.family_id,
    given: row.given,
    surname: row.surname,
    born: row.born,
    from: Number(row.added_at) || Number(row.created_at),
    until: earlierOf(row.removed_at, row.closed_at),
  }));
}

const earlierOf = (...instants: (number | null)[]): number | null => {
  const known = instants.flatMap((one) => (one === null ? [] : [Number(one)]));
  return known.length > 0 ? Math.min(...known) : null;
};

/** The meetings of a unit in a time, oldest first. */
export async function readCoveredMeetings(
  reader: Reader,
  ask: { unit: string; from: string; until: string },
): Promise<CoveredMeeting[]> {
  const rows = await reader
    .selectFrom('meetings')
    .select(['id', 'on_date', 'opened_at', 'closed_at'])
    .where('unit_id', '=', ask.unit)
    .where('on_date', '>=', ask.from)
    .where('on_date', '<=', ask.until)
    .orderBy('on_date')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    on: row.on_date,
    openedAt: Number(row.opened_at),
    isClosed: row.closed_at !== null,
  }));
}

/** How many entries each file holds, and how many of them are of meetings. */
export async function countEntries(
  reader: Reader,
  files: readonly string[],
): Promise<Map<string, { count: number; meetings: number }>> {
  const rows = await reader
    .selectFrom('entries')
    .select((eb) => [
      'file',
      eb.fn.countAll<number>().as('count'),
      eb.fn.countAll<number>().filterWhere('kind', '=', 'Unit meeting').as('meetings'),
    ])
    .where('file', 'in', files.concat(''))
    .groupBy('file')
    .execute();
  return new Map(rows.map((row) => [row.file, { count: Number(row.count), meetings: Number(row.meetings) }]));
}

/** The digest of each child's entry as somebody last read it for a meeting. */
export async function readReads(
  reader: Reader,
  ask: { meeting: string; member: string },
): Promise<ReviewPage['read']> {
  const rows = await reader
    .selectFrom('reads')
    .select(['child_id', 'digest'])
    .where('meeting_id', '=', ask.meeting)
    .where('member_id', '=', ask.member)
    .execute();
  return Object.fromEntries(rows.map((one) => [one.child_id, one.digest]));
}

/** Keeps that somebody has read a child's entry for a meeting: a bookmark of theirs, and nothing of the record. */
export async function keepRead(
  reader: Reader,
  ask: { meeting: string; member: string; child: string; digest: string; at: number },
): Promise<void> {
  const { digest, at } = ask;
  await reader
    .insertInto('reads')
    .values({ meeting_id: ask.meeting, member_id: ask.member, child_id: ask.child, digest, at })
    .onConflict((conflict) =>
      conflict.columns(['meeting_id', 'member_id', 'child_id']).doUpdateSet({ digest, at }),
    )
    .execute();
}

/** A meeting as the record reads it. */
export interface MeetingRow {
  id: string;
  unit: string;
  state: MeetingState;
  openedAt: number;
  closedAt: number | null;
}

/** A meeting of a unit; of another's there is none of this id. */
export async function readMeetingOf(
  reader: Reader,
  ask: { meeting: string; unit: string },
): Promise<MeetingRow> {
  const row = await reader
    .selectFrom('meetings')
    .select(['id', 'unit_id', 'state', 'opened_at', 'closed_at'])
    .where('id', '=', ask.meeting)
    .where('unit_id', '=', ask.unit)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  return {
    id: row.id,
    unit: row.unit_id,
    state: readMeeting(row.state),
    openedAt: Number(row.opened_at),
    closedAt: row.closed_at === null ? null : Number(row.closed_at),
  };
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

/** Puts a child off of whom nothing has been said at this meeting; what somebody said in the same moment stands. */
export async function leaveOver(
  trx: Trx,
  ask: { meeting: string; family: string; child: string; why: string; by: string; at: number },
): Promise<void> {
  const { meeting, family, child, ...rest } = ask;
  await trx
    .insertInto('reached')
    .values({ meeting_id: meeting, family_id: family, child_id: child, outcome: 'deferred', ...rest })
    .onConflict((conflict) => conflict.columns(['meeting_id', 'child_id']).doNothing())
    .execute();
}

/** Counts that something of a family's files was written. */
export async function countCommit(trx: Trx, family: string): Promise<void> {
  await trx
    .updateTable('families')
    .set((eb) => ({ revision: eb('revision', '+', 1) }))
    .where('id', '=', family)
    .execute();
}

/** What was committed under this id before; null where nothing was. */
export async function readCommit(
  reader: Reader,
  commit: string,
): Promise<{ family: string; digest: string; receipt: CommitReceipt } | null> {
  const row = await reader
    .selectFrom('commits')
    .select(['receipt', 'family_id', 'digest'])
    .where('id', '=', commit)
    .executeTakeFirst();
  return row
    ? { family: row.family_id, digest: row.digest, receipt: JSON.parse(row.receipt) as CommitReceipt }
    : null;
}

/** Keeps what a commit wrote; `cards` are what of the board went into the files, each with the digest of what it said. */
export async function keepCommit(
  trx: Trx,
  ask: {
    commit: string;
    family: string;
    meeting: string;
    by: string;
    digest: string;
    receipt: object;
    at: number;
    cards: ReadonlyMap<string, string>;
  },
): Promise<void> {
  await trx
    .insertInto('commits')
    .values({
      id: ask.commit,
      family_id: ask.family,
      meeting_id: ask.meeting,
      member_id: ask.by,
      digest: ask.digest,
      receipt: JSON.stringify(ask.receipt),
      at: ask.at,
    })
    .execute();
  for (const [card, digest] of ask.cards)
    await trx
      .insertInto('committed')
      .values({ family_id: ask.family, card, digest, commit_id: ask.commit })
      .execute();
}

/** Of these children's entries nobody has read anything any more. */
export async function forgetReads(
  trx: Trx,
  ask: { meeting: string; children: readonly string[] },
): Promise<void> {
  await trx
    .deleteFrom('reads')
    .where('meeting_id', '=', ask.meeting)
    .where('child_id', 'in', ask.children.concat(''))
    .execute();
}

/** What a correction wrote. */
export interface Corrected {
  seq: number;
  hash: string;
}

/**
 * Adds a correction to a file, once for each id; `digest` is over what it says. Answers with what it wrote, and whether that
 * was before.
 */
export async function correctEntry(
  trx: Trx,
  ask: {
    family: string;
    file: string;
    corrects: number;
    text: string;
    once: string;
    digest: string;
    by: string;
    session: string;
    at: number;
  },
): Promise<{ entry: Corrected; wasBefore: boolean }> {
  await countCommit(trx, ask.family);
  const twice = await readCommit(trx, ask.once);
  if (twice && twice.digest !== ask.digest) throw new Refusal('already-done');
  if (twice) return { entry: twice.receipt as unknown as Corrected, wasBefore: true };
  // Whoever was moved meanwhile is written of by those who may find them where they are.
  const corrected = await trx
    .selectFrom('entries')
    .innerJoin('children', 'children.id', 'entries.file')
    .select('seq')
    .where('file', '=', ask.file)
    .where('family_id', '=', ask.family)
    .where('seq', '=', ask.corrects)
    .executeTakeFirst();
  if (!corrected) throw new Refusal('not-found');
  const entry = await appendEntry(trx, {
    file: ask.file,
    at: ask.at,
    by: ask.by,
    session: ask.session,
    board: '',
    boardSeq: 0,
    kind: 'Correction',
    refers: { kind: 'corrects', seq: ask.corrects },
    body: { text: ask.text },
  });
  await keepCommit(trx, { ...ask, commit: ask.once, meeting: '', receipt: entry, cards: new Map() });
  return { entry, wasBefore: false };
}
