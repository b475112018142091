import {
  CompiledQuery,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type DatabaseConnection,
  type Driver,
  type QueryResult,
} from 'kysely';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { SqliteAnswer, SqliteRequest } from './sqlite-statements.ts';
import type { WorkerAnswer } from './sqlite-worker.ts';
import type { Storage } from './storage.ts';
import type { Tables } from './tables.ts';

/** An error of the database that keeps its code (SQLITE_FULL, SQLITE_CONSTRAINT_…) and no parameter. */
class SqliteFailure extends Error {
  readonly code: string;
  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** Hands a request to whoever owns the connection. */
export type Ask = (request: SqliteRequest) => Promise<SqliteAnswer>;

/** Where the file lies; `key` is 32 bytes in hex, or null for a file that is not encrypted. */
interface Settings {
  path: string;
  key: string | null;
  keyId: string | null;
}

/** Opens the file in a thread of its own. */
export async function openSqlite(settings: Settings): Promise<Storage> {
  const worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: settings });
  const waiting = new Map<
    number,
    { resolve: (answer: SqliteAnswer) => void; reject: (error: Error) => void }
  >();
  let last = 0;
  const ready = new Promise<SqliteAnswer>((resolve, reject) => {
    waiting.set(0, { resolve, reject });
    worker.once('error', reject);
  });
  worker.on('message', (answer: WorkerAnswer) => {
    const asked = waiting.get(answer.id);
    waiting.delete(answer.id);
    if (answer.ok) asked?.resolve(answer);
    else asked?.reject(new SqliteFailure(answer.message, answer.code));
  });
  worker.on('error', (error) => {
    for (const asked of waiting.values()) asked.reject(error as Error);
    waiting.clear();
  });
  const ask: Ask = (request) => {
    const id = ++last;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      worker.postMessage({ id, request });
    });
  };
  const version = ((await ready).rows[0] as { version: string }).version;
  // 3.51.3 mended a WAL reset that could lose committed pages.
  if (version.localeCompare('3.51.3', undefined, { numeric: true }) < 0)
    throw new Error(`This SQLite is ${version}; Wednesday needs 3.51.3 or later.`);
  return storageOver(ask, settings, () => worker.terminate());
}

/** A store whose every request goes through `ask`; `ended` is called when it is closed. */
export function storageOver(ask: Ask, settings: Settings, ended: () => unknown = () => undefined): Storage {
  const turn = new Turn();
  const db = new Kysely<Tables>({
    dialect: {
      createAdapter: () => new TransactionalAdapter(),
      createDriver: () => new WorkerDriver(ask, turn),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
      createQueryCompiler: () => new SqliteQueryCompiler(),
    },
  });
  const close = async () => {
    await db.destroy();
    await ask({ do: 'close' }).finally(ended);
  };
  let closed: Promise<void> | null = null;
  return {
    engine: 'sqlite',
    keyId: settings.keyId,
    db,
    write: (work) => db.transaction().execute(work),
    takeOver: (work) => db.transaction().execute(work),
    append: (rows) => turn.take(async () => new Set((await ask({ do: 'append', rows })).rows as string[])),
    copyTo: async (path) => {
      const part = `${path}.part`;
      const { found, isCopied } = await readInAThread({ ...settings, to: part });
      if (!isCopied) throw new StoreDamaged(found);
      await settleFile(part, path);
      return found;
    },
    check: async () => (await readInAThread({ ...settings, to: null })).found,
    // Deleted pages are overwritten (secure_delete); what the write-ahead log still says of them goes here.
    tidy: async () => {
      await turn.take(() => ask({ do: 'query', sql: 'pragma wal_checkpoint(truncate)', parameters: [] }));
    },
    size: async () => {
      const { rows } = await turn.take(() =>
        ask({
          do: 'query',
          sql: 'select page_count * page_size as bytes from pragma_page_count, pragma_page_size',
          parameters: [],
        }),
      );
      return (rows[0] as { bytes: number }).bytes;
    },
    close: () => (closed ??= close()),
  };
}

/** The store has pages that cannot be read, so that no whole copy can be made of it. */
export class StoreDamaged extends Error {
  constructor(found: readonly string[]) {
    super(`No copy was made: ${found.join('; ')}.`);
  }
}

/** Reads every page with a connection of its own, and copies them where it is told to: nobody's letter waits for it. */
function readInAThread(workerData: {
  path: string;
  key: string | null;
  to: string | null;
}): Promise<{ found: string[]; isCopied: boolean }> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./sqlite-copy-worker.ts', import.meta.url), { workerData });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the data could not be read (${code})`)));
  });
}

/** A copy counts only when the file and its name are both on disk. */
export async function settleFile(part: string, path: string): Promise<void> {
  const file = await open(part, 'r+');
  await file.sync();
  await file.close();
  await rename(part, path);
  const folder = await open(dirname(path), 'r');
  await folder.sync();
  await folder.close();
}

/** One at a time, in the order of asking: an await inside a transaction lets nobody else's write slip in. */
class Turn {
  #tail: Promise<void> = Promise.resolve();
  async wait(): Promise<() => void> {
    const before = this.#tail;
    let done = () => {};
    this.#tail = new Promise((resolve) => (done = resolve));
    await before;
    return done;
  }
  async take<T>(work: () => Promise<T>): Promise<T> {
    const done = await this.wait();
    try {
      return await work();
    } finally {
      done();
    }
  }
}

/** SQLite undoes a change of tables like any other; Kysely leaves it out of a transaction unless it is told so. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class WorkerConnection implements DatabaseConnection {
  readonly #ask: Ask;
  release = () => {};
  constructor(ask: Ask) {
    this.#ask = ask;
  }
  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { rows, changes } = await this.#ask({ do: 'query', sql: query.sql, parameters: query.parameters });
    return { rows: rows as R[], numAffectedRows: BigInt(changes) };
  }

  async *streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('Streaming is not used here.');
  }
}

class WorkerDriver implements Driver {
  readonly #ask: Ask;
  readonly #turn: Turn;
  constructor(ask: Ask, turn: Turn) {
    this.#ask = ask;
    this.#turn = turn;
  }
  async init(): Promise<void> {}
  async acquireConnection(): Promise<WorkerConnection> {
    const connection = new WorkerConnection(this.#ask);
    connection.release = await this.#turn.wait();
    return connection;
  }
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // Immediate: a deferred transaction that read before another's write fails at once, whatever the timeout.
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
  }
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'));
  }
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'));
  }
  async releaseConnection(connection: WorkerConnection): Promise<void> {
    connection.release();
  }
  async destroy(): Promise<void> {}
}
