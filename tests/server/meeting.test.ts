import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { readBoard } from '#domain/board/board.ts';
import { joinCode } from '#domain/meeting/meeting.ts';
import type { CoveredPage, MeetingPage, UnitPage } from '#domain/views.ts';
import { makeLink } from '../../server/identity/links.ts';
import { makeSample } from '../../server/record/sample.ts';
import { recordClock } from '../../server/clock.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { LiveClient } from '../support/live-client.ts';
import { layFamily, layMember, layOtherUnit, type Signed } from '../support/people.ts';
import { ENGINES, freshStorage } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld, type World } from '../support/world.ts';

async function open(world: World, on: string): Promise<string> {
  const path = `/api/units/${world.unit}/meetings`;
  const { body } = await call(world.server, world.people.delroy, 'POST', path, { body: { on } });
  return body.meeting as string;
}

it('[H10] what is new is counted from the last Wednesday at which somebody was there themself', async () => {
  const world = await openWorld('sqlite', { env: { WEDNESDAY_TODAY: '2026-11-04' } });
  const { ines, callum } = world.people;
  const [first, second, third] = [
    await open(world, '2026-11-04'),
    await open(world, '2026-11-11'),
    await open(world, '2026-11-18'),
  ];
  for (const [who, meetings] of [
    [ines, [first, third]],
    [callum, [first, second]],
  ] as const)
    for (const meeting of meetings)
      expect(await new LiveClient({ server: world.server, who, meeting }).join()).toMatchObject({ ok: true });
  const pageFor = async (who: Signed) =>
    (await call(world.server, who, 'GET', `/api/meetings/${third}`)).body as unknown as MeetingPage;
  expect((await pageFor(ines)).lastHere).toBe('2026-11-04');
  expect((await pageFor(callum)).lastHere).toBe('2026-11-11');
  expect((await pageFor(world.people.nasrin)).lastHere).toBe(null);
  expect((await pageFor(ines)).previous?.on).toBe('2026-11-11');
});

it('[H11] a flood of acts is refused, and the meeting goes on for the others', async () => {
  const world = await openWorld('sqlite');
  const meeting = await open(world, '2026-11-18');
  const flood = new LiveClient({ server: world.server, who: world.people.callum, meeting });
  const calm = new LiveClient({ server: world.server, who: world.people.ines, meeting });
  const answers = await Promise.all(
    Array.from({ length: 80 }, () => flood.act({ does: 'focus', place: 'wonder' })),
  );
  expect(new Set(answers.map((answer) => answer.reason))).toEqual(new Set([undefined, 'too-fast']));
  const read = async () =>
    (await call(world.server, world.people.ines, 'GET', `/api/meetings/${meeting}`))
      .body as unknown as MeetingPage;
  const item = (await read()).state.agenda[0]!.id;
  expect(await calm.act({ does: 'focus', item })).toMatchObject({ ok: true });
  expect((await read()).state.focus.item).toBe(item);
  // Coming in writes a row and tells everybody: it is an act like any other.
  const comes = new LiveClient({ server: world.server, who: world.people.nasrin, meeting });
  const joins = await Promise.all(Array.from({ length: 80 }, () => comes.join()));
  expect(new Set(joins.map((answer) => answer.reason))).toEqual(new Set([undefined, 'too-fast']));
  expect(await calm.join()).toMatchObject({ ok: true });
});

it('[P18] a pen that was handed over commits at its own meeting and at no other', async () => {
  const world = await openWorld('sqlite');
  const [here, elsewhere] = [await open(world, '2026-11-18'), await open(world, '2026-11-11')];
  const delroy = new LiveClient({ server: world.server, who: world.people.delroy, meeting: here });
  expect(await delroy.act({ does: 'hand-pen', power: 'record', to: world.people.callum.id })).toMatchObject({
    ok: true,
  });
  const commitAt = async (meeting: string) =>
    (
      await call(world.server, world.people.callum, 'POST', `/api/families/${world.family}/commit`, {
        body: {
          commit: randomUUID(),
          meeting,
          entries: world.children.map((child) => ({ child, digest: 'a'.repeat(64) })),
        },
      })
    ).status;
  // 409: the right is there, and what was read is not what stands there.
  expect([await commitAt(here), await commitAt(elsewhere)]).toEqual([409, 403]);
});

