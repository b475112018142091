import type { MeetingState } from '#domain/meeting/meeting.ts';
import type { Reader, Trx } from '../storage.ts';

/** The meeting of a unit on a day, by its id; there is one a day. */
export async function readMeetingOn(
  reader: Reader,
  ask: { unit: string; on: string },
): Promise<string | null> {
  const row = await reader
    .selectFrom('meetings')
    .select('id')
    .where('unit_id', '=', ask.unit)
    .where('on_date', '=', ask.on)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Writes a meeting down as it opens. */
export async function addMeeting(
  trx: Trx,
  ask: { meeting: string; state: MeetingState; at: number },
): Promise<void> {
  await trx
    .insertInto('meetings')
    .values({
      id: ask.meeting,
      unit_id: ask.state.unit,
      on_date: ask.state.on,
      state: JSON.stringify(ask.state),
      version: 0,
      opened_at: ask.at,
      closed_at: null,
    })
    .execute();
}
