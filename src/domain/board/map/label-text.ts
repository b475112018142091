import type { Person } from './family-picture.ts';
import type { TidyFamily } from './tidy.ts';
import type { Chart } from './unions.ts';

const widthOfCharacter = 7;
const months = 'January February March April May June July August September October November December';

/** The words beside a symbol, one line after the other. */
export function labelLines(person: Person): string[] {
  if (person.unborn)
    return person.born === null ? [person.name] : [person.name, `due ${dayInWords(person.born)}`];
  return [person.died === null ? person.name : `${person.name} d. ${person.died.slice(0, 4)}`];
}

/** About how wide a person's words are at 13 px. */
export function labelWidth(person: Person): number {
  return Math.max(...labelLines(person).map((line) => line.length)) * widthOfCharacter;
}

/** Where a name goes before anything is known but whether lines leave the symbol upwards and downwards. */
export function startingLabel(
  family: TidyFamily,
  chart: Chart,
  place: number,
): {
  side: 'above' | 'below' | 'below-left';
  lines: number;
} {
  const lines = labelLines(family.people[place]).length;
  const up = chart.unions.some((union) => union.children.some((child) => child.place === place));
  if (!up && lines === 1) return { side: 'above', lines };
  const down = chart.unions.some((union) => union.parents.includes(place));
  return { side: down ? 'below-left' : 'below', lines };
}

/** A date as it is said: "14 March 2026", "March 2026" or "2026", without the year on request. */
export function dayInWords(date: string): string {
  const [, month, day] = date.split('-').map((piece) => Number.parseInt(piece, 10));
  const name = months.split(' ')[month - 1];
  if (name === undefined) return date.slice(0, 4);
  return day > 0 ? `${day} ${name}` : name;
}
