import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { familyDocument } from '#domain/wire.ts';
import { backUp } from '../../server/admin/backup.ts';
import { openStorage } from '../../server/storage/open.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, layUnit } from '../support/people.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';
import { ENGINES, freshPlace, type Engine } from '../support/storage.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

/** A unit whose board was written in three sittings of the server: a segment, a snapshot and rows after it. */
async function threeSittings(engine: Engine) {
  const place = await freshPlace(engine);
  const storage = await openStorage(place);
  onTestFinished(() => storage.close());
  const unit = await layUnit(storage);
  const other = await layFamily(storage, { unit: unit.unit, name: 'Osei', restricted: false });
  const cards: string[] = [];
  for (const words of ['the first', 'the second', 'the third']) {
    const server = await startServer(place);
    const page = await new BoardClient({ server, family: unit.family, member: unit.people.ines }).synced();
    cards.push(page.add('thought', { text: words }));
    await page.allSaved();
    page.close();
    await server.stop();
  }
  const admin = (...words: string[]) =>
    run(process.execPath, [join(import.meta.dirname, '../../server/admin/admin.ts'), ...words], {
      env: {
        ...process.env,
        DATA_DIR: place.dataDir,
        ...(place.databaseUrl && { DATABASE_URL: place.databaseUrl }),
      },
    });
  const start = async (): Promise<RunningServer> => {
    const server = await startServer(place);
    onTestFinished(() => server.stop());
    return server;
  };
  return { ...unit, place, storage, cards, other, admin, start, doc: familyDocument(unit.family) };
}

/** Flips one bit in the middle of a column of bytes, as a bad disk does. */
async function flip(
  storage: Storage,
  ask: {
    table: 'updates' | 'segments' | 'snapshots';
    column: 'bytes' | 'packed';
    doc: string;
    last?: boolean;
  },
): Promise<void> {
  const order = { updates: 'seq', segments: 'from_seq', snapshots: 'seq' }[ask.table];
  const { rows } = await sql<{ at: number; bytes: Uint8Array }>`
    select ${sql.ref(order)} as at, ${sql.ref(ask.column)} as bytes from ${sql.table(ask.table)} where doc = ${ask.doc}
    order by ${sql.ref(order)} desc limit 1`.execute(storage.db);
  const bytes = Buffer.from(rows[0]!.bytes);
  bytes[bytes.length >> 1]! ^= 4;
  await sql`update ${sql.table(ask.table)} set ${sql.ref(ask.column)} = ${bytes} where doc = ${ask.doc} and ${sql.ref(order)} = ${rows[0]!.at}`.execute(
    storage.db,
  );
}

