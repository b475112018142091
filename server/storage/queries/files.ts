import type { FileEntry } from '#domain/views.ts';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { readMeeting } from '#domain/meeting/meeting.ts';
import type { Plain } from '#domain/record/canonical.ts';
import {
  NO_ENTRY,
  readHeader,
  sealEntry,
  verifyFile,
  type Break,
  type Hash,
  type Reference,
  type StoredEntry,
} from '#domain/record/chain.ts';
import { holdsText, notesOfBody, wordsOfBody } from '#domain/record/render.ts';
import { isChildOn } from '#domain/board/names.ts';
import { londonDate } from '#domain/time/civil.ts';
import { familyDocument, readDocumentName } from '#domain/wire.ts';
import type { Reader, Trx } from '../storage.ts';
import { readCards } from '../building.ts';
import { unlessUnreadable } from '../unreadable.ts';
import { readDocument } from './documents.ts';
import { putFindable } from './search.ts';

/** SHA-256 over the parts, one after another, in hex. */
export const sha256: Hash = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

async function storedEntries(reader: Reader, file: string): Promise<StoredEntry[]> {
  const rows = await reader
    .selectFrom('entries')
    .select(['file', 'seq', 'at', 'kind', 'header', 'body', 'salt', 'hash'])
    .where('file', '=', file)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }));
}

/** A child's file, oldest first, with whether every link holds. */
export async function readFile(
  reader: Reader,
  file: string,
): Promise<{ entries: FileEntry[]; broken: Break | null; head: string }> {
  const stored = await storedEntries(reader, file);
  const broken = verifyFile(file, stored, sha256);
  const entries = stored.flatMap((entry) => {
    const header = readHeader(entry.header);
    return header
      ? [
          {
            seq: entry.seq,
            at: header.at,
            kind: header.kind,
            by: header.by,
            refers: header.refers,
            hash: entry.hash,
            body: readBody(entry.body),
          },
        ]
      : [];
  });
  return { entries, broken, head: stored.at(-1)?.hash ?? NO_ENTRY };
}

function readBody(text: string | null): FileEntry['body'] {
  try {
    return text === null ? null : (JSON.parse(text) as FileEntry['body']);
  } catch {
    // verifyFile names this entry as the broken one; here it only cannot be shown.
    return null;
  }
}

/** Appends an entry to a file in the caller's transaction; refuses where a link does not hold. */
export async function appendEntry(
  trx: Trx,
  ask: {
    file: string;
    at: number;
    by: string;
    session: string;
    board: string;
    boardSeq: number;
    kind: string;
    refers: Reference | null;
    body: Plain;
  },
): Promise<{ seq: number; hash: string }> {
  const stored = await storedEntries(trx, ask.file);
  if (verifyFile(ask.file, stored, sha256)) throw new Refusal('chain-broken');
  const { body, ...about } = ask;
  const seq = stored.length + 1;
  const sealed = sealEntry({
    header: { v: 2, ...about, seq, prev: stored.at(-1)?.hash ?? NO_ENTRY },
    body,
    salt: randomBytes(16).toString('hex'),
    hash: sha256,
  });
  await trx
    .insertInto('entries')
    .values({
      file: ask.file,
      seq,
      at: ask.at,
      kind: ask.kind,
      header: sealed.header,
      body: sealed.body,
      salt: sealed.salt,
      hash: sealed.hash,
    })
    .execute();
  const { family_id: family } = await trx
    .selectFrom('children')
    .select('family_id')
    .where('id', '=', ask.file)
    .executeTakeFirstOrThrow();
  await putFindable(trx, [
    {
      family,
      ref: `${ask.file}/${seq}`,
      kind: 'entry',
      text: wordsOfBody(sealed.body!),
      by: ask.by,
      at: ask.at,
    },
  ]);
  return { seq, hash: sealed.hash };
}

/**
 * F16: Takes the words of one entry out of a file, as the law may ask: an entry that says so and why is added, and body and
 * salt go, in the caller's transaction. Whatever of those words stands elsewhere in the tables goes with them.
 */
