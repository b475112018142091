import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { fold } from '#domain/board/fold.ts';

const rowsAtOnce = 500;
const mostText = 20_000;

/** Words that can be found are laid in anew where more ways of writing them count as one by now. */
export const folded: Migration = {
  up: async (db) => {
    let from = { family_id: '', ref: '' };
    for (;;) {
      const { rows } = await sql<{ family_id: string; ref: string; text: string; folded: string }>`
        select family_id, ref, text, folded from findable
        where family_id > ${from.family_id} or (family_id = ${from.family_id} and ref > ${from.ref})
        order by family_id, ref limit ${rowsAtOnce}`.execute(db);
      for (const row of rows) {
        const now = fold(row.text).slice(0, mostText);
        if (now !== row.folded)
          await sql`update findable set folded = ${now}
                    where family_id = ${row.family_id} and ref = ${row.ref}`.execute(db);
      }
      if (rows.length < rowsAtOnce) return;
      from = rows.at(-1)!;
    }
  },
};
