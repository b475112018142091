import type { SteppedOver } from '#domain/views.ts';
import {
  columnName,
  isLeftEmpty,
  lettersOf,
  TABLES,
  type Mend,
  type Problem,
  type SourceRow,
  type TableName,
} from '#domain/people/import.ts';

/** A table as it stands in a file: a CSV file, or one sheet of a workbook. */
export interface Sheet {
  /** The sheet's own name; of a CSV file its file name. */
  name: string;
  isSheet: boolean;
  /** Whether the days of a workbook are counted from 1904. */
  is1904: boolean;
  rows: { line: number; cells: string[] }[];
}

/** The most columns of a table: ours have fourteen at most. */
export const MOST_COLUMNS = 300;
/** How far down the headings are looked for. */
const mostTitles = 30;
/** A heading that is not ours, left out by whoever reads the files. */
const LEFT_OUT = '';

const isEmptyRow = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '');
const filled = (cells: readonly string[]) => cells.filter((cell) => cell.trim() !== '').length;
const isTotal = (cells: readonly string[]) => {
  const [first, ...rest] = cells.map((cell) => cell.trim()).filter(Boolean);
  return /^(grand |sub)?totals?\b/i.test(first ?? '') && rest.every((cell) => /^[\d.,%\s-]+$/.test(cell));
};
/** What reports write under their tables. */
const isNote = (cells: readonly string[]) =>
  /^(report|run|print|produced|generated|source|notes?\b|end of|as at|data|\*|©)/i.test(
    cells.find((cell) => cell.trim() !== '')?.trim() ?? '',
  );

/** The table that a name speaks of, as "children" in "Our children 2026.csv". */
export const tableNamed = (name: string): TableName | undefined =>
  (Object.keys(TABLES) as TableName[]).find((one) =>
    new RegExp(`(^|[-_ .])${one}([-_ .]|$)`, 'i').test(name),
  );

const known = (table: TableName, cells: readonly string[]) =>
  new Set(cells.map(columnName).filter((column) => Object.hasOwn(TABLES[table], column))).size;

/** The row of headings: the one that knows most of a table's columns, in the first rows. */
function findHeading(rows: Sheet['rows'], table: TableName): { at: number; many: number } {
  let [at, many] = [-1, 1];
  for (const [index, { cells }] of rows.slice(0, mostTitles).entries()) {
    const here = known(table, cells);
    if (here > many) [at, many] = [index, here];
  }
  return { at, many };
}

/** Tables whose headings are nobody else's; "ref, family, name" may be of many. */
const TELLING = ['children', 'members', 'relations', 'dates', 'words', 'figures'] as const;

/** Where nothing is named: the one table that has all it needs among the headings, and more of them than any other. */
function tableOf(rows: Sheet['rows']): TableName | undefined {
  const fitting = TELLING.map((table) => ({ table, ...findHeading(rows, table) }))
    .filter(({ table, at }) => {
      const there = new Set((rows[at]?.cells ?? []).map(columnName));
      return (
        at >= 0 &&
        Object.entries(TABLES[table] as Record<string, { required?: true }>).every(
          ([column, { required }]) => !required || there.has(column),
        )
      );
    })
    .sort((a, b) => b.many - a.many);
  const [best, next] = fitting;
  return best && best.many > (next?.many ?? 0) ? best.table : undefined;
}

/** How well a table is read with its cells as they are: for choosing how they are told apart. */
export const readsAs = (sheet: Sheet): number =>
  Math.max(...(Object.keys(TABLES) as TableName[]).map((table) => findHeading(sheet.rows, table).many));

export interface Rows {
  rows: SourceRow[];
  problems: Problem[];
  over: SteppedOver;
}

