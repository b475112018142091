/**
 * What a council's report may bring in, column by column, and how a row is checked. The same table checks JSON and CSV,
 * and the JSON Schema that is shipped is made from it. I1: every bad value is named with its line, column and reason.
 */
import { HARM_STANDINGS, RELATIONS, SEEN_HOW, TIES } from '../board/cards.ts';
import { COUPLE_STATES, PARENT_KINDS, TWIN_KINDS } from '../board/map/family-picture.ts';
import { isPartOfDate, readBirth, readPartOfDate, whyNotBorn } from '../time/birth.ts';
import { isCivil } from '../time/civil.ts';

type ColumnType = 'text' | 'date' | 'part' | 'birth' | 'number' | 'yes' | 'list' | readonly string[];

interface Column {
  type: ColumnType;
  required?: true;
  /** The table whose ref this names. */
  names?: string;
  says: string;
}

const text = (says: string, more: Partial<Column> = {}): Column => ({ type: 'text', says, ...more });
const date = (says: string, more: Partial<Column> = {}): Column => ({ type: 'date', says, ...more });
/** A year, a month or a day. */
const part = (says: string): Column => ({ type: 'part', says });
const birth: Column = {
  type: 'birth',
  says: 'Date of birth as far as it is known: 2014-06-03, 2014-06, 2014, or “about 3 in June 2024”',
};
const oneOf = (values: readonly string[], says: string, more: Partial<Column> = {}): Column => ({
  type: values,
  says,
  ...more,
});
const ref = text('A number or name of its own, the same every time it is imported', { required: true });
const family = text('The ref of the family', { required: true, names: 'families' });
const genders = ['female', 'male', 'other', 'unknown'] as const;

