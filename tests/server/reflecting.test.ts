import { mkdtemp, readdir, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { io } from 'socket.io-client';
import { expect, it, onTestFinished } from 'vitest';
import { readBoard } from '#domain/board/board.ts';
import { personIn, type Session } from '#domain/reflecting/session.ts';
import { setField, textOf } from '#domain/board/write.ts';
import { addDays, londonDate } from '#domain/time/civil.ts';
import { reflectingDocument, sealedDocument } from '#domain/wire.ts';
import { backUp } from '../../server/admin/backup.ts';
import { buildDocument } from '../../server/storage/building.ts';
import { readDocument } from '../../server/storage/queries/documents.ts';
import { removeSessions } from '../../server/storage/queries/reflecting.ts';
import { Committer } from '../../server/sync/committer.ts';
import { Room } from '../../server/sync/room.ts';
import { keepSnapshot } from '../../server/sync/snapshots.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, type Signed } from '../support/people.ts';
import { comeIn, inSession, laySession, moveTo, pageOn, sessionPage } from '../support/reflecting.ts';
import { startServer } from '../support/start-server.ts';
import { ENGINES } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld, type World } from '../support/world.ts';

it.each(ENGINES)(
  '[R2] who may write follows the movement, at every message, also in mid-word, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const session = await laySession(world);
    const { ines, callum, selin, yewande, id } = session;
    await moveTo(world, session, 'reflecting');
    const heard: Buffer[] = [];
    const [his, hers] = [
      pageOn(world, session, callum),
      pageOn(world, session, selin, { hear: (bytes) => heard.push(bytes) }),
    ];
    await his.synced();
    await hers.synced();
    const card = his.add('reflection', { text: 'I was struck by ' });
    await until(() => hers.has(card), 'the family reads what the team says');

    // Who listens cannot write, whatever their page sends; nobody is sent a word of it.
    hers.add('reflection', { text: 'Not my turn' });
    await until(() => hers.closed?.code === 4409, 'what a listener writes is refused');

    // In mid-word the movement changes: the next letter is refused, what was said before stands.
    await inSession(world, id, ines, {
      does: 'move',
      from: { movement: 'reflecting', round: 1 },
      to: { movement: 'response', round: 1 },
    });
    textOf(his.doc, card, 'text')!.insert(16, 'zebra');
    await until(() => his.closed?.code === 4409, 'the letter after the movement is refused');
    const emine = pageOn(world, session, session.emine);
    await emine.synced();
    expect(textOf(emine.doc, card, 'text')!.toString()).toBe('I was struck by ');
    expect(Buffer.concat(heard).toString('latin1')).not.toContain('zebra');

    // At response the family and the interviewer write, and nobody changes what somebody else said.
    const answer = emine.add('reflection', { text: 'It was so' });
    await emine.allSaved();
    const hers2 = pageOn(world, session, yewande);
    await hers2.synced();
    await until(() => hers2.has(answer), 'everyone reads the response');
    textOf(hers2.doc, answer, 'text')!.insert(0, 'Not ');
    await until(() => hers2.closed?.code === 4409, 'the words of somebody else');

    // In a pause nobody writes.
    await inSession(world, id, ines, { does: 'pause', yes: true });
    emine.add('reflection', { text: 'In a pause' });
    await until(() => emine.closed?.code === 4409, 'a pause');
    const last = pageOn(world, session, callum);
    await last.synced();
    expect([...readBoard(last.doc).values()].map((one) => ('text' in one ? one.text : '')).sort()).toEqual([
      'I was struck by ',
      'It was so',
    ]);
  },
);

it('[R2] before the reflecting and at closing nobody puts words before the others, and no other card comes in', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  for (const movement of ['interview', 'closing']) {
    const at = await laySession(world);
    await moveTo(world, at, movement);
    for (const who of [at.ines, at.yewande, at.selin]) {
      const page = pageOn(world, at, who);
      await page.synced();
      page.add('reflection', { text: 'words' });
      await until(() => page.closed?.code === 4409, `${who.name} in ${movement}`);
    }
  }
  await moveTo(world, session, 'reflecting');
  for (const kind of ['thought', 'jotting', 'kept'] as const) {
    const page = pageOn(world, session, session.ines);
    await page.synced();
    page.add(kind, { text: 'words', session: session.id, what: 'met' });
    await until(() => page.closed?.code === 4409, kind);
  }
  const board = new BoardClient({ server: world.server, family: world.family, member: session.ines });
  await board.synced();
  board.add('kept', { text: 'Everyone said yes', session: session.id, what: 'reflection', on: '2026-11-20' });
  await until(() => board.closed?.code === 4409, 'nobody makes up what was kept');
  board.close();
});

it.each(ENGINES)('[R4] jottings are sent to their writer and to nobody else, on %s', async (engine) => {
  const world = await openWorld(engine);
  const session = await laySession(world);
  const { selin, ines, callum } = session;
  await moveTo(world, session, 'reflecting');
  const heard: Buffer[] = [];
  const hear = (bytes: Buffer) => heard.push(bytes);
  for (const who of [ines, callum, session.emine]) await pageOn(world, session, who, { hear }).synced();
  const jottings = pageOn(world, session, selin, { sealedFor: selin.id });
  await jottings.synced();
  jottings.add('jotting', { text: 'She noticed my hands quokka' });
  await jottings.allSaved();
  for (const who of [ines, callum, session.emine]) {
    const theirs = pageOn(world, session, who, { sealedFor: selin.id, hear });
    await until(() => theirs.closed?.code === 4404, `${who.name} finds nothing`);
    const answer = await call(
      world.server,
      who,
      'GET',
      `/api/documents/${sealedDocument(reflectingDocument(session.id), selin.id)}/state`,
    );
    expect([answer.status, answer.text.includes('quokka')]).toEqual([404, false]);
  }
  expect(Buffer.concat(heard).toString('latin1')).not.toContain('quokka');
  // A reload brings them back to their writer.
  const again = pageOn(world, session, selin, { sealedFor: selin.id });
  await again.synced();
  expect([...readBoard(again.doc).values()].map((one) => one.kind)).toEqual(['jotting']);
});

it('[R3] who has not said yes, does not listen or has left is sent nothing of what is said', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { selin, id } = session;
  const before = pageOn(world, session, selin);
  await until(() => before.closed?.code === 4404, 'no yes, no words');
  await moveTo(world, session, 'reflecting');
  const said = pageOn(world, session, session.callum);
  await said.synced();
  const page = pageOn(world, session, selin);
  await page.synced();
  expect(await inSession(world, id, selin, { does: 'listen', yes: false })).toBe(200);
  await until(() => page.closed?.code === 4403, 'the line ends at once');
  const card = said.add('reflection', { text: 'while she does not listen' });
  await said.allSaved();
  const shut = pageOn(world, session, selin);
  await until(() => shut.closed?.code === 4404, 'and does not open');
  expect(shut.has(card)).toBe(false);
  await inSession(world, id, selin, { does: 'listen', yes: true });
  const back = pageOn(world, session, selin);
  await back.synced();
  expect(back.has(card)).toBe(true);
  await inSession(world, id, selin, { does: 'leave', yes: true });
  await until(() => back.closed?.code === 4403, 'who leaves is out');
});

