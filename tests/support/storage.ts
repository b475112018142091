import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import { ownKeyFile } from '../../server/storage/keys.ts';
import { openStorage } from '../../server/storage/open.ts';
import type { Storage } from '../../server/storage/storage.ts';
import type { LogRow } from '../../server/storage/tables.ts';
import { freshDatabase } from './postgres.ts';

export const ENGINES = ['sqlite', 'postgres'] as const;
export type Engine = (typeof ENGINES)[number];

/** A row of a document's log. */
export const logRow = (doc: string, seq: number, fence: number, more: Partial<LogRow> = {}): LogRow => ({
  doc,
  seq,
  fence,
  at: 1,
  member: 'm',
  session: 's',
  bytes: randomBytes(40),
  claim: null,
  intake: null,
  ...more,
});

/** A folder that is gone when the test is over. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'wednesday-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Where an engine keeps one test's data, so that it can be closed and opened again: its tables are there, unless it is to be empty. */
export async function freshPlace(
  engine: Engine,
  { isEmpty = false }: { isEmpty?: boolean } = {},
): Promise<{ databaseUrl: string | null; dataDir: string; keyFile: string }> {
  const dataDir = await freshFolder();
  const template = inject('template');
  if (engine === 'sqlite' && !isEmpty) await cp(template.folder, dataDir, { recursive: true });
  const from = isEmpty ? null : template.database;
  return {
    databaseUrl: engine === 'postgres' ? await freshDatabase(inject('postgres'), from) : null,
    dataDir,
    keyFile: ownKeyFile(dataDir),
  };
}

/** An empty, migrated storage of one engine that closes itself. */
export async function freshStorage(engine: Engine): Promise<Storage> {
  const storage = await openStorage(await freshPlace(engine));
  onTestFinished(() => storage.close());
  return storage;
}
