import * as Y from 'yjs';
import { openEncrypted } from '../../server/storage/sqlite-connection.ts';
import {
  SqliteStatements,
  type SqliteAnswer,
  type SqliteRequest,
} from '../../server/storage/sqlite-statements.ts';
import { storageOver } from '../../server/storage/sqlite.ts';
import type { Storage } from '../../server/storage/storage.ts';
import type { LogRow } from '../../server/storage/tables.ts';

/** What becomes of a batch that a server wants written. */
export type Fate = 'write' | 'fail' | 'write-then-fail';

/** A batch that waits for its fate. */
export interface HeldBatch {
  rows: readonly LogRow[];
  meet: (fate: Fate) => void;
}

/** One at a time among all servers on one file, as the file's own lock has it. */
export class FileLock {
  #tail: Promise<void> = Promise.resolve();
  async take(): Promise<() => void> {
    const before = this.#tail;
    let done = () => {};
    this.#tail = new Promise((resolve) => (done = resolve));
    await before;
    return done;
  }
}

/**
 * A server's connection to a real SQLite file in this thread, so that nothing happens before it is its turn. What it
 * asks can be frozen or cut off for good, and a batch of log rows is held for whoever decides about it.
 */
export class FaultyStore {
  readonly storage: Storage;
  /** Says of a batch whether it waits for its fate; without it, each is written at once. */
  holds: () => boolean = () => false;
  /** Calls back when rows are on disk. */
  wrote: (rows: readonly LogRow[]) => void = () => undefined;
  /** A saboteur: says that a batch is written before it is. */
  isHasty = false;
  readonly held: HeldBatch[] = [];
  readonly #statements: SqliteStatements;
  readonly #lock: FileLock;
  #unlock: (() => void) | null = null;
  #frozen: Promise<void> | null = null;
  #thaw = () => {};
  #isDead = false;

  constructor(ask: { path: string; key: string | null; lock: FileLock }) {
    this.#statements = new SqliteStatements(openEncrypted(ask.path, ask.key));
    this.#lock = ask.lock;
    this.storage = storageOver((request) => this.#ask(request), {
      path: ask.path,
      key: ask.key,
      keyId: null,
    });
  }

  freeze(): void {
    this.#frozen ??= new Promise((resolve) => (this.#thaw = resolve));
  }
  thaw(): void {
    this.#frozen = null;
    this.#thaw();
  }

  /** As a power cut: nothing is answered any more, and an open transaction is not there. */
  die(): void {
    this.#isDead = true;
    try {
      if (this.#unlock) this.#statements.answer({ do: 'query', sql: 'rollback', parameters: [] });
    } finally {
      this.#unlock?.();
      this.#unlock = null;
      this.#statements.answer({ do: 'close' });
    }
  }

  async #ask(request: SqliteRequest): Promise<SqliteAnswer> {
    if (this.#isDead) return never();
    if (request.do === 'append') return this.#append(request.rows);
    if (request.do === 'close') return this.#answer(request);
    // The file's lock and a frozen server stand between transactions, never inside one.
    const unlock = this.#unlock ?? (await this.#turn());
    const goesOn =
      !/^\s*(commit|rollback)/i.test(request.sql) &&
      (this.#unlock !== null || /^\s*begin/i.test(request.sql));
    this.#unlock = null;
    try {
      const answer = this.#answer(request);
      if (goesOn) this.#unlock = unlock;
      return answer;
    } catch (error) {
      // What fails inside a transaction ends it by a rollback of its own; a transaction that did not begin has nothing to end.
      if (goesOn && !/^\s*begin/i.test(request.sql)) this.#unlock = unlock;
      throw error;
    } finally {
      if (this.#unlock === null) unlock();
    }
  }

  /** Waits until this server is neither frozen nor behind another. */
  async #turn(): Promise<() => void> {
    for (;;) {
      await this.#frozen;
      const unlock = await this.#lock.take();
      if (this.#isDead) {
        unlock();
        return never();
      }
      if (!this.#frozen) return unlock;
      unlock();
    }
  }

  async #append(rows: readonly LogRow[]): Promise<SqliteAnswer> {
    if (this.isHasty) {
      void this.#meetFate(rows);
      return { rows: [], changes: 0 };
    }
    return this.#meetFate(rows);
  }

  async #meetFate(rows: readonly LogRow[]): Promise<SqliteAnswer> {
    const fate = this.holds() ? await new Promise<Fate>((meet) => this.held.push({ rows, meet })) : 'write';
    const unlock = await this.#turn();
    try {
      if (fate === 'fail')
        throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      const answer = this.#answer({ do: 'append', rows });
      this.wrote(rows.filter((row) => !answer.rows.includes(row.doc)));
      if (fate === 'write-then-fail')
        throw Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' });
      return answer;
    } finally {
      unlock();
    }
  }

  #answer(request: SqliteRequest): SqliteAnswer {
    return this.#statements.answer(request);
  }
}

const never = <T>(): Promise<T> => new Promise<T>(() => {});

/** What is on the disk, row by row, as whoever looks from outside would keep it. */
export class Disk {
  readonly #docs = new Map<string, { doc: Y.Doc; head: number; fence: number }>();

  /** Takes rows that were written just now; says what is wrong with them, or null. */
  take(rows: readonly LogRow[], ownerOf: (client: number) => string | null): string | null {
    for (const row of rows) {
      const kept = this.of(row.doc);
      if (row.seq !== kept.head + 1) return `row ${row.seq} follows row ${kept.head}`;
      if (row.fence < kept.fence) return `a row of an old owner was written`;
      kept.head = row.seq;
      kept.fence = row.fence;
      for (const struct of Y.decodeUpdate(row.bytes).structs) {
        const owner = ownerOf(struct.id.client);
        if (owner !== null && owner !== row.member) return `row ${row.seq} is in another's name`;
      }
      Y.applyUpdate(kept.doc, row.bytes);
      if (kept.doc.store.pendingStructs || kept.doc.store.pendingDs) return `row ${row.seq} leaves a hole`;
    }
    return null;
  }

  of(name: string): { doc: Y.Doc; head: number; fence: number } {
    let kept = this.#docs.get(name);
    if (!kept) {
      kept = { doc: new Y.Doc(), head: 0, fence: 0 };
      kept.doc.getMap('cards');
      this.#docs.set(name, kept);
    }
    return kept;
  }

  /** Whether all of an update is on it: what it adds, and what it erases. */
  holds(name: string, update: Uint8Array): boolean {
    const { store } = this.of(name).doc;
    const { structs, ds } = Y.decodeUpdate(update);
    for (const { id, length } of structs) if (Y.getState(store, id.client) < id.clock + length) return false;
    if (ds.clients.size === 0) return true;
    const erased = Y.createDeleteSetFromStructStore(store);
    for (const [client, ranges] of ds.clients)
      for (const { clock, len } of ranges)
        for (let at = clock; at < clock + len; at++)
          if (!Y.isDeleted(erased, Y.createID(client, at))) return false;
    return true;
  }
}
