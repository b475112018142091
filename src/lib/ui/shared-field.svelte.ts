import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';
import { plainWords } from '#domain/plain-words.ts';
import { changeOf, type TextChange, type Written } from '#domain/board/text.ts';

interface SharedWords {
  /** Read so that whoever reads it is told when the words have changed. */
  watch: () => unknown;
  /** The words as they are this moment; null while there are none to share. */
  now: () => string | null;
  write: (written: Written) => void;
  /** What the field shows now. */
  onShown: (words: string) => void;
  /** The browser's own way back knows nothing of what others wrote: one's last act on the board is taken back instead. */
  turn: (way: 'undo' | 'redo') => void;
}

/**
 * S29: A field whose words are shared. What a hand does goes to the board as that change, over whatever others wrote since
 * the field last showed it; what others do is laid into the field round the caret. Nothing is put into a field while an
 * input method composes in it: the composed word arrives once, when it is ended.
 */
export const sharedField =
  (words: SharedWords): Attachment<HTMLTextAreaElement> =>
  (area) => {
    let seen = '';
    let isComposing = false;

    function lay() {
      const now = words.now();
      seen = now ?? '';
      if (now === null) return;
      const change = changeOf(area.value, now);
      if (change) {
        const [start, end] = [area.selectionStart, area.selectionEnd];
        area.value = now;
        if (document.activeElement === area)
          area.setSelectionRange(movedBy(change, start), movedBy(change, end));
      }
      words.onShown(now);
    }
    function write() {
      if (isComposing) return;
      words.write({ seen, next: plainWords(area.value), caret: area.selectionStart });
      lay();
    }

    $effect(() => {
      words.watch();
      if (!isComposing) lay();
    });
    const ends = [
      on(area, 'compositionstart', () => (isComposing = true)),
      on(area, 'compositionend', () => {
        isComposing = false;
        write();
      }),
      on(area, 'input', write),
      on(area, 'beforeinput', (event) => {
        const way = (
          { historyUndo: 'undo', historyRedo: 'redo' } as Record<string, 'undo' | 'redo' | undefined>
        )[event.inputType];
        if (!way || isComposing) return;
        event.preventDefault();
        words.turn(way);
      }),
    ];
    return () => ends.forEach((end) => end());
  };

/** Where a caret stands after a change that somebody else made. */
const movedBy = ({ at, removed, added }: TextChange, caret: number): number =>
  caret <= at ? caret : Math.max(at, caret + added.length - removed);
