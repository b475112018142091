import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** That somebody in a reflecting session said that it was not safe, when and who: apart from the session, which goes on its day. */
export function notSafe(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      await sql
        .raw(
          `create table not_safe (id text primary key, unit_id text not null references units (id), family_id text, session_id text not null,
             on_date text not null, lead text not null, participant text not null, name text not null, at ${int} not null,
             heard_by text, heard_at ${int})${strict}`,
        )
        .execute(db);
    },
  };
}
