import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { sql } from 'kysely';
import { expect, it, onTestFinished } from 'vitest';
import { backUp, isCopyDue } from '../../server/admin/backup.ts';
import { recordClock, steadyClock } from '../../server/clock.ts';
import { londonDate } from '#domain/time/civil.ts';
import { livesUntil } from '../../server/identity/sessions.ts';
import { openStorage } from '../../server/storage/open.ts';
import { appendEntry } from '../../server/storage/queries/files.ts';
import { layUnit } from '../support/people.ts';
import { seeded, seedsOf } from '../support/random.ts';
import { startServer } from '../support/start-server.ts';
import { freshFolder, freshPlace } from '../support/storage.ts';

const run = promisify(execFile);
const adminOf =
  (dataDir: string, env: Record<string, string> = {}) =>
  (...words: string[]) =>
    run(process.execPath, [join(import.meta.dirname, '../../server/admin/admin.ts'), ...words], {
      env: { ...process.env, DATA_DIR: dataDir, ...env },
    });

/** A store with a unit in it, begun with a key or without. */
async function begun(env: Record<string, string> = {}) {
  const dataDir = await freshFolder();
  const admin = adminOf(dataDir, env);
  await admin('verify');
  const keyFile = env.KEY_FILE === 'none' ? null : join(dataDir, 'key');
  const storage = await openStorage({ databaseUrl: null, dataDir, keyFile });
  await layUnit(storage);
  // Pages that hold nothing are read by nobody.
  await sql`vacuum`.execute(storage.db);
  await storage.close();
  return { dataDir, admin, keyFile };
}
const isReadable = async (path: string) => (await readFile(path)).includes('Kaya-Bright');