/** The tables in the order in which they are read; each may be one CSV file of the same name. */
export const TABLES = {
  members: {
    ref,
    name: text('Full name', { required: true }),
    role: oneOf(['consultant', 'social-worker', 'practitioner', 'clinician', 'coordinator'], 'The seat', {
      required: true,
    }),
    email: text('Work e-mail address'),
    note: text('Skill, and whom they know, in a few words'),
  },
  families: {
    ref,
    name: text('What the unit calls the family', { required: true }),
    since: date('With the unit since'),
    restricted: { type: 'yes', says: 'Whether only named members may find it' },
  },
  children: {
    ref: text(
      'The child’s number in the council’s own system: it stands at the head of their file, and by it other rows speak of them',
      { required: true },
    ),
    family,
    given: text('Given name', { required: true }),
    surname: text('Family name'),
    born: birth,
    due: date('Due date of a child not born yet'),
    gender: oneOf(genders, 'Gender'),
    status: text('Legal status or plan'),
    statusSince: date('Since when'),
  },
  adults: {
    ref,
    family,
    given: text('Given name', { required: true }),
    surname: text('Family name'),
    born: birth,
    died: part('Date of death'),
    gender: oneOf(genders, 'Gender'),
    note: text('Anything to stand beside the name'),
    elsewhere: text('Of a child elsewhere, who is not ours: under whose orders, and where'),
    notToHave: text('What this person must not come to know, such as an address'),
  },
  relations: {
    ref: text('A number of its own, if the report has one'),
    family,
    person: text('The ref of a person', { required: true, names: 'person' }),
    is: oneOf(
      ['child', ...RELATIONS.filter((is) => is !== 'parent'), ...TIES],
      'What this person is to the other',
      { required: true },
    ),
    of: text('The ref of the other person', { required: true, names: 'person' }),
    kind: oneOf(
      [...PARENT_KINDS, ...COUPLE_STATES, ...TWIN_KINDS.filter((kind) => kind !== 'identical')],
      'For a child: birth, adopted, step… or grandparent, where no parent between is known; for a partner: married, living-together, apart, divorced, on-off; for a twin: not-identical, not-known',
    ),
    responsible: { type: 'yes', says: 'For a child: whether the other person has parental responsibility' },
    sure: oneOf(HARM_STANDINGS, 'For harm: how sure it is; left empty, it reads “not said how sure”'),
    source: text('For harm: who says so'),
    harm: text('For harm: what kind of harm'),
    from: part('Since'),
    until: part('Until'),
  },
  households: {
    ref,
    family,
    name: text('What the home is called', { required: true }),
    people: { type: 'list', names: 'person', says: 'The refs of who lives there' },
    from: part('Since'),
    until: part('Until'),
  },
  dates: {
    ref,
    family,
    child: text('The ref of the child, or empty for the whole family', { names: 'children' }),
    kind: oneOf(['conference', 'court', 'review', 'visit', 'health', 'panel', 'other'], 'What sort of date', {
      required: true,
    }),
    on: date('The day', { required: true }),
    what: text('What it is, in words', { required: true }),
  },
  words: {
    ref,
    family,
    child: text('The ref of the child', { required: true, names: 'children' }),
    words: text('The words, or what was seen', { required: true }),
    to: text('To whom they were said, or who saw it'),
    where: text('Where, or during what'),
    asked: text('What was asked, or what it is about'),
    on: date('The day'),
    means: oneOf(['said', 'saw'], 'Said by the child, or seen by us; left empty, the board asks'),
  },
  accounts: {
    ref,
    family,
    person: text('The ref of the grown-up whose view it is', { required: true, names: 'adults' }),
    words: text('Their own words', { required: true }),
    to: text('To whom they were said'),
    where: text('Where, or during what'),
    asked: text('What was asked, or what it is about'),
    on: date('The day'),
    children: { type: 'list', names: 'children', says: 'The refs of the children for whose files it is' },
  },
  figures: {
    ref,
    family,
    child: text('The ref of the child', { required: true, names: 'children' }),
    what: text('What is measured, such as attendance', { required: true }),
    value: { type: 'number', required: true, says: 'The number alone, such as 82 or 12.4' },
    unit: text('In what it is measured, such as % or kg'),
    on: date('The day'),
    by: text('Who measured it'),
  },
  seen: {
    ref,
    family,
    child: text('The ref of the child', { required: true, names: 'children' }),
    on: date('The day', { required: true }),
    by: text('Who saw the child'),
    how: oneOf(SEEN_HOW, 'Alone, with somebody, in the room, or tried and not seen'),
    with: text('With whom'),
  },
  safety: {
    ref,
    family,
    children: { type: 'list', names: 'children', says: 'The refs of the children, or empty for all' },
    text: text('The plan or the worry', { required: true }),
    on: date('Of which day'),
    checkedWith: text('Checked with whom'),
    checkedOn: date('Checked when'),
  },
  strengths: { ref, family, text: text('What is strong', { required: true }), on: date('Seen when') },
  news: {
    ref,
    family,
    on: { type: 'part', required: true, says: 'The day on which it happened, or its month or year' },
    told: date('The day on which we were told'),
    text: text('What happened', { required: true }),
    kind: text('Visit, letter, call…'),
    by: text('Whose news it is'),
    children: { type: 'list', names: 'children', says: 'The refs of the children it is about' },
    people: { type: 'list', names: 'person', says: 'The refs of others it is about' },
    sure: oneOf(HARM_STANDINGS, 'How it is known; left empty, it reads “not said how sure”'),
    otherSays: text('Of what is alleged: what the other says'),
  },
} as const satisfies Record<string, Record<string, Column>>;

export type TableName = keyof typeof TABLES;

const COLUMNS = new Map(
  Object.values(TABLES).flatMap((columns) =>
    Object.keys(columns).map((column) => [column.toLowerCase(), column]),
  ),
);
/** What reports call our columns. */
const ALIASES: Record<string, string> = {
  dateofbirth: 'born',
  birthdate: 'born',
  dob: 'born',
  givenname: 'given',
  firstname: 'given',
  forename: 'given',
  forenames: 'given',
  familyname: 'surname',
  lastname: 'surname',
  familyref: 'family',
  familyid: 'family',
  sex: 'gender',
  dateofdeath: 'died',
  legalstatus: 'status',
  id: 'ref',
};

/** The column that a heading means, whatever its case, spaces and signs; a heading of nobody's as it is. */
export function columnName(heading: string): string {
  const plain = heading.toLowerCase().replace(/[^a-z]/g, '');
  return Object.hasOwn(ALIASES, plain) ? ALIASES[plain]! : (COLUMNS.get(plain) ?? plain);
}

