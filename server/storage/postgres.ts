import { Kysely, PostgresDialect, sql } from 'kysely';
import { createHash } from 'node:crypto';
import pg from 'pg';
import { layRows, readByCursor } from './copy.ts';
import { fingerprint } from './keys.ts';
import { settleFile } from './sqlite.ts';
import type { Storage } from './storage.ts';
import type { LogRow, Tables } from './tables.ts';

/**
 * Opens a pool on the server at `url`, which answers only what is safely written (synchronous_commit on). `openCopy` makes
 * the empty SQLite file into which a copy is written.
 */
export async function openPostgres(
  url: string,
  { openCopy, key }: { openCopy: (path: string) => Promise<Storage>; key: string | null },
): Promise<Storage> {
  const keyId = key && fingerprint(key);
  const open = (max: number, lockMs: number) => {
    const pool = new pg.Pool({
      connectionString: url,
      max,
      connectionTimeoutMillis: 5_000,
      // A connection whose other end has gone is known within seconds, on both sides, and lets go of what it holds.
      keepAlive: true,
      keepAliveInitialDelayMillis: 5_000,
      query_timeout: 20_000,
      options: [
        'synchronous_commit=on',
        'statement_timeout=15000',
        `lock_timeout=${lockMs}`,
        'idle_in_transaction_session_timeout=10000',
        'tcp_keepalives_idle=5',
        'tcp_keepalives_interval=3',
        'tcp_keepalives_count=3',
        'tcp_user_timeout=15000',
      ]
        .map((setting) => `-c ${setting}`)
        .join(' '),
      types: {
        getTypeParser: (id, format) =>
          id === pg.types.builtins.INT8 ? Number : pg.types.getTypeParser(id, format),
      },
    });
    // An idle connection that breaks is replaced by the pool; the query that needs it reports its own failure.
    pool.on('error', () => undefined);
    // The same for one that breaks while it is lent out: its query fails, and that is what is answered.
    pool.on('connect', (client) => client.on('error', () => undefined));
    return pool;
  };
  const pool = open(10, 10_000);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  // A room whose owner is frozen in the middle of something holds nobody else up.
  const takeOver = new Kysely<Tables>({ dialect: new PostgresDialect({ pool: open(2, 2_000) }) });
  return {
    engine: 'postgres',
    keyId,
    db,
    write: (work) => db.transaction().execute(work),
    takeOver: (work) => takeOver.transaction().execute(work),
    append: (rows) => append(pool, rows),
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
      return [];
    },
    // PostgreSQL looks at its own pages (data checksums).
    check: async () => [],
    tidy: async () => {
      const client = await pool.connect();
      try {
        // It takes as long as it takes; nothing waits for it.
        await client.query('set statement_timeout = 0');
        await client.query({
          text: 'vacuum updates, segments, snapshots, intake, reflecting, entries',
          query_timeout: 0,
        } as pg.QueryConfig);
      } finally {
        client.release(true);
      }
    },
    size: async () => {
      const { rows } = await sql<{
        bytes: string;
      }>`select pg_database_size(current_database()) as bytes`.execute(db);
      return Number(rows[0]!.bytes);
    },
    close: async () => {
      await Promise.all([db.destroy(), takeOver.destroy()]);
    },
  };
}

/**
 * One statement and one round trip: rooms whose fence and head hold are locked in their order and moved on, and only their
 * rows go in. A room that somebody else has locked is being taken over: it is stale, and nobody waits for it.
 */
const APPEND = {
  name: 'append',
  text: `with wanted as (select * from unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[]) as w (doc, fence, first, last)),
    held as (select r.doc from rooms r join wanted w on w.doc = r.doc and w.fence = r.fence and w.first = r.head + 1
      order by r.doc for no key update of r skip locked),
    moved as (update rooms r set head = w.last from wanted w, held h where r.doc = h.doc and w.doc = h.doc returning r.doc),
    logged as (insert into updates (doc, seq, at, member_id, session_id, bytes, sha256)
      select u.* from unnest($5::text[], $6::bigint[], $7::bigint[], $8::text[], $9::text[], $10::bytea[], $11::bytea[])
        as u (doc, seq, at, member_id, session_id, bytes, sha256) join moved m on m.doc = u.doc),
    claimed as (insert into claims (doc, client, member_id)
      select c.* from unnest($12::text[], $13::bigint[], $14::text[]) as c (doc, client, member_id) join moved m on m.doc = c.doc),
    taken as (delete from intake i using unnest($15::text[], $16::text[]) as t (doc, id), moved m where i.id = t.id and m.doc = t.doc),
    brought as (insert into intake (id, doc, "by", at, facts)
      select b.id, b.doc, b.by, b.at, b.facts from unnest($17::text[], $18::text[], $19::text[], $20::text[], $21::bigint[], $22::text[])
        as b (from_doc, id, doc, by, at, facts) join moved m on m.doc = b.from_doc)
    select doc from moved`,
};

async function append(pool: pg.Pool, rows: readonly LogRow[]): Promise<ReadonlySet<string>> {
  const rooms = new Map<string, { fence: number; first: number; last: number }>();
  for (const { doc, fence, seq } of rows)
    rooms.set(doc, { fence, first: rooms.get(doc)?.first ?? seq, last: seq });
  const docs = [...rooms.keys()];
  const ends = [...rooms.values()];
  const claims = rows.filter((row) => row.claim !== null);
  const taken = rows.filter((row) => row.intake !== null);
  const brought = rows.flatMap(({ doc, brings }) => (brings ? [{ from: doc, ...brings }] : []));
  const { rows: moved } = await pool.query<{ doc: string }>({
    ...APPEND,
    values: [
      docs,
      ends.map(({ fence }) => fence),
      ends.map(({ first }) => first),
      ends.map(({ last }) => last),
      rows.map(({ doc }) => doc),
      rows.map(({ seq }) => seq),
      rows.map(({ at }) => at),
      rows.map(({ member }) => member),
      rows.map(({ session }) => session),
      rows.map(({ bytes }) => Buffer.from(bytes)),
      rows.map(({ bytes }) => createHash('sha256').update(bytes).digest()),
      claims.map(({ doc }) => doc),
      claims.map(({ claim }) => claim),
      claims.map(({ member }) => member),
      taken.map(({ doc }) => doc),
      taken.map(({ intake }) => intake),
      brought.map(({ from }) => from),
      brought.map(({ id }) => id),
      brought.map(({ doc }) => doc),
      brought.map(({ by }) => by),
      brought.map(({ at }) => at),
      brought.map(({ facts }) => facts),
    ],
  });
  const isMoved = new Set(moved.map(({ doc }) => doc));
  return new Set(docs.filter((doc) => !isMoved.has(doc)));
}
