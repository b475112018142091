/** What became of a recommendation, as an entry that hangs from the one which holds it. */
import type { Answer } from '../board/board.ts';
import type { Recommendation } from '../board/recommended.ts';
import { longDate } from '../time/civil.ts';

/** An answer for one child's file: it names the entry that it answers. */
export interface AnswerDraft {
  card: string;
  /** The entry of that child which holds the recommendation. */
  refers: number;
  text: string;
}

const SAYS: Record<Exclude<Answer['says'], 'not-heard'>, string> = {
  agreed: 'agreed',
  'agreed-with-changes': 'agreed with changes',
  'not-agreed': 'not agreed',
  deferred: 'deferred',
};

/** F23: The words of an answer, or null where there is none to write: nobody has heard yet. */
export function answerInWords(
  { decision, level, answer }: Recommendation,
  writer: (member: string) => string,
): string | null {
  if (answer === null || answer.says === 'not-heard') return null;
  const until = answer.says === 'deferred' && answer.until ? ` to ${longDate(answer.until)}` : '';
  const day = answer.on ? longDate(answer.on) : 'day not said';
  const words = withStop(answer.text.trim() === '' ? day : `${day}: ${answer.text.trim()}`);
  const who = answer.who.trim() === '' ? 'Who said it is not said' : `Said by ${answer.who.trim()}`;
  const what = decision.text.trim().replace(/[.\s]+$/, '');
  return `On “${what}”, recommended to ${level.name}: ${SAYS[answer.says]}${until}, ${words} ${who}; written down by ${writer(answer.by)}.`;
}

const withStop = (text: string) => (/[.!?]$/.test(text) ? text : `${text}.`);
