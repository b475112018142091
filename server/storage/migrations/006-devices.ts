import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Devices on which a member keeps an encrypted copy; here stands the key without which it cannot be read. */
export function devices(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const blob = engine === 'sqlite' ? 'blob' : 'bytea';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      await sql
        .raw(
          `create table devices (id text primary key, member_id text not null references members (id), session_id text not null,
           wrapping_key ${blob} not null, until ${int} not null)${strict}`,
        )
        .execute(db);
    },
  };
}
