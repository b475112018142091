import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { fold } from '#domain/board/fold.ts';
import { problemOfFile, type GoodRow, type Mend, type Problem } from '#domain/people/import.ts';
import { Refusal } from '#domain/errors.ts';
import { DEFAULT_SETTINGS } from '#domain/people/settings.ts';
import { londonDate } from '#domain/time/civil.ts';
import type { ImportView } from '#domain/views.ts';
import { familyDocument } from '#domain/wire.ts';
import { inThread, TooLong } from '../in-thread.ts';
import { audit } from '../storage/queries/audit.ts';
import { keepFindable } from '../storage/queries/people.ts';
import { actOnDate } from '../storage/queries/dates.ts';
import { foldEmail, holdEmails, raiseEpochs, readEmails } from '../storage/queries/people.ts';
import { lockFamiliesOf } from '../storage/queries/families.ts';
import { lockUnit, readMembers } from '../storage/queries/units.ts';
import type { Reader, Storage, Trx } from '../storage/storage.ts';
import type { Tables } from '../storage/tables.ts';
import type { ImportFile } from './import-files.ts';
import {
  fullName,
  nullable,
  planImport,
  text,
  type Beside,
  type Imported,
  type ImportPlan,
} from './import-plan.ts';
import type { ImportOrder, ImportRead } from './import-worker.ts';

/** What an import would do, or has done, with our ids by 'table:ref' for who goes on with them. */
export interface ImportOutcome extends ImportView {
  ids: Map<string, string>;
}

interface ImportAsk {
  files: readonly ImportFile[];
  /** What was mended on the page since the files were read. */
  mends?: readonly Mend[];
  /** Reads the families that the asker may find; null for the operator, who stands at the machine itself. */
  seen: ((reader: Reader) => Promise<ReadonlySet<string>>) | null;
  /** The unit to import into; null takes the unit that the file names, made if there is none. */
  unit: string | null;
  by: string | null;
  now: number;
  /** The civil date by which it is judged, where that is not the one of `now`. */
  today?: string;
  dryRun: boolean;
  madeUp?: true;
}

/** How often the files are read again because somebody else's came in meanwhile. */
const mostTries = 3;
/** Rows of one statement, and of one turn. */
const rowsAtOnce = 300;
/** The most memory that reading an import may take, MB; a file that needs more is not a unit's. */
const readingMb = 512;
/** The longest that it may take, milliseconds: twenty times what a council's largest files take here. */
const readingMs = 30_000;

/** Reads and checks files in a thread of its own; where they are too much for it they are refused, and the server goes on. */
async function readInAThread(order: ImportOrder): Promise<ImportRead> {
  try {
    return await inThread(new URL('./import-worker.ts', import.meta.url), order, {
      maxOldGenerationSizeMb: readingMb,
      longest: readingMs,
    });
  } catch (error) {
    const { code, name } = error as { code?: string; name?: string };
    const isTooMuch =
      code === 'ERR_WORKER_OUT_OF_MEMORY' || name === 'RangeError' || error instanceof TooLong;
    if (!isTooMuch) throw error;
    throw new Refusal('not-understood', 'import-unreadable');
  }
}

/**
 * I2: Brings files in, all or nothing; the same files again change nothing and double nobody. It is read, checked and worked
 * out beside everybody's writing, and written in one short transaction.
 */
export async function importFiles(storage: Storage, ask: ImportAsk): Promise<ImportOutcome> {
  const check = (known: readonly string[]) =>
    readInAThread({
      files: ask.files,
      mends: ask.mends ?? [],
      known,
      today: ask.today ?? londonDate(ask.now),
    });
  const named = ask.unit ? null : (await check([])).unit;
  for (let tries = 1; ; tries++) {
    const unit = ask.unit ?? (await unitNamed(storage.db, { named, ask }));
    const known = await readKnown(storage.db, { unit, ask });
    const read = await check([...known.facts.keys()]);
    try {
      return await write(storage, { ask, read, unit, known });
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      // Somebody changed something meanwhile: it is read once more, and nobody waits for that.
      if (tries === mostTries) throw new Refusal('try-again');
    }
  }
}

/** What is known before anything is written, as the store answers it: what was read again is compared with it. */
type Known = Awaited<ReturnType<typeof readKnown>>;

