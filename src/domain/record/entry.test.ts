import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import golden from '../../../tests/fixtures/golden-board.json' with { type: 'json' };
import { seeded, seedsOf } from '../../../tests/support/random.ts';
import {
  readBoard,
  saidIn,
  type Account,
  type Answer,
  type Card,
  type Decision,
  type FamilyPerson,
  type Figure,
  type Kept,
  type News,
  type Question,
  type Relation,
  type Seen,
  type Thought,
  type Words,
} from '../board/board.ts';
import { CARD_KINDS, fieldOf } from '../board/cards.ts';
import { recommendationsOf } from '../board/recommended.ts';
import { addCard } from '../board/write.ts';
import { isNamedIn, isUnsureName, withoutNames } from '../people/named.ts';
import { DEFAULT_SETTINGS } from '../people/settings.ts';
import type { DateEnd, TaskNow } from './known.ts';
import { canonical, type Plain } from './canonical.ts';
import { buildReview, type ChildForEntry, type EntryFacts, type EntrySection, type Filed } from './entry.ts';

const children = [
  { id: 'aylin', given: 'Aylin', surname: 'Kaya', born: '2014-02-01', due: null },
  { id: 'deniz', given: 'Deniz', surname: 'Kaya', born: null, due: null },
];

const question = (over: Partial<Question>): Question => ({
  id: 'q', kind: 'question', by: 'm', at: 1, ord: '', gone: false, text: 'Who wakes first?', thought: null, qkind: 'finding-out',
  to: '', asker: null, due: null, back: '', backFrom: '', backBy: null, backOn: null, backFits: null, head: null, file: null, about: [], child: [], also: [], ...over,
}); // prettier-ignore

const decided = (over: Partial<Decision>): Decision => ({
  id: 'd', kind: 'decision', by: 'm', at: 1, ord: '', gone: false, text: 'Tom lives with his grandmother', because: '',
  authority: 'unit', level: null, decisionKind: null, route: '', routeOn: null, safety: null, child: [], ...over,
}); // prettier-ignore
const kept = (over: Partial<Kept>): Kept => ({
  id: 'k', kind: 'kept', by: 'board', at: 1, ord: '', gone: false, text: '', session: 's', what: 'reflection', on: '2026-11-03', who: '', toFile: true, withOthers: true, saidBy: null, ...over,
}); // prettier-ignore
const chosenThought: Thought = {
  id: 't', kind: 'thought', by: 'm', at: 1, ord: '', gone: false, text: 'Who looks after whom?', pool: null, state: 'pot', why: '',
  file: 'We wonder who looks after whom', silence: null, turnedTo: null, mark: [], about: [], child: [],
}; // prettier-ignore

const factsOf = (card: Card): EntryFacts => ({
  on: '2026-11-18',
  today: '2026-11-18',
  cards: new Map([[card.id, card]]),
  children,
  members: new Map(),
  present: { room: [], home: [], absent: [] },
  dates: [],
  settings: DEFAULT_SETTINGS,
  openRisk: null,
  riskTasks: [],
  tasks: [],
  committed: new Map(),
  recorded: new Set(),
  since: { family: 0, own: new Map() },
  unit: 'unit',
  digest: (value) => JSON.stringify(value),
  pens: [],
});

/** As a card went into the files; `entries` are whose entries hold it, null for what was committed before that was kept. */
const inFile = (digest: string, entries: Filed['entries'] = null): Filed => ({
  digest,
  on: '2026-11-11',
  entries,
  all: new Map([
    ['aylin', 36],
    ['deniz', 12],
  ]),
});

/** What an entry takes from cards; that a child was not heard, and when they were last seen, stands in every entry. */
const ofTheBoard = ({ sections }: { sections: readonly EntrySection[] }) =>
  sections.flatMap((section) => section.lines.filter((line) => line.card !== null));

function sectionsOf(card: Card): Record<string, string[]> {
  return Object.fromEntries(
    buildReview(factsOf(card)).entries.map((entry) => [
      entry.child,
      ofTheBoard(entry).map((line) => `${line.text} (${line.note})`),
    ]),
  );
}

it('[F8] a question and what came back stay on the board until somebody chooses them', () => {
  const answered = question({ to: 'Selin', back: 'I do', backBy: 'selin', backOn: '2026-11-12' });
  expect(sectionsOf(answered)).toEqual({ aylin: [], deniz: [] });
  const chosen = { ...answered, file: 'We asked Selin who wakes first: “I do”' };
  const line = 'We asked Selin who wakes first: “I do” (Heard on 12 November 2026)';
  expect(sectionsOf({ ...chosen, child: ['deniz'] })).toEqual({ aylin: [], deniz: [line] });
  expect(sectionsOf({ ...chosen, child: ['aylin', 'deniz'] })).toEqual({ aylin: [line], deniz: [line] });
});

const files = (card: Card) => {
  const entries = sectionsOf(card);
  return Object.keys(entries).filter((child) => entries[child]!.length > 0);
};
const asks = (card: Card) =>
  buildReview(factsOf(card)).warnings.flatMap((one) => ('card' in one ? [one.about] : []));

it.each([
  [{ backBy: 'aylin' }, ['aylin'], []],
  [{ backBy: 'deniz', child: ['aylin'] }, ['deniz'], []],
  [{ backBy: 'selin', child: ['aylin', 'deniz'] }, ['aylin', 'deniz'], []],
  [{ backBy: 'selin' }, [], ['for-whom']],
  [{ backBy: 'somebody-else', child: ['deniz'] }, ['deniz'], []],
  [{ to: 'Aylin' }, [], ['who-spoke']],
  [{ to: 'Aylin', backFrom: 'Deniz, in the car', child: ['aylin'] }, [], ['who-spoke']],
])('[F6] who answered is said and never read out of words: %j', (over, into, asked) => {
  const card = question({ back: 'Me', file: 'Chosen words', ...over });
  expect(files(card)).toEqual(into);
  expect(asks(card)).toEqual(asked);
});

it('[F6] in families of like names no child’s words are ever in a brother’s or sister’s entry', () => {
  const [seed] = seedsOf(1) as [number];
  const random = seeded(seed);
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const names = [
    'Muhammad Ali',
    'Muhammad Hassan',
    'Zoë',
    'Zoe',
    'Safa',
    'safa',
    'Anne-Marie',
    'Anne',
    'محمد',
    'O’Shea',
    'Marie',
  ];
  for (let round = 0; round < 500; round++) {
    const family = [0, 1, 2].map((n) => ({
      id: `child-${n}`,
      given: pick(names),
      surname: 'Kaya',
      born: null,
      due: null,
    }));
    const speaker = pick([...family.map((one) => one.id), 'mother', null]);
    const words = `${pick(names)}, in the car`;
    const facts = (card: Card) => ({ ...factsOf(card), children: family });
    const about = family.map((one) => one.id).filter(() => random() < 0.5);
    const cards: Card[] = [
      question({
        to: words,
        back: 'The very words',
        backFrom: words,
        backBy: speaker,
        file: 'The very words',
        child: about,
      }),
      kept({ text: 'The very words', who: words, saidBy: speaker }),
    ];
    for (const card of cards) {
      const into = buildReview(facts(card)).entries.filter((entry) =>
        entry.sections.some((section) => section.lines.some((line) => line.text.includes('The very words'))),
      );
      const says = `seed ${seed}, round ${round}: ${card.kind}`;
      if (speaker === null) expect(into, says).toEqual([]);
      else if (speaker !== 'mother')
        expect(
          into.map((one) => one.child),
          says,
        ).toEqual([speaker]);
    }
  }
});

