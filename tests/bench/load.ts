import { seatsAt, type Crowd } from './crowd.ts';
import { Histogram } from './histogram.ts';
import type { Server } from './servers.ts';
import { figure, median, type Row } from './table.ts';
import type { Unit } from './unit.ts';

/** The two servers of one run, and who comes to them. */
export interface Pair {
  relay: Server;
  ours: Server;
  unit: Unit;
  crowd: Crowd;
}

/** What one server reached under the meeting's load. */
interface Reached {
  times: Histogram;
  p50: number[];
  cpuMicros: number[];
  lost: number;
}

const pages = 8;

/** Twenty families with eight pages each, two of them typing five letters a second: how soon it is seen, what it costs. */
export async function measureMeeting(
  { relay, ours, unit, crowd }: Pair,
  ask: { rounds: number; seconds: number },
): Promise<{ rows: Row[]; facts: unknown }> {
  const families = 20;
  const reached = new Map<Server, Reached>();
  for (const server of [relay, ours]) {
    await crowd.join(server.name, seatsAt(server, unit, { families, pages }));
    reached.set(server, { times: new Histogram(), p50: [], cpuMicros: [], lost: 0 });
    // A server that has been up for a while has its code compiled; one just started has not.
    await crowd.type(server.name, { typists: pages, perSecond: 10, seconds: 3 });
  }
  for (let round = 0; round < ask.rounds; round++)
    for (const server of round % 2 === 0 ? [relay, ours] : [ours, relay]) {
      const at = reached.get(server)!;
      const before = server.cpu();
      const seen = await crowd.type(server.name, { typists: 2, perSecond: 5, seconds: ask.seconds });
      at.cpuMicros.push((server.cpu() - before) / 1000 / seen.deliveries);
      at.p50.push(seen.times.at(0.5));
      at.times.merge(seen.times.counts);
      at.lost += seen.expected - seen.deliveries;
    }
  for (const server of [relay, ours]) await crowd.leave(server.name);
  const [bare, own] = [reached.get(relay)!, reached.get(ours)!];
  const p50 = [bare, own].map(({ times }) => times.at(0.5)) as [number, number];
  const p99 = [bare, own].map(({ times }) => times.at(0.99)) as [number, number];
  const soon = median(own.p50.map((ms, round) => ms / bare.p50[round]!));
  const cost = median(own.cpuMicros.map((micros, round) => micros / bare.cpuMicros[round]!));
  const [bareCpu, ownCpu] = [median(bare.cpuMicros), median(own.cpuMicros)];
  return {
    rows: [
      {
        what: 'edit to seen, p50',
        relay: `${figure(p50[0])} ms`,
        ours: `${figure(p50[1])} ms`,
        ratio: `${figure(soon)}×`,
        goal: '≤ 1.9×',
        isMet: soon <= 1.9,
      },
      {
        what: 'edit to seen, p99',
        relay: `${figure(p99[0])} ms`,
        ours: `${figure(p99[1])} ms`,
        ratio: `${figure(p99[1] / p99[0])}×`,
        goal: 'within 10 ms',
        isMet: p99[1] - p99[0] <= 10,
      },
      {
        what: 'server CPU per delivered edit',
        relay: `${figure(bareCpu)} µs`,
        ours: `${figure(ownCpu)} µs`,
        ratio: `${figure(cost)}×`,
        goal: '≤ 2.3×, aim 1.7×',
        isMet: cost <= 2.3,
      },
    ],
    facts: {
      p50,
      p99,
      p50Rounds: { relay: bare.p50, ours: own.p50 },
      cpuMicrosRounds: { relay: bare.cpuMicros, ours: own.cpuMicros },
      notSeen: { relay: bare.lost, ours: own.lost },
    },
  };
}