it.each(ENGINES)(
  '[D17] a bad row makes one board read-only at what stood before it, and the unit holds its meeting, on %s',
  async (engine) => {
    const world = await threeSittings(engine);
    expect((await world.admin('verify')).stdout).toContain('1 board: every row is as it was written');
    // A row that no snapshot holds yet, as after a kill.
    await world.storage.db
      .deleteFrom('snapshots')
      .where('doc', '=', world.doc)
      .where('seq', '>', 1)
      .execute();
    const rows = await world.storage.db
      .selectFrom('updates')
      .select('seq')
      .where('doc', '=', world.doc)
      .execute();
    await flip(world.storage, { table: 'updates', column: 'bytes', doc: world.doc });
    const server = await world.start();

    const page = new BoardClient({ server, family: world.family, member: world.people.callum });
    await until(() => page.closed !== null, 'the page is told');
    expect(page.closed).toEqual(expect.objectContaining({ code: 4415, reason: 'damaged' }));
    page.close();
    const state = await call(server, world.people.callum, 'GET', `/api/documents/${world.doc}/state`);
    expect(state.status).toBe(200);
    expect(server.output()).toContain('A BOARD IS DAMAGED');
    expect(server.output()).not.toMatch(/Kaya|the third/);

    // Everything that reads many boards goes on.
    const opened = await call(server, world.people.delroy, 'POST', `/api/units/${world.unit}/meetings`, {
      body: { on: '2026-11-25' },
    });
    expect(opened.status).toBe(200);
    const found = await call(server, world.people.nasrin, 'POST', '/api/search', {
      body: { query: 'first' },
    });
    expect(found.status).toBe(200);
    const beside = await new BoardClient({
      server,
      family: world.other,
      member: world.people.ines,
    }).synced();
    beside.add('thought', { text: 'on the other board' });
    await beside.allSaved();
    beside.close();

    // Nothing altered is shown as what somebody said, and nothing is committed from it.
    const asOf = await call(
      server,
      world.people.ines,
      'GET',
      `/api/families/${world.family}/board-on/2026-11-25`,
    );
    expect([asOf.status, asOf.body.reason]).toEqual([409, 'damaged']);
    const review = await call(
      server,
      world.people.delroy,
      'GET',
      `/api/families/${world.family}/review?meeting=${(opened.body as { meeting: string }).meeting}`,
    );
    expect([review.status, review.body.reason]).toEqual([409, 'damaged']);
    const copyWith = (withMap: boolean) =>
      call(server, world.people.delroy, 'POST', `/api/children/${world.children[0]}/copies`, {
        body: { format: 'pdf', withMap },
      });
    expect((await copyWith(false)).status).toBe(200);
    const withMap = await copyWith(true);
    expect([withMap.status, withMap.body.reason]).toEqual([409, 'damaged']);
    await server.stop();

    // Nothing was deleted, and whoever verifies or copies is told which board and which row.
    expect(
      await world.storage.db.selectFrom('updates').select('seq').where('doc', '=', world.doc).execute(),
    ).toEqual(rows);
    const verdict = world.admin('verify');
    await expect(verdict).rejects.toMatchObject({ code: 1 });
    await expect(verdict).rejects.toThrow(
      new RegExp(`${world.doc}: row \\d+ does not read as it was written`),
    );
    const copies = join(world.place.dataDir, 'copies');
    await mkdir(copies);
    await expect(world.admin('backup', copies)).rejects.toThrow(/row \d+ does not read as it was written/);
    expect((await readdir(copies)).filter((name) => !name.includes('damaged'))).toEqual([]);
  },
);

it.each(ENGINES)(
  '[D17] without a snapshot that verifies the board is read from its history; a bad segment is named, on %s',
  async (engine) => {
    const world = await threeSittings(engine);
    const isWhole = async (server: RunningServer) => {
      const page = new BoardClient({ server, family: world.family, member: world.people.callum });
      await until(() => page.provider.synced || page.closed !== null, 'it is open, or not');
      const whole = page.closed === null && world.cards.every((card) => page.has(card));
      page.close();
      return whole;
    };
    for (const column of ['packed', 'bytes'] as const) {
      await flip(world.storage, { table: 'snapshots', column, doc: world.doc });
      await expect(world.admin('verify'), column).rejects.toThrow(
        /snapshot at row \d+ is not what its rows make/,
      );
      const server = await world.start();
      expect(await isWhole(server)).toBe(true);
      const state = await call(server, world.people.callum, 'GET', `/api/documents/${world.doc}/state`);
      expect(state.status).toBe(200);
      await server.kill();
    }
    await world.storage.db.deleteFrom('snapshots').where('doc', '=', world.doc).execute();
    await flip(world.storage, { table: 'segments', column: 'bytes', doc: world.doc });
    await expect(world.admin('verify')).rejects.toThrow(/the segment from row \d+ does not read/);
    const server = await world.start();
    expect(await isWhole(server)).toBe(false);
    await server.stop();
  },
);

it('[D17] a row that was put under another name is named', async () => {
  const world = await threeSittings('sqlite');
  await world.storage.db
    .updateTable('updates')
    .set({ member_id: world.people.callum.id })
    .where('doc', '=', world.doc)
    .execute();
  await expect(world.admin('verify')).rejects.toThrow(/stands under another name than it was written/);
});

