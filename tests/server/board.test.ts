import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { cardsOf, readBoard } from '#domain/board/board.ts';
import { setField, textOf } from '#domain/board/write.ts';
import { familyDocument } from '#domain/wire.ts';
import { arrivalInWords } from '#domain/time/arrival.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, layMember, layOtherUnit, type Signed } from '../support/people.ts';
import { startServer } from '../support/start-server.ts';
import { ENGINES } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld, type World } from '../support/world.ts';

const open = (
  world: World,
  member: Signed,
  more: { origin?: string; params?: Record<string, string> } = {},
) => {
  const client = new BoardClient({ server: world.server, family: world.family, member, ...more });
  onTestFinished(() => client.close());
  return client;
};

/** Opens a bare socket and answers with how it was turned away. */
const turnedAway = (world: World, ask: { cookie?: string; origin?: string; path?: string }) =>
  new Promise<number>((resolve) => {
    const socket = new WebSocket(
      `${world.server.url.replace('http', 'ws')}${ask.path ?? `/sync/family:${world.family}`}`,
      {
        headers: {
          ...(ask.cookie && { Cookie: ask.cookie }),
          ...(ask.origin !== 'none' && { Origin: ask.origin ?? world.server.url }),
        },
      },
    );
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0));
    socket.on('close', (code) => resolve(code));
    socket.on('error', () => undefined);
  });

describe.each(ENGINES)('a board on %s', (engine) => {
  it('[D1] what one writes others see, and it is there after a restart', async () => {
    const world = await openWorld(engine);
    const [ines, callum] = [
      await open(world, world.people.ines).synced(),
      await open(world, world.people.callum).synced(),
    ];
    const card = ines.add('thought', { text: 'What if the quarrels are how they stay in touch?' });
    await ines.allSaved();
    await until(() => callum.has(card), 'Callum sees it');
    textOf(callum.doc, card, 'text')!.insert(0, 'Perhaps: ');
    await callum.allSaved();
    await until(() => textOf(ines.doc, card, 'text')!.toString().startsWith('Perhaps'), 'Inês sees it');
    const rows = await world.storage.db
      .selectFrom('updates')
      .select(['member_id', 'seq'])
      .where('doc', '=', `family:${world.family}`)
      .orderBy('seq')
      .execute();
    expect(rows.map((row) => row.member_id)).toEqual([world.people.ines.id, world.people.callum.id]);
  });

  it('[D25] what a device keeps is read from the disk, whole and without a room, also after a kill', async () => {
    const world = await openWorld(engine);
    const { server, storage, family, people } = world;
    const doc = familyDocument(family);
    const ines = await open(world, people.ines).synced();
    const cards = ['one', 'two', 'three'].map((text) => ines.add('thought', { text }));
    await ines.allSaved();
    ines.close();
    await server.kill();
    const again = await startServer(server);
    onTestFinished(() => again.stop());
    const fence = async () =>
      (await storage.db.selectFrom('rooms').select('fence').where('doc', '=', doc).executeTakeFirst())?.fence;
    const keep = async (member: Signed) => {
      const kept = new Y.Doc();
      const state = await fetch(`${again.url}/api/documents/${doc}/state`, {
        headers: { Cookie: member.cookie },
      });
      expect(state.headers.get('Wednesday-Generation')).not.toBe('');
      Y.applyUpdate(kept, new Uint8Array(await state.arrayBuffer()));
      return [...readBoard(kept)].map(([id]) => id).sort();
    };
    const before = await fence();
    const everyone = await Promise.all(Object.values(people).map(keep));
    for (const kept of everyone) expect(kept).toEqual(cards.toSorted());
    expect(await fence()).toBe(before);

    // What waits to be brought in is the server's own hand, and needs a room.
    const card = randomUUID();
    const facts = [{ card, kind: 'news', fields: { text: 'A letter' }, before: null }];
    await storage.db
      .insertInto('intake')
      .values({ id: randomUUID(), doc, by: people.ines.id, at: 1, facts: JSON.stringify(facts) })
      .execute();
    expect(await keep(people.ines)).toEqual([...cards, card].sort());
    // And while somebody has it open, what they have just written is in it.
    const yewande = new BoardClient({ server: again, family, member: people.yewande });
    onTestFinished(() => yewande.close());
    await yewande.synced();
    const fourth = yewande.add('thought', { text: 'four' });
    await yewande.allSaved();
    expect(await keep(people.callum)).toEqual([...cards, card, fourth].sort());
  });

  it('[S8] an update under another name is refused whole, nobody sees it, and its sender goes on afresh', async () => {
    const world = await openWorld(engine);
    const [ines, callum] = [
      await open(world, world.people.ines).synced(),
      await open(world, world.people.callum).synced(),
    ];
    const card = ines.add('thought', { text: 'Selin rings Emine' });
    await until(() => callum.has(card), 'Callum sees it');
    setField(callum.doc, card, `mark:${world.people.ines.id}`, true);
    await until(() => callum.closed !== null, 'Callum is turned away');
    expect(callum.closed).toMatchObject({ code: 4409, reason: 'refused' });
    const again = await open(world, world.people.callum).synced();
    expect(cardsOf(again.doc).get(card)!.get(`mark:${world.people.ines.id}`)).toBeUndefined();
    expect(cardsOf(ines.doc).get(card)!.get(`mark:${world.people.ines.id}`)).toBeUndefined();
    setField(again.doc, card, `mark:${world.people.callum.id}`, true);
    await again.allSaved();
  });

  it('[S9] a gap brings offline words back, and a late joiner gets everything', async () => {
    const world = await openWorld(engine);
    const ines = await open(world, world.people.ines).synced();
    ines.provider.disconnect();
    const cards = Array.from({ length: 30 }, (_, i) =>
      ines.add('thought', { text: `written without a line ${i}` }),
    );
    ines.provider.connect();
    await ines.synced();
    await ines.allSaved();
    const late = await open(world, world.people.yewande).synced();
    for (const card of cards) expect(late.has(card)).toBe(true);
    const state = await fetch(`${world.server.url}/api/documents/family:${world.family}/state`, {
      headers: { Cookie: world.people.nasrin.cookie },
    });
    const doc = new Y.Doc();
    Y.applyUpdate(doc, new Uint8Array(await state.arrayBuffer()));
    expect(cardsOf(doc).size).toBe(30);
  });
});

