import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import * as Y from 'yjs';
import { contentOf } from '../content.ts';
import type { Reader } from '../storage.ts';
import { isIntact, readHistory, type HistoryRow } from './history.ts';

const decompress = promisify(brotliDecompress);

/** Rows that are replayed before others get their turn. */
const rowsAtOnce = 200;

/** A document of which something is not what was written. */
export interface DamagedDocument {
  doc: string;
  why: string;
}

/**
 * D17: Reads every document as it was written: the checksum of each row, segment and snapshot, that no row is missing,
 * that each row is its author's by the client ids in it, and that each snapshot is what its rows make.
 */
export async function verifyDocuments(
  reader: Reader,
): Promise<{ documents: number; damaged: DamagedDocument[] }> {
  // Also a document of which only rows are left is one.
  const names = await reader
    .selectFrom('documents')
    .select('name')
    .union(reader.selectFrom('rooms').select('doc as name'))
    .union(reader.selectFrom('updates').select('doc as name'))
    .union(reader.selectFrom('segments').select('doc as name'))
    .orderBy('name')
    .execute();
  const damaged: DamagedDocument[] = [];
  for (const { name } of names) {
    const why = await whatIsWrong(reader, name).catch(
      // One that cannot even be read is named, and the others are looked at.
      (error: unknown) => `it cannot be read (${(error as { code?: string }).code ?? (error as Error).name})`,
    );
    if (why !== null) damaged.push({ doc: name, why });
  }
  return { documents: names.length, damaged };
}

async function whatIsWrong(reader: Reader, doc: string): Promise<string | null> {
  // In this order, so that what is written meanwhile is in the later reading and never missed in it.
  const room = await reader.selectFrom('rooms').select('head').where('doc', '=', doc).executeTakeFirst();
  const snapshots = await reader
    .selectFrom('snapshots')
    .selectAll()
    .where('doc', '=', doc)
    .orderBy('seq')
    .execute();
  const { rows, damage } = await readHistory(reader, doc);
  if (damage !== null) return damage;
  if (rows.length < Number(room?.head ?? 0)) return `row ${rows.length + 1} is missing`;
  const claims = await reader
    .selectFrom('claims')
    .select(['client', 'member_id'])
    .where('doc', '=', doc)
    .execute();
  const owners = new Map(claims.map((claim) => [Number(claim.client), claim.member_id]));
  const replayed = new Y.Doc();
  try {
    replayed.getMap('cards');
    let next = 0;
    for (const snapshot of snapshots) {
      const seq = Number(snapshot.seq);
      const why = await replay(replayed, rows.slice(next, seq), owners);
      if (why !== null) return why;
      next = seq;
      if (!(await isSnapshotOf(snapshot, replayed)))
        return `the snapshot at row ${seq} is not what its rows make`;
    }
    const why = await replay(replayed, rows.slice(next), owners);
    if (why !== null) return why;
    return replayed.store.pendingStructs || replayed.store.pendingDs ? 'its rows have a hole' : null;
  } finally {
    replayed.destroy();
  }
}

async function replay(
  doc: Y.Doc,
  rows: readonly HistoryRow[],
  owners: ReadonlyMap<number, string>,
): Promise<string | null> {
  for (const [index, row] of rows.entries()) {
    for (const client of Y.parseUpdateMeta(row.bytes).to.keys())
      if (owners.get(client) !== row.member)
        return `row ${row.seq} stands under another name than it was written`;
    Y.applyUpdate(doc, row.bytes);
    if (index % rowsAtOnce === rowsAtOnce - 1) await nextTurn();
  }
  return null;
}

async function isSnapshotOf(
  snapshot: { bytes: Uint8Array; packed: Uint8Array; sha256: Uint8Array; content: string },
  replayed: Y.Doc,
): Promise<boolean> {
  if (!isIntact(snapshot.bytes, snapshot.sha256)) return false;
  const unpacked = await decompress(snapshot.packed).catch(() => null);
  if (!unpacked?.equals(snapshot.bytes)) return false;
  const read = new Y.Doc();
  Y.applyUpdate(read, snapshot.bytes);
  const content = contentOf(read);
  read.destroy();
  return content === snapshot.content && content === contentOf(replayed);
}
