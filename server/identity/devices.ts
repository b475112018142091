import type { DeviceKey } from '#domain/views.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Reader, Storage } from '../storage/storage.ts';

/** A device that has not asked for so long keeps nothing that could be read. */
const keptMs = 24 * 3_600_000;

/**
 * The key of a member's device: the one it had, or, where there is none any more, a new one for a new device. What was
 * kept under a key that is gone cannot be read by anybody (shared TRUST section 4).
 */
export async function deviceKey(
  storage: Storage,
  ask: { member: string; session: string; device: string | null; now: number },
): Promise<Pick<DeviceKey, 'device' | 'key'>> {
  return storage.write(async (trx) => {
    await trx.deleteFrom('devices').where('until', '<=', ask.now).execute();
    const until = ask.now + keptMs;
    const known = ask.device
      ? await trx
          .updateTable('devices')
          .set({ session_id: ask.session, until })
          .where('id', '=', ask.device)
          .where('member_id', '=', ask.member)
          .returning(['id', 'wrapping_key'])
          .executeTakeFirst()
      : undefined;
    if (known) return { device: known.id, key: Buffer.from(known.wrapping_key).toString('base64') };
    const made = { id: randomUUID(), wrapping_key: randomBytes(32) };
    await trx
      .insertInto('devices')
      .values({ ...made, member_id: ask.member, session_id: ask.session, until })
      .execute();
    return { device: made.id, key: made.wrapping_key.toString('base64') };
  });
}

/** Whether what a device keeps could still be read by its member. */
export async function isDeviceKept(db: Reader, ask: { device: string; now: number }): Promise<boolean> {
  const row = await db
    .selectFrom('devices')
    .select('id')
    .where('id', '=', ask.device)
    .where('until', '>', ask.now)
    .executeTakeFirst();
  return row !== undefined;
}

/** Throws the keys away: of a session that is ended by hand, or of all devices of a member. */
export async function forgetDevices(db: Reader, of: { session: string } | { member: string }): Promise<void> {
  const gone = db.deleteFrom('devices');
  await (
    'session' in of ? gone.where('session_id', '=', of.session) : gone.where('member_id', '=', of.member)
  ).execute();
}
