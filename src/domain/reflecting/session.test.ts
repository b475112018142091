import { expect, it } from 'vitest';
import { DETAILS } from '../errors.ts';
import type { SessionAct } from './acts.ts';
import { DEFAULT_LIMIT } from './limit.ts';
import { broughtTogether, notAsked } from './together.ts';
import { readsAsVerdict } from './verdict.ts';
import {
  actIn,
  goneAfter,
  isKept,
  mayReflect,
  MOVEMENTS,
  mayGoOn,
  mayHear,
  mayJot,
  newParticipant,
  nextSteps,
  openSession,
  PARTS,
  sessionFor,
  stopOf,
  whoChooses,
  withoutYes,
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
  limit: DEFAULT_LIMIT,
  asked: [],
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
  const stopped = actIn(reflecting, { does: 'stop', yes: true }, { participant: MUM, now: 5 });
  expect([stopped.isPaused, nextSteps(stopped)]).toEqual([true, [step('closing')]]);
  expect(move(stopped, step('closing')).step).toEqual(step('closing'));
  const early = actIn(reflecting, { does: 'ask', what: 'end' }, { participant: LEAD, now: 5 });
  expect(nextSteps(early)[0]).toEqual(step('closing'));
  expect(() => actIn(reflecting, { does: 'ask', what: 'end' }, { participant: TEAM, now: 5 })).toThrow();
});

it('[R9] who stops has stopped for themself; only they go on for themself, and without them only if the others say so', () => {
  const DAD = id(7);
  const reflecting = at(step('interview'), step('reflecting'));
  const here = {
    ...reflecting,
    people: [...reflecting.people, { ...person(7, 'family', false), agreedAt: 1, cameAt: 1 }],
  };
  const as = (session: Session, participant: string, act: SessionAct) =>
    actIn(session, act, { participant, now: 5 });
  const stopped = as(here, MUM, { does: 'stop', yes: true });
  expect(stopped.isPaused).toBe(true);
  expect([mayHear(stopped, MUM), mayReflect(stopped, MUM), mayJot(stopped, MUM)]).toEqual([
    false,
    false,
    true,
  ]);
  // Nobody else is told who; whoever leads is.
  for (const one of [TEAM, ASKS, GRAN, WORDS]) expect(sessionFor(stopped, one).stops).toEqual([]);
  expect([LEAD, MUM].map((one) => sessionFor(stopped, one).stops.length)).toEqual([1, 1]);
  // Who leads goes on neither for her nor without her.
  const goOn: SessionAct = { does: 'pause', yes: false };
  expect(() => as(stopped, LEAD, goOn)).toThrow(DETAILS['others-choose']);
  expect(() => move(stopped, step('response'))).toThrow(DETAILS['others-choose']);
  expect(() => as(stopped, LEAD, { does: 'stop', yes: false, whom: MUM })).toThrow();
  expect(() => as(stopped, GRAN, { does: 'go-on', yes: true })).toThrow();
  const asking = as(stopped, LEAD, { does: 'ask-others' });
  expect([
    sessionFor(asking, GRAN).goOn,
    sessionFor(asking, MUM).goOn,
    sessionFor(asking, TEAM).goOn,
  ]).toEqual([[], null, null]);
  expect(as(asking, MUM, { does: 'stop', yes: false }).goOn).toBeNull();
  for (const one of [MUM, TEAM, ASKS, WORDS])
    expect(() => as(asking, one, { does: 'go-on', yes: true }), one).toThrow();
  const half = as(asking, GRAN, { does: 'go-on', yes: true });
  expect(() => as(half, LEAD, goOn)).toThrow(DETAILS['others-choose']);
  const yes = as(half, DAD, { does: 'go-on', yes: true });
  // Going on is said to her, by whichever press it was.
  expect(stopOf(move(yes, step('response')), MUM)?.isWithout).toBe(true);
  expect(stopOf(move(yes, step('closing')), MUM)?.isWithout).toBe(false);
  const without = as(yes, LEAD, goOn);
  expect([without.isPaused, stopOf(without, MUM)?.isWithout]).toEqual([false, true]);
  expect(mayHear(without, MUM)).toBe(false);
  expect(move(without, step('response')).step).toEqual(step('response'));
  // Whoever stops next is asked about anew; of one alone who is asked would know: it ends for all or waits.
  const alone = as(without, GRAN, { does: 'stop', yes: true });
  expect([alone.isPaused, alone.goOn, mayGoOn(alone)]).toEqual([true, null, false]);
  expect(nextSteps(alone)).toEqual([step('closing')]);
  expect(() => as(alone, LEAD, { does: 'ask-others' })).toThrow(DETAILS['too-few-others']);
  // In every pause the hands go down, so that nobody's alone does.
  const hands = [DAD, GRAN].reduce((now, one) => ({ ...now, hands: [...now.hands, one] }), here as Session);
  expect(as(hands, MUM, { does: 'stop', yes: true }).hands).toEqual(
    as(hands, LEAD, { does: 'pause', yes: true }).hands,
  );
  // A yes of hers to what is kept goes with it; who has not said yes to anything does not choose, nor does who leads.
  const kept = { ...here, keeps: { [id(8)]: [MUM, GRAN] } };
  expect(as(kept, MUM, { does: 'stop', yes: true }).keeps).toEqual({ [id(8)]: [GRAN] });
  expect(whoChooses(withoutYes(stopped, GRAN)).map((one) => one.id)).toEqual([DAD]);
  const presented = {
    ...stopped,
    people: stopped.people.map((one) =>
      one.id === LEAD ? { ...one, part: 'presenter' as const, cameAt: 1 } : one,
    ),
  };
  expect(whoChooses(presented).map((one) => one.id)).toEqual([GRAN, DAD]);
  // Once it is over she may still come back to what can be read until the agreed day.
  const over = { ...stopped, closedAt: 9, keep: { files: false, until: '2026-12-24' } };
  expect(mayHear(as(over, MUM, { does: 'stop', yes: false }), MUM)).toBe(true);
  expect(() => as(over, GRAN, { does: 'stop', yes: true })).toThrow();
  // She goes on: nobody else has to say anything.
  const back = as(as(alone, GRAN, { does: 'stop', yes: false }), LEAD, goOn);
  expect([mayHear(back, GRAN), mayHear(back, MUM)]).toEqual([true, false]);
  // She who has stopped says nothing before the others, and keeps nothing either: it waits for her yes.
  for (const act of [
    { does: 'hand', yes: true },
    { does: 'speak', who: MUM },
    { does: 'go-on', yes: true },
    { does: 'keep', reflection: MUM, yes: true },
  ] as SessionAct[])
    expect(() => as(without, MUM, act), act.does).toThrow();
  // A colleague who stops makes nobody wait; who leads hands over first, and to nobody who has stopped.
  const colleague = as(here, TEAM, { does: 'stop', yes: true });
  expect([colleague.isPaused, mayGoOn(colleague), mayHear(colleague, TEAM)]).toEqual([false, true, false]);
  const lifted = as(as(colleague, LEAD, { does: 'pause', yes: true }), LEAD, goOn);
  expect(stopOf(lifted, TEAM)?.isWithout).toBe(false);
  expect(() => as(here, LEAD, { does: 'stop', yes: true })).toThrow(DETAILS['hand-over-first']);
  expect(() => as(colleague, LEAD, { does: 'lead', to: TEAM })).toThrow();
});

