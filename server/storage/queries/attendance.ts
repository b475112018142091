import { arrives, leaves, type Span } from '#domain/meeting/attendance.ts';
import type { Reader, Storage, Trx } from '../storage.ts';

/** Who was at a meeting, the first to come first, from where, and from when to when. */
export async function readAttendance(
  reader: Reader,
  meeting: string,
): Promise<{ member: string; place: string; spans: Span[] }[]> {
  const rows = await reader
    .selectFrom('attendance')
    .selectAll()
    .where('meeting_id', '=', meeting)
    .orderBy('first_at')
    .execute();
  return rows.map((row) => ({ member: row.member_id, place: row.place, spans: spansOf(row) }));
}

type Seat = { meeting: string; member: string; now: number };

/** Somebody comes to a meeting, or is there on another device too. */
export async function arrive(trx: Trx, seat: Seat & { place: 'room' | 'home' }): Promise<void> {
  const here = {
    place: seat.place,
    last_at: seat.now,
    here: 1,
    spans: JSON.stringify(arrives(await lockSpans(trx, seat), seat.now)),
  };
  await trx
    .insertInto('attendance')
    .values({ meeting_id: seat.meeting, member_id: seat.member, first_at: seat.now, ...here })
    .onConflict((conflict) => conflict.columns(['meeting_id', 'member_id']).doUpdateSet(here))
    .execute();
}

/** The last window of somebody has gone. */
export async function leave(trx: Trx, seat: Seat): Promise<void> {
  const spans = leaves(await lockSpans(trx, seat), seat.now);
  await trx
    .updateTable('attendance')
    .set({ here: 0, last_at: seat.now, spans: JSON.stringify(spans) })
    .where('meeting_id', '=', seat.meeting)
    .where('member_id', '=', seat.member)
    .where('here', '=', 1)
    .execute();
}

/** The meeting's row is touched first, so that a coming and a going are one after the other on both engines. */
async function lockSpans(trx: Trx, { meeting, member }: Seat): Promise<Span[]> {
  await trx
    .updateTable('meetings')
    .set((eb) => ({ version: eb.ref('version') }))
    .where('id', '=', meeting)
    .execute();
  const row = await trx
    .selectFrom('attendance')
    .selectAll()
    .where('meeting_id', '=', meeting)
    .where('member_id', '=', member)
    .executeTakeFirst();
  return row ? spansOf(row) : [];
}

/** What was written before times were kept says only when somebody first came and last was there. */
function spansOf(row: { spans: string; first_at: number; last_at: number; here: number }): Span[] {
  const spans = JSON.parse(row.spans) as Span[];
  if (spans.length > 0) return spans;
  return [[Number(row.first_at), row.here === 1 ? null : Number(row.last_at)]];
}

/**
 * Nobody is at any table when the only server of a store begins. Whoever was when it was killed left with its last sign of
 * life, or comes again in a moment. `shift` is the record's clock less the real one, milliseconds.
 */
export async function leaveAll(storage: Storage, ask: { now: number; shift: number }): Promise<void> {
  await storage.write(async (trx) => {
    const here = await trx
      .selectFrom('attendance')
      .select(['meeting_id', 'member_id'])
      .where('here', '=', 1)
      .execute();
    if (here.length === 0) return;
    const last = await trx
      .selectFrom('servers')
      .select((eb) => eb.fn.max('until').as('until'))
      .executeTakeFirst();
    const at = Math.min(ask.now, Number(last?.until ?? ask.now)) + ask.shift;
    for (const seat of here) await leave(trx, { meeting: seat.meeting_id, member: seat.member_id, now: at });
  });
}
