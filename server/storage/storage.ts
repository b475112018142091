import type { Kysely, Transaction } from 'kysely';
import type { LogRow, Tables } from './tables.ts';

/**
 * Everything that is kept. Two engines stand behind it, held to one suite (tests/contract/storage.test.ts).
 * Reads go through `db`; every write goes through `write` or `append`, which return only when it is on disk.
 */
export interface Storage {
  readonly engine: 'sqlite' | 'postgres';
  /** The fingerprint of the key that opens its copies, or null where anybody can read them. */
  readonly keyId: string | null;
  readonly db: Kysely<Tables>;
  /**
   * Runs `work` in one transaction: all of it is durable when the promise resolves, none of it if it rejects.
   * Inside, use the transaction and never `db`: on SQLite there is one connection and it would wait for itself.
   */
  write<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  /** The same for taking a room over: where another holds its row it fails soon, and takes no connection from anybody else. */
  takeOver<T>(work: (trx: Trx) => Promise<T>): Promise<T>;
  /**
   * D21: Makes log rows of any number of documents durable in one transaction (group commit). Returns the documents whose
   * fencing number no longer holds, or whose log does not end where their first row begins: nothing of those was written.
   */
  append(rows: readonly LogRow[]): Promise<ReadonlySet<string>>;
  /**
   * Writes a consistent copy of everything to `path`, a SQLite file on either engine, and resolves when it is on disk with
   * what of the store's own pages is not as it was written, in words.
   */
  copyTo(path: string): Promise<string[]>;
  /** Reads every page of the store; what of them is not as it was written, in words. */
  check(): Promise<string[]>;
  /** After something was taken out: what it said stands no longer in the store's own files beside the tables. */
  tidy(): Promise<void>;
  /** Bytes that everything takes, as a copy of it would. */
  size(): Promise<number>;
  close(): Promise<void>;
}

/** A transaction over all tables. */
export type Trx = Transaction<Tables>;

/** Reads may come from the store or from inside a transaction. */
export type Reader = Kysely<Tables>;
