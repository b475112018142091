import { isPartOfDate, whyNotBorn } from '../time/birth.ts';
import { inOrder, type Cards, type Household, type Relation } from './board.ts';

/** Whether a line is of a parent and their child; of a grandparent there is one where nobody between the two is known. */
export const isParent = ({ is, how }: Pick<Relation, 'is' | 'how'>): boolean =>
  is === 'parent' && how !== 'grandparent';

/** M2: Why two people cannot be this to one another, in words; null where they can. For `parent`, `a` is the parent. */
export function whyNotRelated(cards: Cards, line: Pick<Relation, 'a' | 'b' | 'is'>): string | null {
  if (line.a === line.b) return 'Nobody can be this to themself.';
  const lines = inOrder(cards, 'relation');
  const isSame = (one: Relation) =>
    one.is === line.is &&
    ((one.a === line.a && one.b === line.b) ||
      (line.is !== 'parent' && one.a === line.b && one.b === line.a));
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

/** M2: Why dates cannot stand beside each other, in words; null where they can. */
export function whyNotDated(dates: {
  born?: string | null;
  died?: string | null;
  from?: string | null;
  until?: string | null;
  today?: string;
}): string | null {
  const isBefore = (one: string | null | undefined, other: string | null | undefined) =>
    !!one && !!other && one.slice(0, other.length) < other.slice(0, one.length);
  const { born, today, ...others } = dates;
  const notBorn = born ? whyNotBorn(born, today ?? '9999-12-31') : null;
  if (notBorn) return notBorn;
  for (const date of Object.values(others))
    if (date && !isPartOfDate(date))
      return 'A date is a year, a month or a day: 1984, June 1984, or 1/3/1984.';
  // About how old somebody was leaves open on which day they were born.
  const day = born && isPartOfDate(born) ? born : null;
  if (isBefore(dates.died, day)) return 'Somebody cannot have died before they were born.';
  if (isBefore(dates.until, dates.from)) return 'This ends before it begins.';
  return null;
}

/** M2: The relations, views and homes that no longer stand when somebody is taken off the map. */
export function tiedTo(cards: Cards, person: string): string[] {
  const both = (['relation', 'tie'] as const).flatMap((kind) =>
    inOrder(cards, kind).filter(
      // M9: A harm line is taken away by saying why, and not along with somebody.
      (line) => (line.a === person || line.b === person) && !(line.kind === 'tie' && line.is === 'harm'),
    ),
  );
  const bonds = inOrder(cards, 'bond').filter((bond) => bond.whom === person);
  const homes = inOrder(cards, 'household').filter(
    (home: Household) => home.person.length === 1 && home.person[0] === person,
  );
  return [...both, ...bonds, ...homes].map((card) => card.id);
}
