/** Puts a copy in the place of the data, with the server stopped. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ConfigRefusal, type Config } from '../config.ts';
import { layRows, leaveOut, readByPages } from '../storage/copy.ts';
import { encryptFile, isPlain, makeKey, ownKeyFile, readKey, openedBy } from '../storage/keys.ts';
import { migrate } from '../storage/migrations/migrate.ts';
import { openAsItIs, openCopy, openStorage, RESTORING } from '../storage/open.ts';
import { settleFile } from '../storage/sqlite.ts';
import type { Storage } from '../storage/storage.ts';
import { whatDoesNotHold } from './backup.ts';

/** `isForced` puts a copy back in which something is damaged, where there is no better one. */
export async function restore(
  config: Config,
  { file, isForced }: { file: string | undefined; isForced: boolean },
): Promise<void> {
  if (!file) throw new ConfigRefusal('Name the copy: npm run admin -- restore data/backups/wednesday-….db');
  await stat(file);
  if (config.databaseUrl) await fillDatabase(config, { file, isForced });
  else await replaceFile(config, { file, isForced });
  console.info('Put back. Everyone signs in again.');
}

/** Makes a working copy of a copy: whole, made anew, and with this installation's own key. */
async function prepare(
  config: Config,
  ask: { file: string; path: string; isForced: boolean },
): Promise<void> {
  const { file, path } = ask;
  for (const ending of ['', '-wal', '-shm']) await rm(`${path}${ending}`, { force: true });
  await copyFile(file, path);
  // A file that was laid aside as it was may have words in the log beside it.
  if (existsSync(`${file}-wal`)) await copyFile(`${file}-wal`, `${path}-wal`);
  const found = await whatDoesNotHold(path, config.keyFile).catch((error: Error) => {
    const named = /\.key-([0-9a-f]{8})\./.exec(basename(file))?.[1];
    throw new ConfigRefusal(
      `This copy cannot be opened${named ? `: it needs the key ${named}. Name that key’s file in KEY_FILE` : ''}. (${error.message})`,
    );
  });
  if (found.length > 0 && !ask.isForced)
    throw new ConfigRefusal(
      `Not everything in this copy is as it was written. It was not put back. Where there is no better one: restore FILE --even-damaged\n${found.join('\n')}`,
    );
  const copy = await openCopy(path, config.keyFile);
  try {
    // Brought up to date and made anew before it has its name: one that is too new is told of while the old data stands.
    await migrate(copy);
    await makeAnew(copy);
    await copy.tidy();
  } finally {
    await copy.close();
  }
}

/** Puts the copy in the place of the file in one step, the last; what was there before is laid aside as a copy. */
async function replaceFile(config: Config, ask: { file: string; isForced: boolean }): Promise<void> {
  const data = join(config.dataDir, 'wednesday.db');
  const part = `${data}.restoring`;
  await prepare(config, { ...ask, path: part }).catch(async (error: unknown) => {
    for (const ending of ['', '-wal', '-shm']) await rm(`${part}${ending}`, { force: true });
    throw error;
  });
  if (config.keyFile === ownKeyFile(config.dataDir) && !existsSync(config.keyFile) && !existsSync(data))
    await makeKey(config.keyFile);
  const key = await readKey(config.keyFile);
  if (key !== null && (await isPlain(part))) encryptFile(part, key);
  if (existsSync(data)) {
    const aside = join(config.dataDir, `before-restore-${Date.now()}`);
    await mkdir(aside, { mode: 0o700 });
    await layAside(config, { data, aside });
    console.info(`What was there before is in ${aside}.`);
  }
  await settleFile(part, data);
  await (await openStorage(config)).close();
}

