import { expect, it } from 'vitest';
import { Refusal } from '../errors.ts';
import { ROLES, type Power, type Role } from '../people/roles.ts';
import type { DateView } from '../dates.ts';
import { isSafetyStatus, nextPrepared, suggestAgenda } from './agenda.ts';
import { MeetingAct } from './acts.ts';
import { actOn, openMeeting, spentOn, turnsOf, type Actor, type MeetingState } from './meeting.ts';

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const state = openMeeting({
  unit: id(9),
  on: '2026-11-25',
  agenda: [
    { id: id(1), family: id(5), minutes: 15 },
    { id: id(2), family: id(6), minutes: 25 },
  ],
});
const actor = (role: Role, more: Partial<Actor> = {}): Actor => ({
  member: id(7),
  powers: new Set<Power>(ROLES[role].powers),
  own: new Set<Power>(ROLES[role].powers),
  members: new Set([id(7), id(8)]),
  families: new Set([id(5), id(6)]),
  now: 1_000,
  ...more,
});
const play = (acts: [MeetingAct, Actor][]): MeetingState =>
  acts.reduce((now, [act, who]) => actOn(now, act, who), state);

it('[H1] whoever was at risk at the last meeting first, then safety, then who was put off, then a coming date, then whose child has waited longest', () => {
  let next = 0;
  const family = (name: string, more: object) => ({
    id: name,
    name,
    lastRisk: null,
    hasSafetyConcern: false,
    next: null,
    lastHeard: '2026-11-18',
    longestSince: '2026-11-18',
    wasPutOff: false,
    ...more,
  });
  const agenda = suggestAgenda(
    [
      family('Berger', {}),
      family('Lindo', { longestSince: '2026-10-28' }),
      // A child of it was put off: they open the next one, behind what is of safety.
      family('Obi', { wasPutOff: true }),
      // Called at the last meeting that heard them, and long before it.
      family('Petrauskas', { lastRisk: '2026-11-18' }),
      family('Adomako', { lastRisk: '2026-11-11' }),
      family('Nowicki', { next: '2026-12-01' }),
      family('Kaya', { hasSafetyConcern: true }),
      family('Haque', { next: '2027-03-01', lastHeard: null, longestSince: null }),
    ],
    { on: '2026-11-25', minutes: { usual: 15, pressing: 25 }, newId: () => String(next++) },
  );
  expect(agenda.map((item) => item.family)).toEqual([
    'Petrauskas',
    'Kaya',
    'Obi',
    'Nowicki',
    'Haque',
    'Lindo',
    'Adomako',
    'Berger',
  ]);
  expect(agenda.map((item) => item.minutes)).toEqual([25, 25, 25, 25, 15, 15, 15, 15]);
});

it('[H1] a status that says protection, missing or section 47 is a safety concern; a hearing that nobody has told of still counts', () => {
  for (const status of [
    'Child protection plan',
    'CP (s47)',
    'Section 47 begun',
    'Missing since Friday',
    's.47',
  ])
    expect(isSafetyStatus(status), status).toBe(true);
  for (const status of ['', 'Child in need', 'Looked after', 'Private fostering'])
    expect(isSafetyStatus(status), status).toBe(false);
  const date = (on: string, more: object = {}): DateView => ({
    id: on, family: 'f', child: null, kind: 'court', on, what: 'Hearing', madeAt: 0, state: 'open', story: [], revision: 0, ...more,
  }); // prettier-ignore
  const on = '2026-11-25';
  expect(nextPrepared([date('2026-12-01', { kind: 'visit' }), date('2026-12-09')], on)).toBe('2026-12-09');
  expect(nextPrepared([date('2026-11-20'), date('2026-12-09')], on)).toBe('2026-11-20');
  expect(
    nextPrepared([date('2026-11-20', { state: 'held' }), date('2026-12-09', { state: 'let-go' })], on),
  ).toBe(null);
});

