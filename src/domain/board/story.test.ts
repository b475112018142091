import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { readBoard, type Cards, type Question, type Thought } from './board.ts';
import type { CardKind } from './cards.ts';
import { hasNewerThanHead, headOf, wordsOfChild } from './child-words.ts';
import { noticesOf, type NoticeFacts } from './notices.ts';
import { feedbackOf, inAskingOrder, nextConversation, storyOf, weekOf } from './story.ts';
import { addCard, type NewFields } from './write.ts';

const at = (day: string) => Date.parse(`${day}T10:00:00Z`);

/** A board of cards, each `[kind, fields, day, by]`; the first word of an id is its kind. */
function boardOf(cards: Record<string, [CardKind, NewFields, string?, string?]>): Cards {
  const doc = new Y.Doc();
  for (const [id, [kind, fields, day = '2026-10-07', by = 'ines']] of Object.entries(cards))
    addCard(doc, { id, kind, by, at: at(day), fields });
  return readBoard(doc);
}
const thought = (cards: Cards, id = 't') => cards.get(id) as Thought;

it('[L1] a story tells in order what was put in, asked, seen and decided about a thought; what fits and what does not is counted, of rivals too', () => {
  const cards = boardOf({
    t: ['thought', { text: 'Emine steps in before Selin gets to cope.' }, '2026-10-07', 'ines'],
    other: ['thought', { text: 'Another' }, '2026-10-07'],
    q2: ['question', { text: 'What is different?', thought: 't', to: 'Selin', asker: 'callum', back: 'I stay in bed', backOn: '2026-10-16', backFits: true }],
    q1: ['question', { text: 'Who hears first?', thought: 't', to: 'Aylin', asker: 'nasrin', back: 'Me', backFrom: 'Aylin', backOn: '2026-10-14', backFits: false }],
    open: ['question', { text: 'And then?', thought: 't', to: 'Aylin' }],
    elsewhere: ['question', { text: 'Not ours', thought: 'other', to: 'Aylin', back: 'x', backFits: true }],
    saw: ['observation', { text: 'On the third day nobody was up', thought: 't', fits: false, source: 'School rang', on: '2026-10-25', standing: 'reported', also: ['other'] }],
    s: ['step', { text: 'Nothing moved', thought: 't', what: 'aside', on: '2026-11-04' }],
  }); // prettier-ignore
  const story = storyOf(thought(cards), cards);
  expect(story.map((step) => [step.on, step.what, step.fits])).toEqual([
    ['2026-10-07', 'put-in', null],
    ['2026-10-14', 'asked', false],
    ['2026-10-16', 'asked', true],
    ['2026-10-25', 'saw', false],
    ['2026-11-04', 'aside', null],
  ]);
  expect(story[1]).toMatchObject({ by: 'nasrin', text: 'Me', source: 'Aylin' });
  expect(feedbackOf(story)).toEqual({ fits: 1, unfit: 2 });
  // What came back for one thought may say the same of its rival, and is counted there too.
  expect(feedbackOf(storyOf(thought(cards, 'other'), cards))).toEqual({ fits: 1, unfit: 1 });
  const untold = boardOf({
    t: ['thought', { text: 'x' }],
    o: ['observation', { text: 'seen, on no day that anybody said', thought: 't' }, '2026-10-21'],
  });
  expect(storyOf(thought(untold), untold).map((step) => [step.on, step.isWrittenOn, step.source])).toEqual([
    ['2026-10-07', false, ''],
    ['2026-10-21', true, ''],
  ]);
  const merged = boardOf({
    t: ['thought', { text: 'kept' }],
    u: ['thought', { text: 'put with it', state: 'aside' }],
    s: ['step', { text: '', thought: 'u', what: 'merged', other: 't' }],
    o: ['observation', { text: 'seen for the other', thought: 'u', fits: true, on: '2026-10-20' }],
  });
  expect(storyOf(thought(merged), merged).map((step) => step.text)).toEqual(['', 'seen for the other']);
  expect([weekOf(thought(cards), '2026-10-07'), weekOf(thought(cards), '2026-11-11')]).toEqual([1, 6]);
});

