/**
 * The life of a thought: what happened to it, in order, and where it leads. A thought moves by feedback, which is a dated
 * observation with its source: what fits and what does not is counted, and one sight strengthens nothing.
 */
import { inOrder, type Cards, type Question, type Standing, type Thought } from './board.ts';
import { whoAnswered } from './names.ts';
import { daysBetween, londonDate } from '../time/civil.ts';

/** One thing that happened to a thought. */
export interface StoryStep {
  id: string;
  on: string;
  /** Nobody has said the day: this is the one on which it was written down. */
  isWrittenOn: boolean;
  by: string;
  what: 'put-in' | 'asked' | 'saw' | 'testing' | 'pot' | 'aside' | 'taken-up' | 'split' | 'merged';
  /** What was said or seen, or why. */
  text: string;
  /** The question that was asked, to whom and about whom. */
  question: Question | null;
  source: string;
  standing: Standing | null;
  checkedWith: string;
  /** Whether it fits the thought; null where nobody has said yet, or where it is no feedback. */
  fits: boolean | null;
  /** The thought that it was split into or merged with. */
  other: string | null;
}

/** Whether something that came back is a thought's: its own, of one that was put together with it, or said to fit it too. */
export function feedbackFor(thought: string, cards: Cards) {
  const ours = new Set<string | null>([thought]);
  for (const step of inOrder(cards, 'step'))
    if (step.what === 'merged' && step.other === thought) ours.add(step.thought);
  return (card: { thought: string | null; also: readonly string[] }) =>
    ours.has(card.thought) || card.also.some((one) => ours.has(one));
}

/** L1: Everything that happened to a thought, oldest first; what has no day stands at its card's own. */
export function storyOf(thought: Thought, cards: Cards): StoryStep[] {
  const plain = {
    question: null,
    source: '',
    standing: null,
    checkedWith: '',
    fits: null,
    other: null,
  } as const;
  const isOf = feedbackFor(thought.id, cards);
  const day = (on: string | null, at: number) => ({ on: on ?? londonDate(at), isWrittenOn: on === null });
  const steps: StoryStep[] = [
    {
      ...plain,
      id: thought.id,
      on: londonDate(thought.at),
      isWrittenOn: false,
      by: thought.by,
      what: 'put-in',
      text: '',
    },
  ];
  for (const question of inOrder(cards, 'question'))
    if (isOf(question) && question.back.trim() !== '')
      steps.push({
        ...plain,
        id: question.id,
        ...day(question.backOn, question.at),
        by: question.asker ?? question.by,
        what: 'asked',
        text: question.back,
        question,
        source: whoAnswered(cards, question),
        fits: question.backFits,
      });
  for (const seen of inOrder(cards, 'observation'))
    if (isOf(seen) && seen.text.trim() !== '')
      steps.push({
        ...plain,
        id: seen.id,
        ...day(seen.on, seen.at),
        by: seen.by,
        what: 'saw',
        text: seen.text,
        source: seen.source,
        standing: seen.standing,
        checkedWith: seen.checkedWith,
        fits: seen.fits,
      });
  for (const step of inOrder(cards, 'step'))
    if (step.thought === thought.id)
      steps.push({
        ...plain,
        id: step.id,
        ...day(step.on, step.at),
        by: step.by,
        what: step.what,
        text: step.text,
        other: step.other,
      });
  const at = (id: string) => cards.get(id)?.at ?? 0;
  return steps.sort((a, b) => a.on.localeCompare(b.on) || at(a.id) - at(b.id));
}

/** How many things that came back fit a thought, and how many do not. */
export function feedbackOf(story: readonly StoryStep[]): { fits: number; unfit: number } {
  return {
    fits: story.filter((step) => step.fits === true).length,
    unfit: story.filter((step) => step.fits === false).length,
  };
}

/** The next conversation that would test it: a question, whom it is put to, who asks and by when. */
export function nextConversation(thought: string, cards: Cards): Question | null {
  const open = inOrder(cards, 'question').filter(
    (question) => question.thought === thought && question.text.trim() !== '' && question.back.trim() === '',
  );
  const isDoable = (question: Question) =>
    question.to !== '' && question.asker !== null && question.due !== null;
  return open.filter(isDoable).sort((a, b) => a.due!.localeCompare(b.due!))[0] ?? null;
}

/**
 * L2: Questions as a unit meets them: those that still wait for an answer from another Wednesday first, then today's, then
 * what has come back since the last Wednesday; what came back before is kept apart.
 */
export function inAskingOrder(
  questions: readonly Question[],
  ask: { on: string; since: string },
): { now: Question[]; earlier: Question[] } {
  const isBack = (question: Question) => question.back.trim() !== '';
  // An answer of which nobody has said the day stays in hand.
  const day = (question: Question) => question.backOn ?? ask.on;
  const waiting = questions.filter((question) => !isBack(question) && londonDate(question.at) < ask.on);
  const fresh = questions.filter((question) => !isBack(question) && londonDate(question.at) >= ask.on);
  const back = questions.filter(isBack).sort((a, b) => day(b).localeCompare(day(a)));
  return {
    now: [...waiting, ...fresh, ...back.filter((question) => day(question) >= ask.since)],
    earlier: back.filter((question) => day(question) < ask.since),
  };
}

/** In which week of its life a thought is, counted from 1. */
export function weekOf(thought: Thought, on: string): number {
  return Math.max(1, Math.floor(daysBetween(londonDate(thought.at), on) / 7) + 1);
}
