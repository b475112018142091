import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Logger } from 'pino';
import { verifyAll } from '../storage/queries/files.ts';
import { removeSessions } from '../storage/queries/reflecting.ts';
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
  await ask.storage.copyTo(path);
  const copy = await ask.openCopy(path);
  try {
    // What is said in a reflecting session goes on the agreed day: it is in no copy that would outlive that day.
    await copy.write(async (trx) => {
      await removeSessions(trx);
      // Nor the keys of devices: one that was forgotten stays forgotten.
      await trx.deleteFrom('devices').execute();
    });
    await copy.tidy();
    const checked = await sql<{ quick_check: string }>`pragma quick_check`.execute(copy.db);
    if (checked.rows[0]?.quick_check !== 'ok') throw new Error('the copy cannot be read whole');
    const { broken } = await verifyAll(copy.db);
    if (broken.length > 0)
      throw new Error(`the copy was made, but ${broken.length} child’s file(s) do not hold`);
  } finally {
    await copy.close();
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
