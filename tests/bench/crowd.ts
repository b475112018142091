import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { Histogram } from './histogram.ts';
import type { CrowdAsk, CrowdReport } from './crowd-worker.ts';
import type { Seat } from './page.ts';
import type { Server } from './servers.ts';
import type { Unit } from './unit.ts';

/** What all processes of a crowd have seen together. */
export interface Seen {
  edits: number;
  expected: number;
  deliveries: number;
  times: Histogram;
}

/** Pages in several processes, families dealt out among them. */
export class Crowd {
  readonly #workers: ChildProcess[];

  constructor(processes: number) {
    this.#workers = Array.from({ length: processes }, () =>
      fork(join(import.meta.dirname, 'crowd-worker.ts'), { serialization: 'advanced' }),
    );
  }

  /** Takes seats at a server under a name. */
  async join(crowd: string, families: Seat[][]): Promise<void> {
    const many = this.#workers.length;
    await this.#askEach((i) => ({ do: 'join', crowd, families: families.filter((_, f) => f % many === i) }));
  }

  /** From now on every page says every fifteen seconds that somebody is here. */
  async stay(crowd: string): Promise<void> {
    await this.#askEach(() => ({ do: 'stay', crowd }));
  }

  /** Types for a while, so many writers in each family, and watches when the others see it. */
  async type(crowd: string, ask: { typists: number; perSecond: number; seconds: number }): Promise<Seen> {
    const reports = await this.#askEach(() => ({ do: 'type', crowd, ...ask }));
    const seen: Seen = { edits: 0, expected: 0, deliveries: 0, times: new Histogram() };
    for (const report of reports) {
      seen.edits += report.edits;
      seen.expected += report.expected;
      seen.deliveries += report.deliveries;
      seen.times.merge(report.counts);
    }
    return seen;
  }

  async leave(crowd: string): Promise<void> {
    await this.#askEach(() => ({ do: 'leave', crowd }));
  }

  end(): void {
    for (const worker of this.#workers) if (worker.connected) worker.disconnect();
  }

  #askEach(askOf: (worker: number) => CrowdAsk): Promise<CrowdReport[]> {
    return Promise.all(
      this.#workers.map(
        (worker, i) =>
          new Promise<CrowdReport>((resolve, reject) => {
            const gone = () => reject(new Error('a process of the crowd has ended'));
            worker.once('exit', gone);
            worker.once('message', (report) => {
              worker.off('exit', gone);
              resolve(report as CrowdReport);
            });
            worker.send(askOf(i));
          }),
      ),
    );
  }
}

/** Seats for the first families of a unit: each page another member, each with a card to type into. */
export function seatsAt(
  server: Server,
  unit: Unit,
  ask: { families: number; pages: number; isLight?: boolean; isPolled?: boolean },
): Seat[][] {
  let next = 0;
  return unit.families.slice(0, ask.families).map((family) =>
    Array.from({ length: ask.pages }, (_, page) => ({
      server: server.name,
      port: server.port,
      family: family.id,
      token: unit.members[next++ % unit.members.length]!.token,
      board: family.board,
      card: family.cards[page],
      // One page of each family reads every edit into its document, so that what travels is known to be whole.
      isLight: ask.isLight && page > 0,
      isPolled: ask.isPolled,
    })),
  );
}
