/**
 * The thread that owns the one SQLite connection. The main thread never waits for the disk:
 * it sends a statement or a whole batch of log rows and is answered when it has happened.
 */
import type Database from 'better-sqlite3-multiple-ciphers';
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import { openEncrypted } from './sqlite-connection.ts';
import type { LogRow } from './tables.ts';

export type SqliteRequest =
  | { id: number; do: 'query'; sql: string; parameters: readonly unknown[] }
  | { id: number; do: 'append'; rows: readonly LogRow[] }
  | { id: number; do: 'close' };

export type SqliteAnswer =
  | { id: number; ok: true; rows: unknown[]; changes: number }
  | { id: number; ok: false; message: string; code: string };

interface Settings {
  path: string;
  key: string | null;
}

const port = parentPort!;
const { path, key } = workerData as Settings;
const db = openEncrypted(path, key);
const prepared = new Map<string, Database.Statement>();

function statement(sql: string): Database.Statement {
  let found = prepared.get(sql);
  if (!found) {
    found = db.prepare(sql);
    if (prepared.size > 300) prepared.clear();
    prepared.set(sql, found);
  }
  return found;
}

function query(sql: string, parameters: readonly unknown[]): { rows: unknown[]; changes: number } {
  const ready = statement(sql);
  if (ready.reader) return { rows: ready.all(...parameters), changes: 0 };
  return { rows: [], changes: ready.run(...parameters).changes };
}

function append(rows: readonly LogRow[]): string[] {
  const stale = new Set<string>();
  const heads = new Map<string, number>();
  for (const row of rows) {
    if (!heads.has(row.doc)) {
      const held = statement('select fence, head from rooms where doc = ?').get(row.doc) as
        { fence: number; head: number } | undefined;
      // A row that does not follow the last one would leave a hole: the room is read again from the log.
      if (held?.fence !== row.fence || held.head !== row.seq - 1) stale.add(row.doc);
    }
    heads.set(row.doc, row.seq);
    if (stale.has(row.doc)) continue;
    const sha256 = createHash('sha256').update(row.bytes).digest();
    statement(
      'insert into updates (doc, seq, at, member_id, session_id, bytes, sha256) values (?, ?, ?, ?, ?, ?, ?)',
    ).run(row.doc, row.seq, row.at, row.member, row.session, row.bytes, sha256);
    if (row.claim !== null)
      statement('insert into claims (doc, client, member_id) values (?, ?, ?)').run(
        row.doc,
        row.claim,
        row.member,
      );
    if (row.intake !== null) statement('delete from intake where id = ?').run(row.intake);
    if (row.brings) {
      const { id, doc, by, at, facts } = row.brings;
      statement('insert into intake (id, doc, "by", at, facts) values (?, ?, ?, ?, ?)').run(
        id,
        doc,
        by,
        at,
        facts,
      );
    }
  }
  for (const [doc, head] of heads)
    if (!stale.has(doc)) statement('update rooms set head = ? where doc = ?').run(head, doc);
  return [...stale];
}

const appendAtOnce = db.transaction(append);

function answer(request: SqliteRequest): { rows: unknown[]; changes: number } {
  switch (request.do) {
    case 'query':
      return query(request.sql, request.parameters);
    case 'append':
      return { rows: appendAtOnce.immediate(request.rows), changes: 0 };
    case 'close':
      try {
        db.pragma('optimize');
      } finally {
        // A page that cannot be read keeps nobody from closing.
        db.close();
      }
      return { rows: [], changes: 0 };
  }
}

port.on('message', (request: SqliteRequest) => {
  let reply: SqliteAnswer;
  try {
    reply = { id: request.id, ok: true, ...answer(request) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    reply = { id: request.id, ok: false, message, code: code ?? 'UNKNOWN' };
  }
  port.postMessage(reply);
  if (request.do === 'close') port.close();
});
port.postMessage({
  id: 0,
  ok: true,
  rows: [{ version: db.prepare('select sqlite_version() as v').pluck().get() }],
  changes: 0,
});