it('[P19] news of a restricted family reach only those who may find it', async () => {
  const world = await openWorld('sqlite');
  const { yewande, nasrin } = world.people;
  const meeting = await open(world, '2026-11-18');
  const hidden = await layFamily(world.storage, { unit: world.unit, name: 'Hidden', restricted: true });
  await world.storage.db
    .insertInto('family_access')
    .values({ family_id: hidden, member_id: yewande.id })
    .execute();
  const ears = [yewande, nasrin].map((who) => new LiveClient({ server: world.server, who, meeting }));
  for (const ear of ears) await ear.join();
  for (const family of [hidden, world.family])
    expect(
      (
        await call(world.server, yewande, 'POST', `/api/families/${family}/tasks`, {
          body: { card: randomUUID(), what: 'Ring' },
        })
      ).status,
    ).toBe(200);
  await until(() => ears.every((ear) => ear.news.includes(world.family)), 'news of the open family');
  expect(ears.map((ear) => ear.news)).toEqual([[hidden, world.family], [world.family]]);
});

it('[P20] the made-up unit can be looked round on any day of the week', async () => {
  for (const day of [23, 24, 25, 26, 27, 28, 29]) {
    const storage = await freshStorage('sqlite');
    const today = `2026-11-${day}`;
    expect(await makeSample(storage, { now: Date.parse(`${today}T10:00:00Z`), today }), today).toBeTruthy();
  }
});

it('[P20] taking the made-up unit away leaves the real one, its pages and its board', async () => {
  const world = await openWorld('sqlite');
  const now = Date.now();
  const made = await makeSample(world.storage, { now, today: '2026-11-18' });
  const { token } = await makeLink(world.storage.db, {
    purpose: 'look-round',
    member: null,
    madeBy: null,
    now,
  });
  const client = await new BoardClient({
    server: world.server,
    family: world.family,
    member: world.people.ines,
  }).synced();
  const response = await fetch(`${world.server.url}/api/first-run/look-round`, {
    method: 'POST',
    headers: { Origin: world.server.url, 'Content-Type': 'application/json' },
    body: JSON.stringify({ token }),
  });
  expect(response.status, await response.text()).toBe(200);
  const visitor = { ...world.guest, cookie: response.headers.get('set-cookie')!.split(';')[0]! };
  const count = async () =>
    Number(
      (
        await world.storage.db
          .selectFrom('families')
          .select((eb) => eb.fn.countAll().as('many'))
          .executeTakeFirstOrThrow()
      ).many,
    );
  expect(await count()).toBeGreaterThan(1);
  expect((await call(world.server, visitor, 'DELETE', '/api/made-up')).status).toBe(200);
  expect(await count()).toBe(1);
  expect(await world.storage.db.selectFrom('units').select('id').execute()).toEqual([{ id: world.unit }]);
  expect(made).not.toBe(world.unit);
  const thought = client.add('thought', { text: 'Still here', state: 'pot' });
  await client.allSaved();
  expect([client.has(thought), client.closed]).toEqual([true, null]);
  expect((await call(world.server, world.people.ines, 'GET', `/api/families/${world.family}`)).status).toBe(
    200,
  );
  client.close();
});

it('[H14] the numbers on the shared screen lead a member of the unit to its meeting, and nobody else to anything', async () => {
  const world = await openWorld('sqlite');
  const meeting = await open(world, '2026-11-25');
  const code = joinCode(meeting);
  const join = (who: Signed | null, numbers: string) =>
    call(world.server, who, 'GET', `/api/join/${numbers}`);
  expect((await join(world.people.ines, code)).body).toEqual({ meeting });
  const unit = await layOtherUnit(world.storage, world.unit);
  const eve = await layMember(world.storage, { unit, name: 'Eve', role: 'coordinator' });
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  expect([
    (await join(world.people.ines, wrong)).status,
    (await join(world.guest, code)).status,
    (await join(eve, code)).status,
    (await join(null, code)).status,
  ]).toEqual([404, 404, 404, 401]);
});

