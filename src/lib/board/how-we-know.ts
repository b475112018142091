import type { Standing } from '#domain/board/board.ts';

/** How we know what we know, in words. */
export const STANDING_WORDS: Record<Standing, string> = {
  fact: 'a fact',
  reported: /* @wc-include */ 'reported',
  view: 'our view',
};

/** "a fact, checked with the school"; empty where nobody has said. */
export function howWeKnow(card: { standing: Standing | null; checkedWith: string }): string {
  return [
    card.standing && STANDING_WORDS[card.standing],
    card.checkedWith && `checked with ${card.checkedWith}`,
  ]
    .filter(Boolean)
    .join(', ');
}
