/** R8: How somebody without an account comes to one session: a link, a code, and a cookie that opens nothing else. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { personIn, withoutYes } from '#domain/reflecting/session.ts';
import { reflectingDocument, sealedDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import { audit } from '../storage/queries/audit.ts';
import { removeDocuments } from '../storage/queries/documents.ts';
import { changeSession, readSession } from '../storage/queries/reflecting.ts';
import type { Reader, Storage } from '../storage/storage.ts';

interface Tools {
  storage: Storage;
  bus: Bus;
}
const mostTries = 5;
const anHourMs = 3_600_000;
const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');

/**
 * A link and a code for somebody who was invited; what they had before opens nothing any more. Who leads holds both for a
 * moment: so nothing of somebody who has come already waits behind a new one, neither their jottings nor their yes.
 */
export async function invite(
  { storage, bus, now, end }: Tools & { now: () => number; end: (doc: string) => void },
  ask: { id: string; lead: string; participant: string },
): Promise<{ token: string; code: string }> {
  const token = randomBytes(32).toString('base64url');
  const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
  const jottings = sealedDocument(reflectingDocument(ask.id), ask.participant);
  const { before, hadCome } = await storage.write(async (trx) => {
    const kept = await readSession(trx, ask.id);
    if (!kept) throw new Refusal('not-found');
    if (kept.session.lead !== ask.lead) throw new Refusal('not-allowed');
    const one = personIn(kept.session, ask.participant);
    if (!one || one.isMember || !one.hasPage || kept.session.closedAt !== null)
      throw new Refusal('not-found');
    const seat = await trx
      .selectFrom('participants')
      .select('token_hash')
      .where('session_id', '=', ask.id)
      .where('id', '=', one.id)
      .executeTakeFirstOrThrow();
    await trx
      .updateTable('participants')
      .set({ link_hash: hash(token), code_hash: hash(code), tries: 0, token_hash: null })
      .where('session_id', '=', ask.id)
      .where('id', '=', one.id)
      .execute();
    const hadCome = one.cameAt !== null || seat.token_hash !== null;
    if (hadCome) {
      await changeSession(trx, { id: ask.id, change: (session) => withoutYes(session, one.id) });
      await removeDocuments(trx, [jottings]);
    }
    await audit(trx, {
      at: now(),
      unit: kept.session.unit,
      member: ask.lead,
      act: hadCome ? 'invited to a session anew' : 'invited to a session',
      subject: ask.id,
    });
    return { before: seat.token_hash, hadCome };
  });
  if (before) await bus.publish({ about: 'session-ended', session: `invited:${before}` });
  if (hadCome) {
    end(jottings);
    await storage.tidy();
    await bus.publish({ about: 'rights', members: [ask.participant] });
    await bus.publish({ about: 'reflecting', session: ask.id });
  }
  return { token, code };
}

/**
 * Takes a link and its code; gives the cookie that opens this session and nothing else. A link is good for one device: the
 * one that came by it is let in again, also after the end, and needs no code; another, whoever holds link and code, reads
 * nothing and disturbs nobody. `device` is the secret that the page made for it, and becomes its cookie.
 */
export async function comeIn(
  { storage, bus, now }: Tools & { now: () => number },
  ask: { token: string; code?: string; device: string; cookies: readonly string[] },
): Promise<{ session: string; participant: string; cookie: string }> {
  const link = hash(ask.token);
  const found = await storage.write(async (trx) => {
    const seat = await trx
      .selectFrom('participants')
      .innerJoin('reflecting', 'reflecting.id', 'participants.session_id')
      .select(['participants.id', 'session_id', 'unit_id', 'closed_at', 'code_hash', 'token_hash'])
      .where('link_hash', '=', link)
      .where('gone_at', 'is', null)
      .executeTakeFirst();
    if (!seat) return null;
    const own = [...ask.cookies, ask.device].find((secret) => hash(secret) === seat.token_hash);
    if (own) return { ...seat, cookie: own, isRight: true, isLast: false };
    const note = async (act: string) => {
      const line = { at: now(), unit: seat.unit_id, member: null, act, subject: seat.session_id };
      // Once an hour says as much as a thousand times.
      const before = await trx
        .selectFrom('audit')
        .select('id')
        .where('act', '=', act)
        .where('subject', '=', line.subject)
        .where('at', '>', line.at - anHourMs)
        .executeTakeFirst();
      if (!before) await audit(trx, line);
    };
    if (seat.token_hash !== null) {
      if (ask.code !== undefined) await note('tried an invitation that was used');
      return null;
    }
    if (seat.closed_at !== null) return null;
    if (ask.code === undefined) return { ...seat, cookie: ask.device, isRight: false, isLast: false };
    // The link may have been taken back, or another device have come by it, since it was looked at.
    const of = trx
      .updateTable('participants')
      .where('session_id', '=', seat.session_id)
      .where('id', '=', seat.id)
      .where('link_hash', '=', link)
      .where('token_hash', 'is', null);
    // Counted before it is looked at: tries that come together are as many as they are.
    const counted = await of
      .set((eb) => ({ tries: eb('tries', '+', 1) }))
      .where('tries', '<', mostTries)
      .returning('tries')
      .executeTakeFirst();
    if (!counted) return null;
    const isRight = seat.code_hash === hash(ask.code);
    if (isRight) await of.set({ tries: 0, token_hash: hash(ask.device) }).execute();
    const isLast = !isRight && counted.tries === mostTries;
    if (isLast) await note('ended an invitation by wrong codes');
    return { ...seat, cookie: ask.device, isRight, isLast };
  });
  if (!found) throw new Refusal('link-used');
  // Who leads sees that a new one is needed.
  if (found.isLast) await bus.publish({ about: 'reflecting', session: found.session_id });
  if (!found.isRight) throw new Refusal('not-found', 'other-code');
  return { session: found.session_id, participant: found.id, cookie: found.cookie };
}

/** Who of a session was invited, has not come, and has an invitation that wrong codes have ended. */
export async function lockedOut(reader: Reader, session: string): Promise<string[]> {
  const rows = await reader
    .selectFrom('participants')
    .select('id')
    .where('session_id', '=', session)
    .where('tries', '>=', mostTries)
    .where('token_hash', 'is', null)
    .execute();
  return rows.map((row) => row.id);
}

/** Forgets the device on which somebody was invited; the link that it came by opens nothing more. */
export async function forget(
  { storage, bus }: Tools,
  ask: { participant: string; cookies: readonly string[] },
): Promise<void> {
  for (const tokenHash of ask.cookies.map(hash)) {
    const gone = await storage.write((trx) =>
      trx
        .updateTable('participants')
        .set({ token_hash: null, link_hash: null, code_hash: null })
        .where('token_hash', '=', tokenHash)
        .where('id', '=', ask.participant)
        .returning('id')
        .executeTakeFirst(),
    );
    if (gone) await bus.publish({ about: 'session-ended', session: `invited:${tokenHash}` });
  }
}
