/** The package is better-sqlite3 with ciphers; its own types are not reachable through its exports. */
declare module 'better-sqlite3-multiple-ciphers' {
  import type Plain from 'better-sqlite3';
  class Database {
    constructor(path: string, options?: { timeout: number });
    key(key: Buffer): number;
    rekey(key: Buffer): number;
    exec(sql: string): this;
    prepare(sql: string): Database.Statement;
    pragma(source: string, options?: { simple: boolean }): unknown;
    transaction<A extends unknown[], R>(work: (...args: A) => R): { immediate(...args: A): R };
    close(): void;
  }
  namespace Database {
    type Statement = Plain.Statement;
  }
  export default Database;
}
