/** What became of a recommendation, as an entry that hangs from the one which holds it. */
import { inSentence, withStop, withoutStop } from '../phrases.ts';
import type { Answer } from '../board/board.ts';
import type { Authority } from '../people/settings.ts';
import { longDate } from '../time/civil.ts';

/** An answer for one child's file: it names the entry that it answers. */
export interface AnswerDraft {
  card: string;
  /** The entry of that child which holds the recommendation; null is the one that is written with it. */
  refers: number | null;
  text: string;
}

const SAYS: Record<Exclude<Answer['says'], 'not-heard'>, string> = {
  agreed: 'agreed',
  'agreed-with-changes': 'agreed with changes',
  'not-agreed': 'not agreed',
  deferred: 'put off',
};

/** “agreed with changes, said on 24 November 2026”; null where nobody has heard yet. */
export function answerInShort(answer: Answer): string | null {
  if (answer.says === 'not-heard') return null;
  const until = answer.says === 'deferred' && answer.until ? ` to ${longDate(answer.until)}` : '';
  return `${SAYS[answer.says]}${until}, ${answer.on ? `said on ${longDate(answer.on)}` : 'day not said'}`;
}

/** F23: The words of an answer, with those to which it was given; null where there is none to write: nobody has heard yet. */
export function answerInWords(
  answer: Answer,
  level: Authority,
  writer: (member: string) => string,
): string | null {
  const short = answerInShort(answer);
  if (short === null) return null;
  const words = withStop(answer.text.trim() === '' ? short : `${short}: ${answer.text.trim()}`);
  const who = answer.who.trim() === '' ? 'Who said it is not said' : `Said by ${answer.who.trim()}`;
  const what = withoutStop(answer.asked);
  return `On “${what}”, recommended to ${inSentence(level.name)}: ${words} ${who}; written down by ${writer(answer.by)}.`;
}
