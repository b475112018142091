import { sql, type Kysely } from 'kysely';
import { removeOrphans, removeSessions } from './queries/reflecting.ts';
import type { Storage } from './storage.ts';
import type { Tables } from './tables.ts';

/** Every table, each after those it refers to: the order in which rows can be laid into an empty store. */
const IN_ORDER = [
  'settings', 'units', 'members', 'passkeys', 'challenges', 'links', 'sessions', 'families', 'family_access', 'children', 'dates', 'imported',
  'documents', 'servers', 'rooms', 'updates', 'claims', 'segments', 'snapshots', 'intake', 'meetings', 'meeting_acts', 'attendance', 'reached', 'reads', 'once', 'entries',
  'commits', 'committed', 'tasks', 'task_acts', 'views', 'audit', 'findable', 'indexed', 'stems', 'walls', 'reflecting', 'participants', 'not_safe', 'devices',
] as const satisfies readonly (keyof Tables)[]; // prettier-ignore

/** A table that this list forgets does not compile. */
type Forgotten = Exclude<keyof Tables, (typeof IN_ORDER)[number]>;
const nothingForgotten: Forgotten extends never ? true : never = true;

const rowsAtOnce = 200;

/** Lays every row that `reader` gives, table by table, into an empty store: the same tables on both engines. */
export async function layRows(
  to: Storage,
  reader: (table: keyof Tables) => AsyncIterable<readonly object[]>,
): Promise<void> {
  void nothingForgotten;
  for (const table of IN_ORDER)
    for await (const rows of reader(table))
      for (let at = 0; at < rows.length; at += rowsAtOnce)
        await to.write((trx) =>
          trx
            .insertInto(table)
            .values(rows.slice(at, at + rowsAtOnce) as never)
            .execute(),
        );
}

/** Reads a PostgreSQL table through a cursor, so that a long log is never in memory whole; inside a transaction only. A table that an earlier version does not know is empty. */
export async function* readByCursor(trx: Kysely<Tables>, table: string): AsyncIterable<readonly object[]> {
  const known = await sql<{ is: string | null }>`select to_regclass(${table})::text as is`.execute(trx);
  if (known.rows[0]!.is === null) return;
  await sql`declare rows no scroll cursor for select * from ${sql.table(table)}`.execute(trx);
  for (;;) {
    const { rows } = await sql<object>`fetch 1000 from rows`.execute(trx);
    if (rows.length === 0) break;
    yield rows;
  }
  await sql`close rows`.execute(trx);
}

/** Reads a whole table of a copy, a thousand rows at a time. */
export async function* readByPages(
  db: Kysely<Tables>,
  table: keyof Tables,
): AsyncIterable<readonly object[]> {
  for (let offset = 0; ; offset += 1000) {
    const rows = await db.selectFrom(table).selectAll().limit(1000).offset(offset).execute();
    if (rows.length > 0) yield rows;
    if (rows.length < 1000) return;
  }
}

/** Takes out of a copy what goes by its own day: what was said in reflecting sessions, and the keys of devices. */
export async function leaveOut(copy: Storage): Promise<void> {
  const { rows } = await sql<{
    name: string;
  }>`select name from sqlite_master where name in ('reflecting', 'devices')`.execute(copy.db);
  // A copy of an earlier version may have one of them, or neither.
  const has = (table: string) => rows.some(({ name }) => name === table);
  await copy.write(async (trx) => {
    if (has('reflecting')) {
      await removeSessions(trx);
      await removeOrphans(trx);
    }
    if (has('devices')) await trx.deleteFrom('devices').execute();
  });
  await copy.tidy();
}
