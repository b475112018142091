import { firstNameOf } from '../phrases.ts';
import { birthYear, isPartOfDate, maybeUnder18 } from '../time/birth.ts';
import { inOrder, type Cards, type FamilyPerson, type Question } from './board.ts';

const shortNames = new WeakMap<readonly FamilyPerson[], Map<string, string>>();

/** What each person of a family is called in short: the first name, or as much more as tells two of one name apart. */
export function shortNamesOf(cards: Cards): ReadonlyMap<string, string> {
  const people = inOrder(cards, 'person');
  let names = shortNames.get(people);
  if (!names) {
    names = new Map(people.map((person) => [person.id, shortName(person, people)]));
    shortNames.set(people, names);
  }
  return names;
}

/** Whether somebody on the map is a child, ours or elsewhere, or may be one by what is known of their birth. */
export const isChildOn = (person: FamilyPerson, on: string): boolean =>
  person.isChild ?? (person.elsewhere.trim() !== '' || maybeUnder18(person.born, on));

/** Who answered, as it is shown: a name of the map, or the words that somebody gave; empty where nobody has said. */
export function whoAnswered(cards: Cards, { backBy, backFrom }: Question): string {
  return (backBy !== null && shortNamesOf(cards).get(backBy)) || backFrom;
}

function shortName(person: FamilyPerson, people: readonly FamilyPerson[]): string {
  const first = firstOf(person);
  const same = people.filter((other) => other.id !== person.id && firstOf(other) === first);
  if (same.length === 0) return first;
  const whole = person.name.trim().replace(/\s+/gu, ' ') || 'Not known';
  if (same.every((other) => other.name.trim() !== person.name.trim())) return whole;
  if (!person.born) return whole;
  // A year that follows from an age is no birth year.
  const year = birthYear(person.born);
  return isPartOfDate(person.born) ? `${whole} (${year})` : `${whole} (about ${year})`;
}

const firstOf = (person: FamilyPerson) => firstNameOf(person.name) || 'Not known';
