import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { cardsOf } from '#domain/board/board.ts';
import { importFiles } from '../../server/record/import.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, layMember, layOtherUnit, type Signed } from '../support/people.ts';
import { ENGINES, freshStorage } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld } from '../support/world.ts';

it.each(ENGINES)(
  '[P26] a restricted family whose last named member goes falls to the consultant alone, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { delroy, nasrin, callum, yewande } = world.people;
    const db = world.storage.db;
    const family = await layFamily(world.storage, { unit: world.unit, name: 'Osei', restricted: true });
    await db.insertInto('family_access').values({ family_id: family, member_id: nasrin.id }).execute();
    const finds = async (who: typeof delroy) =>
      JSON.stringify((await call(world.server, who, 'GET', `/api/units/${world.unit}`)).body).includes(
        'Osei',
      );
    expect([await finds(nasrin), await finds(yewande)]).toEqual([true, false]);
    await call(world.server, delroy, 'POST', `/api/units/${world.unit}/links`, {
      body: { member: nasrin.id },
    });

    const patch = (body: object) =>
      call(world.server, delroy, 'PATCH', `/api/units/${world.unit}/members/${nasrin.id}`, { body });
    expect((await patch({ role: 'guest' })).status).toBe(200);
    expect([await finds(yewande), await finds(callum), await finds(delroy)]).toEqual([true, false, false]);
    // Whom it fell to is told on their page, and nobody else is.
    const told = async (who: typeof delroy) =>
      ((await call(world.server, who, 'GET', `/api/units/${world.unit}`)).body as { fallen: number[] }).fallen
        .length;
    expect([await told(yewande), await told(callum), await told(delroy)]).toEqual([1, 0, 0]);
    expect((await patch({ left: true })).status).toBe(200);
    // The link that was handed to them is no good any more, whether they come back or not.
    const links = await db
      .selectFrom('links')
      .select('withdrawn_at')
      .where('member_id', '=', nasrin.id)
      .execute();
    expect(links.map((link) => link.withdrawn_at === null)).toEqual([false]);
    const audit = await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`);
    const acts = (audit.body as { lines: { act: string; subject: string }[] }).lines;
    expect(acts).toContainEqual(
      expect.objectContaining({ act: 'restricted family fell to them', subject: yewande.id }),
    );
    // Only who manages reads it, and it holds no family and no child by name.
    expect(audit.text).not.toMatch(/Osei|Kaya|Aylin|Deniz/);
    expect((await call(world.server, yewande, 'GET', `/api/units/${world.unit}/audit`)).status).not.toBe(500);
    expect((await call(world.server, callum, 'GET', `/api/units/${world.unit}/audit`)).status).toBe(404);
  },
);

it('[P26] a family that is restricted without a name is found by whoever said so', async () => {
  const world = await openWorld('sqlite');
  const { delroy } = world.people;
  const path = `/api/families/${world.family}`;
  expect((await call(world.server, delroy, 'PATCH', path, { body: { restricted: true } })).status).toBe(200);
  const found = await call(world.server, delroy, 'GET', `/api/units/${world.unit}`);
  expect(found.text).toContain('Kaya-Bright');
});

it('[P26] no import makes a restricted family that nobody can find', async () => {
  const storage = await freshStorage('sqlite');
  const bring = (families: string) =>
    importFiles(storage, {
      unit: null,
      seen: null,
      by: null,
      now: Date.parse('2026-11-25T10:00:00Z'),
      dryRun: false,
      files: [
        { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
        {
          name: 'members.csv',
          text: 'ref,name,role,email\nM1,Yewande Cole,consultant,y@example.org\nM2,Callum Reid,social-worker,c@example.org\n',
        },
        { name: 'families.csv', text: families },
      ],
    });
  const who = async () =>
    (
      await storage.db
        .selectFrom('family_access')
        .innerJoin('members', 'members.id', 'family_access.member_id')
        .select('members.name')
        .where('left_at', 'is', null)
        .where('role', '<>', 'guest')
        .execute()
    ).map(({ name }) => name);
  // An operator's import names nobody, and a family may become restricted by a later one.
  expect((await bring('ref,name,restricted\nF1,Osei,yes\nF2,Lindo,no\n')).problems).toEqual([]);
  expect(await who()).toEqual(['Yewande Cole']);
  expect((await bring('ref,name,restricted\nF1,Osei,yes\nF2,Lindo,yes\n')).problems).toEqual([]);
  expect(await who()).toEqual(['Yewande Cole', 'Yewande Cole']);
});

it('[P27] who signs out is in the audit of their unit', async () => {
  const world = await openWorld('sqlite');
  const { ines, delroy } = world.people;
  await call(world.server, ines, 'POST', '/api/sign-out', { body: {} });
  const { lines } = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`)).body as {
    lines: { act: string; member: string }[];
  };
  expect(lines).toContainEqual(expect.objectContaining({ act: 'went out', member: ines.id }));
});

