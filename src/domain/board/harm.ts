import { isNamedIn } from '../people/named.ts';
import { londonDate } from '../time/civil.ts';
import { inOrder, type Card, type Cards, type HarmEnd, type Question, type Tie } from './board.ts';
import type { HarmStanding } from './cards.ts';

/** M9: Why a harm line was taken away, by line: the newest that was said of each and was not brought back. */
export const harmEnds = (cards: Cards): ReadonlyMap<string, HarmEnd> =>
  new Map(inOrder(cards, 'harmEnd').map((end) => [end.tie, end]));

/** M9: What stands of a harm line on a day: drawn as it is, pale since it has ended, or not drawn. */
export function standsOn(end: HarmEnd | undefined, on: string): 'drawn' | 'ended' | 'gone' {
  if (!end || (end.on ?? londonDate(end.at)) > on) return 'drawn';
  return end.why === 'ended' ? 'ended' : 'gone';
}

/** The harm lines that are drawn as they are: not binned, not called something else, and not taken away for whatever reason. */
export function standingHarms(cards: readonly Card[]): ReadonlySet<string> {
  const ended = new Set(cards.flatMap((card) => (card.kind === 'harmEnd' && !card.gone ? [card.tie] : [])));
  return new Set(
    cards.flatMap((card) =>
      card.kind === 'tie' && card.is === 'harm' && !card.gone && !ended.has(card.id) ? [card.id] : [],
    ),
  );
}

/** The harm lines that anybody has to think of, also those that have ended: somebody is seen apart, and safety comes first. */
export function harmsIn(cards: Cards): Tie[] {
  const ends = harmEnds(cards);
  return inOrder(cards, 'tie').filter((tie) => {
    const end = ends.get(tie.id);
    return tie.is === 'harm' && (end === undefined || end.why === 'ended');
  });
}

/**
 * M5: Open questions by which somebody who is harmed and whoever harms them would be asked together, or apart by one and
 * the same of us, with the harm line. Whom a question is for is read out of its words: a caution may be wrong, a file never.
 */
export function askedTogether(cards: Cards): ReadonlyMap<string, Tie> {
  const asked = inOrder(cards, 'question').filter(
    (card) => card.qkind !== 'ourselves' && card.to.trim() !== '',
  );
  const isOpen = (card: Question) => card.back.trim() === '';
  const isTo = ({ to }: Question, whom: string) => {
    const person = cards.get(whom);
    if (person?.kind !== 'person') return false;
    const last = person.name.trim().split(/\s+/u).at(-1) ?? '';
    return isNamedIn(to, person.name) || (TITLED.test(to) && last !== '' && isNamedIn(to, last));
  };
  const found = new Map<string, Tie>();
  for (const tie of harmsIn(cards)) {
    const [from, to] = [asked.filter((one) => isTo(one, tie.a)), asked.filter((one) => isTo(one, tie.b))];
    for (const one of from)
      for (const other of to)
        // Who has asked the one already is not the one to ask the other.
        if (one === other || (one.asker !== null && one.asker === other.asker))
          for (const card of [one, other]) if (isOpen(card) && !found.has(card.id)) found.set(card.id, tie);
  }
  return found;
}

/** Somebody who is called by a title is called by their last name. */
const TITLED = /\b(Mr|Mrs|Ms|Miss|Mx|Dr)\b/i;

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
