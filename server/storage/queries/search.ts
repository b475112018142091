import type { Hit } from '#domain/views.ts';
import { sql } from 'kysely';
import { fold } from '#domain/board/fold.ts';
import type { Reader, Trx } from '../storage.ts';

/** Words that can be found: of a card on a board, a task, or an entry in a child's file. */
export interface Findable extends Hit {
  /** Of a question: its kind. */
  sort?: string;
}

const mostText = 20_000;
const mostHits = 60;
const rowsAtOnce = 200;

/** Lays words into the index, in the place of what stood there. */
export async function putFindable(trx: Trx, rows: readonly Findable[]): Promise<void> {
  for (let at = 0; at < rows.length; at += rowsAtOnce)
    await trx
      .insertInto('findable')
      .values(
        rows.slice(at, at + rowsAtOnce).map((row) => ({
          family_id: row.family,
          ref: row.ref,
          kind: row.kind,
          // PostgreSQL holds no NUL in a text; nobody looks for one.
          text: row.text.replaceAll('\0', '').slice(0, mostText),
          folded: fold(row.text).slice(0, mostText),
          by_member: row.by,
          at: row.at,
          sort: row.sort ?? '',
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['family_id', 'ref']).doUpdateSet((eb) => ({
          kind: eb.ref('excluded.kind'),
          text: eb.ref('excluded.text'),
          folded: eb.ref('excluded.folded'),
          by_member: eb.ref('excluded.by_member'),
          at: eb.ref('excluded.at'),
          sort: eb.ref('excluded.sort'),
        })),
      )
      .execute();
}

export async function dropFindable(
  trx: Trx,
  ask: { family: string; refs: readonly string[] },
): Promise<void> {
  if (ask.refs.length === 0) return;
  await trx.deleteFrom('findable').where('family_id', '=', ask.family).where('ref', 'in', ask.refs).execute();
}

/** What holds all the terms, newest first, in these families and no other. */
export async function find(
  reader: Reader,
  ask: { families: readonly string[]; terms: readonly string[] },
): Promise<Findable[]> {
  if (ask.families.length === 0 || ask.terms.length === 0) return [];
  let query = reader.selectFrom('findable').selectAll().where('family_id', 'in', ask.families);
  for (const term of ask.terms)
    query = query.where(
      sql<boolean>`replace(folded, '''', '') like ${`%${term.replace(/[!%_]/g, '!$&')}%`} escape '!'`,
    );
  const rows = await query.orderBy('at', 'desc').limit(mostHits).execute();
  return rows.map((row) => ({
    family: row.family_id,
    ref: row.ref,
    kind: row.kind as Hit['kind'],
    text: row.text,
    by: row.by_member,
    at: Number(row.at),
  }));
}
