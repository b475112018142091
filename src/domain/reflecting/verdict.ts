/**
 * R13: Whether what somebody is about to say reads like a verdict on somebody who listens. It is asked once, and never
 * stopped: words are read by a rule, and a rule may be wrong (Andersen 1987: tentative, and as one's own).
 */
import { readsAsFact } from '../board/notices.ts';
import { isNamedIn } from '../people/named.ts';
import type { Participant } from './session.ts';

/** One's own seeing or wondering, said as such: “I noticed”, “I was struck by”, “I found myself”. */
const OWN =
  /\bI\b[^.!?]{0,40}\b(notic\w*|heard|saw|felt|feel|struck|moved|wonder\w*|found|thought|imagin\w*|remember\w*|liked)\b/i;
/** What is quoted is what somebody else said. */
const QUOTED = /[“"][^”"]*[”"]/gu;
/** Said of one person, or to them. */
const OF_ONE = /^\W*(she|he|they|you)\b/iu;

/** About whom of these it reads like a fact; null where it does not. */
export function readsAsVerdict(text: string, listeners: readonly Participant[]): Participant | null {
  for (const sentence of text.replace(QUOTED, '“…”').split(/(?<=[.!?])\s+|\n+/u)) {
    if (OWN.test(sentence) || !readsAsFact(sentence)) continue;
    const named = listeners.find((one) => isNamedIn(sentence, one.name));
    if (named) return named;
    if (OF_ONE.test(sentence) && listeners.length === 1) return listeners[0]!;
  }
  return null;
}
