import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** A unit's own questions and its favourites, and what sort of question is found; boards are laid into the index anew. */
export function questions(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      for (const statement of [
        `alter table findable add column sort text not null default ''`,
        'delete from indexed',
        `create table stems (unit_id text not null references units (id), text text not null, kind text not null, own ${int} not null,
         favourite ${int} not null, by_member text not null, at ${int} not null, primary key (unit_id, text))${strict}`,
      ])
        await sql.raw(statement).execute(db);
    },
  };
}