/** Copies the data that is there; opening and closing it leaves no log beside it that the copy could be mixed with. */
async function layAside(config: Config, { data, aside }: { data: string; aside: string }): Promise<void> {
  let before = join(aside, 'wednesday.db');
  try {
    const laid = await openAsItIs(config);
    before = join(aside, `wednesday${openedBy(laid.keyId)}.db`);
    await laid.copyTo(before).finally(() => laid.close());
    const copy = await openCopy(before, config.keyFile);
    await leaveOut(copy).finally(() => copy.close());
  } catch {
    // It cannot be read, which may be why it is replaced: its files are laid aside as they are.
    for (const ending of ['', '-wal', '-shm'])
      if (existsSync(`${data}${ending}`)) await copyFile(`${data}${ending}`, `${before}${ending}`);
  }
  for (const ending of ['-wal', '-shm']) await rm(`${data}${ending}`, { force: true });
}

/** Lays the copy into an empty database: the children's files in one that is in use are never overwritten. */
async function fillDatabase(config: Config, ask: { file: string; isForced: boolean }): Promise<void> {
  const storage = await openStorage({ ...config, isRestore: true });
  // A copy of an earlier version is brought up to date beside the original.
  const path = join(config.dataDir, `restoring-${Date.now()}.db`);
  try {
    if (await storage.db.selectFrom('units').select('id').limit(1).executeTakeFirst())
      throw new ConfigRefusal('This database is in use. Make an empty one, and name it in DATABASE_URL.');
    await prepare(config, { ...ask, path });
    const copy = await openCopy(path, config.keyFile);
    try {
      // A server that starts on what is half laid in says so, instead of holding a meeting with it.
      await storage.db.deleteFrom('settings').execute();
      await storage.db.insertInto('settings').values({ key: RESTORING, value: '1' }).execute();
      await layRows(storage, (table) => readByPages(copy.db, table));
      await storage.db.deleteFrom('settings').where('key', '=', RESTORING).execute();
    } finally {
      await copy.close();
    }
  } finally {
    await storage.close();
    for (const ending of ['', '-wal', '-shm']) await rm(`${path}${ending}`, { force: true });
  }
}

/** Every document gets another generation, so that no page brings back what it held; everyone signs in again. */
async function makeAnew(storage: Storage): Promise<void> {
  await storage.write(async (trx) => {
    for (const { name } of await trx.selectFrom('documents').select('name').execute())
      await trx.updateTable('documents').set({ generation: randomUUID() }).where('name', '=', name).execute();
    await trx.updateTable('sessions').set({ ended_at: Date.now() }).where('ended_at', 'is', null).execute();
  });
}

/** Encrypts a store that was begun without a key: a copy of it is made, encrypted and read through beside it, and takes its place in one step. */
export async function encrypt(config: Config): Promise<void> {
  const data = join(config.dataDir, 'wednesday.db');
  if (config.databaseUrl)
    throw new ConfigRefusal('PostgreSQL encrypts its own disk; a key here is for the copies: set KEY_FILE.');
  if (!existsSync(data) || !(await isPlain(data)))
    throw new ConfigRefusal('There is nothing here to encrypt.');
  if (config.keyFile === null) throw new ConfigRefusal('KEY_FILE says none. Take that away first.');
  const storage = await openAsItIs({ ...config, keyFile: null });
  const part = `${data}.encrypting`;
  for (const ending of ['', '-wal', '-shm', '.part']) await rm(`${part}${ending}`, { force: true });
  await storage.copyTo(part).finally(() => storage.close());
  if (!existsSync(config.keyFile)) await makeKey(config.keyFile);
  const key = (await readKey(config.keyFile))!;
  encryptFile(part, key);
  const found = await whatDoesNotHold(part, config.keyFile);
  if (found.length > 0) throw new Error(`Not everything is as it was written:\n${found.join('\n')}`);
  // Closing it has left no log beside the plain file; the encrypted one takes its place in one step.
  await settleFile(part, data);
  await (await openStorage(config)).close();
  console.info(`Encrypted. The key is in ${config.keyFile}: keep it in another place too.`);
  console.info(
    'Copies that were made before can still be read by anybody. Remove them when you have new ones.',
  );
}
