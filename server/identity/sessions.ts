import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { SessionFacts } from '../routes.ts';
import type { Reader } from '../storage/storage.ts';

/** A session without use ends after this; a meeting in progress counts as use. */
const idleMs = 30 * 60_000;
/** A session ends after this whatever happens. */
export const longestMs = 12 * 3_600_000;
/** Use is written down at most this often. */
const touchMs = 60_000;

/** 256 random bits as text, and their hash: only the hash is kept. */
export function newToken(): { token: string; hash: string } {
  const token = randomBytes(32).toString('base64url');
  return { token, hash: hashToken(token) };
}

export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex');

/** Begins a session for a member, or for the windows of a made-up unit; returns the cookie's value. */
export async function beginSession(
  db: Reader,
  ask: { member: string | null; unit: string | null; agent: string; now: number },
): Promise<string> {
  const { token, hash } = newToken();
  await db
    .insertInto('sessions')
    .values({
      id: randomUUID(),
      token_hash: hash,
      member_id: ask.member,
      unit_id: ask.unit,
      agent: ask.agent.slice(0, 200),
      created_at: ask.now,
      seen_at: ask.now,
      proof_at: ask.now,
      ended_at: null,
    })
    .execute();
  return token;
}

/** A living session. */
export interface Session extends SessionFacts {
  member: string | null;
  unit: string | null;
}

/** The session behind a cookie, if it still lives; writes down that it was used. */
export async function findSession(db: Reader, ask: { token: string; now: number }): Promise<Session | null> {
  return living(
    db,
    await db
      .selectFrom('sessions')
      .selectAll()
      .where('token_hash', '=', hashToken(ask.token))
      .executeTakeFirst(),
    ask.now,
  );
}

/** The same by its id, for a socket that is open. */
export async function findSessionById(db: Reader, ask: { id: string; now: number }): Promise<Session | null> {
  return living(
    db,
    await db.selectFrom('sessions').selectAll().where('id', '=', ask.id).executeTakeFirst(),
    ask.now,
  );
}

interface Row {
  id: string;
  member_id: string | null;
  unit_id: string | null;
  created_at: number;
  seen_at: number;
  proof_at: number;
  ended_at: number | null;
}

/** D20: When a session ends if it is not used; one that seems to have begun later than now is of a clock that was wrong, and has ended. */
export function livesUntil(row: Pick<Row, 'created_at' | 'seen_at'>, now: number): number {
  if (Number(row.created_at) > now + touchMs) return now;
  return Math.min(Math.min(Number(row.seen_at), now) + idleMs, Number(row.created_at) + longestMs);
}

async function living(db: Reader, row: Row | undefined, now: number): Promise<Session | null> {
  if (!row || row.ended_at !== null) return null;
  if (now >= livesUntil(row, now)) return null;
  if (now - Number(row.seen_at) > touchMs)
    await db.updateTable('sessions').set({ seen_at: now }).where('id', '=', row.id).execute();
  return {
    id: row.id,
    member: row.member_id,
    unit: row.unit_id,
    madeUp: row.unit_id !== null,
    proofAt: Number(row.proof_at),
    until: Math.min(now + idleMs, Number(row.created_at) + longestMs),
  };
}

export async function endSession(db: Reader, ask: { id: string; now: number }): Promise<void> {
  await db
    .updateTable('sessions')
    .set({ ended_at: ask.now })
    .where('id', '=', ask.id)
    .where('ended_at', 'is', null)
    .execute();
}