it('[H8] the end of a risk now is on the family’s board with the act itself; no page writes one, and closing ends it too', async () => {
  const world = await openWorld('sqlite');
  const meeting = await open(world, '2026-11-18');
  const { callum, ines, delroy } = world.people;
  const page = await new BoardClient({ server: world.server, family: world.family, member: callum }).synced();
  const at = (who: Signed) => new LiveClient({ server: world.server, who, meeting });
  const ends = () =>
    [...readBoard(page.doc).values()].flatMap((card) => (card.kind === 'riskOver' ? [card] : []));
  const cardsOf = (kind: string) => [...readBoard(page.doc).values()].filter((card) => card.kind === kind);
  const alarm = randomUUID();
  expect(await at(callum).act({ does: 'risk', family: world.family, alarm })).toMatchObject({ ok: true });
  // Pressed by two at once it is one, on the board under who was first, whether or not a page made anything.
  expect(await at(ines).act({ does: 'risk', family: world.family, alarm: randomUUID() })).toMatchObject({
    ok: true,
  });
  await until(() => cardsOf('alarm').length === 1, 'the alarm is on the board');
  expect(cardsOf('alarm')).toMatchObject([{ id: alarm, by: callum.id, text: '' }]);
  const other = await layFamily(world.storage, { unit: world.unit, name: 'Whitlock', restricted: false });
  expect(await at(ines).act({ does: 'risk', family: other, alarm: randomUUID() })).toMatchObject({
    ok: false,
    detail: 'risk-on',
  });
  const over = { does: 'risk-over', why: 'Nasrin is with her' } as const;
  // A press that was meant for another one ends nothing.
  expect(await at(ines).act({ ...over, alarm: randomUUID() })).toMatchObject({ ok: true });
  expect(await at(ines).act({ ...over, alarm })).toMatchObject({ ok: true });
  await until(() => ends().length === 1, 'the end is on the board');
  expect(ends()).toMatchObject([
    { alarm, by: ines.id, text: 'Nasrin is with her', how: 'goes-on', calledBy: callum.id },
  ]);
  // Said twice it is over once.
  expect(await at(delroy).act(over)).toMatchObject({ ok: true });
  const second = randomUUID();
  expect(await at(callum).act({ does: 'risk', family: world.family, alarm: second })).toMatchObject({
    ok: true,
  });
  expect(await at(delroy).act({ does: 'close' })).toMatchObject({ ok: true });
  await until(() => ends().length === 2, 'the second end too');
  expect(ends().map((end) => end.how)).toEqual(['goes-on', 'closed']);
  const forged = page.add('riskOver', { text: 'All is well', alarm, how: 'mistake' });
  await until(() => page.closed !== null, 'the forged one is refused');
  const reader = await new BoardClient({ server: world.server, family: world.family, member: ines }).synced();
  expect(readBoard(reader.doc).has(forged)).toBe(false);
});

it('[H17] a meeting of an earlier day keeps its own day: who looks in was not there, and what came since is the next one’s', async () => {
  const world = await openWorld('sqlite', { env: { WEDNESDAY_TODAY: '2026-11-18' } });
  const { callum, delroy } = world.people;
  const now = recordClock(Date.now, '2026-11-18');
  const page = await new BoardClient({
    server: world.server,
    family: world.family,
    member: callum,
    now,
  }).synced();
  const decide = async (text: string, by = page) => {
    by.add('decision', { text, level: 'unit', [`child:${world.children[0]}`]: true });
    await by.allSaved();
  };
  const last = await open(world, '2026-11-11');
  await decide('Of last week');
  const today = await open(world, '2026-11-18');
  await decide('Of today');
  // A page whose clock is slow, or that wrote without a line, belongs where its words came in.
  const slow = await new BoardClient({
    server: world.server,
    family: world.family,
    member: delroy,
    now: () => now() - 3_600_000,
  }).synced();
  await decide('Of a slow clock', slow);
  const review = async (meeting: string) =>
    JSON.stringify(
      (await call(world.server, delroy, 'GET', `/api/families/${world.family}/review?meeting=${meeting}`))
        .body,
    );
  for (const meeting of [last, today])
    expect(await new LiveClient({ server: world.server, who: callum, meeting }).join()).toMatchObject({
      ok: true,
    });
  const there = await world.storage.db.selectFrom('attendance').select('meeting_id').execute();
  expect(there).toEqual([{ meeting_id: today }]);
  expect(await review(last)).toContain('Of last week');
  for (const words of ['Of today', 'Of a slow clock']) expect(await review(last), words).not.toContain(words);
  for (const words of ['Of today', 'Of a slow clock', 'Of last week'])
    expect(await review(today), words).toContain(words);
  // Who was not there is said of both.
  expect(await review(last)).toContain(`Not signed in: `);
  expect(await review(today)).toMatch(new RegExp(`"${callum.name}\\. Not signed in: `));
  const at = new LiveClient({ server: world.server, who: delroy, meeting: today });
  expect(await at.act({ does: 'close' })).toMatchObject({ ok: true });
  expect(await at.join()).toMatchObject({ ok: true });
  expect(await world.storage.db.selectFrom('attendance').select('meeting_id').execute()).toHaveLength(1);
});

