import type { Storage } from '../storage/storage.ts';
import { makeLink } from './links.ts';

/** The one-time link of a fresh installation; null once a real unit has been set up. Older ones of it are taken back. */
export async function firstRunLink(storage: Storage, now: number): Promise<string | null> {
  const unit = await storage.db
    .selectFrom('units')
    .select('id')
    .where('made_up', '=', 0)
    .limit(1)
    .executeTakeFirst();
  if (unit) return null;
  await storage.db
    .updateTable('links')
    .set({ withdrawn_at: now })
    .where('purpose', '=', 'first-run')
    .where('used_at', 'is', null)
    .execute();
  return (await makeLink(storage.db, { purpose: 'first-run', member: null, madeBy: null, now })).token;
}
