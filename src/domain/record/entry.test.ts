import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { readBoard, saidIn, type Card, type Decision, type Question } from '../board/board.ts';
import { addCard } from '../board/write.ts';
import { DEFAULT_SETTINGS } from '../people/settings.ts';
import { buildReview, type EntryFacts } from './entry.ts';

const children = [
  { id: 'aylin', given: 'Aylin', surname: 'Kaya' },
  { id: 'deniz', given: 'Deniz', surname: 'Kaya' },
];

const question = (over: Partial<Question>): Question => ({
  id: 'q', kind: 'question', by: 'm', at: 1, ord: '', gone: false, text: 'Who wakes first?', thought: null, qkind: 'finding-out',
  to: '', asker: null, due: null, back: '', backFrom: '', backOn: null, backFits: null, file: null, about: [], child: [], ...over,
}); // prettier-ignore

const factsOf = (card: Card): EntryFacts => ({
  on: '2026-11-18',
  cards: new Map([[card.id, card]]),
  children,
  members: new Map(),
  present: { room: [], home: [] },
  settings: DEFAULT_SETTINGS,
  committed: new Map(),
  digest: (value) => JSON.stringify(value),
  pens: [],
});

function sectionsOf(card: Card): Record<string, string[]> {
  return Object.fromEntries(
    buildReview(factsOf(card)).entries.map((entry) => [
      entry.child,
      entry.sections.flatMap((section) => section.lines.map((line) => `${line.text} (${line.note})`)),
    ]),
  );
}

it('[F8] a question and what came back stay on the board until somebody chooses them', () => {
  const answered = question({ to: 'Selin', back: 'I do', backOn: '2026-11-12' });
  expect(sectionsOf(answered)).toEqual({ aylin: [], deniz: [] });
  const chosen = { ...answered, file: 'We asked Selin who wakes first: “I do”' };
  const line = 'We asked Selin who wakes first: “I do” (Heard on 12 November)';
  expect(sectionsOf(chosen)).toEqual({ aylin: [line], deniz: [line] });
  expect(sectionsOf({ ...chosen, child: ['deniz'] })).toEqual({ aylin: [], deniz: [line] });
});

it.each([
  [{ to: 'Aylin' }, ['aylin']],
  [{ to: 'Selin', backFrom: 'Deniz, in the car' }, ['deniz']],
  [{ to: 'Aylin and Deniz' }, ['aylin', 'deniz']],
  [{ to: 'Aylinn' }, ['aylin', 'deniz']],
  [{ to: 'Aylin', child: ['deniz'] }, ['aylin']],
])('[F6] what a child answered goes into their own file alone: %j', (over, files) => {
  const entries = sectionsOf(question({ back: 'Me', file: 'Chosen words', ...over }));
  expect(Object.keys(entries).filter((child) => entries[child]!.length > 0)).toEqual(files);
});

it('[F9] what is not the unit’s to decide reads as recommended, in the heading too', () => {
  const decision = (authority: string): Decision => ({
    id: 'd', kind: 'decision', by: 'm', at: 1, ord: '', gone: false, text: 'Tom lives with his grandmother', because: '',
    authority, route: '', routeOn: null, safety: null, file: null, child: [],
  }); // prettier-ignore
  const titleOf = (card: Card) => buildReview(factsOf(card)).entries[0]!.title;
  expect(titleOf(decision('unit'))).toBe('Tom lives with his grandmother');
  expect(titleOf(decision('resource-panel'))).toBe('Recommended: Tom lives with his grandmother');
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
