import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What is written once, by its primary key, and whether one of the same key stands there. */
const written = [
  { table: 'entries', same: 'file = new.file and seq = new.seq' },
  { table: 'meeting_acts', same: 'meeting_id = new.meeting_id and version = new.version' },
  { table: 'views', same: 'id = new.id' },
  { table: 'audit', same: 'id = new.id' },
  { table: 'units', same: 'id = new.id' },
];

/**
 * SQLite's `insert or replace` takes the old row away without the triggers of an update or a removal: a row of these is never
 * laid over another. PostgreSQL has no such statement.
 */
export const replaced = (engine: 'sqlite' | 'postgres'): Migration => ({
  up: async (db) => {
    if (engine === 'postgres') return;
    for (const { table, same } of written)
      await sql
        .raw(
          `create trigger ${table}_no_replace before insert on ${table} when exists (select 1 from ${table} where ${same})
           begin select raise(abort, '${table} are never replaced'); end`,
        )
        .execute(db);
  },
});
