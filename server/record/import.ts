import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { fold } from '#domain/board/fold.ts';
import type { IntakeFact } from '#domain/board/intake.ts';
import { RELATIONS, type CardKind } from '#domain/board/cards.ts';
import { type GoodRow, type Mend, type Problem, type TableName } from '#domain/people/import.ts';
import { Refusal } from '#domain/errors.ts';
import { initialsOf } from '#domain/people/roles.ts';
import { DEFAULT_SETTINGS } from '#domain/people/settings.ts';
import { londonDate } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import { inThread, TooLong } from '../in-thread.ts';
import { audit } from '../storage/queries/audit.ts';
import { actOnDate, addDate } from '../storage/queries/dates.ts';
import { holdEmails, membersByEmail, raiseEpochs } from '../storage/queries/people.ts';
import { readMembers } from '../storage/queries/units.ts';
import type { Reader, Storage, Trx } from '../storage/storage.ts';
import type { ImportFile } from './import-files.ts';
import type { ImportOrder, ImportRead } from './import-worker.ts';
import type { SteppedOver } from './sheet-rows.ts';

/** What an import would do, or has done. */
export interface ImportOutcome {
  unit: string | null;
  rows: number;
  problems: Problem[];
  /** For each table: new, changed and the same as before. */
  counts: Record<string, { new: number; changed: number; same: number }>;
  /** Facts that somebody changed here since the last import: they were left, and the report says otherwise. */
  differences: { table: string; ref: string; column: string; here: string; report: string }[];
  /** Rows that do not say whether it was said or seen, or how a child was seen: they stand under neither, and the board asks. */
  unsaid: { file: string; table: string; line: number; what: 'said-or-seen' | 'seen-how' }[];
  /** The children of these files by their families, as they read. */
  children: { family: string; children: { name: string; born: string | null }[] }[];
  /** Children who stand in more than one family of the unit by name and birth, once this is in. */
  twice: { name: string; born: string; families: string[] }[];
  /** What of the files was stepped over. */
  over: SteppedOver[];
  /** Sheets that were not read, because they are hidden or none of ours. */
  unread: { file: string; isHidden: boolean }[];
  done: boolean;
  /** The boards for which something waits. */
  boards: string[];
  /** Our ids by 'table:ref', for who goes on with them. */
  ids: Map<string, string>;
}

interface ImportAsk {
  files: readonly ImportFile[];
  /** What was mended on the page since the files were read. */
  mends?: readonly Mend[];
  /** The families that the asker may find; null for the operator, who stands at the machine itself. */
  seen: ReadonlySet<string> | null;
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

/** I2: Brings files in, all or nothing, in one transaction; the same files again change nothing and double nobody. */
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
    const known = unit ? [...(await readImported(storage.db, unit)).keys()] : [];
    const read = await check(known);
    try {
      return await write(storage, { ask, read, known });
    } catch (error) {
      if (!(error instanceof Stale)) throw error;
      // Somebody else brought something in meanwhile: it is read once more, and nobody waits for that.
      if (tries === mostTries) throw new Refusal('try-again');
    }
  }
}

