/** A thread of its own: reads and checks the files of an import, which may be large or not what they seem, while the meeting goes on. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkRows, withMends, type GoodRow, type Mend, type Problem } from '#domain/people/import.ts';
import { readImportFiles, type FilesRead, type ImportFile, type UnitNamed } from './import-files.ts';
import type { SteppedOver } from '#domain/views.ts';

/** What is to be read, with what is known already: the keys (table and ref) of earlier imports. */
export interface ImportOrder {
  files: readonly ImportFile[];
  mends: readonly Mend[];
  known: readonly string[];
  /** Today, a civil date. */
  today: string;
}

/** What the files hold. */
export interface ImportRead {
  unit: UnitNamed | null;
  /** How many rows there are, good or not. */
  rows: number;
  good: GoodRow[];
  problems: Problem[];
  /** What was stepped over. */
  over: SteppedOver[];
  /** Sheets that were not read. */
  unread: FilesRead['unread'];
}

const { files, mends, known, today } = workerData as ImportOrder;
const read = readImportFiles(files, mends);
const people = known.flatMap((key) =>
  /^(children|adults):/.test(key) ? [key.replace(/^[a-z]+/, 'person')] : [],
);
const { good, problems } = checkRows(withMends(read.rows, mends), new Set([...known, ...people]), today);
parentPort!.postMessage({
  unit: read.unit,
  rows: read.rows.length,
  good,
  problems: [...read.problems, ...problems],
  over: read.over,
  unread: read.unread,
} satisfies ImportRead);