export async function redactEntry(
  trx: Trx,
  ask: { file: string; seq: number; why: string; by: string; at: number },
): Promise<{ seq: number; hash: string }> {
  const entry = await trx
    .selectFrom('entries')
    .select(['kind', 'at', 'body', 'header'])
    .where('file', '=', ask.file)
    .where('seq', '=', ask.seq)
    .executeTakeFirst();
  if (!entry) throw new Refusal('not-found');
  if (entry.body === null || readHeader(entry.header)?.refers?.kind === 'redacts')
    throw new Refusal('already-done');
  const redaction = await appendEntry(trx, {
    file: ask.file,
    at: ask.at,
    by: ask.by,
    session: ask.by,
    board: '',
    boardSeq: 0,
    kind: 'Redaction',
    refers: { kind: 'redacts', seq: ask.seq },
    body: { text: ask.why },
  });
  await trx
    .updateTable('entries')
    .set({ body: null, salt: null })
    .where('file', '=', ask.file)
    .where('seq', '=', ask.seq)
    .execute();
  await trx.deleteFrom('findable').where('ref', '=', `${ask.file}/${ask.seq}`).execute();
  await blankReceipts(trx, ask);
  const board = readDocumentName(readHeader(entry.header)?.board ?? '');
  const whose = await namesOf(trx, {
    child: ask.file,
    // Where it was written: they may be of another family by now.
    family: board?.of === 'family' ? board.id : null,
    on: londonDate(Number(entry.at)),
  });
  await blankRisks(trx, { whose, wordsOf: entry.body });
  await blankTasks(trx, { whose, file: ask.file, at: Number(entry.at), wordsOf: entry.body });
  await blankDates(trx, { whose, file: ask.file, wordsOf: entry.body });
  // What was answered quotes what was recommended, and goes with it.
  const after = await trx
    .selectFrom('entries')
    .select(['seq', 'header', 'body'])
    .where('file', '=', ask.file)
    .where('seq', '>', ask.seq)
    .where('body', 'is not', null)
    .orderBy('seq')
    .execute();
  for (const { seq, header } of after) {
    const refers = readHeader(header)?.refers;
    if (refers?.kind === 'answers' && refers.seq === ask.seq) await redactEntry(trx, { ...ask, seq });
  }
  return redaction;
}

/** What stands where words were taken out; the trigger of a meeting's acts knows it too. */
const TAKEN_OUT = 'Taken out of the file';

async function blankReceipts(trx: Trx, ask: { file: string; seq: number }): Promise<void> {
  const commits = await trx
    .selectFrom('commits')
    .select(['id', 'receipt'])
    .where('receipt', 'like', `%${ask.file}%`)
    .execute();
  for (const { id, receipt: text } of commits) {
    const receipt = JSON.parse(text) as { entries?: { child: string; seq: number; title: string }[] };
    const named = receipt.entries?.find(({ child, seq }) => child === ask.file && seq === ask.seq);
    if (!named) continue;
    named.title = TAKEN_OUT;
    await trx
      .updateTable('commits')
      .set({ receipt: JSON.stringify(receipt) })
      .where('id', '=', id)
      .execute();
  }
}

interface Whose {
  unit: string;
  family: string;
  own: string;
  /** The first names of the other children of the family: those who were taken out, and who is on the map alone, too. */
  others: string[];
}

/** By their names on the map, whoever was a child on a day; of a board that cannot be read nobody is known. */
async function childrenOnMap(trx: Trx, { family, on }: { family: string; on: string }): Promise<string[]> {
  const kept = await unlessUnreadable(readDocument(trx, familyDocument(family)));
  if (!kept) return [];
  const { cards } = await readCards(kept);
  // Also who was taken off it, or has moved.
  const people = [...cards.values()].filter((card) => card.kind === 'person');
  return people.filter((one) => isChildOn(one, on)).map((one) => one.name.trim().split(/\s+/)[0] ?? '');
}

async function namesOf(
  trx: Trx,
  { child, family: where, on }: { child: string; family: string | null; on: string },
): Promise<Whose> {
  const own = await trx
    .selectFrom('children')
    .innerJoin('families', 'families.id', 'children.family_id')
    .select(['unit_id', 'family_id', 'given'])
    .where('children.id', '=', child)
    .executeTakeFirstOrThrow();
  const family = where ?? own.family_id;
  const others = await trx
    .selectFrom('children')
    .select('given')
    .where('id', '!=', child)
    .where((eb) =>
      eb.or([
        eb('family_id', '=', family),
        eb('id', 'in', eb.selectFrom('reached').select('child_id').where('reached.family_id', '=', family)),
      ]),
    )
    .execute();
  const onMap = await childrenOnMap(trx, { family, on });
  const names = new Set([...others.map((one) => one.given), ...onMap].filter((name) => name !== own.given));
  return { unit: own.unit_id, family, own: own.given, others: [...names].filter(Boolean) };
}

