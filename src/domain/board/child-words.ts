import { londonDate } from '../time/civil.ts';
import { inOrder, type Cards } from './board.ts';

/** A child's own words, or what was seen of them: written by themselves, or as the answer to a question. */
export interface ChildWords {
  /** The card, `words` or `question`. */
  id: string;
  kind: 'words' | 'question';
  text: string;
  means: 'said' | 'saw' | null;
  /** What was asked, or what it is about; empty where nobody has said. */
  asked: string;
  /** To whom, or who saw it, as it was written; of an answer the member who asked, by id. */
  to: string;
  asker: string | null;
  where: string;
  on: string | null;
  at: number;
  /** Chosen by the unit to stand at the child's head. */
  head: boolean;
}

/** F5: All that a child said and what was seen of them, the newest first; what has no day stands by the one on which it was written down. */
export function wordsOfChild(cards: Cards, child: string): ChildWords[] {
  const words = inOrder(cards, 'words')
    .filter((card) => card.childId === child && card.text.trim() !== '')
    .map((card): ChildWords => ({ ...card, asker: null, head: card.head === true }));
  const answers = inOrder(cards, 'question')
    .filter((card) => card.backBy === child && card.back.trim() !== '')
    .map(({ id, kind, text, back, backOn, asker, at, head }): ChildWords => ({
      id,
      kind,
      text: back,
      means: 'said',
      asked: text.trim(),
      to: '',
      asker,
      where: '',
      on: backOn,
      at,
      head: head === true,
    }));
  const day = ({ on, at }: ChildWords) => on ?? londonDate(at);
  return [...words, ...answers].sort((a, b) => day(b).localeCompare(day(a)) || b.at - a.at);
}

/** F5: What stands at a child's head: what the unit chose, else the newest. `words` are newest first. */
export const headOf = (words: readonly ChildWords[]): ChildWords | undefined =>
  words.find((one) => one.head) ?? words[0];

/** F5: Whether what stands at a child's head was chosen before something newer came. `words` are newest first. */
export const hasNewerThanHead = (words: readonly ChildWords[]): boolean =>
  words.length > 0 && headOf(words) !== words[0];
