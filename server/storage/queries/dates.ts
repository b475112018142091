import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import type { DateAct, DateStep, DateView } from '#domain/dates.ts';
import type { Reader, Trx } from '../storage.ts';
import type { Tables } from '../tables.ts';

/** The dates that count of these families, by their day. */
export async function readDates(reader: Reader, families: readonly string[]): Promise<DateView[]> {
  if (families.length === 0) return [];
  const rows = await reader
    .selectFrom('dates')
    .selectAll()
    .where('family_id', 'in', families)
    .where('removed_at', 'is', null)
    .orderBy('on_date')
    .execute();
  return rows.map((row) => ({
    id: row.id,
    family: row.family_id,
    child: row.child_id,
    kind: row.kind,
    on: row.on_date,
    what: row.what,
    basis: row.basis,
    isGiven: row.ref !== null,
    madeAt: Number(row.made_at),
    state: row.state as DateView['state'],
    story: JSON.parse(row.story) as DateStep[],
    revision: Number(row.revision),
  }));
}

/** Writes a date down. */
export async function addDate(
  trx: Trx,
  date: Pick<DateView, 'family' | 'child' | 'kind' | 'on' | 'what' | 'basis'> & { at: number; id?: string },
): Promise<string> {
  const row = newDate({
    id: date.id ?? randomUUID(),
    ref: null,
    family_id: date.family,
    child_id: date.child,
    kind: date.kind,
    on_date: date.on,
    what: date.what,
    basis: date.basis,
    at: date.at,
  });
  await trx.insertInto('dates').values(row).execute();
  return row.id;
}

/** A date of which nothing was said yet; `ref` is the council's own for it, where it was brought in. */
export const newDate = ({
  at,
  basis = '',
  ...date
}: Pick<Tables['dates'], 'id' | 'family_id' | 'child_id' | 'ref' | 'kind' | 'on_date' | 'what'> & {
  at: number;
  basis?: string;
}): Tables['dates'] => ({
  ...date,
  basis,
  removed_at: null,
  made_at: at,
  state: 'open',
  story: '[]',
  revision: 0,
});

/**
 * Says what became of a date, once per revision; its story keeps every step. A day that it was moved from is asked after no
 * more. Null is the council's record, which only knows another day: what somebody said became of it here stays said.
 */
export async function actOnDate(
  trx: Trx,
  ask: { date: string; family: string; revision: number | null; act: DateAct; by: string; at: number },
): Promise<void> {
  const row = await trx
    .selectFrom('dates')
    .select(['on_date', 'story', 'state', 'revision'])
    .where('id', '=', ask.date)
    .where('family_id', '=', ask.family)
    .where('removed_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw new Refusal('not-found');
  const { act } = ask;
  // What nobody has ended cannot be opened again.
  if (act.does === 'open-again' && row.state === 'open') throw new Refusal('changed', 'date-changed');
  const revision = ask.revision ?? Number(row.revision);
  const step: DateStep = {
    does: act.does,
    on: row.on_date,
    why: 'why' in act ? act.why : '',
    by: ask.by,
    at: ask.at,
  };
  const changed = await trx
    .updateTable('dates')
    .set({
      state:
        ask.revision === null
          ? row.state
          : act.does === 'move' || act.does === 'open-again'
            ? 'open'
            : act.does,
      ...(act.does === 'move' && { on_date: act.on, made_at: ask.at }),
      story: JSON.stringify([...(JSON.parse(row.story) as DateStep[]), step]),
      revision: revision + 1,
    })
    .where('id', '=', ask.date)
    .where('revision', '=', revision)
    .returning('id')
    .executeTakeFirst();
  if (!changed) throw new Refusal('changed', 'date-changed');
}

/** Takes a date away that was never one. */
export async function removeDate(trx: Trx, ask: { date: string; family: string; at: number }): Promise<void> {
  const removed = await trx
    .updateTable('dates')
    .set({ removed_at: ask.at })
    .where('id', '=', ask.date)
    .where('family_id', '=', ask.family)
    .where('removed_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!removed) throw new Refusal('not-found');
}