async function readKnown(reader: Reader, { unit, ask }: { unit: string | null; ask: ImportAsk }) {
  const imported = unit
    ? await reader
        .selectFrom('imported')
        .select(['key', 'fact'])
        .where('unit_id', '=', unit)
        .orderBy('key')
        .execute()
    : [];
  const facts = new Map(imported.map(({ key, fact }) => [key, JSON.parse(fact) as Imported]));
  const idsOf = (table: string) =>
    [...facts].flatMap(([key, { id }]) => (key.startsWith(`${table}:`) ? [id] : []));
  const inParts = async <R>(ids: string[], read: (part: string[]) => Promise<R[]>) => {
    const rows: R[] = [];
    for (let from = 0; from < ids.length; from += rowsAtOnce)
      rows.push(...(await read(ids.slice(from, from + rowsAtOnce))));
    return rows;
  };
  return {
    seen: ask.seen ? await ask.seen(reader) : null,
    imported,
    facts,
    members: await inParts(idsOf('members'), (ids) =>
      reader
        .selectFrom('members')
        .select(['id', 'name', 'role', 'email', 'note'])
        .where('id', 'in', ids)
        .orderBy('id')
        .execute(),
    ),
    families: unit
      ? await reader
          .selectFrom('families')
          .select(['id', 'name', 'since', 'restricted'])
          .where('unit_id', '=', unit)
          .orderBy('id')
          .execute()
      : [],
    children: await inParts(idsOf('children'), (ids) =>
      reader
        .selectFrom('children')
        .select(['id', 'family_id', 'given', 'surname', 'born', 'due', 'gender', 'status', 'status_since'])
        .where('id', 'in', ids)
        .orderBy('id')
        .execute(),
    ),
    dates: await inParts(idsOf('dates'), (ids) =>
      reader
        .selectFrom('dates')
        .select(['id', 'family_id', 'child_id', 'kind', 'on_date', 'what', 'state'])
        .where('id', 'in', ids)
        .where('removed_at', 'is', null)
        .orderBy('id')
        .execute(),
    ),
  };
}

function besideOf({ facts, members, families, children, dates }: Known): Beside {
  const byId = <R extends { id: string }>(rows: readonly R[]) => new Map(rows.map((row) => [row.id, row]));
  return {
    imported: facts,
    members: byId(members),
    families: byId(families.map((row) => ({ ...row, restricted: Number(row.restricted) }))),
    children: byId(children),
    dates: byId(dates),
  };
}

async function lockAll(trx: Trx, unit: string): Promise<void> {
  await lockUnit(trx, unit);
  await lockFamiliesOf(trx, unit);
}

/** Writes what was planned, in many rows a statement: every letter of the installation waits for this and for nothing else. */
async function carryOut(
  trx: Trx,
  { plan, unit, ask }: { plan: ImportPlan; unit: string; ask: ImportAsk },
): Promise<string[]> {
  const { members, families, family_access, children, dates } = plan.rows;
  await insertAll(members, (rows) => trx.insertInto('members').values(rows).execute());
  await insertAll(families, (rows) => trx.insertInto('families').values(rows).execute());
  await insertAll(family_access, (rows) => trx.insertInto('family_access').values(rows).execute());
  await insertAll(children, (rows) => trx.insertInto('children').values(rows).execute());
  await insertAll(dates, (rows) => trx.insertInto('dates').values(rows).execute());
  // One after another: what is sent behind one that fails would be carried out outside the transaction.
  for (const { table, id, set } of plan.changed)
    await trx.updateTable(table).set(set).where('id', '=', id).execute();
  for (const { date, family, on } of plan.moved)
    await actOnDate(trx, {
      date,
      family,
      revision: null,
      act: { does: 'move', on, why: 'The council’s record' },
      by: ask.by ?? '',
      at: ask.now,
    });
  const remembered = [...plan.remembered].map(([key, fact]) => ({
    unit_id: unit,
    key,
    fact: JSON.stringify(fact),
  }));
  await insertAll(remembered, (rows) =>
    trx
      .insertInto('imported')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['unit_id', 'key']).doUpdateSet((eb) => ({ fact: eb.ref('excluded.fact') })),
      )
      .execute(),
  );
  // Each board gets what lies beside it, to be taken in by whoever holds its room.
  const intake = [...plan.boards].map(([family, facts]) => ({
    id: randomUUID(),
    doc: familyDocument(family),
    by: ask.by ?? 'import',
    facts: JSON.stringify(facts),
    at: ask.now,
  }));
  await insertAll(intake, (rows) => trx.insertInto('intake').values(rows).execute());
  return intake.map(({ doc }) => doc);
}

