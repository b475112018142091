/**
 * Gentle notices: what a unit that thinks well would ask itself. Each says why, each can be quieted for a family, and none
 * is a score. They suggest and never dictate.
 */
import { shortNamesOf } from './names.ts';
import { inOrder, type Cards, type Thought } from './board.ts';
import type { UnitSettings } from '../people/settings.ts';
import { nearestMissing } from './missing.ts';
import { firstWord, isUnsureName, wordsIn } from '../people/named.ts';
import { dayMonth, daysBetween, londonDate } from '../time/civil.ts';

/** One notice; `id` is the same as long as it is about the same thing, so that it can be quieted. */
export interface Notice {
  id: string;
  says: string;
  why: string;
  /** The thought or the person it is about. */
  thought: string | null;
  person: string | null;
}

/** What the notices look at, beside the board. */
export interface NoticeFacts {
  cards: Cards;
  /** Today, and the days of the Wednesdays before, newest first. */
  on: string;
  wednesdays: readonly string[];
  children: readonly { id: string; given: string; status: string; born: string | null; due: string | null }[];
  /** The day since when the family is with the unit; null where it is not known. */
  since: string | null;
  driftWeeks: UnitSettings['driftWeeks'];
}

/** Words by which a guess says that it is one. */
const TENTATIVE = /\?|\b(perhaps|maybe|might|could|may|wonder|what if|as if|seems?|suppose|possibly)\b/i;
const STATED = /\b(is|are|was|were|has|have|always|never|does|doesn.t|cannot|can.t|will|won.t)\b/i;

/** Whether a sentence states something, with no word of doubt in it. */
export const readsAsFact = (text: string): boolean => STATED.test(text) && !TENTATIVE.test(text);

/** L3: Every notice that is not quieted for this family, in the order in which they matter. */
export function noticesOf(facts: NoticeFacts): Notice[] {
  const quieted = new Set(inOrder(facts.cards, 'quiet').map((card) => card.notice));
  const { live, questions } = look(facts.cards);
  return [
    ...missing(facts, { live, questions }),
    ...stories(facts, { live, questions }),
    ...live.flatMap((thought) => about(thought, questions)),
    ...drift(facts),
  ].filter((notice) => !quieted.has(notice.id));
}

type Seen = ReturnType<typeof look>;

function look(cards: Cards) {
  const live = inOrder(cards, 'thought').filter((card) => card.state !== 'aside' && card.text.trim() !== '');
  const questions = inOrder(cards, 'question').filter((card) => card.text.trim() !== '');
  return { live, questions };
}

const notice = (id: string, says: string, why: string, more: Partial<Notice> = {}): Notice => ({
  id,
  says,
  why,
  thought: null,
  person: null,
  ...more,
});

/** A child, a father or a parent's partner whom no thought, question, words or visit has touched. */
function missing({ cards }: NoticeFacts, { live }: Seen): Notice[] {
  if (live.length === 0) return [];
  const names = shortNamesOf(cards);
  return nearestMissing(cards).map(({ person, as }) =>
    notice(
      `missing:${person.id}`,
      `Nothing about ${person.name.trim() ? names.get(person.id)! : 'somebody whose name is not known'} yet.`,
      as === 'child'
        ? 'No thought, question or visit has touched this child.'
        : as === 'father'
          ? 'No thought or question has touched this father. Fathers are left out of the picture most easily.'
          : 'No thought or question has touched this partner of a parent. Partners are left out of the picture easily.',
      { person: person.id },
    ),
  );
}

function stories({ cards, wednesdays }: NoticeFacts, { live, questions }: Seen): Notice[] {
  const found: Notice[] = [];
  const [first] = live;
  if (live.length === 1 && first && wednesdays[0] && londonDate(first.at) <= wednesdays[0])
    found.push(
      notice(
        'one-story',
        'There is one story only.',
        'A second idea, however odd, keeps the first one honest.',
        {
          thought: first.id,
        },
      ),
    );
  const leader = [...live].sort((a, b) => b.mark.length - a.mark.length || a.at - b.at)[0];
  const third = wednesdays[2];
  if (leader && leader.mark.length > 0 && third && londonDate(leader.at) <= third) {
    const asked = questions.some((card) => card.thought === leader.id && londonDate(card.at) >= third);
    const saw = inOrder(cards, 'observation').some(
      (card) => card.thought === leader.id && londonDate(card.at) >= third,
    );
    if (!asked && !saw)
      found.push(
        notice(
          `leads:${leader.id}`,
          'The same thought leads for three meetings, and nothing was asked.',
          'A guess is worth what it brings to light.',
          { thought: leader.id },
        ),
      );
  }
  if (live.length >= 3 && new Set(live.map((card) => card.by)).size === 1)
    found.push(
      notice(
        'one-author',
        'All thoughts are by one person.',
        'Writing in silence lets everyone begin at once.',
      ),
    );
  return found;
}