it('[M9] that a harm line was taken away is told to the consultant at once, and to nobody else', async () => {
  const world = await openWorld('sqlite');
  const { callum, ines, yewande } = world.people;
  const meeting = await open(world, '2026-11-18');
  const [theirs, ours] = [yewande, ines].map((who) => new LiveClient({ server: world.server, who, meeting }));
  await Promise.all([theirs!.join(), ours!.join()]);
  const page = await new BoardClient({ server: world.server, family: world.family, member: callum }).synced();
  const [a, b] = ['Marlon', 'Selin'].map((name) => page.add('person', { name }));
  const tie = page.add('tie', { a: a!, b: b!, is: 'harm' });
  await page.allSaved();
  // An end of a line that is none, or that was never put there, is no news.
  page.add('harmEnd', { tie: crypto.randomUUID(), why: 'mistake', text: 'Of nothing' });
  page.add('harmEnd', { tie, why: 'mistake', text: 'Not meant', gone: true });
  await page.allSaved();
  expect(theirs!.harm).toEqual([]);
  page.add('harmEnd', { tie, why: 'mistake', text: 'Drawn on the wrong two' });
  await page.allSaved();
  await until(() => theirs!.harm.length > 0, 'the consultant is told');
  expect(theirs!.harm).toEqual([world.family]);
  expect(ours!.harm).toEqual([]);
});