async function insertAll<R>(rows: readonly R[], insert: (part: R[]) => Promise<unknown>): Promise<void> {
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    await insert(rows.slice(from, from + rowsAtOnce));
}

/**
 * P33: Rows whose e-mail somebody else has too, once all of them are in: two may have changed theirs with one another. What
 * a report says of who has left, or was mended here since, is not written and is no trouble. `held`: those of everybody
 * before it, folded, by their ids.
 */
function emailsTaken(
  good: readonly GoodRow[],
  { plan, held }: { plan: ImportPlan; held: ReadonlyMap<string, string> },
): Problem[] {
  const after = new Map(held);
  for (const { id, email } of plan.rows.members) after.set(id, foldEmail(email));
  for (const { table, id, set } of plan.changed)
    if (table === 'members' && 'email' in set && after.has(id)) after.set(id, foldEmail(String(set.email)));
  const problems: Problem[] = [];
  for (const { file, table, line, values } of good) {
    if (table !== 'members') continue;
    const email = text(values.email);
    const own = plan.ids.get(`members:${text(values.ref)}`);
    const wanted = foldEmail(email);
    const have = [...after].flatMap(([id, has]) => (has === wanted && wanted !== '' ? [id] : []));
    if (have.length > 1 && have.some((member) => member === own))
      problems.push({
        ...problemOfFile(file, 1, 'Somebody here has this e-mail already. Each member needs their own.'),
        table,
        line,
        column: 'email',
        value: email,
      });
  }
  return problems;
}

async function write(
  storage: Storage,
  { ask, read, unit: found, known }: { ask: ImportAsk; read: ImportRead; unit: string | null; known: Known },
): Promise<ImportOutcome> {
  const problems = [...read.problems];
  const isUnitNew = !found && read.unit !== null;
  if (!found && !isUnitNew && problems.length === 0)
    problems.push(problemOfFile(ask.files[0]?.name ?? '', 1, 'Nothing says which unit this is for.'));
  const unit = found ?? (problems.length > 0 ? null : randomUUID());
  const empty: ImportOutcome = {
    unit,
    rows: read.rows,
    problems,
    counts: {},
    differences: [],
    unsaid: [],
    children: childrenOf(read.good),
    twice: [],
    unread: read.unread,
    over: read.over.filter(({ titles, empty, under, notKnown }) => titles + empty + under + notKnown > 0),
    done: false,
    boards: [],
    ids: new Map(),
  };
  if (problems.length > 0 || !unit) return empty;
  const plan = await planImport(read.good, {
    unit,
    by: ask.by,
    now: ask.now,
    seen: known.seen,
    beside: besideOf(known),
  });
  const outcome: ImportOutcome = {
    ...empty,
    counts: plan.counts,
    differences: plan.differences,
    unsaid: plan.unsaid,
    twice: childrenTwice(await readTwice(storage.db, unit), { plan, seen: known.seen }),
    ids: plan.ids,
  };
  const checkEmails = async (reader: Reader) =>
    ask.madeUp ? [] : emailsTaken(read.good, { plan, held: await readEmails(reader) });
  if (ask.dryRun) {
    const taken = await checkEmails(storage.db);
    return taken.length > 0 ? { ...empty, problems: taken } : outcome;
  }
  return storage.write(async (trx) => {
    // What the plan was made from is what it is carried out on: nobody changes it in between.
    if (found) await lockAll(trx, found);
    const now = {
      unit: ask.unit ?? (await unitNamed(trx, { named: read.unit, ask })),
      known: await readKnown(trx, { unit: found, ask }),
    };
    if (now.unit !== found || !isDeepStrictEqual(now.known, known)) throw new Stale();
    await holdEmails(trx);
    const taken = await checkEmails(trx);
    if (taken.length > 0) return { ...empty, problems: taken };
    if (isUnitNew) await makeUnit(trx, { id: unit, named: read.unit!, ask });
    const boards = await carryOut(trx, { plan, unit, ask });
    await keepFindable(trx, { unit, at: ask.now });
    // Seats and restrictions may have changed: every right of the unit is looked at again.
    await raiseEpochs(
      trx,
      (await readMembers(trx, unit)).map((member) => member.id),
    );
    await audit(trx, { at: ask.now, unit, member: ask.by, act: 'imported', subject: unit });
    return { ...outcome, done: true, boards };
  });
}