it('[F8] what the unit asks itself is no talk with the family, whoever takes it on', () => {
  const talk = question({ asker: 'm', to: '', back: '', child: ['deniz'] });
  expect(files(talk)).toEqual(['deniz']);
  expect(files({ ...talk, qkind: 'ourselves' })).toEqual([]);
});

it('[F8] what names nobody goes into no file until it is said for whom, and all is one answer', () => {
  const decision = decided({ level: 'unit' });
  expect(files(decision)).toEqual([]);
  expect(asks(decision)).toEqual(['for-whom']);
  expect(files({ ...decision, child: ['deniz'] })).toEqual(['deniz']);
  const thought = { ...chosenThought, about: ['selin'] };
  expect([files(thought), asks(thought)]).toEqual([[], ['for-whom']]);
  expect(files({ ...thought, about: ['selin', 'aylin'] })).toEqual(['aylin']);
  // An only child is the one whom it is about.
  const only = { ...factsOf(decision), children: children.slice(0, 1) };
  expect(ofTheBoard(buildReview(only).entries[0]!)[0]!.text).toBe('Tom lives with his grandmother');
  // What went in for all of them before it was asked, and has been changed since, is asked too.
  const again = { ...factsOf(decision), committed: new Map([['d', inFile('earlier')]]) };
  expect(buildReview(again).warnings).toContainEqual({ about: 'for-whom', card: 'd' });
  expect(buildReview(again).entries.every((entry) => !JSON.stringify(entry).includes('Tom lives'))).toBe(
    true,
  );
  // As it stands in the files it is in all of them: a view that comes late goes there too.
  const view: Card = {
    id: 'v', kind: 'view', by: 'm', at: 2, ord: '', gone: false, text: 'I would wait', decision: 'd',
  }; // prettier-ignore
  const filed = factsOf(decision);
  const late = {
    ...filed,
    cards: new Map<string, Card>([
      ['d', decision],
      ['v', view],
    ]),
    committed: new Map([['d', inFile(filed.digest(saidIn(decision) as Plain))]]),
  };
  expect(buildReview(late).entries.map((entry) => JSON.stringify(entry).includes('I would wait'))).toEqual([
    true,
    true,
  ]);
});

it('[F8] words made for a file that name another child are looked at once more', () => {
  const thought = { ...chosenThought, about: ['aylin'], file: 'We wonder whether Aylin looks after Deniz' };
  expect(buildReview(factsOf(thought)).warnings).toContainEqual({
    about: 'names-another',
    card: 't',
    children: ['deniz'],
  });
  // About both it names each in the other's.
  expect(asks({ ...thought, about: ['aylin', 'deniz'] })).toEqual(['names-another']);
  expect(asks({ ...thought, about: ['aylin', 'deniz'], file: 'We wonder who looks after whom' })).toEqual([]);
});

it('[F9] what nobody gave a level says so; what is not the unit’s to decide reads as recommended, in the heading too', () => {
  const read = (over: Partial<Decision>) => {
    const { entries, warnings } = buildReview(factsOf(decided({ child: ['aylin'], ...over })));
    const lines = ofTheBoard(entries[0]!);
    return [
      entries[0]!.title,
      lines[0]!.note,
      warnings.flatMap((one) => (one.about === 'level' ? ['level'] : [])).length,
    ];
  };
  const words = 'Tom lives with his grandmother';
  // What boards held by default is nobody's choice.
  expect(read({ authority: 'unit' })).toEqual([`${words} (level not said)`, 'Level not said.', 1]);
  expect(read({ level: 'unit' })).toEqual([words, 'Decided by the unit.', 0]);
  for (const chosen of [{ level: 'resource-panel' }, { authority: 'resource-panel' }])
    expect(read(chosen)).toEqual([
      `Recommended: ${words}`,
      'Recommended to the Resource Panel, not yet agreed. Papers to the panel by Monday noon; it sits on Tuesdays',
      0,
    ]);
});

it('[F5] what a child said and what somebody saw stand under two headings', () => {
  const words = (means: 'said' | 'saw' | null) => ({
    id: 'w', kind: 'words', by: 'm', at: 1, ord: '', gone: false, text: 'Settled with Emine', childId: 'aylin', to: 'Callum', where: 'at home', asked: '', on: '2025-03-03', means,
  }) as Card; // prettier-ignore
  const headed = (card: Card) =>
    buildReview(factsOf(card)).entries[0]!.sections.find(({ lines }) => lines.some((line) => line.card));
  expect(headed(words('said'))).toMatchObject({
    heading: 'Said by Aylin',
    lines: [{ text: '“Settled with Emine”', note: 'Aylin to Callum, at home, 3 March 2025' }],
  });
  // What was asked stands beside the words, as it was put.
  for (const [asked, told] of [
    ['What are you afraid of?', 'asked “What are you afraid of?”'],
    ['what comes next', 'on what comes next'],
  ])
    expect(headed({ ...words('said'), asked } as Card)).toMatchObject({
      lines: [{ note: `Aylin to Callum, ${told}, at home, 3 March 2025` }],
    });
  expect(headed(words('saw'))).toMatchObject({
    heading: 'What we saw of Aylin',
    lines: [{ text: 'Settled with Emine', note: 'Seen by Callum, at home, 3 March 2025' }],
  });
  // A day that nobody has said is not the day on which it was typed.
  expect(headed({ ...words('said'), on: null } as Card)).toMatchObject({
    lines: [{ note: 'Aylin to Callum, at home, day not said' }],
  });
  // Nobody has said which it was: it stands under neither, and is asked.
  const review = buildReview(factsOf(words(null)));
  expect(JSON.stringify(review.entries)).not.toContain('Settled with Emine');
  expect(review.warnings).toContainEqual({ about: 'said-or-saw', card: 'w', child: 'aylin' });
  // Whoever typed it is not therefore who saw it.
  const untold = {
    ...factsOf({ ...words('saw'), to: '' } as Card),
    members: new Map([['m', { name: 'Nasrin Chowdhury', roleName: '' }]]),
  };
  expect(ofTheBoard(buildReview(untold).entries[0]!)[0]!.note).toBe(
    'Not said who saw it; written by Nasrin Chowdhury, at home, 3 March 2025',
  );
});

