import { expect, it, onTestFinished } from 'vitest';
import { setField, textOf } from '#domain/board/write.ts';
import type { BoardMemory, UnitQuestions } from '#domain/views.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, layMember, layOtherUnit, type Signed } from '../support/people.ts';
import { startServer } from '../support/start-server.ts';
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

it.each(ENGINES)(
  '[L5] what is looked for is found within a second, in the families that one may see and in no other, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { ines, nasrin } = world.people;
    const hers = await board(world, ines);
    const thought = hers.add('thought', {
      text: 'Perhaps “Café Zanzibar” is where he rings from',
      state: 'pot',
    });
    const asked = hers.add('question', { text: 'Who rings?' });
    const hidden = await layFamily(world.storage, { unit: world.unit, name: 'Hidden', restricted: true });
    await world.storage.db
      .insertInto('family_access')
      .values({ family_id: hidden, member_id: ines.id })
      .execute();
    const secret = await new BoardClient({ server: world.server, family: hidden, member: ines }).synced();
    onTestFinished(() => secret.close());
    const other = secret.add('thought', { text: 'Zanzibar too', state: 'pot' });
    const sealed = await new BoardClient({
      server: world.server,
      family: world.family,
      member: ines,
      sealedFor: ines.id,
    }).synced();
    onTestFinished(() => sealed.close());
    sealed.add('thought', { text: 'Zanzibar in silence', state: 'pot' });
    for (const client of [hers, secret, sealed]) await client.allSaved();
    await call(world.server, ines, 'POST', `/api/families/${world.family}/tasks`, {
      body: { card: crypto.randomUUID(), what: 'Ring the café in Zanzibar' },
    });
    const find = async (who: Signed, query: string) =>
      ((await call(world.server, who, 'POST', '/api/search', { body: { query } })).body.hits as {
        ref: string;
        kind: string;
        text: string;
      }[]) ?? [];
    const kinds = async (who: Signed, query: string) =>
      (await find(who, query)).map((hit) => hit.kind).sort();

    expect(await kinds(nasrin, 'zanzibar')).toEqual(['given-task', 'thought']);
    expect((await find(ines, 'ZANZIBAR')).map((hit) => hit.ref)).toEqual(
      expect.arrayContaining([thought, other]),
    );
    expect(await kinds(nasrin, 'cafe zanz')).toEqual(['given-task', 'thought']);
    expect(await kinds(nasrin, 'zanzibar silence')).toEqual([]);
    expect(await kinds(nasrin, '100% _ zanzibar')).toEqual([]);
    expect(await kinds(world.guest, 'zanzibar')).toEqual([]);
    // What is changed, answered or binned is found as it is now.
    textOf(hers.doc, asked, 'back')!.insert(0, 'Uncle Yusuf does');
    setField(hers.doc, thought, 'gone', true);
    await hers.allSaved();
    await expect.poll(() => kinds(nasrin, 'yusuf')).toEqual(['question']);
    await expect.poll(() => kinds(nasrin, 'zanzibar')).toEqual(['given-task']);
    expect(await kinds(nasrin, 'z')).toEqual([]);
    // A character that no store holds hides nothing and breaks nothing.
    hers.add('thought', { text: 'Perhaps\0 Yolanda', state: 'pot' });
    await hers.allSaved();
    await expect.poll(() => kinds(nasrin, 'yolanda\0')).toEqual(['thought']);
    expect(
      (await call(world.server, nasrin, 'POST', '/api/search', { body: { query: 'x'.repeat(10_000) } }))
        .status,
    ).toBe(400);
  },
);

it('[L5] a board that nobody has opened since is found too, and so is what a crash kept from the index', async () => {
  const world = await openWorld('sqlite');
  const hers = await board(world, world.people.ines);
  hers.add('thought', { text: 'Perhaps Yusuf knows', state: 'pot' });
  await hers.allSaved();
  await world.server.kill();
  hers.close();
  await world.storage.db.deleteFrom('findable').execute();
  await world.storage.db.deleteFrom('indexed').execute();
  const server = await startServer({ dataDir: world.server.dataDir, port: world.server.port });
  onTestFinished(() => server.stop());
  const answer = await call(server, world.people.nasrin, 'POST', '/api/search', { body: { query: 'yusuf' } });
  expect((answer.body.hits as unknown[]).length).toBe(1);
});

