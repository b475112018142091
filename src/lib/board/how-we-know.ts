import type { HarmStanding } from '#domain/board/cards.ts';
import { STANDING_WORDS } from '#domain/board/harm.ts';

/** "on record, checked with the school"; empty where nobody has said. */
export function howWeKnow(card: { standing: HarmStanding | null; checkedWith: string }): string {
  return [
    card.standing && STANDING_WORDS[card.standing],
    card.checkedWith && `checked with ${card.checkedWith}`,
  ]
    .filter(Boolean)
    .join(', ');
}