/** What can be asked of one thought that the unit holds on to. */
function about(thought: Thought, questions: Seen['questions']): Notice[] {
  const isHeld = thought.state === 'testing' || thought.mark.length >= 3;
  if (!isHeld) return [];
  const of = { thought: thought.id };
  const found: Notice[] = [];
  if (thought.about.length === 1)
    found.push(
      notice(
        `alone:${thought.id}`,
        'Only one name stands with this thought.',
        'Whom does it link them with?',
        of,
      ),
    );
  if (readsAsFact(thought.text))
    found.push(
      notice(`stated:${thought.id}`, 'This reads like a fact.', '“Perhaps…” keeps a guess a guess.', of),
    );
  if (!questions.some((card) => card.thought === thought.id))
    found.push(
      notice(`untested:${thought.id}`, 'Nothing would test this yet.', 'Whom could we ask, and what?', of),
    );
  return found;
}

/** L8: What nobody has written down of a child for longer than the unit lets pass, for every child; counted from the day they came. */
function drift(facts: NoticeFacts): Notice[] {
  const { cards, on, children, driftWeeks, since } = facts;
  const quieted = inOrder(cards, 'quiet').map((card) => card.notice);
  return children.flatMap((child) => {
    const person = cards.get(child.id);
    if (person?.kind === 'person' && (person.died || person.lost)) return [];
    const isBorn = child.born !== null || child.due === null;
    if (!isBorn && child.due! < on)
      return [
        notice(
          `due:${child.id}:${child.due}`,
          `${child.given} was due on ${dayMonth(child.due!, on)}, and nobody has written down the birth.`,
          'A child who is born and not written down is looked for by nobody.',
          { person: child.id },
        ),
      ];
    const limit = (child.status.trim() === '' ? driftWeeks.otherwise : driftWeeks.plan) * 7;
    // What was before they stood on this board the board does not know.
    const came = [since, person ? londonDate(person.at) : on, child.born]
      .filter((day): day is string => day?.length === 10)
      .sort()
      .at(-1)!;
    const waits = lastOf(cards, child, children.length === 1)
      // Of a child who is not born nobody writes down a visit or an answer.
      .filter((one) => isBorn || !one.needsBirth)
      // A day that has not come is no news yet.
      .map((one) => ({ ...one, last: [...one.days.filter((day) => day <= on), came].sort().at(-1)! }))
      .map((one) => ({ ...one, waited: daysBetween(one.last, on) }))
      .filter((one) => one.waited >= limit)
      .map((one) => ({
        ...one,
        key: `${one.is}${one.last.replaceAll('-', '').slice(2)}.${Math.floor(one.waited / limit)}`,
      }))
      // Each is quieted by itself, and told again when as long has passed once more.
      .filter(
        (one) =>
          !quieted.some(
            (id) =>
              id.startsWith(`drift:${child.id}:`) &&
              id.slice(`drift:${child.id}:`.length).split(',').includes(one.key),
          ),
      );
    if (waits.length === 0) return [];
    return [
      notice(
        `drift:${child.id}:${waits.map((one) => one.key).join()}`,
        `${child.given}: ${waits.map((one) => one.says(Math.floor(one.waited / 7))).join(', ')}.`,
        'A child can wait unseen while everybody is busy. Perhaps it happened and was not written down.',
        { person: child.id },
      ),
    ];
  });
}

const weeksOf = (weeks: number) => (weeks === 1 ? 'a week' : `${weeks} weeks`);

interface Wait {
  /** One letter, for the notice's id. */
  is: string;
  /** The days on which it was so. */
  days: string[];
  needsBirth: boolean;
  says: (weeks: number) => string;
}

/** What was written down of a child, by its days; where there is one child alone, what is about nobody by name is about them. */
function lastOf(cards: Cards, child: { id: string; given: string }, isOnly: boolean): Wait[] {
  const { id } = child;
  const made = (card: { at: number }) => londonDate(card.at);
  const first = isUnsureName(child.given, []) ? '' : firstWord(child.given);
  const isNamed = (text: string) => first !== '' && wordsIn(text).has(first);
  const isAbout = (text: string, ...links: (readonly string[])[]) =>
    text.trim() !== '' &&
    (links.some((ids) => ids.includes(id)) ||
      (isOnly && links.every((ids) => ids.length === 0)) ||
      isNamed(text));
  return [
    {
      is: 's',
      days: inOrder(cards, 'seen').flatMap((card) =>
        card.childId === id && card.how !== 'tried' ? [card.on ?? made(card)] : [],
      ),
      needsBirth: true,
      says: (weeks) => `no visit written down for ${weeksOf(weeks)}`,
    },
    {
      is: 'w',
      days: [
        ...inOrder(cards, 'words').flatMap((card) => (card.childId === id ? [card.on ?? made(card)] : [])),
        ...inOrder(cards, 'question').flatMap((card) =>
          card.backBy === id || isAbout(card.text, card.about, card.child) ? [card.backOn ?? made(card)] : [],
        ),
      ],
      needsBirth: true,
      says: (weeks) => `nothing heard or asked for ${weeksOf(weeks)}`,
    },
    {
      is: 'd',
      days: inOrder(cards, 'decision').flatMap((card) =>
        isAbout(card.text, card.child) ? [made(card)] : [],
      ),
      needsBirth: false,
      says: (weeks) => `nothing decided for ${weeksOf(weeks)}`,
    },
    {
      is: 't',
      days: inOrder(cards, 'thought').flatMap((card) => (isAbout(card.text, card.about) ? [made(card)] : [])),
      needsBirth: false,
      says: (weeks) => `no new thought for ${weeksOf(weeks)}`,
    },
  ];
}
