import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliCompress, brotliDecompress } from 'node:zlib';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import type { Storage, Trx } from '../storage/storage.ts';
import type { Room } from './room.ts';
import { pack } from './room.ts';

const compress = promisify(brotliCompress);
const decompress = promisify(brotliDecompress);

/** A snapshot is due after so many rows: opening reads one blob and at most this many rows. */
const rowsPerSnapshot = 500;

export const needsSnapshot = (room: Room) => room.durable - room.snapshotSeq >= rowsPerSnapshot;

/**
 * Writes a snapshot of a room, checks by reading it that it is the same board, then folds the rows that two snapshots
 * hold into one compressed segment. Rows are folded with their authors and times: nothing of the history is lost.
 */
export async function keepSnapshot(storage: Storage, room: Room, now: number): Promise<void> {
  // Taken in one turn, and written once all of it is on disk: what comes meanwhile is not in it.
  const seq = room.applied;
  const bytes = Y.encodeStateAsUpdate(room.doc);
  const content = contentOf(room.doc);
  await room.settled();
  const again = new Y.Doc();
  Y.applyUpdate(again, bytes);
  if (contentOf(again) !== content) throw new Error('the snapshot does not read like the board');
  again.destroy();
  const packed = await pack(bytes);
  const previous = await storage.db
    .selectFrom('snapshots')
    .select('seq')
    .where('doc', '=', room.name)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  const isKept = await storage.write(async (trx) => {
    if (!(await holdsRoom(trx, room))) return false;
    await trx
      .insertInto('snapshots')
      .values({
        doc: room.name,
        seq,
        bytes: Buffer.from(bytes),
        packed: Buffer.from(packed),
        sha256: sha256(bytes),
        content,
        at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return true;
  });
  if (!isKept) return;
  room.snapshotSeq = seq;
  if (previous) await foldRows(storage, room, Number(previous.seq));
}

/** Whether the room is still this server's: of a document that was taken away meanwhile nothing is written again. */
async function holdsRoom(trx: Trx, room: Room): Promise<boolean> {
  const held = await trx.selectFrom('rooms').select('fence').where('doc', '=', room.name).executeTakeFirst();
  return held !== undefined && Number(held.fence) === room.fence;
}

/** Folds every row up to `through` into a segment, in one transaction with their removal. */
async function foldRows(storage: Storage, room: Room, through: number): Promise<void> {
  const doc = room.name;
  const rows = await storage.db
    .selectFrom('updates')
    .select(['seq', 'at', 'member_id', 'session_id', 'bytes'])
    .where('doc', '=', doc)
    .where('seq', '<=', through)
    .orderBy('seq')
    .execute();
  if (rows.length === 0) return;
  const plain = writeSegment(
    rows.map((row) => ({
      seq: Number(row.seq),
      at: Number(row.at),
      member: row.member_id,
      session: row.session_id,
      bytes: row.bytes,
    })),
  );
  const bytes = await compress(plain);
  await storage.write(async (trx) => {
    if (!(await holdsRoom(trx, room))) return;
    await trx
      .insertInto('segments')
      .values({ doc, from_seq: Number(rows[0]!.seq), to_seq: through, bytes, sha256: sha256(bytes) })
      .execute();
    await trx.deleteFrom('updates').where('doc', '=', doc).where('seq', '<=', through).execute();
    await trx.updateTable('documents').set({ folded: through }).where('name', '=', doc).execute();
    await trx.deleteFrom('snapshots').where('doc', '=', doc).where('seq', '<', through).execute();
  });
}

/** A row of the history: who wrote what, when, under which session. */
export interface HistoryRow {
  seq: number;
  at: number;
  member: string;
  session: string;
  bytes: Uint8Array;
}

function writeSegment(rows: readonly HistoryRow[]): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, rows.length);
  for (const row of rows) {
    encoding.writeVarUint(encoder, row.seq);
    encoding.writeVarUint(encoder, row.at);
    encoding.writeVarString(encoder, row.member);
    encoding.writeVarString(encoder, row.session);
    encoding.writeVarUint8Array(encoder, row.bytes);
  }
  return encoding.toUint8Array(encoder);
}

/** Reads a document's whole history in order: the segments, then the rows. */
export async function readHistory(storage: Storage, doc: string): Promise<HistoryRow[]> {
  // The rows first: what is folded away between the two readings is then in both, and never in neither.
  const rows = await storage.db
    .selectFrom('updates')
    .selectAll()
    .where('doc', '=', doc)
    .orderBy('seq')
    .execute();
  const segments = await storage.db
    .selectFrom('segments')
    .selectAll()
    .where('doc', '=', doc)
    .orderBy('from_seq')
    .execute();
  const history: HistoryRow[] = [];
  for (const segment of segments) {
    if (!sha256(segment.bytes).equals(segment.sha256))
      throw new Error('a segment of the history does not verify');
    const decoder = decoding.createDecoder(await decompress(segment.bytes));
    for (let left = decoding.readVarUint(decoder); left > 0; left--)
      history.push({
        seq: decoding.readVarUint(decoder),
        at: decoding.readVarUint(decoder),
        member: decoding.readVarString(decoder),
        session: decoding.readVarString(decoder),
        bytes: decoding.readVarUint8Array(decoder),
      });
  }
  const folded = history.at(-1)?.seq ?? 0;
  for (const row of rows.filter((one) => Number(one.seq) > folded))
    history.push({
      seq: Number(row.seq),
      at: Number(row.at),
      member: row.member_id,
      session: row.session_id,
      bytes: row.bytes,
    });
  return history;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();

/** A digest of everything a board says and of its clocks: two documents with the same one read alike. */
export function contentOf(doc: Y.Doc): string {
  const clocks = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b);
  const cards = doc.getMap('cards').toJSON() as Record<string, Record<string, unknown>>;
  const sorted = Object.keys(cards)
    .sort()
    .map((id) => [id, Object.entries(cards[id]!).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256')
    .update(JSON.stringify([clocks, sorted]))
    .digest('hex');
}
