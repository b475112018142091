import { spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A server under measurement, in a process of its own. */
export interface Server {
  readonly name: 'relay' | 'ours';
  readonly port: number;
  readonly process: ChildProcess;
  /** Nanoseconds of processor that all its threads have used. */
  cpu(): number;
  /** Bytes of memory that it holds, garbage collected first. */
  memory(): Promise<number>;
  /** Ends it and resolves when it is gone: SIGTERM lets it close its rooms, SIGKILL does not ask. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

/** This checkout. */
const here = join(import.meta.dirname, '../..');
const flags = ['--expose-gc', '--import', join(import.meta.dirname, 'tidy-up.ts')];
const longestStartMs = 30_000;

/** Starts the bare relay. */
export async function startRelay(): Promise<Server> {
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, 'relay.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', () => reject(new Error('the relay did not start')));
    child.stdout!.on('data', (data: Buffer) => resolve(Number(/ready (\d+)/.exec(String(data))?.[1])));
  });
  return server('relay', port, child);
}

/** Starts Wednesday on a data folder; HOUSE names another checkout to compare with, SERVER_FLAGS hands flags to its Node (such as --cpu-prof). */
export async function startOurs(
  dataDir: string,
  {
    databaseUrl = null,
    house = process.env.HOUSE ?? here,
  }: { databaseUrl?: string | null; house?: string } = {},
): Promise<Server> {
  const port = await freePort();
  const { PUBLIC_URL: _address, DATABASE_URL: _database, ...env } = process.env;
  const own = (process.env.SERVER_FLAGS ?? '').split(' ').filter(Boolean);
  const child = spawn(process.execPath, [...flags, ...own, join(house, 'server/main.ts')], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      ...env,
      PORT: String(port),
      DATA_DIR: dataDir,
      LOG_LEVEL: 'error',
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    },
  });
  const until = performance.now() + longestStartMs;
  while (!(await isReady(port))) {
    if (child.exitCode !== null || performance.now() > until) throw new Error('our server did not start');
    await pause(10);
  }
  return server('ours', port, child);
}

async function isReady(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://localhost:${port}/readyz`)).ok;
  } catch {
    // Nobody listens yet; the caller asks again until its time is over.
    return false;
  }
}

function server(name: Server['name'], port: number, child: ChildProcess): Server {
  const pid = child.pid!;
  return {
    name,
    port,
    process: child,
    cpu: () => cpuOf(pid),
    memory: async () => {
      for (let turn = 0; turn < 3; turn++) {
        child.kill('SIGUSR2');
        await pause(300);
      }
      return residentOf(pid);
    },
    end: (signal) =>
      new Promise((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.once('exit', () => resolve());
        child.kill(signal);
      }),
  };
}

/** The clock ticks of /proc/<pid>/stat are 10 ms each, too coarse here; the scheduler counts nanoseconds per thread. */
function cpuOf(pid: number): number {
  let sum = 0;
  for (const thread of readdirSync(`/proc/${pid}/task`))
    sum += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]);
  return sum;
}

function residentOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes) * 1024;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
