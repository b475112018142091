import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A log's head stands with its room and moves with each row; a server holds all its rooms by one row of its own. */
export function heads(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      for (const statement of [
        `alter table rooms add column head ${int} not null default 0`,
        `update rooms set head = coalesce((select max(seq) from updates where updates.doc = rooms.doc),
           (select folded from documents where documents.name = rooms.doc), 0)`,
        'alter table rooms drop column until',
        `create table servers (id text primary key, until ${int} not null)${strict}`,
      ])
        await sql.raw(statement).execute(db);
    },
  };
}
