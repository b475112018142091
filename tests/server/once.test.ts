import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { ENGINES } from '../support/storage.ts';
import { openWorld } from '../support/world.ts';

describe.each(ENGINES)('a form on %s', (engine) => {
  it('[D26] puts one into a session, pressed twice at one moment and sent again', async () => {
    const world = await openWorld(engine);
    const { nasrin } = world.people;
    const opened = await call(world.server, nasrin, 'POST', `/api/units/${world.unit}/reflecting`, {
      body: {
        on: new Date().toISOString().slice(0, 10),
        purpose: 'To listen',
        keep: { files: false, until: null },
      },
    });
    const path = `/api/reflecting/${(opened.body as { session: string }).session}/people`;
    const body = { name: 'Gran', part: 'family', once: randomUUID() };
    const send = () => call(world.server, nasrin, 'POST', path, { body });
    const all = [...(await Promise.all([send(), send()])), await send()];
    expect(all.map((answer) => [answer.status, answer.body])).toEqual(
      all.map(() => [200, { participant: expect.stringMatching(/^[0-9a-f-]{36}$/) }]),
    );
    expect(new Set(all.map((answer) => answer.body.participant)).size).toBe(1);
    const row = await world.storage.db.selectFrom('reflecting').select('state').executeTakeFirstOrThrow();
    expect(row.state.match(/"Gran"/g)).toHaveLength(1);
  });

  it('[D26] makes one, pressed twice at one moment, sent again and sent with other words', async () => {
    const world = await openWorld(engine);
    const { delroy, yewande } = world.people;
    const members = `/api/units/${world.unit}/members`;
    const forms = [
      [members, { name: 'Ada Mensah', role: 'clinician', email: 'ada@example.org' }, 'members'],
      [`/api/units/${world.unit}/families`, { name: 'Okoro' }, 'families'],
      [`/api/families/${world.family}/children`, { given: 'Zoë', born: '2019' }, 'children'],
      [
        `/api/families/${world.family}/dates`,
        { kind: 'review', on: '2026-12-09', what: 'First review' },
        'dates',
      ],
      [
        `/api/units/${world.unit}/reflecting`,
        {
          on: new Date().toISOString().slice(0, 10),
          purpose: 'To listen',
          keep: { files: false, until: null },
        },
        'reflecting',
      ],
    ] as const;
    const count = async (table: (typeof forms)[number][2]) =>
      (await world.storage.db.selectFrom(table).select('id').execute()).length;
    for (const [path, said, table] of forms) {
      const before = await count(table);
      const body = { ...said, once: randomUUID() };
      const send = (what: object, who = delroy) => call(world.server, who, 'POST', path, { body: what });
      const twice = await Promise.all([send(body), send(body)]);
      expect(
        twice.map((answer) => answer.status),
        path,
      ).toEqual([200, 200]);
      expect(twice[0].body).toEqual(twice[1].body);
      expect((await send(body)).body).toEqual(twice[0].body);
      expect(await count(table), path).toBe(before + 1);
      // Other words, or another person, under the id of a form that has made something: nothing is made, and nothing told.
      const other = 'name' in said ? { name: 'Other' } : 'given' in said ? { given: 'Other' } : {};
      if (Object.keys(other).length > 0)
        expect(await send({ ...body, ...other })).toMatchObject({ body: { reason: 'already-done' } });
      expect((await send(body, yewande)).body).toMatchObject({ reason: 'already-done' });
      expect(await count(table), path).toBe(before + 1);
      expect((await send({ ...body, once: 'no id' })).status).toBe(400);
    }
    // What was refused has made nothing: the same form is sent again once it is mended.
    const form = { name: 'Bo Mensah', role: 'clinician', email: 'ADA@example.org', once: randomUUID() };
    expect((await call(world.server, delroy, 'POST', members, { body: form })).status).toBe(400);
    const mended = { ...form, email: 'bo@example.org' };
    expect((await call(world.server, delroy, 'POST', members, { body: mended })).status).toBe(200);
  });
});