it.each(ENGINES)(
  '[L6] a unit has questions of its own and favourites, and sees what it asks much in families one may see, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { ines, callum } = world.people;
    const path = `/api/units/${world.unit}/questions`;
    const put = (who: Signed, body: object) => call(world.server, who, 'PUT', path, { body });
    const text = 'Who would notice first if {X} smiled, and {Z}?';
    expect((await put(ines, { text, kind: 'ranking', own: true })).status).toBe(200);
    expect((await put(callum, { text, kind: 'ranking', favourite: true })).status).toBe(200);
    expect((await put(callum, { text: 'Who ends it?', kind: 'sequence', favourite: true })).status).toBe(200);
    expect((await put(callum, { text: 'x', kind: 'ranking', own: true })).status).toBe(400);
    expect((await put(callum, { text: 'Who rings?', kind: 'no-such-kind', own: true })).status).toBe(400);
    const hers = await board(world, ines);
    for (const qkind of ['ranking', 'ranking', 'safety']) hers.add('question', { text: 'Who?', qkind });
    const hidden = await layFamily(world.storage, { unit: world.unit, name: 'Hidden', restricted: true });
    await world.storage.db
      .insertInto('family_access')
      .values({ family_id: hidden, member_id: ines.id })
      .execute();
    const secret = await new BoardClient({ server: world.server, family: hidden, member: ines }).synced();
    onTestFinished(() => secret.close());
    secret.add('question', { text: 'Who else?', qkind: 'meaning' });
    for (const client of [hers, secret]) await client.allSaved();
    // The index is asked, so that what was written is in it.
    await call(world.server, ines, 'POST', '/api/search', { body: { query: 'who' } });
    const read = async (who: Signed) =>
      (await call(world.server, who, 'GET', path)).body as unknown as UnitQuestions;
    expect((await read(ines)).asked).toEqual({ ranking: 2, safety: 1, meaning: 1 });
    const his = await read(callum);
    expect(his.asked).toEqual({ ranking: 2, safety: 1 });
    expect(his.own).toEqual([{ text, kind: 'ranking', by: ines.id }]);
    expect(his.favourites.sort()).toEqual([text, 'Who ends it?'].sort());
    // A full library takes nothing more, and can be emptied.
    await world.storage.db
      .insertInto('stems')
      .values(
        Array.from({ length: 498 }, (_, i) => ({
          unit_id: world.unit, text: `Full ${i}`, kind: 'ranking', own: 1, favourite: 0, by_member: ines.id, at: 1,
        })),
      )
      .execute(); // prettier-ignore
    expect((await put(ines, { text: 'One more?', kind: 'ranking', own: true })).status).toBe(413);
    expect((await put(ines, { text: 'Full 7', kind: 'ranking', own: false })).status).toBe(200);
    expect((await put(ines, { text: 'One more?', kind: 'ranking', own: true })).status).toBe(200);
    await world.storage.db.deleteFrom('stems').where('text', 'not in', [text, 'Who ends it?']).execute();
    // Taken out it is still a favourite; no favourite either, it is gone.
    await put(callum, { text, kind: 'ranking', own: false });
    expect((await read(ines)).own).toEqual([]);
    await put(callum, { text, kind: 'ranking', favourite: false });
    expect((await read(ines)).favourites).toEqual(['Who ends it?']);
  },
);

it('[M7] the map goes along with a PDF of the file where it is asked for, tagged and in words', async () => {
  const world = await openWorld('sqlite');
  const { ines } = world.people;
  const hers = await board(world, ines);
  const [a, b] = ['Selin Kaya', 'Aylin Kaya', 'أحمد', 'יוסף'].map((name) =>
    hers.add('person', { name, gender: 'female' }),
  );
  hers.add('relation', { a: a!, b: b!, is: 'parent' });
  await hers.allSaved();
  const copy = (withMap: boolean) =>
    call(world.server, ines, 'POST', `/api/children/${world.children[0]}/copies`, {
      body: { format: 'pdf', withMap },
    });
  const [without, along] = [await copy(false), await copy(true)];
  expect(along.status).toBe(200);
  expect(along.text).toContain('/Figure');
  expect(without.text).not.toContain('/Figure');
});