it('[P27] a link that works no longer and is tried is in the audit of whose seat it was', async () => {
  const world = await openWorld('sqlite');
  const { ines, delroy } = world.people;
  const link = (
    await call(world.server, delroy, 'POST', `/api/units/${world.unit}/links`, { body: { member: ines.id } })
  ).body as { token: string; id: string };
  const { token } = link;
  const ask = () => call(world.server, null, 'POST', '/api/enrol/ask', { body: { token } });
  expect((await ask()).status).toBe(200);
  await call(world.server, delroy, 'DELETE', `/api/units/${world.unit}/links/${link.id}`);
  expect((await ask()).status).toBe(410);
  // A link that there never was leaves no trace.
  const never = { token: 'x'.repeat(43) };
  expect((await call(world.server, null, 'POST', '/api/enrol/ask', { body: never })).status).toBe(410);
  const { lines } = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`)).body as {
    lines: { act: string; member: string }[];
  };
  const tried = (of: typeof lines) => of.filter(({ act }) => act.startsWith('was refused'));
  const refused = { act: 'was refused: a link that works no longer', member: ines.id };
  expect(tried(lines)).toEqual([expect.objectContaining(refused)]);
  // Also where they have left since: it is of their unit's business.
  const left = `/api/units/${world.unit}/members/${ines.id}`;
  expect((await call(world.server, delroy, 'PATCH', left, { body: { left: true } })).status).toBe(200);
  expect((await ask()).status).toBe(410);
  const after = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`)).body;
  expect(tried((after as { lines: typeof lines }).lines)).toEqual([
    expect.objectContaining(refused),
    expect.objectContaining(refused),
  ]);
});