it('[F14] every kind of card of an earlier version reads, and says what it said: none comes into a file again', () => {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Buffer.from(golden.update, 'base64'));
  const digests = Object.fromEntries(
    [...readBoard(doc)].map(([card, read]) => [
      card,
      createHash('sha256')
        .update(canonical(saidIn(read) as Plain))
        .digest('hex'),
    ]),
  );
  expect(digests).toEqual(golden.digests);
  // Kinds that came since were in no earlier version's boards.
  const since = new Set(['riskOver', 'answer', 'harmEnd', 'account', 'draft', 'figure', 'against']);
  expect(new Set([...readBoard(doc).values()].map((card) => card.kind))).toEqual(
    new Set(CARD_KINDS.filter((kind) => !since.has(kind))),
  );
});

it('[F14] what went into a file does not come again because a later version knows more of a card', () => {
  const doc = new Y.Doc();
  addCard(doc, {
    id: 'q',
    kind: 'question',
    by: 'm',
    at: 1,
    fields: { text: 'Who wakes first?', to: 'Selin', asker: null },
  });
  // The digest is over what somebody has set, and over no field that is only known.
  expect(saidIn(readBoard(doc).get('q')!)).toEqual({
    id: 'q',
    kind: 'question',
    by: 'm',
    at: 1,
    text: 'Who wakes first?',
    to: 'Selin',
  });
});

it('[F6] a child who was taken out or moved is neither an adult nor nobody: their words go to nobody else', () => {
  const gone = '11111111-1111-4111-8111-111111111111';
  const person = {
    id: gone, kind: 'person', by: 'm', at: 1, ord: '', gone: true, name: 'Deniz Kaya', isChild: true,
  } as unknown as Card; // prettier-ignore
  const cards: Card[] = [
    decided({ child: [gone] }),
    question({ back: 'He hits me', backBy: gone, file: 'Chosen words', child: [gone] }),
    question({ id: 'q2', back: '', backBy: gone, file: 'Chosen words', child: ['aylin'] }),
    kept({ text: 'The very words', saidBy: gone }),
    { ...chosenThought, about: [gone] },
  ];
  for (const card of cards)
    for (const [family, map] of [
      [children, [person]],
      [children.slice(0, 1), [person]],
      [children.slice(0, 1), []],
    ] as const) {
      const facts = {
        ...factsOf(card),
        children: family,
        cards: new Map([...map, card].map((one) => [one.id, one])),
      };
      const { entries, warnings } = buildReview(facts);
      const says = `${card.kind} ${card.id}, ${family.length} children`;
      expect(
        entries.flatMap((entry) => entry.cards),
        says,
      ).toEqual([]);
      expect(
        warnings.some((one) => 'card' in one && one.card === card.id && /for-whom|who-spoke/.test(one.about)),
        says,
      ).toBe(true);
    }
});

it('[F6] a child’s answer that was taken back takes its words for the file with it to nobody else', () => {
  expect(files(question({ back: '', backBy: 'deniz', file: 'Deniz told us', child: ['aylin'] }))).toEqual([
    'deniz',
  ]);
});

it('[F8] what is chosen and has no words yet is told, and stays', () => {
  const { warnings, stays, entries } = buildReview(factsOf({ ...chosenThought, about: ['aylin'], file: '' }));
  expect(warnings).toContainEqual({ about: 'no-words', card: 't' });
  expect([stays.thoughts, entries.flatMap((entry) => entry.cards)]).toEqual([1, []]);
});

const ten = Date.parse('2026-11-18T10:00:00Z');
const base = { by: 'm', ord: '', gone: false };
/** A risk now for Aylin: what was written while it lasted, and its end. */
function riskFor(child: string[], over: 'goes-on' | 'mistake' | 'closed' | null = 'goes-on'): Card[] {
  return [
    { ...base, id: 'alarm', at: ten, kind: 'alarm', text: 'A bruise on Aylin’s arm; Deniz saw it', order: '', child },
    { ...base, id: 'n1', at: ten + 60_000, kind: 'childNow', text: 'At school, with Ms Ward', childId: 'aylin', alarm: 'alarm', from: '' },
    { ...base, id: 'n2', at: ten + 60_000, kind: 'childNow', text: 'At football', childId: 'deniz', alarm: 'alarm', from: '' },
    { ...base, id: 't1', at: ten, kind: 'told', text: 'Police', alarm: 'alarm', state: 'told', note: '', stateAt: ten + 9 * 60_000 },
    { ...base, id: 't2', at: ten, kind: 'told', text: 'Déniz’s football coach', alarm: 'alarm', state: 'on-purpose', note: '', stateAt: null },
    ...(over ? [{ ...base, id: 'over', at: ten + 16 * 60_000, kind: 'riskOver' as const, text: 'Nasrin is with AYLIN', alarm: 'alarm', how: over, calledBy: 'm', calledAt: ten }] : []),
  ]; // prettier-ignore
}
const atRisk = (cards: Card[], more: Partial<EntryFacts> = {}) =>
  buildReview({
    ...factsOf(cards[0]!),
    cards: new Map(cards.map((card) => [card.id, card])),
    members: new Map([['m', { name: 'Callum Brannigan', roleName: '' }]]),
    riskTasks: [
      { alarm: 'alarm', what: 'Fetch Aylin and Deniz', owner: 'm', state: 'done', endedAt: ten + 5 * 60_000 },
      { alarm: 'alarm', what: 'Ring Deniz’s mother', owner: null, state: 'open', endedAt: null },
      { alarm: 'another', what: 'Of another day', owner: null, state: 'open', endedAt: null },
    ],
    ...more,
  });
const linesOf = (review: ReturnType<typeof buildReview>, child: string) =>
  review.entries
    .find((entry) => entry.child === child)!
    .sections.filter((section) => section.heading.startsWith('Risk now'))
    .flatMap((section) => section.lines.map((line) => `${line.text} (${line.note})`));

it('[F22] what was risk now goes into the file of each child for whom it was, with its times and without a sibling’s name', () => {
  const review = atRisk(riskFor(['aylin']));
  expect(linesOf(review, 'aylin')).toEqual([
    'A bruise on Aylin’s arm; [another child] saw it (Called at 10.00 by Callum Brannigan)',
    'Aylin: At school, with Ms Ward (written by Callum Brannigan at 10.01)',
    'Police (told at 10.09, written by Callum Brannigan)',
    '[another child]’s football coach (not told, on purpose, written by Callum Brannigan)',
    'To be done at once: Fetch Aylin and [another child] (Callum Brannigan, done at 10.05)',
    'To be done at once: Ring [another child]’s mother (Nobody yet, not done yet)',
    'The meeting went on: Nasrin is with AYLIN (Callum Brannigan, 10.16)',
  ]);
  expect(linesOf(review, 'deniz')).toEqual([]);
  expect(review.entries[0]!.sections.map((section) => section.heading)).toContain(
    'Risk now, 18 November 2026, 10.00',
  );
  // What the risk is was said there.
  expect(review.warnings).not.toContainEqual({ about: 'risk', child: 'aylin' });
  // In the file once; what comes later comes by itself.
  const filed = new Map(
    riskFor(['aylin'])
      .slice(0, -1)
      .map((card) => [card.id, inFile(JSON.stringify(saidIn(card)))]),
  );
  expect(linesOf(atRisk(riskFor(['aylin']), { committed: filed }), 'aylin')).toEqual([
    'To be done at once: Fetch Aylin and [another child] (Callum Brannigan, done at 10.05)',
    'To be done at once: Ring [another child]’s mother (Nobody yet, not done yet)',
    'The meeting went on: Nasrin is with AYLIN (Callum Brannigan, 10.16)',
  ]);
});

