import { initialsOf, type Role } from '#domain/people/roles.ts';
import { Refusal } from '#domain/errors.ts';
import type { Trx } from '../storage.ts';
import { mustBeFree } from './people.ts';

/** Gives somebody a seat in a unit. */
export async function addMember(
  trx: Trx,
  ask: { id: string; unit: string; name: string; role: Role; email: string; note: string; at: number },
): Promise<void> {
  await mustBeFree(trx, { email: ask.email, member: ask.id, unit: ask.unit });
  await trx
    .insertInto('members')
    .values({
      id: ask.id,
      unit_id: ask.unit,
      ref: null,
      name: ask.name,
      initials: initialsOf(ask.name),
      role: ask.role,
      email: ask.email,
      note: ask.note,
      epoch: 0,
      left_at: null,
      created_at: ask.at,
    })
    .execute();
}

/** Mends a member, notes that they have left, or gives them their seat back; never a key, a link or a device. */
export async function mendMember(
  trx: Trx,
  ask: {
    unit: string;
    member: string;
    fields: { name?: string; role?: Role; email?: string; note?: string };
    left: boolean | undefined;
    at: number;
  },
): Promise<void> {
  const { unit, fields, left, at } = ask;
  const member = await trx
    .selectFrom('members')
    .select(['id', 'email'])
    .where('id', '=', ask.member)
    .where('unit_id', '=', unit)
    .executeTakeFirst();
  if (!member) throw new Refusal('not-found');
  if (fields.email !== undefined || left === false)
    await mustBeFree(trx, { email: fields.email ?? member.email, member: member.id, unit });
  await trx
    .updateTable('members')
    .set({
      ...fields,
      ...(fields.name && { initials: initialsOf(fields.name) }),
      ...(left !== undefined && { left_at: left ? at : null }),
    })
    .where('id', '=', member.id)
    .execute();
  if (left) await endAll(trx, { member: member.id, at });
}

/** Whoever has left is in nowhere, and nothing that they had lets them in again: who comes back is let in by a new link. */
async function endAll(trx: Trx, { member, at }: { member: string; at: number }): Promise<void> {
  await trx
    .updateTable('sessions')
    .set({ ended_at: at })
    .where('member_id', '=', member)
    .where('ended_at', 'is', null)
    .execute();
  await trx.deleteFrom('devices').where('member_id', '=', member).execute();
  await trx.deleteFrom('passkeys').where('member_id', '=', member).execute();
  // That of the first start is among them: used up, it still leads on to a passkey.
  await trx
    .updateTable('links')
    .set({ withdrawn_at: at })
    .where('member_id', '=', member)
    .where('withdrawn_at', 'is', null)
    .execute();
}
