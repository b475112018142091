import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { cardsOf, readBoard } from '../board/board.ts';
import { addCard } from '../board/write.ts';
import { chronologyOfChild } from './child-chronology.ts';

it('[F30] a child’s chronology has their own lines and numbers; a brother’s name in a line about both is taken out of it', () => {
  const doc = new Y.Doc();
  const add = (
    id: string,
    kind: Parameters<typeof addCard>[1]['kind'],
    fields: Parameters<typeof addCard>[1]['fields'],
  ) => addCard(doc, { id, kind, by: 'm', at: Date.parse('2026-11-18T10:00:00Z'), fields });
  add('aylin', 'person', { name: 'Aylin Kaya', isChild: true, born: '2014-02-01' });
  add('deniz', 'person', { name: 'Deniz Kaya', isChild: true, born: '2018' });
  add('gone', 'person', { name: 'Isa', isChild: true });
  add('n1', 'news', {
    text: 'Aylin and Deniz were at gran’s.',
    on: '2026-01',
    about: ['aylin', 'deniz'],
    who: 'Gran, of Deniz',
  });
  add('n2', 'news', { text: 'A bruise on his arm.', on: '2026-02', about: ['deniz'] });
  add('n5', 'news', {
    text: 'At the table. Deniz said: “My tummy is loud.” Aylin: “Mine too.”',
    on: '2026-05',
    about: ['aylin', 'deniz'],
  });
  add('n3', 'news', { text: 'Isa moved out.', on: '2026-03', about: ['gone'] });
  add('n4', 'news', { text: 'Somebody rang.', on: '2026-04' });
  for (const [id, childId, value] of [
    ['f1', 'aylin', '82'],
    ['f2', 'deniz', '31'],
  ] as const)
    add(id, 'figure', { childId, what: 'Attendance', value, unit: '%', on: '2026-11-13', who: '' });
  const children = ['Aylin', 'Deniz'].map((given) => ({
    id: given.toLowerCase(),
    given,
    surname: 'Kaya',
    born: null,
    due: null,
  }));
  const of = (child: string) =>
    chronologyOfChild({ child, cards: readBoard(doc), dates: [], children, on: '2026-11-18' });
  expect(of('aylin').lines.map((line) => [line.on, line.text, line.source])).toEqual([
    ['2014-02-01', 'Aylin is born.', ''],
    ['2026-01', 'Aylin and [another child] were at gran’s.', 'Gran, of [another child]'],
  ]);
  expect(of('aylin').numbers.map((series) => series.figures.map((one) => one.value))).toEqual([['82']]);
  expect(of('deniz').lines.map((line) => line.text)).toEqual([
    'Deniz is born.',
    '[another child] and Deniz were at gran’s.',
    'A bruise on his arm.',
  ]);
  expect(JSON.stringify(of('deniz'))).not.toContain('82');
  expect(of('nobody')).toEqual({ lines: [], held: 0, numbers: [] });
  // Who was taken out, or is of another family by now and on no map, is nobody's grown-up.
  const other = '6f1c8f0e-3c57-4b62-9b52-6b2f1d8c1f11';
  add('n6', 'news', { text: 'Examined, findings positive.', on: '2026-06', about: [other] });
  cardsOf(doc).get('gone')!.set('gone', true);
  expect(JSON.stringify([of('aylin'), of('deniz')])).not.toMatch(/Isa|Examined/);
  // Who spoke is not read out of words: what names another child and quotes somebody is held back, and said to be.
  expect([of('aylin').held, of('deniz').held]).toEqual([1, 1]);
});

it('[F30] a name that may be a word, a half-brother of the map, a mistaken risk and an unagreed session are in no child’s chronology', () => {
  const doc = new Y.Doc();
  const add = (
    id: string,
    kind: Parameters<typeof addCard>[1]['kind'],
    fields: Parameters<typeof addCard>[1]['fields'],
  ) => addCard(doc, { id, kind, by: 'm', at: Date.parse('2026-11-18T10:00:00Z'), fields });
  add('rose', 'person', { name: 'Rose', isChild: true });
  add('jack', 'person', { name: 'Jack', isChild: true });
  add('jamie', 'person', { name: 'Jamie Bright', born: '2017' });
  add('n1', 'news', { text: 'Jack slept, and Rose too.', on: '2026-01', about: ['rose', 'jack'] });
  add('n2', 'news', { text: 'Jamie was hurt by his uncle.', on: '2026-02', about: ['jamie'] });
  add('n3', 'news', { text: '“I will not go,” said Jamie.', on: '2026-03', about: ['rose', 'jamie'] });
  add('n4', 'news', { text: 'She moved school.', on: '2026-04', about: ['rose'] });
  add('n5', 'news', { text: 'She never moved school.', on: '2026-05', about: ['rose'] });
  add('pair', 'against', { a: 'n4', b: 'n5' });
  add('n6', 'news', { text: 'She likes it there.', on: '2026-05-20', about: ['rose'] });
  add('n7', 'news', { text: 'She does not.', on: '2026-05-21', about: ['rose'], gone: true });
  add('halved', 'against', { a: 'n6', b: 'n7' });
  add('alarm', 'alarm', { text: 'At the door', order: '', child: ['rose'] });
  add('over', 'riskOver', { text: '', alarm: 'alarm', how: 'mistake', calledBy: 'm', calledAt: 1 });
  for (const [id, toFile] of [
    ['met', null],
    ['agreed', true],
  ] as const)
    add(id, 'kept', { text: id, what: 'met', on: '2026-06-01', session: 's', who: '', toFile });
  const children = ['Rose', 'Jack'].map((given) => ({
    id: given.toLowerCase(), given, surname: '', born: null, due: null,
  })); // prettier-ignore
  const { lines, held } = chronologyOfChild({
    child: 'rose', cards: readBoard(doc), dates: [], children, on: '2026-11-18',
  }); // prettier-ignore
  expect(lines.map((line) => [line.text, line.isDoubted])).toEqual([
    ['She moved school.', true],
    ['She never moved school.', true],
    ['She likes it there.', false],
    ['agreed', false],
  ]);
  expect(held).toBe(2);
});
