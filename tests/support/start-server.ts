import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** A server of ours, started as an operator starts it. */
export interface RunningServer {
  url: string;
  port: number;
  dataDir: string;
  databaseUrl: string | null;
  /** What it printed so far. */
  output: () => string;
  /** Tells it to stop and waits until it has. */
  stop: () => Promise<void>;
  /** Ends it with SIGKILL, as a power cut would. */
  kill: () => Promise<void>;
}

/** Starts the server on a free port; `shell` is put before it (`ulimit -f 2000;`). */
export async function startServer(ask: {
  dataDir: string;
  databaseUrl?: string | null;
  env?: Record<string, string>;
  port?: number;
  shell?: string;
  /** Where the server is, if not here. */
  root?: string;
}): Promise<RunningServer> {
  const port = ask.port ?? (await freePort());
  const main = join(ask.root ?? join(import.meta.dirname, '../..'), 'server/main.ts');
  const env = {
    ...process.env,
    NODE_ENV: 'test',
    LOG_LEVEL: 'error',
    PORT: String(port),
    DATA_DIR: ask.dataDir,
    DATABASE_URL: ask.databaseUrl ?? '',
    ...ask.env,
  } as Record<string, string>;
  if (!env.DATABASE_URL) delete env.DATABASE_URL;
  const child: ChildProcess = ask.shell
    ? spawn('sh', ['-c', `${ask.shell} exec "${process.execPath}" "${main}"`], { env })
    : spawn(process.execPath, [main], { env });
  let output = '';
  child.stdout!.on('data', (data) => (output += String(data)));
  child.stderr!.on('data', (data) => (output += String(data)));
  // A test that fails before it stops its server leaves none behind.
  const leaveNone = () => child.kill('SIGKILL');
  process.once('exit', leaveNone);
  child.once('exit', () => process.off('exit', leaveNone));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    const look = () => /Wednesday is at/.test(output) && resolve();
    child.stdout!.on('data', look);
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}: ${output}`)));
  });
  return {
    url: `http://localhost:${port}`,
    port,
    dataDir: ask.dataDir,
    databaseUrl: ask.databaseUrl ?? null,
    output: () => output,
    stop: async () => {
      child.kill('SIGTERM');
      await ended;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}
