/**
 * Gentle notices: what a unit that thinks well would ask itself. Each says why, each can be quieted for a family, and none
 * is a score. They suggest and never dictate.
 */
import { inOrder, type Cards, type Thought } from './board.ts';
import { childrenAndFathersMissing } from './missing.ts';
import { daysBetween, londonDate } from '../time/civil.ts';

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
  children: readonly { id: string; given: string; status: string; statusSince: string | null }[];
}

/** Words by which a guess says that it is one. */
const TENTATIVE = /\?|\b(perhaps|maybe|might|could|may|wonder|what if|as if|seems?|suppose|possibly)\b/i;
const STATED = /\b(is|are|was|were|has|have|always|never|does|doesn.t|cannot|can.t|will|won.t)\b/i;
const IN_CARE = /looked after|in care|care order|section 20|s\.? ?20|accommodated|foster/i;
const driftDays = 42;

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

/** A child or a father whom no thought, question, words or visit has touched. */
function missing({ cards }: NoticeFacts, { live }: Seen): Notice[] {
  if (live.length === 0) return [];
  return childrenAndFathersMissing(cards).map((person) =>
    notice(
      `missing:${person.id}`,
      `Nothing about ${person.name.split(' ')[0]} yet.`,
      person.isChild
        ? 'No thought, question or visit has touched this child.'
        : 'No thought or question has touched this father. Fathers are left out of the picture most easily.',
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
        'This thought names one person alone.',
        'Whom does it link them with?',
        of,
      ),
    );
  if (STATED.test(thought.text) && !TENTATIVE.test(thought.text))
    found.push(
      notice(`stated:${thought.id}`, 'This reads like a fact.', '“Perhaps…” keeps a guess a guess.', of),
    );
  if (!questions.some((card) => card.thought === thought.id))
    found.push(
      notice(`untested:${thought.id}`, 'Nothing would test this yet.', 'Whom could we ask, and what?', of),
    );
  return found;
}

/** A child in care about whom nothing was decided or heard for some weeks. */
function drift({ cards, on, children }: NoticeFacts): Notice[] {
  const news = [
    ...inOrder(cards, 'decision').map((card) => ({ on: londonDate(card.at), child: card.child })),
    ...inOrder(cards, 'words').map((card) => ({ on: card.on ?? londonDate(card.at), child: [card.childId] })),
    ...inOrder(cards, 'seen')
      .filter((card) => card.how !== 'tried')
      .map((card) => ({ on: card.on ?? londonDate(card.at), child: [card.childId] })),
  ];
  return children
    .filter((child) => IN_CARE.test(child.status))
    .flatMap((child) => {
      const last = news
        .filter((one) => one.child.length === 0 || one.child.includes(child.id))
        .map((one) => one.on)
        .concat(child.statusSince ?? [])
        .sort()
        .at(-1);
      if (!last || daysBetween(last, on) < driftDays) return [];
      const weeks = Math.floor(daysBetween(last, on) / 7);
      return [
        notice(
          `drift:${child.id}`,
          `Nothing has changed for ${child.given} in ${weeks} weeks.`,
          'A child in care can wait unseen while everybody is busy.',
          { person: child.id },
        ),
      ];
    });
}
