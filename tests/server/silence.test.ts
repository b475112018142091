import { expect, it, onTestFinished } from 'vitest';
import { cardsOf, inOrder, readBoard } from '#domain/board/board.ts';
import { addCard, setField } from '#domain/board/write.ts';
import { familyDocument, sealedDocument } from '#domain/wire.ts';
import { readHistory } from '../../server/storage/queries/history.ts';
import { BoardClient } from '../support/board-client.ts';
import { call, type Answered } from '../support/call.ts';
import type { Signed } from '../support/people.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';
import { ENGINES } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld, type World } from '../support/world.ts';

type At = Pick<World, 'family'> & { server: RunningServer };

async function open(at: At, member: Signed, more: { sealed?: boolean; hear?: (bytes: Buffer) => void } = {}) {
  const client = new BoardClient({
    server: at.server,
    family: at.family,
    member,
    hear: more.hear,
    ...(more.sealed && { sealedFor: member.id }),
  });
  onTestFinished(() => client.close());
  return client.synced();
}
const press = (at: At, who: Signed, silence: string): Promise<Answered> =>
  call(at.server, who, 'POST', `/api/families/${at.family}/turn-over`, { body: { silence } });
const thoughtsOn = (client: BoardClient) =>
  inOrder(readBoard(client.doc), 'thought').map((thought) => [thought.by, thought.text]);

it.each(ENGINES)(
  '[S15] a sealed slip is heard by nobody else and read nowhere else, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { ines, ...others } = world.people;
    const heard: Buffer[] = [];
    const boards = await Promise.all(
      [ines, ...Object.values(others)].map((member) =>
        open(world, member, { hear: (bytes) => heard.push(bytes) }),
      ),
    );
    const silence = boards[0]!.add('silence', {});
    const sealed = await open(world, ines, { sealed: true });
    const slip = sealed.add('thought', { text: 'Zanzibar rings at eight', silence });
    await sealed.allSaved();
    setField(boards[0]!.doc, silence, `slips:${ines.id}`, 1);
    await boards[0]!.allSaved();
    await until(
      () => boards.every((board) => cardsOf(board.doc).get(silence)?.get(`slips:${ines.id}`) === 1),
      'everyone sees the back of one slip',
    );
    expect(Buffer.concat(heard).includes('Zanzibar')).toBe(false);
    expect(boards.some((board) => board.has(slip))).toBe(false);
    for (const row of (await readHistory(world.storage.db, familyDocument(world.family))).rows)
      expect(Buffer.from(row.bytes).includes('Zanzibar')).toBe(false);

    // To a colleague the sealed document is not there: neither on a socket nor over the API.
    for (const member of Object.values(others)) {
      const thief = new BoardClient({
        server: world.server,
        family: world.family,
        member,
        sealedFor: ines.id,
      });
      await until(() => thief.closed !== null, 'the door answers');
      expect(thief.closed).toMatchObject({ code: 4404, reason: 'not-found' });
      thief.close();
      for (const what of ['state', 'hands'])
        expect(
          (
            await call(
              world.server,
              member,
              'GET',
              `/api/documents/${sealedDocument(familyDocument(world.family), ines.id)}/${what}`,
            )
          ).status,
        ).toBe(404);
    }
    expect(world.server.output()).not.toContain('Zanzibar');
  },
);

it('[S30] what was begun lies with its author alone, is on no board, and is not turned over with the slips', async () => {
  const world = await openWorld('sqlite');
  const { ines, callum } = world.people;
  const heard: Buffer[] = [];
  const board = await open(world, callum, { hear: (bytes) => heard.push(bytes) });
  const silence = board.add('silence', {});
  await board.allSaved();
  const sealed = await open(world, ines, { sealed: true });
  sealed.add('draft', { text: 'Zanzibar, half a decision', of: 'foot/A decision/' });
  sealed.add('thought', { text: 'a slip', silence });
  await sealed.allSaved();
  expect((await press(world, callum, silence)).status).toBe(200);
  await until(() => thoughtsOn(board).length === 1, 'the slip is turned over');
  expect(Buffer.concat(heard).includes('Zanzibar')).toBe(false);
  const find = { body: { query: 'Zanzibar' } };
  for (const who of [ines, callum])
    expect((await call(world.server, who, 'POST', '/api/search', find)).body).toMatchObject({ hits: [] });
  // On the board itself there is no such card, whoever puts it there.
  const own = await open(world, ines);
  own.add('draft', { text: 'Zanzibar', of: 'foot/A decision/' });
  await until(() => own.closed !== null, 'it is refused');
  expect(own.closed).toMatchObject({ code: 4409 });
});

