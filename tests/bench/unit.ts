import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import * as Y from 'yjs';
import { BOARD_HAND } from '#domain/board/policy.ts';
import { addCard } from '#domain/board/write.ts';
import { familyDocument } from '#domain/wire.ts';
import { beginSession } from '../../server/identity/sessions.ts';
import { openStorage } from '../../server/storage/open.ts';
import { leaveRoom, takeRoom } from '../../server/storage/queries/documents.ts';
import type { Storage } from '../../server/storage/storage.ts';
import type { LogRow } from '../../server/storage/tables.ts';

/** Somebody of the unit who is signed in. */
export interface Member {
  id: string;
  token: string;
}

/** A family and what its board begins with: one card for each seat. */
export interface Family {
  id: string;
  board: Uint8Array;
  cards: string[];
}

/** A unit that lives in a data folder. */
export interface Unit {
  members: Member[];
  families: Family[];
}

/** Writes a unit into a data folder, or into a database beside it, before the server is started on it. */
export async function makeUnit(
  dataDir: string,
  ask: { members: number; families: number; seats: number; databaseUrl?: string | null },
): Promise<Unit> {
  const databaseUrl = ask.databaseUrl ?? null;
  const storage = await openStorage({ databaseUrl, dataDir, keyFile: join(dataDir, 'key') });
  try {
    const unit = randomUUID();
    const members = await makeMembers(storage, unit, ask.members);
    const families: Family[] = [];
    for (let i = 0; i < ask.families; i++)
      families.push(await makeFamily(storage, { unit, members, seats: ask.seats }));
    return { members, families };
  } finally {
    await storage.close();
  }
}

async function makeMembers(storage: Storage, unit: string, many: number): Promise<Member[]> {
  const now = Date.now();
  const ids = Array.from({ length: many }, () => randomUUID());
  return storage.write(async (trx) => {
    await trx
      .insertInto('units')
      .values({
        id: unit,
        name: 'Bench unit',
        ref: null,
        meeting_day: 3,
        meeting_time: '09:30',
        settings: '{}',
        made_up: 0,
        created_at: now,
      })
      .execute();
    const members: Member[] = [];
    for (const [i, id] of ids.entries()) {
      await trx
        .insertInto('members')
        .values({
          id,
          unit_id: unit,
          ref: null,
          name: `Member ${i}`,
          initials: 'M',
          role: 'social-worker',
          email: '',
          note: '',
          epoch: 0,
          left_at: null,
          created_at: now,
        })
        .execute();
      members.push({ id, token: await beginSession(trx, { member: id, unit: null, agent: 'bench', now }) });
    }
    return members;
  });
}

async function makeFamily(
  storage: Storage,
  ask: { unit: string; members: Member[]; seats: number },
): Promise<Family> {
  const id = randomUUID();
  const now = Date.now();
  await storage.write((trx) =>
    trx
      .insertInto('families')
      .values({
        id,
        unit_id: ask.unit,
        ref: null,
        name: 'Bench',
        since: null,
        restricted: 0,
        closed_at: null,
        revision: 0,
        created_at: now,
      })
      .execute(),
  );
  const doc = new Y.Doc();
  const cards = Array.from({ length: ask.seats }, () => randomUUID());
  for (const [seat, card] of cards.entries()) {
    const by = ask.members[seat % ask.members.length]!.id;
    addCard(doc, { id: card, kind: 'thought', by, at: now, fields: { text: '' } });
  }
  const board = Y.encodeStateAsUpdate(doc);
  if (ask.seats > 0)
    await writeLog(storage, { family: id, edits: [{ by: BOARD_HAND, client: doc.clientID, bytes: board }] });
  return { id, board, cards };
}

/** Writes edits into a board's log as its room would have. */
export async function writeLog(
  storage: Storage,
  ask: { family: string; edits: readonly { by: string; client: number; bytes: Uint8Array }[] },
): Promise<void> {
  const doc = familyDocument(ask.family);
  const now = Date.now();
  const { fence } = await takeRoom(storage, { doc, owner: 'bench', now });
  const claimed = new Set<number>();
  const rows = ask.edits.map(({ by, client, bytes }, i): LogRow => {
    const claim = claimed.has(client) ? null : client;
    claimed.add(client);
    return { doc, seq: i + 1, fence, at: now, member: by, session: 'bench', bytes, claim, intake: null };
  });
  const rowsAtOnce = 5_000;
  for (let from = 0; from < rows.length; from += rowsAtOnce)
    if ((await storage.append(rows.slice(from, from + rowsAtOnce))).size > 0)
      throw new Error('the room was taken');
  await leaveRoom(storage, { doc, fence });
}