it.each(ENGINES)(
  '[H29] one press leaves over whoever was not reached, with one why; they open the next order, stand by when they were last talked about, and it can be shown, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { server, unit, people, children, storage } = world;
    const osei = await layFamily(storage, { unit, name: 'Osei', restricted: false });
    const hidden = await layFamily(storage, { unit, name: 'Hidden', restricted: true });
    const kofi = randomUUID();
    const unseen = randomUUID();
    for (const [id, family] of [
      [kofi, osei],
      [unseen, hidden],
    ] as const)
      await storage.db
        .insertInto('children')
        .values({
          id, family_id: family, ref: null, given: 'Kofi', surname: 'Osei', born: '2016', due: null, gender: 'male', status: '', status_since: null, removed_at: null, added_at: 0,
        })
        .execute(); // prettier-ignore
    const first = await open(world, '2026-11-18');
    await call(server, people.delroy, 'POST', `/api/families/${world.family}/reached`, {
      body: { meeting: first, children, outcome: 'no-change', why: '' },
    });
    await storage.db.updateTable('meetings').set({ closed_at: Date.now() }).where('id', '=', first).execute();
    const second = await open(world, '2026-11-25');
    await call(server, people.delroy, 'POST', `/api/families/${world.family}/reached`, {
      body: { meeting: second, children: [children[0]], outcome: 'no-change', why: '' },
    });
    const leave = (who: Signed, meeting: string, why: string) =>
      call(server, who, 'POST', `/api/units/${unit}/left-over`, { body: { meeting, why } });
    expect((await leave(people.callum, second, '')).status).toBe(404);
    const left = await leave(people.delroy, second, 'no time');
    expect(left.status).toBe(200);
    // Whom somebody may not find, they leave nowhere.
    expect((left.body.children as string[]).sort()).toEqual([children[1], kofi].sort());
    // Whoever is left over already is not left over again, and no why is a why.
    expect((await leave(people.delroy, second, '')).body.children).toEqual([]);
    const page = (await call(server, people.callum, 'GET', `/api/units/${unit}`)).body as unknown as UnitPage;
    expect(page.lastHeard[kofi]).toEqual({
      on: null,
      putOff: { on: '2026-11-25', by: people.delroy.id, why: 'no time', times: 1 },
    });
    expect(page.lastHeard[children[1]]).toMatchObject({ on: '2026-11-18', putOff: { why: 'no time' } });
    expect(page.lastHeard[children[0]]).toEqual({ on: '2026-11-25', putOff: null });
    const covered = async (who: Signed, query = 'from=2026-11-01&until=2026-11-30') =>
      call(server, who, 'GET', `/api/units/${unit}/covered?${query}`);
    const shown = (await covered(people.callum)).body as unknown as CoveredPage;
    const of = (id: string) =>
      shown.lines.find((line) => line.child === id)?.cells.map((cell) => cell?.is ?? 'open');
    expect(of(kofi)).toEqual(['not-reached', 'deferred']);
    expect(of(children[1])).toEqual(['no-change', 'deferred']);
    expect(of(unseen)).toBeUndefined();
    expect(shown.passedOver).toBe(1);
    for (const query of [
      '',
      'from=2026-11-30&until=2026-11-01',
      'from=1990-01-01&until=2026-11-01',
      'from=x&until=y',
    ])
      expect((await covered(people.callum, query)).status, query).toBe(400);
    // P19: Why a child was put off in a family that somebody may not find is not told where the child lives now.
    await storage.db
      .updateTable('reached')
      .set({ family_id: hidden, why: 'not for everybody' })
      .where('child_id', '=', kofi)
      .execute();
    const page2 = await call(server, people.callum, 'GET', `/api/units/${unit}`);
    expect(page2.text).not.toContain('not for everybody');
    expect((page2.body as unknown as UnitPage).lastHeard[kofi]).toMatchObject({
      putOff: { on: '2026-11-25', by: '', why: '' },
    });
    expect((await covered(people.callum)).text).not.toContain('not for everybody');
    // Who came since the meeting opened was not passed over, and with a family that goes its Wednesdays stay told.
    await storage.db
      .updateTable('children')
      .set({ added_at: Date.now() + 60_000 })
      .where('id', '=', children[1])
      .execute();
    await storage.db.deleteFrom('reached').where('child_id', '=', children[1]).execute();
    expect((await leave(people.delroy, second, '')).body.children).toEqual([]);
    await storage.db.updateTable('children').set({ added_at: 0 }).where('id', '=', children[1]).execute();
    const before = ((await covered(people.callum)).body as unknown as CoveredPage).passedOver;
    await storage.db.updateTable('families').set({ closed_at: Date.now() }).where('id', '=', osei).execute();
    const after = (await covered(people.callum)).body as unknown as CoveredPage;
    expect(after.passedOver).toBe(before);
    expect(after.families.find((one) => one.id === osei)).toMatchObject({ isOurs: false });
    await storage.db.updateTable('families').set({ closed_at: null }).where('id', '=', osei).execute();
    await call(server, people.delroy, 'POST', `/api/families/${world.family}/reached`, {
      body: { meeting: second, children: [children[1]], outcome: 'deferred', why: 'no time' },
    });
    await storage.db
      .updateTable('meetings')
      .set({ closed_at: Date.now() })
      .where('id', '=', second)
      .execute();
    expect((await leave(people.delroy, second, '')).status).toBe(409);
    // They open the next one: before whoever waits for nothing.
    const third = await open(world, '2026-12-02');
    const { state } = (await call(server, people.yewande, 'GET', `/api/meetings/${third}`))
      .body as unknown as MeetingPage;
    expect(new Set(state.agenda.slice(0, 2).map((item) => item.family))).toEqual(
      new Set([world.family, osei]),
    );
  },
);
