import * as Y from 'yjs';
import {
  emptyOf,
  fieldOf,
  isCardKind,
  setsOf,
  textsOf,
  type Base,
  type Card,
  type CardKind,
  type CardOf,
  type QUESTION_KINDS,
  type STANDINGS,
  type SURENESS,
  type TIES,
} from './cards.ts';

export type { Card, CardOf } from './cards.ts';

/** The words by which a question is sorted. */
export type QuestionKind = (typeof QUESTION_KINDS)[number];
/** The words for how two people are with one another. */
export type TieKind = (typeof TIES)[number];
/** How sure we are of a fact. */
export type Sureness = (typeof SURENESS)[number];
/** Whether something is a fact, was reported, or is our view. */
export type Standing = (typeof STANDINGS)[number];

export type Thought = CardOf<'thought'>;
export type Pool = CardOf<'pool'>;
export type Silence = CardOf<'silence'>;
export type Observation = CardOf<'observation'>;
export type Step = CardOf<'step'>;
export type WouldChange = CardOf<'wouldChange'>;
export type Quiet = CardOf<'quiet'>;
export type Question = CardOf<'question'>;
export type Decision = CardOf<'decision'>;
export type View = CardOf<'view'>;
export type Answer = CardOf<'answer'>;
export type TaskDraft = CardOf<'task'>;
export type Words = CardOf<'words'>;
export type Account = CardOf<'account'>;
export type Figure = CardOf<'figure'>;
export type Against = CardOf<'against'>;
export type Seen = CardOf<'seen'>;
export type Safety = CardOf<'safety'>;
export type Strength = CardOf<'strength'>;
export type News = CardOf<'news'>;
export type RiskToChild = CardOf<'riskToChild'>;
export type Gap = CardOf<'gap'>;
export type Alarm = CardOf<'alarm'>;
export type ChildNow = CardOf<'childNow'>;
export type Told = CardOf<'told'>;
export type RiskOver = CardOf<'riskOver'>;
export type FamilyPerson = CardOf<'person'>;
export type Relation = CardOf<'relation'>;
export type Tie = CardOf<'tie'>;
export type HarmEnd = CardOf<'harmEnd'>;
export type Household = CardOf<'household'>;
export type Outside = CardOf<'outside'>;
export type Bond = CardOf<'bond'>;
export type Kept = CardOf<'kept'>;
export type Reflection = CardOf<'reflection'>;
export type Jotting = CardOf<'jotting'>;
export type Draft = CardOf<'draft'>;

/** All cards of a board by their id. */
export type Cards = ReadonlyMap<string, Card>;

const empties = new Map<string, Record<string, unknown>>();
/** What a card of a kind reads as before anything was set; a kind that this page does not know has nothing but what it holds. */
function unset(kind: unknown): Record<string, unknown> {
  if (!isCardKind(kind)) return {};
  let empty = empties.get(kind);
  if (!empty) {
    const texts = Object.fromEntries(textsOf(kind).map((key) => [key, '']));
    empties.set(kind, (empty = { ...texts, ...emptyOf(kind) }));
  }
  return empty;
}

/** Reads one card; a field that nobody has set has its empty value, so that older cards read like new ones. */
export function readCard(id: string, map: Y.Map<unknown>): Card {
  const kind = map.get('kind');
  const sets = new Map<string, string[]>();
  const slips: Record<string, unknown> = {};
  const keyed = isCardKind(kind) ? setsOf(kind) : [];
  for (const set of keyed) if (set !== 'slips') sets.set(set, []);
  const card: Record<string, unknown> = {
    ...unset(kind),
    ...Object.fromEntries(sets),
    ...(keyed.includes('slips') && { slips }),
    id,
  };
  for (const [key, value] of map.entries()) {
    const colon = key.indexOf(':');
    const plain = value instanceof Y.Text ? value.toString() : value;
    const set = key.slice(0, colon);
    if (colon < 0) card[key] = plain;
    else if (plain === true) sets.get(set)?.push(key.slice(colon + 1));
    else if (set === 'slips') slips[key.slice(colon + 1)] = plain;
  }
  for (const ids of sets.values()) ids.sort();
  if (typeof card.arrivedAt === 'number') card.at = Math.min(card.at as number, card.arrivedAt);
  // The gate has taken nothing into the document that is not of its kind's shape.
  return card as unknown as Card;
}

/** Since when a card has been here for everybody to read, epoch milliseconds. */
export const hereSince = ({ at, arrivedAt }: Pick<Base, 'at' | 'arrivedAt'>): number => arrivedAt ?? at;