it('[F22] of nobody by name it is asked; what lasts goes in as it stands, what was pressed by mistake and says nothing nowhere', () => {
  const nobody = atRisk(riskFor([]));
  expect(nobody.warnings).toContainEqual({ about: 'for-whom', card: 'alarm' });
  expect([linesOf(nobody, 'aylin'), linesOf(nobody, 'deniz')]).toEqual([[], []]);
  const lasting = atRisk(riskFor(['deniz'], null), { openRisk: 'alarm' });
  expect(linesOf(lasting, 'deniz').slice(0, 2)).toEqual([
    'A bruise on [another child]’s arm; Deniz saw it (Called at 10.00 by Callum Brannigan)',
    'Deniz: At football (written by Callum Brannigan at 10.01)',
  ]);
  // An alarm of an earlier version, whose end nobody kept, stays on the board.
  expect(linesOf(atRisk(riskFor(['deniz'], null)), 'deniz')).toEqual([]);
  const empty = riskFor([], 'mistake').filter((card) => card.kind === 'alarm' || card.kind === 'riskOver');
  const mistake = atRisk(
    empty.map((card) => (card.kind === 'alarm' ? { ...card, text: '' } : card)),
    { riskTasks: [] },
  );
  expect(mistake.warnings.filter((one) => one.about === 'for-whom')).toEqual([]);
  expect(linesOf(atRisk(riskFor(['aylin'], 'closed')), 'aylin').at(-1)).toBe(
    'The meeting closed while it was still risk now. (Callum Brannigan, 10.16)',
  );
});

it('[F22] whatever the names: no file holds a brother’s or sister’s, and nobody else’s word goes with it', () => {
  const told = (text: string, own: string, ...others: string[]) =>
    withoutNames(text, { own, others, instead: '…' });
  for (const other of ['Anna', 'Zoë', 'D’Arcy', 'محمد', 'Ng', 'Anne-Marie']) {
    const said = `${other}’s coat, I’d say; ring ${other.toLocaleUpperCase('en-GB')}.`;
    expect(told(said, 'Kofi', other), other).toBe('…’s coat, I’d say; ring ….');
    expect(isNamedIn(told(said, 'Kofi', other), other)).toBe(false);
  }
  // Of like names the longer and whole one counts.
  expect(told('Anna-Maria and Anna are out', 'Anna', 'Anna-Maria')).toBe('… and Anna are out');
  expect(told('Anna-Maria and Anna are out', 'Anna-Maria', 'Anna')).toBe('Anna-Maria and … are out');
  expect(told('Nguyen, not Ng', 'Nguyen', 'Ng')).toBe('Nguyen, not …');
  // A name that is a word, or a grown-up's too, takes nobody's words away: a reader is asked.
  expect(isUnsureName('Will', [])).toBe(true);
  expect(isUnsureName('Karol', ['Karol Nowak'])).toBe(true);
  expect(isUnsureName('Aylin', ['Selin Kaya'])).toBe(false);
  const will: ChildForEntry = { id: 'will', given: 'Will', surname: 'Kaya', born: null, due: null };
  const [alarm, , ...rest] = riskFor(['aylin']);
  const review = atRisk([{ ...alarm, text: 'The police will come' } as Card, ...rest], {
    children: [children[0]!, will],
    riskTasks: [
      { alarm: 'alarm', what: 'Somebody will fetch her coat', owner: null, state: 'open', endedAt: null },
    ],
  });
  const lines = linesOf(review, 'aylin').join('\n');
  expect(lines).toContain('The police will come');
  expect(lines).toContain('To be done at once: Somebody will fetch her coat');
  expect(review.warnings).toContainEqual({ about: 'names-another', card: 'alarm', children: ['will'] });
});

it('[F22] what was written of a child beside those for whom it was is asked; a child who was taken out is not named either', () => {
  const review = atRisk(riskFor(['aylin']));
  expect(review.warnings).toContainEqual({ about: 'risk-also', card: 'alarm', child: 'deniz' });
  const gone = {
    ...base,
    id: 'x',
    at: 1,
    kind: 'person',
    name: 'Kemal Kaya',
    isChild: true,
  } as unknown as Card;
  const [alarm, ...rest] = riskFor(['aylin']);
  const taken = atRisk([{ ...alarm, text: 'Kemal rang' } as Card, ...rest, { ...gone, gone: true }]);
  expect(linesOf(taken, 'aylin')[0]).toContain('[another child] rang');
});

const answered = (over: Partial<Answer>): Answer => ({
  ...base, id: 'a', kind: 'answer', at: 2, text: 'four weeks, then look again', decision: 'd', says: 'agreed-with-changes',
  on: '2026-11-17', until: null, who: 'the chair', asked: 'Rapid Response.', ...over,
}); // prettier-ignore
/** What the review makes of an answer to a recommendation that is in the file. */
function answersTo(
  answer: Answer | null,
  more: { filed?: Filed; decision?: Partial<Decision>; also?: [string, Filed][] } = {},
) {
  const decision = decided({
    text: 'Rapid Response.',
    level: 'resource-panel',
    child: ['aylin'],
    ...more.decision,
  });
  const filed = more.filed ?? inFile(JSON.stringify(saidIn(decision)), new Map([['aylin', 36]]));
  const cards: Card[] = answer ? [decision, answer] : [decision];
  return buildReview({
    ...factsOf(decision),
    cards: new Map(cards.map((card) => [card.id, card])),
    members: new Map([['m', { name: 'Yewande Afolabi', roleName: '' }]]),
    committed: new Map([['d', filed], ...(more.also ?? [])]),
  }).entries;
}