it.each([
  ['a restriction that leaves them out', 'families', { restricted: true, allow: ['callum'] }],
  ['another who takes them off', 'families', { restricted: true, allow: ['callum'], disallow: 'ines' }],
  ['their leaving', 'members', { left: true }],
] as const)('[S30] what was begun goes with the right to send it: %s', async (_how, of, body) => {
  const world = await openWorld('sqlite');
  const { ines, yewande, callum } = world.people;
  for (const who of [ines, callum]) {
    const sealed = await open(world, who, { sealed: true });
    sealed.add('draft', { text: 'Zanzibar, half a decision', of: 'foot/A decision/' });
    await sealed.allSaved();
  }
  const path = of === 'families' ? `families/${world.family}` : `units/${world.unit}/members/${ines.id}`;
  const named = {
    ...body,
    ...('allow' in body && { allow: [callum.id] }),
    ...('disallow' in body && { disallow: ines.id }),
  };
  const answer = await call(world.server, yewande, 'PATCH', `/api/${path}`, { body: named });
  expect(answer.status).toBe(200);
  const left = async (member: Signed) => {
    const name = sealedDocument(familyDocument(world.family), member.id);
    const rows = await world.storage.db.selectFrom('updates').select('seq').where('doc', '=', name).execute();
    const docs = await world.storage.db
      .selectFrom('documents')
      .select('name')
      .where('name', '=', name)
      .execute();
    return rows.length + docs.length;
  };
  expect(await left(ines)).toBe(0);
  expect(await left(callum)).toBeGreaterThan(1);
});

it.each([
  [
    'a decision',
    (client: BoardClient): void => {
      client.add('decision', { text: 'x' });
    },
  ],
  [
    'the mark that it was turned over',
    (client: BoardClient): void =>
      setField(client.doc, inOrder(readBoard(client.doc), 'thought')[0]!.id, 'turnedTo', crypto.randomUUID()),
  ],
] as const)(
  '[S15] in silence thoughts are written, and what was begun: %s is refused',
  async (_what, act) => {
    const world = await openWorld('sqlite');
    const sealed = await open(world, world.people.ines, { sealed: true });
    sealed.add('thought', { text: 'mine', state: 'pot' });
    await sealed.allSaved();
    act(sealed);
    await until(() => sealed.closed !== null, 'it is refused');
    expect(sealed.closed).toMatchObject({ code: 4409 });
  },
);

it.each(ENGINES)(
  '[S16] turned over by two at once, all slips come once under their authors, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { ines, callum, nasrin, delroy } = world.people;
    const board = await open(world, delroy);
    const silence = board.add('silence', {});
    await board.allSaved();
    for (const [member, texts] of [
      [ines, ['one of Inês', 'two of Inês', ' ']],
      [callum, ['one of Callum']],
      [nasrin, ['one of Nasrin, who leaves']],
    ] as const) {
      const sealed = await open(world, member, { sealed: true });
      for (const text of texts) sealed.add('thought', { text, silence });
      await sealed.allSaved();
      sealed.close();
    }
    await world.storage.db
      .updateTable('members')
      .set({ left_at: Date.now() })
      .where('id', '=', nasrin.id)
      .execute();
    const answers = await Promise.all([press(world, callum, silence), press(world, delroy, silence)]);
    expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
    expect(answers.reduce((sum, answer) => sum + (answer.body.turned as number), 0)).toBe(3);
    await until(() => thoughtsOn(board).length === 3, 'the slips lie on the board');
    expect(thoughtsOn(board).sort()).toEqual(
      [
        [ines.id, 'one of Inês'],
        [ines.id, 'two of Inês'],
        [callum.id, 'one of Callum'],
      ].sort(),
    );
    const card = () => readBoard(board.doc).get(silence);
    await until(
      () => (card() as { turnedBy?: string | null }).turnedBy !== null,
      'it says who turned them over',
    );
    expect([callum.id, delroy.id]).toContain((card() as { turnedBy: string }).turnedBy);
    expect((await press(world, delroy, silence)).body).toEqual({ turned: 0 });
    expect((await press(world, delroy, crypto.randomUUID())).status).toBe(404);
  },
);

