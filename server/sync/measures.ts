import type { Registry } from 'prom-client';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { CommitMeasures } from './committer.ts';

/** What is counted of the boards: numbers only, never whose. */
export interface SyncMeasures extends CommitMeasures {
  refused(): void;
  poisoned(): void;
  connections(change: 1 | -1): void;
  /** A board was opened that cannot be read to its end. */
  damaged(): void;
}

export function syncMeasures(registry: Registry, rooms: () => number): SyncMeasures {
  const registers = [registry];
  const latency = new Histogram({
    name: 'wednesday_append_seconds',
    help: 'Time from handing a group of edits to the disk until they are on it',
    buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.1, 0.5, 2],
    registers,
  });
  const batch = new Histogram({
    name: 'wednesday_append_rows',
    help: 'Edits that shared one write',
    buckets: [1, 2, 5, 10, 20, 50, 100, 500],
    registers,
  });
  const refused = new Counter({
    name: 'wednesday_refused_updates_total',
    help: 'Updates that the gate refused',
    registers,
  });
  const poisoned = new Counter({
    name: 'wednesday_dropped_rooms_total',
    help: 'Rooms dropped after a failed write',
    registers,
  });
  const damaged = new Counter({
    name: 'wednesday_damaged_boards_total',
    help: 'Openings of a board that cannot be read to its end',
    registers,
  });
  const connections = new Gauge({
    name: 'wednesday_board_connections',
    help: 'Open board sockets',
    registers,
  });
  new Gauge({
    name: 'wednesday_rooms',
    help: 'Boards in memory',
    registers,
    collect() {
      this.set(rooms());
    },
  });
  return {
    appended: (rows, seconds) => {
      latency.observe(seconds);
      batch.observe(rows);
    },
    refused: () => refused.inc(),
    poisoned: () => poisoned.inc(),
    damaged: () => damaged.inc(),
    connections: (change) => connections.inc(change),
  };
}
