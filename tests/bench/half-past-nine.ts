import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { familyDocument } from '#domain/wire.ts';
import { openStorage } from '../../server/storage/open.ts';
import { freshDatabase, startPostgres } from '../support/postgres.ts';
import { lifeOf } from './long-life.ts';
import { Page } from './page.ts';
import { startOurs, type Server } from './servers.ts';
import { figure, median, type Row } from './table.ts';
import { makeUnit, writeLog, type Unit } from './unit.ts';

const families = 10;
const members = 7;
/** How often it is looked whether the server still answers, milliseconds. */
const lookMs = 20;

interface Arrival {
  /** Until everybody had every board of theirs, milliseconds. */
  allMs: number;
  /** The longest that somebody else waited for an answer meanwhile, milliseconds. */
  waitedMs: number;
  /** Boards in memory afterwards, and what the server held more, bytes. */
  rooms: number;
  bytes: number;
}

/**
 * Wednesday at half past nine: every page of a table opens its family's board and keeps all the others of its unit, five units
 * at once; and what the server holds with ten long boards open.
 */
export async function measureHalfPastNine(
  folder: string,
  ask: { meetings: number; longMeetings: number; units: number; times: number },
): Promise<{ rows: Row[]; facts: object }> {
  const postgres = await startPostgres();
  try {
    const facts: Record<string, unknown> = {};
    const rows: Row[] = [];
    for (const engine of ['sqlite', 'postgres'] as const) {
      const databaseUrl = engine === 'postgres' ? await freshDatabase(postgres.url) : null;
      const place = { dataDir: join(folder, engine), databaseUrl };
      const units = await layUnits(place, { meetings: ask.meetings, units: ask.units });
      const all: Arrival[] = [];
      for (let time = 0; time < ask.times; time++) all.push(await arrive(place, units));
      facts[engine] = all;
      const middle = (of: (one: Arrival) => number) => median(all.map(of));
      const row = (what: string, ours: number, goal?: { says: string; most: number }): Row => ({
        what: `half past nine, ${ask.units} units at once, ${engine}: ${what}`,
        relay: '',
        ours: figure(ours),
        ratio: '',
        goal: goal?.says ?? '',
        isMet: ours <= (goal?.most ?? Infinity),
      });
      rows.push(
        row(
          'all have all boards, ms',
          middle((one) => one.allMs),
        ),
        row(
          'longest wait of somebody else, ms',
          middle((one) => one.waitedMs),
        ),
        row(
          'boards open',
          middle((one) => one.rooms),
          { says: '≤ 2 a unit', most: 2 * ask.units },
        ),
      );
    }
    const bytes = await holdLongBoards(join(folder, 'long'), ask.longMeetings);
    facts.longBoards = bytes;
    rows.push({
      what: `memory of ${families} boards of ${ask.longMeetings} meetings`,
      relay: '',
      ours: `${figure(bytes / 1e6)} MB`,
      ratio: '',
      goal: '≤ 200 MB',
      isMet: bytes <= 200e6,
    });
    return { rows, facts };
  } finally {
    await postgres.stop();
  }
}

interface Place {
  dataDir: string;
  databaseUrl: string | null;
}

/** Units whose boards all have a life behind them and lie in snapshots, as after any Wednesday. */
async function layUnits(place: Place, ask: { meetings: number; units: number }): Promise<Unit[]> {
  const units: Unit[] = [];
  for (let at = 0; at < ask.units; at++) {
    const unit = await makeUnit(place.dataDir, {
      members,
      families,
      seats: 0,
      databaseUrl: place.databaseUrl,
    });
    const { edits } = lifeOf(unit, ask.meetings);
    const storage = await openStorage({ ...place, keyFile: join(place.dataDir, 'key') });
    for (const { id } of unit.families) await writeLog(storage, { family: id, edits });
    await storage.close();
    units.push(unit);
  }
  const server = await startOurs(place.dataDir, { databaseUrl: place.databaseUrl });
  for (const unit of units)
    for (const { id } of unit.families) {
      const page = pageOf(server, { token: unit.members[0]!.token, family: id });
      await page.ready();
      page.socket.close();
    }
  // Told to stop it keeps a snapshot of every board.
  await server.end('SIGTERM');
  return units;
}

async function arrive(place: Place, units: readonly Unit[]): Promise<Arrival> {
  const server = await startOurs(place.dataDir, { databaseUrl: place.databaseUrl });
  const pages: Page[] = [];
  try {
    const before = await server.memory();
    const waits: number[] = [];
    let isOver = false;
    const looking = (async () => {
      while (!isOver) {
        const began = performance.now();
        await (await fetch(`http://127.0.0.1:${server.port}/healthz`)).arrayBuffer();
        waits.push(performance.now() - began);
        await pause(lookMs);
      }
    })();
    const began = performance.now();
    await Promise.all(
      units.flatMap((unit) =>
        unit.members.map(async ({ token }) => {
          const page = pageOf(server, { token, family: unit.families[0]!.id });
          pages.push(page);
          await page.ready();
          for (const { id } of unit.families) await keep(server, token, id);
        }),
      ),
    );
    const allMs = performance.now() - began;
    isOver = true;
    await looking;
    return {
      allMs,
      waitedMs: Math.max(...waits),
      rooms: await roomsOf(place),
      bytes: (await server.memory()) - before,
    };
  } finally {
    for (const page of pages) page.socket.close();
    await server.end('SIGTERM');
  }
}

/** What the server holds more with ten boards open, each with years behind it. */
async function holdLongBoards(dataDir: string, meetings: number): Promise<number> {
  const place = { dataDir, databaseUrl: null };
  const [unit] = await layUnits(place, { meetings, units: 1 });
  const server = await startOurs(dataDir);
  try {
    const { token } = unit!.members[0]!;
    const before = await server.memory();
    for (const { id } of unit!.families) {
      await keep(server, token, id);
      // Its page holds the board already, as it does after that.
      await pageOf(server, { token, family: id }).ready();
    }
    return (await server.memory()) - before;
  } finally {
    await server.end('SIGTERM');
  }
}

const pageOf = (server: Server, seat: { token: string; family: string }) =>
  new Page({ server: 'ours', port: server.port, isLight: true, ...seat });

async function keep(server: Server, token: string, family: string): Promise<void> {
  const answer = await fetch(
    `http://localhost:${server.port}/api/documents/${encodeURIComponent(familyDocument(family))}/state`,
    {
      headers: {
        Cookie: `__Host-wednesday=${token}`,
        'Accept-Encoding': 'br',
        'Sec-Fetch-Site': 'same-origin',
      },
    },
  );
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`a state was answered with ${answer.status}`);
}

/** How many boards a server holds: the rooms that have an owner. */
async function roomsOf(place: Place): Promise<number> {
  const storage = await openStorage({ ...place, keyFile: join(place.dataDir, 'key') });
  const { held } = await storage.db
    .selectFrom('rooms')
    .select((eb) => eb.fn.countAll<number>().as('held'))
    .where('owner', '<>', '')
    .executeTakeFirstOrThrow();
  await storage.close();
  return Number(held);
}