/** The rows of a table, each knowing where it stands; what is wrong with a heading is said once. Null where it is no table of ours. */
export function readSheet(
  sheet: Sheet,
  { file, named, mends }: { file: string; named: TableName | undefined; mends: readonly Mend[] },
): Rows | null {
  const table = named ?? tableOf(sheet.rows);
  if (!table) return null;
  const over: SteppedOver = { file, titles: 0, empty: 0, under: 0, notKnown: 0 };
  const problems: Problem[] = [];
  const say = (line: number, column: string, more: Partial<Problem> & { why: string }) =>
    problems.push({
      file,
      table,
      line,
      column,
      titled: '',
      value: '',
      cell: null,
      place: null,
      offers: [],
      ...more,
    });
  const { at } = findHeading(sheet.rows, table);
  const other = sheet.rows.slice(0, Math.max(0, at)).find(({ cells }) => known(table, cells) > 1);
  if (other)
    say(other.line, '', {
      value: other.cells.filter(Boolean).join(', '),
      why: `There are headings here and in line ${sheet.rows[at]!.line} again. Put each list on a sheet or into a file of its own.`,
    });
  const heading = sheet.rows[at];
  const columns = TABLES[table] as Record<string, { type: unknown }>;
  if (!heading) {
    if (sheet.rows.some(({ cells }) => !isEmptyRow(cells)))
      say(1, '', {
        why: `No row of headings was found in it. ${table} can have the columns: ${Object.keys(columns).join(', ')}.`,
      });
    return { rows: [], problems, over };
  }
  const isAbove = sheet.rows.slice(0, at);
  over.titles = isAbove.filter(({ cells }) => !isEmptyRow(cells)).length;
  over.empty = isAbove.length - over.titles;
  const rest = sheet.rows.slice(at + 1);
  const below = rest.filter(({ cells }) => {
    if (isEmptyRow(cells)) over.empty++;
    else if (isTotal(cells)) over.under++;
    // The headings again, at the top of a printed page.
    else if (cells.join('\n') === heading.cells.join('\n')) over.titles++;
    else return true;
    return false;
  });
  // A line of words under the table ("Report run on …"); whatever else is there is a row, and says what it lacks.
  const lastRow = below.findLastIndex(({ cells }) => filled(cells) > 1 || !isNote(cells));
  const rows = heading.cells.filter(Boolean).length > 2 ? below.slice(0, lastRow + 1) : below;
  over.under += below.length - rows.length;

  const renamed = Object.assign(
    {},
    ...mends
      .filter((one) => one.file === file && one.table === table && one.line === heading.line)
      .map((one) => one.values),
  ) as Record<string, string>;
  const placed: Record<string, number> = {};
  const titled: Record<string, string> = {};
  const width = rows.reduce((most, { cells }) => Math.max(most, cells.length), heading.cells.length);
  const titles = new Set<string>();
  for (let column = 0; column < width; column++) {
    const title = (heading.cells[column] ?? '').trim();
    const isUsed = rows.some(({ cells }) => (cells[column] ?? '').trim() !== '');
    if (!isUsed && title === '') continue;
    // Two columns may have one title: each is left out by itself.
    const called =
      title === ''
        ? `column ${lettersOf(column)}`
        : titles.has(title)
          ? `${title} (column ${lettersOf(column)})`
          : title;
    titles.add(title);
    const name = renamed[called] ?? columnName(title);
    if (name === LEFT_OUT && called in renamed) continue;
    const place = sheet.isSheet ? `${lettersOf(column)}${heading.line}` : null;
    const leave = { says: 'Leave this column out', values: { [called]: LEFT_OUT } };
    if (!Object.hasOwn(columns, name)) {
      if (!isUsed) continue;
      if (column >= heading.cells.length && !sheet.isSheet) {
        const { line, cells } = rows.find(({ cells: all }) => (all[column] ?? '').trim() !== '')!;
        const why =
          'This row has more cells than there are headings. A comma inside a cell needs quotation marks around it.';
        say(line, '', { value: cells[column]!, why });
        break;
      }
      const why =
        title === ''
          ? 'This column has no heading.'
          : `There is no column “${title}” in ${table}. It can have: ${Object.keys(columns).join(', ')}.`;
      say(heading.line, called, { value: called, why, place, offers: [leave] });
    } else if (name in placed)
      say(heading.line, called, { value: called, why: `Two columns are “${name}”.`, place, offers: [leave] });
    else {
      placed[name] = column;
      titled[name] = title;
    }
  }
  for (const { cells } of rows)
    for (const [name, column] of Object.entries(placed))
      if (isLeftEmpty(table, name, cells[column] ?? '')) over.notKnown++;
  return {
    problems,
    over,
    rows: rows.map(({ line, cells }) => ({
      table,
      file,
      line,
      titled,
      ...(sheet.isSheet && { placed }),
      values: Object.fromEntries(
        Object.entries(placed).map(([name, column]) => [
          name,
          sheet.isSheet
            ? asDay(cells[column] ?? '', { is: columns[name]!.type, is1904: sheet.is1904 })
            : (cells[column] ?? ''),
        ]),
      ),
    })),
  };
}

/** The day of a serial number, as 2012-05-03; with 1900 the 29 February of that year, which there was not, is stepped over. */
export function dayOfSerial(serial: number, is1904: boolean): string | null {
  const days = Math.floor(serial);
  const from = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  if (!Number.isFinite(days) || days < (is1904 ? 0 : 1) || days > 80_000) return null;
  return new Date(from + days * 86_400_000).toISOString().slice(0, 10);
}

/** A day of a workbook that lost its look, 41032, is that day; 2012 is a year. */
function asDay(cell: string, { is, is1904 }: { is: unknown; is1904: boolean }): string {
  if (!['date', 'part', 'birth'].includes(String(is)) || !/^\d{5}(\.\d+)?$/.test(cell)) return cell;
  return dayOfSerial(Number(cell), is1904) ?? cell;
}
