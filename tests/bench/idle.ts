import { setTimeout as pause } from 'node:timers/promises';
import { seatsAt } from './crowd.ts';
import type { Pair } from './load.ts';
import type { Server } from './servers.ts';
import { figure, median, type Row } from './table.ts';

const pages = 8;

/** Pages that are open and say only, every fifteen seconds, that somebody is here: what each holds and costs. */
export async function measureIdle(
  { relay, ours, unit, crowd }: Pair,
  ask: { families: number; seconds: number; rounds: number },
): Promise<{ rows: Row[]; facts: unknown }> {
  const many = ask.families * pages;
  const bytes = new Map<Server, number>();
  for (const server of [relay, ours]) {
    // A first visit loads the code that a connection needs; only what connections hold is to be counted.
    await crowd.join('first', seatsAt(server, unit, { families: 4, pages, isLight: true }));
    await crowd.leave('first');
    const before = await server.memory();
    await crowd.join(server.name, seatsAt(server, unit, { families: ask.families, pages, isLight: true }));
    await crowd.stay(server.name);
    await pause(2_000);
    bytes.set(server, ((await server.memory()) - before) / many);
  }
  const cpu = new Map<Server, number[]>([
    [relay, []],
    [ours, []],
  ]);
  for (let round = 0; round < ask.rounds; round++) {
    const before = [relay, ours].map((server) => server.cpu());
    await pause(ask.seconds * 1000);
    for (const [i, server] of [relay, ours].entries())
      cpu.get(server)!.push((server.cpu() - before[i]!) / 1e7 / ask.seconds);
  }
  for (const server of [relay, ours]) await crowd.leave(server.name);
  const ratio = median(cpu.get(ours)!.map((own, round) => own / cpu.get(relay)![round]!));
  const [bareBytes, ownBytes] = [bytes.get(relay)!, bytes.get(ours)!];
  return {
    rows: [
      {
        what: 'memory of an idle connection',
        relay: `${figure(bareBytes / 1000)} kB`,
        ours: `${figure(ownBytes / 1000)} kB`,
        ratio: `${figure(ownBytes / bareBytes)}×`,
        goal: '≤ 22 kB',
        isMet: ownBytes <= 22_000,
      },
      {
        what: `processor of ${many} idle connections`,
        relay: `${figure(median(cpu.get(relay)!))} %`,
        ours: `${figure(median(cpu.get(ours)!))} %`,
        ratio: `${figure(ratio)}×`,
        goal: '≤ 1.0×',
        isMet: ratio <= 1,
      },
    ],
    facts: {
      connections: many,
      bytes: { relay: bareBytes, ours: ownBytes },
      cpuPercent: { relay: cpu.get(relay), ours: cpu.get(ours) },
    },
  };
}
