/**
 * R10: Somebody in a session says that it is not safe: who leads and the consultant are told, alone and at once; nobody else
 * there is sent anything. That it was said is kept apart from the session and does not go with it.
 */
import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { personIn, type Session } from '#domain/reflecting/session.ts';
import type { NotSafeView } from '#domain/views.ts';
import type { Bus } from '../bus/bus.ts';
import { audit } from '../storage/queries/audit.ts';
import type { Reader, Storage } from '../storage/storage.ts';

/** Two presses within a minute are one, and are told again. */
const sameMs = 60_000;
/** How long it is shown to who leads and to the consultant. */
const shownMs = 7 * 86_400_000;

interface Tools {
  storage: Storage;
  bus: Bus;
  now: () => number;
}

/** Keeps that somebody pressed, then tells who leads and the consultants. */
export async function sayNotSafe(
  { storage, bus, now }: Tools,
  ask: { id: string; session: Session; participant: string },
): Promise<void> {
  const { session } = ask;
  const one = personIn(session, ask.participant);
  if (!one) throw new Refusal('not-found');
  await storage.write(async (trx) => {
    const before = await trx
      .selectFrom('not_safe')
      .select('id')
      .where('session_id', '=', ask.id)
      .where('participant', '=', one.id)
      .where('heard_by', 'is', null)
      .where('at', '>', now() - sameMs)
      .executeTakeFirst();
    if (before) return;
    await trx
      .insertInto('not_safe')
      .values({
        id: randomUUID(),
        unit_id: session.unit,
        session_id: ask.id,
        on_date: session.on,
        lead: session.lead,
        participant: one.id,
        name: one.name,
        at: now(),
        heard_by: null,
        heard_at: null,
      })
      .execute();
    await audit(trx, {
      at: now(),
      unit: session.unit,
      member: one.isMember ? one.id : null,
      act: 'not safe now',
      subject: ask.id,
    });
  });
  const consultants = await storage.db
    .selectFrom('members')
    .select('id')
    .where('unit_id', '=', session.unit)
    .where('role', '=', 'consultant')
    .where('left_at', 'is', null)
    .execute();
  await bus.publish({
    about: 'not-safe',
    members: [...new Set([session.lead, ...consultants.map((member) => member.id)])].filter(
      (member) => member !== one.id,
    ),
  });
}

/** What this person is to know of: as who led, or as the consultant. */
export async function readNotSafe(
  reader: Reader,
  ask: { unit: string; member: string; isConsultant: boolean; now: number },
): Promise<NotSafeView[]> {
  const rows = await reader
    .selectFrom('not_safe')
    .selectAll()
    .where('unit_id', '=', ask.unit)
    .where('at', '>', ask.now - shownMs)
    .where('participant', '!=', ask.member)
    .orderBy('at', 'desc')
    .execute();
  return rows
    .filter((row) => ask.isConsultant || row.lead === ask.member)
    .map((row) => ({
      id: row.id,
      on: row.on_date,
      name: row.name,
      at: Number(row.at),
      heardBy: row.heard_by,
      heardAt: row.heard_at === null ? null : Number(row.heard_at),
    }));
}

/** Says that one has it; the first who says so stays. */
export async function hearNotSafe(
  { storage, bus, now }: Tools,
  ask: { id: string; unit: string; member: string; isConsultant: boolean },
): Promise<void> {
  const row = await storage.db
    .selectFrom('not_safe')
    .selectAll()
    .where('id', '=', ask.id)
    .where('unit_id', '=', ask.unit)
    .executeTakeFirst();
  if (!row || !(ask.isConsultant || row.lead === ask.member) || row.participant === ask.member)
    throw new Refusal('not-found');
  await storage.db
    .updateTable('not_safe')
    .set({ heard_by: ask.member, heard_at: now() })
    .where('id', '=', row.id)
    .where('heard_by', 'is', null)
    .execute();
  await bus.publish({ about: 'not-safe', members: [row.lead, ask.member] });
}
