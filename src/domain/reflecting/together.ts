/**
 * R11: Who of a family may be brought together. Where one harms another, the one who is harmed is asked alone first, whether
 * they want the other there; where the harm is control and nobody has asked, it is not offered (shared PRACTICE section 3).
 */
import type { Cards } from '../board/board.ts';
import { harmEnds, harmsIn } from '../board/harm.ts';
import type { HarmStanding } from '../board/cards.ts';
import type { AskedAlone, Participant } from './session.ts';

/** One harm line of a family's map, whoever is invited. */
export interface HarmPair {
  harmed: string;
  harming: string;
  /** What kind of harm, in the words of whoever drew it; empty where nobody has said. */
  how: string;
  sure: HarmStanding | null;
  on: string | null;
  isControl: boolean;
  /** It is said to have ended: it is asked about all the same, and told in the past. */
  hasEnded: boolean;
}

/** The harm lines of a board that anybody who invites has to think of, also those that have ended. */
export const harmPairs = (cards: Cards): HarmPair[] => {
  const ends = harmEnds(cards);
  const pairs = new Map<string, HarmPair>();
  for (const { id, a, b, how: said, sure, on, until } of harmsIn(cards)) {
    const how = said ?? '';
    const before = pairs.get(`${b} ${a}`);
    const isControl = CONTROL.test(how) || (before?.isControl ?? false);
    // Of several lines one that has not ended counts.
    const hasEnded = (ends.has(id) || until !== null) && (before?.hasEnded ?? true);
    pairs.set(`${b} ${a}`, { harmed: b, harming: a, how, sure, on, isControl, hasEnded });
  }
  return [...pairs.values()];
};
const CONTROL = /\b(control|coerc)/i;

const isOf = (pair: Pick<HarmPair, 'harmed' | 'harming'>) => (one: Pick<HarmPair, 'harmed' | 'harming'>) =>
  one.harmed === pair.harmed && one.harming === pair.harming;

/** What was said of a harm line's two people. */
export const askedOf = (
  asked: readonly AskedAlone[],
  pair: Pick<HarmPair, 'harmed' | 'harming'>,
): AskedAlone | undefined => asked.find(isOf(pair));

/** What was said of the same two before goes. */
export const withAsked = (asked: readonly AskedAlone[], one: AskedAlone): AskedAlone[] => [
  ...asked.filter((other) => !isOf(one)(other)),
  one,
];

/** The harm lines between any two of these people, also one who has left: who comes back is asked about by nobody. */
export function broughtTogether(
  pairs: readonly HarmPair[],
  people: readonly Pick<Participant, 'person'>[],
): HarmPair[] {
  const there = new Set(people.flatMap((one) => one.person ?? []));
  return pairs.filter(({ harmed, harming }) => there.has(harmed) && there.has(harming));
}

/** The first pair that may not be brought together by what was said of it; null where all may. */
export const notAsked = (pairs: readonly HarmPair[], asked: readonly AskedAlone[]): HarmPair | null =>
  pairs.find((pair) => {
    const said = askedOf(asked, pair);
    return said === undefined || (pair.isControl && said.by === null);
  }) ?? null;
