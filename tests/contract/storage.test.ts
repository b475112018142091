import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readKey } from '../../server/storage/keys.ts';
import { openStorage } from '../../server/storage/open.ts';
import {
  leaveRoom,
  readDocument,
  renewServer,
  RoomHeld,
  roomsLost,
  takeRoom,
} from '../../server/storage/queries/documents.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { FaultyStore, FileLock } from '../simulation/faulty-store.ts';
import { ENGINES, freshFolder, freshPlace, logRow as row } from '../support/storage.ts';

/** The store of the simulation, where nothing is made to fail, is held to the same. */
const STORES = [...ENGINES, 'the simulation'] as const;
const placeOf = (store: (typeof STORES)[number]) => freshPlace(store === 'postgres' ? store : 'sqlite');
async function openIn(
  store: (typeof STORES)[number],
  place: Awaited<ReturnType<typeof freshPlace>>,
): Promise<Storage> {
  if (store !== 'the simulation') return openStorage(place);
  const path = join(place.dataDir, 'wednesday.db');
  return new FaultyStore({ path, key: await readKey(place.keyFile), lock: new FileLock() }).storage;
}
async function freshIn(store: (typeof STORES)[number]): Promise<Storage> {
  const storage = await openIn(store, await placeOf(store));
  onTestFinished(() => storage.close());
  return storage;
}