it('[H2] any member moves everyone; time is added up and ready marks begin anew', () => {
  const after = play([
    [{ does: 'focus', item: id(1) }, actor('practitioner')],
    [{ does: 'ready', yes: true }, actor('practitioner')],
    [{ does: 'focus', item: id(2) }, actor('clinician', { now: 61_000 })],
  ]);
  expect(after.ready).toEqual([]);
  expect(after.focus).toMatchObject({ item: id(2), place: 'catch-up', since: 61_000 });
  expect(spentOn(after, { item: id(1), now: 99_000 })).toBe(60_000);
  expect(() => actOn(state, { does: 'focus', item: id(4) }, actor('clinician'))).toThrow(Refusal);
});

it('[H23] today’s order can leave a family out: it comes last, its turn does not come, and going to it brings it in', () => {
  const out: MeetingAct = { does: 'leave-out', item: id(1), yes: true };
  const left = actOn(state, out, actor('coordinator'));
  expect(left.agenda.map((line) => [line.id, line.leftOut ?? false])).toEqual([
    [id(2), false],
    [id(1), true],
  ]);
  expect(turnsOf(left).map((line) => line.id)).toEqual([id(2)]);
  expect(actOn(left, out, actor('consultant')).agenda).toEqual(left.agenda);
  const back = actOn(left, { ...out, yes: false }, actor('coordinator'));
  expect(turnsOf(back).map((line) => line.id)).toEqual([id(2), id(1)]);
  const there = actOn(left, { does: 'focus', item: id(1) }, actor('practitioner'));
  expect(there.agenda.every((line) => !line.leftOut)).toBe(true);
  // Not from under its own turn, not a break, not by whoever does not run the meeting.
  expect(() => actOn(there, out, actor('coordinator'))).toThrow(Refusal);
  expect(() => actOn(state, { ...out, item: id(4) }, actor('coordinator'))).toThrow(Refusal);
  expect(() => actOn(state, out, actor('practitioner'))).toThrow(Refusal);
});

it('[H26] a family that came after the meeting opened is put on today’s order, once, by who runs the meeting', () => {
  const on: MeetingAct = { does: 'add-family', id: id(3), family: id(4), minutes: 15 };
  const sees = { families: new Set([id(4), id(5), id(6)]) };
  const put = actOn(state, on, actor('coordinator', sees));
  expect(turnsOf(put).map((line) => line.family)).toEqual([id(5), id(6), id(4)]);
  // Pressed twice, or by two people.
  expect(actOn(put, { ...on, id: id(2) }, actor('consultant', sees)).agenda).toEqual(put.agenda);
  expect(() => actOn(state, on, actor('practitioner', sees))).toThrow(Refusal);
  // Another unit’s, or one that this person may not see.
  expect(() => actOn(state, on, actor('coordinator'))).toThrow(Refusal);
});

it('[H6] a pen is handed on by who has it by their own seat, and by nobody else', () => {
  const hand: MeetingAct = { does: 'hand-pen', power: 'record', to: id(8) };
  expect(actOn(state, hand, actor('coordinator')).pens).toMatchObject([
    { power: 'record', from: id(7), to: id(8) },
  ]);
  expect(() => actOn(state, hand, actor('clinician'))).toThrow(Refusal);
  expect(() =>
    actOn(state, hand, actor('clinician', { powers: new Set<Power>(['think', 'record']) })),
  ).toThrow(Refusal);
  expect(() => actOn(state, { ...hand, to: id(3) }, actor('coordinator'))).toThrow(Refusal);
  expect(() => actOn(state, { does: 'minutes', item: id(1), minutes: 5 }, actor('clinician'))).toThrow(
    Refusal,
  );
});

it('[H6] a pen is taken by who leads alone, once, and goes back by whose it is by their seat', () => {
  const taken = actOn(state, { does: 'take-pen' }, actor('consultant'));
  expect(taken.pens).toEqual([{ power: 'record', from: id(7), to: id(7), at: 1_000, taken: true }]);
  for (const role of ['coordinator', 'clinician', 'practitioner'] as const)
    expect(() => actOn(state, { does: 'take-pen' }, actor(role))).toThrow(Refusal);
  const writes = { powers: new Set<Power>(['think', 'lead', 'record']) };
  expect(actOn(taken, { does: 'take-pen' }, actor('consultant', writes))).toBe(taken);
  // At one moment: the second was read before the first was written.
  expect(actOn(taken, { does: 'take-pen' }, actor('consultant'))).toBe(taken);
  const back: MeetingAct = { does: 'take-pen-back', power: 'record' };
  expect(actOn(taken, back, actor('clinician', { member: id(9) })).pens).toHaveLength(1);
  expect(actOn(taken, back, actor('coordinator', { member: id(8) })).pens).toEqual([]);
  expect(actOn(taken, back, actor('consultant')).pens).toEqual([]);
});

