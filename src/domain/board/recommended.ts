import { levelOf, type Authority, type UnitSettings } from '../people/settings.ts';
import { inOrder, type Answer, type Cards, type Decision } from './board.ts';

/** Something that the unit recommended, with what was answered. */
export interface Recommendation {
  decision: Decision;
  level: Authority;
  /** Everything that was said of it, the oldest first: also of words that it had before. */
  answers: readonly Answer[];
  /** The newest that was said of it as it stands; null where nobody has said anything yet. */
  answer: Answer | null;
  /** It is asked again: nobody has heard, or it was put off. */
  isOpen: boolean;
}

/** F23: What is beyond the unit's authority, the oldest first; it is followed until somebody says what was answered. */
export function recommendationsOf(cards: Cards, settings: UnitSettings): Recommendation[] {
  const all = inOrder(cards, 'answer');
  return inOrder(cards, 'decision').flatMap((decision) => {
    const level = levelOf(settings, decision);
    if (decision.text.trim() === '' || level === null || level.isUnit) return [];
    const answers = all.filter((one) => one.decision === decision.id);
    const answer = answers.findLast((one) => one.asked === decision.text) ?? null;
    const isOpen = answer === null || answer.says === 'not-heard' || answer.says === 'deferred';
    return [{ decision, level, answers, answer, isOpen }];
  });
}