it('[R1] the session is moved by who leads, step by step, after everyone has said yes', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { id, ines, selin, emine, callum } = session;
  const agreement = { movement: 'agreement', round: 1 };
  const interview = { movement: 'interview', round: 1 };
  const on = { does: 'move', from: agreement, to: interview };
  expect(await inSession(world, id, callum, on)).toBe(403);
  expect(await inSession(world, id, selin, on)).toBe(403);
  expect(await inSession(world, id, ines, on)).toBe(403);
  await inSession(world, id, selin, { does: 'agree', yes: true });
  // Nobody says yes for somebody who has a page of their own.
  expect(await inSession(world, id, ines, { does: 'agree', yes: true, whom: emine.id })).toBe(403);
  expect(await inSession(world, id, selin, { does: 'agree', yes: true, whom: session.marlon })).toBe(403);
  await inSession(world, id, emine, { does: 'agree', yes: true });
  expect(await inSession(world, id, ines, on)).toBe(403);
  await inSession(world, id, ines, { does: 'agree', yes: true, whom: session.marlon });
  expect(await inSession(world, id, ines, { ...on, to: { movement: 'closing', round: 1 } })).toBe(403);
  // Two presses are one.
  expect([await inSession(world, id, ines, on), await inSession(world, id, ines, on)]).toEqual([200, 200]);
  const page = (await sessionPage(world, id, selin)).body as unknown as {
    session: { step: { movement: string } };
  };
  expect(page.session.step.movement).toBe('interview');
});

it('[R1] who leads hands the session on to a member who is there, and cannot leave before', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { id, ines, callum, selin } = session;
  expect(await inSession(world, id, callum, { does: 'lead', to: callum.id })).toBe(403);
  expect(await inSession(world, id, selin, { does: 'lead', to: selin.id })).toBe(403);
  // Never to somebody who was invited, nor to nobody.
  expect(await inSession(world, id, ines, { does: 'lead', to: selin.id })).toBe(404);
  expect(await inSession(world, id, ines, { does: 'lead', to: world.people.delroy.id })).toBe(404);
  expect(await inSession(world, id, ines, { does: 'leave', yes: true })).toBe(403);
  expect(await inSession(world, id, ines, { does: 'lead', to: callum.id })).toBe(200);
  expect(await inSession(world, id, ines, { does: 'pause', yes: true })).toBe(403);
  expect(await inSession(world, id, callum, { does: 'pause', yes: true })).toBe(200);
  expect(await inSession(world, id, ines, { does: 'leave', yes: true })).toBe(200);
});

it('[H11] a flood of acts in a session is refused, and it goes on for the others', async () => {
  const world = await openWorld('sqlite');
  const { id, selin, emine } = await laySession(world);
  const flood = await Promise.all(
    Array.from({ length: 60 }, (_, at) => inSession(world, id, selin, { does: 'agree', yes: at % 2 === 0 })),
  );
  expect(new Set(flood)).toEqual(new Set([200, 429]));
  expect(await inSession(world, id, emine, { does: 'agree', yes: true })).toBe(200);
});

it('[R7] a session is held within ninety days, and nothing of it is agreed to stay longer', async () => {
  const world = await openWorld('sqlite');
  const today = londonDate(Date.now());
  const keep = (until: string) => ({ files: false, until });
  for (const wrong of [
    { on: addDays(today, -2) },
    { on: addDays(today, 91) },
    { keep: keep(addDays(today, -1)) },
    { keep: keep(addDays(today, 91)) },
  ])
    await expect(laySession(world, wrong)).rejects.toThrow('Choose a day within 90 days');
  await laySession(world, { keep: keep(addDays(today, 90)) });
});

it('[R5] hands are taken in one order, whoever is next takes the turn, and a listener has none', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { id, ines, selin, callum, yewande } = session;
  await moveTo(world, session, 'reflecting');
  expect(await inSession(world, id, selin, { does: 'hand', yes: true })).toBe(403);
  expect(await inSession(world, id, callum, { does: 'hand', yes: true })).toBe(200);
  expect(await inSession(world, id, ines, { does: 'hand', yes: true })).toBe(200);
  expect(await inSession(world, id, callum, { does: 'speak', who: callum.id })).toBe(200);
  expect(await inSession(world, id, callum, { does: 'speak', who: yewande.id })).toBe(403);
  const read = async () => {
    const { session: now } = (await sessionPage(world, id, selin)).body as unknown as {
      session: { hands: string[]; speaking: string | null };
    };
    return [now.speaking, now.hands];
  };
  expect(await read()).toEqual([callum.id, [ines.id]]);
  expect(await inSession(world, id, callum, { does: 'speak', who: null })).toBe(200);
  expect(await read()).toEqual([null, [ines.id]]);
  expect(await inSession(world, id, callum, { does: 'speak', who: callum.id })).toBe(403);
});

