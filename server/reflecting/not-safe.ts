/**
 * R10: Somebody in a session says that it is not safe: who leads and the consultant are told, alone and at once; nobody else
 * there is sent anything. That it was said is kept apart from the session and does not go with it; the row is its only trace.
 */
import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { personIn, type Session } from '#domain/reflecting/session.ts';
import type { NotSafeView } from '#domain/views.ts';
import type { Bus } from '../bus/bus.ts';
import { readSession } from '../storage/queries/reflecting.ts';
import type { Storage } from '../storage/storage.ts';
import type { NotSafeRow } from '../storage/tables.ts';

/** Two presses within a minute are one, and are told again. */
const sameMs = 60_000;
/** How long one that somebody has in hand is still shown. */
const shownMs = 7 * 86_400_000;

interface Tools {
  storage: Storage;
  bus: Bus;
  now: () => number;
  maySee: (member: string, family: string) => Promise<boolean>;
}

/** Keeps that somebody pressed, then tells who leads and the consultants; answers how many there are to be told. */
export async function sayNotSafe(
  tools: Tools,
  ask: { id: string; session: Session; participant: string },
): Promise<{ told: number }> {
  const { storage, now } = tools;
  const { session } = ask;
  const one = personIn(session, ask.participant);
  if (!one) throw new Refusal('not-found');
  const row: NotSafeRow = {
    id: randomUUID(),
    unit_id: session.unit,
    family_id: session.family,
    session_id: ask.id,
    on_date: session.on,
    lead: session.lead,
    participant: one.id,
    name: one.name,
    at: now(),
    heard_by: null,
    heard_at: null,
  };
  const kept = await storage.write(async (trx) => {
    const before = await trx
      .selectFrom('not_safe')
      .selectAll()
      .where('session_id', '=', ask.id)
      .where('participant', '=', one.id)
      .where('heard_by', 'is', null)
      .where('at', '>', now() - sameMs)
      .executeTakeFirst();
    if (!before) await trx.insertInto('not_safe').values(row).execute();
    return before ?? row;
  });
  const told = await whoIsTold(tools, kept);
  await tools.bus.publish({ about: 'not-safe', members: told });
  return { told: told.length };
}

/** Whether somebody has in hand what this participant pressed last. */
export async function isHeard(storage: Storage, ask: { id: string; participant: string }): Promise<boolean> {
  const row = await storage.db
    .selectFrom('not_safe')
    .select('heard_by')
    .where('session_id', '=', ask.id)
    .where('participant', '=', ask.participant)
    .orderBy('at', 'desc')
    .executeTakeFirst();
  return row !== undefined && row.heard_by !== null;
}

/** What this person is to know of: as who leads or led, or as the consultant. */
export async function readNotSafe(
  tools: Tools,
  ask: { unit: string; member: string },
): Promise<NotSafeView[]> {
  const rows = await tools.storage.db
    .selectFrom('not_safe')
    .selectAll()
    .where('unit_id', '=', ask.unit)
    .where((eb) => eb.or([eb('heard_by', 'is', null), eb('at', '>', tools.now() - shownMs)]))
    .orderBy('at', 'desc')
    .execute();
  const seen: NotSafeView[] = [];
  for (const row of rows)
    if ((await whoIsTold(tools, row)).includes(ask.member))
      seen.push({
        id: row.id,
        on: row.on_date,
        name: row.name,
        at: Number(row.at),
        heardBy: row.heard_by,
        heardAt: row.heard_at === null ? null : Number(row.heard_at),
      });
  return seen;
}

/** Says that one has it in hand; the first who says so stays, and all who know are told. */
export async function hearNotSafe(
  tools: Tools,
  ask: { id: string; unit: string; member: string },
): Promise<void> {
  const row = await tools.storage.db
    .selectFrom('not_safe')
    .selectAll()
    .where('id', '=', ask.id)
    .where('unit_id', '=', ask.unit)
    .executeTakeFirst();
  const told = row ? await whoIsTold(tools, row) : [];
  if (!row || !told.includes(ask.member)) throw new Refusal('not-found');
  await tools.storage.db
    .updateTable('not_safe')
    .set({ heard_by: ask.member, heard_at: tools.now() })
    .where('id', '=', row.id)
    .where('heard_by', 'is', null)
    .execute();
  await tools.bus.publish({ about: 'not-safe', members: [...told, row.participant] });
}

/** Who led when it was said, who leads now, and the consultants who may see the family; never who said it. */
async function whoIsTold({ storage, maySee }: Tools, row: NotSafeRow): Promise<string[]> {
  const leads = [row.lead, (await readSession(storage.db, row.session_id))?.session.lead];
  const members = await storage.db
    .selectFrom('members')
    .select(['id', 'role'])
    .where('unit_id', '=', row.unit_id)
    .where('left_at', 'is', null)
    .execute();
  const told: string[] = [];
  for (const { id, role } of members) {
    if (id === row.participant) continue;
    const isConsultant =
      role === 'consultant' && (row.family_id === null || (await maySee(id, row.family_id)));
    if (isConsultant || leads.includes(id)) told.push(id);
  }
  return told;
}
