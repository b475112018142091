import { londonDate } from '../time/civil.ts';
import { firstWord, isUnsureName, wordsIn } from '../people/named.ts';
import { inOrder, type Cards, type FamilyPerson } from './board.ts';
import { isParent } from './family.ts';

/** Somebody whom our thinking has not reached, and why we say so. */
export interface Missing {
  person: FamilyPerson;
  why: string;
}

/** L3, M4: Who is missing from our thinking: children and fathers first, then everybody else who is alive. */
export function whoIsMissing(cards: Cards, ask: { on: string; wednesdays: readonly string[] }): Missing[] {
  const reached = lastReached(cards);
  const near = new Set([...fathersIn(cards), ...partnersIn(cards)]);
  const since = ask.wednesdays[2];
  const rank = (person: FamilyPerson) => (person.isChild ? 0 : near.has(person.id) ? 1 : 2);
  return inOrder(cards, 'person')
    .filter((person) => !person.died && !person.lost)
    .flatMap((person): Missing[] => {
      const last = reached.get(person.id);
      if (last === undefined) return [{ person, why: whyNever(person, ask.on) }];
      const isLong = since !== undefined && last < since && rank(person) < 2;
      return isLong ? [{ person, why: 'not asked for three meetings' }] : [];
    })
    .sort((a, b) => rank(a.person) - rank(b.person));
}

/** L3: Every child, every man who is somebody's father here, and every partner of a parent, whom no thought, question, words or visit has touched. */
export function nearestMissing(cards: Cards): { person: FamilyPerson; as: 'child' | 'father' | 'partner' }[] {
  const reached = lastReached(cards);
  const fathers = fathersIn(cards);
  const partners = partnersIn(cards);
  return inOrder(cards, 'person').flatMap((person) => {
    const as = person.isChild
      ? 'child'
      : fathers.has(person.id)
        ? 'father'
        : partners.has(person.id)
          ? 'partner'
          : null;
    return as === null || person.died || person.lost || reached.has(person.id)
      ? []
      : [{ person, as } as const];
  });
}

function whyNever(person: FamilyPerson, on: string): string {
  if (londonDate(person.at) === on) return 'on the map since today';
  if (person.born === null && person.due !== null) return 'not one question yet';
  const them = { female: 'her', male: 'him', other: 'them', unknown: 'them' }[person.gender];
  return `nobody has asked after ${them}`;
}

/** The last day on which a thought, a question, their own words or a visit reached each person. */
function lastReached(cards: Cards): Map<string, string> {
  const last = new Map<string, string>();
  const reach = (ids: readonly string[], on: string) => {
    for (const id of ids) if ((last.get(id) ?? '') < on) last.set(id, on);
  };
  for (const card of inOrder(cards, 'thought'))
    if (card.state !== 'aside' && card.text.trim() !== '') reach(card.about, londonDate(card.at));
  for (const card of inOrder(cards, 'question'))
    if (card.text.trim() !== '') reach([...card.about, ...card.child], card.backOn ?? londonDate(card.at));
  // A name in the words is as good as a link.
  const named = [...inOrder(cards, 'thought'), ...inOrder(cards, 'question'), ...inOrder(cards, 'news')]
    .filter((card) => !(card.kind === 'thought' && card.state === 'aside'))
    .map((card) => ({ words: wordsIn(card.text), on: londonDate(card.at) }));
  for (const person of inOrder(cards, 'person')) {
    // A name that is an everyday word, or not known, is found everywhere.
    const first = isUnsureName(person.name, []) ? '' : firstWord(person.name);
    if (first !== '') for (const one of named) if (one.words.has(first)) reach([person.id], one.on);
  }
  for (const card of inOrder(cards, 'words')) reach([card.childId], card.on ?? londonDate(card.at));
  for (const card of inOrder(cards, 'seen'))
    if (card.how !== 'tried') reach([card.childId], card.on ?? londonDate(card.at));
  return last;
}

/** Who is with a parent of a child here and is no parent themself. */
function partnersIn(cards: Cards): Set<string> {
  const lines = inOrder(cards, 'relation');
  const parents = new Set(lines.flatMap((one) => (isParent(one) ? [one.a] : [])));
  return new Set(
    lines
      .filter(
        (one) => one.is === 'partner' && one.until === null && one.how !== 'apart' && one.how !== 'divorced',
      )
      .flatMap(({ a, b }) => [...(parents.has(a) ? [b] : []), ...(parents.has(b) ? [a] : [])])
      .filter((id) => !parents.has(id)),
  );
}

function fathersIn(cards: Cards): Set<string> {
  const men = new Set(
    inOrder(cards, 'person').flatMap((person) => (person.gender === 'male' ? [person.id] : [])),
  );
  return new Set(
    inOrder(cards, 'relation').flatMap((one) => (isParent(one) && men.has(one.a) ? [one.a] : [])),
  );
}
