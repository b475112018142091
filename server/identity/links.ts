import { randomUUID } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import type { Reader } from '../storage/storage.ts';
import { hashToken, newToken } from './sessions.ts';

/** A link works once, for one day. */
const linkMs = 24 * 3_600_000;

type Purpose = 'enrol' | 'first-run' | 'look-round';

/** Makes a one-time link; the token stands behind a # in the address, so that no server or proxy ever logs it. */
export async function makeLink(
  db: Reader,
  ask: { purpose: Purpose; member: string | null; madeBy: string | null; now: number },
): Promise<{ id: string; token: string; expiresAt: number }> {
  const { token, hash } = newToken();
  const id = randomUUID();
  const expiresAt = ask.now + linkMs;
  await db
    .insertInto('links')
    .values({
      id,
      purpose: ask.purpose,
      member_id: ask.member,
      token_hash: hash,
      made_by: ask.madeBy,
      made_at: ask.now,
      expires_at: expiresAt,
      used_at: null,
      withdrawn_at: null,
    })
    .execute();
  return { id, token, expiresAt };
}

/** Makes a link for a member to come in with; one that was made for them before and not used ends with it. */
export async function makeMemberLink(
  db: Reader,
  ask: { member: string; madeBy: string; now: number },
): Promise<{ id: string; token: string; expiresAt: number }> {
  await db
    .updateTable('links')
    .set({ withdrawn_at: ask.now })
    .where('member_id', '=', ask.member)
    .where('purpose', '=', 'enrol')
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .execute();
  return makeLink(db, { purpose: 'enrol', ...ask });
}

/** Links of a unit's members that can still be used or taken back. */
export async function readOpenLinks(
  db: Reader,
  ask: { unit: string; now: number },
): Promise<{ id: string; member: string; madeAt: number; expiresAt: number }[]> {
  const rows = await db
    .selectFrom('links')
    .innerJoin('members', 'members.id', 'links.member_id')
    .select(['links.id', 'members.id as member', 'made_at', 'expires_at'])
    .where('members.unit_id', '=', ask.unit)
    .where('purpose', '=', 'enrol')
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', ask.now)
    .execute();
  return rows.map((row) => ({
    id: row.id,
    member: row.member,
    madeAt: Number(row.made_at),
    expiresAt: Number(row.expires_at),
  }));
}

/** Takes a link of a unit's member back; of another's there is none of this id. */
export async function withdrawLink(
  db: Reader,
  ask: { unit: string; link: string; now: number },
): Promise<void> {
  const link = await db
    .selectFrom('links')
    .innerJoin('members', 'members.id', 'links.member_id')
    .select('links.id')
    .where('links.id', '=', ask.link)
    .where('members.unit_id', '=', ask.unit)
    .executeTakeFirst();
  if (!link) throw new Refusal('not-found');
  await db
    .updateTable('links')
    .set({ withdrawn_at: ask.now })
    .where('id', '=', link.id)
    .where('used_at', 'is', null)
    .execute();
}

/** The link behind a token, if it can still be used. */
export async function readLink(
  db: Reader,
  ask: { token: string; purpose: Purpose; now: number },
): Promise<{ id: string; member: string | null }> {
  const row = await db
    .selectFrom('links')
    .select(['id', 'member_id'])
    .where('token_hash', '=', hashToken(ask.token))
    .where('purpose', '=', ask.purpose)
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', ask.now)
    .executeTakeFirst();
  if (!row) throw new Refusal('link-used');
  return { id: row.id, member: row.member_id };
}

/** Whose link a token was, also where it works no longer; null where there never was such a link. */
export async function memberOfLink(db: Reader, token: string): Promise<string | null> {
  const row = await db
    .selectFrom('links')
    .select('member_id')
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirst();
  return row?.member_id ?? null;
}

/**
 * The first start, gone on with: whoever holds its link and set up the unit with it gets another link for the coordinator's
 * passkey, until there is one. Null where the link was not used so.
 */
export async function resumeFirstRun(
  db: Reader,
  ask: { token: string; now: number },
): Promise<string | null> {
  const row = await db
    .selectFrom('links')
    .select('member_id')
    .where('token_hash', '=', hashToken(ask.token))
    .where('purpose', '=', 'first-run')
    .where('used_at', 'is not', null)
    .where('withdrawn_at', 'is', null)
    .where('expires_at', '>', ask.now)
    // Also where the key is older than this rule.
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('passkeys').select('id').whereRef('passkeys.member_id', '=', 'links.member_id'))),
    )
    .executeTakeFirst();
  const member = row?.member_id;
  if (!member) return null;
  // The newest of them works, and no other.
  await db
    .updateTable('links')
    .set({ withdrawn_at: ask.now })
    .where('purpose', '=', 'enrol')
    .where('member_id', '=', member)
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .execute();
  return (await makeLink(db, { purpose: 'enrol', member, madeBy: null, now: ask.now })).token;
}

/** P31: The first start is over for a member who has a passkey, or has gone: its link leads nowhere any more, whatever comes after. */
export async function endFirstRun(db: Reader, ask: { member: string; now: number }): Promise<void> {
  await db
    .updateTable('links')
    .set({ withdrawn_at: ask.now })
    .where('purpose', '=', 'first-run')
    .where('member_id', '=', ask.member)
    .where('withdrawn_at', 'is', null)
    .execute();
}

/** Uses a link up, for a member where it made one; refuses if somebody was quicker. */
export async function useLink(db: Reader, ask: { id: string; now: number; member?: string }): Promise<void> {
  const used = await db
    .updateTable('links')
    .set({ used_at: ask.now, ...(ask.member && { member_id: ask.member }) })
    .where('id', '=', ask.id)
    .where('used_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (!used) throw new Refusal('link-used');
}
