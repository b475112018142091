import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a form has made, by the form's id: pressed twice, or sent again, it makes one. */
export function once(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      await sql
        .raw(
          `create table once (id text primary key, member_id text not null references members (id), made text not null,
             digest text not null, at ${int} not null)${strict}`,
        )
        .execute(db);
    },
  };
}
