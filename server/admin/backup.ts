import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { inThread } from '../in-thread.ts';
import { leaveOut } from '../storage/copy.ts';
import { openedBy } from '../storage/keys.ts';
import { openCopy } from '../storage/open.ts';
import type { Storage } from '../storage/storage.ts';

/** How many nightly copies are kept. */
const keepCopies = 14;
/** And of those in which something is damaged, for whoever looks into it. */
const keepDamaged = 2;
const dayMs = 24 * 3_600_000;
/** A copy that failed is tried again after this long: what is damaged does not mend itself. */
const againMs = 2 * 3_600_000;

interface BackupAsk {
  storage: Storage;
  dir: string;
  now: number;
  /** The installation's own key, with which a copy is opened. */
  keyFile: string | null;
}

/**
 * Writes one copy, opens it, reads every file and every board in it, and only then counts it as good. One in which
 * something is damaged is kept under a name of its own: it never takes the place of a good one.
 */
export async function backUp(ask: BackupAsk): Promise<string> {
  await mkdir(ask.dir, { recursive: true, mode: 0o700 });
  const at = new Date(ask.now).toISOString().replaceAll(/[:.]/g, '-');
  const stem = join(ask.dir, `wednesday-${at}${openedBy(ask.storage.keyId)}`);
  await removeLeft(ask.dir);
  // It has its name only when nothing is in it that must not outlive its day.
  const raw = `${stem}.db.cleaning`;
  let found: readonly string[];
  try {
    const pages = await ask.storage.copyTo(raw);
    const copy = await openCopy(raw, ask.keyFile);
    await leaveOut(copy).finally(() => copy.close());
    found = [...pages, ...(await whatDoesNotHold(raw, ask.keyFile))];
    await rename(raw, found.length > 0 ? `${stem}-damaged.db` : `${stem}.db`);
  } finally {
    for (const ending of ['', '-wal', '-shm', '.part']) await rm(`${raw}${ending}`, { force: true });
  }
  await keepNewest(ask.dir, { at, names: /^wednesday-.*-damaged\.db$/, count: keepDamaged });
  // Files and boards by their ids, for whoever runs the server.
  if (found.length > 0)
    throw new Error(
      `A copy was made, and in it not everything is as it was written: ${stem}-damaged.db\n${found.join('\n')}`,
    );
  await ask.storage.db
    .insertInto('settings')
    .values({ key: 'last-backup', value: String(ask.now) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(ask.now) }))
    .execute();
  await keepNewest(ask.dir, {
    at,
    names: /^wednesday-[^.]*Z(\.key-[0-9a-f]+)?\.db$/,
    count: keepCopies,
  });
  return `${stem}.db`;
}

/** What a copy that was killed has left; one that another process is making just now is let be. */
async function removeLeft(dir: string): Promise<void> {
  for (const name of await readdir(dir)) {
    if (!name.includes('.cleaning')) continue;
    const { mtimeMs } = await stat(join(dir, name));
    if (Date.now() - mtimeMs > dayMs) await rm(join(dir, name), { force: true });
  }
}

/** D20: What a clock that was ahead has named goes first: nothing that is made after it was set right is taken for older. */
async function keepNewest(dir: string, which: { at: string; names: RegExp; count: number }): Promise<void> {
  const now = `wednesday-${which.at}`;
  const isAhead = (name: string) => Number(name.slice(0, now.length) > now);
  const copies = (await readdir(dir))
    .filter((name) => which.names.test(name))
    .sort()
    .sort((a, b) => isAhead(b) - isAhead(a));
  for (const old of copies.slice(0, -which.count)) await rm(join(dir, old));
}

/** What in a copy is not as it was written, in words; read in a thread of its own while the meeting goes on. */
export function whatDoesNotHold(path: string, keyFile: string | null): Promise<readonly string[]> {
  return inThread(new URL('./verify-worker.ts', import.meta.url), { path, keyFile });
}

/** D20: A copy is due after a day, and where the last one seems to come from a clock that was ahead. */
export const isCopyDue = ({ last, now }: { last: number; now: number }) => now < last || now - last >= dayMs;

/** Makes a copy every night by itself; returns how to stop. */
export function startBackups(ask: Omit<BackupAsk, 'now'> & { now: () => number; log: Logger }): () => void {
  let isRunning = false;
  let nextTry = -Infinity;
  const look = async () => {
    // One after another: on a slow disk the next must not begin before this one is done.
    if (isRunning || ask.now() < nextTry) return;
    isRunning = true;
    try {
      const row = await ask.storage.db
        .selectFrom('settings')
        .select('value')
        .where('key', '=', 'last-backup')
        .executeTakeFirst();
      if (!isCopyDue({ last: Number(row?.value ?? 0), now: ask.now() })) return;
      await backUp({ ...ask, now: ask.now() });
      ask.log.info('the nightly copy is made and verified');
    } catch (error) {
      nextTry = ask.now() + againMs;
      ask.log.error({ error: (error as Error).message }, 'the nightly copy could not be made');
    } finally {
      isRunning = false;
    }
  };
  const timer = setInterval(() => void look(), 600_000);
  return () => clearInterval(timer);
}
