import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { readBoard, type Relation } from './board.ts';
import { whyNotRelated } from './family.ts';
import { addCard } from './write.ts';

const line = (text: string): Pick<Relation, 'a' | 'b' | 'is'> => {
  const [a, is, b] = text.split(' ') as [string, Relation['is'], string];
  return { a, b, is };
};
function boardOf(...lines: string[]) {
  const doc = new Y.Doc();
  for (const [index, text] of lines.entries())
    addCard(doc, { id: `r${index}`, kind: 'relation', by: 'ines', at: index, fields: { ...line(text) } });
  return readBoard(doc);
}

it.each([
  ['beverley parent marlon', null],
  ['marlon parent marlon', 'themself'],
  ['emine parent selin', 'already'],
  ['selin parent emine', 'own parent'],
  ['aylin parent emine', 'own parent'],
  ['aylin parent deniz', null],
  ['marlon partner selin', 'already'],
  ['deniz identical aylin', 'already'],
] as const)('[M2] a line that cannot be is refused in words: %s', (text, why) => {
  const cards = boardOf(
    'emine parent selin',
    'selin parent aylin',
    'selin partner marlon',
    'aylin identical deniz',
  );
  const answer = whyNotRelated(cards, line(text));
  if (why === null) expect(answer).toBe(null);
  else expect(answer).toContain(why);
});

it('[M2] a circle that is there already does not hold the answer up', () => {
  expect(whyNotRelated(boardOf('a parent b', 'b parent a'), line('c parent a'))).toBe(null);
});