it('[R9] somebody stops before they have said yes, and it does not begin over their head', () => {
  const before = opened.people
    .filter((one) => !one.isMember && one.id !== MUM)
    .reduce((now, one) => actIn(now, { does: 'agree', yes: true }, { participant: one.id, now: 1 }), opened);
  const stopped = actIn(before, { does: 'stop', yes: true }, { participant: MUM, now: 2 });
  expect(() => move(stopped, step('interview'))).toThrow();
  const dad = { ...person(7, 'family', false), agreedAt: 1, cameAt: 1 };
  const asking = actIn(
    { ...stopped, people: [...stopped.people, dad] },
    { does: 'ask-others' },
    { participant: LEAD, now: 3 },
  );
  const without = [GRAN, dad.id].reduce(
    (now, one) => actIn(now, { does: 'go-on', yes: true }, { participant: one, now: 3 }),
    asking,
  );
  expect(move(without, step('interview')).step).toEqual(step('interview'));
});

it('[R11] two with a harm line come together only once it is said whether the one was asked alone', () => {
  const [SELIN, MARLON, ISA] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-0000000000a${n}`) as [
    string, string, string,
  ]; // prettier-ignore
  const pair = (how: string) => [
    {
      harmed: SELIN,
      harming: MARLON,
      how,
      sure: null,
      on: null,
      isControl: how === 'control',
      hasEnded: false,
    },
  ];
  const there = (person: string) => ({ person });
  expect(broughtTogether(pair('violence'), [there(SELIN), there(ISA)])).toEqual([]);
  expect(broughtTogether(pair('violence'), [there(MARLON), there(SELIN)])).toHaveLength(1);
  const asked = (by: string | null) => [{ harmed: SELIN, harming: MARLON, by, on: by && '2026-12-02' }];
  for (const [how, said, isOffered] of [
    ['violence', [], false],
    ['violence', asked(null), true],
    ['violence', asked(LEAD), true],
    ['control', [], false],
    ['control', asked(null), false],
    ['control', asked(LEAD), true],
  ] as const)
    expect([how, said.length, notAsked(pair(how), said) === null]).toEqual([how, said.length, isOffered]);
  // What was asked of one is not asked of the other.
  const turned = [{ harmed: MARLON, harming: SELIN, by: LEAD, on: '2026-12-02' }];
  expect(notAsked(pair('control'), turned)).not.toBeNull();
  // Nobody who was invited is shown that there was a question.
  const session = { ...opened, asked: asked(LEAD) };
  expect([MUM, GRAN, WORDS, TEAM].map((one) => sessionFor(session, one).asked.length)).toEqual([0, 0, 0, 1]);
});

it('[R13] what reads like a fact about somebody who listens is told apart from what one saw or wonders', () => {
  const listeners = [
    { ...person(4, 'family', false), name: 'Selin Kaya' },
    { ...person(5, 'family', false), name: 'Emine Kaya' },
  ];
  const about = (text: string) => readsAsVerdict(text, listeners)?.name ?? null;
  expect(about('Selin is controlling.')).toBe('Selin Kaya');
  expect(about('I liked the hands. Emine never says sorry.')).toBe('Emine Kaya');
  expect(readsAsVerdict('She is a worrier.', listeners.slice(0, 1))?.name).toBe('Selin Kaya');
  expect(about('She is a worrier. Emine never says sorry.')).toBe('Emine Kaya');
  for (const text of [
    'When Selin said “I am the problem”, I noticed Emine look at her hands.',
    'Perhaps Selin is tired.',
    'I found myself wondering whether coming at seven is how Emine says sorry.',
    'Selin said: “Emine is always late.” Could that be a worry?',
    'Somebody is always awake in this house.',
    'She is a worrier.',
  ])
    expect(about(text), text).toBeNull();
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
