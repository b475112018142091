import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { inOrder, readBoard } from './board.ts';
import { bringIn, type IntakeFact } from './intake.ts';
import { setField } from './write.ts';

const card = '00000000-0000-4000-8000-000000000001';
const child = '00000000-0000-4000-8000-000000000002';
const fact = (kind: IntakeFact['kind'], fields: IntakeFact['fields'], before: IntakeFact['before']) => ({
  card,
  kind,
  fields,
  before,
});
/** A board with one imported card, after somebody changed it here and a later report says something else. */
function changedHere(
  kind: IntakeFact['kind'],
  ask: { first: IntakeFact['fields']; here: (doc: Y.Doc) => void; later: IntakeFact['fields'] },
) {
  const doc = new Y.Doc();
  const bring = (facts: IntakeFact[], at: number) => bringIn(doc, { facts, by: 'delroy', at });
  bring([fact(kind, ask.first, null)], 1);
  ask.here(doc);
  bring([fact(kind, ask.later, ask.first)], 2);
  // The same report once more says nothing new.
  bring([fact(kind, ask.later, ask.later)], 3);
  return readBoard(doc);
}
const write = (words: string) => (doc: Y.Doc) => {
  const text = doc.getMap<Y.Map<unknown>>('cards').get(card)!.get('text') as Y.Text;
  text.delete(0, text.length);
  text.insert(0, words);
};

it('[I2] words that somebody changed here stay theirs: what the report says now stands beside them, and never in a child’s mouth', () => {
  const said = (text: string) => ({ text, childId: child, to: 'Ms Ward', means: 'said', on: '2026-11-02' });
  const cards = changedHere('words', {
    first: said('I want home'),
    here: write('I want to go home'),
    later: said('I want to stay.'),
  });
  expect(inOrder(cards, 'words').map((one) => [one.text, one.to])).toEqual([
    ['I want to go home', 'Ms Ward'],
    ['I want to stay.', 'Ms Ward'],
  ]);
  // What nobody changed here follows the report.
  const followed = changedHere('words', {
    first: said('I want home'),
    here: () => undefined,
    later: said('I want to stay.'),
  });
  expect(inOrder(followed, 'words').map((one) => one.text)).toEqual(['I want to stay.']);
});

it('[I2] a field that somebody changed here stays: the note says in words what the report has, and what is not to be had is both', () => {
  const person = (more: object) => ({
    name: 'Kerry',
    gender: 'female',
    born: '1990',
    noAddress: '',
    ...more,
  });
  const cards = changedHere('person', {
    first: person({ noAddress: 'Kerry’s address' }),
    here: (doc) => {
      setField(doc, card, 'born', '1991');
      setField(doc, card, 'noAddress', 'the school');
    },
    later: person({ born: '1992-06-03', noAddress: 'Kerry’s new address' }),
  });
  const [kerry] = inOrder(cards, 'person');
  expect(kerry).toMatchObject({
    born: '1991',
    note: 'The council’s record now says born 3 June 1992.',
    noAddress: 'the school; Kerry’s new address',
  });
  const emptied = changedHere('person', {
    first: person({}),
    here: (doc) => setField(doc, card, 'born', '1991'),
    later: person({ born: null }),
  });
  expect(inOrder(emptied, 'person')[0]!.note).toBe('The council’s record now says born nothing.');
});
