import { randomBytes, randomUUID } from 'node:crypto';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStorage } from '../../server/storage/open.ts';
import { readDocument, renewRooms, RoomHeld, takeRoom } from '../../server/storage/queries/documents.ts';
import type { LogRow } from '../../server/storage/tables.ts';
import { ENGINES, freshFolder, freshPlace, freshStorage } from '../support/storage.ts';

const row = (doc: string, seq: number, fence: number, more: Partial<LogRow> = {}): LogRow => ({
  doc,
  seq,
  fence,
  at: 1,
  member: 'm',
  session: 's',
  bytes: randomBytes(40),
  claim: null,
  intake: null,
  ...more,
});

describe.each(ENGINES)('storage on %s', (engine) => {
  it('[D1] an append is there after closing and opening again, with its author', async () => {
    const place = await freshPlace(engine);
    const storage = await openStorage(place);
    const doc = `family:${randomUUID()}`;
    const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0, leaseMs: 1000 });
    const rows = [row(doc, 1, fence, { member: 'ines', claim: 7 }), row(doc, 2, fence)];
    expect(await storage.append(rows)).toEqual(new Set());
    await storage.close();
    const again = await openStorage(place);
    onTestFinished(() => again.close());
    const kept = await readDocument(again.db, doc);
    expect(kept.updates.map((update) => [update.seq, Buffer.from(update.bytes).toString('hex')])).toEqual(
      rows.map((written) => [written.seq, Buffer.from(written.bytes).toString('hex')]),
    );
    expect(kept.claims).toEqual(new Map([[7, 'ines']]));
  });

  it('[D2] a batch holds for every document or, where the fence is old, for none of that one', async () => {
    const storage = await freshStorage(engine);
    const [mine, theirs] = [`family:${randomUUID()}`, `family:${randomUUID()}`];
    const first = await takeRoom(storage, { doc: mine, owner: 'a', now: 0, leaseMs: 1000 });
    const old = await takeRoom(storage, { doc: theirs, owner: 'a', now: 0, leaseMs: 1000 });
    await takeRoom(storage, { doc: theirs, owner: 'b', now: 5000, leaseMs: 1000 });
    const stale = await storage.append([
      row(mine, 1, first.fence),
      row(theirs, 1, old.fence),
      row(theirs, 2, old.fence),
    ]);
    expect(stale).toEqual(new Set([theirs]));
    expect((await readDocument(storage.db, mine)).updates).toHaveLength(1);
    expect((await readDocument(storage.db, theirs)).updates).toHaveLength(0);
  });

  it('[D2] a batch with a row that is there already writes nothing at all', async () => {
    const storage = await freshStorage(engine);
    const [doc, other] = [`family:${randomUUID()}`, `family:${randomUUID()}`];
    const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0, leaseMs: 1000 });
    const second = await takeRoom(storage, { doc: other, owner: 'a', now: 0, leaseMs: 1000 });
    await storage.append([row(doc, 1, fence)]);
    await expect(storage.append([row(other, 1, second.fence), row(doc, 1, fence)])).rejects.toThrow();
    expect((await readDocument(storage.db, other)).updates).toHaveLength(0);
  });

  it('[D3] a client id is claimed once', async () => {
    const storage = await freshStorage(engine);
    const doc = `family:${randomUUID()}`;
    const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0, leaseMs: 1000 });
    await storage.append([row(doc, 1, fence, { claim: 9, member: 'ines' })]);
    await expect(storage.append([row(doc, 2, fence, { claim: 9, member: 'callum' })])).rejects.toThrow();
    expect((await readDocument(storage.db, doc)).claims.get(9)).toBe('ines');
  });

  it('[D4] a room is held by one server until its time is over; the same server takes its own back at once', async () => {
    const storage = await freshStorage(engine);
    const doc = `family:${randomUUID()}`;
    const first = await takeRoom(storage, { doc, owner: 'a', now: 1000, leaseMs: 1000 });
    await expect(takeRoom(storage, { doc, owner: 'b', now: 1500, leaseMs: 1000 })).rejects.toThrow(RoomHeld);
    const again = await takeRoom(storage, { doc, owner: 'a', now: 1500, leaseMs: 1000 });
    expect(again.fence).toBe(first.fence + 1);
    const taken = await takeRoom(storage, { doc, owner: 'b', now: 9000, leaseMs: 1000 });
    expect(taken.fence).toBe(again.fence + 1);
    expect(
      await renewRooms(storage, { rooms: [{ doc, fence: again.fence }], owner: 'a', until: 1e9 }),
    ).toEqual([doc]);
  });

  it('[D5] keys that look alike stay apart', async () => {
    const storage = await freshStorage(engine);
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
      const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0, leaseMs: 1000 });
      await storage.append([row(doc, 1, fence)]);
    }
    for (const doc of docs) expect((await readDocument(storage.db, doc)).updates).toHaveLength(1);
  });

  it('[D6] a write that throws leaves nothing, and writers that come together do not lose one another’s', async () => {
    const storage = await freshStorage(engine);
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
    const storage = await freshStorage(engine);
    const at = { id: randomUUID(), at: 1, unit_id: null, member_id: null, act: 'a', subject: 'b' };
    await storage.db.insertInto('audit').values(at).execute();
    await expect(storage.db.updateTable('audit').set({ act: 'c' }).execute()).rejects.toThrow(/never/);
    await expect(storage.db.deleteFrom('audit').execute()).rejects.toThrow(/never/);
    expect(await storage.db.selectFrom('audit').selectAll().execute()).toEqual([at]);
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