function write(
  storage: Storage,
  { ask, read, known }: { ask: ImportAsk; read: ImportRead; known: readonly string[] },
): Promise<ImportOutcome> {
  return storage
    .write(async (trx) => {
      const unit = ask.unit ?? (await unitFor(trx, { named: read.unit, ask }));
      const before = unit ? await readImported(trx, unit) : new Map<string, Imported>();
      if (known.length !== before.size || known.some((key) => !before.has(key))) throw new Stale();
      const all = [...read.problems];
      if (!unit && all.length === 0)
        all.push({
          file: ask.files[0]?.name ?? '',
          table: '',
          line: 1,
          column: '',
          value: '',
          why: 'Nothing says which unit this is for.',
          titled: '',
          cell: null,
          place: null,
          offers: [],
        });
      const empty = {
        unit,
        rows: read.rows,
        problems: all,
        counts: {},
        differences: [],
        unsaid: [],
        children: childrenOf(read.good),
        twice: [],
        unread: read.unread,
        over: read.over.filter(({ titles, empty, under, notKnown }) => titles + empty + under + notKnown > 0),
        done: false,
        boards: [],
        ids: new Map<string, string>(),
      };
      if (all.length > 0 || !unit) {
        if (!ask.unit) throw new Undone(empty);
        return empty;
      }
      const bringing = new Bringing({ trx, unit, ask, before });
      for (const [index, row] of inOrder(read.good).entries()) {
        await bringing.bring(row);
        // Others get their turn on the thread that carries letters.
        if (index % rowsAtOnce === rowsAtOnce - 1) await nextTurn();
      }
      const taken = await bringing.emailsTaken();
      if (taken.length > 0) throw new Undone({ ...empty, problems: taken });
      await bringing.remember();
      const boards = await bringing.sendToBoards();
      const outcome = {
        ...empty,
        counts: bringing.counts,
        differences: bringing.differences,
        unsaid: bringing.unsaid,
        twice: await childrenTwice(trx, { unit, seen: ask.seen }),
        done: !ask.dryRun,
        boards,
        ids: bringing.ids,
      };
      if (ask.dryRun) throw new Undone(outcome);
      // Seats and restrictions may have changed: every right of the unit is looked at again.
      await raiseEpochs(
        trx,
        (await readMembers(trx, unit)).map((member) => member.id),
      );
      await audit(trx, { at: ask.now, unit, member: ask.by, act: 'imported', subject: unit });
      return outcome;
    })
    .catch((error: unknown) => {
      // A trial run is rolled back by throwing what it found.
      if (error instanceof Undone) return error.outcome;
      throw error;
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

/** I6: A child who is in two families has two files: that is told to whoever may find both. */
async function childrenTwice(
  reader: Reader,
  { unit, seen }: { unit: string; seen: ReadonlySet<string> | null },
): Promise<ImportOutcome['twice']> {
  const rows = await reader
    .selectFrom('children')
    .innerJoin('families', 'families.id', 'children.family_id')
    .select(['given', 'surname', 'born', 'families.name', 'families.id', 'restricted'])
    .where('families.unit_id', '=', unit)
    .where('families.closed_at', 'is', null)
    .where('children.removed_at', 'is', null)
    .where('born', 'is not', null)
    .execute();
  const known = new Map<string, { name: string; born: string; families: string[] }>();
  for (const row of rows) {
    if (Number(row.restricted) === 1 && seen && !seen.has(row.id)) continue;
    const name = `${row.given} ${row.surname}`.trim();
    const key = `${fold(name)} ${row.born}`;
    const one = known.get(key) ?? { name, born: row.born!, families: [] };
    one.families.push(row.name);
    known.set(key, one);
  }
  return [...known.values()].filter((one) => one.families.length > 1);
}

/** What is known of earlier imports is not what the files were checked against. */
class Stale extends Error {}

class Undone extends Error {
  readonly outcome: ImportOutcome;
  constructor(outcome: ImportOutcome) {
    super('nothing was written');
    this.outcome = outcome;
  }
}

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

async function unitFor(trx: Trx, { named, ask }: ByName): Promise<string | null> {
  if (!named) return null;
  const found = await unitNamed(trx, { named, ask });
  if (found) return found;
  const id = randomUUID();
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
  return id;
}

const order: TableName[] = [
  'members',
  'families',
  'children',
  'adults',
  'relations',
  'households',
  'dates',
  'words',
  'accounts',
  'figures',
  'seen',
  'safety',
  'strengths',
  'news',
];
const inOrder = (rows: readonly GoodRow[]) =>
  order.flatMap((table) => rows.filter((row) => row.table === table));

type Fields = IntakeFact['fields'];

/** What an import last wrote of one row: under which id, and what it said. */
interface Imported {
  id: string;
  fields: Record<string, unknown>;
  /** The family on whose board the card lies; what was imported before this was kept does not say. */
  family?: string;
}

async function readImported(reader: Reader, unit: string): Promise<Map<string, Imported>> {
  const rows = await reader
    .selectFrom('imported')
    .select(['key', 'fact'])
    .where('unit_id', '=', unit)
    .execute();
  return new Map(rows.map(({ key, fact }) => [key, JSON.parse(fact) as Imported]));
}

/** One import on its way: what came before, what is new, and what each board will be told. */
class Bringing {
  readonly counts: ImportOutcome['counts'] = {};
  readonly differences: ImportOutcome['differences'] = [];
  readonly unsaid: ImportOutcome['unsaid'] = [];
  readonly ids = new Map<string, string>();
  readonly #trx: Trx;
  readonly #unit: string;
  readonly #ask: ImportAsk;
  readonly #boards = new Map<string, IntakeFact[]>();
  /** Ids that this import has made itself. */
  readonly #made = new Set<string>();
  /** What the imports before this one wrote, and this one so far; and which of it is not in the store yet. */
  readonly #imported: Map<string, Imported>;
  readonly #fresh = new Set<string>();
  readonly #members: GoodRow[] = [];

  /** `before` is what earlier imports wrote, by table and ref. */
  constructor(of: { trx: Trx; unit: string; ask: ImportAsk; before: Map<string, Imported> }) {
    this.#trx = of.trx;
    this.#unit = of.unit;
    this.#ask = of.ask;
    this.#imported = of.before;
  }

  async bring(row: GoodRow): Promise<void> {
    const { values } = row;
    if (typeof values.family === 'string') this.#mayTouch(`families:${values.family}`);
    switch (row.table) {
      case 'members':
        return this.#member(row);
      case 'families':
        return this.#family(row);
      case 'children':
        return this.#child(row);
      case 'dates':
        return this.#date(row);
      case 'adults':
        return this.#card(row, 'person', {
          name: fullName(values),
          gender: text(values.gender) || 'unknown',
          born: nullable(values.born),
          died: nullable(values.died),
          note: text(values.note).slice(0, 300),
          elsewhere: text(values.elsewhere).slice(0, 300),
          noAddress: text(values.notToHave).slice(0, 300),
        });
      case 'relations':
        return this.#relation(row);
      case 'households':
        return this.#card(row, 'household', {
          name: text(values.name).slice(0, 300),
          from: nullable(values.from),
          until: nullable(values.until),
          person: this.#people(values.people),
        });
      case 'words': {
        // What an earlier import read from the same row stays: what went into a file does not come again for it.
        const means =
          text(values.means) || (this.#before(`words:${text(values.ref)}`)?.fields.means as string) || null;
        if (means === null) this.#unsaid(row, 'said-or-seen');
        return this.#card(row, 'words', {
          text: text(values.words),
          childId: this.#id('children', values.child),
          to: this.#memberName(values.to),
          where: text(values.where).slice(0, 300),
          asked: text(values.asked).slice(0, 300),
          on: nullable(values.on),
          means,
        });
      }
      case 'accounts':
        return this.#card(row, 'account', {
          text: text(values.words),
          who: this.#id('adults', values.person),
          to: this.#memberName(values.to),
          where: text(values.where).slice(0, 300),
          asked: text(values.asked).slice(0, 300),
          on: nullable(values.on),
          child: this.#ids('children', values.children),
        });
      case 'figures':
        return this.#card(row, 'figure', {
          childId: this.#id('children', values.child),
          what: text(values.what).slice(0, 60),
          value: text(values.value),
          unit: text(values.unit).slice(0, 20),
          on: nullable(values.on),
          who: this.#memberName(values.by),
        });
      case 'seen':
        // What an earlier import read from the same row stays here too.
        values.how ??= (this.#before(`seen:${text(values.ref)}`)?.fields.how as string | null) ?? null;
        if (!values.how) this.#unsaid(row, 'seen-how');
        return this.#card(row, 'seen', {
          childId: this.#id('children', values.child),
          on: nullable(values.on),
          how: text(values.how) || null,
          with: this.#personName(values.with),
          who: this.#memberName(values.by),
        });
      case 'safety':
        return this.#card(row, 'safety', {
          text: text(values.text),
          on: nullable(values.on),
          checkedWith: this.#personName(values.checkedWith),
          checkedOn: nullable(values.checkedOn),
          child: this.#ids('children', values.children),
        });
      case 'strengths':
        return this.#card(row, 'strength', { text: text(values.text), on: nullable(values.on) });
      case 'news': {
        const before = this.#before(`news:${text(values.ref)}`)?.fields ?? {};
        // What the report leaves out now was said before, and what it never said is nobody's empty word.
        const kept = (column: string, value: string) => {
          const said = value || (typeof before[column] === 'string' ? before[column] : '');
          return said === '' ? {} : { [column]: said };
        };
        return this.#card(row, 'news', {
          text: text(values.text),
          on: nullable(values.on),
          toldOn: nullable(values.told) ?? (before.toldOn as string | null | undefined) ?? null,
          how: text(values.kind).slice(0, 300),
          who: this.#memberName(values.by),
          about: [...this.#ids('children', values.children), ...this.#people(values.people)],
          ...kept('standing', text(values.sure)),
          ...kept('otherSays', text(values.otherSays).slice(0, 300)),
        });
      }
    }
  }

  /** Lays what each board gets beside it, to be taken in by whoever holds its room. */
  async sendToBoards(): Promise<string[]> {
    const docs = [];
    for (const [family, facts] of this.#boards) {
      if (facts.length === 0) continue;
      const doc = familyDocument(family);
      await this.#trx
        .insertInto('intake')
        .values({
          id: randomUUID(),
          doc,
          by: this.#ask.by ?? 'import',
          facts: JSON.stringify(facts),
          at: this.#ask.now,
        })
        .execute();
      docs.push(doc);
    }
    return docs;
  }

  /**
   * P33: Rows whose e-mail somebody else has too, once all of them are in: two may have changed theirs with one another. What
   * a report says of who has left, or was mended here since, is not written and is no trouble.
   */
  async emailsTaken(): Promise<Problem[]> {
    const problems: Problem[] = [];
    if (this.#ask.madeUp || this.#members.length === 0) return problems;
    await holdEmails(this.#trx);
    for (const { file, table, line, values } of this.#members) {
      const email = text(values.email);
      const own = this.ids.get(`members:${text(values.ref)}`);
      const have = await membersByEmail(this.#trx, email);
      if (have.length > 1 && have.some((member) => member === own))
        problems.push({
          file,
          table,
          line,
          column: 'email',
          value: email,
          why: 'Somebody here has this e-mail already. Each member needs their own.',
          titled: '',
          cell: null,
          place: null,
          offers: [],
        });
    }
    return problems;
  }

  async #member(row: GoodRow): Promise<void> {
    const { values } = row;
    this.#members.push(row);
    const now = {
      name: text(values.name),
      role: text(values.role),
      email: text(values.email),
      note: text(values.note),
    };
    await this.#row('members', text(values.ref), now, {
      make: async (id) => {
        await this.#trx
          .insertInto('members')
          .values({
            id,
            unit_id: this.#unit,
            ref: text(values.ref),
            initials: initialsOf(now.name),
            epoch: 0,
            left_at: null,
            created_at: this.#ask.now,
            ...now,
          })
          .execute();
      },
      read: async (id) =>
        this.#trx
          .selectFrom('members')
          .select(['name', 'role', 'email', 'note'])
          .where('id', '=', id)
          .executeTakeFirst(),
      change: async (id, fields) => {
        await this.#trx
          .updateTable('members')
          .set({ ...fields, ...(fields.name && { initials: initialsOf(fields.name) }) })
          .where('id', '=', id)
          .execute();
      },
    });
  }

  async #family({ values }: GoodRow): Promise<void> {
    const now = {
      name: text(values.name),
      since: nullable(values.since),
      restricted: values.restricted === true ? 1 : 0,
    };
    this.#mayTouch(`families:${text(values.ref)}`);
    await this.#row('families', text(values.ref), now, {
      make: async (id) => {
        await this.#trx
          .insertInto('families')
          .values({
            id,
            unit_id: this.#unit,
            ref: text(values.ref),
            closed_at: null,
            revision: 0,
            created_at: this.#ask.now,
            ...now,
          })
          .execute();
        if (now.restricted && this.#ask.by)
          await this.#trx
            .insertInto('family_access')
            .values({ family_id: id, member_id: this.#ask.by })
            .execute();
      },
      read: async (id) => {
        const row = await this.#trx
          .selectFrom('families')
          .select(['name', 'since', 'restricted'])
          .where('id', '=', id)
          .executeTakeFirst();
        return row && { ...row, restricted: Number(row.restricted) };
      },
      change: async (id, fields) => {
        const allowed = withoutLowering(fields);
        if (Object.keys(allowed).length > 0)
          await this.#trx.updateTable('families').set(allowed).where('id', '=', id).execute();
      },
    });
  }

  async #child({ values }: GoodRow): Promise<void> {
    const family = await this.#homeOf(text(values.ref), this.#id('families', values.family));
    const now = {
      given: text(values.given), surname: text(values.surname), born: nullable(values.born), due: nullable(values.due), gender: text(values.gender) || 'unknown', status: text(values.status), status_since: nullable(values.statusSince),
    }; // prettier-ignore
    const id = await this.#row('children', text(values.ref), now, {
      make: async (made) => {
        await this.#trx
          .insertInto('children')
          .values({ id: made, family_id: family, ref: text(values.ref), removed_at: null, ...now })
          .execute();
      },
      read: async (made) =>
        this.#trx
          .selectFrom('children')
          .select(['given', 'surname', 'born', 'due', 'gender', 'status', 'status_since'])
          .where('id', '=', made)
          .executeTakeFirst(),
      change: async (made, fields) => {
        await this.#trx.updateTable('children').set(fields).where('id', '=', made).execute();
      },
    });
    // A child stands on the map under the same id as in the record.
    this.#fact(`person:${text(values.ref)}`, {
      family,
      kind: 'person',
      id,
      fields: { name: now.given, gender: now.gender, born: now.born, due: now.due, isChild: true },
    });
  }

  /** The family in which a child stands. Where the report says another it is told, and somebody moves them on the page. */
  async #homeOf(ref: string, reported: string): Promise<string> {
    const id = this.#before(`children:${ref}`)?.id;
    const child =
      id &&
      (await this.#trx.selectFrom('children').select('family_id').where('id', '=', id).executeTakeFirst());
    if (!child || child.family_id === reported) return reported;
    this.#mustFind(child.family_id, ref);
    this.differences.push({
      table: 'children',
      ref,
      column: 'family',
      here: await this.#named('family_id', child.family_id),
      report: await this.#named('family_id', reported),
    });
    return child.family_id;
  }

  async #date({ values }: GoodRow): Promise<void> {
    const now = {
      family_id: this.#id('families', values.family),
      child_id: values.child ? this.#id('children', values.child) : null,
      kind: text(values.kind),
      on_date: text(values.on),
      what: text(values.what),
    };
    await this.#row('dates', text(values.ref), now, {
      make: async (id) => {
        await addDate(this.#trx, {
          id,
          ref: text(values.ref),
          family: now.family_id,
          child: now.child_id,
          kind: now.kind,
          on: now.on_date,
          what: now.what,
          at: this.#ask.now,
        });
      },
      read: async (id) =>
        this.#trx
          .selectFrom('dates')
          .select(['family_id', 'child_id', 'kind', 'on_date', 'what'])
          .where('id', '=', id)
          // One that was taken away here stays away, and holds no other row up.
          .where('removed_at', 'is', null)
          .executeTakeFirst(),
      change: async (id, fields) => {
        const { on_date: on, ...rest } = fields;
        if (Object.keys(rest).length > 0)
          await this.#trx.updateTable('dates').set(rest).where('id', '=', id).execute();
        if (on)
          await actOnDate(this.#trx, {
            date: id,
            family: now.family_id,
            revision: null,
            act: { does: 'move', on, why: 'The council’s record' },
            by: this.#ask.by ?? '',
            at: this.#ask.now,
          });
      },
    });
  }

  #relation(row: GoodRow): void {
    const { values } = row;
    const [person, of] = [this.#person(values.person), this.#person(values.of)];
    const isChild = values.is === 'child';
    const isFact = isChild || isRelation(values.is);
    const fact = {
      a: isChild ? of : person,
      b: isChild ? person : of,
      is: isChild ? 'parent' : text(values.is),
      how: nullable(values.kind),
      responsible: isChild && values.responsible === true ? true : null,
      from: nullable(values.from),
      until: nullable(values.until),
    };
    const view = {
      a: fact.a,
      b: fact.b,
      is: fact.is,
      on: nullable(values.from),
      until: nullable(values.until),
      ...(fact.is === 'harm' && values.sure && { sure: text(values.sure) }),
      ...(fact.is === 'harm' && values.source && { source: text(values.source).slice(0, 300) }),
      ...(fact.is === 'harm' && values.harm && { how: text(values.harm).slice(0, 300) }),
    };
    const ref = text(values.ref) || `${text(values.person)} ${text(values.is)} ${text(values.of)}`;
    // A row that was a fact of the family and is a view now, or the other way round, is another card.
    const before = this.#before(`relations:${ref}`)?.fields.is;
    const wasFact = isRelation(before);
    const isOther = before !== undefined && wasFact !== isFact;
    this.#card(
      { ...row, values: { ...values, ref: isOther ? `${ref} (${text(values.is)})` : ref } },
      isFact ? 'relation' : 'tie',
      isFact ? fact : view,
    );
  }

  #unsaid({ file, table, line }: GoodRow, what: ImportOutcome['unsaid'][number]['what']): void {
    this.unsaid.push({ file, table, line, what });
  }

  #card(row: GoodRow, kind: CardKind, fields: Fields): void {
    const family = this.#id('families', row.values.family);
    const state = this.#fact(`${row.table}:${text(row.values.ref)}`, {
      family,
      kind,
      id: null,
      fields,
    });
    this.#count(row.table, state);
  }

  /** A fact of a board: told to it if it is new or says something else than last time. */
  #fact(
    key: string,
    ask: { family: string; kind: CardKind; id: string | null; fields: Fields },
  ): 'new' | 'changed' | 'same' {
    const before = this.#before(key);
    if (before && isDeepStrictEqual(before.fields, JSON.parse(JSON.stringify(ask.fields)))) {
      this.ids.set(key, before.id);
      return 'same';
    }
    const card = before?.id ?? ask.id ?? randomUUID();
    this.ids.set(key, card);
    const facts = this.#boards.get(ask.family) ?? [];
    facts.push({
      card,
      kind: ask.kind,
      fields: ask.fields,
      before: (before?.fields as Fields | undefined) ?? null,
    });
    this.#boards.set(ask.family, facts);
    this.#note(key, { id: card, fields: ask.fields, family: ask.family });
    return before ? 'changed' : 'new';
  }

  /** A row of the record: only what the import last wrote is changed; where somebody changed it since, both are told. */
  async #row<F extends Record<string, string | number | null>>(
    table: TableName,
    ref: string,
    now: F,
    does: {
      make: (id: string) => Promise<void>;
      read: (id: string) => Promise<F | undefined>;
      change: (id: string, fields: Partial<F>) => Promise<void>;
    },
  ): Promise<string> {
    const key = `${table}:${ref}`;
    const before = this.#before(key);
    if (!before) {
      const id = randomUUID();
      await does.make(id);
      this.#made.add(id);
      this.ids.set(key, id);
      this.#note(key, { id, fields: now });
      this.#count(table, 'new');
      return id;
    }
    this.ids.set(key, before.id);
    const here = await does.read(before.id);
    if (typeof here?.family_id === 'string') this.#mustFind(here.family_id, ref);
    const change: Record<string, string | number | null> = {};
    for (const [column, value] of Object.entries(now)) {
      if (!here || value === before.fields[column] || value === here[column]) continue;
      if (here[column] === before.fields[column]) change[column] = value;
      else
        this.differences.push({
          table,
          ref,
          column: column.replace(/_id$/, ''),
          here: await this.#named(column, here[column]),
          report: await this.#named(column, value),
        });
    }
    if (Object.keys(change).length > 0) await does.change(before.id, change as Partial<F>);
    this.#note(key, { id: before.id, fields: now });
    this.#count(table, Object.keys(change).length > 0 ? 'changed' : 'same');
    return before.id;
  }

  /** What stands in a column, for people: a family by its name. */
  async #named(column: string, value: string | number | null | undefined): Promise<string> {
    if (column === 'restricted') return value ? 'yes' : 'no';
    if (column !== 'family_id' || value == null) return String(value ?? '');
    const family = await this.#trx
      .selectFrom('families')
      .select('name')
      .where('id', '=', String(value))
      .executeTakeFirst();
    return family?.name ?? '';
  }

  /** P19: to somebody who may not find a family its ref answers like one that is not there. */
  #mayTouch(key: string): void {
    const id = this.#before(key)?.id;
    if (id) this.#mustFind(id, key.slice(key.indexOf(':') + 1));
  }
  #mustFind(family: string, ref: string): void {
    if (this.#ask.seen && !this.#ask.seen.has(family) && !this.#made.has(family))
      throw new Refusal('not-understood', 'no-such-ref', ref);
  }

  #before(key: string): Imported | null {
    return this.#imported.get(key) ?? null;
  }

  #note(key: string, fact: { id: string; fields: object; family?: string }): void {
    // As it will be read again: what JSON does not hold is not there.
    this.#imported.set(key, JSON.parse(JSON.stringify(fact)) as Imported);
    this.#fresh.add(key);
  }

  /** Writes down what this import wrote, many rows in one statement: all writes of the unit wait meanwhile. */
  async remember(): Promise<void> {
    const rows = [...this.#fresh].map((key) => ({
      unit_id: this.#unit,
      key,
      fact: JSON.stringify(this.#imported.get(key)),
    }));
    for (let from = 0; from < rows.length; from += rowsAtOnce)
      await this.#trx
        .insertInto('imported')
        .values(rows.slice(from, from + rowsAtOnce))
        .onConflict((conflict) =>
          conflict.columns(['unit_id', 'key']).doUpdateSet((eb) => ({ fact: eb.ref('excluded.fact') })),
        )
        .execute();
  }

  #id(table: string, ref: GoodRow['values'][string] | undefined): string {
    const key = `${table}:${text(ref)}`;
    const found = this.ids.get(key) ?? this.#before(key)?.id;
    if (!found) throw new Error('a ref that was checked is not there');
    return found;
  }

  #ids(table: string, refs: GoodRow['values'][string] | undefined): string[] {
    const ids = [];
    for (const ref of Array.isArray(refs) ? refs : []) ids.push(this.#id(table, ref));
    return ids;
  }

  #person(ref: GoodRow['values'][string] | undefined): string {
    const child = `children:${text(ref)}`;
    return this.ids.get(child) ?? this.#before(child)?.id ?? this.#id('adults', ref);
  }

  #people(refs: GoodRow['values'][string] | undefined): string[] {
    const ids = [];
    for (const ref of Array.isArray(refs) ? refs : []) ids.push(this.#person(ref));
    return ids;
  }

  /** A member's name where the report gives their ref, else what it says. */
  #memberName(said: GoodRow['values'][string] | undefined): string {
    const fact = this.#before(`members:${text(said)}`);
    return String(fact?.fields.name ?? text(said)).slice(0, 300);
  }

  #personName(said: GoodRow['values'][string] | undefined): string {
    const adult = this.#before(`adults:${text(said)}`);
    const child = this.#before(`children:${text(said)}`);
    return String(adult?.fields.name ?? child?.fields.given ?? text(said)).slice(0, 300);
  }

  #count(table: string, state: 'new' | 'changed' | 'same'): void {
    const counts = (this.counts[table] ??= { new: 0, changed: 0, same: 0 });
    counts[state]++;
  }
}

/** Who may find a family is widened by a person on the page, never by a file. */
function withoutLowering<F extends { restricted?: number }>(fields: F): Omit<F, 'restricted'> | F {
  const { restricted, ...rest } = fields;
  return restricted === 1 ? fields : rest;
}

const text = (value: GoodRow['values'][string] | undefined) => (typeof value === 'string' ? value : '');
const nullable = (value: GoodRow['values'][string] | undefined) =>
  typeof value === 'string' && value !== '' ? value : null;
const fullName = (values: GoodRow['values']) =>
  [text(values.given), text(values.surname)].filter(Boolean).join(' ').slice(0, 300);

const isRelation = (is: unknown) => (RELATIONS as readonly unknown[]).includes(is);