it('[S14] whose hand was last in a card is known, for its words and its fields alike', async () => {
  const world = await openWorld('sqlite');
  const { people } = world;
  const [ines, callum] = [await open(world, people.ines).synced(), await open(world, people.callum).synced()];
  const [written, marked, untouched] = ['a', 'b', 'c'].map((text) => ines.add('thought', { text }));
  await ines.allSaved();
  await until(() => callum.has(untouched!), 'Callum sees them');
  textOf(callum.doc, written!, 'text')!.insert(0, 'perhaps ');
  setField(callum.doc, marked!, 'state', 'testing');
  await callum.allSaved();
  const path = `/api/documents/family:${world.family}/hands`;
  const hands = (await call(world.server, people.delroy, 'GET', path)).body as Record<
    string,
    { member: string }
  >;
  expect([written, marked, untouched].map((card) => hands[card!]!.member)).toEqual([
    people.callum.id,
    people.callum.id,
    people.ines.id,
  ]);
});

it('[P9] at the door: origin, session, unit and restriction decide before anything is read', async () => {
  const world = await openWorld('sqlite');
  const { people } = world;
  expect(await turnedAway(world, { cookie: people.ines.cookie, origin: 'https://evil.example' })).toBe(403);
  expect(await turnedAway(world, { cookie: people.ines.cookie, origin: 'null' })).toBe(403);
  expect(await turnedAway(world, { cookie: people.ines.cookie, origin: 'none' })).toBe(403);
  expect(await turnedAway(world, {})).toBe(4401);
  expect(await turnedAway(world, { cookie: '__Host-wednesday=nobody' })).toBe(4401);
  expect(await turnedAway(world, { cookie: world.guest.cookie })).toBe(4404);
  const missing = '/sync/family:00000000-0000-4000-8000-000000000000';
  expect(await turnedAway(world, { cookie: people.ines.cookie, path: missing })).toBe(4404);
  const restricted = await layFamily(world.storage, { unit: world.unit, name: 'Lindo', restricted: true });
  expect(await turnedAway(world, { cookie: people.ines.cookie, path: `/sync/family:${restricted}` })).toBe(
    4404,
  );
  for (const path of [
    '/sync/..%2f..%2fetc',
    '/sync/family:*',
    `/sync/family:${world.family}:x`,
    `/sync/FAMILY:${world.family}`,
  ])
    expect(await turnedAway(world, { cookie: people.ines.cookie, path }), path).toBe(4404);
  expect(
    await turnedAway(world, { cookie: people.ines.cookie, path: `/sync/family:${world.family}?protocol=0` }),
  ).toBe(4426);
  expect(
    await turnedAway(world, {
      cookie: people.ines.cookie,
      path: `/sync/family:${world.family}?generation=old`,
    }),
  ).toBe(4410);
});

