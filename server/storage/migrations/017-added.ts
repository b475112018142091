import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** When a child came to the unit, epoch milliseconds; of those of before it is not known, and they count from their family on. */
export function added(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  return {
    up: async (db) => {
      await sql.raw(`alter table children add column added_at ${int} not null default 0`).execute(db);
    },
  };
}
