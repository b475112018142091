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