it('[P10] somebody who leaves the unit during the meeting is out at once, on every board', async () => {
  const world = await openWorld('sqlite');
  const callum = await open(world, world.people.callum).synced();
  const key = {
    id: 'key',
    member_id: callum.member.id,
    public_key: Buffer.from('k'),
    counter: 0,
    transports: '[]',
    created_at: 1,
  };
  await world.storage.db.insertInto('passkeys').values(key).execute();
  const answer = await call(
    world.server,
    world.people.delroy,
    'PATCH',
    `/api/units/${world.unit}/members/${world.people.callum.id}`,
    { body: { left: true } },
  );
  expect(answer.status).toBe(200);
  await until(() => callum.closed !== null, 'Callum is out');
  expect([4401, 4403]).toContain(callum.closed!.code);
  expect(await world.storage.db.selectFrom('passkeys').selectAll().execute()).toEqual([]);
  expect(await turnedAway(world, { cookie: world.people.callum.cookie })).toBe(4401);
  expect((await call(world.server, world.people.callum, 'GET', `/api/units/${world.unit}`)).status).toBe(401);
});

it('[P11] a session that is ended elsewhere closes its sockets', async () => {
  const world = await openWorld('sqlite');
  const ines = await open(world, world.people.ines).synced();
  await call(world.server, world.people.ines, 'DELETE', `/api/sessions/${world.people.ines.session}`);
  await until(() => ines.closed !== null, 'the board closes');
  expect(ines.closed!.code).toBe(4401);
});

it('[P16] a session ends after half an hour without use, and after twelve hours whatever happens', async () => {
  const world = await openWorld('sqlite');
  const { ines, callum } = world.people;
  const hours = (count: number) => Date.now() - count * 3_600_000;
  const age = (who: Signed, times: { seen_at?: number; created_at?: number }) =>
    world.storage.db.updateTable('sessions').set(times).where('id', '=', who.session).execute();
  const asks = async (who: Signed) =>
    (await call(world.server, who, 'GET', `/api/units/${world.unit}`)).status;
  expect(await asks(ines)).toBe(200);
  await age(ines, { seen_at: hours(0.6) });
  expect(await asks(ines)).toBe(401);
  expect(await turnedAway(world, { cookie: ines.cookie })).toBe(4401);
  await age(callum, { created_at: hours(11.9) });
  expect(await asks(callum)).toBe(200);
  await age(callum, { created_at: hours(12.1) });
  expect(await asks(callum)).toBe(401);
  // A socket whose session has less than a moment left is closed when that moment is over.
  const { nasrin } = world.people;
  await age(nasrin, { created_at: Date.now() - 12 * 3_600_000 + 2_500 });
  const board = await open(world, nasrin).synced();
  await until(() => board.closed !== null, 'the board closes with its session');
  expect(board.closed!.code).toBe(4401);
});

