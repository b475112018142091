import { createHash } from 'node:crypto';
import type Database from 'better-sqlite3-multiple-ciphers';
import type { LogRow } from './tables.ts';

/** What the store is asked for: a statement, a whole batch of log rows, or to close. */
export type SqliteRequest =
  | { do: 'query'; sql: string; parameters: readonly unknown[] }
  | { do: 'append'; rows: readonly LogRow[] }
  | { do: 'close' };

export interface SqliteAnswer {
  rows: unknown[];
  changes: number;
}

/** Answers requests with one connection, each when it has happened; throws what SQLite throws. */
export class SqliteStatements {
  readonly #db: Database;
  readonly #prepared = new Map<string, Database.Statement>();
  readonly #appendAtOnce: { immediate(rows: readonly LogRow[]): string[] };

  constructor(db: Database) {
    this.#db = db;
    this.#appendAtOnce = db.transaction((rows: readonly LogRow[]) => this.#append(rows));
  }

  answer(request: SqliteRequest): SqliteAnswer {
    switch (request.do) {
      case 'query':
        return this.#query(request.sql, request.parameters);
      case 'append':
        return { rows: this.#appendAtOnce.immediate(request.rows), changes: 0 };
      case 'close':
        try {
          this.#db.pragma('optimize');
        } finally {
          // A page that cannot be read keeps nobody from closing.
          this.#db.close();
        }
        return { rows: [], changes: 0 };
    }
  }

  #statement(sql: string): Database.Statement {
    let found = this.#prepared.get(sql);
    if (!found) {
      found = this.#db.prepare(sql);
      if (this.#prepared.size > 300) this.#prepared.clear();
      this.#prepared.set(sql, found);
    }
    return found;
  }

  #query(sql: string, parameters: readonly unknown[]): SqliteAnswer {
    const ready = this.#statement(sql);
    if (ready.reader) return { rows: ready.all(...parameters), changes: 0 };
    return { rows: [], changes: ready.run(...parameters).changes };
  }

  #append(rows: readonly LogRow[]): string[] {
    const stale = new Set<string>();
    const heads = new Map<string, number>();
    for (const row of rows) {
      if (!heads.has(row.doc)) {
        const held = this.#statement('select fence, head from rooms where doc = ?').get(row.doc) as
          { fence: number; head: number } | undefined;
        // A row that does not follow the last one would leave a hole: the room is read again from the log.
        if (held?.fence !== row.fence || held.head !== row.seq - 1) stale.add(row.doc);
      }
      heads.set(row.doc, row.seq);
      if (stale.has(row.doc)) continue;
      const sha256 = createHash('sha256').update(row.bytes).digest();
      this.#statement(
        'insert into updates (doc, seq, at, member_id, session_id, bytes, sha256) values (?, ?, ?, ?, ?, ?, ?)',
      ).run(row.doc, row.seq, row.at, row.member, row.session, row.bytes, sha256);
      if (row.claim !== null)
        this.#statement('insert into claims (doc, client, member_id) values (?, ?, ?)').run(
          row.doc,
          row.claim,
          row.member,
        );
      if (row.intake !== null) this.#statement('delete from intake where id = ?').run(row.intake);
      if (row.brings) {
        const { id, doc, by, at, facts } = row.brings;
        this.#statement('insert into intake (id, doc, "by", at, facts) values (?, ?, ?, ?, ?)').run(
          id,
          doc,
          by,
          at,
          facts,
        );
      }
    }
    for (const [doc, head] of heads)
      if (!stale.has(doc)) this.#statement('update rooms set head = ? where doc = ?').run(head, doc);
    return [...stale];
  }
}
