import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { verifyAll } from '../storage/queries/files.ts';
import { removeOrphans, removeSessions } from '../storage/queries/reflecting.ts';
import type { Storage } from '../storage/storage.ts';

/** How many nightly copies are kept. */
const keepCopies = 14;
const dayMs = 24 * 3_600_000;

interface BackupAsk {
  storage: Storage;
  dir: string;
  now: number;
  /** Opens a copy with the installation's own key. */
  openCopy: (path: string) => Promise<Storage>;
}

/** Writes one copy, opens it, verifies every child's file in it, and only then counts it as good. */
export async function backUp(ask: BackupAsk): Promise<string> {
  await mkdir(ask.dir, { recursive: true, mode: 0o700 });
  const path = join(ask.dir, `wednesday-${new Date(ask.now).toISOString().replaceAll(/[:.]/g, '-')}.db`);
  for (const left of await readdir(ask.dir)) if (left.includes('.cleaning')) await rm(join(ask.dir, left));
  // It has its name only when nothing is in it that must not outlive its day.
  const raw = `${path}.cleaning`;
  try {
    await ask.storage.copyTo(raw);
    const copy = await ask.openCopy(raw);
    try {
      await leaveOut(copy);
      const checked = await sql<{ quick_check: string }>`pragma quick_check`.execute(copy.db);
      if (checked.rows[0]?.quick_check !== 'ok') throw new Error('the copy cannot be read whole');
      const { broken } = await verifyAll(copy.db);
      if (broken.length > 0)
        throw new Error(`the copy was made, but ${broken.length} child’s file(s) do not hold`);
    } finally {
      await copy.close();
    }
    await rename(raw, path);
  } finally {
    for (const ending of ['', '-wal', '-shm', '.part']) await rm(`${raw}${ending}`, { force: true });
  }
  await ask.storage.db
    .insertInto('settings')
    .values({ key: 'last-backup', value: String(ask.now) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(ask.now) }))
    .execute();
  const copies = (await readdir(ask.dir)).filter((name) => /^wednesday-.*\.db$/.test(name)).sort();
  for (const old of copies.slice(0, -keepCopies)) await rm(join(ask.dir, old));
  return path;
}

/** Takes out of a copy what goes by its own day: what was said in reflecting sessions, and the keys of devices. */
export async function leaveOut(copy: Storage): Promise<void> {
  const there = await sql<{
    name: string;
  }>`select name from sqlite_master where name in ('reflecting', 'devices')`.execute(copy.db);
  // A copy of an earlier version has neither.
  if (there.rows.length < 2) return;
  await copy.write(async (trx) => {
    await removeSessions(trx);
    await removeOrphans(trx);
    await trx.deleteFrom('devices').execute();
  });
  await copy.tidy();
}

/** Makes a copy every night by itself; returns how to stop. */
export function startBackups(ask: Omit<BackupAsk, 'now'> & { now: () => number; log: Logger }): () => void {
  const look = async () => {
    try {
      const row = await ask.storage.db
        .selectFrom('settings')
        .select('value')
        .where('key', '=', 'last-backup')
        .executeTakeFirst();
      if (ask.now() - Number(row?.value ?? 0) < dayMs) return;
      await backUp({ ...ask, now: ask.now() });
      ask.log.info('the nightly copy is made and verified');
    } catch (error) {
      ask.log.error({ error: (error as Error).message }, 'the nightly copy could not be made');
    }
  };
  const timer = setInterval(() => void look(), 600_000);
  return () => clearInterval(timer);
}
