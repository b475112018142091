import { setTimeout as sleep } from 'node:timers/promises';
import type { LogRow } from '../storage/tables.ts';
import type { Storage } from '../storage/storage.ts';

/** A batch of this many edits means that more are on their way. */
const busyRows = 8;
/** The longest that edits are gathered, milliseconds: nobody sees it. */
const mostGatherMs = 24;

/** A room's part in a group commit. */
export interface CommitParty {
  /** The room was dropped: what of it still waits must not be written. */
  readonly isDropped: boolean;
  /** Everything up to `seq` is on disk. */
  committed(seq: number): void;
  /** What was applied could not be written: the room must be dropped and read again from the log. */
  poisoned(error: unknown): void;
}

/** What is measured of the write path. */
export interface CommitMeasures {
  appended(rows: number, seconds: number): void;
}

/**
 * Group commit across rooms: while one transaction is on its way to the disk, everything that arrives waits and shares
 * the next. Nobody waits for a timer: a lone edit is written at once.
 */
export class Committer {
  readonly #storage: Storage;
  readonly #measures: CommitMeasures;
  #queue: { row: LogRow; party: CommitParty }[] = [];
  #running: Promise<void> | null = null;

  constructor(storage: Storage, measures: CommitMeasures) {
    this.#storage = storage;
    this.#measures = measures;
  }

  enqueue(row: LogRow, party: CommitParty): void {
    this.#queue.push({ row, party });
    // A microtask later: what one turn of the loop brings goes into one transaction.
    this.#running ??= Promise.resolve().then(() => this.#drain());
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue;
      this.#queue = [];
      await this.#commit(batch);
      // Only under load, where one write would follow the other: a few milliseconds gather many edits into one.
      if (batch.length >= busyRows) await sleep(Math.min(mostGatherMs, batch.length / 4));
    }
    this.#running = null;
  }

  async #commit(asked: { row: LogRow; party: CommitParty }[]): Promise<void> {
    const batch = asked.filter(({ party }) => !party.isDropped);
    if (batch.length === 0) return;
    const began = performance.now();
    const last = new Map<CommitParty, { doc: string; seq: number }>();
    for (const { row, party } of batch) last.set(party, { doc: row.doc, seq: row.seq });
    try {
      const stale = await this.#storage.append(batch.map(({ row }) => row));
      this.#measures.appended(batch.length, (performance.now() - began) / 1000);
      for (const [party, { doc, seq }] of last) {
        if (stale.has(doc)) party.poisoned(new Error('another server has taken this room'));
        else party.committed(seq);
      }
    } catch (error) {
      for (const party of last.keys()) party.poisoned(error);
    }
  }
}
