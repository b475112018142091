import { untrack } from 'svelte';
import { SvelteMap } from 'svelte/reactivity';
import * as Y from 'yjs';
import { readBoard, type Draft } from '#domain/board/board.ts';
import type { BoardSession } from '$lib/session/board-session.svelte.ts';

/** Whether a sealed document holds something that was begun. */
export function holdsDrafts(update: Uint8Array): boolean {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, update);
  const holds = [...readBoard(doc).values()].some((card) => card.kind === 'draft' && !card.gone);
  doc.destroy();
  return holds;
}

interface Beside {
  /** The board that is open, by its family. */
  family: () => string | null;
  sealed: () => BoardSession | null;
  /** Opens one's own document beside the board. */
  open: () => BoardSession | null;
}

/**
 * S30: What somebody has begun in a form and not sent yet. It lies in their own sealed document beside the board, letter by
 * letter, for them alone, until it is sent or they let it go. A form is named by what it is and what it is about.
 */
export class Drafts {
  readonly #beside: Beside;
  /** What was written in this window, by family and form: it counts while the document does not hold it. */
  readonly #here = new SvelteMap<string, string>();
  /** The card that each form has become in this window. */
  readonly #made = new Map<string, { sealed: BoardSession; card: string }>();
  /** How many fields show each form just now. */
  readonly #shown = new SvelteMap<string, number>();

  constructor(beside: Beside) {
    this.#beside = beside;
  }

  /** The document counts: what another window of the same person writes, sends or lets go is so in this one too. */
  words(form: string): string {
    const key = this.#key(form);
    const here = this.#here.get(key) ?? '';
    const made = this.#made.get(key);
    const isGone =
      made !== undefined &&
      [made.sealed, this.#beside.sealed()].some((sealed) => sealed?.cards.get(made.card)?.gone);
    return this.#mine(form)?.text ?? (isGone ? '' : here);
  }

  write(form: string, words: string): void {
    const key = this.#key(form);
    this.#here.set(key, words);
    const isEmpty = words.trim() === '';
    if (isEmpty && !this.#mine(form) && !this.#made.has(key)) return;
    const sealed = this.#beside.open();
    if (!sealed) return;
    const made = this.#made.get(key);
    // While the document is still opening nothing of it is read; what was begun a letter ago goes on.
    const mine =
      this.#mine(form)?.id ?? (made?.sealed === sealed && sealed.cards.size === 0 ? made.card : null);
    if (!isEmpty) {
      const card = mine ?? sealed.add('draft', { of: form, text: words });
      this.#made.set(key, { sealed, card });
      if (mine) sealed.write(mine, 'text', words);
      return;
    }
    this.#made.delete(key);
    if (!mine) return;
    sealed.write(mine, 'text', '');
    sealed.discard(mine);
  }

  /** Where a send begins: what it answers empties the form as it is now, whatever is open by then. */
  sending(form: string): () => void {
    const [key, sealed] = [this.#key(form), this.#beside.sealed()];
    const made = this.#made.get(key);
    const mine = this.#mine(form)?.id ?? (made?.sealed === sealed ? made?.card : undefined);
    return () => {
      this.#here.set(key, '');
      this.#made.delete(key);
      if (!sealed || !mine) return;
      sealed.write(mine, 'text', '');
      sealed.discard(mine);
    };
  }

  /** While a field shows a form it is not listed as well. */
  show(form: string): () => void {
    const key = this.#key(form);
    // Whoever shows it is not shown anew because of it.
    const count = (by: number) => this.#shown.set(key, untrack(() => this.#shown.get(key) ?? 0) + by);
    count(1);
    return () => count(-1);
  }

  /** What was begun here and stands in no field now, oldest first. */
  get left(): { form: string; words: string }[] {
    const forms = new Set((this.#beside.sealed()?.of('draft') ?? []).map((card) => card.of));
    return [...forms]
      .filter((form) => (this.#shown.get(this.#key(form)) ?? 0) === 0 && this.words(form).trim() !== '')
      .map((form) => ({ form, words: this.words(form) }));
  }

  #key(form: string): string {
    return `${this.#beside.family()}/${form}`;
  }
  /** What this window goes on with: the card that it began or took up, else the one that was begun last. */
  #mine(form: string): Draft | undefined {
    const cards = this.#cards(form);
    return cards.find((card) => card.id === this.#made.get(this.#key(form))?.card) ?? cards.at(-1);
  }
  #cards(form: string): readonly Draft[] {
    const sealed = this.#beside.sealed();
    if (sealed?.id !== this.#beside.family()) return [];
    return (sealed?.of('draft') ?? []).filter((card) => card.of === form).sort((a, b) => a.at - b.at);
  }
}
