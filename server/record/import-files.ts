import { parse } from 'csv-parse/sync';
import { TABLES, type Problem, type SourceRow, type TableName } from '#domain/people/import.ts';

/** A file as it was handed in. */
export interface ImportFile {
  name: string;
  text: string;
}

/** The unit that a file names. */
export interface UnitNamed {
  ref: string;
  name: string;
  meetingDay: number;
}

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/** Reads JSON and CSV files into rows that know where they stand. */
export function readImportFiles(files: readonly ImportFile[]): {
  unit: UnitNamed | null;
  rows: SourceRow[];
  problems: Problem[];
} {
  const rows: SourceRow[] = [];
  const problems: Problem[] = [];
  let unit: UnitNamed | null = null;
  for (const file of files) {
    const name = file.name.split(/[/\\]/).at(-1) ?? file.name;
    const text = file.text.replace(/^\uFEFF/, '');
    const broken = (line: number, why: string) =>
      problems.push({ file: name, table: '', line, column: '', value: '', why, cell: null, offers: [] });
    if (name.toLowerCase().endsWith('.json')) {
      const read = readJson(text, name);
      if ('why' in read) broken(read.line, read.why);
      else {
        rows.push(...read.rows);
        unit = read.unit ?? unit;
      }
      continue;
    }
    const table = Object.keys(TABLES).find((one) =>
      new RegExp(`(^|[-_ .])${one}([-_ .]|$)`, 'i').test(name),
    ) as TableName | undefined;
    if (!table)
      broken(
        0,
        `The name of a CSV file says what is in it, such as children.csv. It can be: ${Object.keys(TABLES).join(', ')}.`,
      );
    else readCsv(text, { name, table, rows, broken });
  }
  return { unit, rows, problems };
}

function readJson(
  text: string,
  file: string,
): { unit: UnitNamed | null; rows: SourceRow[] } | { line: number; why: string } {
  if (isTooDeep(text)) return { line: 1, why: 'This is nested more deeply than any table.' };
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    return {
      line: at ? text.slice(0, Number(at)).split('\n').length : 1,
      why: 'From here on this is not JSON.',
    };
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    return { line: 1, why: 'A JSON file holds one object with lists in it.' };
  const rows: SourceRow[] = [];
  let unit: UnitNamed | null = null;
  for (const [key, value] of Object.entries(data)) {
    if (key === 'unit') {
      const { ref, name, meetingDay } = (value ?? {}) as Record<string, unknown>;
      if (typeof ref !== 'string' || typeof name !== 'string')
        return { line: 1, why: 'The unit needs a ref and a name.' };
      unit = {
        ref,
        name,
        meetingDay: Math.max(1, days.indexOf(String(meetingDay ?? 'wednesday').toLowerCase()) + 1),
      };
    } else if (!Object.hasOwn(TABLES, key) || !Array.isArray(value))
      return {
        line: 1,
        why: `“${key}” is not a list that can be brought in. It can be: unit, ${Object.keys(TABLES).join(', ')}.`,
      };
    else
      value.forEach((row: unknown, index) => {
        rows.push({
          table: key as TableName,
          file,
          line: index + 1,
          values: typeof row === 'object' && row !== null ? (row as Record<string, unknown>) : { ref: row },
        });
      });
  }
  return { unit, rows };
}

/** Tables are lists of rows: brackets within brackets within brackets are something else, and cost far more than their bytes. */
const mostDepth = 12;
function isTooDeep(text: string): boolean {
  let depth = 0;
  let isInWords = false;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at];
    if (isInWords) {
      if (sign === '\\') at++;
      else if (sign === '"') isInWords = false;
    } else if (sign === '"') isInWords = true;
    else if (sign === '[' || sign === '{') {
      if (++depth > mostDepth) return true;
    } else if (sign === ']' || sign === '}') depth--;
  }
  return false;
}

function readCsv(
  text: string,
  ask: { name: string; table: TableName; rows: SourceRow[]; broken: (line: number, why: string) => void },
): void {
  try {
    const records = parse(text, {
      columns: (header: string[]) => header.map(columnName),
      info: true,
      skip_empty_lines: true,
      trim: true,
      // A row of a unit's table is a line, not a book: what is longer is another file.
      max_record_size: 50_000,
      delimiter: [',', ';', '\t'],
    }) as unknown as {
      record: Record<string, string>;
      info: { lines: number };
    }[];
    for (const { record, info } of records)
      ask.rows.push({ table: ask.table, file: ask.name, line: info.lines, values: record });
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    ask.broken(lines ?? 1, `This line cannot be read as CSV: ${message.replace(/ on line \d+.*/, '')}.`);
  }
}

const COLUMNS = new Map(
  Object.values(TABLES).flatMap((columns) =>
    Object.keys(columns).map((column) => [column.toLowerCase(), column]),
  ),
);

/** Date of birth → dateOfBirth is not asked for: a heading is one of our columns, whatever its case and spaces. */
function columnName(heading: string): string {
  const plain = heading.toLowerCase().replace(/[^a-z]/g, '');
  const aliases: Record<string, string> = {
    dateofbirth: 'born',
    dob: 'born',
    givenname: 'given',
    firstname: 'given',
    familyname: 'surname',
    lastname: 'surname',
    dateofdeath: 'died',
    legalstatus: 'status',
    id: 'ref',
  };
  return Object.hasOwn(aliases, plain) ? aliases[plain]! : (COLUMNS.get(plain) ?? plain);
}