/** Why a risk now of this family was over stands in the meeting too. */
async function blankRisks(trx: Trx, ask: { whose: Whose; wordsOf: string }): Promise<void> {
  const words = wordsOfBody(ask.wordsOf);
  const { whose } = ask;
  const isThere = (why: unknown) => typeof why === 'string' && holdsText(words, why, whose);
  const meetings = await trx
    .selectFrom('meetings')
    .select(['id', 'state'])
    .where('unit_id', '=', whose.unit)
    .execute();
  for (const { id, state: json } of meetings) {
    const state = readMeeting(json);
    const isOurs = (one: (typeof state.risksOver)[number]) => one.family === whose.family && isThere(one.why);
    const taken = state.risksOver.filter(isOurs);
    if (taken.length === 0) continue;
    const risksOver = state.risksOver.map((one) => (isOurs(one) ? { ...one, why: TAKEN_OUT } : one));
    await trx
      .updateTable('meetings')
      .set({ state: JSON.stringify({ ...state, risksOver }) })
      .where('id', '=', id)
      .execute();
    const acts = await trx
      .selectFrom('meeting_acts')
      .select(['version', 'act'])
      .where('meeting_id', '=', id)
      .where('act', 'like', '%"risk-over"%')
      .execute();
    for (const { version, act } of acts) {
      const said = JSON.parse(act) as { why?: string; alarm?: string };
      // A page of before did not say which risk now was over: there the words decide.
      if (!taken.some((one) => one.why === said.why && (said.alarm ?? one.alarm) === one.alarm)) continue;
      await trx
        .updateTable('meeting_acts')
        .set({ act: JSON.stringify({ ...said, why: TAKEN_OUT }) })
        .where('meeting_id', '=', id)
        .where('version', '=', version)
        .execute();
    }
  }
}

/**
 * Tasks that were given out, or worded anew, with the entry whose words were taken out, for the child or for everybody; and
 * of any task of theirs what was said to have become of it, where that stood in the entry.
 */
async function blankTasks(
  trx: Trx,
  ask: { whose: Whose; file: string; at: number; wordsOf: string },
): Promise<void> {
  const words = wordsOfBody(ask.wordsOf);
  const notes = notesOfBody(ask.wordsOf);
  const tasks = await trx
    .selectFrom('tasks')
    .select((eb) => [
      'id',
      'what',
      'note',
      eb
        .or([
          eb('given_at', '=', ask.at),
          // What was to be done at once stands in the entry too, and was given out before it.
          eb('origin', 'like', 'risk:%'),
          eb('id', 'in', eb.selectFrom('task_acts').select('task_id').where('at', '=', ask.at)),
        ])
        .as('isOfIt'),
    ])
    .where((eb) =>
      eb.or([
        eb('children', 'like', `%${ask.file}%`),
        eb.and([eb('family_id', '=', ask.whose.family), eb('children', '=', '[]')]),
      ]),
    )
    .execute();
  const isIn = (within: string, text: string) => holdsText(within, text, ask.whose);
  const whole = new Set(tasks.flatMap(({ id, what, isOfIt }) => (isOfIt && isIn(words, what) ? [id] : [])));
  const ids = tasks.flatMap(({ id, note }) => (whole.has(id) || isIn(notes, note) ? [id] : []));
  if (ids.length === 0) return;
  await trx.updateTable('tasks').set({ note: '' }).where('id', 'in', ids).execute();
  await trx
    .updateTable('tasks')
    .set({ what: TAKEN_OUT })
    .where('id', 'in', [...whole, ''])
    .execute();
  await trx
    .deleteFrom('findable')
    .where('ref', 'in', [...whole, ''])
    .execute();
  const acts = await trx
    .selectFrom('task_acts')
    .select(['task_id', 'revision', 'act'])
    .where('task_id', 'in', ids)
    .execute();
  for (const { task_id: task, revision, act } of acts) {
    const told = JSON.parse(act) as { what?: string; note?: string; why?: string };
    if (told.what !== undefined && whole.has(task)) told.what = TAKEN_OUT;
    if (told.note !== undefined) told.note = '';
    if (told.why !== undefined) told.why = TAKEN_OUT;
    await trx
      .updateTable('task_acts')
      .set({ act: JSON.stringify(told) })
      .where('task_id', '=', task)
      .where('revision', '=', revision)
      .execute();
  }
}