/** A row as it was read: where it stands and what it says. */
export interface SourceRow {
  table: TableName;
  file: string;
  /** Line in a CSV file or a sheet, or the place in the list of a JSON file, counted from 1. */
  line: number;
  values: Record<string, unknown>;
  /** Of a sheet: in which of its columns, from 0, each of ours stands. */
  placed?: Readonly<Record<string, number>>;
  /** Under which heading of the file each of our columns was found. */
  titled?: Readonly<Record<string, string>>;
}

/** A column of a sheet by its letters: 0 is "A", 27 is "AB". */
export const lettersOf = (column: number): string =>
  (column >= 26 ? lettersOf(Math.floor(column / 26) - 1) : '') + String.fromCharCode(65 + (column % 26));

/** A row that is well formed: text, null, true or false, or a list of refs. */
export interface GoodRow {
  table: TableName;
  line: number;
  file: string;
  values: Record<string, string | boolean | null | string[]>;
}

/** One thing that stands in the way. */
export interface Problem {
  file: string;
  table: string;
  line: number;
  column: string;
  /** What the file itself calls the column, where it is known; else ''. */
  titled: string;
  value: string;
  why: string;
  /** All that the cell says, to be mended by hand; null where only the file can be mended. */
  cell: string | null;
  /** Of a sheet: the cell, as "C7". */
  place: string | null;
  /** What may have been meant; one press takes it. */
  offers: { says: string; values: Record<string, string> }[];
}
/** What is in the way of a whole file, and of no value in it. */
export const problemOfFile = (file: string, line: number, why: string): Problem => ({
  file,
  table: '',
  line,
  column: '',
  value: '',
  why,
  titled: '',
  cell: null,
  place: null,
  offers: [],
});

/** What somebody wrote on the page in the place of what the file says, column by column. */
export interface Mend {
  file: string;
  table: string;
  line: number;
  values: Record<string, string>;
}

/** The rows as they read with what was mended on the page. */
export function withMends(rows: readonly SourceRow[], mends: readonly Mend[]): SourceRow[] {
  const place = (at: { file: string; table: string; line: number }) => `${at.file}\n${at.table}\n${at.line}`;
  const byPlace = new Map<string, Record<string, string>>();
  for (const mend of mends) byPlace.set(place(mend), { ...byPlace.get(place(mend)), ...mend.values });
  return rows.map((row) => ({ ...row, values: { ...row.values, ...byPlace.get(place(row)) } }));
}

/** For so many things that stand in the way it is looked for what was meant. */
const mostOffered = 300;
/** Tables of what has been. */
const HAS_BEEN = new Set<TableName>(['words', 'accounts', 'figures', 'seen', 'news', 'strengths']);
/** The longest text in one field, in characters, and in one that is a line on the board. */
const mostText = 5_000;
const mostLine = 300;

