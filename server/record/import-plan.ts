import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { RELATIONS, type CardKind } from '#domain/board/cards.ts';
import type { IntakeFact } from '#domain/board/intake.ts';
import { Refusal } from '#domain/errors.ts';
import type { GoodRow, TableName } from '#domain/people/import.ts';
import { initialsOf } from '#domain/people/roles.ts';
import type { ImportView } from '#domain/views.ts';
import { newDate } from '../storage/queries/dates.ts';
import type { Tables } from '../storage/tables.ts';

/** Rows of one turn. */
const rowsAtOnce = 300;

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
/** Rows in the order in which one names another. */
const inOrder = (rows: readonly GoodRow[]) =>
  order.flatMap((table) => rows.filter((row) => row.table === table));

type Fields = IntakeFact['fields'];

/** What an import last wrote of one row: under which id, and what it said. */
export interface Imported {
  id: string;
  fields: Record<string, unknown>;
  /** The family on whose board the card lies; what was imported before this was kept does not say. */
  family?: string;
}

/** Columns of a row that an import writes, as they stand. */
type Row<T extends keyof Tables, C extends keyof Tables[T]> = Pick<Tables[T], C>;

/** What an import is laid beside: what earlier ones wrote, and how the rows of the unit stand now, by their ids. */
export interface Beside {
  imported: Map<string, Imported>;
  members: Map<string, Row<'members', 'name' | 'role' | 'email' | 'note'>>;
  families: Map<string, Row<'families', 'name' | 'since' | 'restricted'>>;
  children: Map<
    string,
    Row<'children', 'family_id' | 'given' | 'surname' | 'born' | 'due' | 'gender' | 'status' | 'status_since'>
  >;
  /** A date that was taken away here is not among them: it stays away, and holds no other row up. */
  dates: Map<string, Row<'dates', 'family_id' | 'child_id' | 'kind' | 'on_date' | 'what' | 'state'>>;
}

/** Who brings something in where, and when. */
interface Bringer {
  unit: string;
  /** The member, or null for the operator. */
  by: string | null;
  now: number;
  /** The families that the member may find; null for the operator. */
  seen: ReadonlySet<string> | null;
}

/** A row of a table that is to be written as it stands here. */
type Changed = {
  [T in 'members' | 'families' | 'children' | 'dates']: { table: T; id: string; set: Partial<Tables[T]> };
}['members' | 'families' | 'children' | 'dates'];

/** What an import would write, and what it has to tell. */
export interface ImportPlan extends Pick<ImportView, 'counts' | 'differences' | 'unsaid'> {
  /** Our ids by 'table:ref', for who goes on with them. */
  ids: Map<string, string>;
  rows: { [T in 'members' | 'families' | 'family_access' | 'children' | 'dates']: Tables[T][] };
  changed: Changed[];
  /** Dates that the report knows on another day. */
  moved: { date: string; family: string; on: string }[];
  /** What the next import is compared with, by 'table:ref'. */
  remembered: Map<string, Imported>;
  /** What each family's board is told, by its id. */
  boards: Map<string, IntakeFact[]>;
}

/** I2: Works out what rows that were checked change, in slices; nothing is written, and nobody waits for it. */
export async function planImport(
  rows: readonly GoodRow[],
  of: Bringer & { beside: Beside },
): Promise<ImportPlan> {
  const bringing = new Bringing(of);
  for (const [index, row] of inOrder(rows).entries()) {
    bringing.bring(row);
    if (index % rowsAtOnce === rowsAtOnce - 1) await nextTurn();
  }
  return bringing.plan;
}

/** One import on its way: what came before, what is new, and what each board will be told. */
class Bringing {
  readonly plan: ImportPlan = {
    counts: {},
    differences: [],
    unsaid: [],
    ids: new Map(),
    rows: { members: [], families: [], family_access: [], children: [], dates: [] },
    changed: [],
    moved: [],
    remembered: new Map(),
    boards: new Map(),
  };
  readonly #of: Bringer;
  readonly #beside: Beside;
  /** Ids that this import has made itself. */
  readonly #made = new Set<string>();
  /** Keys under which another begins than the one that was imported before. */
  readonly #anew = new Set<string>();

  constructor(of: Bringer & { beside: Beside }) {
    this.#of = of;
    this.#beside = of.beside;
  }

