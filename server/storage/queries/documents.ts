import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { familyDocument, sealedDocument } from '#domain/wire.ts';
import type { Reader, Storage, Trx } from '../storage.ts';
import { isIntact, readHistory, readRows } from './history.ts';
import { unlessUnreadable } from '../unreadable.ts';

const decompress = promisify(brotliDecompress);

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
  /** Why what is here is not all that was written, or null: the document can be read as it was before, and takes nothing new. */
  damage: string | null;
}

/** Another server holds the room and its time is not over. */
export class RoomHeld extends Error {}

/** Takes the room of a document, which begins to exist with its first room; its fencing number goes with every append. */
export async function takeRoom(
  storage: Storage,
  ask: { doc: string; owner: string; now: number },
): Promise<{ fence: number }> {
  return storage.takeOver(async (trx) => {
    // The room first: where the document is being taken away, that is waited for here, and it begins anew.
    await trx
      .insertInto('rooms')
      .values({ doc: ask.doc, owner: '', fence: 0, head: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await trx
      .insertInto('documents')
      .values({ name: ask.doc, generation: randomUUID(), folded: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    const take = trx
      .updateTable('rooms')
      .set((eb) => ({ owner: ask.owner, fence: eb('fence', '+', 1) }))
      .where('doc', '=', ask.doc)
      .returning('fence');
    const isFree = take.where((eb) =>
      eb.or([
        eb('owner', 'in', [ask.owner, '']),
        eb('owner', 'not in', eb.selectFrom('servers').select('id').where('until', '>=', ask.now)),
      ]),
    );
    // Where it cannot be read who else serves: of a SQLite store there is one server, by its folder's lock.
    const taken =
      storage.engine === 'sqlite'
        ? ((await unlessUnreadable(isFree.execute())) ?? (await take.execute()))[0]
        : await isFree.executeTakeFirst();
    if (!taken) throw new RoomHeld('another server holds this room');
    return { fence: Number(taken.fence) };
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

/** What members have begun and not sent, or wrote in silence: beside every board, or beside one family's. */
export async function sealedOf(
  trx: Trx,
  ask: { members: readonly string[]; family?: string },
): Promise<string[]> {
  const board = ask.family === undefined ? '%' : familyDocument(ask.family);
  const found = [];
  for (const member of ask.members)
    found.push(
      ...(await trx
        .selectFrom('documents')
        .select('name')
        .where('name', 'like', sealedDocument(board, member))
        .execute()),
    );
  return found.map(({ name }) => name);
}

/**
 * R7: Takes documents out of the store with everything of them. Their rooms go first, in their order: what another server
 * or a snapshot writes meanwhile finds its room gone, or is there already and goes with the rest.
 */
export async function removeDocuments(trx: Trx, docs: readonly string[]): Promise<void> {
  if (docs.length === 0) return;
  for (const doc of docs.toSorted()) await trx.deleteFrom('rooms').where('doc', '=', doc).execute();
  for (const table of ['updates', 'claims', 'segments', 'snapshots', 'intake', 'indexed'] as const)
    await trx.deleteFrom(table).where('doc', 'in', docs).execute();
  await trx.deleteFrom('documents').where('name', 'in', docs).execute();
}

/** Keeps all rooms of a server a while longer: one row, however many boards are open. */
export async function renewServer(storage: Storage, ask: { id: string; until: number }): Promise<void> {
  await storage.db
    .insertInto('servers')
    .values(ask)
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ until: ask.until }))
    .execute();
}

/** Which of these rooms are not the server's any more: it was late, and another has taken them. */
export async function roomsLost(
  reader: Reader,
  ask: { owner: string; rooms: readonly { doc: string; fence: number }[] },
): Promise<string[]> {
  const held = await reader
    .selectFrom('rooms')
    .select(['doc', 'fence'])
    .where('owner', '=', ask.owner)
    .execute();
  const fences = new Map(held.map((room) => [room.doc, Number(room.fence)]));
  return ask.rooms.filter((room) => fences.get(room.doc) !== room.fence).map((room) => room.doc);
}

/** Gives a room back, if it is still held under this number. */
export async function leaveRoom(storage: Storage, ask: { doc: string; fence: number }): Promise<void> {
  await storage.write((trx) =>
    trx
      .updateTable('rooms')
      .set({ owner: '' })
      .where('doc', '=', ask.doc)
      .where('fence', '=', ask.fence)
      .execute(),
  );
}

/** How far a document has come on disk, and whether something waits to be brought into it; null where it never had a room. */
export async function standsOf(
  reader: Reader,
  doc: string,
): Promise<{ generation: string; head: number; waits: boolean } | null> {
  const row = await reader
    .selectFrom('documents')
    .innerJoin('rooms', 'rooms.doc', 'documents.name')
    .select((eb) => [
      'documents.generation',
      'rooms.head',
      eb.selectFrom('intake').select('id').where('intake.doc', '=', doc).limit(1).as('waiting'),
    ])
    .where('documents.name', '=', doc)
    .executeTakeFirst();
  return row ? { generation: row.generation, head: Number(row.head), waits: row.waiting !== null } : null;
}

/** Reads what is durable of a document: the newest snapshot that verifies, and the rows after it as far as each is what was written. */
export async function readDocument(reader: Reader | Trx, doc: string): Promise<KeptDocument> {
  const named = await unlessUnreadable(
    reader.selectFrom('documents').selectAll().where('name', '=', doc).execute(),
  );
  const row = named?.[0];
  const claims = await unlessUnreadable(
    reader.selectFrom('claims').select(['client', 'member_id']).where('doc', '=', doc).execute(),
  );
  const about = {
    generation: row?.generation ?? '',
    claims: new Map(claims?.map((claim) => [Number(claim.client), claim.member_id])),
  };
  const isUnnamed =
    named === null ? 'its row cannot be read' : claims === null ? 'whose its edits are cannot be read' : null;
  const snapshots = await unlessUnreadable(
    reader
      .selectFrom('snapshots')
      .select(['seq', 'bytes', 'packed', 'sha256'])
      .where('doc', '=', doc)
      .orderBy('seq', 'desc')
      .limit(2)
      .execute(),
  );
  const good = snapshots?.find((snapshot) => isIntact(snapshot.bytes, snapshot.sha256));
  // Without a snapshot that verifies the whole history is read, also where its rows are folded away.
  if (!good && (named === null || Number(row?.folded ?? 0) > 0)) {
    const { rows, damage } = await readHistory(reader, doc);
    const updates = rows.map(({ seq, bytes }) => ({ seq, bytes: plain(bytes) }));
    return {
      ...about,
      head: rows.at(-1)?.seq ?? 0,
      snapshotSeq: 0,
      snapshot: null,
      packed: null,
      updates,
      damage: damage ?? isUnnamed,
    };
  }
  const from = Number(good?.seq ?? 0);
  // What pages are sent is held to what it was packed from: it has no checksum of its own.
  const packed =
    good && (await decompress(good.packed).catch(() => null))?.equals(good.bytes) ? plain(good.packed) : null;
  const { rows, isCut } = await readRows(reader, doc, from + 1);
  const bad = rows.findIndex(
    ({ seq, bytes, sha256 }, index) => Number(seq) !== from + index + 1 || !isIntact(bytes, sha256),
  );
  const updates = (bad < 0 ? rows : rows.slice(0, bad)).map(({ seq, bytes }) => ({
    seq: Number(seq),
    bytes: plain(bytes),
  }));
  return {
    ...about,
    head: from + updates.length,
    snapshotSeq: from,
    snapshot: good ? plain(good.bytes) : null,
    packed,
    updates,
    damage:
      bad >= 0
        ? `row ${from + bad + 1} does not read as it was written`
        : isCut
          ? `row ${from + updates.length + 1} cannot be read`
          : isUnnamed,
  };
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

/** Drivers hand out Buffers that share memory; Yjs wants an array of its own. */
function plain(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
