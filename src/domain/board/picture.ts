import { ageOn } from '../time/civil.ts';
import { inOrder, type Cards, type FamilyPerson } from './board.ts';
import type { FamilyPicture } from './map/family-picture.ts';

const partnerStates = ['together', 'apart', 'divorced'] as const;
const parentKinds = ['birth', 'adopted', 'foster', 'kinship', 'disputed'] as const;
const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  values.includes(value as T);

/** The people, lines and homes of a board as the map draws them. M1: what is in the bin, or has ended, is not drawn. */
export function pictureOf(cards: Cards): FamilyPicture {
  const people = inOrder(cards, 'person');
  const there = new Set(people.map((person) => person.id));
  const relations = inOrder(cards, 'relation').filter(
    (relation) => there.has(relation.a) && there.has(relation.b) && !relation.until,
  );
  const picture: FamilyPicture = {
    people: people.map((person) => ({
      id: person.id,
      name: firstName(person),
      gender: person.gender,
      born: isUnborn(person) ? person.due : person.born,
      unborn: isUnborn(person),
      died: person.died,
    })),
    partners: [],
    parents: [],
    ties: [],
    households: inOrder(cards, 'household')
      .filter((home) => !home.until)
      .map((home) => ({
        id: home.id,
        name: home.name,
        people: home.person.filter((person) => there.has(person)),
      })),
  };
  for (const { a, b, is, how, from } of relations) {
    if (is === 'parent')
      picture.parents.push({ child: b, parent: a, kind: isOneOf(parentKinds, how) ? how : 'birth' });
    else if (is === 'partner')
      picture.partners.push({ a, b, state: isOneOf(partnerStates, how) ? how : 'together', from });
    else picture.ties.push({ a, b, kind: is });
  }
  return picture;
}

/** What stands inside each symbol. */
export function agesOf(cards: Cards, on: string): Record<string, string> {
  return Object.fromEntries(
    inOrder(cards, 'person').map((person) => [person.id, person.died ? '' : ageOn(person.born, on)]),
  );
}

/** Nobody is unborn once a day of birth is known. */
const isUnborn = (person: FamilyPerson) => person.born === null && person.due !== null;

/** A first name is enough beside a symbol; the whole name stands in words. */
const firstName = (person: FamilyPerson) => person.name.trim().split(/\s+/u)[0] || 'Not known';
