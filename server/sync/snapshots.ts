import { createHash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { readState } from '../storage/building.ts';
import { contentInSlices } from '../storage/content.ts';
import { readDocument } from '../storage/queries/documents.ts';
import { writeSegment } from '../storage/queries/history.ts';
import type { Storage, Trx } from '../storage/storage.ts';
import type { Room } from './room.ts';
import { pack } from './room.ts';

/** A snapshot is due after so many rows: opening reads one blob and at most this many rows. */
const rowsPerSnapshot = 500;

/**
 * A full board is folded before its rows are many, since that may make room: as soon as so many letters were erased on it,
 * else seldom, since it costs a second.
 */
const erasedPerFold = 1024 * 1024;
const fullMs = 60_000;
/** When a snapshot of a room was last begun, also one that failed, and how much had been erased by then. */
const tried = new WeakMap<Room, { at: number; erased: number }>();

export function needsSnapshot(room: Room, now: number): boolean {
  if (room.damage !== null) return false;
  const rows = room.durable - room.snapshotSeq;
  if (!room.isFull) return rows >= rowsPerSnapshot;
  const last = tried.get(room) ?? { at: -Infinity, erased: 0 };
  return rows > 0 && (room.erased - last.erased >= erasedPerFold || now - last.at >= fullMs);
}

/**
 * D27: Makes a snapshot of what is on disk, and keeps it if it reads like the board in memory and like itself read
 * again; then folds the rows that two snapshots hold into one compressed segment. Rows are folded with their authors and
 * times: nothing of the history is lost.
 */
export async function keepSnapshot(storage: Storage, room: Room, now: number): Promise<void> {
  tried.set(room, { at: now, erased: room.erased });
  const seq = room.applied;
  const written = room.written;
  const content = await contentNow(room);
  // Somebody was writing: it is tried again when the house is kept.
  if (content === null) return;
  await room.settled();
  const kept = await readDocument(storage.db, room.name);
  // It was taken away meanwhile, or another was put in its place.
  if (kept.generation !== room.generation) return;
  const updates = kept.updates.filter((row) => row.seq <= seq);
  const state = await readState({ ...kept, head: seq, updates });
  if (state.damage !== null || state.content !== content || state.readBack !== content)
    throw new Error('the snapshot does not read like the board');
  const { bytes } = state;
  const packed = await pack(bytes);
  const previous = await storage.db
    .selectFrom('snapshots')
    .select('seq')
    .where('doc', '=', room.name)
    .orderBy('seq', 'desc')
    .executeTakeFirst();
  const isKept = await storage.write(async (trx) => {
    if (!(await holdsRoom(trx, { room, engine: storage.engine }))) return false;
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
  room.folded({ seq, bytes: bytes.length, written });
  if (previous) await foldRows(storage, room, Number(previous.seq));
}

/** A digest of what a board says, a slice in a turn; null where something came into it meanwhile. */
async function contentNow(room: Room): Promise<string | null> {
  const seq = room.applied;
  const slices = contentInSlices(room.doc);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    await nextTurn();
    if (room.applied !== seq || room.isDropped) return null;
  }
}

/**
 * R7: Whether the room is still this server's: of a document that was taken away nothing is written again. It cannot be
 * taken away until the transaction ends (a key share lock of PostgreSQL); letters go on.
 */
async function holdsRoom(
  trx: Trx,
  { room, engine }: { room: Room; engine: Storage['engine'] },
): Promise<boolean> {
  const row = trx.selectFrom('rooms').select('fence').where('doc', '=', room.name);
  const held = await (engine === 'postgres' ? row.forKeyShare() : row).executeTakeFirst();
  return held !== undefined && Number(held.fence) === room.fence;
}

/** Folds every row up to `through` into a segment, in one transaction with their removal. */
async function foldRows(storage: Storage, room: Room, through: number): Promise<void> {
  const doc = room.name;
  const rows = await storage.db
    .selectFrom('updates')
    .select(['seq', 'at', 'member_id', 'session_id', 'bytes', 'sha256'])
    .where('doc', '=', doc)
    .where('seq', '<=', through)
    .orderBy('seq')
    .execute();
  if (rows.length === 0) return;
  // A row that went bad on the disk stays where it can be named: folded, it would have a good checksum around it.
  if (!rows.every((row) => sha256(row.bytes).equals(row.sha256)))
    throw new Error('a row of the log does not read as it was written');
  const bytes = await writeSegment(
    rows.map((row) => ({
      seq: Number(row.seq),
      at: Number(row.at),
      member: row.member_id,
      session: row.session_id,
      bytes: row.bytes,
    })),
  );
  await storage.write(async (trx) => {
    if (!(await holdsRoom(trx, { room, engine: storage.engine }))) return;
    await trx
      .insertInto('segments')
      .values({ doc, from_seq: Number(rows[0]!.seq), to_seq: through, bytes, sha256: sha256(bytes) })
      .execute();
    await trx.deleteFrom('updates').where('doc', '=', doc).where('seq', '<=', through).execute();
    await trx.updateTable('documents').set({ folded: through }).where('name', '=', doc).execute();
    await trx.deleteFrom('snapshots').where('doc', '=', doc).where('seq', '<', through).execute();
  });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