it('[L2] the next conversation has a question, whom, by whom and by when; without all of them there is none', () => {
  const whole = { text: 'What would Emine do?', thought: 't', to: 'Emine', asker: 'ines', due: '2026-12-09' };
  const next = (fields: NewFields) =>
    nextConversation('t', boardOf({ q: ['question', { ...whole, ...fields }] }));
  expect(next({})?.id).toBe('q');
  const without: NewFields[] = [
    { to: '' },
    { asker: null },
    { due: null },
    { back: 'She came' },
    { thought: 'x' },
  ];
  for (const missing of without) expect(next(missing), JSON.stringify(missing)).toBe(null);
  const two = boardOf({
    later: ['question', whole],
    sooner: ['question', { ...whole, due: '2026-11-20' }],
  });
  expect(nextConversation('t', two)?.id).toBe('sooner');
});

const facts = (cards: Cards, more: Partial<NoticeFacts> = {}): NoticeFacts => ({
  cards,
  on: '2026-11-18',
  wednesdays: ['2026-11-11', '2026-11-04', '2026-10-28'],
  children: [],
  since: null,
  driftWeeks: { plan: 4, otherwise: 8 },
  ...more,
});
const ids = (cards: Cards, more: Partial<NoticeFacts> = {}) =>
  noticesOf(facts(cards, more)).map((notice) => notice.id.replace(/:.*/, ''));
const held = { text: 'Selin is afraid of her mother', mark: ['a', 'b', 'c'], about: ['selin', 'emine'] };
const family: Parameters<typeof boardOf>[0] = {
  aylin: ['person', { name: 'Aylin Kaya', isChild: true, gender: 'female' }],
  marlon: ['person', { name: 'Marlon Bright', gender: 'male' }],
  uncle: ['person', { name: 'Curtis Bright', gender: 'male' }],
  dead: ['person', { name: 'Hasan Kaya', gender: 'male', died: '2016' }],
  r1: ['relation', { a: 'marlon', b: 'aylin', is: 'parent' }],
  r2: ['relation', { a: 'dead', b: 'marlon', is: 'parent' }],
};

it.each<[string, Cards, string[]]>([
  ['an empty board', boardOf(family), []],
  ['one story only', boardOf({ t: ['thought', { text: 'Perhaps one' }] }), ['one-story']],
  ['one story of today', boardOf({ t: ['thought', { text: 'Perhaps one' }, '2026-11-18'] }), []],
  ['a child and a father left out', boardOf({ ...family, t: ['thought', { text: 'Perhaps', about: ['x'] }, '2026-11-18'] }), ['missing', 'missing']],
  ['a child who was seen and a father who was asked about', boardOf({ ...family, t: ['thought', { text: 'Perhaps' }, '2026-11-18'], s: ['seen', { childId: 'aylin' }], q: ['question', { text: 'Who?', about: ['marlon'] }] }), []],
  ['a leader with nothing asked', boardOf({ t: ['thought', { ...held, text: 'Perhaps she is afraid' }], u: ['thought', { text: 'Perhaps' }, '2026-11-18', 'callum'] }), ['leads', 'untested']],
  ['a leader that was asked about', boardOf({ t: ['thought', { ...held, text: 'Perhaps she is afraid' }], u: ['thought', { text: 'Perhaps' }, '2026-11-18', 'callum'], q: ['question', { text: 'When?', thought: 't' }, '2026-11-05'] }), []],
  ['a fact, of one person alone', boardOf({ t: ['thought', { ...held, about: ['selin'] }, '2026-11-18'], u: ['thought', { text: 'Perhaps' }, '2026-11-18', 'callum'], q: ['question', { text: 'When?', thought: 't' }] }), ['alone', 'stated']],
  ['three thoughts of one person', boardOf({ a: ['thought', { text: 'One?' }], b: ['thought', { text: 'Two?' }], c: ['thought', { text: 'Three?' }] }), ['one-author']],
])('[L3] gentle notices: %s', (_what, cards, expected) => {
  expect(ids(cards)).toEqual(expected);
}); // prettier-ignore

it('[L3] a name in the words is as good as a link, and a parent’s partner is noticed like a father', () => {
  const stepfather: Parameters<typeof boardOf>[0] = {
    ...family,
    step: ['person', { name: 'Zoë Okafor', gender: 'female' }],
    r3: ['relation', { a: 'marlon', b: 'step', is: 'partner' }],
  };
  const people = (board: Parameters<typeof boardOf>[0]) =>
    noticesOf(facts(boardOf(board))).flatMap((one) => (one.id.startsWith('missing:') ? one.person! : []));
  expect(people({ ...stepfather, t: ['thought', { text: 'Perhaps' }, '2026-11-18'] })).toEqual([
    'aylin',
    'marlon',
    'step',
  ]);
  const named = 'Perhaps AYLIN fears that Marlon and Zoe part';
  expect(people({ ...stepfather, t: ['thought', { text: named }, '2026-11-18'] })).toEqual([]);
});