it('[F23] what was answered hangs from each entry that holds the recommendation, and from no other', () => {
  const [aylin, deniz] = answersTo(answered({}));
  expect(aylin!.answers).toEqual([
    {
      card: 'a',
      refers: 36,
      text: 'On “Rapid Response”, recommended to the Resource Panel: agreed with changes, said on 17 November 2026: four weeks, then look again. Said by the chair; written down by Yewande Afolabi.',
    },
  ]);
  expect(deniz!.answers).toEqual([]);
  // It is read with the entry: another answer is another page.
  expect(aylin!.digest).not.toBe(answersTo(null)[0]!.digest);
  expect(aylin!.cards.map((one) => one.card)).toEqual(['a']);
  // Of a commit that did not keep whose entry holds what, those for whom the decision is.
  const before = answersTo(answered({}), {
    filed: inFile(
      JSON.stringify(saidIn(decided({ text: 'Rapid Response.', level: 'resource-panel', child: ['deniz'] }))),
    ),
    decision: { child: ['deniz'] },
  });
  expect(before.map((entry) => entry.answers.map((one) => one.refers))).toEqual([[], [12]]);
  // In the file it does not come again; said anew it does.
  const also: [string, Filed][] = [['a', inFile(JSON.stringify(saidIn(answered({}))))]];
  expect(answersTo(answered({}), { also })[0]!.answers).toEqual([]);
  expect(answersTo(answered({ says: 'not-agreed' }), { also })[0]!.answers).toHaveLength(1);
});

it('[F23] an answer quotes the words to which it was given; changed since, the recommendation is asked after again', () => {
  const before = decided({ text: 'Rapid Response.', level: 'resource-panel', child: ['aylin'] });
  const filed = inFile(JSON.stringify(saidIn(before)), new Map([['aylin', 36]]));
  const changed = { text: 'Care proceedings' };
  const [aylin] = answersTo(answered({}), { filed, decision: changed });
  expect(aylin!.answers[0]).toMatchObject({
    refers: 36,
    text: expect.stringContaining('On “Rapid Response”') as string,
  });
  expect(JSON.stringify(aylin!.sections)).toContain('Recommended to the Resource Panel, not yet agreed.');
  // Answered as it stands, it does not go in as not agreed; its answer hangs from the entry that is written with it.
  const [now] = answersTo(answered({ asked: 'Care proceedings' }), { filed, decision: changed });
  expect(now!.answers[0]!.refers).toBeNull();
  expect(JSON.stringify(now!.sections)).toContain(
    'Recommended to the Resource Panel: agreed with changes, said on 17 November 2026.',
  );
  expect(JSON.stringify(now!.sections)).not.toContain('not yet agreed');
  // What is for another child now goes into their file; its answer is in the file that holds it, and that is said.
  const moved = { ...before, text: 'Care proceedings', child: ['deniz'] };
  const ofAnother = buildReview({
    ...factsOf(moved),
    cards: new Map<string, Card>([
      ['d', moved],
      ['a', answered({ asked: 'Care proceedings' })],
    ]),
    committed: new Map([['d', filed]]),
  });
  expect(ofAnother.entries.map((entry) => entry.answers.map((one) => one.refers))).toEqual([[36], []]);
  expect(ofAnother.warnings).toContainEqual({ about: 'no-more-for', card: 'd', child: 'aylin' });
  // Two people heard two things: both are written, each with who wrote it.
  const decision = { ...before };
  const two = buildReview({
    ...factsOf(decision),
    cards: new Map<string, Card>([
      ['d', decision],
      ['a', answered({})],
      ['b', answered({ id: 'b', at: 3, says: 'not-agreed', who: '' })],
    ]),
    committed: new Map([['d', filed]]),
  }).entries[0]!;
  expect(two.answers.map((one) => one.card)).toEqual(['a', 'b']);
});

it('[F6] an answer that names a brother or sister is looked at once more; a day that has not come is told', () => {
  const decision = decided({ text: 'Rapid Response.', level: 'resource-panel', child: ['aylin'] });
  const { warnings } = buildReview({
    ...factsOf(decision),
    today: '2026-11-17',
    cards: new Map<string, Card>([
      ['d', decision],
      ['a', answered({ text: 'not Deniz, he hurt her' })],
    ]),
    committed: new Map([['d', inFile(JSON.stringify(saidIn(decision)), new Map([['aylin', 36]]))]]),
  });
  expect(warnings).toContainEqual({ about: 'names-another', card: 'a', children: ['deniz'] });
  expect(warnings).toContainEqual({ about: 'day-ahead', on: '2026-11-18' });
});

it('[F6] a member’s name is not the child’s who has the same; a day that has not come, and one that is past, are told', () => {
  const words = (over: Partial<Words>): Words => ({
    id: 'w', kind: 'words', by: 'm', at: 1, ord: '', gone: false, text: 'I want to stay', childId: 'aylin', to: 'Deniz Marsh', where: '', asked: '', on: '2026-11-17', means: 'said', head: false, ...over,
  }); // prettier-ignore
  const asked = (card: Card) =>
    buildReview({
      ...factsOf(card),
      members: new Map([['m', { name: 'Deniz Marsh', roleName: '' }]]),
    }).warnings.flatMap((one) => ('card' in one ? [one.about] : []));
  expect(asked(words({}))).toEqual([]);
  expect(asked(words({ on: '2030-01-01' }))).toEqual(['day-not-come']);
  const task = { id: 't', kind: 'task', by: 'm', at: 1, ord: '', gone: false, text: 'Ring', owner: 'm', from: null, child: ['aylin'] } as const; // prettier-ignore
  expect(asked({ ...task, child: ['aylin'], due: '2020-01-01' })).toEqual(['due-passed']);
  expect(asked({ ...task, child: ['aylin'], due: '2026-11-18' })).toEqual([]);
});

it('[F23] nobody has heard is no answer; what nobody said of an answer is not assumed; what is the unit’s own asks nobody', () => {
  expect(answersTo(answered({ says: 'not-heard' }))[0]!.answers).toEqual([]);
  expect(
    answersTo(answered({ text: '', on: null, who: '', says: 'deferred', until: '2026-12-08' }))[0]!
      .answers[0]!.text,
  ).toBe(
    'On “Rapid Response”, recommended to the Resource Panel: put off to 8 December 2026, day not said. Who said it is not said; written down by Yewande Afolabi.',
  );
  expect(answersTo(answered({}), { decision: { level: 'unit' } })[0]!.answers).toEqual([]);
  const cards = (...all: Card[]) => new Map(all.map((card) => [card.id, card]));
  const open = (...all: Card[]) =>
    recommendationsOf(cards(...all), DEFAULT_SETTINGS).map((one) => one.isOpen);
  const asked = decided({ level: 'resource-panel', text: 'Rapid Response.' });
  expect(open(asked)).toEqual([true]);
  for (const [says, isOpen] of [
    ['agreed', false],
    ['agreed-with-changes', false],
    ['not-agreed', false],
    ['deferred', true],
    ['not-heard', true],
  ] as const)
    expect(open(asked, answered({ says })), says).toEqual([isOpen]);
});

it('[F15] a view that came late is in the entries that hold its decision, and not in that of a child who came since', () => {
  const decision = decided({ text: 'We wait', level: 'unit' });
  const view = { ...base, id: 'v', kind: 'view' as const, at: 3, text: 'I would not', decision: 'd' };
  const facts = {
    ...factsOf(decision),
    cards: new Map<string, Card>([
      ['d', decision],
      ['v', view],
    ]),
    committed: new Map([['d', inFile(JSON.stringify(saidIn(decision)), new Map([['aylin', 36]]))]]),
  };
  const { entries, warnings } = buildReview(facts);
  expect(entries.map((entry) => JSON.stringify(entry.sections).includes('I would not'))).toEqual([
    true,
    false,
  ]);
  expect(warnings.filter((one) => one.about === 'for-whom')).toEqual([]);
});

