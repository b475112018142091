import { expect, it, onTestFinished } from 'vitest';
import { io, type Socket } from 'socket.io-client';
import type { WallPicture } from '#domain/meeting/wall.ts';
import { setField } from '#domain/board/write.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { LiveClient } from '../support/live-client.ts';
import { layFamily, type Signed } from '../support/people.ts';
import { ENGINES } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld, type World } from '../support/world.ts';

/** Opens a shared screen with a code; everything that reaches it is kept. */
async function openScreen(world: World, code: string) {
  const response = await fetch(`${world.server.url}/api/wall`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: world.server.url },
    body: JSON.stringify({ code }),
  });
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { status: response.status, cookie };
}
function showOn(world: World, cookie: string) {
  const heard: WallPicture[] = [];
  const socket: Socket = io(`${world.server.url}/wall`, {
    path: '/live',
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
    extraHeaders: { origin: world.server.url, cookie },
  });
  onTestFinished(() => void socket.disconnect());
  let refused = '';
  socket.on('connect_error', (error) => (refused = error.message));
  socket.on('picture', (picture: WallPicture) => heard.push(picture));
  return { socket, heard, refused: () => refused, last: () => heard.at(-1) };
}
const board = async (world: World, member: Signed, more: { sealedFor?: string } = {}) => {
  const client = await new BoardClient({
    server: world.server,
    family: world.family,
    member,
    ...more,
  }).synced();
  onTestFinished(() => client.close());
  return client;
};

it.each(ENGINES)(
  '[S18] a shared screen is sent a picture and nothing that is not for everybody, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { ines, delroy } = world.people;
    const hidden = await layFamily(world.storage, { unit: world.unit, name: 'Hidden', restricted: true });
    await world.storage.db
      .insertInto('family_access')
      .values({ family_id: hidden, member_id: delroy.id })
      .execute();
    const opened = await call(world.server, delroy, 'POST', `/api/units/${world.unit}/meetings`, {
      body: { on: '2026-11-25' },
    });
    const { meeting } = opened.body as { meeting: string };
    const live = new LiveClient({ server: world.server, who: delroy, meeting });
    await live.join();
    const state = async () =>
      (
        (await call(world.server, delroy, 'GET', `/api/meetings/${meeting}`)).body as {
          state: { agenda: { id: string; family: string }[] };
        }
      ).state;
    const item = async (family: string) => (await state()).agenda.find((one) => one.family === family)!.id;
    await live.act({ does: 'focus', item: await item(world.family), place: 'wonder' });

    const { code } = (await call(world.server, ines, 'POST', `/api/meetings/${meeting}/wall`)).body as {
      code: string;
    };
    expect((await openScreen(world, '22222222')).status).toBe(404);
    const { status, cookie } = await openScreen(world, code);
    expect(status).toBe(200);
    // Once, and no more.
    expect((await openScreen(world, code)).status).toBe(404);
    // Its cookie opens nothing else.
    for (const path of [
      `/api/meetings/${meeting}`,
      `/api/units/${world.unit}`,
      `/api/documents/family:${world.family}/state`,
    ])
      expect(
        (await fetch(`${world.server.url}${path}`, { headers: { cookie } })).status,
        path,
      ).toBeGreaterThanOrEqual(400);
    const screen = showOn(world, cookie);
    await until(() => screen.last()?.place === 'wonder', 'the picture');

    const hers = await board(world, ines);
    const sealed = await board(world, ines, { sealedFor: ines.id });
    sealed.add('thought', { text: 'Zanzibar in silence', state: 'pot' });
    const aside = hers.add('thought', { text: 'Zanzibar set aside', state: 'pot' });
    setField(hers.doc, aside, 'state', 'aside');
    hers.add('thought', { text: 'Perhaps she waits', state: 'pot', [`mark:${ines.id}`]: true });
    hers.add('view', { text: 'Zanzibar is my different view', decision: crypto.randomUUID() });
    for (const client of [hers, sealed]) await client.allSaved();
    await until(() => screen.last()?.main?.text === 'Perhaps she waits', 'the thought on the screen');
    // A screen has nothing to say: whatever it sends is not heard.
    screen.socket.emit('act', { meeting, act: { does: 'close' } });
    screen.socket.emit('join', { meeting, place: 'room' });
    await live.act({ does: 'blank', yes: true });
    await until(() => screen.last()?.blank === true, 'the blank');
    expect(screen.last()).toMatchObject({ family: '', main: null, children: [], seats: [] });
    await live.act({ does: 'blank', yes: false });
    await live.act({ does: 'focus', item: await item(hidden), place: 'wonder' });
    await until(() => screen.last()?.says.includes('not shown') === true, 'the family that is not shown');
    expect(screen.last()!.family).toBe('');
    const everything = JSON.stringify(screen.heard);
    for (const word of ['Zanzibar', 'Hidden', hidden, world.family]) expect(everything).not.toContain(word);
    expect((await state()).agenda.length).toBeGreaterThan(0);

    await live.act({ does: 'close' });
    await until(() => screen.last()?.says === 'This Wednesday is over.', 'the end');
    const late = showOn(world, cookie);
    await until(() => late.refused() !== '', 'the refusal');
    expect(late.refused()).toBe('signed-out');
    const nobody = showOn(world, 'nothing=1');
    await until(() => nobody.refused() !== '', 'the refusal of a stranger');
    expect(nobody.heard).toEqual([]);
  },
);

