import type { AuditLine } from '#domain/views.ts';
import { randomUUID } from 'node:crypto';
import type { Reader } from '../storage.ts';

/** Writes one line of the audit: who did what to which id. Never a text, never a name. */
export async function audit(
  reader: Reader,
  line: { at: number; unit: string | null; member: string | null; act: string; subject: string },
): Promise<void> {
  await reader
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