it('[R9] a pause request is seen by who leads and by who asked; who stops has stopped, and is sent nothing more', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { id, ines, selin, emine, callum } = session;
  await moveTo(world, session, 'reflecting');
  const seen = async (who: Signed) => {
    const { session: now } = (await sessionPage(world, id, who)).body as unknown as {
      session: { asks: unknown[]; isPaused: boolean };
    };
    return [now.asks.length, now.isPaused];
  };
  await inSession(world, id, selin, { does: 'ask', what: 'pause' });
  expect([await seen(ines), await seen(selin), await seen(emine), await seen(callum)]).toEqual([
    [1, false],
    [1, false],
    [0, false],
    [0, false],
  ]);
  const heard: Buffer[] = [];
  const hers = pageOn(world, session, emine, { hear: (bytes) => heard.push(bytes) });
  await hers.synced();
  expect(await inSession(world, id, emine, { does: 'stop', yes: true })).toBe(200);
  await until(() => hers.closed?.code === 4403, 'her line ends at once');
  expect([await seen(ines), await seen(callum)]).toEqual([
    [1, true],
    [0, true],
  ]);
  // Who it was stands on nobody's page but the lead's and her own, however it is looked for.
  for (const who of [selin, callum])
    expect((await sessionPage(world, id, who)).text).not.toMatch(/"by":"[^"]*","at":/);
  // It goes on without her where the other of the family says so; the one who has no page says it by who leads.
  expect(await inSession(world, id, ines, { does: 'pause', yes: false })).toBe(403);
  expect(await inSession(world, id, selin, { does: 'go-on', yes: true })).toBe(403);
  expect(await inSession(world, id, callum, { does: 'ask-others' })).toBe(403);
  expect(await inSession(world, id, ines, { does: 'ask-others' })).toBe(200);
  expect(await inSession(world, id, selin, { does: 'go-on', yes: true })).toBe(200);
  expect(await inSession(world, id, ines, { does: 'pause', yes: false })).toBe(403);
  expect(await inSession(world, id, ines, { does: 'go-on', yes: true, whom: session.marlon })).toBe(200);
  // Nobody takes her out of the session meanwhile, and so out of the asking.
  const out = await call(world.server, ines, 'DELETE', `/api/reflecting/${id}/people/${emine.id}`);
  expect(out.status).toBe(403);
  expect(await inSession(world, id, ines, { does: 'pause', yes: false })).toBe(200);
  const said = pageOn(world, session, callum);
  await said.synced();
  said.add('reflection', { text: 'numbat, after she stopped' });
  await said.allSaved();
  const shut = pageOn(world, session, emine, { hear: (bytes) => heard.push(bytes) });
  await until(() => shut.closed?.code === 4404, 'and does not open');
  expect(Buffer.concat(heard).toString('latin1')).not.toContain('numbat');
  expect((await sessionPage(world, id, emine)).body).toMatchObject({
    mayHear: false,
    mayJot: true,
    session: { stops: [{ by: emine.id, isWithout: true }] },
  });
  // Nobody goes on for her, and she does by herself.
  expect(await inSession(world, id, ines, { does: 'stop', yes: false, whom: emine.id })).toBe(403);
  expect(await inSession(world, id, emine, { does: 'stop', yes: false })).toBe(200);
  expect(await inSession(world, id, emine, { does: 'stop', yes: true })).toBe(200);
  // From anywhere to closing once somebody has stopped it.
  const to = { movement: 'closing', round: 1 };
  expect(
    await inSession(world, id, ines, { does: 'move', from: { movement: 'reflecting', round: 1 }, to }),
  ).toBe(200);
});

it('[R8] an invitation opens one session, once its code is right, and nothing else of the system', async () => {
  const world = await openWorld('sqlite', { isPlain: true });
  const session = await laySession(world);
  const other = await laySession(world);
  const { selin } = session;
  const [link] = session.links;
  const opened = await sessionPage(world, session.id, selin);
  expect(opened.status).toBe(200);
  expect(opened.text).not.toContain('@example.org');
  const paths = (
    (await call(world.server, null, 'GET', '/api/openapi.json')).body as {
      paths: Record<string, Record<string, unknown>>;
    }
  ).paths;
  const zero = '00000000-0000-4000-8000-000000000000';
  // Forgetting one's device is one's own to do, and comes at the end.
  delete paths['/api/reflecting/go'];
  for (const [path, methods] of Object.entries(paths))
    for (const method of Object.keys(methods)) {
      const at = path
        .replace('{unit}', world.unit)
        .replace('{family}', world.family)
        .replace('{child}', world.children[0])
        .replace('{name}', `family:${world.family}`)
        .replace('{session}', other.id)
        .replace(/\{\w+\}/g, zero);
      const ask = { body: method === 'get' ? undefined : {} };
      const [asNobody, asSelin] = [
        await call(world.server, null, method.toUpperCase(), at, ask),
        await call(world.server, selin, method.toUpperCase(), at, ask),
      ];
      // Word for word what somebody hears who has no cookie at all, but for the time of the day.
      expect([method, path, asSelin.status]).toEqual([method, path, asNobody.status]);
      expect(asSelin.text).not.toMatch(/Aylin|Deniz/);
    }
  const board = new BoardClient({ server: world.server, family: world.family, member: selin });
  await until(() => board.closed?.code === 4401, 'no board');
  board.close();

  // A link is good for one device: whoever else has both reads nothing, disturbs nobody, and it is written down.
  expect((await comeIn(world, link!)).status).toBe(410);
  expect((await comeIn(world, link!, session.emine.cookie)).status).toBe(410);
  expect((await sessionPage(world, session.id, selin)).status).toBe(200);
  const acts = async (act: string) =>
    (await world.storage.db.selectFrom('audit').select('id').where('act', '=', act).execute()).length;
  expect(await acts('tried an invitation that was used')).toBe(1);
  // Her own device comes back by it.
  expect(await comeIn(world, link!, selin.cookie)).toEqual({ status: 200, cookie: selin.cookie });
  // Five wrong codes and a link that nobody has come by is dead, the right code too; who leads sees it, and nobody else.
  const invite = async (participant: string) =>
    (
      await call(
        world.server,
        session.ines,
        'POST',
        `/api/reflecting/${session.id}/people/${participant}/invitation`,
        { body: {} },
      )
    ).body as { token: string; code: string };
  const next = await invite(session.emine.id);
  const wrong = next.code === '111111' ? '222222' : '111111';
  for (let n = 0; n < 5; n++) expect((await comeIn(world, { ...next, code: wrong })).status).toBe(404);
  expect((await comeIn(world, next)).status).toBe(410);
  expect(await acts('ended an invitation by wrong codes')).toBe(1);
  expect((await sessionPage(world, session.id, session.ines)).body.lockedOut).toEqual([session.emine.id]);
  expect((await sessionPage(world, session.id, session.callum)).body.lockedOut).toEqual([]);
  session.emine.cookie = (await comeIn(world, await invite(session.emine.id))).cookie;
  expect((await sessionPage(world, session.id, session.ines)).body.lockedOut).toEqual([]);
  // A new invitation ends what was there before, and who is taken out is out at once. Who leads could use it themself: so
  // neither jottings nor a yes wait behind it.
  await inSession(world, session.id, selin, { does: 'agree', yes: true });
  const page = pageOn(world, session, selin, { sealedFor: selin.id });
  await page.synced();
  page.add('jotting', { text: 'the wombat is mine' });
  await page.allSaved();
  const fresh = await call(
    world.server,
    session.ines,
    'POST',
    `/api/reflecting/${session.id}/people/${selin.id}/invitation`,
    { body: {} },
  );
  await until(() => page.closed?.code === 4401, 'the old device is out');
  expect((await sessionPage(world, session.id, selin)).status).toBe(401);
  const { cookie } = await comeIn(world, fresh.body as { token: string; code: string });
  const again = { ...selin, cookie };
  const hers = pageOn(world, session, again, { sealedFor: selin.id });
  await hers.synced();
  expect(readBoard(hers.doc).size).toBe(0);
  expect(await bytesOn(world.server.dataDir)).not.toContain('wombat');
  const anew = (await sessionPage(world, session.id, again)).body.session as Session;
  expect(personIn(anew, selin.id)?.agreedAt).toBe(null);
  for (const who of [session.callum, again])
    expect(
      (await call(world.server, who, 'DELETE', `/api/reflecting/${session.id}/people/${selin.id}`)).status,
    ).toBe(403);
  // Who came stays among those who are asked; somebody who never said a word can be taken out.
  const takeOut = async (participant: string) =>
    (await call(world.server, session.ines, 'DELETE', `/api/reflecting/${session.id}/people/${participant}`))
      .status;
  expect(await takeOut(selin.id)).toBe(403);
  const { emine } = session;
  const jottings = await pageOn(world, session, emine, { sealedFor: emine.id }).synced();
  expect(await takeOut(emine.id)).toBe(200);
  await until(() => jottings.closed !== null, 'who is taken out is out');
  expect((await sessionPage(world, session.id, emine)).status).toBe(401);
});

