import type { AuditLine } from '#domain/views.ts';
import { Refusal } from '#domain/errors.ts';
import { randomUUID } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { Reader } from '../storage.ts';
import { unlessUnreadable } from '../unreadable.ts';

/** Told each line that the audit could not take. */
export const lost = channel('wednesday:audit-lost');

/** Until when, by the process's own clock, nothing more is tried: a page of it could not be read or written. */
let unreadableUntil = 0;
const againMs = 60_000;

/**
 * Writes one line of the audit: who did what to which id. Never a text, never a name. D17: Where a page of it is bad the act
 * that found that out is undone by the store and tried again by whoever did it; for a while the unit goes on then, and
 * the lines stand in the server's own log, before it is tried once more.
 */
export async function audit(
  reader: Reader,
  line: { at: number; unit: string | null; member: string | null; act: string; subject: string },
): Promise<void> {
  if (performance.now() < unreadableUntil) return lost.publish(line);
  const writing = reader
    .insertInto('audit')
    .values({
      id: randomUUID(),
      at: line.at,
      unit_id: line.unit,
      member_id: line.member,
      act: line.act,
      subject: line.subject,
    })
    .execute();
  if ((await unlessUnreadable(writing)) !== null) return;
  unreadableUntil = performance.now() + againMs;
  throw new Refusal('try-again');
}

/** What the audit says where a restricted family falls to somebody; who it was is its subject. */
export const FELL = 'restricted family fell to them';

/** P26: When restricted families fell to a member, since an instant. */
export async function readFallen(reader: Reader, ask: { member: string; since: number }): Promise<number[]> {
  const rows = await reader
    .selectFrom('audit')
    .select('at')
    .where('act', '=', FELL)
    .where('subject', '=', ask.member)
    .where('at', '>=', ask.since)
    .orderBy('at')
    .execute();
  return rows.map((row) => Number(row.at));
}

/** The audit of a unit, or of all, newest first. */
export async function readAudit(
  reader: Reader,
  ask: { unit: string | null; since: number; limit: number },
): Promise<AuditLine[]> {
  let lines = reader
    .selectFrom('audit')
    .select(['at', 'member_id', 'act', 'subject'])
    .where('at', '>=', ask.since);
  if (ask.unit !== null) lines = lines.where('unit_id', '=', ask.unit);
  const rows = await lines.orderBy('at', 'desc').limit(ask.limit).execute();
  return rows.map((row) => ({
    at: Number(row.at),
    member: row.member_id,
    act: row.act,
    subject: row.subject,
  }));
}