it('[H7] one press by anyone stops the clock, and a second press changes nothing', () => {
  const began = actOn(state, { does: 'focus', item: id(1) }, actor('clinician'));
  const risk: MeetingAct = { does: 'risk', family: id(5), alarm: id(3) };
  const called = actOn(began, risk, actor('practitioner', { now: 31_000 }));
  expect(called.focus.since).toBeNull();
  expect(spentOn(called, { item: id(1), now: 500_000 })).toBe(30_000);
  expect(actOn(called, { ...risk, alarm: id(4) }, actor('clinician')).risk).toEqual(called.risk);
  expect(actOn(called, { does: 'clock', runs: true }, actor('clinician')).focus.since).toBeNull();
  expect(() => actOn(state, { ...risk, family: id(4) }, actor('clinician'))).toThrow(Refusal);
});

it('[H8] the meeting goes on when somebody says so and why, and the list of risks stays', () => {
  const after = play([
    [{ does: 'focus', item: id(1) }, actor('clinician')],
    [{ does: 'risk', family: id(5), alarm: id(3) }, actor('clinician')],
    [{ does: 'risk-over', why: 'Margaret is on her way' }, actor('practitioner', { now: 9_000 })],
  ]);
  expect(after.risk).toBeNull();
  expect(after.focus.since).toBe(9_000);
  expect(after.risksOver).toMatchObject([{ alarm: id(3), why: 'Margaret is on her way' }]);
  const closed = actOn(after, { does: 'close' }, actor('coordinator'));
  expect(() => actOn(closed, { does: 'ready', yes: true }, actor('clinician'))).toThrow(/over/);
});

it('[H8] only who called it takes it back as a mistake; anybody says why the meeting goes on', () => {
  const called = play([[{ does: 'risk', family: id(5), alarm: id(3) }, actor('practitioner')]]);
  const back: MeetingAct = { does: 'risk-over', why: '', mistake: true, alarm: id(3) };
  expect(() => actOn(called, back, actor('consultant', { member: id(8) }))).toThrow(Refusal);
  expect(actOn(called, back, actor('practitioner')).risk).toBeNull();
  expect(actOn(called, { ...back, mistake: false }, actor('clinician', { member: id(8) })).risk).toBeNull();
});

it('[H12] a call has one https link for everybody, and anybody changes it', () => {
  const url = 'https://calls.example.gov.uk/room/7';
  expect(play([[{ does: 'call', url }, actor('practitioner')]]).call).toBe(url);
  expect(
    play([
      [{ does: 'call', url }, actor('practitioner')],
      [{ does: 'call', url: null }, actor('clinician')],
    ]).call,
  ).toBeNull();
  for (const wrong of [
    'http://calls.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'calls',
    `https://a.b/${'x'.repeat(1000)}`,
  ])
    expect(MeetingAct.safeParse({ does: 'call', url: wrong }).success, wrong).toBe(false);
});

it('[H13] turns are taken in the order of the hands, and the next family begins without any', () => {
  const [ines, callum] = [actor('clinician'), actor('practitioner', { member: id(8) })];
  const raised = play([
    [{ does: 'focus', item: id(1) }, ines],
    [{ does: 'hand', yes: true }, callum],
    [{ does: 'hand', yes: true }, ines],
    [{ does: 'hand', yes: true }, callum],
  ]);
  expect(raised.hands).toEqual([callum.member, ines.member]);
  const speaks = actOn(raised, { does: 'speak', who: callum.member }, callum);
  expect([speaks.speaking, speaks.hands]).toEqual([callum.member, [ines.member]]);
  expect(() => actOn(speaks, { does: 'speak', who: id(9) }, ines)).toThrow(Refusal);
  const moved = actOn(speaks, { does: 'focus', item: id(2) }, ines);
  expect([moved.speaking, moved.hands]).toEqual([null, []]);
});
