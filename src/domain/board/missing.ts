import { londonDate } from '../time/civil.ts';
import { inOrder, type Cards, type FamilyPerson } from './board.ts';

/** Somebody whom our thinking has not reached, and why we say so. */
export interface Missing {
  person: FamilyPerson;
  why: string;
}

/** L3, M4: Who is missing from our thinking: children and fathers first, then everybody else who is alive. */
export function whoIsMissing(cards: Cards, ask: { on: string; wednesdays: readonly string[] }): Missing[] {
  const reached = lastReached(cards);
  const fathers = fathersIn(cards);
  const since = ask.wednesdays[2];
  const rank = (person: FamilyPerson) => (person.isChild ? 0 : fathers.has(person.id) ? 1 : 2);
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

/** L3: Every child, and every man who is somebody's father here, whom no thought, question, words or visit has touched. */
export function childrenAndFathersMissing(cards: Cards): FamilyPerson[] {
  const reached = lastReached(cards);
  const fathers = fathersIn(cards);
  return inOrder(cards, 'person').filter(
    (person) =>
      !person.died && !person.lost && (person.isChild || fathers.has(person.id)) && !reached.has(person.id),
  );
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
  for (const card of inOrder(cards, 'words')) reach([card.childId], card.on ?? londonDate(card.at));
  for (const card of inOrder(cards, 'seen'))
    if (card.how !== 'tried') reach([card.childId], card.on ?? londonDate(card.at));
  return last;
}

function fathersIn(cards: Cards): Set<string> {
  const men = new Set(
    inOrder(cards, 'person').flatMap((person) => (person.gender === 'male' ? [person.id] : [])),
  );
  return new Set(
    inOrder(cards, 'relation').flatMap((one) => (one.is === 'parent' && men.has(one.a) ? [one.a] : [])),
  );
}