/** What stands at a head, what it fits too and when it came in say nothing new: none of it brings a card into a file again. */
const NOT_SAID = new Set(['head', 'also', 'arrivedAt']);

/** What a card says, without what nobody has set: so that a field which a later version knows changes nothing said before. */
export function saidIn(card: Card): Record<string, unknown> {
  const empty = unset(card.kind);
  const isKnown = (key: string) => key === 'id' || fieldOf(card.kind, key) !== null;
  return Object.fromEntries(
    Object.entries(card).filter(
      ([key, value]) =>
        !NOT_SAID.has(key) &&
        (typeof value === 'object' && value !== null
          ? Object.keys(value).length > 0
          : isKnown(key)
            ? value !== empty[key]
            : value !== null && value !== ''),
    ),
  );
}

/** The root map that holds every card. */
export const cardsOf = (doc: Y.Doc): Y.Map<Y.Map<unknown>> => doc.getMap('cards');

/** Reads a whole board. */
export function readBoard(doc: Y.Doc): Map<string, Card> {
  const cards = new Map<string, Card>();
  for (const [id, map] of cardsOf(doc).entries()) cards.set(id, readCard(id, map));
  return cards;
}

const orders = new WeakMap<Cards, Map<CardKind, readonly Card[]>>();

/**
 * The cards of one kind that are not in the bin, in the order the unit gave them, then as they came. A board that is read
 * is not changed afterwards, so each kind is put in order once.
 */
export function inOrder<K extends CardKind>(cards: Cards, kind: K): readonly CardOf<K>[] {
  const known = orders.get(cards) ?? new Map<CardKind, readonly Card[]>();
  orders.set(cards, known);
  let found = known.get(kind);
  if (!found) {
    found = [...cards.values()].filter((card) => card.kind === kind && !card.gone).sort(byOrder);
    known.set(kind, found);
  }
  return found as readonly CardOf<K>[];
}

/** A kind of card that has words. */
type Worded = Extract<Card, { text: string }>['kind'];

/**
 * S29: The cards of a kind that have words, and those that stand open under a hand: though one is empty for a moment, or
 * somebody else has put it into the bin.
 */
export function shownOf<K extends Worded>(
  cards: Cards,
  kind: K,
  open: readonly (string | null | undefined)[],
): readonly CardOf<K>[] {
  const hasWords = (card: Card) => 'text' in card && card.text.trim() !== '';
  const isOpen = (card: Card) => open.includes(card.id);
  const binned = open.flatMap((id) => {
    const card = id ? cards.get(id) : undefined;
    return card?.kind === kind && card.gone ? [card as CardOf<K>] : [];
  });
  const there = inOrder(cards, kind).filter((card) => hasWords(card) || isOpen(card));
  return binned.length === 0 ? there : [...there, ...binned].sort(byOrder);
}

/** The board with some cards read anew; kinds of which none has changed keep their very lists. */
export function withCards(before: Cards, changed: readonly Card[]): Cards {
  const next = new Map(before);
  const kinds = new Set<CardKind>();
  for (const card of changed) {
    const was = before.get(card.id);
    if (was) kinds.add(was.kind);
    kinds.add(card.kind);
    next.set(card.id, card);
  }
  const kept = new Map<CardKind, readonly Card[]>();
  for (const [kind, list] of orders.get(before) ?? [])
    kept.set(kind, kinds.has(kind) ? withThese(list, changed, kind) : list);
  orders.set(next, kept);
  return next;
}

/** A list in order with some of its cards read anew: most often one word in one card has changed, and none its place. */
function withThese(list: readonly Card[], changed: readonly Card[], kind: CardKind): readonly Card[] {
  const next = [...list];
  for (const card of changed) {
    if (card.kind !== kind) continue;
    const at = next.findIndex((one) => one.id === card.id);
    const was = next[at];
    const stays = was !== undefined && !card.gone && was.ord === card.ord && was.at === card.at;
    if (stays) next[at] = card;
    else {
      if (at >= 0) next.splice(at, 1);
      if (!card.gone) {
        const before = next.findIndex((one) => byOrder(card, one) < 0);
        next.splice(before < 0 ? next.length : before, 0, card);
      }
    }
  }
  return next;
}

/** By fractional index, then time, then id: the same on every screen. */
function byOrder(a: Base, b: Base): number {
  if (a.ord !== b.ord) return a.ord < b.ord ? -1 : 1;
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}
