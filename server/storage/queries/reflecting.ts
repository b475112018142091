import { Refusal } from '#domain/errors.ts';
import { DEFAULT_LIMIT } from '#domain/reflecting/limit.ts';
import { goneAfter, type Session } from '#domain/reflecting/session.ts';
import { readDocumentName, reflectingDocument } from '#domain/wire.ts';
import type { Reader, Trx } from '../storage.ts';
import { removeDocuments, sealedBeside } from './documents.ts';

/** A reflecting session as it is stored. */
export interface KeptSession {
  session: Session;
  version: number;
}

/** A session that is still there, or null. */
export async function readSession(reader: Reader, id: string): Promise<KeptSession | null> {
  const row = await reader
    .selectFrom('reflecting')
    .select(['state', 'version'])
    .where('id', '=', id)
    .where('gone_at', 'is', null)
    .executeTakeFirst();
  return row ? { session: readState(row.state), version: Number(row.version) } : null;
}

/** A session as it is stored; one from before people could stop for themselves has stopped for whoever asked to. */
function readState(state: string): Session {
  type Before = Omit<Session, 'asks'> & { asks: { by: string; what: 'pause' | 'end' | 'stop' }[] };
  const kept = JSON.parse(state) as Before;
  const stopped =
    kept.closedAt === null ? kept.asks.filter((ask) => ask.what === 'stop' && ask.by !== kept.lead) : [];
  // Where it had gone on since, it had gone on over their head: now they are waited for.
  const waits = !('stops' in kept) && stopped.length > 0;
  return {
    ...kept,
    ...(waits && { isPaused: true, since: null }),
    people: kept.people.map((one) => ({ ...one, person: (one.person as string | null | undefined) ?? null })),
    asks: kept.asks.flatMap(({ by, what }) =>
      what !== 'stop' ? [{ by, what }] : by === kept.lead ? [{ by, what: 'end' as const }] : [],
    ),
    stops:
      (kept.stops as Session['stops'] | undefined) ??
      stopped.map(({ by }) => ({ by, at: 0, isWithout: false, isOffered: false, isAlone: false })),
    goOn: (kept.goOn as Session['goOn'] | undefined) ?? null,
    limit: (kept.limit as string | undefined) ?? DEFAULT_LIMIT,
    asked: (kept.asked as Session['asked'] | undefined) ?? [],
  };
}

/** Changes a session; two changes come one after the other on both engines. */
export async function changeSession(
  trx: Trx,
  ask: { id: string; change: (session: Session) => Session },
): Promise<{ before: Session; after: Session; version: number }> {
  // The row is touched first, so that the second waits for the first.
  await trx
    .updateTable('reflecting')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', ask.id)
    .execute();
  const kept = await readSession(trx, ask.id);
  if (!kept) throw new Refusal('not-found');
  const after = ask.change(kept.session);
  await trx
    .updateTable('reflecting')
    .set({ state: JSON.stringify(after), closed_at: after.closedAt, gone_after: goneAfter(after) })
    .where('id', '=', ask.id)
    .execute();
  return { before: kept.session, after, version: kept.version };
}

/** The participant behind a cookie's hash in a session. */
export async function readInvited(
  reader: Reader,
  ask: { session: string; tokenHash: string },
): Promise<string | null> {
  const row = await reader
    .selectFrom('participants')
    .select('id')
    .where('session_id', '=', ask.session)
    .where('token_hash', '=', ask.tokenHash)
    .executeTakeFirst();
  return row?.id ?? null;
}

/** Takes away documents of sessions that are gone; returns their names. */
export async function removeOrphans(trx: Trx): Promise<string[]> {
  const docs = await trx
    .selectFrom('documents')
    .select('name')
    .where((eb) => eb.or([eb('name', 'like', 'reflecting:%'), eb('name', 'like', 'sealed:reflecting:%')]))
    .execute();
  if (docs.length === 0) return [];
  const there = new Set(
    (await trx.selectFrom('reflecting').select('id').where('gone_at', 'is', null).execute()).map(
      (row) => row.id,
    ),
  );
  const orphans = docs.map(({ name }) => name).filter((name) => !there.has(readDocumentName(name)?.id ?? ''));
  await removeDocuments(trx, orphans);
  return orphans;
}

/** Takes sessions away: their documents, jottings, names and links; only that there was one stays. All of them where none is named. */
export async function removeSessions(
  trx: Trx,
  ask: { ids: readonly string[]; now: number } | null = null,
): Promise<string[]> {
  const ids =
    ask?.ids ??
    (await trx.selectFrom('reflecting').select('id').where('gone_at', 'is', null).execute()).map(
      (row) => row.id,
    );
  if (ids.length === 0) return [];
  const said = ids.map(reflectingDocument);
  const docs = [...said, ...(await sealedBeside(trx, said))];
  await removeDocuments(trx, docs);
  await trx.deleteFrom('participants').where('session_id', 'in', ids).execute();
  await trx
    .updateTable('reflecting')
    .set({ state: '', gone_at: ask?.now ?? 0 })
    .where('id', 'in', ids)
    .execute();
  return docs;
}