it('[F24] silence is written as silence: nobody is absent from their own file', () => {
  const words = (over: Partial<Words>): Card => ({
    ...base, id: 'w', at: 1, kind: 'words', text: 'For Mum to sleep', childId: 'aylin', to: '', where: '', asked: '', on: '2026-06-03', means: 'said', head: null, ...over,
  }); // prettier-ignore
  const of = (cards: Card[], more: Partial<EntryFacts> = {}) => {
    const { entries } = buildReview({
      ...factsOf(cards[0]!),
      cards: new Map(cards.map((card) => [card.id, card])),
      members: new Map([['m', { name: 'Delroy Pinnock', roleName: '' }]]),
      ...more,
    });
    const section = entries[0]!.sections.find(({ heading }) => heading === 'Said by Aylin');
    return section?.lines.map((line) => [line.text, line.note]) ?? [];
  };
  const filed = { committed: new Map([['w', inFile(JSON.stringify(saidIn(words({}))))]]) };
  expect(of([words({})], filed)).toEqual([
    ['No words of Aylin’s are written down since 3 June 2026. Why is not said.', undefined],
  ]);
  expect(of([words({ childId: 'deniz' })])).toEqual([
    ['No words of Aylin’s are written down yet. Why is not said.', undefined],
  ]);
  // What somebody saw of her is no word of hers.
  expect(of([words({ means: 'saw' })])).toEqual([
    ['No words of Aylin’s are written down yet. Why is not said.', undefined],
  ]);
  const gap: Card = { ...base, id: 'g', at: 2, kind: 'gap', text: 'she was out both times', childId: 'aylin', what: 'wishes', on: null }; // prettier-ignore
  expect(of([words({}), gap], filed)).toEqual([
    ['No words of Aylin’s are written down since 3 June 2026: she was out both times', 'Delroy Pinnock'],
  ]);
  // Heard today, and in the file of today already.
  const today = {
    recorded: new Set(['aylin']),
    committed: new Map([['w', { ...inFile(JSON.stringify(saidIn(words({})))), on: '2026-11-18' }]]),
  };
  expect(of([words({})], today)).toEqual([]);
  // Too young for words, or not born: nobody asks what they say.
  for (const [born, due] of [
    ['2026-02-01', null],
    [null, '2027-01-01'],
  ])
    expect(
      of([words({ childId: 'deniz' })], { children: [{ ...children[0]!, born: born!, due: due! }] }),
    ).toEqual([]);
});

it('[F24] what was known goes in with its source and days, chosen by somebody and about somebody; when a child was last seen is always there', () => {
  const news: News = {
    ...base, id: 'n', at: 1, kind: 'news', text: 'Absent from school for two weeks', on: '2026-11-16', toldOn: null, how: 'letter', who: 'Ms Ward',
    safety: null, standing: 'reported', otherSays: '', checkedWith: '', about: ['aylin'], known: true,
  }; // prettier-ignore
  const seen = (over: Partial<Seen>): Card => ({
    ...base, id: `s${over.at}`, at: 1, kind: 'seen', childId: 'aylin', on: '2026-11-02', how: 'alone', with: '', who: 'Callum Brannigan', ...over,
  }); // prettier-ignore
  const known = (...cards: Card[]) => {
    const review = buildReview({
      ...factsOf(cards[0]!),
      cards: new Map(cards.map((card) => [card.id, card])),
    });
    return {
      asks: review.warnings.flatMap((one) => ('card' in one ? [one.about] : [])),
      lines: review.entries.map((entry) =>
        entry.sections
          .find(({ heading }) => heading === 'What was known')!
          .lines.map((line) => (line.note ? `${line.text} (${line.note})` : line.text)),
      ),
    };
  };
  const never = (name: string) => `When ${name} was last seen is not written down.`;
  expect(known(news).lines).toEqual([
    ['Absent from school for two weeks (letter, from Ms Ward, 16 November 2026, reported)', never('Aylin')],
    [never('Deniz')],
  ]);
  // The day on which it happened is as far as it is known, and when we were told stands beside it.
  expect(known({ ...news, on: '2019', toldOn: '2026-11-17' }).lines[0]![0]).toBe(
    'Absent from school for two weeks (letter, from Ms Ward, 2019, told on 17 November 2026, reported)',
  );
  expect(known({ ...news, on: '2025-03' }).lines[0]![0]).toContain('from Ms Ward, March 2025, reported');
  expect(known({ ...news, known: null }).lines).toEqual([[never('Aylin')], [never('Deniz')]]);
  expect(known({ ...news, about: [] })).toEqual({
    asks: ['for-whom'],
    lines: [[never('Aylin')], [never('Deniz')]],
  });
  expect(known({ ...news, text: 'Deniz was absent' }).asks).toEqual(['names-another']);
  // What the page once put in by itself, whoever typed, says no more than who wrote it.
  const typed = {
    ...factsOf({ ...news, who: 'Delroy Pinnock' }),
    members: new Map([['m', { name: 'Delroy Pinnock', roleName: '' }]]),
  };
  expect(ofTheBoard(buildReview(typed).entries[0]!)[0]!.note).toContain('written by Delroy Pinnock');
  expect(known({ ...news, who: '', on: null, how: '', standing: null }).lines[0]![0]).toBe(
    'Absent from school for two weeks (source not said, day not said)',
  );
  expect(known(seen({ at: 1 }), seen({ at: 2, on: '2026-11-12', how: 'tried', who: '' })).lines[0]).toEqual([
    'Last seen alone, 2 November 2026, by Callum Brannigan. Tried, not seen, 12 November 2026, by whom is not said.',
  ]);
  expect(known(seen({ at: 1, how: 'with', with: 'Emine, Deniz', on: null })).lines[0]).toEqual([
    'Last seen with Emine, [another child], day not said, by Callum Brannigan.',
  ]);
});

