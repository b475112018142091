import { levelOf, type Authority, type UnitSettings } from '../people/settings.ts';
import { inOrder, type Answer, type Cards, type Decision } from './board.ts';

/** Something that the unit recommended, as it stands in the files, with what became of it. */
export interface Recommendation {
  decision: Decision;
  level: Authority;
  /** The newest that was said; null where nobody has said anything yet. */
  answer: Answer | null;
  /** It is asked again: nobody has heard, or it was put off. */
  isOpen: boolean;
}

/** F23: Every recommendation that went into a file, the oldest first; it is followed until somebody says what was answered. */
export function recommendationsOf(
  cards: Cards,
  ask: { settings: UnitSettings; isFiled: (card: string) => boolean },
): Recommendation[] {
  const answers = inOrder(cards, 'answer');
  return inOrder(cards, 'decision').flatMap((decision) => {
    const level = levelOf(ask.settings, decision);
    if (decision.text.trim() === '' || level === null || level.isUnit || !ask.isFiled(decision.id)) return [];
    const answer = answers.findLast((one) => one.decision === decision.id) ?? null;
    const isOpen = answer === null || answer.says === 'not-heard' || answer.says === 'deferred';
    return [{ decision, level, answer, isOpen }];
  });
}
