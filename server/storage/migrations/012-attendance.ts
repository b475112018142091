import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** From when to when each was signed in to a meeting, as often as they came and went. */
export const attendanceSpans: Migration = {
  up: async (db) => {
    await sql.raw(`alter table attendance add column spans text not null default '[]'`).execute(db);
  },
};
