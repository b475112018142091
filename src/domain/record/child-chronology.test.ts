import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { readBoard } from '../board/board.ts';
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
  const of = (child: string) => chronologyOfChild({ child, cards: readBoard(doc), dates: [], children });
  expect(of('aylin').lines.map((line) => [line.on, line.text, line.source])).toEqual([
    ['2014-02-01', 'Aylin is born.', ''],
    ['2026-01', 'Aylin and [another child] were at gran’s.', 'Gran, of [another child]'],
    ['2026-05', 'At the table. [another child] said: [their own words] Aylin: “Mine too.”', ''],
  ]);
  expect(of('aylin').numbers.map((series) => series.figures.map((one) => one.value))).toEqual([['82']]);
  expect(of('deniz').lines.map((line) => line.text)).toEqual([
    'Deniz is born.',
    '[another child] and Deniz were at gran’s.',
    'A bruise on his arm.',
    'At the table. Deniz said: “My tummy is loud.” [another child]: [their own words]',
  ]);
  expect(JSON.stringify(of('deniz'))).not.toContain('82');
  expect(of('nobody')).toEqual({ lines: [], numbers: [] });
});