it('[P27] who asks for a family that is not theirs is in the audit of its unit, once, by page and by socket', async () => {
  const world = await openWorld('sqlite');
  const { delroy, callum } = world.people;
  const unit = await layOtherUnit(world.storage, world.unit);
  const other = await layMember(world.storage, { unit, name: 'Eve', role: 'coordinator' });
  const path = `/api/families/${world.family}`;
  const turnedAway = async () => {
    const { lines } = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`)).body as {
      lines: { act: string; member: string; subject: string }[];
    };
    return lines.filter(({ act }) => act === 'was turned away');
  };
  await call(world.server, callum, 'GET', path);
  expect(await turnedAway()).toEqual([]);
  // A family that there is not leaves no trace: it is nobody's.
  await call(world.server, other, 'GET', `/api/families/${randomUUID()}`);
  for (let time = 0; time < 3; time++)
    expect((await call(world.server, other, 'GET', path)).status).toBe(404);
  const socket = new BoardClient({ server: world.server, family: world.family, member: other });
  onTestFinished(() => socket.close());
  await until(() => socket.closed !== null, 'the board stays shut');
  expect(await turnedAway()).toEqual([expect.objectContaining({ member: other.id, subject: world.family })]);

  // Whoever had the board open when it became restricted asked for nothing: their page looks again by itself.
  const here = await new BoardClient({
    server: world.server,
    family: world.family,
    member: callum,
  }).synced();
  onTestFinished(() => here.close());
  await call(world.server, delroy, 'PATCH', path, { body: { restricted: true } });
  await until(() => here.closed !== null, 'Callum is out');
  expect((await call(world.server, callum, 'GET', path)).status).toBe(404);
  expect((await turnedAway()).map(({ member }) => member)).toEqual([other.id]);
});

it.each(ENGINES)(
  '[P32] who has gone is told to who might find them, and a place is given back without any key, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { server, unit, family, children, people } = world;
    const { delroy, nasrin, ines } = people;
    const [aylin] = children;
    const ask = (who: Signed, method: string, path: string, body: object = {}) =>
      call(server, who, method, path, method === 'GET' ? {} : { body });
    const gone = async (who = delroy) =>
      ((await ask(who, 'GET', `/api/units/${unit}/gone`)).body as { gone: { is: string; id: string }[] })
        .gone;
    const onMap = async () => {
      const client = await new BoardClient({ server, family, member: ines }).synced();
      const card = cardsOf(client.doc).get(aylin);
      const stands = card !== undefined && card.get('gone') !== true;
      client.close();
      return stands;
    };
    const inUnit = async () =>
      JSON.stringify((await ask(delroy, 'GET', `/api/units/${unit}`)).body).includes('Kaya-Bright');

    // A child: taken out and back, and moved to another family and back, stands on the map again.
    await ask(delroy, 'PATCH', `/api/children/${aylin}`, { given: 'Aylin' });
    await ask(delroy, 'PATCH', `/api/children/${aylin}`, { removed: true });
    expect(await gone()).toEqual([
      expect.objectContaining({ is: 'child', id: aylin, family: 'Kaya-Bright' }),
    ]);
    expect(await onMap()).toBe(false);
    expect((await ask(delroy, 'PATCH', `/api/children/${aylin}`, { removed: false })).status).toBe(200);
    expect([await gone(), await onMap()]).toEqual([[], true]);
    const other = await layFamily(world.storage, { unit, name: 'Osei', restricted: false });
    await ask(delroy, 'PATCH', `/api/children/${aylin}`, { family: other });
    expect(await onMap()).toBe(false);
    await ask(delroy, 'PATCH', `/api/children/${aylin}`, { family });
    expect(await onMap()).toBe(true);
    // What stands on a board where they were talked about before is told of, as far as one may look there.
    const before = async () =>
      ((await ask(delroy, 'GET', `/api/children/${aylin}/chronology`)).body as { before: object[] }).before;
    expect(await before()).toEqual([]);
    const meeting = randomUUID();
    const { db } = world.storage;
    await db
      .insertInto('meetings')
      .values({
        id: meeting,
        unit_id: unit,
        on_date: '2026-11-04',
        state: '{"pens":[]}',
        version: 1,
        opened_at: 1,
        closed_at: 2,
      })
      .execute();
    await db
      .insertInto('reached')
      .values({
        meeting_id: meeting,
        family_id: other,
        child_id: aylin,
        outcome: 'no-change',
        why: '',
        by: delroy.id,
        at: 1,
      })
      .execute();
    expect(await before()).toEqual([{ id: other, name: 'Osei' }]);
    await db.updateTable('families').set({ restricted: 1 }).where('id', '=', other).execute();
    expect(await before()).toEqual([]);
    // Who is said to come where they are already does not go.
    await ask(delroy, 'PATCH', `/api/children/${aylin}`, { family });
    expect(await onMap()).toBe(true);

    // A family: closed it is nobody's to look at, and one who might not find it does not hear of it.
    await ask(delroy, 'PATCH', `/api/families/${family}`, { closed: true });
    expect((await ask(ines, 'GET', `/api/families/${family}`)).status).toBe(404);
    expect(await gone()).toEqual([expect.objectContaining({ is: 'family', id: family })]);
    expect((await ask(nasrin, 'GET', `/api/units/${unit}/gone`)).status).toBe(404);
    await world.storage.db.updateTable('families').set({ restricted: 1 }).where('id', '=', family).execute();
    const back = `/api/units/${unit}/families/${family}/back`;
    expect([await gone(), (await ask(delroy, 'POST', back)).status]).toEqual([[], 404]);
    await world.storage.db.updateTable('families').set({ restricted: 0 }).where('id', '=', family).execute();
    expect((await ask(delroy, 'POST', back)).status).toBe(200);
    expect([await inUnit(), (await ask(delroy, 'POST', back)).status]).toEqual([true, 404]);

    // A member: their seat, and no session of before.
    await ask(delroy, 'PATCH', `/api/units/${unit}/members/${ines.id}`, { left: true });
    expect(await gone()).toEqual([expect.objectContaining({ is: 'member', id: ines.id })]);
    await ask(delroy, 'PATCH', `/api/units/${unit}/members/${ines.id}`, { left: false });
    expect(await gone()).toEqual([]);
    expect((await ask(ines, 'GET', `/api/units/${unit}`)).status).toBe(401);
  },
);

it.each(ENGINES)('[P33] an e-mail is one member’s, whatever its letters’ case, on %s', async (engine) => {
  const { server, unit, people } = await openWorld(engine);
  const { delroy, ines, nasrin } = people;
  const set = async (who: Signed, fields: object) =>
    (await call(server, delroy, 'PATCH', `/api/units/${unit}/members/${who.id}`, { body: fields })).body;
  await set(ines, { email: 'Ines.Carvalho@mulberry.example' });
  expect(await set(nasrin, { email: 'ines.carvalho@MULBERRY.example ' })).toMatchObject({
    code: 'email-taken',
  });
  expect(
    (
      await call(server, delroy, 'POST', `/api/units/${unit}/members`, {
        body: { name: 'Eve', role: 'clinician', email: 'INES.carvalho@mulberry.example' },
      })
    ).body,
  ).toMatchObject({ code: 'email-taken' });
  // One's own in other letters is one's own; who has left holds none, and comes back without one that is taken.
  expect(await set(ines, { email: 'ines.carvalho@mulberry.example' })).toEqual({ ok: true });
  await set(ines, { left: true });
  expect(await set(nasrin, { email: 'ines.carvalho@mulberry.example' })).toEqual({ ok: true });
  expect(await set(ines, { left: false })).toMatchObject({ code: 'email-taken' });
  expect(await set(ines, { left: false, email: '' })).toEqual({ ok: true });
  expect(await set(ines, { email: 'tom' })).toMatchObject({ code: 'wrong-field' });
  // Letters that no engine folds alike.
  expect(await set(ines, { email: 'É@mulberry.example' })).toEqual({ ok: true });
  expect(await set(people.callum, { email: 'é@mulberry.example' })).toMatchObject({ code: 'email-taken' });

  // Of many who are given one e-mail in the same moment one has it.
  const rush = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      call(server, delroy, 'POST', `/api/units/${unit}/members`, {
        body: {
          name: `Ona ${n}`,
          role: 'clinician',
          email: n % 2 ? 'ona@mulberry.example' : 'ONA@mulberry.example',
        },
      }),
    ),
  );
  expect(rush.filter(({ status }) => status === 200)).toHaveLength(1);

  // A report names the row; two who changed theirs with one another are no trouble.
  const bring = async (rows: string[]) =>
    (
      await call(server, delroy, 'POST', `/api/units/${unit}/import`, {
        body: {
          dryRun: false,
          files: [{ name: 'members.csv', text: ['ref,name,role,email', ...rows].join('\n') }],
        },
      })
    ).body as { done: boolean; problems: { line: number; column: string }[] };
  expect(
    await bring(['T1,Tom O,clinician,tom@mulberry.example', 'T2,Tim O,clinician,Tom@mulberry.example']),
  ).toMatchObject({ done: false, problems: [2, 3].map((line) => ({ line, column: 'email' })) });
  expect(
    await bring(['T1,Tom O,clinician,tom@mulberry.example', 'T2,Tim O,clinician,tim@mulberry.example']),
  ).toMatchObject({ done: true, problems: [] });
  expect(
    await bring(['T1,Tom O,clinician,tim@mulberry.example', 'T2,Tim O,clinician,tom@mulberry.example']),
  ).toMatchObject({ done: true, problems: [] });
});
