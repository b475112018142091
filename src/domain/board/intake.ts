/**
 * What the server's own hand brings into a board: people, relations, households, words and safety that were imported.
 * Kept beside the document until it is taken in, in one transaction with its row in the log.
 */
import { withoutStop } from '../phrases.ts';
import { birthInWords, isBirth } from '../time/birth.ts';
import type * as Y from 'yjs';
import { cardsOf } from './board.ts';
import { fieldOf, isCardKind, type CardKind } from './cards.ts';
import { BOARD_HAND } from './policy.ts';
import { addCard, type NewFields } from './write.ts';

/** One fact for a board: a card to make, or fields of one that the import wrote before and nobody has changed since. */
export interface IntakeFact {
  card: string;
  kind: CardKind;
  fields: NewFields;
  /** What the import wrote last time, field by field; a field that now differs from it was changed by somebody. */
  before: NewFields | null;
  /** In a made-up unit: the invented member who put it in. An import of real data never says this. */
  by?: string;
  /** And when, epoch milliseconds. */
  at?: number;
  /** True where the import no longer names it; false where somebody brought it back, also out of the bin. */
  gone?: boolean;
}

/** Reads facts as they were stored. */
export function readFacts(json: string): IntakeFact[] {
  const facts = JSON.parse(json) as IntakeFact[];
  if (!Array.isArray(facts) || !facts.every((fact) => isCardKind(fact.kind)))
    throw new Error('an intake that cannot be read');
  return facts;
}

/**
 * I3: Brings facts into a board. A new card is made; in a card that stands, only what the import last wrote is changed;
 * where somebody has changed it since, the new fact is put beside it as a card of its own.
 */
export function bringIn(doc: Y.Doc, ask: { facts: readonly IntakeFact[]; by: string; at: number }): void {
  for (const [index, fact] of ask.facts.entries()) {
    const card = cardsOf(doc).get(fact.card);
    if (!card) {
      if (!fact.gone)
        addCard(doc, {
          id: fact.card,
          kind: fact.kind,
          by: fact.by ?? BOARD_HAND,
          at: fact.at ?? ask.at + index,
          fields: fact.fields,
        });
      continue;
    }
    // A card of another kind under this id is somebody's own, and not what was brought in before.
    if (card.get('kind') !== fact.kind) continue;
    if (fact.gone) {
      // M9: A harm line goes by somebody's saying why; that a report names it no more is no reason.
      if (card.get('is') !== 'harm' && isUntouched(card, fact.before ?? {})) card.set('gone', true);
      const beside = cardsOf(doc).get(besideOf(fact.card));
      if (beside?.get('kind') === fact.kind && isUntouched(beside, fact.before ?? {}))
        beside.set('gone', true);
      continue;
    }
    if (fact.gone === false && card.get('gone') === true) card.set('gone', false);
    if (isTheirs(card, fact)) {
      bringBeside(doc, fact, ask.at + index);
      continue;
    }
    for (const [key, value] of Object.entries(fact.fields)) {
      // M9: Nor is a report that calls it something else.
      if (card.get('is') === 'harm' && key === 'is') continue;
      changeField(card, { key, value, before: fact.before?.[key] });
    }
  }
}

/** Whether somebody changed the words of a card here: then all of it is theirs, and whose words they are above all. */
function isTheirs(card: Y.Map<unknown>, { fields, before }: IntakeFact): boolean {
  return Object.entries(fields).some(([key, value]) => {
    const now = card.get(key);
    if (!isShared(now)) return false;
    const words = now.toString();
    return words !== value && words !== (before?.[key] ?? '');
  });
}

/**
 * What the report says now, beside words that somebody changed here: a card of its own, one for each row of a report, which
 * follows the report for as long as nobody changes that one too.
 */
