import { inOrder, type Cards, type Relation } from './board.ts';

/** M2: Why two people cannot be this to one another, in words; null where they can. For `parent`, `a` is the parent. */
export function whyNotRelated(cards: Cards, line: Pick<Relation, 'a' | 'b' | 'is'>): string | null {
  if (line.a === line.b) return 'Nobody can be this to themself.';
  const lines = inOrder(cards, 'relation');
  const isSame = (one: Relation) =>
    one.is === line.is &&
    ((one.a === line.a && one.b === line.b) ||
      (line.is !== 'parent' && line.is !== 'harm' && one.a === line.b && one.b === line.a));
  if (lines.some(isSame)) return 'This line is there already.';
  if (line.is === 'parent' && isAncestor(lines, { who: line.b, of: line.a }))
    return 'That would make somebody their own parent or grandparent.';
  return null;
}

/** Whether one person is a parent, grandparent and so on of another. */
function isAncestor(lines: readonly Relation[], ask: { who: string; of: string }): boolean {
  const seen = new Set<string>();
  let now = [ask.of];
  while (now.length > 0) {
    if (now.includes(ask.who)) return true;
    for (const person of now) seen.add(person);
    const parents = lines
      .filter((line) => line.is === 'parent' && now.includes(line.b))
      .map((line) => line.a);
    now = parents.filter((person) => !seen.has(person));
  }
  return false;
}
