import type * as Y from 'yjs';

/** One change of a text, in UTF-16 code units: at `at`, `removed` units go and `added` comes. */
export interface TextChange {
  at: number;
  removed: number;
  added: string;
}

/**
 * The smallest change by which `before` becomes `next`; null where they are the same. A surrogate pair is never cut. Where
 * letters alike could be meant ("oo" from "o"), the ones that end at the caret are: so an undo takes back what a hand wrote.
 */
export function changeOf(before: string, next: string, caret = next.length): TextChange | null {
  if (before === next) return null;
  const most = Math.min(before.length, next.length);
  let start = 0;
  while (start < most && before[start] === next[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === next.at(-1 - end)) end++;
  // Letters that came or went alone may as well be those before them, if they are the same.
  const isOneWay = start + end === most;
  while (isOneWay && start > 0 && next.length - end > caret) {
    const last = next.length > before.length ? next[next.length - end - 1] : before[before.length - end - 1];
    if (last !== before[start - 1]) break;
    start--;
    end++;
  }
  if (start > 0 && isHigh(before, start - 1)) start--;
  if (end > 0 && isHigh(before, before.length - end - 1)) end--;
  return { at: start, removed: before.length - start - end, added: next.slice(start, next.length - end) };
}

/**
 * A change of a text to which `over` was made meanwhile: nothing that `over` brought is taken away. The changes follow one
 * another from the end of the text to its beginning, so that none moves the next.
 */
export function laidOver(change: TextChange, over: TextChange): TextChange[] {
  const [from, to] = [change.at, change.at + change.removed];
  const [overFrom, overTo] = [over.at, over.at + over.removed];
  const moved = over.added.length - over.removed;
  if (to <= overFrom && from < overFrom) return [change];
  if (from >= overTo) return [{ ...change, at: from + moved }];
  // Both took something away at one place: what is left to go lies before and behind what came there.
  const before = { at: from, removed: Math.max(0, overFrom - from), added: change.added };
  const behind = { at: overTo + moved, removed: Math.max(0, to - overTo), added: '' };
  const isBehind = from >= overFrom;
  if (isBehind) return [{ ...behind, added: change.added }];
  return [behind, before].filter((one) => one.removed > 0 || one.added !== '');
}

/** A text after a change. */
export const changed = (text: string, { at, removed, added }: TextChange): string =>
  text.slice(0, at) + added + text.slice(at + removed);

/** What a hand did in a field as changes of the words as they are now, from their end to their beginning. */
function changesOver(now: string, { seen, next, caret, missed = [] }: Written): TextChange[] {
  const change = changeOf(seen, next, caret);
  if (!change) return [];
  const last = changeOf(missed.reduce(changed, seen), now);
  const over = last ? [...missed, last] : missed;
  return over.reduce((all, one) => all.flatMap((each) => laidOver(each, one)), [change]);
}

/** The words of a line that is kept as a whole, after what a hand did in its field. What others wrote meanwhile stays. */
export const wordsOver = (now: string, written: Written): string =>
  changesOver(now, written).reduce(changed, now);

/** Brings what a hand did in a field into a shared text. What others wrote meanwhile stays. */
export function writeOver(text: Y.Text, written: Written): void {
  const changes = changesOver(text.toString(), written);
  if (changes.length === 0) return;
  const work = () => {
    for (const { at, removed, added } of changes) {
      if (removed > 0) text.delete(at, removed);
      if (added) text.insert(at, added);
    }
  };
  if (text.doc) text.doc.transact(work, LOCAL);
  else work();
}

/** What a hand did in a field: what it showed of the words before, what it shows now, and where the hand is. */
export interface Written {
  seen: string;
  next: string;
  caret?: number;
  /** What others did one after another while the field could not show it. */
  missed?: readonly TextChange[];
}

/** Makes a shared text read `next` by the smallest change. */
export const changeText = (text: Y.Text, next: string): void =>
  writeOver(text, { seen: text.toString(), next });

function isHigh(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}

/** The origin of a person's own acts: only these can be undone by them. */
export const LOCAL = 'hand';
/** The origin of a card's creation, which stays outside undo: undoing it marks the card gone. */
export const CREATION = 'new card';
