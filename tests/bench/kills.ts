import { setTimeout as pause } from 'node:timers/promises';
import { textOf } from '#domain/board/write.ts';
import { seeded } from '../support/random.ts';
import { seatsAt } from './crowd.ts';
import { Page, type Seat } from './page.ts';
import { startOurs, type Server } from './servers.ts';
import { figure, type Row } from './table.ts';
import type { Unit } from './unit.ts';

/** How hard it is typed while the server is killed. */
const LOADS = {
  light: { families: 2, pages: 5, typists: 2, perSecond: 5 },
  heavy: { families: 10, pages: 8, typists: 8, perSecond: 20 },
} as const;

/** What must be there after a kill: how far each client id was seen by another or called saved, and the words. */
interface Promised {
  seat: Seat;
  clocks: Map<number, number>;
  words: Map<string, string>;
}

interface Tally {
  kills: number;
  promised: number;
  lost: number;
  wordsLost: number;
}

/** Kills the server again and again while people type; each next start is looked at for what was promised before. */
export async function measureKills(
  dataDir: string,
  unit: Unit,
  ask: { kills: number; seed: number },
): Promise<{ row: Row; facts: unknown }> {
  const random = seeded(ask.seed);
  const tallies: Record<keyof typeof LOADS, Tally> = {
    light: { kills: 0, promised: 0, lost: 0, wordsLost: 0 },
    heavy: { kills: 0, promised: 0, lost: 0, wordsLost: 0 },
  };
  let before: { promised: Promised[]; tally: Tally } = { promised: [], tally: tallies.light };
  for (let kill = 0; kill <= ask.kills; kill++) {
    const server = await startOurs(dataDir);
    for (const promised of before.promised) await look(server, promised, before.tally);
    if (kill === ask.kills) {
      await server.end('SIGTERM');
      break;
    }
    const load = kill % 2 === 0 ? 'light' : 'heavy';
    const promised = await typeUntilKilled(server, unit, { ...LOADS[load], ms: 300 + random() * 900 });
    tallies[load].kills++;
    before = { promised, tally: tallies[load] };
  }
  const lost = tallies.light.lost + tallies.heavy.lost;
  const wordsLost = tallies.light.wordsLost + tallies.heavy.wordsLost;
  return {
    row: {
      what: `edits lost that were seen or called saved, ${ask.kills} kills`,
      relay: 'keeps nothing',
      ours: `${lost} of ${figure(tallies.light.promised + tallies.heavy.promised)}`,
      ratio: '',
      goal: '0',
      isMet: lost === 0 && wordsLost === 0,
    },
    facts: { seed: ask.seed, ...tallies },
  };
}

async function typeUntilKilled(
  server: Server,
  unit: Unit,
  load: { families: number; pages: number; typists: number; perSecond: number; ms: number },
): Promise<Promised[]> {
  const seats = seatsAt(server, unit, load);
  const rooms = await Promise.all(seats.map((family) => Promise.all(family.map(come))));
  const hands = rooms.flatMap((pages) => pages.slice(0, load.typists));
  const timers = hands.map((page, i) => {
    const everyMs = 1000 / load.perSecond;
    return setTimeout(
      () => (timers[i] = setInterval(() => page.type(), everyMs)),
      (everyMs * i) / hands.length,
    );
  });
  // Somebody comes in the moment before: what their page was shown counts as seen too. One who is still at the door
  // when the server dies was shown nothing.
  const late = pause(load.ms * 0.8).then(() =>
    Promise.all(seats.map(([seat]) => come({ ...seat!, board: undefined }).catch(() => null))),
  );
  await pause(load.ms);
  await server.end('SIGKILL');
  for (const timer of timers) clearInterval(timer);
  // What the dead server had handed to the kernel still arrives, and counts as seen.
  await pause(50);
  const latecomers = await late;
  return rooms.map((pages, f) => {
    const watchers = [...pages, ...(latecomers[f] ? [latecomers[f]] : [])];
    const promised = promisedOf(seats[f]![0]!, pages.slice(0, load.typists), watchers);
    for (const page of watchers) page.leave();
    return promised;
  });
}

async function come(seat: Seat): Promise<Page> {
  const page = new Page(seat);
  await page.ready();
  return page;
}

function promisedOf(seat: Seat, hands: Page[], watchers: Page[]): Promised {
  const clocks = new Map<number, number>();
  const words = new Map<string, string>();
  for (const hand of hands) {
    const { clientID } = hand.doc;
    const others = watchers.filter((page) => page !== hand);
    const seen = Math.max(...others.map((page) => page.clockOf(clientID)));
    clocks.set(clientID, Math.max(seen, hand.savedClock));
    const longest = others.map((page) => textOf(page.doc, hand.card, 'text')?.toString() ?? '');
    words.set(
      hand.card,
      longest.reduce((a, b) => (a.length >= b.length ? a : b)),
    );
  }
  return { seat, clocks, words };
}

async function look(server: Server, { seat, clocks, words }: Promised, tally: Tally): Promise<void> {
  const page = await come({ ...seat, port: server.port, board: undefined });
  for (const [client, clock] of clocks) {
    tally.promised += clock;
    tally.lost += Math.max(0, clock - page.clockOf(client));
  }
  for (const [card, text] of words) {
    const now = textOf(page.doc, card, 'text')?.toString() ?? '';
    if (!now.startsWith(text)) tally.wordsLost++;
  }
  page.leave();
}