describe.each(STORES)('storage on %s', (engine) => {
  it('[D1] an append is there after closing and opening again, with its author', async () => {
    const place = await placeOf(engine);
    const storage = await openIn(engine, place);
    const doc = `family:${randomUUID()}`;
    const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0 });
    const rows = [row(doc, 1, fence, { member: 'ines', claim: 7 }), row(doc, 2, fence)];
    expect(await storage.append(rows)).toEqual(new Set());
    await storage.close();
    const again = await openIn(engine, place);
    onTestFinished(() => again.close());
    const kept = await readDocument(again.db, doc);
    expect(kept.updates.map((update) => [update.seq, Buffer.from(update.bytes).toString('hex')])).toEqual(
      rows.map((written) => [written.seq, Buffer.from(written.bytes).toString('hex')]),
    );
    expect(kept.claims).toEqual(new Map([[7, 'ines']]));
  });

  it('[D2] a batch holds for every document or, where the fence is old, for none of that one', async () => {
    const storage = await freshIn(engine);
    const [mine, theirs] = [`family:${randomUUID()}`, `family:${randomUUID()}`];
    const first = await takeRoom(storage, { doc: mine, owner: 'a', now: 0 });
    const old = await takeRoom(storage, { doc: theirs, owner: 'a', now: 0 });
    await takeRoom(storage, { doc: theirs, owner: 'b', now: 5000 });
    const stale = await storage.append([
      row(mine, 1, first.fence),
      row(theirs, 1, old.fence),
      row(theirs, 2, old.fence),
    ]);
    expect(stale).toEqual(new Set([theirs]));
    expect((await readDocument(storage.db, mine)).updates).toHaveLength(1);
    expect((await readDocument(storage.db, theirs)).updates).toHaveLength(0);
  });

  it('[D21] a row that does not follow the last one is written by nobody, and the others are', async () => {
    const storage = await freshIn(engine);
    const [doc, other] = [`family:${randomUUID()}`, `family:${randomUUID()}`];
    const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0 });
    const second = await takeRoom(storage, { doc: other, owner: 'a', now: 0 });
    await storage.append([row(doc, 1, fence), row(doc, 2, fence)]);
    expect(await storage.append([row(other, 1, second.fence), row(doc, 2, fence)])).toEqual(new Set([doc]));
    // As after a fail-over that lost the last row: the next one would leave a hole that nobody can read across.
    await storage.db.deleteFrom('updates').where('doc', '=', doc).where('seq', '=', 2).execute();
    await storage.db.updateTable('rooms').set({ head: 1 }).where('doc', '=', doc).execute();
    expect(await storage.append([row(doc, 3, fence)])).toEqual(new Set([doc]));
    expect(await storage.append([row(doc, 2, fence)])).toEqual(new Set());
    expect((await readDocument(storage.db, doc)).head).toBe(2);
    expect((await readDocument(storage.db, other)).head).toBe(1);
  });

  it('[D3] a client id is claimed once', async () => {
    const storage = await freshIn(engine);
    const doc = `family:${randomUUID()}`;
    const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0 });
    await storage.append([row(doc, 1, fence, { claim: 9, member: 'ines' })]);
    await expect(storage.append([row(doc, 2, fence, { claim: 9, member: 'callum' })])).rejects.toThrow();
    expect((await readDocument(storage.db, doc)).claims.get(9)).toBe('ines');
  });

  it('[D4] a room is held by one server until its time is over; the same server takes its own back at once', async () => {
    const storage = await freshIn(engine);
    const doc = `family:${randomUUID()}`;
    await renewServer(storage, { id: 'a', until: 2000 });
    await renewServer(storage, { id: 'b', until: 9000 });
    const first = await takeRoom(storage, { doc, owner: 'a', now: 1000 });
    await expect(takeRoom(storage, { doc, owner: 'b', now: 1500 })).rejects.toThrow(RoomHeld);
    const again = await takeRoom(storage, { doc, owner: 'a', now: 1500 });
    expect(again.fence).toBe(first.fence + 1);
    const rooms = [{ doc, fence: again.fence }];
    expect(await roomsLost(storage.db, { owner: 'a', rooms })).toEqual([]);
    const taken = await takeRoom(storage, { doc, owner: 'b', now: 3000 });
    expect(taken.fence).toBe(again.fence + 1);
    expect(await roomsLost(storage.db, { owner: 'a', rooms })).toEqual([doc]);
    // One that was given back is anybody's at once.
    await leaveRoom(storage, { doc, fence: taken.fence });
    expect((await takeRoom(storage, { doc, owner: 'a', now: 3000 })).fence).toBe(taken.fence + 1);
  });

  it('[D5] keys that look alike stay apart', async () => {
    const storage = await freshIn(engine);
    const docs = [
      'family:a',
      'family:a:b',
      'family:a%',
      'family:a_',
      'FAMILY:A',
      'family:a\u0301',
      'family:á',
    ];
    for (const doc of docs) {
      const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0 });
      await storage.append([row(doc, 1, fence)]);
    }
    for (const doc of docs) expect((await readDocument(storage.db, doc)).updates).toHaveLength(1);
  });

  it('[D6] a write that throws leaves nothing, and writers that come together do not lose one another’s', async () => {
    const storage = await freshIn(engine);
    await expect(
      storage.write(async (trx) => {
        await trx.insertInto('settings').values({ key: 'a', value: '1' }).execute();
        throw new Error('stop');
      }),
    ).rejects.toThrow('stop');
    expect(await storage.db.selectFrom('settings').selectAll().execute()).toEqual([]);
    await storage.db.insertInto('settings').values({ key: 'n', value: '0' }).execute();
    await Promise.all(
      Array.from({ length: 20 }, () =>
        storage.write(async (trx) => {
          // Touching the row first takes its lock on both engines.
          await trx
            .updateTable('settings')
            .set((eb) => ({ value: eb.ref('value') }))
            .where('key', '=', 'n')
            .execute();
          const { value } = await trx
            .selectFrom('settings')
            .select('value')
            .where('key', '=', 'n')
            .executeTakeFirstOrThrow();
          await trx
            .updateTable('settings')
            .set({ value: String(Number(value) + 1) })
            .where('key', '=', 'n')
            .execute();
        }),
      ),
    );
    expect((await storage.db.selectFrom('settings').select('value').executeTakeFirstOrThrow()).value).toBe(
      '20',
    );
  });

  it('[F4] what is written in a file, a view or the audit cannot be changed or removed', async () => {
    const storage = await freshIn(engine);
    const at = { id: randomUUID(), at: 1, unit_id: null, member_id: null, act: 'a', subject: 'b' };
    await storage.db.insertInto('audit').values(at).execute();
    await expect(storage.db.updateTable('audit').set({ act: 'c' }).execute()).rejects.toThrow(/never/);
    await expect(storage.db.deleteFrom('audit').execute()).rejects.toThrow(/never/);
    expect(await storage.db.selectFrom('audit').selectAll().execute()).toEqual([at]);
  });
});

