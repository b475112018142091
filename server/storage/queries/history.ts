import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress } from 'node:zlib';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Reader } from '../storage.ts';
import { unlessUnreadable } from '../unreadable.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A row of the history: who wrote what, when, under which session. */
export interface HistoryRow {
  seq: number;
  at: number;
  member: string;
  session: string;
  bytes: Uint8Array;
}

/** A document's rows in order, as far as each is what was written; `damage` says what stands behind the last of them. */
export interface History {
  rows: HistoryRow[];
  damage: string | null;
}

/** Whether bytes are those that their checksum was made of. */
export function isIntact(bytes: Uint8Array, sha256: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest().equals(sha256);
}

/** Rows of a log from a number on, in order; where a page cannot be read, one by one up to it. */
export async function readRows(reader: Reader, doc: string, from: number) {
  const rows = reader.selectFrom('updates').selectAll().where('doc', '=', doc);
  const all = await unlessUnreadable(rows.where('seq', '>=', from).orderBy('seq').execute());
  if (all) return { rows: all, isCut: false };
  const some = [];
  for (let seq = from; ; seq++) {
    const row = await unlessUnreadable(rows.where('seq', '=', seq).executeTakeFirst());
    if (!row) return { rows: some, isCut: true };
    some.push(row);
  }
}

/** Packs rows into one compressed segment that keeps their authors and times. */
export function writeSegment(rows: readonly HistoryRow[]): Promise<Uint8Array> {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, rows.length);
  for (const row of rows) {
    encoding.writeVarUint(encoder, row.seq);
    encoding.writeVarUint(encoder, row.at);
    encoding.writeVarString(encoder, row.member);
    encoding.writeVarString(encoder, row.session);
    encoding.writeVarUint8Array(encoder, row.bytes);
  }
  return compress(encoding.toUint8Array(encoder));
}

async function readSegment(bytes: Uint8Array): Promise<HistoryRow[]> {
  const decoder = decoding.createDecoder(await decompress(bytes));
  return Array.from({ length: decoding.readVarUint(decoder) }, () => ({
    seq: decoding.readVarUint(decoder),
    at: decoding.readVarUint(decoder),
    member: decoding.readVarString(decoder),
    session: decoding.readVarString(decoder),
    bytes: decoding.readVarUint8Array(decoder),
  }));
}

/** Reads a document's whole history in order: the segments, then the rows, each held to its checksum. */
export async function readHistory(reader: Reader, doc: string): Promise<History> {
  // The rows first: what is folded away between the two readings is then in both, and never in neither.
  const first = await unlessUnreadable(
    reader
      .selectFrom('updates')
      .select('seq')
      .where('doc', '=', doc)
      .orderBy('seq')
      .limit(1)
      .executeTakeFirst(),
  );
  const { rows, isCut } = await readRows(reader, doc, Number(first?.seq ?? 1));
  const segments = await unlessUnreadable(
    reader.selectFrom('segments').selectAll().where('doc', '=', doc).orderBy('from_seq').execute(),
  );
  const history: HistoryRow[] = [];
  const broken = (damage: string): History => ({ rows: history, damage });
  let next = 1;
  if (segments === null) return broken('a segment of its history cannot be read');
  for (const segment of segments) {
    if (Number(segment.from_seq) !== next || !isIntact(segment.bytes, segment.sha256))
      return broken(`the segment from row ${next} does not read as it was written`);
    history.push(...(await readSegment(segment.bytes)));
    next = Number(segment.to_seq) + 1;
  }
  for (const row of rows) {
    const seq = Number(row.seq);
    if (seq < next) continue;
    if (seq !== next || !isIntact(row.bytes, row.sha256))
      return broken(`row ${next} does not read as it was written`);
    history.push({
      seq,
      at: Number(row.at),
      member: row.member_id,
      session: row.session_id,
      bytes: row.bytes,
    });
    next++;
  }
  return isCut ? broken(`row ${next} cannot be read`) : { rows: history, damage: null };
}