  bring(row: GoodRow): void {
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
        return this.#card(
          row,
          'words',
          {
            text: text(values.words),
            childId: this.#id('children', values.child),
            to: this.#memberName(values.to),
            where: text(values.where).slice(0, 300),
            asked: text(values.asked).slice(0, 300),
            on: nullable(values.on),
            means,
          },
          [this.#id('children', values.child)],
        );
      }
      case 'accounts':
        return this.#card(
          row,
          'account',
          {
            text: text(values.words),
            who: this.#id('adults', values.person),
            to: this.#memberName(values.to),
            where: text(values.where).slice(0, 300),
            asked: text(values.asked).slice(0, 300),
            on: nullable(values.on),
            child: this.#ids('children', values.children),
          },
          this.#ids('children', values.children),
        );
      case 'figures':
        return this.#card(
          row,
          'figure',
          {
            childId: this.#id('children', values.child),
            what: text(values.what).slice(0, 60),
            value: text(values.value),
            unit: text(values.unit).slice(0, 20),
            on: nullable(values.on),
            who: this.#memberName(values.by),
          },
          [this.#id('children', values.child)],
        );
      case 'seen':
        // What an earlier import read from the same row stays here too.
        values.how ??= (this.#before(`seen:${text(values.ref)}`)?.fields.how as string | null) ?? null;
        if (!values.how) this.#unsaid(row, 'seen-how');
        return this.#card(
          row,
          'seen',
          {
            childId: this.#id('children', values.child),
            on: nullable(values.on),
            how: text(values.how) || null,
            with: this.#personName(values.with),
            who: this.#memberName(values.by),
          },
          [this.#id('children', values.child)],
        );
      case 'safety':
        return this.#card(
          row,
          'safety',
          {
            text: text(values.text),
            on: nullable(values.on),
            checkedWith: this.#personName(values.checkedWith),
            checkedOn: nullable(values.checkedOn),
            child: this.#ids('children', values.children),
          },
          this.#ids('children', values.children),
        );
      case 'strengths':
        return this.#card(row, 'strength', { text: text(values.text), on: nullable(values.on) });
      case 'news': {
        const before = this.#before(`news:${text(values.ref)}`)?.fields ?? {};
        // What the report leaves out now was said before, and what it never said is nobody's empty word.
        const kept = (column: string, value: string) => {
          const said = value || (typeof before[column] === 'string' ? before[column] : '');
          return said === '' ? {} : { [column]: said };
        };
        return this.#card(
          row,
          'news',
          {
            text: text(values.text),
            on: nullable(values.on),
            toldOn: nullable(values.told) ?? (before.toldOn as string | null | undefined) ?? null,
            how: text(values.kind).slice(0, 300),
            who: this.#memberName(values.by),
            about: [...this.#ids('children', values.children), ...this.#people(values.people)],
            ...kept('standing', text(values.sure)),
            ...kept('otherSays', text(values.otherSays).slice(0, 300)),
          },
          this.#ids('children', values.children),
        );
      }
    }
  }

  #member({ values }: GoodRow): void {
    const now = {
      name: text(values.name),
      role: text(values.role),
      email: text(values.email),
      note: text(values.note),
    };
    this.#row('members', text(values.ref), now, {
      here: this.#beside.members,
      make: (id) =>
        this.plan.rows.members.push({
          id,
          unit_id: this.#of.unit,
          ref: text(values.ref),
          initials: initialsOf(now.name),
          epoch: 0,
          left_at: null,
          created_at: this.#of.now,
          ...now,
        }),
      change: (id, fields) =>
        this.plan.changed.push({
          table: 'members',
          id,
          set: { ...fields, ...(fields.name && { initials: initialsOf(fields.name) }) },
        }),
    });
  }

  #family({ values }: GoodRow): void {
    const now = {
      name: text(values.name),
      since: nullable(values.since),
      restricted: values.restricted === true ? 1 : 0,
    };
    this.#mayTouch(`families:${text(values.ref)}`);
    this.#row('families', text(values.ref), now, {
      here: this.#beside.families,
      make: (id) => {
        this.plan.rows.families.push({
          id,
          unit_id: this.#of.unit,
          ref: text(values.ref),
          closed_at: null,
          revision: 0,
          created_at: this.#of.now,
          ...now,
        });
        if (now.restricted && this.#of.by)
          this.plan.rows.family_access.push({ family_id: id, member_id: this.#of.by });
      },
      change: (id, fields) => {
        const allowed = withoutLowering(fields);
        if (Object.keys(allowed).length > 0) this.plan.changed.push({ table: 'families', id, set: allowed });
      },
    });
  }

  #child({ values }: GoodRow): void {
    const family = this.#homeOf(text(values.ref), this.#id('families', values.family));
    const now = {
      given: text(values.given), surname: text(values.surname), born: nullable(values.born), due: nullable(values.due), gender: text(values.gender) || 'unknown', status: text(values.status), status_since: nullable(values.statusSince),
    }; // prettier-ignore
    const id = this.#row('children', text(values.ref), now, {
      here: this.#beside.children,
      make: (made) =>
        this.plan.rows.children.push({
          id: made,
          family_id: family,
          ref: text(values.ref),
          removed_at: null,
          added_at: this.#of.now,
          ...now,
        }),
      change: (made, fields) => this.plan.changed.push({ table: 'children', id: made, set: fields }),
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
  #homeOf(ref: string, reported: string): string {
    const id = this.#before(`children:${ref}`)?.id;
    const child = id && this.#beside.children.get(id);
    if (!child || child.family_id === reported) return reported;
    this.#mustFind(child.family_id, ref);
    this.plan.differences.push({
      table: 'children',
      ref,
      column: 'family',
      here: this.#named('family_id', child.family_id),
      report: this.#named('family_id', reported),
    });
    return child.family_id;
  }

  #date(row: GoodRow): void {
    const { values } = row;
    const child = values.child ? this.#id('children', values.child) : null;
    const now = {
      family_id: this.#familyOf(row, child ? [child] : [])!,
      child_id: child,
      kind: text(values.kind),
      on_date: text(values.on),
      what: text(values.what),
    };
    const key = `dates:${text(values.ref)}`;
    const before = this.#before(key);
    const here = before && this.#beside.dates.get(before.id);
    // What was said of it stays with the day that it had: the council uses the line again for the next one.
    if (here && here.state !== 'open' && ![here.on_date, before.fields.on_date].includes(now.on_date))
      this.#anew.add(key);
    this.#row('dates', text(values.ref), now, {
      here: this.#beside.dates,
      make: (id) =>
        this.plan.rows.dates.push(newDate({ id, ref: text(values.ref), at: this.#of.now, ...now })),
      change: (id, { on_date: on, ...set }) => {
        if (Object.keys(set).length > 0) this.plan.changed.push({ table: 'dates', id, set });
        if (on) this.plan.moved.push({ date: id, family: now.family_id, on });
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

  #unsaid({ file, table, line }: GoodRow, what: ImportPlan['unsaid'][number]['what']): void {
    this.plan.unsaid.push({ file, table, line, what });
  }

  /**
   * P19: The family of which a row about children speaks: where they live by now, whatever the report says; null where they are
   * of several by now, which is told.
   */
  #familyOf({ table, values }: GoodRow, children: readonly string[]): string | null {
    const reported = this.#id('families', values.family);
    const homes = new Set(children.map((id) => this.#beside.children.get(id)?.family_id ?? reported));
    const [home = reported] = homes;
    for (const one of homes) this.#mustFind(one, text(values.ref));
    if (homes.size < 2) return home;
    this.#apart({ table, values }, [...homes]);
    return null;
  }

  /** A row of which the report says another family than the children live in: it is told, and nothing is written. */
  #apart({ table, values }: Pick<GoodRow, 'table' | 'values'>, homes: readonly string[]): void {
    this.plan.differences.push({
      table,
      ref: text(values.ref),
      column: 'family',
      here: homes.map((one) => this.#named('family_id', one)).join(', '),
      report: this.#named('family_id', this.#id('families', values.family)),
    });
  }

  #card(row: GoodRow, kind: CardKind, fields: Fields, children: readonly string[] = []): void {
    const family = this.#familyOf(row, children);
    if (family === null) return this.#count(row.table, 'same');
    const reported = this.#id('families', row.values.family);
    // What a grown-up says stands on the board on whose map they are: elsewhere nobody would see who spoke.
    if (kind === 'account' && family !== reported) {
      this.#apart(row, [family]);
      return this.#count(row.table, 'same');
    }
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
    const known = this.#before(key);
    if (known && isDeepStrictEqual(known.fields, JSON.parse(JSON.stringify(ask.fields)))) {
      this.plan.ids.set(key, known.id);
      return 'same';
    }
    // What lies on the board of the family that they left stays there as it is.
    const before = ask.id === null && known?.family && known.family !== ask.family ? null : known;
    const card = before?.id ?? ask.id ?? randomUUID();
    this.plan.ids.set(key, card);
    const facts = this.plan.boards.get(ask.family) ?? [];
    facts.push({
      card,
      kind: ask.kind,
      fields: ask.fields,
      before: (before?.fields as Fields | undefined) ?? null,
    });
    this.plan.boards.set(ask.family, facts);
    this.#note(key, { id: card, fields: ask.fields, family: ask.family });
    return known ? 'changed' : 'new';
  }

  /** A row of the record: only what the import last wrote is changed; where somebody changed it since, both are told. */
  #row<F extends Record<string, string | number | null>>(
    table: TableName,
    ref: string,
    now: F,
    does: {
      here: ReadonlyMap<string, Partial<Record<string, string | number | null>>>;
      make: (id: string) => void;
      change: (id: string, fields: Partial<F>) => void;
    },
  ): string {
    const key = `${table}:${ref}`;
    const before = this.#before(key);
    if (!before) {
      const id = randomUUID();
      does.make(id);
      this.#made.add(id);
      this.plan.ids.set(key, id);
      this.#note(key, { id, fields: now });
      this.#count(table, 'new');
      return id;
    }
    this.plan.ids.set(key, before.id);
    const here = does.here.get(before.id);
    if (typeof here?.family_id === 'string') this.#mustFind(here.family_id, ref);
    const change: Record<string, string | number | null> = {};
    for (const [column, value] of Object.entries(now)) {
      if (!here || value === before.fields[column] || value === here[column]) continue;
      if (here[column] === before.fields[column]) change[column] = value;
      else
        this.plan.differences.push({
          table,
          ref,
          column: column.replace(/_id$/, ''),
          here: this.#named(column, here[column]),
          report: this.#named(column, value),
        });
    }
    if (Object.keys(change).length > 0) does.change(before.id, change as Partial<F>);
    this.#note(key, { id: before.id, fields: now });
    this.#count(table, Object.keys(change).length > 0 ? 'changed' : 'same');
    return before.id;
  }

  /** What stands in a column, for people: a family by its name. */
  #named(column: string, value: string | number | null | undefined): string {
    if (column === 'restricted') return value ? 'yes' : 'no';
    if (column !== 'family_id' || value == null) return String(value ?? '');
    const isIt = (family: { id: string }) => family.id === value;
    return this.#beside.families.get(String(value))?.name ?? this.plan.rows.families.find(isIt)?.name ?? '';
  }

  /** P19: to somebody who may not find a family its ref answers like one that is not there. */
  #mayTouch(key: string): void {
    const id = this.#before(key)?.id;
    if (id) this.#mustFind(id, key.slice(key.indexOf(':') + 1));
  }
  #mustFind(family: string, ref: string): void {
    if (this.#of.seen && !this.#of.seen.has(family) && !this.#made.has(family))
      throw new Refusal('not-understood', 'no-such-ref', ref);
  }

  #before(key: string): Imported | null {
    const remembered = this.plan.remembered.get(key);
    return remembered ?? (this.#anew.has(key) ? null : (this.#beside.imported.get(key) ?? null));
  }

  #note(key: string, fact: { id: string; fields: object; family?: string }): void {
    // As it will be read again: what JSON does not hold is not there.
    const noted = JSON.parse(JSON.stringify(fact)) as Imported;
    if (!isDeepStrictEqual(noted, this.#beside.imported.get(key))) this.plan.remembered.set(key, noted);
  }

  #id(table: string, ref: GoodRow['values'][string] | undefined): string {
    const key = `${table}:${text(ref)}`;
    const found = this.plan.ids.get(key) ?? this.#before(key)?.id;
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
    return this.plan.ids.get(child) ?? this.#before(child)?.id ?? this.#id('adults', ref);
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
    const counts = (this.plan.counts[table] ??= { new: 0, changed: 0, same: 0 });
    counts[state]++;
  }
}

/** Who may find a family is widened by a person on the page, never by a file. */
function withoutLowering<F extends { restricted?: number }>(fields: F): Omit<F, 'restricted'> | F {
  const { restricted, ...rest } = fields;
  return restricted === 1 ? fields : rest;
}

export const text = (value: GoodRow['values'][string] | undefined) =>
  typeof value === 'string' ? value : '';
export const nullable = (value: GoodRow['values'][string] | undefined) =>
  typeof value === 'string' && value !== '' ? value : null;
export const fullName = (values: GoodRow['values']) =>
  [text(values.given), text(values.surname)].filter(Boolean).join(' ').slice(0, 300);

const isRelation = (is: unknown) => (RELATIONS as readonly unknown[]).includes(is);