it('[F24] what became of what was to be done, and what was not done, is said in each of their entries and in no other', () => {
  const task = (over: Partial<TaskNow>): TaskNow => ({
    what: 'Walk in on Friday', owner: 'm', state: 'done', note: '', due: null, carried: 0, endedAt: null, changedAt: null, isPassed: false, names: [], children: ['aylin'], ...over,
  }); // prettier-ignore
  const { entries } = buildReview({
    ...factsOf(decided({})),
    members: new Map([['m', { name: 'Nasrin Chowdhury', roleName: '' }]]),
    tasks: [
      task({ endedAt: Date.parse('2026-11-13T10:00Z') }),
      task({ what: 'Ring the school', owner: null, state: 'let-go', note: 'they rang us', endedAt: Date.parse('2026-11-14T10:00Z'), children: ['aylin', 'deniz'] }),
      task({ what: 'See the head of year', state: 'open', due: '2026-11-04', carried: 2, isPassed: true, children: ['deniz'] }),
      task({ what: 'For nobody by name', children: [] }),
      task({ what: 'Fetch Deniz', state: 'let-go', note: 'Deniz told his teacher', endedAt: Date.parse('2026-11-15T10:00Z') }),
    ],
  }); // prettier-ignore
  const became = entries.map((entry) =>
    entry.sections
      .find(({ heading }) => heading === 'What became of what we said we would do')
      ?.lines.map((line) => `${line.text} (${line.note})`),
  );
  const letGo = 'Nobody: Ring the school (let go 14 November 2026: they rang us)';
  expect(became).toEqual([
    [
      'Nasrin Chowdhury: Walk in on Friday (done 13 November 2026)',
      letGo,
      'Nasrin Chowdhury: Fetch [another child] (let go 15 November 2026: [another child] told his teacher)',
    ],
    [letGo, 'Nasrin Chowdhury: See the head of year (not done yet, by 4 November 2026, carried on 2 times)'],
  ]);
});

it('[F24] of a child without words yet it is written that nothing seen of them is; [F22] a heading says that it was risk now', () => {
  const isa: ChildForEntry = { id: 'isa', given: 'Isa', surname: 'Kaya', born: '2026-02-01', due: null };
  const { entries } = buildReview({ ...factsOf(decided({ child: ['isa'] })), children: [isa] });
  const text = JSON.stringify(entries[0]!.sections);
  expect(text).toContain('Nothing that was seen of Isa is written down yet. Why is not said.');
  expect(text).not.toContain('No words of');
  const [aylin, deniz] = atRisk(riskFor(['aylin'])).entries;
  expect([aylin!.title, deniz!.title]).toEqual(['Risk now', 'Talked about; nothing new decided']);
});

it('[R6] what was kept is filed as what it is, with everyone’s yes only where others were asked', () => {
  const note = (over: Partial<Kept>) =>
    ofTheBoard(
      buildReview(factsOf(kept({ text: 'We listen to each other', who: 'Selin', saidBy: 'selin', ...over })))
        .entries[0]!,
    )[0]!.note;
  expect(note({})).toBe('Selin, 3 November 2026, their own account, kept with everyone’s yes');
  for (const withOthers of [false, null])
    expect(note({ withOthers })).toBe('Selin, 3 November 2026, their own account');
  const facts = factsOf(kept({ text: 'We wonder', who: 'Inês', saidBy: 'ines' }));
  const ours = { ...facts, members: new Map([['ines', { name: 'Inês Carvalho', roleName: '' }]]) };
  expect(ofTheBoard(buildReview(ours).entries[0]!)[0]!.note).toContain(
    'a working thought of the unit, not a finding',
  );
});

it('[F6] whatever goes into a child’s entry and names a brother or sister is looked at once more', () => {
  const about = (card: Card) =>
    buildReview(factsOf(card)).warnings.flatMap((one) =>
      one.about === 'names-another' ? [[one.card, ...one.children]] : [],
    );
  const both = ['aylin', 'deniz'];
  const news = { ...base, id: 'n', at: 1, kind: 'news', text: 'Aylin was in, Deniz has not fought', on: null, how: '', who: '', safety: null, standing: null, otherSays: '', checkedWith: '', about: both, known: true } as News; // prettier-ignore
  expect(about(news)).toEqual([['n', 'aylin', 'deniz']]);
  expect(about(decided({ text: 'Saturdays', because: 'Deniz asked', child: both }))).toEqual([
    ['d', 'deniz'],
  ]);
  expect(about({ ...base, id: 't', at: 1, kind: 'task', text: 'Walk in with Aylin', owner: null, due: null, from: null, child: both } as Card)).toEqual([['t', 'aylin']]); // prettier-ignore
  const words = (means: 'said' | 'saw') =>
    ({ ...base, id: 'w', at: 1, kind: 'words', text: 'Reached for Deniz’s sleeve', childId: 'aylin', to: '', where: '', asked: '', on: null, means }) as Card; // prettier-ignore
  expect(about(words('saw'))).toEqual([['w', 'deniz']]);
  // What a child said is theirs, whomever it names.
  expect(about(words('said'))).toEqual([]);
  expect(about(decided({ text: 'Aylin goes on Fridays', child: ['aylin'] }))).toEqual([]);
});

const linesUnder = (facts: EntryFacts, child: string, heading: string) =>
  buildReview(facts)
    .entries.find((one) => one.child === child)!
    .sections.find((section) => section.heading === heading)
    ?.lines.map(({ text, note = '' }) => [text, note]);

it('[F24] what parents say goes in as theirs, for the children it is said to be for; of a parent of whom nothing is written that is said', () => {
  const person = (id: string, name: string, more: Partial<FamilyPerson> = {}): FamilyPerson => ({
    ...base, id, at: 1, kind: 'person', name, gender: 'unknown', born: null, died: null, due: null, note: '', isChild: null, lost: null,
    noAddress: '', elsewhere: '', nudge: 0, source: '', on: null, sure: null, ...more,
  }); // prettier-ignore
  const parent = (a: string): Relation => ({
    ...base, id: `${a}-aylin`, at: 1, kind: 'relation', a, b: 'aylin', is: 'parent', how: null, responsible: null, from: null, until: null, source: '', on: null, sure: null,
  }); // prettier-ignore
  const account = (over: Partial<Account>): Account => ({
    ...base, id: 'a', at: 1, kind: 'account', text: 'She bruises like I did', who: 'rasa', to: 'Callum Brannigan', where: 'by phone',
    asked: 'Where does the bruise come from?', on: '2026-11-17', child: ['aylin'], ...over,
  }); // prettier-ignore
  const facts = (...accounts: Account[]): EntryFacts => {
    const cards: Card[] = [
      person('rasa', 'Rasa Petrauskas'), person('andrius', 'Andrius'), person('late', 'Jonas', { died: '2019' }),
      parent('rasa'), parent('andrius'), parent('late'), ...accounts,
    ]; // prettier-ignore
    return { ...factsOf(cards[0]!), cards: new Map(cards.map((card) => [card.id, card])) };
  };
  const said = (...accounts: Account[]) =>
    linesUnder(facts(...accounts), 'aylin', 'What parents and others say') ?? [];
  expect(said(account({}))).toEqual([
    [
      'Rasa Petrauskas: “She bruises like I did”',
      'to Callum Brannigan, asked “Where does the bruise come from?”, by phone, 17 November 2026',
    ],
    ['Nothing that Andrius says is written down for Aylin yet.', ''],
  ]);
  // What a child says is no grown-up's account: it goes into no file as one, and nobody is asked for whom it is.
  const childs = facts(account({ who: 'sister' }));
  const sister = person('sister', 'Isa', { born: '2019' });
  const withSister = { ...childs, cards: new Map([...childs.cards, ['sister', sister]]) };
  expect(JSON.stringify(buildReview(withSister))).not.toContain('She bruises');
  // A parent who answered a question has said something.
  const answer = { ...question({ back: 'I was at work', backBy: 'andrius' }), id: 'q' };
  const answered = { ...childs, cards: new Map<string, Card>([...childs.cards, ['q', answer]]) };
  expect(JSON.stringify(linesUnder(answered, 'aylin', 'What parents and others say'))).not.toContain(
    'Andrius',
  );
  // For nobody by name it is for nobody, and it is asked; a brother's file does not get it.
  expect(said(account({ child: [] })).flat()).not.toContain('Rasa Petrauskas: “She bruises like I did”');
  expect(buildReview(facts(account({ child: [] }))).warnings).toContainEqual({
    about: 'for-whom',
    card: 'a',
  });
  expect(linesUnder(facts(account({})), 'deniz', 'What parents and others say')).toBeUndefined();
});

