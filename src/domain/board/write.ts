import * as Y from 'yjs';
import { cardsOf } from './board.ts';
import { SETS, textsOf, type CardKind } from './cards.ts';
import { CREATION, LOCAL } from './text.ts';

/** The fields a new card is given; texts by their name, sets as lists of ids. */
export type NewFields = Record<string, string | number | boolean | null | readonly string[]>;

/** Puts a whole card on the board in one update, so that nobody ever sees half of it. */
export function addCard(
  doc: Y.Doc,
  card: { id: string; kind: CardKind; by: string; at: number; fields: NewFields; origin?: string },
): void {
  const map = new Y.Map<unknown>();
  map.set('kind', card.kind);
  map.set('by', card.by);
  map.set('at', card.at);
  const texts = textsOf(card.kind);
  for (const key of texts) map.set(key, new Y.Text(String(card.fields[key] ?? '')));
  for (const [key, value] of Object.entries(card.fields)) {
    if (texts.includes(key)) continue;
    if (SETS.some((set) => set === key) && Array.isArray(value))
      for (const id of value) map.set(`${key}:${id}`, true);
    else map.set(key, value);
  }
  doc.transact(() => cardsOf(doc).set(card.id, map), card.origin ?? CREATION);
}

/** Sets one field, if it is not so already. */
export function setField(
  doc: Y.Doc,
  card: string,
  key: string,
  value: string | number | boolean | null,
): void {
  const map = cardsOf(doc).get(card);
  if (!map || map.get(key) === value) return;
  doc.transact(() => map.set(key, value), LOCAL);
}

/** The shared text of a card's field. */
export function textOf(doc: Y.Doc, card: string, key: string): Y.Text | null {
  const found = cardsOf(doc).get(card)?.get(key);
  return found instanceof Y.Text ? found : null;
}