it('[D17] one bit on the disk of an encrypted store keeps no unit from its meeting, and is named by verify and by the copy', async () => {
  const world = await threeSittings('sqlite');
  await world.storage.db.deleteFrom('snapshots').where('doc', '=', world.doc).where('seq', '>', 1).execute();
  const { rows: roots } = await sql<{ name: string; page: number }>`
    select name, rootpage as page from sqlite_master where name in ('updates', 'snapshots', 'documents', 'claims', 'rooms', 'families', 'entries', 'audit', 'attendance', 'dates', 'servers')`.execute(
    world.storage.db,
  );
  await world.storage.close();
  const path = join(world.place.dataDir, 'wednesday.db');
  const good = await readFile(path);
  const pageBytes = 4_096;
  for (const { name, page } of roots) {
    const bytes = Buffer.from(good);
    bytes[(page - 1) * pageBytes + 2_000]! ^= 1;
    await writeFile(path, bytes);
    for (const ending of ['-wal', '-shm']) await rm(`${path}${ending}`, { force: true });
    await expect(world.admin('verify'), name).rejects.toMatchObject({ code: 1 });
    const copies = join(world.place.dataDir, `copies-${name}`);
    await expect(world.admin('backup', copies), name).rejects.toMatchObject({ code: 1 });
    expect((await readdir(copies)).filter((copy) => /Z(\.key-[0-9a-f]+)?\.db$/.test(copy))).toEqual([]);
    // Who may come in, and whose families these are, is not guessed.
    if (name === 'families') continue;
    const server = await startServer(world.place);
    const client = new BoardClient({ server, family: world.family, member: world.people.callum });
    await until(() => client.closed !== null || client.provider.synced, 'it is open, or read-only');
    const isOfBoards = ['updates', 'documents', 'claims', 'rooms'].includes(name);
    expect(client.closed?.reason ?? 'open', name).toBe(isOfBoards ? 'damaged' : 'open');
    const state = await call(server, world.people.callum, 'GET', `/api/documents/${world.doc}/state`);
    expect(state.status, name).toBe(200);
    const open = () =>
      call(server, world.people.delroy, 'POST', `/api/units/${world.unit}/meetings`, {
        body: { on: '2026-11-25' },
      });
    // The act that finds out that the audit takes nothing is undone, and done again.
    if (name === 'audit') expect((await open()).body.reason).toBe('try-again');
    const opened = await open();
    expect(opened.status, name).toBe(200);
    const found = await call(server, world.people.nasrin, 'POST', '/api/search', {
      body: { query: 'first' },
    });
    expect(found.status, name).toBe(200);
    // The unit's page and the record are there, and say what is not in them.
    const { meeting } = opened.body as { meeting: string };
    for (const path of [`units/${world.unit}`, `families/${world.family}`, `meetings/${meeting}`]) {
      const page = await call(server, world.people.delroy, 'GET', `/api/${path}`);
      expect(page.status, `${name}: ${path}`).toBe(200);
      if (name === 'dates' && !path.startsWith('meetings')) expect(page.body.unreadable).toEqual(['dates']);
    }
    if (!['snapshots', 'entries'].includes(name))
      expect(server.output(), name).toMatch(/A PAGE OF THE STORE CANNOT BE READ|A BOARD IS DAMAGED/);
    client.close();
    await server.kill();
  }
});

it('[D15] the newest fourteen good copies are kept', async () => {
  const { place, storage } = await threeSittings('sqlite');
  const dir = join(place.dataDir, 'nights');
  for (let night = 0; night < 16; night++)
    await backUp({ storage, dir, now: Date.UTC(2026, 10, 1 + night), keyFile: place.keyFile });
  const names = (await readdir(dir)).sort();
  expect(names).toHaveLength(14);
  expect(names[0]).toContain('2026-11-03');
});
