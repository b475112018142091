import { expect, it } from 'vitest';
import type { UnitPage } from '#domain/views.ts';
import { call } from '../support/call.ts';
import { ENGINES } from '../support/storage.ts';
import { openWorld } from '../support/world.ts';

it.each(ENGINES)(
  '[T5] a date that was worked out keeps in words how, as the unit’s timescales were that day, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { delroy, nasrin } = world.people;
    const add = (worked: object | null, more: object = {}) =>
      call(world.server, nasrin, 'POST', `/api/families/${world.family}/dates`, {
        body: { kind: 'review', on: '2026-11-30', what: 'Whatever a page calls it', worked, ...more },
      });
    const dates = async () =>
      ((await call(world.server, nasrin, 'GET', `/api/units/${world.unit}`)).body as unknown as UnitPage)
        .dates;
    const before = (await dates()).length;
    expect((await add({ rule: 'R14', day: '2020-11-16', by: '2020-11-30' })).status).toBe(200);
    const basis =
      'By Monday 30 November 2020: 10 working days after Monday 16 November 2020 (the first placement began). Care Planning Regulations 2010, reg 4(2).';
    // What it is called and its kind are the rule's.
    expect(await dates()).toContainEqual(
      expect.objectContaining({ basis, what: 'Care plan', kind: 'other', on: '2026-11-30' }),
    );

    // What is off, unknown, or counted from a day that has not come is refused, and nothing is written.
    const by = '2020-12-07';
    for (const [worked, why] of [
      [{ rule: 'R3', day: '2020-11-16', by }, /not turned on/],
      [{ rule: 'R7', day: '2020-11-16', by }, /not turned on/],
      [{ rule: 'R99', day: '2020-11-16', by }, /not turned on/],
      [{ rule: 'R14', day: '2999-01-01', by }, /has not come yet/],
      [{ rule: 'R17', day: '2020-11-16', by: '2020-11-19' }, /at what time/],
      // The page read another number than the unit has now.
      [{ rule: 'R14', day: '2020-11-16', by }, /was changed while/],
      [{ rule: 'R14', day: '2026-02-30', by }, /./],
    ] as const) {
      const refused = await add(worked);
      expect(refused.status, JSON.stringify(worked)).toBe(400);
      expect(refused.text).toMatch(why);
    }
    expect((await dates()).length).toBe(before + 1);
    // An extension counts from a day that is still to come.
    expect((await add({ rule: 'R18-more', day: '2998-01-01', by: '2998-02-26' })).status).toBe(200);
    // A page of before says nothing of it, and a day that was given has no words beside it.
    expect((await add(null)).status).toBe(200);
    expect((await dates()).filter((date) => date.basis === '').length).toBeGreaterThan(0);

    // Only who manages changes a timescale; what was worked out before keeps its words.
    const save = (who: typeof delroy, timescales: object) =>
      call(world.server, who, 'PUT', `/api/units/${world.unit}/settings`, {
        body: { name: 'Mulberry', meetingDay: 3, meetingTime: '10:00', settings: { timescales } },
      });
    expect((await save(nasrin, { R14: { isOn: false } })).status).toBe(404);
    for (const wrong of [
      { R99: { isOn: true } },
      { R14: { isOn: true, many: 0 } },
      { R14: { isOn: true, unit: 'fortnights' } },
    ])
      expect((await save(delroy, wrong)).status, JSON.stringify(wrong)).toBe(400);
    expect(
      (
        await save(delroy, {
          R14: { isOn: true, many: 8, unit: 'working-days', source: 'your council, p. 41' },
        })
      ).status,
    ).toBe(200);
    expect((await add({ rule: 'R14', day: '2020-11-16', by: '2020-11-26' })).status).toBe(200);
    const said = (await dates()).map((date) => date.basis);
    expect(said).toContain(basis);
    expect(said).toContain(
      'By Thursday 26 November 2020: 8 working days after Monday 16 November 2020 (the first placement began). Your council, p. 41.',
    );
    // Each is saved by itself: what somebody else turned on beside it stays, and null is as it came.
    expect((await save(delroy, { R3: { isOn: true } })).status).toBe(200);
    expect((await save(delroy, { R14: null })).status).toBe(200);
    const { unit } = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}`))
      .body as unknown as UnitPage;
    expect(unit.settings.timescales).toEqual({ R3: { isOn: true } });
  },
);
