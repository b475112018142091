import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { migrate } from './migrations/migrate.ts';
import { openPostgres } from './postgres.ts';
import { openSqlite } from './sqlite.ts';
import type { Storage } from './storage.ts';

/** Opens the engine that the settings name and brings its tables up to date. */
export async function openStorage(settings: {
  databaseUrl: string | null;
  dataDir: string;
  keyFile: string | null;
}): Promise<Storage> {
  const storage = settings.databaseUrl
    ? await openPostgres(settings.databaseUrl, (path) => openEmptyCopy(path, settings.keyFile))
    : await openFile(settings.dataDir, settings.keyFile);
  await migrate(storage);
  return storage;
}

async function openFile(dataDir: string, keyFile: string | null): Promise<Storage> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const path = join(dataDir, 'wednesday.db');
  const key = keyFile ? await readKey(keyFile) : null;
  try {
    return await openSqlite({ path, key });
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

/** Makes the file into which a copy of another engine is written. */
async function openEmptyCopy(path: string, keyFile: string | null): Promise<Storage> {
  for (const ending of ['', '-wal', '-shm']) await rm(`${path}${ending}`, { force: true });
  const copy = await openCopy(path, keyFile);
  await migrate(copy);
  return copy;
}

/** Opens a copy of the file as it is, to look at it: no table is changed. */
export async function openCopy(path: string, keyFile: string | null): Promise<Storage> {
  return openSqlite({ path, key: keyFile ? await readKey(keyFile) : null });
}

/** Reads a raw key: 32 bytes in hex, in a file that only its owner can read. */
async function readKey(file: string): Promise<string> {
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0)
    throw new Error(`KEY_FILE ${file} can be read by others. Give it to its owner alone: chmod 600.`);
  const hex = (await readFile(file, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/i.test(hex))
    throw new Error(`KEY_FILE ${file} must hold 64 hexadecimal digits (32 bytes).`);
  return hex;
}
