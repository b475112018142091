import { hereSince, inOrder, type CardOf, type Cards, type Thought } from '../board/board.ts';
import { londonDate } from '../time/civil.ts';
import type { Place } from './meeting.ts';

/** The card that the unit has in front of it at a place, or null where there is none. */
export type LookedAt = Thought | CardOf<'question'> | CardOf<'decision'> | CardOf<'news'> | null;

const hasWords = (card: { text: string }) => card.text.trim() !== '';

/** The thoughts that are on the table, the most resonant first; in silence nothing of it is on the board, so nothing of it can be here. */
export const thoughtsByResonance = (cards: Cards): Thought[] =>
  inOrder(cards, 'thought')
    .filter((card) => card.state !== 'aside' && hasWords(card))
    .sort((a, b) => b.mark.length - a.mark.length || b.at - a.at);

/** F28: The last day on which a fact came nearer: it happened, it was told, or it was written down; a day not known whole says nothing. */
export const arrivedOn = (card: {
  on: string | null;
  toldOn?: string | null;
  at: number;
  arrivedAt?: number | null;
}): string =>
  [card.on, card.toldOn, londonDate(hereSince(card))]
    .filter((day) => day?.length === 10)
    .sort()
    .at(-1)!;

/** What came in, the newest first. */
export const newsByDay = (cards: Cards): CardOf<'news'>[] =>
  inOrder(cards, 'news')
    .filter(hasWords)
    .sort(
      (a, b) =>
        arrivedOn(b).localeCompare(arrivedOn(a)) || (b.on ?? '').localeCompare(a.on ?? '') || b.at - a.at,
    );

/** Questions that nothing has come back to, the newest first. */
export const openQuestions = (cards: Cards): CardOf<'question'>[] =>
  inOrder(cards, 'question')
    .filter((card) => hasWords(card) && card.back.trim() === '')
    .sort((a, b) => b.at - a.at);

/** What the unit looks at; a thought that somebody is in the middle of is not yet before everyone. */
export function lookedAt(cards: Cards, place: Place, inHand: ReadonlySet<string> = new Set()): LookedAt {
  switch (place) {
    case 'catch-up':
      return newsByDay(cards)[0] ?? null;
    case 'wonder':
      return thoughtsByResonance(cards).find((card) => !inHand.has(card.id)) ?? null;
    case 'ask':
      return openQuestions(cards)[0] ?? null;
    default:
      return inOrder(cards, 'decision').filter(hasWords).at(-1) ?? null;
  }
}
