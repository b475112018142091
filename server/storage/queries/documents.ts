import { createHash, randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import type { Reader, Storage, Trx } from '../storage.ts';

/** What is read to open a document: its state as updates in order, and whose each client id is. */
export interface KeptDocument {
  generation: string;
  /** The newest row that is durable. */
  head: number;
  /** The newest row that a snapshot holds. */
  snapshotSeq: number;
  packed: Uint8Array | null;
  snapshot: Uint8Array | null;
  updates: { seq: number; bytes: Uint8Array }[];
  claims: Map<number, string>;
}

/** A lease on a document's room: appends carry its number, and only the newest number is accepted. */
export interface Lease {
  fence: number;
  until: number;
}

/** Another server holds the room and its time is not over. */
export class RoomHeld extends Error {}

/** Something in the log does not read as it was written. */
class LogBroken extends Error {}

/** Takes the room of a document, which begins to exist with its first room. */
export async function takeRoom(
  storage: Storage,
  ask: { doc: string; owner: string; now: number; leaseMs: number },
): Promise<Lease> {
  return storage.write(async (trx) => {
    await trx
      .insertInto('documents')
      .values({ name: ask.doc, generation: randomUUID(), folded: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await trx
      .insertInto('rooms')
      .values({ doc: ask.doc, owner: ask.owner, fence: 0, until: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const until = ask.now + ask.leaseMs;
    const taken = await trx
      .updateTable('rooms')
      .set((eb) => ({ owner: ask.owner, until, fence: eb('fence', '+', 1) }))
      .where('doc', '=', ask.doc)
      .where((eb) => eb.or([eb('owner', '=', ask.owner), eb('until', '<', ask.now)]))
      .returning('fence')
      .executeTakeFirst();
    if (!taken) throw new RoomHeld('another server holds this room');
    return { fence: Number(taken.fence), until };
  });
}

/** What is sealed beside a document. */
export async function sealedBeside(trx: Trx, names: readonly string[]): Promise<string[]> {
  const found = [];
  for (const name of names)
    found.push(
      ...(await trx
        .selectFrom('documents')
        .select('name')
        .where('name', 'like', `sealed:${name}:%`)
        .execute()),
    );
  return found.map(({ name }) => name);
}

/** Takes documents out of the store with everything of them. */
export async function removeDocuments(trx: Trx, docs: readonly string[]): Promise<void> {
  if (docs.length === 0) return;
  for (const table of ['updates', 'claims', 'segments', 'snapshots', 'intake', 'rooms', 'indexed'] as const)
    await trx.deleteFrom(table).where('doc', 'in', docs).execute();
  await trx.deleteFrom('documents').where('name', 'in', docs).execute();
}

/** Keeps rooms a while longer; returns the documents whose room is no longer ours. */
export async function renewRooms(
  storage: Storage,
  ask: { rooms: readonly { doc: string; fence: number }[]; owner: string; until: number },
): Promise<string[]> {
  if (ask.rooms.length === 0) return [];
  return storage.write(async (trx) => {
    const kept = await trx
      .updateTable('rooms')
      .set({ until: ask.until })
      .where('owner', '=', ask.owner)
      .where(
        'doc',
        'in',
        ask.rooms.map((room) => room.doc),
      )
      .returning(['doc', 'fence'])
      .execute();
    const held = new Map(kept.map((room) => [room.doc, Number(room.fence)]));
    return ask.rooms.filter((room) => held.get(room.doc) !== room.fence).map((room) => room.doc);
  });
}

/** Gives a room back, if it is still held under this number. */
export async function leaveRoom(storage: Storage, ask: { doc: string; fence: number }): Promise<void> {
  await storage.write((trx) =>
    trx
      .updateTable('rooms')
      .set({ until: 0 })
      .where('doc', '=', ask.doc)
      .where('fence', '=', ask.fence)
      .execute(),
  );
}

/** Reads what is durable of a document: the newest snapshot that verifies, and the rows after it. */
export async function readDocument(reader: Reader | Trx, doc: string): Promise<KeptDocument> {
  const row = await reader.selectFrom('documents').selectAll().where('name', '=', doc).executeTakeFirst();
  const snapshots = await reader
    .selectFrom('snapshots')
    .select(['seq', 'bytes', 'packed', 'sha256'])
    .where('doc', '=', doc)
    .orderBy('seq', 'desc')
    .limit(2)
    .execute();
  const good = snapshots.find((snapshot) => isIntact(snapshot.bytes, snapshot.sha256));
  if (!good && snapshots.length > 0 && Number(row?.folded ?? 0) > 0)
    throw new LogBroken('no snapshot of this document verifies and its rows are folded');
  const from = Number(good?.seq ?? 0);
  const updates = await reader
    .selectFrom('updates')
    .select(['seq', 'bytes', 'sha256'])
    .where('doc', '=', doc)
    .where('seq', '>', from)
    .orderBy('seq')
    .execute();
  let expected = from;
  for (const update of updates) {
    if (Number(update.seq) !== ++expected || !isIntact(update.bytes, update.sha256))
      throw new LogBroken(`row ${expected} of this document does not read as it was written`);
  }
  const claims = await reader
    .selectFrom('claims')
    .select(['client', 'member_id'])
    .where('doc', '=', doc)
    .execute();
  return {
    generation: row?.generation ?? '',
    head: expected,
    snapshotSeq: from,
    snapshot: good ? plain(good.bytes) : null,
    packed: good ? plain(good.packed) : null,
    updates: updates.map((update) => ({ seq: Number(update.seq), bytes: plain(update.bytes) })),
    claims: new Map(claims.map((claim) => [Number(claim.client), claim.member_id])),
  };
}

/** Builds the live document from what was kept. */
export function buildDocument(kept: KeptDocument): Y.Doc {
  const doc = new Y.Doc();
  doc.getMap('cards');
  doc.transact(() => {
    if (kept.snapshot) Y.applyUpdate(doc, kept.snapshot);
    for (const update of kept.updates) Y.applyUpdate(doc, update.bytes);
  });
  if (doc.store.pendingStructs || doc.store.pendingDs)
    throw new LogBroken('the log of this document has a hole');
  return doc;
}

/** What waits to be brought into a document by the server's own hand. */
export async function readIntake(
  reader: Reader,
  doc: string,
): Promise<{ id: string; by: string; facts: string }[]> {
  return reader
    .selectFrom('intake')
    .select(['id', 'by', 'facts'])
    .where('doc', '=', doc)
    .orderBy('at')
    .orderBy('id')
    .execute();
}

function isIntact(bytes: Uint8Array, sha256: Uint8Array): boolean {
  return createHash('sha256').update(bytes).digest().equals(sha256);
}

/** Drivers hand out Buffers that share memory; Yjs wants an array of its own. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