it('[R8] who was invited comes back by their own link on their own device after the end, until it has forgotten them', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world, { keep: { files: false, until: null } });
  const { selin } = session;
  const [link] = session.links;
  await moveTo(world, session, 'closing');
  expect(await inSession(world, session.id, selin, { does: 'keep-jottings', yes: true })).toBe(200);
  // Whether somebody keeps their jottings is on nobody else's page.
  for (const other of [session.ines, session.callum, session.emine]) {
    const seen = (await sessionPage(world, session.id, other)).body.session as Session;
    expect(seen.people.some((one) => one.keepsJottings)).toBe(false);
  }
  expect(await inSession(world, session.id, session.ines, { does: 'close' })).toBe(200);
  // Her own device needs no code any more, and keeps its cookie over a closed browser.
  const { token } = link!;
  expect((await comeIn(world, { token }, selin.cookie)).status).toBe(200);
  expect((await comeIn(world, link!)).status).toBe(410);
  // Of several who came in one browser each comes back as themself.
  const both = `${session.emine.cookie}; ${selin.cookie}`;
  for (const who of [selin, session.emine]) {
    const asked = await call(world.server, { ...who, cookie: both }, 'GET', `/api/reflecting/${session.id}`, {
      headers: { 'Wednesday-Member': who.id },
    });
    expect(asked.body.me).toBe(who.id);
  }
  expect(
    (await call(world.server, selin, 'POST', '/api/reflecting/go', { body: { participant: selin.id } }))
      .status,
  ).toBe(200);
  expect((await comeIn(world, link!, selin.cookie)).status).toBe(410);
  expect((await sessionPage(world, session.id, selin)).status).toBe(401);
});

it.each(ENGINES)(
  '[R8] of two devices that come by one link at once one is in, and a press whose answer was lost is the same device, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const session = await laySession(world);
    const { emine, ines } = session;
    const anew = async () =>
      (
        await call(
          world.server,
          ines,
          'POST',
          `/api/reflecting/${session.id}/people/${emine.id}/invitation`,
          {
            body: {},
          },
        )
      ).body as { token: string; code: string };
    const link = await anew();
    const rush = await Promise.all(Array.from({ length: 6 }, () => comeIn(world, link)));
    expect(rush.filter(({ status }) => status === 200)).toHaveLength(1);
    const next = await anew();
    const secret = 'd'.repeat(43);
    // Without its code a link opens nothing, and costs no try.
    for (let n = 0; n < 6; n++) expect((await comeIn(world, { token: next.token })).status).toBe(404);
    expect((await comeIn(world, next, undefined, secret)).status).toBe(200);
    const again = await comeIn(world, next, undefined, secret);
    expect(again.status).toBe(200);
    expect((await sessionPage(world, session.id, { ...emine, cookie: again.cookie })).status).toBe(200);
    // A link that is taken back while somebody comes by it opens nothing: one of the two is so for good.
    const [old, newer] = [await anew(), anew()];
    const came = await comeIn(world, old);
    await newer;
    expect((await comeIn(world, old, came.cookie)).status).toBe(410);
  },
);

it('[P24] of several who share a browser each page is its own person’s, a guest’s too', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { id, ines, selin, emine } = session;
  await moveTo(world, session, 'interview');
  const asked = async (cookie: string, member: string | null) => {
    const answer = await call(world.server, { ...selin, cookie }, 'GET', `/api/reflecting/${id}`, {
      headers: member === null ? {} : { 'Wednesday-Member': member },
    });
    return [answer.status, answer.body.me ?? null];
  };
  // At a laptop where who leads is signed in, Selin's page is Selin's.
  const both = `${ines.cookie}; ${selin.cookie}`;
  expect(await asked(both, selin.id)).toEqual([200, selin.id]);
  expect(await asked(both, ines.id)).toEqual([200, ines.id]);
  expect(await asked(both, null)).toEqual([200, ines.id]);
  // Where her daughter has come in since, Emine's page is nobody's.
  expect(await asked(selin.cookie, emine.id)).toEqual([401, null]);
  const act = await call(world.server, selin, 'POST', `/api/reflecting/${id}/acts`, {
    body: { does: 'stop', yes: true },
    headers: { 'Wednesday-Member': emine.id },
  });
  expect(act.status).toBe(401);
});

it('[R2] presence says nothing of anybody in a session: no word, and not who comes and goes', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  await moveTo(world, session, 'reflecting');
  const heard: Buffer[] = [];
  const his = pageOn(world, session, session.callum, { hear: (bytes) => heard.push(bytes) });
  await his.synced();
  const page = pageOn(world, session, session.selin);
  const hers = await page.synced();
  hers.provider.awareness.setLocalState({
    key: 'quokka',
    caret: 'quokka',
    place: 'quokka',
    card: crypto.randomUUID(),
    typing: true,
  });
  await inSession(world, session.id, session.selin, { does: 'stop', yes: true });
  await until(() => page.closed !== null, 'her line ends');
  // What is said afterwards comes: so nothing that was sent before it is still on its way.
  await inSession(world, session.id, session.selin, { does: 'stop', yes: false });
  await inSession(world, session.id, session.ines, { does: 'pause', yes: false });
  const said = pageOn(world, session, session.ines);
  await said.synced();
  const card = said.add('reflection', { text: 'wallaby' });
  await until(() => his.has(card), 'what is said is heard');
  const told = Buffer.concat(heard).toString('latin1');
  for (const word of ['quokka', 'Selin', session.selin.id]) expect(told).not.toContain(word);
});

