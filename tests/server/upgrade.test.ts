import { cpSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { openedBy } from '../../server/storage/keys.ts';
import { migrate, migratorOf } from '../../server/storage/migrations/migrate.ts';
import { copyBeforeUpgrade, openAsItIs, openCopy, openStorage } from '../../server/storage/open.ts';
import { layUnit } from '../support/people.ts';
import { ENGINES, freshFolder, freshPlace, freshStorage } from '../support/storage.ts';

type Place = Awaited<ReturnType<typeof freshPlace>>;

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

/** Migrates until a statement, before which PostgreSQL ends the connection as it does where a process was killed; whether it came to that. */
async function dieAt(place: Place, statement: number): Promise<boolean> {
  const storage = await openAsItIs(place);
  let statements = 0;
  const end = sql`select pg_terminate_backend(pg_backend_pid())`.toOperationNode();
  const db = storage.db.withPlugin({
    transformQuery: ({ node }) => (++statements === statement ? end : node),
    transformResult: async ({ result }) => result,
  });
  const isDone = await migrate({ ...storage, db }).then(
    () => true,
    () => false,
  );
  await storage.close();
  expect(isDone, `statement ${statement}`).toBe(statements < statement);
  return !isDone;
}

/** The tables of a store, and the families in it. */
async function whatIsThere(place: Place): Promise<{ tables: string[]; families: { id: string }[] }> {
  const storage = await openAsItIs(place);
  const tables = (await storage.db.introspection.getTables()).map((table) => table.name);
  const families = tables.includes('families')
    ? await storage.db.selectFrom('families').select('id').execute()
    : [];
  await storage.close();
  return { tables, families };
}

it('[D16] a kill at any statement while tables are made or renewed leaves them as they were, on postgres', async () => {
  const all = (await whatIsThere(await freshPlace('postgres'))).tables.length;
  const empty = await freshPlace('postgres', { isEmpty: true });
  const { place: old, family } = await oldStore('postgres');
  for (const [place, atLeast] of [
    [empty, 60],
    [old, 40],
  ] as const) {
    const before = await whatIsThere(place);
    let statement = 1;
    let isDone = false;
    for (; await dieAt(place, statement); statement++) {
      if (statement % 10 !== 0 && !isDone) continue;
      const now = await whatIsThere(place);
      // Behind the commit all of it is there, and stays.
      isDone ||= now.tables.length === all;
      if (isDone) expect(now.tables).toHaveLength(all);
      else expect(now).toEqual(before);
    }
    expect(statement).toBeGreaterThan(atLeast);
  }
  const storage = await openStorage(old);
  expect(await storage.db.selectFrom('families').select('id').execute()).toEqual([{ id: family }]);
  await storage.close();
  await (await openStorage(empty)).close();
});

it.each(ENGINES)(
  '[D16] before an upgrade everything is copied, or nothing is renewed, on %s',
  async (engine) => {
    const { place, family } = await oldStore(engine);
    const storage = await openAsItIs(place);
    await expect(
      copyBeforeUpgrade({ ...storage, size: async () => 5_000_000 }, place, { free: async () => 10 }),
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
