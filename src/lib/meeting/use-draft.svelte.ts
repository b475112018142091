import type { Drafts } from './drafts.svelte.ts';
import { useTable } from './table.svelte.ts';

/**
 * What one has begun in a form: bound to its field, and empty once it was sent. `form` is null while the form is not open.
 * At a table the drafts are the table's.
 */
export function useDraft(
  form: () => string | null,
  drafts: Drafts = useTable().drafts,
): {
  words: string;
  /** Where a send begins: what it answers empties this form, whatever is open by then. */
  sending: () => () => void;
} {
  $effect(() => {
    const open = form();
    return open === null ? undefined : drafts.show(open);
  });
  return {
    get words() {
      const open = form();
      return open === null ? '' : drafts.words(open);
    },
    set words(words) {
      const open = form();
      if (open !== null) drafts.write(open, words);
    },
    sending() {
      const open = form();
      return open === null ? () => undefined : drafts.sending(open);
    },
  };
}
