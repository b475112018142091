import type * as Y from 'yjs';

/**
 * Makes a shared text read `next` by the smallest change: what stands before and after it is left alone, so two people
 * writing in one card keep each other's words. Positions are UTF-16 code units; a surrogate pair is never cut.
 */
export function changeText(text: Y.Text, next: string): void {
  const before = text.toString();
  if (before === next) return;
  let start = 0;
  const most = Math.min(before.length, next.length);
  while (start < most && before[start] === next[start]) start++;
  if (start > 0 && isHigh(before, start - 1)) start--;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === next.at(-1 - end)) end++;
  if (end > 0 && isHigh(before, before.length - end - 1)) end--;
  const removed = before.length - start - end;
  const added = next.slice(start, next.length - end);
  const change = () => {
    if (removed > 0) text.delete(start, removed);
    if (added) text.insert(start, added);
  };
  if (text.doc) text.doc.transact(change, LOCAL);
  else change();
}

function isHigh(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}

/** The origin of a person's own acts: only these can be undone by them. */
export const LOCAL = 'hand';
/** The origin of a card's creation, which stays outside undo: undoing it marks the card gone. */
export const CREATION = 'new card';