describe('storage on postgres, beside other servers', () => {
  it('[D22] renewing, taking and appending never wait for one another in a circle, and a frozen owner holds up its own room alone', async () => {
    const place = await freshPlace('postgres');
    const [one, two] = [await openStorage(place), await openStorage(place)];
    for (const storage of [one, two]) onTestFinished(() => storage.close());
    const docs = Array.from({ length: 60 }, () => `family:${randomUUID()}`);
    const fences = new Map<string, number>();
    for (const doc of docs) fences.set(doc, (await takeRoom(one, { doc, owner: 'a', now: 0 })).fence);

    // In every order at once: nothing here may end in a deadlock, and every row is there afterwards.
    let seq = 0;
    for (let round = 0; round < 12; round++) {
      seq++;
      const rows = docs.map((doc) => row(doc, seq, fences.get(doc)!));
      const turned = round % 2 === 0 ? rows : rows.toReversed();
      await Promise.all([
        one.append(turned.slice(0, 30)),
        two.append(turned.slice(30)),
        renewServer(one, { id: 'a', until: 1e15 }),
        roomsLost(two.db, { owner: 'a', rooms: [] }),
      ]);
    }
    for (const doc of docs) expect((await readDocument(one.db, doc)).head).toBe(seq);

    // Somebody froze in the middle of taking a room over: the others are written at once, and every query goes on.
    const [frozen, other] = docs as [string, string];
    const client = new pg.Client({ connectionString: place.databaseUrl! });
    await client.connect();
    onTestFinished(() => client.end());
    await client.query('begin');
    await client.query('select 1 from rooms where doc = $1 for update', [frozen]);
    const rows = [frozen, other].map((doc) => row(doc, seq + 1, fences.get(doc)!));
    expect(await one.append(rows)).toEqual(new Set([frozen]));
    const takes = Promise.allSettled(
      Array.from({ length: 12 }, () => takeRoom(one, { doc: frozen, owner: 'b', now: 2e15 })),
    );
    await Promise.all([
      one.db.selectFrom('settings').selectAll().execute(),
      one.append([row(other, seq + 2, fences.get(other)!)]),
    ]);
    expect((await takes).map(({ status }) => status)).not.toContain('fulfilled');
    await client.query('rollback');
    expect((await readDocument(one.db, other)).head).toBe(seq + 2);
  });
});

describe('storage on an encrypted file', () => {
  it('[D7] holds no word in plain and opens with its own key alone', async () => {
    const dataDir = await freshFolder();
    const keyFile = join(dataDir, 'key');
    await writeFile(keyFile, randomBytes(32).toString('hex'), { mode: 0o600 });
    const storage = await openStorage({ databaseUrl: null, dataDir, keyFile });
    const needle = 'Marlon rings at eight';
    await storage.db.insertInto('settings').values({ key: 'k', value: needle }).execute();
    const copy = join(dataDir, 'copy.db');
    await storage.copyTo(copy);
    await storage.close();
    for (const file of ['wednesday.db', 'copy.db'])
      expect((await readFile(join(dataDir, file))).includes(needle), file).toBe(false);

    const other = join(dataDir, 'other');
    await writeFile(other, randomBytes(32).toString('hex'), { mode: 0o600 });
    await expect(openStorage({ databaseUrl: null, dataDir, keyFile: other })).rejects.toThrow(
      /cannot be opened with this key/,
    );
    await expect(openStorage({ databaseUrl: null, dataDir, keyFile: null })).rejects.toThrow(/is encrypted/);
    await chmod(keyFile, 0o644);
    await expect(openStorage({ databaseUrl: null, dataDir, keyFile })).rejects.toThrow(/read by others/);
    await chmod(keyFile, 0o600);
    const again = await openStorage({ databaseUrl: null, dataDir, keyFile });
    onTestFinished(() => again.close());
    expect(await again.db.selectFrom('settings').select('value').execute()).toEqual([{ value: needle }]);
  });
});
