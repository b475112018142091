import { sql } from 'kysely';
import { expect, it } from 'vitest';
import { lockFamily } from '../../server/storage/queries/families.ts';
import { lockUnit } from '../../server/storage/queries/units.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { call } from '../support/call.ts';
import { ENGINES } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld } from '../support/world.ts';

const date = { kind: 'review', on: '2026-12-09', what: 'First review' };

/** Until a request waits for the transaction that is open. */
const isWaiting = (storage: Storage) =>
  until(async () => {
    const waiting = sql<{ many: string }>`select count(*) as many from pg_locks where not granted`;
    return Number((await waiting.execute(storage.db)).rows[0]!.many) > 0;
  }, 'it waits for this transaction');

it('[P37] a right that was withdrawn while somebody waited for the family’s row changes nothing any more', async () => {
  const world = await openWorld('postgres');
  const { storage, server, family, people } = world;
  const add = () => call(server, people.callum, 'POST', `/api/families/${family}/dates`, { body: date });
  expect((await add()).status).toBe(200);
  let asked: ReturnType<typeof add> | null = null;
  await storage.write(async (trx) => {
    await lockFamily(trx, family);
    asked = add();
    await isWaiting(storage);
    await trx.updateTable('families').set({ restricted: 1 }).where('id', '=', family).execute();
  });
  expect((await asked!).status).toBe(404);
  expect(await storage.db.selectFrom('dates').select('id').execute()).toHaveLength(1);
});

it('[P37] whose seat has changed while they waited for the unit’s row changes nothing any more', async () => {
  const world = await openWorld('postgres');
  const { storage, server, unit, people } = world;
  const add = () =>
    call(server, people.delroy, 'POST', `/api/units/${unit}/families`, { body: { name: 'Okoro' } });
  let asked: ReturnType<typeof add> | null = null;
  await storage.write(async (trx) => {
    await lockUnit(trx, unit);
    asked = add();
    await isWaiting(storage);
    await trx.updateTable('members').set({ role: 'clinician' }).where('id', '=', people.delroy.id).execute();
  });
  expect((await asked!).status).toBe(404);
  expect(await storage.db.selectFrom('families').select('id').where('name', '=', 'Okoro').execute()).toEqual(
    [],
  );
});

it.each(ENGINES)(
  '[P37] each change of the record stands in the audit once, by whom and to what, on %s',
  async (engine) => {
    const { storage, server, unit, family, people } = await openWorld(engine);
    const { delroy, callum } = people;
    const lines = async () =>
      (
        await storage.db
          .selectFrom('audit')
          .select(['act', 'member_id', 'subject', 'unit_id'])
          .orderBy('at')
          .execute()
      ).filter(({ act }) => act !== 'came in');
    const ask = async (who: typeof delroy, method: string, path: string, body?: object) =>
      (await call(server, who, method, path, { body })).body as { id: string };
    const before = (await lines()).length;
    const { id } = await ask(callum, 'POST', `/api/families/${family}/dates`, date);
    const made = await ask(delroy, 'POST', `/api/units/${unit}/families`, { name: 'Okoro' });
    const { id: task } = await ask(callum, 'POST', `/api/families/${family}/tasks`, {
      card: crypto.randomUUID(),
      what: 'Ring the school',
    });
    await ask(callum, 'POST', `/api/families/${family}/dates/${id}/acts`, {
      revision: 0,
      act: { does: 'let-go', why: 'moved online' },
    });
    await ask(callum, 'POST', `/api/tasks/${task}/acts`, { revision: 0, act: { does: 'done' } });
    await ask(callum, 'PUT', `/api/units/${unit}/questions`, {
      text: 'Who noticed?',
      kind: 'difference',
      own: true,
    });
    // What is refused is no change, and says nothing of one.
    await ask(callum, 'POST', `/api/families/${family}/dates/${id}/acts`, {
      revision: 0,
      act: { does: 'let-go', why: 'moved online' },
    });
    await ask(callum, 'POST', `/api/units/${unit}/families`, { name: 'Nobody’s' });
    await ask(callum, 'DELETE', `/api/families/${family}/dates/${crypto.randomUUID()}`);
    const said = (await lines())
      .slice(before)
      .map(({ act, member_id, subject }) => [act, member_id, subject]);
    expect(said.sort()).toEqual(
      [
        ['date added', callum.id, id],
        ['family added', delroy.id, made.id],
        ['task given out', callum.id, task],
        ['date: let-go', callum.id, id],
        ['task: done', callum.id, task],
        ['library changed', callum.id, unit],
      ].sort(),
    );
  },
);
