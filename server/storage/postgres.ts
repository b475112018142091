import { Kysely, PostgresDialect, sql } from 'kysely';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { layRows, readByCursor } from './copy.ts';
import { fingerprint, readKey } from './keys.ts';
import { settleFile } from './sqlite.ts';
import type { Storage } from './storage.ts';
import type { LogRow, Tables } from './tables.ts';

/**
 * Opens a pool on the server at `url`, which answers only what is safely written (synchronous_commit on). `openCopy` makes
 * the empty SQLite file into which a copy is written.
 */
export async function openPostgres(
  url: string,
  { openCopy, keyFile }: { openCopy: (path: string) => Promise<Storage>; keyFile: string | null },
): Promise<Storage> {
  const key = await readKey(keyFile);
  const keyId = key && fingerprint(key);
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 5_000,
    options: '-c synchronous_commit=on -c statement_timeout=15000 -c lock_timeout=10000',
    types: {
      getTypeParser: (id, format) =>
        id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format),
    },
  });
  // An idle connection that breaks is replaced by the pool; the query that needs it reports its own failure.
  pool.on('error', () => undefined);
  // The same for one that breaks while it is lent out: its query fails, and that is what is answered.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    engine: 'postgres',
    keyId,
    db,
    write: (work) => db.transaction().execute(work),
    append: (rows) => db.transaction().execute((trx) => append(trx, rows)),
    copyTo: async (path) => {
      const part = `${path}.part`;
      const copy = await openCopy(part);
      try {
        await db
          .transaction()
          .setIsolationLevel('repeatable read')
          .execute((trx) => layRows(copy, (table) => readByCursor(trx, table)));
      } finally {
        await copy.close();
      }
      await settleFile(part, path);
      // PostgreSQL looks at its own pages (data checksums).
      return [];
    },
    tidy: async () => {
      await sql`vacuum updates, segments, snapshots, intake, reflecting`.execute(db);
    },
    free: async () => null,
    size: async () => {
      const { rows } = await sql<{
        bytes: string;
      }>`select pg_database_size(current_database()) as bytes`.execute(db);
      return Number(rows[0]!.bytes);
    },
    close: () => db.destroy(),
  };
}

async function append(trx: Kysely<Tables>, rows: readonly LogRow[]): Promise<ReadonlySet<string>> {
  const docs = [...new Set(rows.map((row) => row.doc))].sort();
  // The share lock holds the fence until the rows are in: nobody can take the room over between check and insert.
  const held = await sql<{ doc: string; fence: number }>`
    select doc, fence from rooms where doc = any(${docs}) order by doc for share`.execute(trx);
  const fences = new Map(held.rows.map((room) => [room.doc, Number(room.fence)]));
  const good = rows.filter((row) => fences.get(row.doc) === row.fence);
  if (good.length > 0) {
    await sql`insert into updates (doc, seq, at, member_id, session_id, bytes, sha256)
      select * from unnest(${good.map((r) => r.doc)}::text[], ${good.map((r) => r.seq)}::bigint[],
        ${good.map((r) => r.at)}::bigint[], ${good.map((r) => r.member)}::text[], ${good.map((r) => r.session)}::text[],
        ${good.map((r) => Buffer.from(r.bytes))}::bytea[],
        ${good.map((r) => createHash('sha256').update(r.bytes).digest())}::bytea[])`.execute(trx);
    const claims = good.filter((row) => row.claim !== null);
    if (claims.length > 0)
      await trx
        .insertInto('claims')
        .values(claims.map((row) => ({ doc: row.doc, client: row.claim!, member_id: row.member })))
        .execute();
    const taken = good.flatMap((row) => row.intake ?? []);
    if (taken.length > 0) await trx.deleteFrom('intake').where('id', 'in', taken).execute();
    const brought = good.flatMap((row) => row.brings ?? []);
    if (brought.length > 0) await trx.insertInto('intake').values(brought).execute();
  }
  return new Set(docs.filter((doc) => rows.some((row) => row.doc === doc && fences.get(doc) !== row.fence)));
}