it('[D18] the first start of an empty folder makes a key, says what it protects, and every command finds it', async () => {
  const dataDir = await freshFolder();
  const server = await startServer({ dataDir });
  onTestFinished(() => server.stop());
  expect(server.output()).toMatch(/The key is in .*key \([0-9a-f]{8}/);
  expect(server.output()).toContain('It does not protect against');
  expect((await stat(join(dataDir, 'key'))).mode & 0o777).toBe(0o600);
  const key = (await readFile(join(dataDir, 'key'), 'utf8')).trim();
  expect(server.output()).not.toContain(key);
  const admin = adminOf(dataDir);
  expect((await admin('verify')).stdout).toContain('0 files');
  expect((await readFile(join(dataDir, 'wednesday.db'))).subarray(0, 6).toString()).not.toBe('SQLite');
  // A second server on the same folder is none.
  await expect(startServer({ dataDir })).rejects.toThrow(/Another Wednesday is running/);
  expect((await admin('key-kept')).stdout).toMatch(/[0-9a-f]{8} lies in another place too/);
});

it('[D18] a plain store opens as before and is told of, is encrypted when asked, and KEY_FILE=none is a choice', async () => {
  const plain = await begun({ KEY_FILE: 'none' });
  expect(await isReadable(join(plain.dataDir, 'wednesday.db'))).toBe(true);
  const copies = join(plain.dataDir, 'old');
  const oldCopy = (await plain.admin('backup', copies)).stdout.trim();
  const server = await startServer({ dataDir: plain.dataDir });
  expect(server.output()).toContain('npm run admin -- encrypt');
  const admin = adminOf(plain.dataDir);
  await expect(admin('encrypt')).rejects.toThrow(/Stop Wednesday/);
  await server.stop();
  expect((await admin('encrypt')).stdout).toContain('Encrypted.');
  for (const name of await readdir(plain.dataDir))
    if (name.startsWith('wednesday')) expect(await isReadable(join(plain.dataDir, name)), name).toBe(false);
  expect((await admin('verify')).stdout).toContain('every link holds');
  await expect(admin('encrypt')).rejects.toThrow(/nothing here to encrypt/);
  // A copy says in its name which key opens it; an old plain one is still put back, and is encrypted by that.
  const newCopy = (await admin('backup', copies)).stdout.trim();
  expect(newCopy).toMatch(/\.key-[0-9a-f]{8}\.db$/);
  await admin('restore', oldCopy);
  expect(await isReadable(join(plain.dataDir, 'wednesday.db'))).toBe(false);
  const again = await startServer({ dataDir: plain.dataDir });
  expect(again.output()).not.toContain('encrypt');
  await again.stop();
});

it('[D18] with the key that is made no flipped bit goes unnoticed', async () => {
  const { dataDir, admin } = await begun();
  const random = seeded(seedsOf(1)[0]!);
  const good = await readFile(join(dataDir, 'wednesday.db'));
  for (let n = 0; n < 12; n++) {
    const bytes = Buffer.from(good);
    // Before this stand the salt and the size of a page, which SQLite reads before it can decrypt.
    const head = 24;
    bytes[head + Math.floor(random() * (bytes.length - head))]! ^= 1 << Math.floor(random() * 8);
    await writeFile(join(dataDir, 'wednesday.db'), bytes);
    for (const ending of ['-wal', '-shm']) await rm(join(dataDir, `wednesday.db${ending}`), { force: true });
    await expect(admin('backup', join(dataDir, 'copies')), `round ${n}`).rejects.toMatchObject({ code: 1 });
  }
});

it('[D19] a restore that is killed at any moment leaves the data of before, or the copy, and never an empty start', async () => {
  const { dataDir, admin } = await begun();
  const copy = (await admin('backup', join(dataDir, 'backups'))).stdout.trim();
  const random = seeded(seedsOf(1)[0]!);
  for (let n = 0; n < 8; n++) {
    const folder = await freshFolder();
    await cp(dataDir, folder, { recursive: true });
    const dies = adminOf(folder)('restore', copy);
    // Wherever it is by then: a kill that comes too late is a restore that was done.
    setTimeout(() => dies.child.kill('SIGKILL'), 150 + random() * 900);
    await dies.catch(() => undefined);
    const server = await startServer({ dataDir: folder });
    expect(server.output(), `round ${n}`).not.toContain('first-run');
    await server.stop();
  }
});

it('[D19] nothing begins afresh beside copies, and what is damaged is put back only where it is asked for', async () => {
  const { dataDir, admin } = await begun();
  const copy = (await admin('backup', join(dataDir, 'backups'))).stdout.trim();
  const empty = await freshFolder();
  await mkdir(join(empty, 'backups'));
  await cp(copy, join(empty, 'backups', copy.split('/').at(-1)!));
  await expect(startServer({ dataDir: empty })).rejects.toThrow(/there are copies of some/);
  await expect(adminOf(empty)('sample')).rejects.toThrow(/there are copies of some/);
  // Without its key a copy says which one it needs.
  await expect(adminOf(empty)('restore', copy)).rejects.toThrow(/it needs the key [0-9a-f]{8}/);
  await cp(join(dataDir, 'key'), join(empty, 'key'));
  expect((await adminOf(empty)('restore', copy)).stdout).toContain('Put back.');

  const storage = await openStorage({ databaseUrl: null, dataDir, keyFile: join(dataDir, 'key') });
  await storage.db
    .insertInto('updates')
    .values({ doc: 'family:x', seq: 1, at: 1, member_id: 'm', session_id: 's', bytes: Buffer.from([0, 0]), sha256: Buffer.alloc(32) })
    .execute(); // prettier-ignore
  await storage.db.insertInto('documents').values({ name: 'family:x', generation: 'g', folded: 0 }).execute();
  await storage.close();
  const copies = join(dataDir, 'damaged');
  await expect(admin('backup', copies)).rejects.toThrow(/not everything is as it was written/);
  const damaged = join(copies, (await readdir(copies))[0]!);
  await expect(admin('restore', damaged)).rejects.toThrow(/It was not put back/);
  expect((await admin('restore', damaged, '--even-damaged')).stdout).toContain('Put back.');
});

it('[F16] who takes words out of a file is told every copy that still holds them, by where it lies', async () => {
  const { dataDir, admin, keyFile } = await begun();
  const storage = await openStorage({ databaseUrl: null, dataDir, keyFile });
  const { id: file } = await storage.db
    .selectFrom('children')
    .select('id')
    .limit(1)
    .executeTakeFirstOrThrow();
  await storage.write(
    (trx) =>
    appendEntry(trx, {
      file, at: 5, by: 'm', session: 's', board: 'b', boardSeq: 1, kind: 'Unit meeting', refers: null,
      body: { on: '2026-11-18', title: 'Needleworth', sections: [] },
    }), // prettier-ignore
  );
  await storage.close();
  const copy = (await admin('backup', join(dataDir, 'backups'))).stdout.trim();
  await admin('restore', copy);
  const told = (await admin('redact', file, '1', '--why', 'A court ordered it.')).stdout;
  const paths = told.match(/\S+\.db$/gm)!;
  expect(paths).toContain(copy);
  expect(paths.filter((path) => path.includes('before-restore-'))).toHaveLength(1);
  for (const path of paths) expect((await stat(path)).isFile(), path).toBe(true);
});

it('[D20] what a clock that was ahead has copied takes the place of no later copy', async () => {
  const place = await freshPlace('sqlite');
  const storage = await openStorage(place);
  onTestFinished(() => storage.close());
  const dir = await freshFolder();
  const [now, day] = [Date.parse('2026-11-18T02:00:00Z'), 24 * 3_600_000];
  const ask = { storage, dir, keyFile: place.keyFile };
  for (let night = 0; night < 14; night++) {
    const at = new Date(now + (400 + night) * day).toISOString().replaceAll(/[:.]/g, '-');
    await writeFile(join(dir, `wednesday-${at}.db`), 'ahead');
  }
  const made = [];
  for (let night = 0; night < 3; night++) made.push(await backUp({ ...ask, now: now + night * day }));
  const kept = await readdir(dir);
  expect(kept).toHaveLength(14);
  for (const path of made) expect(kept).toContain(basename(path));
});

it('[D20] a clock that was once ahead stops no nightly copy', () => {
  const [now, hour] = [1_800_000_000_000, 3_600_000];
  expect(isCopyDue({ last: now - 23 * hour, now })).toBe(false);
  expect(isCopyDue({ last: now - 24 * hour, now })).toBe(true);
  expect(isCopyDue({ last: now + 1_000 * hour, now })).toBe(true);
});

it('[T4] what is written down moves to the day that was named by whole days, at any hour of the year', () => {
  const hours = (from: string) =>
    Array.from({ length: 49 }, (_, hour) => Date.parse(from) + hour * 3_600_000);
  for (const real of [...hours('2026-03-28T00:30:00Z'), ...hours('2026-10-24T00:30:00Z')])
    for (const named of ['2026-11-04', '2026-06-30', '2027-02-28', '2026-03-29', '2026-10-25']) {
      let later = 0;
      const recordNow = recordClock(() => real + later, named);
      expect(londonDate(recordNow()), `${new Date(real).toISOString()} on ${named}`).toBe(named);
      later = 60_000;
      expect(recordNow() - recordClock(() => real, named)()).toBe(60_000);
    }
  expect(recordClock(() => 5, null)()).toBe(5);
});

it('[D20] time goes on where a clock is set back, and a session from the future ends', async () => {
  let [wall, monotonic] = [1_000_000, 50];
  const now = steadyClock({ wall: () => wall, monotonic: () => monotonic });
  expect(now()).toBe(1_000_000);
  monotonic += 500;
  expect(now()).toBe(1_000_500);
  wall -= 900_000;
  monotonic += 500;
  expect(now()).toBe(1_001_000);
  wall = 2_000_000;
  expect(now()).toBe(2_000_000);
  expect(livesUntil({ created_at: 5_000_000, seen_at: 5_000_000 }, 1_000_000)).toBeLessThanOrEqual(1_000_000);
  expect(livesUntil({ created_at: 1_000_000, seen_at: 9_000_000 }, 1_000_000)).toBe(1_000_000 + 30 * 60_000);
});
