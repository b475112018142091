import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { leaveOut } from './copy.ts';
import { fingerprint, isPlain, makeKey, ownKeyFile, readKey, openedBy } from './keys.ts';
import { migrate } from './migrations/migrate.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite, StoreDamaged } from './sqlite.ts';
import type { Storage } from './storage.ts';

/** Where everything is kept, and with which key: a file that need not be there yet, or null for none. */
interface StorePlace {
  databaseUrl: string | null;
  dataDir: string;
  keyFile: string | null;
  /** Where copies go: where there are some, a folder without data is not one to begin afresh in. */
  backupDir?: string;
}

/** The setting that says that a copy is being laid into this database. */
export const RESTORING = 'restoring';

/** Opens the engine that the settings name and brings its tables up to date. */
export async function openStorage(settings: StorePlace & { isRestore?: boolean }): Promise<Storage> {
  if (!settings.databaseUrl) await beginFolder(settings);
  let storage = await openAsItIs(settings);
  try {
    if (settings.databaseUrl && (await beginDatabase(storage, settings))) {
      // It was opened before its key was made.
      await storage.close();
      storage = await openAsItIs(settings);
    }
    await migrate(storage, () => copyBeforeUpgrade(storage, settings));
    return storage;
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** Opens the engine and leaves its tables as they are. */
export async function openAsItIs({ databaseUrl, dataDir, keyFile }: StorePlace): Promise<Storage> {
  if (!databaseUrl)
    return openFile({ path: join(dataDir, 'wednesday.db'), keyFile, ownKey: ownKeyFile(dataDir) });
  const key = await readKey(keyFile);
  return openPostgres(databaseUrl, { openCopy: (path) => openEmptyCopy(path, key), key });
}

/** D18: A folder without data gets a key of its own; one in whose place copies lie is never begun afresh. */
async function beginFolder(place: StorePlace): Promise<void> {
  const { dataDir, keyFile } = place;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const data = join(dataDir, 'wednesday.db');
  // A file of no bytes is what a kill leaves before the first page is written.
  if (existsSync(data) && (await stat(data)).size > 0) return;
  await refuseBesideCopies(place);
  if (keyFile === ownKeyFile(dataDir) && !existsSync(keyFile)) await makeKey(keyFile);
}

async function refuseBesideCopies({ dataDir, backupDir }: StorePlace): Promise<void> {
  const aside = (await readdir(dataDir)).filter((name) => /^before-(restore|upgrade)-/.test(name));
  const left = [
    ...aside.map((name) => join(dataDir, name)),
    ...(await copiesIn(backupDir ?? join(dataDir, 'backups'))),
  ];
  if (left.length > 0)
    throw new Error(
      `There is no data here, but there are copies of some: ${left.at(-1)!}. Put one back (npm run admin -- restore FILE), or name an empty folder in DATA_DIR and BACKUP_DIR.`,
    );
}

/** The same for a database; where a copy was only half laid in nothing begins either. True where a key was made for its copies. */
async function beginDatabase(
  storage: Storage,
  place: StorePlace & { isRestore?: boolean },
): Promise<boolean> {
  const { dataDir, keyFile, isRestore } = place;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const known = await sql<{ is: string | null }>`select to_regclass('settings')::text as is`.execute(
    storage.db,
  );
  if (known.rows[0]!.is === null) {
    if (!isRestore) await refuseBesideCopies(place);
    if (keyFile !== ownKeyFile(dataDir) || existsSync(keyFile)) return false;
    await makeKey(keyFile);
    return true;
  }
  const half = await storage.db.selectFrom('settings').select('key').where('key', '=', RESTORING).execute();
  if (half.length > 0 && !isRestore)
    throw new Error(
      'A copy was being laid into this database, and it is not whole. Make an empty database, and put the copy back there.',
    );
  return false;
}

/** What was copied before the newest upgrade. */
const beforeUpgrade = 'before-upgrade-';

/** The copies in a folder, by their paths, oldest first. */
export async function copiesIn(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const names = (await readdir(dir)).filter((name) => /^(wednesday-|before-upgrade-).*\.db$/.test(name));
  return names.sort().map((name) => join(dir, name));
}

/** Bytes that are free for what is written into a folder. */
async function freeIn(dir: string): Promise<number> {
  const disk = await statfs(dir);
  return disk.bavail * disk.bsize;
}

/** D16: Copies everything before its tables are renewed; where there is no room for that nothing is renewed. */
export async function copyBeforeUpgrade(
  storage: Storage,
  { dataDir, keyFile }: { dataDir: string; keyFile: string | null },
  { tell = console.error, free = freeIn }: { tell?: (text: string) => void; free?: typeof freeIn } = {},
): Promise<void> {
  const before = (await readdir(dataDir)).filter((name) => name.startsWith(beforeUpgrade));
  for (const left of before.filter((name) => name.includes('.part'))) await rm(join(dataDir, left));
  const missing = Math.ceil(((await storage.size()) * 1.1 - (await free(dataDir))) / 1e6);
  if (missing > 0)
    throw new Error(
      `Before the tables are renewed a copy is made, and there is no room for it in ${dataDir}: ${missing} MB more are needed. Nothing was changed.`,
    );
  const at = new Date().toISOString().replaceAll(/[:.]/g, '-');
  const path = join(dataDir, `${beforeUpgrade}${at}${openedBy(storage.keyId)}.db`);
  const part = `${path}.part`;
  try {
    const found = await storage.copyTo(part);
    const copy = await openCopy(part, keyFile);
    await leaveOut(copy).finally(() => copy.close());
    await rename(part, path);
    if (found.length > 0) return tell(`In the copy before the upgrade ${found.join('; ')}: see verify.`);
    // One that is not whole takes the place of none.
    for (const old of before.filter((name) => name.endsWith('.db'))) await rm(join(dataDir, old));
  } catch (error) {
    // A store of which a page cannot be read is renewed all the same: the unit must be able to meet.
    if (!(error instanceof StoreDamaged)) throw error;
    tell(`${error.message} The tables are renewed all the same: see verify.`);
  }
}

async function openFile(ask: { path: string; keyFile: string | null; ownKey: string }): Promise<Storage> {
  // A store that was begun without a key opens as before; one that a named key should open does not.
  const key = ask.keyFile === ask.ownKey && (await isPlain(ask.path)) ? null : await readKey(ask.keyFile);
  try {
    return await openSqlite({ path: ask.path, key, keyId: key && fingerprint(key) });
  } catch (error) {
    if ((error as { code?: string }).code === 'SQLITE_NOTADB')
      throw new Error(
        key
          ? 'The data cannot be opened with this key. Either KEY_FILE is another key, or the data was never encrypted.'
          : 'The data is encrypted: set KEY_FILE to the file that holds its key.',
      );
    throw error;
  }
}

/** Makes the file into which a copy of another engine is written, with the key that it was opened with. */
async function openEmptyCopy(path: string, key: string | null): Promise<Storage> {
  for (const ending of ['', '-wal', '-shm']) await rm(`${path}${ending}`, { force: true });
  const copy = await openSqlite({ path, key, keyId: key && fingerprint(key) });
  await migrate(copy);
  return copy;
}

/** Opens a copy of the file as it is, to look at it: no table is changed. One that was made without a key needs none. */
export async function openCopy(path: string, keyFile: string | null): Promise<Storage> {
  const key = (await isPlain(path)) ? null : await readKey(keyFile);
  return openSqlite({ path, key, keyId: key && fingerprint(key) });
}
