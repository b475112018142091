import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';

/** How long a hand rests before its words count as said. */
const restMs = 500;

/**
 * S30: What is typed into a one-line field is kept when the hand rests, and not only once the field is left: its `change`
 * comes soon. A field that was emptied waits until it is left, and a word that is being composed until it stands there.
 */
export const keptSoon: Attachment<HTMLInputElement> = (field) => {
  let soon: ReturnType<typeof setTimeout> | undefined;
  const rests = (event: Event) => {
    clearTimeout(soon);
    if ((event as InputEvent).isComposing || field.value.trim() === '') return;
    soon = setTimeout(() => field.dispatchEvent(new Event('change', { bubbles: true })), restMs);
  };
  // After a composed word there may come no input of its own.
  const ends = [on(field, 'input', rests), on(field, 'compositionend', rests)];
  return () => {
    clearTimeout(soon);
    for (const end of ends) end();
  };
};
