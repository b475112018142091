/** R8: How somebody without an account comes to one session: a link, a code, and a cookie that opens nothing else. */
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import { personIn, withoutYes } from '#domain/reflecting/session.ts';
import { reflectingDocument, sealedDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import { audit } from '../storage/queries/audit.ts';
import { removeDocuments } from '../storage/queries/documents.ts';
import { changeSession, readSession } from '../storage/queries/reflecting.ts';
import type { Storage } from '../storage/storage.ts';

interface Tools {
  storage: Storage;
  bus: Bus;
}
const mostTries = 5;
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

/** Takes a link and its code; gives the cookie that opens this session and nothing else. Another device's cookie ends. */
export async function comeIn(
  { storage, bus }: Tools,
  ask: { token: string; code: string },
): Promise<{ session: string; participant: string; cookie: string }> {
  const cookie = randomBytes(32).toString('base64url');
  const found = await storage.write(async (trx) => {
    const seat = await trx
      .selectFrom('participants')
      .innerJoin('reflecting', 'reflecting.id', 'participants.session_id')
      .select(['participants.id', 'session_id', 'code_hash', 'token_hash'])
      .where('link_hash', '=', hash(ask.token))
      .where('gone_at', 'is', null)
      .where('closed_at', 'is', null)
      .executeTakeFirst();
    if (!seat) return null;
    const of = trx
      .updateTable('participants')
      .where('session_id', '=', seat.session_id)
      .where('id', '=', seat.id);
    // Counted before it is looked at: tries that come together are as many as they are.
    const counted = await of
      .set((eb) => ({ tries: eb('tries', '+', 1) }))
      .where('tries', '<', mostTries)
      .returning('id')
      .executeTakeFirst();
    if (!counted) return null;
    const isRight = seat.code_hash === hash(ask.code);
    if (isRight) await of.set({ tries: 0, token_hash: hash(cookie) }).execute();
    return { ...seat, isRight };
  });
  if (!found) throw new Refusal('link-used');
  if (!found.isRight) throw new Refusal('not-found', 'other-code');
  if (found.token_hash) await bus.publish({ about: 'session-ended', session: `invited:${found.token_hash}` });
  return { session: found.session_id, participant: found.id, cookie };
}

/** Forgets the device on which somebody was invited. */
export async function forget({ storage, bus }: Tools, cookie: string): Promise<void> {
  const tokenHash = hash(cookie);
  await storage.write((trx) =>
    trx.updateTable('participants').set({ token_hash: null }).where('token_hash', '=', tokenHash).execute(),
  );
  await bus.publish({ about: 'session-ended', session: `invited:${tokenHash}` });
}