it('[R8] nobody else of the unit, and no other unit, finds a session', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  for (const who of [world.people.nasrin, world.people.delroy, world.guest]) {
    expect((await sessionPage(world, session.id, who)).status).toBe(404);
    expect(await inSession(world, session.id, who, { does: 'agree', yes: true })).toBe(404);
    const page = pageOn(world, session, who);
    await until(() => page.closed?.code === 4404, `${who.name} finds nothing`);
    const list = await call(world.server, who, 'GET', `/api/units/${world.unit}/reflecting`);
    expect(list.text).not.toContain(session.id);
  }
});

/** Every byte that the server's folder holds. */
async function bytesOn(dir: string): Promise<string> {
  const names = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const all = await Promise.all(names.map((one) => readFile(join(one.parentPath, one.name))));
  return Buffer.concat(all).toString('latin1');
}

it('[R6] what everyone says yes to reaches the board and the file; [R7] all else is gone from the disk', async () => {
  const world = await openWorld('sqlite', { isPlain: true });
  const session = await laySession(world);
  const { id, ines, callum, selin, emine } = session;
  await moveTo(world, session, 'reflecting');
  await inSession(world, id, callum, { does: 'hand', yes: true });
  const page = pageOn(world, session, callum);
  await page.synced();
  const [keep, drop] = [
    page.add('reflection', { text: 'Her hands were remembering' }),
    page.add('reflection', { text: 'Nobody wants wombat kept' }),
  ];
  await page.allSaved();
  const jottings = pageOn(world, session, selin, { sealedFor: selin.id });
  await jottings.synced();
  jottings.add('jotting', { text: 'I never asked quokka' });
  await jottings.allSaved();
  for (const [from, to] of [
    ['reflecting', 'response'],
    ['response', 'closing'],
  ])
    await inSession(world, id, ines, {
      does: 'move',
      from: { movement: from, round: 1 },
      to: { movement: to, round: 1 },
    });
  expect(await inSession(world, id, callum, { does: 'keep', reflection: keep, yes: true })).toBe(403);
  for (const who of [selin, emine])
    await inSession(world, id, who, { does: 'keep', reflection: keep, yes: true });
  await inSession(world, id, selin, { does: 'keep', reflection: drop, yes: true });
  await inSession(world, id, ines, { does: 'keep', reflection: keep, yes: true, whom: session.marlon });
  expect(await bytesOn(world.server.dataDir)).toContain('quokka');
  expect(await inSession(world, id, ines, { does: 'close' })).toBe(200);

  const board = await new BoardClient({ server: world.server, family: world.family, member: ines }).synced();
  await until(
    () => [...readBoard(board.doc).values()].filter((one) => one.kind === 'kept').length === 2,
    'kept',
  );
  const kept = [...readBoard(board.doc).values()].flatMap((one) => (one.kind === 'kept' ? [one] : []));
  expect(kept.map((one) => [one.what, one.text, one.who]).sort()).toEqual([
    [
      'met',
      'We met in a reflecting session with the family. Inês Carvalho, Callum Brannigan, Selin Kaya, Emine Kaya and Marlon Bright came.',
      '',
    ],
    ['reflection', 'Her hands were remembering', 'Callum Brannigan'],
  ]);
  const { meeting } = (
    await call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/meetings`, {
      body: { on: '2026-11-25' },
    })
  ).body as { meeting: string };
  const review = async () =>
    (
      await call(
        world.server,
        world.people.delroy,
        'GET',
        `/api/families/${world.family}/review?meeting=${meeting}`,
      )
    ).text;
  // Marlon has no page: a member may have written for him, so whose words these are is asked and not taken.
  const said = kept.find((one) => one.what === 'reflection')!;
  const first = await review();
  expect(first).toContain('We met in a reflecting session');
  expect(first).not.toContain('Her hands were remembering');
  expect(first).toContain(JSON.stringify({ about: 'who-spoke', card: said.id }));
  setField(board.doc, said.id, 'saidBy', callum.id);
  await board.allSaved();
  board.close();
  expect(await review()).toContain('Her hands were remembering');

  await until(async () => !/quokka|wombat/.test(await bytesOn(world.server.dataDir)), 'not a byte is left');
  for (const who of [selin, callum]) {
    expect((await sessionPage(world, id, who)).body).toMatchObject({ mayHear: false, mayJot: false });
    for (const more of [{}, { sealedFor: who.id }]) {
      const shut = pageOn(world, session, who, more);
      await until(() => shut.closed?.code === 4404, 'nothing to read');
    }
  }
});

it.each(ENGINES)(
  '[R7] on the agreed day what was kept to be read again goes too, with the names, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const session = await laySession(world, {
      keep: { files: false, until: londonDate(Date.now()) },
    });
    const { db } = world.storage;
    // It is looked at the start, and each minute after it.
    await world.server.stop();
    const server = await startServer({
      ...world.server,
      env: { WEDNESDAY_TODAY: addDays(londonDate(Date.now()), 1) },
    });
    onTestFinished(() => server.stop());
    world.server = server;
    const read = () =>
      db.selectFrom('reflecting').selectAll().where('id', '=', session.id).executeTakeFirstOrThrow();
    await until(async () => (await read()).gone_at !== null, 'the day is over');
    expect((await read()).state).toBe('');
    expect((await sessionPage(world, session.id, session.selin)).status).toBe(401);
    expect((await sessionPage(world, session.id, session.ines)).status).toBe(404);
    const docs = await db
      .selectFrom('documents')
      .select('name')
      .where('name', 'like', '%reflecting%')
      .execute();
    expect(docs).toEqual([]);
    expect(await db.selectFrom('participants').selectAll().execute()).toEqual([]);
  },
);

it.each(ENGINES)('[R7] no copy of the store holds what is said in a session, on %s', async (engine) => {
  const world = await openWorld(engine, { isPlain: true });
  const session = await laySession(world);
  await moveTo(world, session, 'reflecting');
  for (const more of [{}, { sealedFor: session.callum.id }]) {
    const page = await pageOn(world, session, session.callum, more).synced();
    page.add('sealedFor' in more ? 'jotting' : 'reflection', { text: 'a word of the axolotl' });
    await page.allSaved();
  }
  const dir = await mkdtemp(join(tmpdir(), 'wednesday-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  await backUp({ storage: world.storage, dir, now: Date.now(), keyFile: null });
  const copy = await bytesOn(dir);
  expect(copy).toContain('Kaya-Bright');
  expect(copy).not.toMatch(/axolotl|Selin|How mornings go/);
});

it('[R4] who keeps their jottings reads them after closing, until the day; nobody else does', async () => {
  const world = await openWorld('sqlite', { isPlain: true });
  const session = await laySession(world);
  const { id, ines, selin, callum } = session;
  await moveTo(world, session, 'closing');
  for (const who of [selin, callum]) {
    const jottings = pageOn(world, session, who, { sealedFor: who.id });
    await jottings.synced();
    jottings.add('jotting', { text: `mine ${who.id}` });
    await jottings.allSaved();
  }
  await inSession(world, id, selin, { does: 'keep-jottings', yes: true });
  await inSession(world, id, ines, { does: 'close' });
  const hers = pageOn(world, session, selin, { sealedFor: selin.id });
  await hers.synced();
  expect(readBoard(hers.doc).size).toBe(1);
  const his = pageOn(world, session, callum, { sealedFor: callum.id });
  await until(() => his.closed?.code === 4404, 'gone at the end');
  await until(
    async () => !(await bytesOn(world.server.dataDir)).includes(`mine ${callum.id}`),
    'from the disk',
  );
  await inSession(world, id, selin, { does: 'keep-jottings', yes: false });
  await until(() => hers.closed !== null, 'and hers when she changes her mind');
  await until(
    async () => !(await bytesOn(world.server.dataDir)).includes(`mine ${selin.id}`),
    'from the disk',
  );
});

it('[R6] a yes taken back is a no, nobody who came is taken out of the asking, and going back asks anew', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { id, ines, callum, selin, emine, marlon } = session;
  await moveTo(world, session, 'reflecting');
  const page = await pageOn(world, session, callum).synced();
  const card = page.add('reflection', { text: 'Her hands' });
  await page.allSaved();
  const step = (from: string, to: string) =>
    inSession(world, id, ines, {
      does: 'move',
      from: { movement: from, round: 1 },
      to: { movement: to, round: 1 },
    });
  await step('reflecting', 'response');
  await step('response', 'closing');
  const yes = (who: Signed, more: object = {}) =>
    inSession(world, id, who, { does: 'keep', reflection: card, yes: true, ...more });
  const kept = async () => (await sessionPage(world, id, ines)).body.kept as string[];
  await yes(selin);
  await yes(ines, { whom: marlon });
  // Emine has said nothing; that she takes her agreement back does not make it a yes.
  await inSession(world, id, emine, { does: 'agree', yes: false });
  expect(await kept()).toEqual([]);
  expect(await yes(emine)).toBe(403);
  const out = await call(world.server, ines, 'DELETE', `/api/reflecting/${id}/people/${emine.id}`);
  expect(out.status).toBe(403);
  await inSession(world, id, emine, { does: 'agree', yes: true });
  await yes(emine);
  expect(await kept()).toEqual([card]);
  // An agreement taken back takes every yes with it.
  await inSession(world, id, emine, { does: 'agree', yes: false });
  expect(await kept()).toEqual([]);
  await inSession(world, id, emine, { does: 'agree', yes: true });
  expect(await kept()).toEqual([]);
  await yes(emine);
  // The others are not told who said yes to what.
  expect(
    ((await sessionPage(world, id, emine)).body.session as { keeps: Record<string, string[]> }).keeps,
  ).toEqual({ [card]: [emine.id] });
  await step('closing', 'response');
  await step('response', 'closing');
  expect(await kept()).toEqual([]);
  // A yes can be taken back however many there are; who has left does nothing more, and reads nothing.
  await yes(selin);
  expect(await inSession(world, id, selin, { does: 'keep', reflection: card, yes: false })).toBe(200);
  await inSession(world, id, selin, { does: 'leave', yes: true });
  expect(await inSession(world, id, selin, { does: 'stop', yes: true })).toBe(403);
  // Back at the agreement too whoever has come is among those who are asked.
  for (const [from, to] of [['closing', 'response'], ['response', 'reflecting'], ['reflecting', 'interview'], ['interview', 'agreement']] as const)
    expect(await step(from, to)).toBe(200); // prettier-ignore
  expect((await call(world.server, ines, 'DELETE', `/api/reflecting/${id}/people/${emine.id}`)).status).toBe(
    403,
  );
});

it('[R2] whoever comes in while the movement changes has the right of the new one', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { id, ines, callum } = session;
  await moveTo(world, session, 'reflecting');
  const pages = Array.from({ length: 25 }, () => pageOn(world, session, callum));
  const moved = inSession(world, id, ines, {
    does: 'move',
    from: { movement: 'reflecting', round: 1 },
    to: { movement: 'response', round: 1 },
  });
  await Promise.all([moved, ...pages.map((page) => page.synced())]);
  for (const [index, page] of pages.entries()) page.add('reflection', { text: `too late ${index}` });
  await until(() => pages.every((page) => page.closed?.code === 4409), 'every one of them is refused');
  const reader = await pageOn(world, session, session.yewande).synced();
  expect(readBoard(reader.doc).size).toBe(0);
});

it('[R7] what a room still holds is not written back after its session is taken away', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const { storage } = world;
  await moveTo(world, session, 'reflecting');
  const name = reflectingDocument(session.id);
  const page = await pageOn(world, session, session.callum).synced();
  page.add('reflection', { text: 'the platypus was here' });
  await page.allSaved();
  const fence = await storage.db
    .selectFrom('rooms')
    .select('fence')
    .where('doc', '=', name)
    .executeTakeFirstOrThrow();
  const kept = await readDocument(storage.db, name);
  const room = new Room(
    name,
    { kept, built: buildDocument(kept), fence: Number(fence.fence) },
    {
      committer: new Committer(storage, { append: () => undefined } as never),
      now: () => Date.now(),
      refused: () => undefined,
      dropped: () => undefined,
    },
  );
  await storage.write((trx) => removeSessions(trx, { ids: [session.id], now: Date.now() }));
  await keepSnapshot(storage, room, Date.now());
  for (const table of ['snapshots', 'segments', 'updates'] as const)
    expect(await storage.db.selectFrom(table).selectAll().where('doc', '=', name).execute(), table).toEqual(
      [],
    );
});

it('[R8] a family that only some may see is in no session of those who may not', async () => {
  const world = await openWorld('sqlite');
  const { ines, callum } = world.people;
  const hidden = await layFamily(world.storage, { unit: world.unit, name: 'Hidden-Name', restricted: true });
  await world.storage.db
    .insertInto('family_access')
    .values({ family_id: hidden, member_id: ines.id })
    .execute();
  const path = `/api/units/${world.unit}/reflecting`;
  const body = {
    family: hidden,
    on: londonDate(Date.now()),
    purpose: 'x',
    people: [{ member: callum.id, part: 'team' }],
    keep: { files: false, until: null },
  };
  expect((await call(world.server, ines, 'POST', path, { body })).status).toBe(403);
  const made = await call(world.server, ines, 'POST', path, { body: { ...body, people: [] } });
  const id = made.body.session as string;
  expect((await sessionPage(world, id, ines)).status).toBe(200);
  await world.storage.db.deleteFrom('family_access').where('member_id', '=', ines.id).execute();
  expect((await sessionPage(world, id, ines)).status).toBe(404);
  expect((await call(world.server, ines, 'GET', path)).text).not.toContain('Hidden-Name');
});

it('[R8] who only sits in is told of nobody whether they may see the family', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  const path = `/api/reflecting/${session.id}/people`;
  await world.storage.db
    .updateTable('families')
    .set({ restricted: 1 })
    .where('id', '=', world.family)
    .execute();
  const { ines, callum, yewande, selin } = session;
  for (const one of [ines, callum, yewande])
    await world.storage.db
      .insertInto('family_access')
      .values({ family_id: world.family, member_id: one.id })
      .execute();
  const { nasrin, delroy } = world.people;
  const tried = [nasrin.id, callum.id, crypto.randomUUID()].map((member) => ({ member, part: 'team' }));
  for (const who of [selin, callum]) {
    const answers = [];
    for (const body of tried) answers.push((await call(world.server, who, 'POST', path, { body })).text);
    expect(new Set(answers).size, answers.join()).toBe(1);
  }
  // Who leads is told, and it is nobody's secret from them.
  const told = await call(world.server, ines, 'POST', path, { body: { member: delroy.id, part: 'team' } });
  expect(told.body).toMatchObject({ reason: 'not-allowed', code: 'may-not-see-family' });
});

it('[R7] a copy that could not be finished leaves nothing of a session in the folder', async () => {
  const world = await openWorld('sqlite');
  const session = await laySession(world);
  await moveTo(world, session, 'reflecting');
  const page = await pageOn(world, session, session.callum).synced();
  page.add('reflection', { text: 'the echidna was here' });
  await page.allSaved();
  const dir = await mkdtemp(join(tmpdir(), 'wednesday-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const broken = backUp({
    // What was copied cannot be opened, so that nothing can be taken out of it.
    storage: {
      ...world.storage,
      copyTo: async (path) => {
        const found = await world.storage.copyTo(path);
        await truncate(path, 5_000);
        return found;
      },
    },
    dir,
    now: Date.now(),
    keyFile: null,
  });
  await expect(broken).rejects.toThrow();
  expect(await readdir(dir)).toEqual([]);
});

it.each(ENGINES)(
  '[R10] “not safe now” reaches who leads and the consultant alone and at once, and stays when the session is gone, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const session = await laySession(world);
    const { id, ines, callum, yewande, selin, emine } = session;
    const everyone = [ines, callum, yewande, selin, emine];
    const heard = new Map<Signed, string[]>();
    for (const who of everyone) {
      const { socket, events } = lineOf(world, who, { path: '/reflecting', session: id });
      heard.set(who, events);
      await until(() => socket.connected && events.length === 1, 'one after another they come');
    }
    const atHerDesk = lineOf(world, yewande, { path: '/' });
    await until(() => atHerDesk.socket.connected, 'the consultant has another page open');
    // Each has heard of themself and of whoever came after.
    await until(
      () => everyone.every((who, at) => heard.get(who)!.length === 5 - at),
      'all coming in is told',
    );
    const state = async (who: Signed) => (await sessionPage(world, id, who)).text;
    const sees = new Map<Signed, string>();
    for (const who of [callum, emine]) sees.set(who, withoutTime(await state(who)));

    // Also before they have agreed to anything.
    const press = (who: Signed) =>
      call(world.server, who, 'POST', `/api/reflecting/${id}/not-safe`, { body: {} });
    for (const _ of [1, 2]) expect((await press(selin)).body).toEqual({ told: 2 });
    for (const who of [ines, yewande])
      await until(() => heard.get(who)!.includes('not-safe'), `${who.name} is told in the session`);
    await until(() => atHerDesk.events.includes('not-safe'), 'the consultant is told wherever she is');
    // What everybody is told next comes next: nothing came in between.
    await inSession(world, id, ines, { does: 'longer', minutes: 1 });
    for (const who of [callum, selin, emine]) {
      const looks = 6 - everyone.indexOf(who);
      await until(() => heard.get(who)!.length >= looks, 'the next news');
      expect(heard.get(who), who.name).toEqual(Array(looks).fill('look'));
    }
    for (const who of [callum, emine]) expect(withoutTime(await state(who)), who.name).toBe(sees.get(who));

    const list = async (who: Signed) =>
      (await call(world.server, who, 'GET', `/api/units/${world.unit}/not-safe`)).body.notSafe as {
        id: string;
        name: string;
        heardBy: string | null;
      }[];
    // Two presses within a minute are one.
    expect((await list(ines)).map((one) => one.name)).toEqual(['Selin Kaya']);
    expect((await list(yewande)).map((one) => one.name)).toEqual(['Selin Kaya']);
    for (const who of [callum, world.people.nasrin, world.people.delroy]) expect(await list(who)).toEqual([]);
    for (const who of [selin, world.guest])
      expect((await call(world.server, who, 'GET', `/api/units/${world.unit}/not-safe`)).status).not.toBe(
        200,
      );
    const [one] = await list(ines);
    const hear = (who: Signed) =>
      call(world.server, who, 'POST', `/api/units/${world.unit}/not-safe/${one!.id}/heard`, { body: {} });
    for (const who of [callum, world.people.delroy]) expect((await hear(who)).status, who.name).toBe(404);
    expect((await hear(ines)).status).toBe(200);
    expect((await hear(yewande)).status).toBe(200);
    const inHand = async (who: Signed) =>
      (await call(world.server, who, 'GET', `/api/reflecting/${id}/not-safe`)).body.isHeard;
    expect([await inHand(selin), await inHand(emine)]).toEqual([true, false]);
    // Nothing of it is where the coordinator reads who did what.
    const audit = await call(world.server, world.people.delroy, 'GET', `/api/units/${world.unit}/audit`);
    expect(audit.status).toBe(200);
    expect(audit.text).not.toContain('safe');
    // Who leads is not told of themself; and where the family is kept from the consultant, nobody is left.
    expect((await press(ines)).body).toEqual({ told: 1 });
    for (const who of [ines, callum])
      await world.storage.db
        .insertInto('family_access')
        .values({ family_id: world.family, member_id: who.id })
        .execute();
    await world.storage.db
      .updateTable('families')
      .set({ restricted: 1 })
      .where('id', '=', world.family)
      .execute();
    expect((await press(ines)).body).toEqual({ told: 0 });
    expect(await list(yewande)).toEqual([]);
    expect((await press(emine)).body).toEqual({ told: 1 });
    // Whoever leads after it was said knows too, for as long as nobody has it; and who led then.
    expect(await inSession(world, id, ines, { does: 'lead', to: callum.id })).toBe(200);
    for (const who of [ines, callum])
      expect(
        (await list(who)).some((each) => each.name === 'Emine Kaya'),
        who.name,
      ).toBe(true);
    await world.storage.db
      .updateTable('families')
      .set({ restricted: 0 })
      .where('id', '=', world.family)
      .execute();
    // The first who has it has it.
    expect((await list(yewande)).find((each) => each.name === 'Selin Kaya')!.heardBy).toBe(ines.id);
    await world.storage.write((trx) => removeSessions(trx, { ids: [id], now: 1 }));
    expect((await list(yewande)).map((each) => each.name).sort()).toEqual([
      'Emine Kaya',
      'Inês Carvalho',
      'Selin Kaya',
    ]);
    expect((await press(selin)).status).not.toBe(200);
  },
  60_000,
);

/** Somebody's line, with the names of all that it is sent. */
function lineOf(world: World, who: Signed, ask: { path: string; session?: string }) {
  const socket = io(`${world.server.url}${ask.path}`, {
    path: '/live',
    transports: ['websocket'],
    auth: { session: ask.session },
    extraHeaders: { Cookie: who.cookie, Origin: world.server.url },
    forceNew: true,
  });
  onTestFinished(() => void socket.disconnect());
  const events: string[] = [];
  socket.onAny((event: string) => events.push(event));
  return { socket, events };
}
/** A page without the time at which it was answered, and the minutes that were given in between. */
const withoutTime = (text: string) => text.replace(/"now":\d+/, '').replace(/"minutes":\{[^}]*\}/, '');

it('[R11] two of a family between whom there is harm are invited together only with who asked, and no page of theirs shows it', async () => {
  const world = await openWorld('sqlite');
  const { ines, callum } = world.people;
  const board = new BoardClient({ server: world.server, family: world.family, member: ines });
  await board.synced();
  const [selin, marlon] = [
    board.add('person', { name: 'Selin Kaya' }),
    board.add('person', { name: 'Marlon Bright' }),
  ];
  board.add('tie', { a: marlon, b: selin, is: 'harm', how: 'control' });
  await board.allSaved();
  board.close();
  const invite = (person: string, name: string) => ({ person, name, part: 'family' });
  const setUp = (asked: unknown[], people = [invite(selin, 'Selin Kaya'), invite(marlon, 'Marlon Bright')]) =>
    call(world.server, ines, 'POST', `/api/units/${world.unit}/reflecting`, {
      body: {
        family: world.family,
        on: londonDate(Date.now()),
        purpose: 'How mornings go',
        people,
        keep: { files: false, until: null },
        asked,
      },
    });
  const said = (more: object) => [
    { harmed: selin, harming: marlon, by: callum.id, on: '2026-01-02', ...more },
  ];
  expect((await setUp([])).status).toBe(400);
  expect((await setUp(said({ by: null, on: null }))).status).toBe(400);
  expect((await setUp(said({ by: marlon }))).status).toBe(400);
  expect((await setUp(said({ on: addDays(londonDate(Date.now()), 2) }))).status).toBe(400);
  expect((await setUp([], [invite(world.family, 'Nobody')])).status).toBe(404);
  const apart = await setUp([], [invite(selin, 'Selin Kaya')]);
  expect(apart.status).toBe(200);
  const id = apart.body.session as string;
  // The same where one is put in later, and where the line is drawn once both are invited.
  const add = (body: object) =>
    call(world.server, ines, 'POST', `/api/reflecting/${id}/people`, {
      body: { ...invite(marlon, 'Marlon Bright'), ...body },
    });
  expect((await add({})).status).toBe(400);
  expect((await add({ asked: said({}) })).status).toBe(200);
  expect((await add({ asked: said({}) })).status).toBe(400);
  const { session } = (await sessionPage(world, id, ines)).body as unknown as { session: Session };
  expect(session.asked).toEqual(said({}));
  const hers = session.people.find((one) => one.person === selin)!;
  const link = await call(world.server, ines, 'POST', `/api/reflecting/${id}/people/${hers.id}/invitation`, {
    body: {},
  });
  const { cookie } = await comeIn(world, link.body as { token: string; code: string });
  const page = await sessionPage(world, id, { id: hers.id, name: 'Selin', cookie, session: '' });
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/2026-01-02|harm/);
  for (const onMap of [selin, marlon]) expect(page.text).not.toContain(onMap);
  const line = new BoardClient({ server: world.server, family: world.family, member: ines });
  await line.synced();
  line.add('tie', { a: selin, b: marlon, is: 'harm', how: 'violence' });
  await line.allSaved();
  line.close();
  for (const one of session.people.filter((one) => !one.isMember))
    await inSession(world, id, { id: one.id, name: '', cookie, session: '' }, { does: 'agree', yes: true });
  const begin = { does: 'move', from: { movement: 'agreement', round: 1 }, to: { movement: 'interview', round: 1 } }; // prettier-ignore
  const refused = await call(world.server, ines, 'POST', `/api/reflecting/${id}/acts`, { body: begin });
  expect(refused.text).toContain('harm line');
  expect(
    await inSession(world, id, ines, {
      does: 'asked-alone',
      harmed: marlon,
      harming: selin,
      by: ines.id,
      on: null,
    }),
  ).toBe(400);
  // That nobody has asked is an answer too, where there is no control.
  expect(
    await inSession(world, id, ines, {
      does: 'asked-alone',
      harmed: marlon,
      harming: selin,
      by: null,
      on: null,
    }),
  ).toBe(200);
  const after = await call(world.server, ines, 'POST', `/api/reflecting/${id}/acts`, { body: begin });
  expect(after.text).not.toContain('harm line');
});

it('[R12] what cannot be kept to oneself is said before any yes, in the unit’s words, and cannot be left out', async () => {
  const world = await openWorld('sqlite');
  const { yewande } = world.people;
  const save = (sessionLimit: string) =>
    call(world.server, yewande, 'PUT', `/api/units/${world.unit}/settings`, {
      body: { name: 'Mulberry', meetingDay: 3, meetingTime: '09:30', settings: { sessionLimit } },
    });
  const before = await laySession(world);
  for (const empty of ['', '   ', 'We pass on nothing.']) expect((await save(empty)).status).toBe(400);
  const words = 'Whatever we hear about a child who may be hurt goes to the safeguarding team, today.';
  expect((await save(words)).status).toBe(200);
  const limit = async (id: string) =>
    ((await sessionPage(world, id, world.people.ines)).body as unknown as { session: Session }).session.limit;
  // A session keeps what its people read.
  expect(await limit(before.id)).toContain('A court can ask');
  expect(await limit((await laySession(world)).id)).toBe(words);
});