it('[S18] a code is good for ten minutes, and guessing is paced', async () => {
  const world = await openWorld('sqlite');
  const { delroy } = world.people;
  const opened = await call(world.server, delroy, 'POST', `/api/units/${world.unit}/meetings`, {
    body: { on: '2026-11-25' },
  });
  const { meeting } = opened.body as { meeting: string };
  const { code } = (await call(world.server, delroy, 'POST', `/api/meetings/${meeting}/wall`)).body as {
    code: string;
  };
  await world.storage.db
    .updateTable('walls')
    .set({ code_until: Date.now() - 1 })
    .execute();
  expect((await openScreen(world, code)).status).toBe(404);
  const answers: number[] = [];
  for (let i = 0; i < 25; i++)
    answers.push((await openScreen(world, `2222${'23456789ABCDEFGHJKMNPQRSTUVWXYZ'[i]}222`)).status);
  expect(answers).toContain(429);
  // Twenty wrong ones have come by now, the one that had run out among them: no open code is left, and it is noted.
  const open = () =>
    world.storage.db.selectFrom('walls').select('id').where('code_hash', 'is not', null).execute();
  expect(await open()).toEqual([]);
  const noted = await world.storage.db.selectFrom('audit').select(['act', 'unit_id']).execute();
  expect(noted.filter(({ act }) => act === 'codes of a screen were guessed')).toEqual([
    { act: 'codes of a screen were guessed', unit_id: world.unit },
  ]);
  // One meeting has one open code at a time.
  const codes = [];
  for (let i = 0; i < 2; i++)
    codes.push(
      (await call(world.server, delroy, 'POST', `/api/meetings/${meeting}/wall`)).body.code as string,
    );
  expect(
    await world.storage.db.selectFrom('walls').select('id').where('code_hash', 'is not', null).execute(),
  ).toHaveLength(1);
});

it('[S18] a family that becomes restricted goes from the screen, and a screen left on goes dark after a day', async () => {
  const world = await openWorld('sqlite');
  const { delroy } = world.people;
  const { meeting } = (
    await call(world.server, delroy, 'POST', `/api/units/${world.unit}/meetings`, {
      body: { on: '2026-11-25' },
    })
  ).body as { meeting: string };
  const live = new LiveClient({ server: world.server, who: delroy, meeting });
  await live.join();
  const page = (await call(world.server, delroy, 'GET', `/api/meetings/${meeting}`)).body as {
    state: { agenda: { id: string; family: string }[] };
  };
  const item = page.state.agenda.find((one) => one.family === world.family)!.id;
  await live.act({ does: 'focus', item, place: 'wonder' });
  const { code } = (await call(world.server, delroy, 'POST', `/api/meetings/${meeting}/wall`)).body as {
    code: string;
  };
  const { cookie } = await openScreen(world, code);
  const screen = showOn(world, cookie);
  await until(() => screen.last()?.family === 'Kaya-Bright', 'the family');
  // Nobody has the board open: the screen hears it all the same.
  const restricted = await call(world.server, delroy, 'PATCH', `/api/families/${world.family}`, {
    body: { restricted: true },
  });
  expect(restricted.status).toBe(200);
  await until(() => screen.last()?.says.includes('not shown') === true, 'it is not shown any more');
  const later = showOn(world, cookie);
  await until(() => later.heard.length > 0, 'another screen');
  expect(JSON.stringify(later.heard)).not.toContain('Kaya');
  await world.storage.db
    .updateTable('walls')
    .set({ at: Date.now() - 16 * 3_600_000 + 1_500 })
    .execute();
  const last = showOn(world, cookie);
  await until(() => last.heard.length > 0, 'a screen in its last second');
  await until(() => last.socket.disconnected, 'it goes dark');
  const late = showOn(world, cookie);
  await until(() => late.refused() === 'signed-out', 'and stays dark');
});
