import { expect, it } from 'vitest';
import {
  actIn,
  goneAfter,
  isKept,
  mayReflect,
  MOVEMENTS,
  newParticipant,
  nextSteps,
  openSession,
  PARTS,
  type Part,
  type Session,
  type Step,
} from './session.ts';

const id = (n: number) => `00000000-0000-4000-8000-00000000000${n}`;
const person = (n: number, part: Part, isMember: boolean) =>
  newParticipant({ id: id(n), name: `N${n}`, initials: 'N', part, where: 'room', isMember, hasPage: true });
const [LEAD, TEAM, ASKS, MUM, GRAN, WORDS] = [1, 2, 3, 4, 5, 6].map(id) as [
  string, string, string, string, string, string,
]; // prettier-ignore
const opened = openSession({
  unit: id(9),
  family: id(8),
  on: '2026-11-25',
  purpose: 'x',
  lead: LEAD,
  people: [
    person(1, 'team', true),
    person(2, 'team', true),
    person(3, 'interviewer', true),
    person(4, 'family', false),
    person(5, 'family', false),
    person(6, 'interpreter', false),
  ],
  minutes: {},
  keep: { files: false, until: null },
});
const agreed = [MUM, GRAN, WORDS].reduce(
  (session, one) => actIn(session, { does: 'agree', yes: true }, { participant: one, now: 1 }),
  opened,
);
const move = (session: Session, to: Step) =>
  actIn(session, { does: 'move', from: session.step, to }, { participant: LEAD, now: 1 });
const at = (...movements: Step[]) => movements.reduce(move, agreed);
const step = (movement: Step['movement'], round: 1 | 2 = 1): Step => ({ movement, round });
const toResponse = [step('interview'), step('reflecting'), step('response')];

it('[R2] in each movement exactly those who talk and are written down may write', () => {
  const may = (session: Session) =>
    session.people.filter((one) => mayReflect(session, one.id)).map((one) => one.id);
  const walk = [
    ['agreement', agreed, []],
    ['interview', at(step('interview')), []],
    ['reflecting', at(step('interview'), step('reflecting')), [LEAD, TEAM]],
    ['response', at(...toResponse), [ASKS, MUM, GRAN]],
    ['closing', at(...toResponse, step('closing')), []],
  ] as const;
  for (const [name, session, who] of walk) expect([name, may(session)]).toEqual([name, who]);
  expect(walk.map(([name]) => name)).toEqual([...MOVEMENTS]);
  expect(new Set(opened.people.map((one) => one.part))).toEqual(
    new Set(PARTS.filter((part) => part !== 'presenter')),
  );
});

it('[R1] on and back by one, a second round where the family wants it, and to closing when somebody stops', () => {
  const response = at(...toResponse);
  expect(nextSteps(response)).toEqual([step('closing'), step('reflecting', 2), step('reflecting')]);
  const second = move(move(response, step('reflecting', 2)), step('response', 2));
  expect(nextSteps(second)).toEqual([step('closing', 2), step('reflecting', 2)]);
  expect(nextSteps(move(second, step('closing', 2)))).toEqual([step('response', 2)]);
  const reflecting = at(step('interview'), step('reflecting'));
  expect(() => move(reflecting, step('closing'))).toThrow();
  const stopped = actIn(reflecting, { does: 'ask', what: 'stop' }, { participant: MUM, now: 5 });
  expect([stopped.isPaused, nextSteps(stopped)[0]]).toEqual([true, step('closing')]);
  expect(move(stopped, step('closing')).step).toEqual(step('closing'));
});

it('[R6] who never came is not waited for, and who came and is silent has said no', () => {
  const without = {
    ...agreed,
    people: agreed.people.map((one) => (one.id === GRAN ? { ...one, agreedAt: null, cameAt: null } : one)),
  };
  const yes = { 'card-1': [MUM] };
  expect(isKept({ ...without, keeps: yes }, 'card-1')).toBe(true);
  expect(isKept({ ...agreed, keeps: yes }, 'card-1')).toBe(false);
  const withdrawn = actIn(
    { ...agreed, keeps: yes },
    { does: 'agree', yes: false },
    { participant: GRAN, now: 2 },
  );
  expect(isKept(withdrawn, 'card-1')).toBe(false);
});

it('[R7] nobody closing it keeps a session no longer than a week', () => {
  expect(goneAfter(opened)).toBe('2026-12-02');
  expect(goneAfter({ ...opened, closedAt: 1 })).toBe('2026-11-25');
  expect(goneAfter({ ...opened, keep: { files: false, until: '2026-12-24' } })).toBe('2026-12-24');
});
