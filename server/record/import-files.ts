import { parse } from 'csv-parse/sync';
import {
  problemOfFile,
  TABLES,
  type Mend,
  type Problem,
  type SourceRow,
  type TableName,
} from '#domain/people/import.ts';
import type { SteppedOver } from '#domain/views.ts';
import { MOST_COLUMNS, readSheet, readsAs, tableNamed, type Sheet } from './sheet-rows.ts';
import { NoWorkbook, readWorkbook } from './workbook.ts';

/** A file as it was handed in: its bytes in base64, or the text of it. */
export type ImportFile = { name: string; text: string } | { name: string; base64: string };

/** The unit that a file names. */
export interface UnitNamed {
  ref: string;
  name: string;
  meetingDay: number;
}

/** What files hold, as they were read. */
export interface FilesRead {
  unit: UnitNamed | null;
  rows: SourceRow[];
  problems: Problem[];
  over: SteppedOver[];
  /** Sheets of workbooks that were not read: hidden, or none of ours by their names and headings. */
  unread: { file: string; isHidden: boolean }[];
}

const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const tables = Object.keys(TABLES).join(', ');

/** Reads workbooks, CSV and JSON files into rows that know where they stand. `mends` are of headings too. */
export function readImportFiles(files: readonly ImportFile[], mends: readonly Mend[] = []): FilesRead {
  const read: FilesRead = { unit: null, rows: [], problems: [], over: [], unread: [] };
  for (const file of files) {
    const name = file.name.split(/[/\\]/).at(-1) ?? file.name;
    const broken = (line: number, why: string) => read.problems.push(problemOfFile(name, line, why));
    try {
      readFile(file, { name, read, broken, mends });
    } catch (error) {
      if (!(error instanceof NoWorkbook)) throw error;
      broken(0, error.message);
    }
  }
  return read;
}

interface Reading {
  name: string;
  read: FilesRead;
  broken: (line: number, why: string) => void;
  mends: readonly Mend[];
}

function readFile(file: ImportFile, { name, read, broken, mends }: Reading): void {
  const bytes = 'base64' in file ? Buffer.from(file.base64, 'base64') : null;
  if ('base64' in file && bytes?.toString('base64') !== file.base64)
    return broken(0, 'It did not arrive as it was sent. Choose it again.');
  if (bytes?.readUInt32BE && bytes.length > 4 && bytes.readUInt32BE(0) === 0xd0cf11e0)
    return broken(0, 'This workbook is of an old sort, or has a password. Save it as .xlsx without one.');
  if (bytes && bytes.length > 4 && bytes.readUInt32BE(0) === 0x504b0304) {
    const { sheets, hidden } = readWorkbook(bytes);
    for (const sheet of hidden) read.unread.push({ file: `${name}, ${sheet}`, isHidden: true });
    const found = sheets.flatMap((sheet) => {
      const of = `${name}, ${sheet.name}`;
      const rows = readSheet(sheet, { file: of, named: tableNamed(sheet.name), mends });
      if (rows) return [rows];
      if (sheet.rows.some(({ cells }) => cells.some((cell) => cell.trim() !== '')))
        read.unread.push({ file: of, isHidden: false });
      return [];
    });
    if (found.length === 0)
      broken(0, `None of its sheets is one of ours by its name or its headings. It can be: ${tables}.`);
    for (const one of found) take(read, one);
    return;
  }
  const text = (bytes ? decoded(bytes) : 'text' in file ? file.text : '').replace(/^\uFEFF/, '');
  if (name.toLowerCase().endsWith('.json')) {
    const found = readJson(text, name);
    if ('why' in found) return broken(found.line, found.why);
    read.rows.push(...found.rows);
    read.unit = found.unit ?? read.unit;
    return;
  }
  const sheet = readDelimited(text, name);
  if ('why' in sheet) return broken(sheet.line, sheet.why);
  const rows = readSheet(sheet, { file: name, named: tableNamed(name), mends });
  if (rows) take(read, rows);
  else broken(0, `The name of a CSV file says what is in it, such as children.csv. It can be: ${tables}.`);
}

function take(read: FilesRead, one: NonNullable<ReturnType<typeof readSheet>>): void {
  read.rows.push(...one.rows);
  read.problems.push(...one.problems);
  read.over.push(one.over);
}

/** Text as it was saved: UTF-16 by its mark, UTF-8 by its mark or where it is that, and else as older programs on Windows write. */
function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return mostly(bytes);
  }
}

/** Text that is not UTF-8 in all of its bytes. */
function mostly(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(bytes);
  // A byte that was damaged on the way is one lost letter, and told; text of another sort is full of them.
  const lost = text.split('\ufffd').length - 1;
  const isMarked = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  const isUtf8 = isMarked || (text.match(/[^\0-\x7f\ufffd]/g)?.length ?? 0) > 2 * lost;
  return isUtf8 ? text : new TextDecoder('windows-1252').decode(bytes);
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
        why: `“${key}” is not a list that can be brought in. It can be: unit, ${tables}.`,
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

const DELIMITERS = [',', ';', '\t', '|'];

/** A CSV file as a table. Its headings say by what its cells are told apart: nothing else in it splits one. */
function readDelimited(text: string, name: string): Sheet | { line: number; why: string } {
  const read = (delimiter: string, to?: number): Sheet => {
    const records = parse(text, {
      info: true,
      skip_empty_lines: false,
      relax_column_count: true,
      trim: true,
      // A row of a unit's table is a line, not a book: what is longer is another file.
      max_record_size: 50_000,
      delimiter,
      ...(to !== undefined && { to }),
    }) as unknown as { record: string[]; info: { lines: number } }[];
    return {
      name,
      isSheet: false,
      is1904: false,
      rows: records.map(({ record, info }) => ({ line: info.lines, cells: record.slice(0, MOST_COLUMNS) })),
    };
  };
  let [best, many] = [',', 0];
  for (const delimiter of DELIMITERS) {
    let here = 0;
    try {
      here = readsAs(read(delimiter, 30));
    } catch {
      // Told apart like this it is no CSV; by what it is will be said below, of the way that is chosen.
    }
    if (here > many) [best, many] = [delimiter, here];
  }
  try {
    return read(best);
  } catch (error) {
    const { lines, message } = error as { lines?: number; message: string };
    return {
      line: lines ?? 1,
      why: `This line cannot be read as CSV: ${message.replace(/ on line \d+.*/, '')}.`,
    };
  }
}