it('[S10] presence: name and initials come from the session, and nobody speaks for somebody else', async () => {
  const world = await openWorld('sqlite');
  const [ines, callum] = [
    await open(world, world.people.ines).synced(),
    await open(world, world.people.callum).synced(),
  ];
  ines.provider.awareness.setLocalState({
    user: { name: 'Somebody else' },
    place: 'wonder',
    evil: 'x'.repeat(300),
  });
  const seen = () =>
    callum.provider.awareness.getStates().get(ines.doc.clientID) as
      { user?: { name: string }; place?: string; evil?: string } | undefined;
  await until(() => seen()?.place === 'wonder', 'Callum sees where Inês is');
  expect(seen()).toEqual({
    place: 'wonder',
    user: { id: world.people.ines.id, name: 'Inês Carvalho', initials: 'IC' },
  });
  // Callum says that Inês has gone: it is not read.
  callum.provider.awareness.meta.set(ines.doc.clientID, { clock: 99, lastUpdated: Date.now() });
  callum.provider.awareness.setLocalState({ place: 'ask' });
  await until(
    () => [...ines.provider.awareness.getStates().values()].some((state) => state.place === 'ask'),
    'Inês sees Callum',
  );
  expect(ines.provider.awareness.getLocalState()).not.toBeNull();
  const third = await open(world, world.people.yewande).synced();
  await until(() => third.provider.awareness.getStates().size === 3, 'a third sees both');
});

it('[S11] frames that are none, too large or of another sort are turned away, and the server stays up', async () => {
  const world = await openWorld('sqlite');
  const send = (frame: string | Uint8Array) =>
    new Promise<number>((resolve) => {
      const socket = new WebSocket(`${world.server.url.replace('http', 'ws')}/sync/family:${world.family}`, {
        headers: { Cookie: world.people.ines.cookie, Origin: world.server.url },
      });
      socket.on('open', () => socket.send(frame));
      socket.on('close', (code) => resolve(code));
      socket.on('error', () => undefined);
    });
  expect(await send('hello')).toBe(4400);
  expect(await send(new Uint8Array([7, 1, 2]))).toBe(4400);
  expect(await send(new Uint8Array([0, 2, 5, 1]))).toBe(4400);
  expect(await send(new Uint8Array([0, 2, 3, 255, 255, 255]))).toBe(4409);
  const long = new Uint8Array(100_000);
  long.set([0, 2, 0x9b, 0x8d, 0x06]);
  expect(await send(long)).toBe(4413);
  expect(await send(new Uint8Array(3_000_000))).toBe(1009);
  const ines = await open(world, world.people.ines).synced();
  ines.add('thought', { text: 'still here' });
  await ines.allSaved();
});