/** The children of the rows, by their families. */
function childrenOf(good: readonly GoodRow[]): ImportOutcome['children'] {
  const called = new Map(
    good.flatMap(({ table, values }) =>
      table === 'families' ? [[text(values.ref), text(values.name)] as const] : [],
    ),
  );
  const families = new Map<string, ImportOutcome['children'][number]['children']>();
  for (const { table, values } of good) {
    if (table !== 'children') continue;
    const of = families.get(text(values.family)) ?? [];
    of.push({ name: fullName(values), born: nullable(values.born) });
    families.set(text(values.family), of);
  }
  return [...families].map(([ref, children]) => ({ family: called.get(ref) ?? ref, children }));
}

/** The families and children of a unit, as they are before an import. */
const readTwice = async (reader: Reader, unit: string) => ({
  families: await reader
    .selectFrom('families')
    .select(['id', 'name', 'restricted'])
    .where('unit_id', '=', unit)
    .where('closed_at', 'is', null)
    .execute(),
  children: await reader
    .selectFrom('children')
    .innerJoin('families', 'families.id', 'children.family_id')
    .select(['children.id', 'family_id', 'given', 'surname', 'born'])
    .where('families.unit_id', '=', unit)
    .where('children.removed_at', 'is', null)
    .execute(),
});

/** I6: A child who is in two families once the plan is carried out has two files: that is told to whoever may find both. */
function childrenTwice(
  before: Awaited<ReturnType<typeof readTwice>>,
  { plan, seen }: { plan: ImportPlan; seen: ReadonlySet<string> | null },
): ImportOutcome['twice'] {
  const changes = new Map(plan.changed.map(({ id, set }) => [id, set]));
  const changed = <R extends { id: string }>(row: R): R => ({ ...row, ...changes.get(row.id) });
  const families = new Map(
    [...before.families, ...plan.rows.families].map((row) => [row.id, changed<FamilyNow>(row)]),
  );
  const known = new Map<string, { name: string; born: string; families: string[] }>();
  for (const row of [...before.children, ...plan.rows.children]) {
    const child = changed<ChildNow>(row);
    const family = families.get(child.family_id);
    if (!family || child.born === null) continue;
    if (Number(family.restricted) === 1 && seen && !seen.has(family.id)) continue;
    const name = `${child.given} ${child.surname}`.trim();
    const key = `${fold(name)} ${child.born}`;
    const one = known.get(key) ?? { name, born: child.born, families: [] };
    one.families.push(family.name);
    known.set(key, one);
  }
  return [...known.values()].filter((one) => one.families.length > 1);
}

type FamilyNow = Pick<Tables['families'], 'id' | 'name' | 'restricted'>;
type ChildNow = Pick<Tables['children'], 'id' | 'family_id' | 'given' | 'surname' | 'born'>;

/** What is known of earlier imports is not what the files were checked against. */
class Stale extends Error {}

interface ByName {
  named: ImportRead['unit'];
  ask: ImportAsk;
}

/** The unit that a file names, where there is one already; a made-up one is always new. */
async function unitNamed(reader: Reader, { named, ask }: ByName): Promise<string | null> {
  if (!named || ask.madeUp) return null;
  const found = await reader
    .selectFrom('units')
    .select('id')
    .where('ref', '=', named.ref)
    .where('made_up', '=', 0)
    .executeTakeFirst();
  return found?.id ?? null;
}

async function makeUnit(
  trx: Trx,
  { id, named, ask }: { id: string; named: NonNullable<ImportRead['unit']>; ask: ImportAsk },
): Promise<void> {
  await trx
    .insertInto('units')
    .values({
      id,
      name: named.name,
      ref: named.ref,
      meeting_day: named.meetingDay,
      meeting_time: '09:30',
      settings: JSON.stringify(DEFAULT_SETTINGS),
      made_up: ask.madeUp ? 1 : 0,
      created_at: ask.now,
    })
    .execute();
}
