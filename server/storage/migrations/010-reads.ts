import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** What a seat has read of each child's entry for a meeting, by the entry's digest: another pen starts unread. */
export function reads(engine: 'sqlite' | 'postgres'): Migration {
  const int = engine === 'sqlite' ? 'integer' : 'bigint';
  const strict = engine === 'sqlite' ? ' strict' : '';
  return {
    up: async (db) => {
      await sql
        .raw(
          `create table reads (meeting_id text not null references meetings (id), member_id text not null references members (id),
             child_id text not null references children (id), digest text not null, at ${int} not null,
             primary key (meeting_id, member_id, child_id))${strict}`,
        )
        .execute(db);
    },
  };
}
