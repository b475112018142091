import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { CARD_KINDS, fieldOf, requiredKeys, type CardKind } from '#domain/board/cards.ts';
import { changeText } from '#domain/board/text.ts';
import { addCard, setField, textOf, type NewFields } from '#domain/board/write.ts';
import { seededId } from '../support/random.ts';
import {
  erasedPiece,
  rawUpdate,
  values,
  words,
  type Id,
  type Part,
  type Piece,
} from '../support/raw-update.ts';
import type { Device } from './device.ts';

type Random = () => number;
const pickOf = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)]!;

const WORDS = ['Selin', ' rings', ' Emine', '?', ' 🙂', ' é', '\n', ' and nobody shouts', '𝒳'];
/** Values of every sort that a field may hold; which of them one takes is asked of the field. */
const VALUES = [
  true, false, null, 0, 1, 'x', '', '2026-11-04', 'pot', 'testing', 'aside', 'close', 'harm', 'strong', 'both', 'parent', 'partner', 'wishes',
  'risk', 'school', 'alone', 'said', 'told', 'female', 'reported', 'sure', 'met', 'finding-out', 'miscarried', 'agreed', 'mistake', 1_762_000_000_000,
] as const; // prettier-ignore

function valueFor(random: Random, kind: CardKind, key: string): string | number | boolean | null {
  const found = fieldOf(kind, key);
  if (!found || found.field.holds === 'text') return null;
  const { check } = found.field;
  const fit = [...VALUES, seededId(random)].filter((value) => check(value));
  return fit.length > 0 ? pickOf(random, fit) : null;
}

/** Puts a card of any kind on a device's board. */
function newCard(random: Random, device: Device): void {
  const kind = pickOf(random, CARD_KINDS);
  const fields: Record<string, string | number | boolean | null> = {};
  if (fieldOf(kind, 'text')) fields.text = pickOf(random, WORDS);
  for (const key of requiredKeys(kind))
    if (key !== 'text' && fieldOf(kind, key)?.field.holds === 'value')
      fields[key] = valueFor(random, kind, key);
  for (const key of ['kind', 'by', 'at']) delete fields[key];
  addCard(device.doc, {
    id: seededId(random),
    kind,
    by: device.member,
    at: 1,
    fields: fields as NewFields,
  });
}

/** Does what a page of ours does: a new card, words, a mark, a step back or forward. */
export function actOn(device: Device, random: Random): void {
  const pick = <T>(list: readonly T[]) => pickOf(random, list);
  const below = (most: number) => Math.floor(random() * most);
  const cards = cardsOf(device.doc);
  const roll = random();
  if (cards.size === 0 || roll < 0.08) return newCard(random, device);
  const id = pick([...cards.keys()]);
  const card = cards.get(id)!;
  if (roll < 0.65) {
    const text = textOf(device.doc, id, 'text');
    if (!text) return;
    const now = [...text.toString()];
    const at = below(now.length + 1);
    const kept = now.slice(0, at).join('');
    const rest = now.slice(at + (random() < 0.3 ? below(4) : 0)).join('');
    return changeText(text, kept + (random() < 0.8 ? pick(WORDS) : '') + rest);
  }
  if (roll < 0.85) {
    const kind = card.get('kind') as CardKind;
    const keys = [...card.keys(), 'gone', `mark:${device.member}`].filter((key) => {
      const field = fieldOf(kind, key)?.field;
      return field?.holds === 'value' && !field.once && field.writer !== 'author' && field.writer !== 'board';
    });
    if (keys.length === 0) return;
    const key = pick(keys);
    const value = valueFor(random, kind, key);
    const field = fieldOf(kind, key)?.field;
    // Of a few fields none of these values is one.
    if (field?.holds !== 'value' || (value === null && !field.check(null))) return;
    return setField(device.doc, id, key, value as boolean);
  }
  if (roll < 0.95) return void device.undo.undo();
  device.undo.redo();
}

/** The ids of a list's characters as it stands on the live board. */
const idsOf = (first: Y.Item | null): Id[] => {
  const ids: Id[] = [];
  for (let item = first; item && ids.length < 400; item = item.right)
    for (let n = 0; n < item.length; n++) ids.push([item.id.client, item.id.clock + n]);
  return ids;
};
interface List {
  isText: boolean;
  ids: Id[];
  parent: Id;
  key: string | null;
}
const listsOf = (doc: Y.Doc): List[] =>
  [...cardsOf(doc).values()].flatMap((card) =>
    [...card._map].flatMap(([key, last]): List[] => {
      const parent: Id = [card._item!.id.client, card._item!.id.clock];
      if (last.content instanceof Y.ContentType)
        return [
          {
            isText: true,
            ids: idsOf(last.content.type._start),
            parent: [last.id.client, last.id.clock] as Id,
            key: null,
          },
        ];
      if (!['gone', 'on', 'why', 'state', 'ord'].includes(key)) return [];
      let first = last;
      while (first.left) first = first.left;
      return [{ isText: false, ids: idsOf(first), parent, key }];
    }),
  );

/** A frame that no page would make, in the grammar of Yjs, under some of these client ids; null where the board is empty. */
export function hostileFrame(doc: Y.Doc, clients: readonly number[], random: Random): Uint8Array | null {
  const pick = <T>(list: readonly T[]) => pickOf(random, list);
  const below = (most: number) => Math.floor(random() * most);
  const all = listsOf(doc);
  if (all.length === 0) return null;
  const own = [pick(all), pick(all)].map((list) => ({ ...list, ids: [...list.ids] }));
  const parts: Part[] = [];
  const chosen = random() < 0.7 ? [pick(clients)] : clients.slice(0, 2);
  for (const client of chosen) {
    const from = Y.getState(doc.store, client);
    let clock = from;
    const pieces: Piece[] = [];
    for (let n = 1 + below(4); n > 0; n--) {
      const list = pick(own);
      const at = below(list.ids.length + 1);
      const way = random();
      const origin = list.ids[at - 1] ?? null;
      // Side by side, with something between them, at random, or open at its end.
      const right =
        way < 0.45
          ? (list.ids[at] ?? null)
          : way < 0.75
            ? (list.ids[at + 1 + below(3)] ?? null)
            : way < 0.9
              ? (list.ids[below(list.ids.length + 1)] ?? null)
              : null;
      const spot = list.isText
        ? { origin: random() < 0.1 ? null : origin, right, parent: list.parent, key: null }
        : { origin: random() < 0.2 ? null : origin, right: null, parent: list.parent, key: list.key };
      const word = pick(WORDS);
      const isErased = random() < 0.15;
      const length = isErased ? 1 : list.isText ? word.length : 1;
      pieces.push(
        isErased
          ? erasedPiece(1, spot)
          : list.isText
            ? words(word, spot)
            : values([pick([true, false, null, 'pot', 'testing', '2026-11-04', 'x'])], spot),
      );
      const made = Array.from({ length }, (_, i): Id => [client, clock + i]);
      list.ids.splice(random() < 0.8 ? at : below(list.ids.length + 1), 0, ...made);
      clock += length;
    }
    parts.push({ client, clock: from, pieces });
  }
  const target = pick(own);
  const victim = random() < 0.2 ? target.ids[below(target.ids.length)] : undefined;
  return rawUpdate(parts, victim ? [[victim[0], [[victim[1], 1 + below(2)]]]] : []);
}