it('[F29] a number that is followed stands with who measured it, in that child’s file alone', () => {
  const figure = (over: Partial<Figure>): Figure => ({
    ...base, id: 'f', at: 1, kind: 'figure', childId: 'aylin', what: 'Attendance', value: '82', unit: '%', on: '2026-11-13', who: 'School register', note: '', ...over,
  }); // prettier-ignore
  const known = (child: string, ...cards: Card[]) =>
    linesUnder(
      { ...factsOf(cards[0]!), cards: new Map(cards.map((card) => [card.id, card])) },
      child,
      'What was known',
    )!
      .map(([text, note]) => `${text} (${note})`)
      .slice(0, -1);
  expect(
    known(
      'aylin',
      figure({}),
      figure({ id: 'g', what: 'Weight', value: '12.4', unit: 'kg', on: null, who: '' }),
    ),
  ).toEqual([
    'Attendance: 82% (School register, 13 November 2026)',
    'Weight: 12.4 kg (who measured it is not said, day not said)',
  ]);
  expect(known('deniz', figure({}))).toEqual([]);
  // A fraction has no exact form: it is kept in its own digits, and the record of a board that holds one can be made.
  expect(canonical(saidIn(figure({ value: '12.4' })) as Plain)).toContain('"value":"12.4"');
  expect(fieldOf('figure', 'value')?.field).toSatisfy(
    (field: { check: (value: unknown) => boolean }) =>
      field.check('12.4') && !field.check(12.4) && !field.check('12,4'),
  );
});

it('[F24] what became of dates is in the entry, the family’s in each and a child’s in their own; who was there for a part says when', () => {
  const date = (over: Partial<DateEnd>): DateEnd => ({
    what: 'Review conference', child: null, does: 'held', on: '2026-11-12', why: '', movedTo: '2026-11-12', at: 1, tookBack: null, ...over,
  }); // prettier-ignore
  const facts: EntryFacts = {
    ...factsOf(chosenThought),
    members: new Map([
      ['y', { name: 'Yewande Afolabi', roleName: '' }],
      ['n', { name: 'Nasrin Chowdhury', roleName: '' }],
      ['i', { name: 'Inês Carvalho', roleName: '' }],
      ['c', { name: 'Callum Brannigan', roleName: '' }],
    ]),
    present: {
      room: [
        { member: 'y', parts: [{ from: null, until: null }] },
        {
          member: 'n',
          parts: [
            { from: null, until: '10.02' },
            { from: '10.20', until: null },
          ],
        },
      ],
      home: [{ member: 'i', parts: [{ from: '9.58', until: null }] }],
      absent: ['c'],
    },
    dates: [
      date({}),
      date({ what: 'Visit to Deniz', child: 'deniz', does: 'missed', why: 'Nobody came to the door' }),
      date({ what: 'Health check with Deniz', does: 'move', movedTo: '2026-12-02' }),
    ],
  };
  const became = 'What became of what we said we would do';
  expect(linesUnder(facts, 'aylin', became)).toEqual([
    ['Review conference, 12 November 2026: held', ''],
    ['Health check with [another child], 12 November 2026: moved to 2 December 2026', ''],
  ]);
  expect(linesUnder(facts, 'deniz', became)).toEqual([
    ['Review conference, 12 November 2026: held', ''],
    ['Visit to Deniz, 12 November 2026: missed', 'Nobody came to the door'],
    ['Health check with Deniz, 12 November 2026: moved to 2 December 2026', ''],
  ]);
  expect(linesUnder(facts, 'aylin', 'At the table')).toEqual([
    [
      'Yewande Afolabi, Nasrin Chowdhury until 10.02 and from 10.20. From home: Inês Carvalho from 9.58. Not signed in: Callum Brannigan.',
      '',
    ],
  ]);
});

it('[F24] a child who is not born yet has been seen by nobody, and the entry says when it is due; who has no name is somebody', () => {
  const unborn = { id: 'baby', given: 'Baby', surname: 'Kaya', born: null, due: '2027-01-20' };
  const cards: Card[] = [
    { ...base, id: 'p', at: 1, kind: 'person', name: 'Not known', gender: 'male', born: null, died: null, due: null, note: '', isChild: null, lost: null, noAddress: '', elsewhere: '', nudge: 0, source: '', on: null, sure: null },
    { ...base, id: 'r', at: 1, kind: 'relation', a: 'p', b: 'baby', is: 'parent', how: null, responsible: null, from: null, until: null, source: '', on: null, sure: null },
  ]; // prettier-ignore
  const facts = {
    ...factsOf(cards[0]!),
    cards: new Map(cards.map((card) => [card.id, card])),
    children: [unborn],
  };
  expect(linesUnder(facts, 'baby', 'What was known')).toEqual([
    ['Not born yet; due on 20 January 2027.', ''],
  ]);
  expect(linesUnder(facts, 'baby', 'What we saw of Baby')).toBeUndefined();
  expect(linesUnder(facts, 'baby', 'What parents and others say')).toEqual([
    ['Nothing that somebody whose name is not known says is written down for Baby yet.', ''],
  ]);
});

it('[J12] a decision reads as a sentence, whatever stop or “because” was typed, and names no level by its id', () => {
  const line = (over: Parameters<typeof decided>[0]) => {
    const entry = buildReview(factsOf(decided({ child: ['aylin'], ...over }))).entries[0]!;
    return [
      entry.title,
      ...linesUnder(
        factsOf(decided({ child: ['aylin'], ...over })),
        'aylin',
        'What we decided, and why',
      )!.flat(),
    ];
  };
  expect(line({ text: 'We ask her\naunt.', because: 'because she is ill!', level: 'unit' })).toEqual([
    'We ask her aunt',
    'We ask her\naunt, because she is ill!',
    'Decided by the unit.',
  ]);
  expect(
    line({ text: 'Stay?', because: '', level: '5d0c1e7a', route: 'Ring the clerk.', routeOn: '2026-11-24' }),
  ).toEqual([
    'Recommended: Stay?',
    'Stay?',
    'Recommended to a level that is no longer on the list, not yet agreed. Ring the clerk, for 24 November 2026',
  ]);
});