it('[L8] drift is told for every child, from the day they came, and quieted it is told again later', () => {
  const aylin = { id: 'aylin', given: 'Aylin', status: '', born: '2014-02-01', due: null };
  const plan = { ...aylin, status: 'child protection plan' };
  const unborn = { id: 'baby', given: 'Baby', status: '', born: null, due: '2027-01-05' };
  const cards = (came: string, more: Parameters<typeof boardOf>[0] = {}) =>
    boardOf({
      aylin: ['person', { name: 'Aylin', isChild: true }, came],
      baby: ['person', { name: 'Baby', isChild: true, due: '2027-01-05' }, came],
      ...more,
    });
  const says = (board: Cards, more: Partial<NoticeFacts>) =>
    noticesOf(facts(board, more)).flatMap((one) => (/^(drift|due):/.test(one.id) ? [one.says] : []));
  const children = [plan, { ...unborn, id: 'other' }];
  // Nobody waits who only just came, whatever was before: born, brought in or moved here.
  expect(says(cards('2026-10-28'), { children: [aylin, plan, unborn], since: '2024-01-03' })).toEqual([]);
  expect(says(cards('2026-09-16'), { children: [{ ...plan, born: '2026-11-01' }] })).toEqual([]);
  const all = (weeks: number) =>
    `Aylin: no visit written down for ${weeks} weeks, nothing heard or asked for ${weeks} weeks, nothing decided for ${weeks} weeks, no new thought for ${weeks} weeks.`;
  expect(says(cards('2026-10-14'), { children: [plan] })).toEqual([all(5)]);
  expect(says(cards('2026-10-14'), { children: [aylin] })).toEqual([]);
  expect(says(cards('2026-09-16'), { children: [aylin] })).toEqual([all(9)]);
  // Of a child who is not born nobody asks what it wants, or when it was seen; one who is overdue is asked after.
  expect(says(cards('2026-09-16'), { children: [unborn] })).toEqual([
    'Baby: nothing decided for 9 weeks, no new thought for 9 weeks.',
  ]);
  expect(says(cards('2026-09-16'), { children: [{ ...unborn, due: '2026-11-01' }] })).toEqual([
    'Baby was due on 1 November, and nobody has written down the birth.',
  ]);
  // Nobody is asked after who has died, or was lost.
  const goneBy: NewFields[] = [{ died: '2026-08-01' }, { lost: 'miscarried' }];
  for (const gone of goneBy)
    expect(
      says(boardOf({ aylin: ['person', { name: 'Aylin', isChild: true, ...gone }, '2026-09-16'] }), {
        children: [aylin],
      }),
    ).toEqual([]);
  const some = cards('2026-10-14', {
    s: ['seen', { childId: 'aylin', on: '2026-11-11' }],
    // Who tried has not seen them.
    tried: ['seen', { childId: 'aylin', on: '2026-11-17', how: 'tried' }],
    w: ['words', { childId: 'aylin', text: 'No', on: '2026-11-01', means: 'said' }],
    d: ['decision', { text: 'For everybody else', 'child:deniz': true }, '2026-11-17'],
  });
  const [first] = says(some, { children });
  expect(first).toBe('Aylin: nothing decided for 5 weeks, no new thought for 5 weeks.');
  // Where there is one child alone, what is for nobody by name is theirs; and a name in the words is as good as a link.
  expect(says(some, { children: [plan] })).toEqual([first]);
  const ours = cards('2026-10-14', {
    s: ['seen', { childId: 'aylin', on: '2026-11-11' }],
    w: ['words', { childId: 'aylin', text: 'No', on: '2026-11-01', means: 'said' }],
    d: ['decision', { text: 'We visit weekly' }, '2026-11-17'],
  });
  expect(says(ours, { children: [plan] })).toEqual(['Aylin: no new thought for 5 weeks.']);
  const named = cards('2026-10-14', {
    s: ['seen', { childId: 'aylin', on: '2026-11-11' }],
    q: ['question', { text: 'Whom would AYLIN tell?' }, '2026-11-11'],
    d: ['decision', { text: 'Nasrin walks in with Aylin' }, '2026-11-11'],
    t: ['thought', { text: 'Perhaps Aylin waits' }, '2026-11-11'],
  });
  expect(says(named, { children })).toEqual([]);
  const quiet = (board: Parameters<typeof boardOf>[0], came: string, id: string) =>
    cards(came, { ...board, k: ['quiet', { notice: id }] });
  const id = noticesOf(facts(cards('2026-10-14'), { children: [plan] })).find((one) =>
    one.id.startsWith('drift'),
  )!.id;
  expect(id.length).toBeLessThanOrEqual(100);
  expect(says(quiet({}, '2026-10-14', id), { children: [plan] })).toEqual([]);
  // What was quieted is not told again because something else was done, or waits too.
  const decided = { d: ['decision', { text: 'For Aylin' }, '2026-11-17'] } satisfies Parameters<
    typeof boardOf
  >[0];
  expect(says(quiet(decided, '2026-10-14', id), { children: [plan] })).toEqual([]);
  // Somebody else’s thought is nobody’s news of an only child; nor is a day that has not come.
  const others = {
    t: ['thought', { text: 'Perhaps he drinks', 'about:marlon': true }, '2026-11-17'],
    s: ['seen', { childId: 'aylin', on: '2027-11-11' }],
  } satisfies Parameters<typeof boardOf>[0];
  expect(says(cards('2026-10-14', others), { children: [plan] })).toEqual([all(5)]);
  // As long has passed once more; or it was done since, and waits again.
  expect(says(quiet({}, '2026-10-14', id), { children: [plan], on: '2026-12-16' })).toEqual([all(9)]);
  const again = { s: ['seen', { childId: 'aylin', on: '2026-10-16' }] } satisfies Parameters<
    typeof boardOf
  >[0];
  expect(says(quiet(again, '2026-10-14', id), { children: [plan] })).toHaveLength(1);
});

