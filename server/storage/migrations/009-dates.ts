import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/**
 * What became of a date, with its story. When the dates of before were written is not known: those of the last four weeks are
 * asked after, what passed earlier is history.
 */
export function dates(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const now = engine === 'sqlite' ? 'unixepoch() * 1000' : '(extract(epoch from now()) * 1000)::bigint';
  return {
    up: async (db) => {
      for (const statement of [
        `alter table dates add column made_at ${int} not null default 0`,
        `alter table dates add column state text not null default 'open'`,
        `alter table dates add column story text not null default '[]'`,
        `alter table dates add column revision ${int} not null default 0`,
        `update dates set made_at = ${now} - 2419200000`,
      ])
        await sql.raw(statement).execute(db);
    },
  };
}
