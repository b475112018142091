import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { io } from 'socket.io-client';
import { familyDocument, PROTOCOL, sealedDocument } from '#domain/wire.ts';
import { layFamily, layMember, layOtherUnit, type Signed } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** What becomes of a page that comes to a board by long polling: let in, closed with a reason, or never connected. */
async function come(
  world: World,
  ask: { who: Signed | null; doc: string; origin?: string; protocol?: string },
) {
  const socket = io(`${world.server.url}/sync/${ask.doc}`, {
    path: '/live',
    transports: ['polling'],
    reconnection: false,
    forceNew: true,
    auth: { protocol: ask.protocol ?? String(PROTOCOL) },
    extraHeaders: {
      origin: ask.origin ?? world.server.url,
      ...(ask.who && { cookie: ask.who.cookie }),
    },
  });
  onTestFinished(() => void socket.disconnect());
  return new Promise<string>((resolve) => {
    socket.on('connect_error', () => resolve('not connected'));
    socket.on('closed', ({ reason }: { reason: string }) => resolve(reason));
    socket.on('frame', () => resolve('let in'));
  });
}

it('[S17] over long polling the same door opens and stays shut as over a WebSocket', async () => {
  const world = await openWorld('sqlite');
  const { ines, callum } = world.people;
  const doc = familyDocument(world.family);
  const stranger = await layMember(world.storage, {
    unit: await layOtherUnit(world.storage, world.unit),
    name: 'Eve',
    role: 'coordinator',
  });
  const guest = await layMember(world.storage, { unit: world.unit, name: 'Gran', role: 'guest' });
  const hidden = await layFamily(world.storage, { unit: world.unit, name: 'Hidden', restricted: true });
  expect(await come(world, { who: ines, doc })).toBe('let in');
  expect(await come(world, { who: ines, doc: sealedDocument(familyDocument(world.family), ines.id) })).toBe(
    'let in',
  );
  expect(await come(world, { who: null, doc })).toBe('signed-out');
  expect(await come(world, { who: stranger, doc })).toBe('not-found');
  expect(await come(world, { who: guest, doc })).toBe('not-found');
  expect(await come(world, { who: callum, doc: familyDocument(hidden) })).toBe('not-found');
  expect(await come(world, { who: callum, doc: sealedDocument(familyDocument(world.family), ines.id) })).toBe(
    'not-found',
  );
  expect(await come(world, { who: ines, doc: `family:${randomUUID()}` })).toBe('not-found');
  expect(await come(world, { who: ines, doc: '../../etc' })).toBe('not-found');
  expect(await come(world, { who: ines, doc, protocol: '0' })).toBe('old-page');
  expect(await come(world, { who: ines, doc, origin: 'https://elsewhere.example' })).toBe('not connected');
});

/** Long polling as a browser does it, letter by letter: each request carries a `t` of its own, unless it is sent again. */
async function poll(world: World, as: Signed) {
  const headers = { cookie: as.cookie, origin: world.server.url };
  const base = `${world.server.url}/live/?EIO=4&transport=polling`;
  const opened = await (await fetch(base, { headers })).text();
  const { sid } = JSON.parse(opened.slice(1)) as { sid: string };
  return async (t: string, body?: string) => {
    const answer = await fetch(`${base}&sid=${sid}&t=${t}`, {
      headers,
      ...(body !== undefined && { method: 'POST', body }),
    });
    return { status: answer.status, text: await answer.text() };
  };
}

it('[S32] an answer that is asked for again was lost, and the line ends: what it held comes on the next', async () => {
  const world = await openWorld('sqlite');
  const { ines } = world.people;
  const ask = await poll(world, ines);
  expect(await ask('a', '40')).toEqual({ status: 200, text: 'ok' });
  expect((await ask('b')).text).toMatch(/^40/);
  // The same again: the first answer never came.
  expect((await ask('b')).status).toBe(400);
  expect((await ask('c')).status).toBe(400);
});

it('[S32] what is sent again is not taken twice: the line ends instead', async () => {
  const world = await openWorld('sqlite');
  const { ines } = world.people;
  const ask = await poll(world, ines);
  const doc = familyDocument(world.family);
  expect((await ask('a', `40/sync/${doc},{"protocol":"${PROTOCOL}"}`)).status).toBe(200);
  const waits = ask('b');
  expect((await ask('a', `40/sync/${doc},{"protocol":"${PROTOCOL}"}`)).status).toBe(400);
  expect((await waits).text).toBeTruthy();
  expect((await ask('c')).status).toBe(400);
});