it('[L2] what still waits for an answer opens the next week, and what came back long ago is kept apart', () => {
  const asked = (id: string, day: string, back = '', backOn: string | null = null) =>
    ({ id, at: Date.parse(`${day}T10:00:00Z`), back, backOn, text: 'Who?' }) as Question;
  const order = inAskingOrder(
    [
      asked('today', '2025-11-12'),
      asked('waits', '2025-10-29'),
      asked('came', '2025-11-05', 'Nan.', '2025-11-10'),
      asked('long', '2025-09-03', 'Mum.', '2025-09-10'),
      // Nobody has said on which day this came back: it stays in hand.
      asked('undated', '2025-09-03', 'Dad.'),
    ],
    { on: '2025-11-12', since: '2025-11-05' },
  );
  expect(order.now.map((one) => one.id)).toEqual(['waits', 'today', 'undated', 'came']);
  expect(order.earlier.map((one) => one.id)).toEqual(['long']);
});

it('[F5] a child’s answer is among their words at once; the unit chooses what stands at the head, and else the newest does', () => {
  const aylin = '11111111-1111-4111-8111-111111111111';
  const told: Parameters<typeof boardOf>[0] = {
    w: ['words', { text: 'For Mum to sleep', childId: aylin, on: '2026-10-14' }],
    q: ['question', { text: 'What are you afraid of?', to: 'Aylin', asker: 'nasrin', back: 'The stairs', backBy: aylin, backOn: '2026-10-21' }],
    hers: ['question', { text: 'And you?', back: 'Nothing', backBy: '22222222-2222-4222-8222-222222222222', backOn: '2026-10-28' }],
    undated: ['words', { text: 'Fridays', childId: aylin }, '2026-10-20'],
  }; // prettier-ignore
  const said = (cards: Cards) => wordsOfChild(cards, aylin);
  expect(said(boardOf(told)).map(({ text, asked, asker }) => [text, asked, asker])).toEqual([
    ['The stairs', 'What are you afraid of?', 'nasrin'],
    ['Fridays', '', null],
    ['For Mum to sleep', '', null],
  ]);
  expect(headOf(said(boardOf(told)))?.text).toBe('The stairs');
  const chosen = boardOf({ ...told, w: ['words', { ...told.w![1], head: true }] });
  expect(headOf(said(chosen))?.text).toBe('For Mum to sleep');
  expect([boardOf(told), chosen].map((board) => hasNewerThanHead(said(board)))).toEqual([false, true]);
  expect(headOf([])).toBeUndefined();
});