/** Checks all rows together; nothing is brought in while a problem is left. `known` are refs that are in already, `today` a civil date. */
export function checkRows(
  rows: readonly SourceRow[],
  known: ReadonlySet<string>,
  today: string,
): { good: GoodRow[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const refs = new Set(known);
  const pairs = new Set<string>();
  /** The refs of these files: also of what is in already each stands in one row. */
  const here = new Set<string>();
  /** In which family each child and adult of these files is, by table and ref. */
  const homes = new Map<string, string>();
  for (const row of rows) {
    const own = row.values.ref;
    const said = typeof own === 'string' || typeof own === 'number' ? String(own).trim() : '';
    const between = `${row.table} ${String(row.values.person)} ${String(row.values.is)} ${String(row.values.of)}`;
    if (row.table === 'relations' && said === '' && !isFirst(pairs, between))
      problems.push(
        problem(
          row,
          'ref',
          '',
          'Another row says this of the same two people. Give each of them a ref of its own.',
        ),
      );
    if (said === '') continue;
    const key = `${row.table}:${String(own).trim()}`;
    if (!isFirst(here, key))
      problems.push(
        problem(row, 'ref', own, 'This ref stands in another row of the same table. Each row needs its own.'),
      );
    refs.add(key);
    if (row.table !== 'children' && row.table !== 'adults') continue;
    refs.add(`person:${said}`);
    homes.set(key, String(row.values.family ?? '').trim());
  }
  // Only what stands in these files is offered: a ref that is in already may be a family's that the reader may not find.
  const offered = [...refs].filter((key) => !known.has(key));
  const strange = new Set<string>();
  const good = rows.map((row) => checkRow(row, { refs, homes, offered, problems, today, strange }));
  return { good, problems };
}

function checkRow(
  row: SourceRow,
  ask: {
    refs: ReadonlySet<string>;
    homes: ReadonlyMap<string, string>;
    offered: readonly string[];
    problems: Problem[];
    today: string;
    /** Headings that are not ours and were told. */
    strange: Set<string>;
  },
): GoodRow {
  const columns: Record<string, Column> = TABLES[row.table];
  const values: GoodRow['values'] = {};
  for (const key of Object.keys(row.values))
    // A heading that is wrong is said once, whatever the number of rows under it.
    if (!Object.hasOwn(columns, key) && isFirst(ask.strange, `${row.file}\n${row.table}\n${key}`))
      ask.problems.push(
        problem(
          row,
          key,
          row.values[key],
          `There is no column “${key}” in ${row.table}. It can have: ${Object.keys(columns).join(', ')}.`,
        ),
      );
  for (const [name, column] of Object.entries(columns)) {
    const read = readValue(row.values[name], {
      name,
      column,
      today: ask.today,
      isAhead: name !== 'born' && name !== 'died' && name !== 'from',
    });
    if (read.why) {
      ask.problems.push(problem(row, name, row.values[name], read.why));
      continue;
    }
    values[name] = read.value;
    const named = Array.isArray(read.value)
      ? read.value
      : typeof read.value === 'string' && read.value
        ? [read.value]
        : [];
    if (!column.names) continue;
    for (const one of named)
      if (!ask.refs.has(`${column.names}:${one}`))
        ask.problems.push(
          problem(
            row,
            name,
            one,
            `There is nobody and nothing with the ref ${one} among the ${column.names === 'person' ? 'children and adults' : column.names}.`,
            (ask.problems.length < mostOffered
              ? nearly(one, { table: column.names, among: ask.offered })
              : []
            ).map((meant) => ({
              says: `It is ${meant}`,
              values: { [name]: named.map((ref) => (ref === one ? meant : ref)).join('; ') },
            })),
          ),
        );
  }
  // A ref of children says nothing of adults; where both could be meant nobody is taken.
  for (const [name, { names }] of Object.entries(columns))
    for (const one of [values[name] ?? []].flat()) {
      if (typeof one !== 'string' || one === '') continue;
      const tables = names === 'person' ? ['children', 'adults'] : [names];
      const found = tables.flatMap((table) => ask.homes.get(`${table}:${one}`) ?? []);
      if (found.length > 1)
        ask.problems.push(
          problem(
            row,
            name,
            one,
            `${one} is the ref of a child and of an adult. Give each a ref of their own.`,
          ),
        );
      else if (found[0] && values.family && found[0] !== values.family)
        ask.problems.push(
          problem(
            row,
            name,
            one,
            `${one} is in the family ${found[0]}, and this row is of ${String(values.family)}.`,
          ),
        );
    }
  // What was seen, said or told has been.
  if (HAS_BEEN.has(row.table))
    for (const name of ['on', 'told'])
      if (typeof values[name] === 'string' && values[name] > ask.today)
        ask.problems.push(problem(row, name, row.values[name], 'This day has not come yet.'));
  const [from, until] = [values.from, values.until];
  // A year says nothing of which comes first within it.
  const isBefore = (one: string, other: string) => one.slice(0, other.length) < other.slice(0, one.length);
  if (typeof from === 'string' && typeof until === 'string' && isBefore(until, from))
    ask.problems.push(
      problem(row, 'until', row.values.until, 'It ends before it begins.', [
        { says: 'Swap the days', values: { from: until, until: from } },
        { says: 'Leave it open', values: { until: '' } },
      ]),
    );
  if (typeof values.born === 'string') {
    const why = whyNotBorn(values.born, ask.today);
    if (why) ask.problems.push(problem(row, 'born', row.values.born, why));
  }
  if (
    typeof values.born === 'string' &&
    typeof values.died === 'string' &&
    isPartOfDate(values.born) &&
    isBefore(values.died, values.born)
  )
    ask.problems.push(problem(row, 'died', row.values.died, 'The day of death is before the day of birth.'));
  if (row.table === 'relations' && values.person === values.of && values.person)
    ask.problems.push(problem(row, 'of', values.of, 'Nobody can be this to themself.'));
  return { table: row.table, file: row.file, line: row.line, values };
}

function problem(
  row: SourceRow,
  column: string,
  value: unknown,
  why: string,
  offers: Problem['offers'] = [],
): Problem {
  const { file, table, line, placed } = row;
  const titled = row.titled?.[column] ?? '';
  const cell = Object.hasOwn(TABLES[row.table], column) ? shown(row.values[column]).slice(0, mostText) : null;
  const place = placed?.[column] === undefined ? null : `${lettersOf(placed[column])}${line}`;
  return { file, table, line, column, titled, value: shown(value).slice(0, 200), why, cell, place, offers };
}

/** What a cell that is not well formed can only be, where its column has a short list of words; else nothing. */
export const choicesOf = ({ table, column }: Pick<Problem, 'table' | 'column'>): readonly string[] => {
  const type = (TABLES as Record<string, Record<string, Column>>)[table]?.[column]?.type;
  return Array.isArray(type) ? type : type === 'yes' ? ['yes', 'no'] : [];
};

function isFirst(told: Set<string>, key: string): boolean {
  const isNew = !told.has(key);
  told.add(key);
  return isNew;
}

const shown = (value: unknown): string =>
  value === undefined || value === null ? '' : Array.isArray(value) ? value.join('; ') : String(value);

/** The refs of a table that differ from what was written by two characters that changed places, or by one. */
function nearly(ref: string, { table, among }: { table: string; among: readonly string[] }): string[] {
  const refs = among.flatMap((key) => (key.startsWith(`${table}:`) ? [key.slice(table.length + 1)] : []));
  const swapped = (other: string) => {
    const at = [...ref].findIndex((letter, i) => letter !== other[i]);
    return at >= 0 && ref.slice(0, at) + (ref[at + 1] ?? '') + ref[at] + ref.slice(at + 2) === other;
  };
  const oneOff = (other: string) =>
    other.length === ref.length && [...ref].filter((letter, i) => letter !== other[i]).length === 1;
  return [...refs.filter(swapped), ...refs.filter(oneOff)].slice(0, 2);
}

/** What council systems and workbooks write where there is nothing. */
const NOTHING =
  /^(null|n\/?k|not known|unknown|#n\/a|#ref!|#value!|#name\?|n\/a|tb[ca]|to be confirmed|[-–—.?]+)$/i;
/** Of these, what is nobody's name and no initials. */
const NO_TEXT =
  /^(NULL|[Nn]\/[Kk]|#N\/A|#REF!|#VALUE!|#NAME\?|[Nn]\/[Aa]|TB[CA]|[Uu]nknown|[Nn]ot known|[-–—.?]+)$/;
/** And of these, what is no name where one has to stand: "Not known" is what is known of it. */
const NO_NAME = /^(NULL|[Nn]\/[Kk]|#N\/A|#REF!|#VALUE!|#NAME\?|[Nn]\/[Aa]|TB[CA]|[-–—.?]+)$/;
/** Whether a cell says that there is nothing. Of a yes or no, and of a ref, such a word says that somebody has to look. */
function saysNothing(said: string, name: string, column: Column): boolean {
  if (said === '') return true;
  if (WORDS.has(name) || column.names || column.type === 'yes' || column.type === genders) return false;
  if (column.type !== 'text') return NOTHING.test(said);
  return (column.required ? NO_NAME : NO_TEXT).test(said);
}
/** Whether a cell holds a word that says there is nothing: it is left empty, and told. */
export function isLeftEmpty(table: TableName, name: string, cell: string): boolean {
  const said = cell.trim();
  const column = (TABLES[table] as Record<string, Column>)[name];
  if (said === '' || !column) return false;
  return column.type === genders ? NOTHING.test(said) : saysNothing(said, name, column);
}
/** Columns whose words are more than a line. */
const LONG = new Set(['words', 'text']);
/** Columns in which people's own words stand: there such a word is one of them. */
const WORDS = new Set(['words', 'text', 'asked', 'note', 'notToHave', 'otherSays']);

/** Sex and gender as councils' systems write them, words and codes. */
const GENDERS: Record<string, (typeof genders)[number]> = {
  f: 'female', girl: 'female', woman: 'female', 2: 'female',
  m: 'male', boy: 'male', man: 'male', 1: 'male',
  0: 'unknown', 9: 'unknown', u: 'unknown', x: 'other', i: 'unknown', neither: 'other', 'non-binary': 'other',
}; // prettier-ignore

/** "1-(male)" and "b)-female" are a code and its word: the word is taken, or else the code. */
function genderSaid(plain: string): string {
  const word = plain.replace(/^[a-z\d]+\)-?/, '').replace(/^\d-?\((.*)\)$/, '$1');
  const isNothing = [word, word.replaceAll('-', ' ')].some((one) => NOTHING.test(one));
  return GENDERS[word] ?? (isNothing ? 'unknown' : word);
}

function readValue(
  given: unknown,
  { name, column, today, isAhead }: { name: string; column: Column; today: string; isAhead: boolean },
): { value: GoodRow['values'][string]; why?: string } {
  const isEmpty =
    given === undefined ||
    given === null ||
    (typeof given === 'string' && saysNothing(given.trim(), name, column));
  if (isEmpty)
    return column.required
      ? { value: null, why: 'This is empty, and it is needed.' }
      : {
          value:
            column.type === 'list' ? [] : column.type === 'yes' ? false : column.type === 'text' ? '' : null,
        };
  if (column.type === 'list') {
    const list = Array.isArray(given) ? given : String(given).split(';');
    return { value: list.map((one) => String(one).trim()).filter(Boolean) };
  }
  if (typeof given === 'object') return { value: null, why: 'A single value is needed here.' };
  const said = String(given).trim().normalize('NFC');
  if (said.includes('\0'))
    return { value: null, why: 'This is not saved as text. Save the file again as UTF-8 or as .xlsx.' };
  if (said.includes('\ufffd'))
    return {
      value: null,
      why: 'A letter of this was lost on the way (�). Write it here, or save the file again as UTF-8.',
    };
  if (column.type === 'yes') {
    if (/^(true|yes|y|1)$/i.test(said)) return { value: true };
    return /^(false|no|n|0)$/i.test(said) ? { value: false } : { value: null, why: 'Write yes or no.' };
  }
  if (column.type === 'date') return readDate(asWritten(said, { today, isAhead }));
  if (column.type === 'part') return readPart(asWritten(said, { today, isAhead }));
  if (column.type === 'birth') return readBorn(asWritten(said, { today, isAhead }));
  if (column.type === 'number')
    return /^-?\d{1,8}(\.\d{1,4})?$/.test(said)
      ? { value: said }
      : {
          value: null,
          why: 'Write the number alone, such as 82 or 12.4; what it is measured in has its own column.',
        };
  if (column.type === 'text')
    return said.length <= (LONG.has(name) ? mostText : mostLine)
      ? { value: said }
      : {
          value: null,
          why: `This is longer than ${LONG.has(name) ? mostText : mostLine} characters, and none of it is cut off.`,
        };
  const plain = said.toLowerCase().replaceAll(' ', '-');
  const meant = column.type === genders ? genderSaid(plain) : plain;
  const found = column.type.find((one) => one === meant);
  return found ? { value: found } : { value: null, why: `It must be one of: ${column.type.join(', ')}.` };
}

/**
 * A day as councils' systems write it, in a form that is read: 3/5/12, 05-Mar-14, 2012-05-03 00:00:00.000. Of two digits the
 * year of a birth is the last that has been, and any other the nearest. "12-05-03" is a day of two years, and is not read.
 */
function asWritten(said: string, { today, isAhead }: { today: string; isAhead: boolean }): string {
  const day = said.replace(
    /^(\d{4}-\d{2}-\d{2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4})[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?( ?[ap]m)?$/i,
    '$1',
  );
  const dashed = /^(\d{1,2})-(\d{1,2})-(\d{4})$/.exec(day);
  if (dashed) return `${dashed[1]}/${dashed[2]}/${dashed[3]}`;
  const [, first, second, short] =
    /^(\d{1,2})[/.](\d{1,2})[/.](\d{2})$/.exec(day) ??
    /^(\d{1,2})[/. -]([A-Za-z]{3,9})[/. -](\d{2})$/.exec(day) ??
    [];
  if (short === undefined) return day;
  const [century, now] = [Number(today.slice(0, 2)), Number(today.slice(2, 4))];
  return `${first}/${second}/${century - (Number(short) > now + (isAhead ? 30 : 0) ? 1 : 0)}${short}`;
}

const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** 2019-02-28 or 28/02/2019; a day that does not exist is told apart from what is no date. */
function readDate(said: string): { value: string | null; why?: string } {
  const named = readPartOfDate(said);
  if (named?.length === 10) return { value: named };
  const british = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/.exec(said);
  const iso = british
    ? `${british[3]}-${british[2]!.padStart(2, '0')}-${british[1]!.padStart(2, '0')}`
    : said;
  if (isCivil(iso)) return { value: iso };
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  const month = parts && months[Number(parts[2]) - 1];
  if (month)
    return {
      value: null,
      why: `${month} ${parts[1]} has no day ${Number(parts[3])}. Look in the council’s record, and write the day here or in the file.`,
    };
  return { value: null, why: 'Write the day as 28/02/2019 or 2019-02-28.' };
}

/** The same, or a year or a month: 2014, 2014-06, 6/2014, June 2014. */
function readPart(said: string): { value: string | null; why?: string } {
  const value = readPartOfDate(said);
  if (value !== null) return { value };
  const { why } = readDate(said);
  return {
    value: null,
    why: why!.startsWith('Write') ? 'Write a day, a month or a year: 28/02/2019, 2019-02 or 2019.' : why!,
  };
}

/** A birth, or about how old somebody was and when; an age without its day says less every year. */
function readBorn(said: string): { value: string | null; why?: string } {
  const value = readBirth(said, null);
  if (value !== null) return { value };
  if (/^about/i.test(said))
    return {
      value: null,
      why: 'Write of when this age is: about 3 in June 2024, about 18 months in June 2024.',
    };
  return readPart(said);
}

/** The JSON Schema of an import file. */
export function importSchema(): object {
  const schemaOf = (column: Column): object =>
    column.type === 'list' ? { type: 'array', items: { type: 'string' }, description: column.says }
    : column.type === 'yes' ? { type: 'boolean', description: column.says }
    : column.type === 'number' ? { type: 'number', description: column.says }
    : column.type === 'birth' ? { type: ['string', 'null'], description: column.says }
    : column.type === 'part' ? { type: ['string', 'null'], pattern: '^[0-9]{4}(-[0-9]{2}){0,2}$', description: column.says }
    : column.type === 'date' ? { type: ['string', 'null'], format: 'date', description: column.says }
    : column.type === 'text' ? { type: ['string', 'null'], maxLength: mostText, description: column.says }
    : { enum: [...column.type, null], description: column.says }; // prettier-ignore
  const tables = Object.entries(TABLES as Record<string, Record<string, Column>>).map(([name, columns]) => [
    name,
    {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: Object.entries(columns).flatMap(([key, column]) => (column.required ? [key] : [])),
        properties: Object.fromEntries(
          Object.entries(columns).map(([key, column]) => [key, schemaOf(column)]),
        ),
      },
    },
  ]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'What Wednesday brings in',
    type: 'object',
    additionalProperties: false,
    properties: {
      unit: {
        type: 'object',
        required: ['ref', 'name'],
        additionalProperties: false,
        properties: {
          ref: { type: 'string' },
          name: { type: 'string' },
          meetingDay: {
            enum: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
          },
        },
      },
      ...Object.fromEntries(tables),
    },
  };
}