function bringBeside(doc: Y.Doc, fact: IntakeFact, at: number): void {
  const { before } = fact;
  if (before && Object.entries(fact.fields).every(([key, value]) => isSame(value, before[key]))) return;
  const beside = { ...fact, card: besideOf(fact.card) };
  const there = cardsOf(doc).get(beside.card);
  if (!there) {
    addCard(doc, {
      id: beside.card,
      kind: fact.kind,
      by: fact.by ?? BOARD_HAND,
      at: fact.at ?? at,
      fields: fact.fields,
    });
    return;
  }
  if (there.get('kind') !== fact.kind || isTheirs(there, beside)) return;
  for (const [key, value] of Object.entries(fact.fields))
    changeField(there, { key, value, before: before?.[key] });
}

/** The id beside an id: always the same, and nobody else's. */
const besideOf = (id: string): string =>
  (Number.parseInt(id.slice(0, 8), 16) ^ 0xffffffff)
    .toString(16)
    .replace('-', '')
    .padStart(8, '0')
    .slice(-8) + id.slice(8);
const isSame = (a: NewFields[string] | undefined, b: NewFields[string] | undefined): boolean =>
  JSON.stringify(a ?? '') === JSON.stringify(b ?? '');

function changeField(
  card: Y.Map<unknown>,
  ask: { key: string; value: NewFields[string]; before: NewFields[string] | undefined },
): void {
  const now = card.get(ask.key);
  if (Array.isArray(ask.value)) {
    const before = Array.isArray(ask.before) ? ask.before : [];
    for (const id of ask.value)
      if (!before.includes(id) && card.get(`${ask.key}:${id}`) === undefined)
        card.set(`${ask.key}:${id}`, true);
    for (const id of before)
      if (!ask.value.includes(id) && card.get(`${ask.key}:${id}`) === true)
        card.set(`${ask.key}:${id}`, false);
    return;
  }
  if (isShared(now)) {
    const words = now.toString();
    if (words === ask.value || ask.before === ask.value) return;
    if (words === (ask.before ?? '')) {
      now.delete(0, now.length);
      now.insert(0, String(ask.value));
    }
    return;
  }
  // A column that came later was empty before.
  if (now === ask.value || isSame(ask.before, ask.value)) return;
  if (now === ask.before || now === undefined) card.set(ask.key, ask.value);
  // What somebody must not have is never less than both.
  else if (ask.key === 'noAddress' && isRoomFor(now, ask.value)) card.set(ask.key, bothOf(now, ask.value));
  else if (fieldOf(card.get('kind') as CardKind, 'note'))
    card.set(
      'note',
      `${(card.get('note') as string | undefined) ?? ''} The council’s record now says ${inWords(ask)}.`
        .trim()
        .slice(0, 300),
    );
}

const mostInLine = 300;
const bothOf = (now: unknown, value: NewFields[string]): string => {
  const [here, said] = [String(now ?? ''), String(value ?? '')];
  return here.includes(said) ? here : [here, said].filter(Boolean).join('; ');
};
const isRoomFor = (now: unknown, value: NewFields[string]) => bothOf(now, value).length <= mostInLine;

const COLUMNS: Record<string, string> = {
  noAddress: 'not to have',
  name: 'the name is',
  gender: 'the gender is',
  born: 'born',
  died: 'died',
  due: 'due',
  elsewhere: 'elsewhere:',
  on: 'it was on',
  until: 'it was until',
  value: 'it is',
  unit: 'counted in',
  who: 'it was said by',
};

/** One value of the council's record, as a sentence goes on with it. */
function inWords({ key, value }: { key: string; value: NewFields[string] }): string {
  const said = typeof value === 'string' ? withoutStop(value) : '';
  const shown = said === '' ? 'nothing' : isBirth(said) ? birthInWords(said) : said;
  return `${COLUMNS[key] ?? `${key}:`} ${shown}`;
}

function isUntouched(card: Y.Map<unknown>, before: NewFields): boolean {
  return Object.entries(before).every(([key, value]) => {
    if (Array.isArray(value)) return true;
    const now = card.get(key);
    return (isShared(now) ? now.toString() : now) === value;
  });
}

function isShared(value: unknown): value is Y.Text {
  return typeof value === 'object' && value !== null && 'insert' in value && 'delete' in value;
}
