import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** How the day of a date was come to, in words, as it was worked out when it was written down. */
export const basis: Migration = {
  up: async (db) => {
    await sql`alter table dates add column basis text not null default ''`.execute(db);
  },
};
