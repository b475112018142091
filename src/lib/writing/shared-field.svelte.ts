import type { Attachment } from 'svelte/attachments';
import { on } from 'svelte/events';
import { plainWords } from '#domain/plain-words.ts';
import { changeOf, type TextChange, type Written } from '#domain/board/text.ts';

type Field = HTMLTextAreaElement | HTMLInputElement;

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
  /** Words that are kept as a whole are written when the hand has rested for so long, or leaves the field; none yet are not. */
  restMs?: number;
}

/**
 * S29: A field whose words are shared. What a hand does goes to the board as that change, over whatever others wrote since
 * the field last showed it; what others do is laid into the field round the caret. Nothing is put into a field while an
 * input method composes in it: the composed word arrives once, when it is ended.
 */
export function sharedField(words: SharedWords): {
  attach: Attachment<Field>;
  /** Brings what stands in the field to the board now, a word that is being composed too. */
  flush: () => void;
} {
  let flush = () => {};
  const attach: Attachment<Field> = (area) => {
    let seen = '';
    let latest = '';
    let missed: TextChange[] = [];
    let isComposing = false;
    let isShown = false;
    let composed: ReturnType<typeof setTimeout> | undefined;
    let resting: ReturnType<typeof setTimeout> | undefined;
    let isBegun = false;

    /** What the words have become while the field could not show it. */
    function note() {
      const now = words.now() ?? '';
      const change = changeOf(latest, now);
      if (change) missed.push(change);
      latest = now;
    }
    function lay() {
      const now = words.now();
      seen = latest = now ?? '';
      missed = [];
      if (now === null) return;
      const change = changeOf(area.value, now);
      if (change) {
        const [start, end] = [area.selectionStart ?? now.length, area.selectionEnd ?? now.length];
        area.value = now;
        // Whoever opens it goes on at the end of what stands there.
        if (isShown && document.activeElement === area)
          area.setSelectionRange(movedBy(change, start), movedBy(change, end));
      }
      isShown = true;
      words.onShown(now);
    }
    function write() {
      if (isComposing) return;
      clearTimeout(resting);
      isBegun = false;
      note();
      words.write({ seen, next: plainWords(area.value), caret: area.selectionStart ?? undefined, missed });
      lay();
    }
    function typed() {
      if (words.restMs === undefined) return write();
      isBegun = true;
      clearTimeout(resting);
      if (area.value.trim() !== '') resting = setTimeout(write, words.restMs);
    }
    const left = () => isBegun && write();

    $effect(() => {
      words.watch();
      if (isComposing || isBegun) note();
      else lay();
    });
    const ends = [
      on(area, 'compositionstart', () => {
        clearTimeout(composed);
        isComposing = true;
      }),
      // The field is the input method's until the word stands in it, which may be after the event that says so.
      on(area, 'compositionend', () => {
        composed = setTimeout(() => {
          isComposing = false;
          typed();
        });
      }),
      on(area, 'input', typed),
      on(area, 'change', left),
      on(area, 'blur', left),
      on(area, 'beforeinput', (event) => {
        const way = (
          { historyUndo: 'undo', historyRedo: 'redo' } as Record<string, 'undo' | 'redo' | undefined>
        )[event.inputType];
        if (!way || isComposing || isBegun) return;
        event.preventDefault();
        words.turn(way);
      }),
    ];
    flush = () => {
      clearTimeout(composed);
      if (!isComposing && !isBegun) return;
      isComposing = false;
      write();
    };
    return () => {
      // A field that is taken away in the moment in which the hand rests has been written in.
      clearTimeout(composed);
      if ((isBegun || isComposing) && words.restMs !== undefined && words.now() !== null) {
        isComposing = false;
        write();
      }
      clearTimeout(resting);
      ends.forEach((end) => end());
    };
  };
  return { attach, flush: () => flush() };
}

/** Where a caret stands after a change that somebody else made. */
const movedBy = ({ at, removed, added }: TextChange, caret: number): number =>
  caret <= at ? caret : Math.max(at, caret + added.length - removed);
