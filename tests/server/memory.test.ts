import { expect, it, onTestFinished } from 'vitest';
import { setField, textOf } from '#domain/board/write.ts';
import type { BoardMemory } from '#domain/views.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, layMember, layOtherUnit, type Signed } from '../support/people.ts';
import { ENGINES } from '../support/storage.ts';
import { openWorld, type World } from '../support/world.ts';

const day = (on: string) => Date.parse(`${on}T12:00:00Z`);

async function board(world: World, member: Signed): Promise<BoardClient> {
  const client = await new BoardClient({ server: world.server, family: world.family, member }).synced();
  onTestFinished(() => client.close());
  return client;
}
/** Says of everything in the log that it was written on a day. */
const writtenOn = (world: World, on: string) =>
  world.storage.db
    .updateTable('updates')
    .set({ at: day(on) })
    .execute();
const read = async (world: World, who: Signed, on: string) =>
  call(world.server, who, 'GET', `/api/families/${world.family}/board-on/${on}`);

it.each(ENGINES)(
  '[L4] the board of a past day reads as it was, and says what changed since and by whom, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { ines, callum } = world.people;
    const hers = await board(world, ines);
    const kept = hers.add('thought', { text: 'Perhaps she waits for him', state: 'pot' });
    const binned = hers.add('thought', { text: 'Perhaps not', state: 'pot' });
    await hers.allSaved();
    await writtenOn(world, '2026-03-04');
    const his = await board(world, callum);
    textOf(his.doc, kept, 'text')!.insert(0, 'Now: ');
    setField(his.doc, binned, 'gone', true);
    const fresh = his.add('question', { text: 'Who waits?' });
    await his.allSaved();

    const answer = (await read(world, ines, '2026-03-04')).body as unknown as BoardMemory;
    expect(answer.cards.map((card) => ('text' in card ? card.text : '')).sort()).toEqual([
      'Perhaps not',
      'Perhaps she waits for him',
    ]);
    const changes = Object.fromEntries(answer.changes.map((change) => [change.card, change]));
    expect(changes[kept]).toMatchObject({
      what: 'changed',
      was: 'Perhaps she waits for him',
      text: 'Now: Perhaps she waits for him',
      by: callum.id,
    });
    expect(changes[binned]).toMatchObject({ what: 'binned', by: callum.id });
    expect(changes[fresh]).toMatchObject({ what: 'new', text: 'Who waits?', by: callum.id });
    expect(((await read(world, ines, '2026-03-03')).body as unknown as BoardMemory).cards).toEqual([]);
    expect((await read(world, ines, '2026-02-30')).status).toBe(400);
  },
);

it('[L4] what was written in silence is in nobody’s memory, and a hidden family has none', async () => {
  const world = await openWorld('sqlite');
  const { ines, delroy } = world.people;
  const sealed = new BoardClient({
    server: world.server,
    family: world.family,
    member: ines,
    sealedFor: ines.id,
  });
  await sealed.synced();
  sealed.add('thought', { text: 'Zanzibar', state: 'pot' });
  await sealed.allSaved();
  sealed.close();
  const answer = await read(world, delroy, '2099-01-01');
  expect([answer.status, answer.text.includes('Zanzibar')]).toEqual([200, false]);
  const restricted = await layFamily(world.storage, { unit: world.unit, name: 'Hidden', restricted: true });
  const stranger = await layMember(world.storage, {
    unit: await layOtherUnit(world.storage, world.unit),
    name: 'Eve',
    role: 'coordinator',
  });
  for (const [who, family] of [
    [delroy, restricted],
    [stranger, world.family],
  ] as const)
    expect((await call(world.server, who, 'GET', `/api/families/${family}/board-on/2026-03-04`)).status).toBe(
      404,
    );
});
