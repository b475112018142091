import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { openedBy } from '../../server/storage/keys.ts';
import { migrate, migratorOf } from '../../server/storage/migrations/migrate.ts';
import { copyBeforeUpgrade, openAsItIs, openCopy, openStorage } from '../../server/storage/open.ts';
import { layUnit } from '../support/people.ts';
import { seeded, seedsOf } from '../support/random.ts';
import { ENGINES, freshFolder, freshPlace, freshStorage } from '../support/storage.ts';

const run = promisify(execFile);
const script = join(import.meta.dirname, '../support/migrate-and-die.ts');
type Place = Awaited<ReturnType<typeof freshPlace>>;

/** Migrates in a process of its own that dies at a statement; how many there were, or null where it died. */
const migrateUntil = (place: Place, statement: number): Promise<number | null> =>
  run(process.execPath, [script, JSON.stringify(place), String(statement)]).then(
    ({ stdout }) => Number(stdout),
    (error: { signal?: string }) => {
      if (error.signal !== 'SIGKILL') throw error;
      return null;
    },
  );

/** A store of the first version with a unit in it. */
async function oldStore(engine: (typeof ENGINES)[number]): Promise<{ place: Place; family: string }> {
  const place = await freshPlace(engine, { isEmpty: true });
  const storage = await openAsItIs(place);
  const { error } = await migratorOf(storage).migrateTo('001-first');
  if (error) throw error;
  const { family } = await layUnit(storage);
  await storage.close();
  return { place, family };
}

/** What a kill before each statement of a migration would leave on the disk: the folder, copied at that moment. */
async function leftBehind(place: Place): Promise<Place[]> {
  const left: Place[] = [];
  const storage = await openAsItIs(place);
  const folder = await freshFolder();
  const db = storage.db.withPlugin({
    transformQuery: ({ node }) => {
      const dataDir = join(folder, String(left.length));
      cpSync(place.dataDir, dataDir, { recursive: true });
      left.push({ ...place, dataDir });
      return node;
    },
    transformResult: async ({ result }) => result,
  });
  await migrate({ ...storage, db });
  await storage.close();
  return left;
}

it('[D16] a kill at any statement while tables are made leaves a store that starts, on sqlite', async () => {
  const places = await leftBehind(await freshPlace('sqlite', { isEmpty: true }));
  expect(places.length).toBeGreaterThan(60);
  for (const [statement, place] of places.entries()) {
    const storage = await openStorage(place);
    await expect(layUnit(storage), `statement ${statement}`).resolves.toBeDefined();
    await storage.close();
  }
});

it('[D16] a kill at any statement of an upgrade leaves the files as they were, and it is done at the next start, on sqlite', async () => {
  const { place, family } = await oldStore('sqlite');
  for (const [statement, left] of (await leftBehind(place)).entries()) {
    const storage = await openStorage(left);
    const families = await storage.db.selectFrom('families').select('id').execute();
    expect(families, `statement ${statement}`).toEqual([{ id: family }]);
    expect(await storage.db.selectFrom('devices').select('id').execute()).toEqual([]);
    await storage.close();
  }
});

it('[D16] a kill while tables are made or renewed leaves a store that starts, on postgres', async () => {
  const all = (await migrateUntil(await freshPlace('postgres', { isEmpty: true }), Infinity))!;
  const random = seeded(seedsOf(1)[0]!);
  const some = Array.from({ length: 3 }, () => 1 + Math.floor(random() * all));
  for (const statement of some) {
    const place = await freshPlace('postgres', { isEmpty: true });
    expect(await migrateUntil(place, statement), `statement ${statement}`).toBeNull();
    await (await openStorage(place)).close();
    const old = await oldStore('postgres');
    await migrateUntil(old.place, statement);
    const storage = await openStorage(old.place);
    expect(await storage.db.selectFrom('families').select('id').execute()).toEqual([{ id: old.family }]);
    await storage.close();
  }
});

it.each(ENGINES)(
  '[D16] before an upgrade everything is copied, or nothing is renewed, on %s',
  async (engine) => {
    const { place, family } = await oldStore(engine);
    const storage = await openAsItIs(place);
    await expect(
      copyBeforeUpgrade({ ...storage, free: async () => 10, size: async () => 5_000_000 }, place),
    ).rejects.toThrow('6 MB more are needed. Nothing was changed.');
    await storage.close();
    await (await openStorage(place)).close();
    const copies = (await readdir(place.dataDir)).filter((name) => name.startsWith('before-upgrade-'));
    // Its name says which key opens it.
    expect(copies).toEqual([expect.stringMatching(new RegExp(`Z${openedBy(storage.keyId)}\\.db$`))]);
    const copy = await openCopy(join(place.dataDir, copies[0]!), place.keyFile);
    expect(await copy.db.selectFrom('families').select('id').execute()).toEqual([{ id: family }]);
    await copy.close();
    // A start with nothing to renew copies nothing.
    await (await openStorage(place)).close();
    expect((await readdir(place.dataDir)).filter((name) => name.startsWith('before-upgrade-'))).toEqual(
      copies,
    );
  },
);

it('[D16] an empty folder is no upgrade', async () => {
  const storage = await freshStorage('sqlite');
  expect(await storage.db.selectFrom('units').select('id').execute()).toEqual([]);
});
