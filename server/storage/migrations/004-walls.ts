import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Shared screens: opened by a short code, once; afterwards by a cookie of their own. */
export function walls(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      await sql
        .raw(
          `create table walls (id text primary key, meeting_id text not null references meetings (id), code_hash text, code_until ${int} not null,
           token_hash text, by_member text not null, at ${int} not null)${strict}`,
        )
        .execute(db);
    },
  };
}