it('[S16] who was offline keeps their slip for themself, and the others see only what was there', async () => {
  const world = await openWorld('sqlite');
  const { ines, delroy } = world.people;
  const board = await open(world, delroy);
  const silence = board.add('silence', {});
  await board.allSaved();
  const sealed = await open(world, ines, { sealed: true });
  sealed.add('thought', { text: 'sent in time', silence });
  await sealed.allSaved();
  sealed.provider.disconnect();
  const late = sealed.add('thought', { text: 'written in a tunnel', silence });
  expect((await press(world, delroy, silence)).body).toEqual({ turned: 1 });
  await until(() => thoughtsOn(board).length === 1, 'the slip that was there');
  sealed.provider.connect();
  await sealed.allSaved();
  const kept = inOrder(readBoard(sealed.doc), 'thought');
  expect(kept.map((slip) => [slip.text, slip.turnedTo !== null])).toEqual([
    ['sent in time', true],
    ['written in a tunnel', false],
  ]);
  expect(board.has(late)).toBe(false);
});

it('[S16] a slip kept back stays its author’s in every later silence, and takes nobody’s card for its own', async () => {
  const world = await openWorld('sqlite');
  const { ines, callum, delroy } = world.people;
  const board = await open(world, delroy);
  const decision = board.add('decision', { text: 'We wait a week' });
  const view = board.add('view', { text: 'I would not', decision });
  const first = board.add('silence', {});
  await board.allSaved();
  const sealed = await open(world, ines, { sealed: true });
  sealed.add('thought', { text: 'kept back', silence: first });
  // A page that gives its slip the id of somebody else's words.
  addCard(sealed.doc, {
    id: view,
    kind: 'thought',
    by: ines.id,
    at: 1,
    fields: { text: 'forged', silence: first },
  });
  await sealed.allSaved();
  setField(board.doc, first, 'gone', true);
  const second = board.add('silence', {});
  await board.allSaved();
  expect((await press(world, callum, second)).body).toEqual({ turned: 0 });
  expect((await press(world, callum, first)).status).toBe(404);
  setField(board.doc, first, 'gone', false);
  await board.allSaved();
  expect((await press(world, callum, first)).body).toEqual({ turned: 2 });
  await until(() => thoughtsOn(board).length === 2, 'both are thoughts of hers');
  expect(thoughtsOn(board).map(([by]) => by)).toEqual([ines.id, ines.id]);
  expect(readBoard(board.doc).get(view)).toMatchObject({ kind: 'view', text: 'I would not', by: delroy.id });
});

it('[S16] a server that is killed while slips are turned over loses none and doubles none', async () => {
  const world = await openWorld('sqlite');
  let { server } = world;
  const { ines, callum, delroy } = world.people;
  for (let round = 0; round < 5; round++) {
    const at = { server, family: world.family };
    const board = await open(at, delroy);
    const silence = board.add('silence', {});
    await board.allSaved();
    for (const member of [ines, callum]) {
      const sealed = await open(at, member, { sealed: true });
      for (let i = 0; i < 5; i++) sealed.add('thought', { text: `round ${round}, ${i}`, silence });
      await sealed.allSaved();
      sealed.close();
    }
    const pressed = press(at, callum, silence).catch(() => null);
    // The kill meets another moment in each round: while the first, the second or no slip has been marked.
    for (let turn = 0; turn < round * 40; turn++) await new Promise((resolve) => setImmediate(resolve));
    await server.kill();
    await pressed;
    board.close();
    server = await startServer({ dataDir: server.dataDir, port: server.port });
    const again = { server, family: world.family };
    const reader = await open(again, delroy);
    if (reader.has(silence)) expect((await press(again, delroy, silence)).status).toBe(200);
    const count = 2 * 5 * (round + 1);
    await until(() => thoughtsOn(reader).length === count, `all ${count} slips, and no more`);
    expect(new Set(thoughtsOn(reader).map((slip) => slip.join())).size).toBe(count);
    reader.close();
  }
  onTestFinished(() => server.stop());
});
