import { ageOn, ageSign, birthYear, isPartOfDate } from '../time/birth.ts';
import { TIES } from './cards.ts';
import { STANDING_WORDS, harmEnds, standsOn } from './harm.ts';
import { inOrder, type Cards, type FamilyPerson, type Relation, type Tie } from './board.ts';
import { shortNamesOf } from './names.ts';
import { dayInWords } from './map/label-text.ts';
import { COUPLE_STATES, PARENT_KINDS, type FamilyPicture, type Partner } from './map/family-picture.ts';

const isOneOf = <T extends string>(values: readonly T[], value: unknown): value is T =>
  values.includes(value as T);

/**
 * The people, lines and homes of a board as the map draws them on a day. M1: what is in the bin, has ended by then or has
 * not begun is not drawn. At a glance it leaves out what stands beside names and homes, never what safety needs.
 */
export function pictureOf(cards: Cards, on: string, isGlance = false): FamilyPicture {
  const people = inOrder(cards, 'person').filter(
    (person) => person.born === null || isBy(drawnBirth(person.born), on),
  );
  const there = new Set(people.map((person) => person.id));
  const relations = inOrder(cards, 'relation').filter(
    (relation) => there.has(relation.a) && there.has(relation.b),
  );
  const now = relations.filter((relation) => !hasEnded(relation, on) && hasBegun(relation, on));
  const names = shortNamesOf(cards);
  const heldBy = (child: string) =>
    now.flatMap(({ a, b, is, responsible }) =>
      is === 'parent' && b === child && responsible ? [names.get(a)!] : [],
    );
  const picture: FamilyPicture = {
    people: people.map((person) => ({
      id: person.id,
      name: names.get(person.id)!,
      gender: person.gender,
      born: isUnborn(person) ? person.due : person.born && drawnBirth(person.born),
      unborn: isUnborn(person),
      died: person.died !== null && isBy(person.died, on) ? person.died : null,
      lost: person.lost,
      heldBy: isGlance ? [] : heldBy(person.id),
      note: isGlance ? '' : person.note,
      noAddress: person.noAddress,
      elsewhere: person.elsewhere.trim() === '' ? null : isGlance ? '' : person.elsewhere.trim(),
      came: person.at,
      nudge: person.nudge,
    })),
    partners: [],
    parents: [],
    twins: [],
    ties: tiesBetween(cards, on).filter((tie) => there.has(tie.a) && there.has(tie.b)),
    households: inOrder(cards, 'household')
      .filter((home) => !hasEnded(home, on) && (home.from === null || isBy(home.from, on)))
      .map((home) => ({
        id: home.id,
        name: home.from && !isGlance ? `${home.name}, since ${sinceInWords(home.from, on)}` : home.name,
        people: home.person.filter((person) => there.has(person)),
      })),
  };
  for (const { a, b, is, how, from, sure } of now) {
    if (is === 'parent') {
      const kind = isOneOf(PARENT_KINDS, how) ? how : 'birth';
      // A father of whom we are not sure is drawn as one who is not agreed.
      picture.parents.push({
        child: b,
        parent: a,
        kind: kind === 'birth' && sure === 'not-sure' ? 'disputed' : kind,
      });
    }
    if (is === 'partner') picture.partners.push({ a, b, state: stateOn(how, from, on), from });
    if (is === 'identical') picture.twins.push({ a, b, kind: 'identical' });
    if (is === 'twin') picture.twins.push({ a, b, kind: how === 'not-identical' ? how : 'not-known' });
  }
  return picture;
}

/** How a couple stood on a day: those who live apart since later were still together. */
function stateOn(how: string | null, from: string | null, on: string): Partner['state'] {
  const state = isOneOf(COUPLE_STATES, how) ? how : 'together';
  return from !== null && !isBy(from, on) ? 'together' : state;
}

const hasEnded = (fact: { until: string | null }, on: string) => fact.until !== null && isBy(fact.until, on);
const hasBegun = (relation: Relation, on: string) =>
  relation.from === null ||
  isBy(relation.from, on) ||
  (relation.is === 'partner' && (relation.how === 'apart' || relation.how === 'divorced'));

/** The views that there are of two people, newest last, up to a day. */
export function viewsBetween(ties: readonly Tie[], pair: { a: string; b: string }, on: string): Tie[] {
  return (
    ties
      .filter((tie) => (tie.a === pair.a && tie.b === pair.b) || (tie.a === pair.b && tie.b === pair.a))
      // A field can be taken out of a card again: what says nothing is not drawn.
      .filter((tie) => TIES.includes(tie.is) && (tie.on === null || isBy(tie.on, on)))
      .sort((a, b) => (a.on ?? '').localeCompare(b.on ?? '') || a.at - b.at)
  );
}

/** One line for each two people, as the newest view has it; harm keeps a line of its own, whatever else is seen. */
function tiesBetween(cards: Cards, on: string): FamilyPicture['ties'] {
  const ends = harmEnds(cards);
  const standing = (view: Tie) => (view.is === 'harm' ? standsOn(ends.get(view.id), on) : 'drawn');
  const ties = inOrder(cards, 'tie').filter((tie) => standing(tie) !== 'gone');
  const pairs = new Map(ties.map((tie) => [[tie.a, tie.b].sort().join(' '), tie]));
  return [...pairs.values()].flatMap((pair) => {
    const views = viewsBetween(ties, pair, on);
    const lasting = views.filter((view) => !hasEnded(view, on));
    const newest = lasting.findLast((view) => view.is !== 'harm');
    const harms = new Map(lasting.filter((view) => view.is === 'harm').map((view) => [view.a, view]));
    return [...(newest ? [newest] : []), ...harms.values()].map((view) => ({
      a: view.a,
      b: view.b,
      kind: view.is,
      how: [view.how, view.sure && STANDING_WORDS[view.sure], standing(view) === 'ended' && 'ended']
        .filter(Boolean)
        .join(', '),
      ...(standing(view) === 'ended' && { isOver: true as const }),
    }));
  });
}

/** What stands inside each symbol. */
export const agesOf = (cards: Cards, on: string): Record<string, string> => agesBy(cards, on, ageSign);
/** The same in words. */
export const agesInWords = (cards: Cards, on: string): Record<string, string> => agesBy(cards, on, ageOn);

const agesBy = (cards: Cards, on: string, age: typeof ageOn) =>
  Object.fromEntries(
    inOrder(cards, 'person').map((person) => [
      person.id,
      (person.died !== null && isBy(person.died, on)) || person.lost ? '' : age(person.born, on),
    ]),
  );

/** Where somebody stands among others by age: an age that was said has about a year. */
const drawnBirth = (born: string) => (isPartOfDate(born) ? born : String(birthYear(born)));

/** Whether a day, a month or a year has come by a day. */
const isBy = (date: string, on: string) => date <= on.slice(0, date.length);

/** "3 September" within the year, else the year: as one says it. */
const sinceInWords = (from: string, on: string) =>
  from.slice(0, 4) === on.slice(0, 4) && from.length > 4 ? dayInWords(from) : from.slice(0, 4);

/** Nobody is unborn once a day of birth is known. */
export const isUnborn = (person: FamilyPerson) =>
  person.born === null && (person.due !== null || person.lost !== null);
