import type { HarmStanding } from './cards.ts';
import { londonDate } from '../time/civil.ts';
import { inOrder, type Cards, type HarmEnd, type Tie } from './board.ts';

/** M9: Why a harm line was taken away, by line: the newest that was said of each and was not brought back. */
export const harmEnds = (cards: Cards): ReadonlyMap<string, HarmEnd> =>
  new Map(inOrder(cards, 'harmEnd').map((end) => [end.tie, end]));

/** M9: What stands of a harm line on a day: drawn as it is, pale since it has ended, or not drawn. */
export function standsOn(end: HarmEnd | undefined, on: string): 'drawn' | 'ended' | 'gone' {
  if (!end || (end.on ?? londonDate(end.at)) > on) return 'drawn';
  return end.why === 'ended' ? 'ended' : 'gone';
}

/** The harm lines that anybody has to think of, also those that have ended: somebody is seen apart, and safety comes first. */
export function harmsIn(cards: Cards): Tie[] {
  const ends = harmEnds(cards);
  return inOrder(cards, 'tie').filter((tie) => {
    const end = ends.get(tie.id);
    return tie.is === 'harm' && (end === undefined || end.why === 'ended');
  });
}

/** How sure something is, in words: one list for what we know and for harm. */
export const STANDING_WORDS: Record<HarmStanding, string> = {
  fact: /* @wc-include */ 'on record',
  seen: /* @wc-include */ 'seen by us',
  reported: /* @wc-include */ 'reported',
  view: /* @wc-include */ 'our view',
  alleged: /* @wc-include */ 'alleged',
  denied: /* @wc-include */ 'denied',
  admitted: /* @wc-include */ 'admitted',
  found: /* @wc-include */ 'found by a court',
  convicted: /* @wc-include */ 'convicted',
  acquitted: /* @wc-include */ 'acquitted',
};
