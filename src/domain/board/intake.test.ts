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

it('[I2] a row that turns out to be of another child takes nobody’s changed words along, and each report has one card beside', () => {
  const other = '00000000-0000-4000-8000-000000000003';
  const doc = new Y.Doc();
  const bring = (
    fields: IntakeFact['fields'],
    before: IntakeFact['before'],
    more: Partial<IntakeFact> = {},
  ) => bringIn(doc, { facts: [{ ...fact('words', fields, before), ...more }], by: 'delroy', at: 1 });
  const said = (text: string, childId: string, on: string) => ({ text, childId, to: '', means: 'said', on });
  const all = () => inOrder(readBoard(doc), 'words').map((one) => [one.text, one.childId, one.on]);
  const first = said('I want home', child, '2026-11-02');
  bring(first, null);
  write('I want to go home')(doc);
  const kept = ['I want to go home', child, '2026-11-02'];
  // The same words for another child, and then others: what is ours stays whole.
  const moved = said('I want home', other, '2026-11-09');
  bring(moved, first);
  expect(all()).toEqual([kept, ['I want home', other, '2026-11-09']]);
  const again = said('I hate it.', other, '2026-11-09');
  bring(again, moved);
  expect(all()).toEqual([kept, ['I hate it.', other, '2026-11-09']]);
  // What the report no longer says goes, and ours stays.
  bring(again, again, { gone: true });
  expect(all()).toEqual([kept]);
});

it('[I2] a column that came later says nothing of what was written here, and what is not to be had is never cut', () => {
  const person = (more: object) => ({ name: 'Kerry', gender: 'female', ...more });
  const cards = changedHere('person', {
    first: person({}),
    here: (doc) => setField(doc, card, 'elsewhere', 'care order, Cornmere'),
    later: person({ elsewhere: '' }),
  });
  expect(inOrder(cards, 'person')[0]).toMatchObject({ elsewhere: 'care order, Cornmere', note: '' });
  const long = `the school ${'x'.repeat(280)}`;
  const both = changedHere('person', {
    first: person({ noAddress: 'a' }),
    here: (doc) => setField(doc, card, 'noAddress', long),
    later: person({ noAddress: 'Kerry’s new address' }),
  });
  expect(inOrder(both, 'person')[0]).toMatchObject({
    noAddress: long,
    note: 'The council’s record now says not to have Kerry’s new address.',
  });
});