/** What was said to have become of a date stands in the entry whose words were taken out: why goes with it. */
async function blankDates(trx: Trx, ask: { whose: Whose; file: string; wordsOf: string }): Promise<void> {
  const words = `${wordsOfBody(ask.wordsOf)}\n${notesOfBody(ask.wordsOf)}`;
  const dates = await trx
    .selectFrom('dates')
    .select(['id', 'story'])
    .where((eb) =>
      eb.or([
        eb('child_id', '=', ask.file),
        eb.and([eb('family_id', '=', ask.whose.family), eb('child_id', 'is', null)]),
      ]),
    )
    .execute();
  for (const { id, story: told } of dates) {
    const story = JSON.parse(told) as { why: string }[];
    const blanked = story.map((step) =>
      holdsText(words, step.why, ask.whose) ? { ...step, why: TAKEN_OUT } : step,
    );
    if (JSON.stringify(blanked) !== JSON.stringify(story))
      await trx
        .updateTable('dates')
        .set({ story: JSON.stringify(blanked) })
        .where('id', '=', id)
        .execute();
  }
}

/** The cards whose words stood in an entry of this file that were taken out since (F16). */
export async function readTakenOut(reader: Reader, file: string): Promise<Set<string>> {
  const entries = await reader.selectFrom('entries').select('header').where('file', '=', file).execute();
  const seqs = new Set(
    entries.flatMap(({ header }) => {
      const refers = readHeader(header)?.refers;
      return refers?.kind === 'redacts' ? [refers.seq] : [];
    }),
  );
  if (seqs.size === 0) return new Set();
  const commits = await reader
    .selectFrom('commits')
    .select('receipt')
    .where('receipt', 'like', `%${file}%`)
    .execute();
  return new Set(
    commits.flatMap(({ receipt }) =>
      (
        (JSON.parse(receipt) as { entries?: { child: string; seq: number; cards?: string[] }[] }).entries ??
        []
      )
        .filter((entry) => entry.child === file && seqs.has(entry.seq))
        .flatMap((entry) => entry.cards ?? []),
    ),
  );
}

/** Verifies every file; answers with those that do not hold. */
export async function verifyAll(
  reader: Reader,
): Promise<{ files: number; entries: number; broken: { file: string; seq: number; why: string }[] }> {
  const files = await unlessUnreadable(
    reader.selectFrom('entries').select('file').distinct().orderBy('file').execute(),
  );
  const broken: { file: string; seq: number; why: string }[] = [];
  let entries = 0;
  if (!files) return { files: 0, entries, broken: [{ file: '', seq: 0, why: 'the entries cannot be read' }] };
  for (const { file } of files) {
    const stored = await unlessUnreadable(storedEntries(reader, file));
    if (!stored) {
      broken.push({ file, seq: 0, why: 'it cannot be read' });
      continue;
    }
    entries += stored.length;
    const found = verifyFile(file, stored, sha256);
    if (found) broken.push({ file, ...found });
  }
  return { files: files.length, entries, broken };
}

/** Who read or copied a file, and when, newest first. */
export async function readViews(
  reader: Reader,
  child: string,
): Promise<{ at: number; what: string; by: string }[]> {
  const rows = await reader
    .selectFrom('views')
    .innerJoin('members', 'members.id', 'views.member_id')
    .select(['views.at', 'views.what', 'members.name'])
    .where('child_id', '=', child)
    .orderBy('views.at', 'desc')
    .limit(200)
    .execute();
  return rows.map((row) => ({ at: Number(row.at), what: row.what, by: row.name }));
}

/** Writes down who read or copied a child's file, and when. */
export async function noteView(
  db: Reader,
  ask: { child: string; member: string; now: number; what: string },
): Promise<void> {
  await db
    .insertInto('views')
    .values({ id: randomUUID(), child_id: ask.child, member_id: ask.member, at: ask.now, what: ask.what })
    .execute();
}