it('[S13] a connection that breaks in the middle of an upgrade leaves the server up', async () => {
  const world = await openWorld('sqlite');
  for (const path of ['/x', `/sync/family:${world.family}`, '/live/?EIO=4&transport=websocket'])
    for (let time = 0; time < 30; time++)
      await new Promise<void>((resolve) => {
        const socket = connect(world.server.port, '127.0.0.1', () => {
          socket.write(
            `GET ${path} HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
            () => socket.resetAndDestroy(),
          );
        });
        socket.on('close', () => resolve());
        socket.on('error', () => undefined);
      });
  expect((await fetch(`${world.server.url}/healthz`)).status).toBe(200);
});

it('[S12] a page that reads nothing is sent away and the others go on', async () => {
  const world = await openWorld('sqlite');
  const [ines, ...others] = await Promise.all(
    Object.values(world.people).map((one) => open(world, one).synced()),
  );
  const writers = [ines!, ...others];
  const deaf = new WebSocket(`${world.server.url.replace('http', 'ws')}/sync/family:${world.family}`, {
    headers: { Cookie: world.people.callum.cookie, Origin: world.server.url },
  });
  onTestFinished(() => deaf.terminate());
  await new Promise((resolve) => deaf.once('open', resolve));
  deaf.pause();
  const code = new Promise<number>((resolve) => deaf.once('close', resolve));
  // Each gap is at most 1 MiB; together they are more than a page may leave unread, and no one of us brings too much.
  for (let round = 0; round < 14; round++) {
    const writer = writers[round % writers.length]!;
    writer.provider.disconnect();
    for (let i = 0; i < 40; i++) writer.add('thought', { text: `${round} ${i} ${'x'.repeat(18_000)}` });
    writer.provider.connect();
    await writer.allSaved();
  }
  deaf.resume();
  expect([1006, 1013]).toContain(await code);
  const card = ines!.add('strength', { text: 'still here' });
  await ines!.allSaved();
  expect((await open(world, world.people.nasrin).synced()).has(card)).toBe(true);
});

it('[P12] another unit’s member finds no family, child, task, meeting or board of ours', async () => {
  const world = await openWorld('sqlite');
  const other = await layMember(world.storage, {
    unit: await layOtherUnit(world.storage, world.unit),
    name: 'Eve',
    role: 'coordinator',
  });
  const { meeting } = (
    await call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/meetings`, {
      body: { on: '2026-11-25' },
    })
  ).body as { meeting: string };
  for (const path of [
    `/api/units/${world.unit}`,
    `/api/families/${world.family}`,
    `/api/families/${world.family}/review?meeting=${meeting}`,
    `/api/meetings/${meeting}`,
    `/api/children/${world.children[0]}/file`,
    `/api/children/${world.children[0]}/views`,
    `/api/documents/family:${world.family}/state`,
    `/api/units/${world.unit}/links`,
  ]) {
    const answer = await call(world.server, other, 'GET', path);
    expect(answer.status, path).toBe(404);
    expect(answer.text).not.toContain('Kaya');
    const missing = await call(
      world.server,
      other,
      'GET',
      path.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '00000000-0000-4000-8000-000000000000'),
    );
    expect(missing, path).toEqual(answer);
  }
  expect(await turnedAway(world, { cookie: other.cookie })).toBe(4404);
});

it('[T4] a card that was written without a line, or by a wrong clock, says since when it is here; its author stays its last hand', async () => {
  const world = await openWorld('sqlite');
  const { people } = world;
  const pageOf = async (member: Signed, hoursAhead: number) => {
    const client = new BoardClient({
      server: world.server,
      family: world.family,
      member,
      now: () => Date.now() + hoursAhead * 3_600_000,
    });
    onTestFinished(() => client.close());
    return client.synced();
  };
  const reader = await pageOf(people.delroy, 0);
  const began = Date.now();
  const [late, ahead, honest] = [
    (await pageOf(people.ines, -4)).add('thought', { text: 'written at ten, without a line' }),
    (await pageOf(people.callum, 7)).add('thought', { text: 'by a clock that is ahead' }),
    (await pageOf(people.nasrin, 0)).add('thought', { text: 'now' }),
  ];
  const card = (id: string) => readBoard(reader.doc).get(id)!;
  await until(
    () => reader.has(honest) && [late, ahead].every((id) => reader.has(id) && card(id).arrivedAt),
    'all three are here, and two say since when',
  );
  expect(card(honest).arrivedAt).toBeNull();
  expect(card(late).arrivedAt).toBeGreaterThanOrEqual(began);
  expect(arrivalInWords(card(late), '2026-11-18')).toMatch(/^written without a line .*about .*, here since /);
  // A time that is later than its receipt reads as the receipt.
  expect(card(ahead).at).toBe(card(ahead).arrivedAt);
  expect(arrivalInWords(card(ahead), '2026-11-18')).toBeNull();
  const hands = (
    await call(world.server, people.delroy, 'GET', `/api/documents/family:${world.family}/hands`)
  ).body as Record<string, { member: string }>;
  expect(hands[late]!.member).toBe(people.ines.id);
  const today = (
    await call(world.server, people.delroy, 'GET', `/api/families/${world.family}/board-on/2026-01-01`)
  ).body as { changes: { card: string; by: string }[] };
  expect(today.changes.find((one) => one.card === late)?.by).toBe(people.ines.id);
  // Nobody says it of a card but the server.
  setField(reader.doc, honest, 'arrivedAt', 1);
  await until(() => reader.closed !== null, 'it is refused');
  expect(readBoard((await pageOf(people.ines, 0)).doc).get(honest)!.arrivedAt).toBeNull();
});