/** The same server and load over long polling beside WebSockets: what a network that blocks them costs. */
export async function measurePolling(
  { ours, unit, crowd }: Pair,
  ask: { rounds: number; seconds: number },
): Promise<{ rows: Row[]; facts: unknown }> {
  const families = 5;
  const ways = ['socket', 'polling'] as const;
  const reached = {
    socket: { times: new Histogram(), cpuMicros: [] as number[], lost: 0 },
    polling: { times: new Histogram(), cpuMicros: [] as number[], lost: 0 },
  };
  for (const way of ways) {
    const seats = seatsAt(ours, unit, { families: 2 * families, pages, isPolled: way === 'polling' });
    // Each way has families of its own, so that neither waits for the other's pages.
    await crowd.join(way, way === 'polling' ? seats.slice(families) : seats.slice(0, families));
    await crowd.type(way, { typists: pages, perSecond: 5, seconds: 3 });
  }
  for (let round = 0; round < ask.rounds; round++)
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const before = ours.cpu();
      const seen = await crowd.type(way, { typists: 2, perSecond: 5, seconds: ask.seconds });
      reached[way].cpuMicros.push((ours.cpu() - before) / 1000 / seen.deliveries);
      reached[way].times.merge(seen.times.counts);
      reached[way].lost += seen.expected - seen.deliveries;
    }
  for (const way of ways) await crowd.leave(way);
  const { socket, polling } = reached;
  const row = (what: string, of: (way: typeof socket) => number, unitOf: string): Row => ({
    what,
    relay: `${figure(of(socket))} ${unitOf}`,
    ours: `${figure(of(polling))} ${unitOf}`,
    ratio: `${figure(of(polling) / of(socket))}×`,
    goal: '',
    isMet: true,
  });
  return {
    rows: [
      row('over WebSockets | over long polling: edit to seen, p50', (way) => way.times.at(0.5), 'ms'),
      row('over WebSockets | over long polling: edit to seen, p99', (way) => way.times.at(0.99), 'ms'),
      row(
        'over WebSockets | over long polling: CPU per delivered edit',
        (way) => median(way.cpuMicros),
        'µs',
      ),
    ],
    facts: { notSeen: { socket: socket.lost, polling: polling.lost } },
  };
}

const longestP99Ms = 100;
/** A page types at most so fast: our server reads one socket's frames at thirty a second. */
const mostPerSecond = 24;
const firstDeliveries = 27_000;
const fewestDeliveries = 2_000;

/** Raises the load until the slowest hundredth waits longer than 100 ms: how many deliveries a second are borne. */
export async function measureMost(
  { relay, ours, unit, crowd }: Pair,
  ask: { rounds: number; seconds: number; step: number; families: number },
): Promise<{ row: Row; facts: unknown }> {
  const most = new Map<Server, number[]>([
    [relay, []],
    [ours, []],
  ]);
  const busy = new Map<Server, number>();
  for (const server of [relay, ours])
    await crowd.join(server.name, seatsAt(server, unit, { families: ask.families, pages, isLight: true }));
  for (let round = 0; round < ask.rounds; round++)
    for (const server of round % 2 === 0 ? [relay, ours] : [ours, relay]) {
      const reached = await climb(server, crowd, ask);
      most.get(server)!.push(reached.deliveries);
      busy.set(server, Math.max(busy.get(server) ?? 0, reached.busy));
    }
  for (const server of [relay, ours]) await crowd.leave(server.name);
  const ratio = median(most.get(ours)!.map((own, round) => own / most.get(relay)![round]!));
  return {
    row: {
      what: 'most deliveries a second, p99 ≤ 100 ms',
      relay: figure(median(most.get(relay)!)),
      ours: figure(median(most.get(ours)!)),
      ratio: `${figure(ratio)}×`,
      goal: '≥ 0.9×',
      isMet: ratio >= 0.9,
    },
    facts: {
      relay: most.get(relay),
      ours: most.get(ours),
      processorsBusy: { relay: busy.get(relay), ours: busy.get(ours) },
    },
  };
}

/** The highest step borne; a step that fails is tried once more, because other work on this machine may have come between. */
async function climb(
  server: Server,
  crowd: Crowd,
  ask: { seconds: number; step: number; families: number },
): Promise<{ deliveries: number; busy: number }> {
  const hands = ask.families * pages;
  let reached = { deliveries: 0, busy: 0 };
  for (let asked = firstDeliveries; asked / (hands * (pages - 1)) <= mostPerSecond;) {
    const borne =
      (await bear(server, crowd, { ...ask, perSecond: asked / (hands * (pages - 1)) })) ??
      (await bear(server, crowd, { ...ask, perSecond: asked / (hands * (pages - 1)) }));
    // Where even the first step is too much, the way leads down.
    if (!borne && (reached.deliveries > 0 || asked < fewestDeliveries)) break;
    if (borne && asked < firstDeliveries) return borne;
    if (borne) reached = borne;
    asked = borne ? asked * ask.step : asked / ask.step;
  }
  return reached;
}

/** One step; null where it was too much. */
async function bear(
  server: Server,
  crowd: Crowd,
  ask: { seconds: number; perSecond: number },
): Promise<{ deliveries: number; busy: number } | null> {
  const before = server.cpu();
  const seen = await crowd.type(server.name, { ...ask, typists: pages });
  const isBorne = seen.deliveries === seen.expected && seen.times.at(0.99) <= longestP99Ms;
  const busy = (server.cpu() - before) / 1e9 / ask.seconds;
  return isBorne ? { deliveries: seen.deliveries / ask.seconds, busy } : null;
}
