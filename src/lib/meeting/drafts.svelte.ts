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
  /** What was written in this window, by family and form: it counts before what the document holds of it. */
  readonly #here = new SvelteMap<string, string>();
  /** The card that each form has become in this window. */
  readonly #made = new Map<string, { sealed: BoardSession; card: string }>();
  /** How many fields show each form just now. */
  readonly #shown = new SvelteMap<string, number>();

  constructor(beside: Beside) {
    this.#beside = beside;
  }

  words(form: string): string {
    return this.#here.get(this.#key(form)) ?? this.#cards(form).at(-1)?.text ?? '';
  }

  write(form: string, words: string): void {
    const key = this.#key(form);
    this.#here.set(key, words);
    const isEmpty = words.trim() === '';
    if (isEmpty && this.#cards(form).length === 0 && !this.#made.has(key)) return;
    const sealed = this.#beside.open();
    if (!sealed) return;
    const cards = this.#cards(form).map((card) => card.id);
    // While the document is still opening nothing of it is read; what was begun a letter ago goes on.
    const made = this.#made.get(key);
    if (cards.length === 0 && made?.sealed === sealed) cards.push(made.card);
    const last = cards.at(-1);
    if (!isEmpty && last) return sealed.write(last, 'text', words);
    if (!isEmpty)
      return void this.#made.set(key, { sealed, card: sealed.add('draft', { of: form, text: words }) });
    this.#made.delete(key);
    for (const card of cards) {
      sealed.write(card, 'text', '');
      sealed.discard(card);
    }
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
  #cards(form: string): readonly Draft[] {
    const sealed = this.#beside.sealed();
    if (sealed?.id !== this.#beside.family()) return [];
    return (sealed?.of('draft') ?? []).filter((card) => card.of === form).sort((a, b) => a.at - b.at);
  }
}
