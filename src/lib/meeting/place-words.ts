import type { Place } from '#domain/meeting/meeting.ts';

/** How the five places of a board are called. */
export const PLACE_WORDS: Record<Place, string> = {
  'catch-up': 'Catch up',
  wonder: 'Wonder',
  ask: 'Ask',
  decide: 'Decide',
  record: 'Record',
};
