import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Reflecting sessions and who takes part in each; whoever was invited has a link, a code and a cookie of their own. */
export function reflecting(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  const statements = [
    `create table reflecting (id text primary key, unit_id text not null references units (id), family_id text references families (id),
       on_date text not null, state text not null, version ${int} not null, opened_at ${int} not null, closed_at ${int},
       gone_after text not null, settled ${int} not null, gone_at ${int})${strict}`,
    `create table participants (id text not null, session_id text not null references reflecting (id), link_hash text, code_hash text,
       tries ${int} not null, token_hash text, here ${int} not null, primary key (session_id, id))${strict}`,
    'create index participants_link on participants (link_hash)',
    'create index participants_token on participants (token_hash)',
  ];
  return {
    up: async (db) => {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}
