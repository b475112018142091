import { readDocumentName } from '../wire.ts';
import { mayChooseForFile, type Person } from '../people/permissions.ts';
import { mayReflect, type Session } from '../reflecting/session.ts';
import { fieldOf, isCardKind, isId, KINDS_OF, requiredKeys, type CardKind } from './cards.ts';

/** Stands for values of a new card that their own writer has replaced before anyone saw them. */
export const OVERWRITTEN = Symbol('overwritten');

/** What one piece of an update would do to the board, resolved to its place. */
export type BoardAct =
  | {
      does: 'create';
      card: string;
      keys: ReadonlyMap<string, readonly unknown[]>;
      texts: ReadonlySet<string>;
    }
  | { does: 'set'; card: CardFacts; key: string; value: unknown }
  | { does: 'write'; card: CardFacts; key: string }
  | { does: 'unset'; card: CardFacts; key: string }
  | { does: 'erase'; card: CardFacts; key: string };

/** What is known of a card without reading its words. */
export interface CardFacts {
  kind: unknown;
  by: unknown;
  /** Of a tie: how it is. */
  is?: unknown;
}

/** Whose act it is, on which sort of paper, and whether they may write there just now. */
export interface Writer {
  member: string;
  mayChoose: boolean;
  paper: keyof typeof KINDS_OF;
  /** In a reflecting session: their movement. Elsewhere whoever is let in may write. */
  mayWrite: boolean;
}

/** The writer that somebody is in a document; `session` where it is a reflecting session's. */
export function writerOf(person: Person, doc: string, session: Session | null): Writer {
  const name = readDocumentName(doc);
  const isOwn = name?.sealedFor === person.member;
  return {
    member: person.member,
    mayChoose: mayChooseForFile(person),
    paper: session ? (isOwn ? 'jottings' : 'session') : isOwn ? 'silence' : 'board',
    mayWrite: !session || isOwn || mayReflect(session, person.member),
  };
}

/** The server's own hand: what was imported, and what was kept of a session, is written by it. */
export const BOARD_HAND = 'board';

/** S1–S6, R2: whether this writer may do this in their document; null is yes, words are for the log (never for people). */
export function judge(act: BoardAct, writer: Writer): string | null {
  if (!writer.mayWrite) return 'a movement in which they listen';
  if (act.does === 'create') return judgeNewCard(act, writer);
  if (!isCardKind(act.card.kind)) return 'a card without a kind';
  const found = fieldOf(act.card.kind, act.key);
  if (!found) return 'a field that no such card has';
  const { field, whom } = found;
  if (field.writer === 'self' && whom !== writer.member) return 'a mark of somebody else';
  if (field.writer === 'author' && act.card.by !== writer.member) return 'the words of somebody else';
  if (field.writer === 'chooser' && !writer.mayChoose) return 'choosing for the file is not theirs';
  if (field.writer === 'board') return 'only the server writes this';
  // Of a session nobody takes away what somebody else said.
  if (writer.paper === 'session' && act.card.by !== writer.member) return 'the words of somebody else';
  // M9: It goes by a card that says why, whoever drew it, and is not called something else.
  if (act.card.kind === 'tie' && act.card.is === 'harm' && act.does === 'set') {
    const isTakenAway =
      (act.key === 'gone' && act.value !== false) || (act.key === 'is' && act.value !== 'harm');
    if (isTakenAway) return 'a harm line is taken away by saying why';
  }
  switch (act.does) {
    case 'set':
      if (field.holds !== 'value') return 'a value where words belong';
      if (field.once) return 'a fact of a card that never changes';
      return field.check(act.value) ? null : 'a value that is not well formed';
    case 'unset':
      if (field.holds !== 'value' || field.once) return 'removing what is never removed';
      return null;
    case 'write':
    case 'erase':
      return field.holds === 'text' ? null : 'words where a value belongs';
  }
}

/** A fact of a card comes once; what may change later may have been changed before it was sent, and its last value counts. */
function isWhole(act: Extract<BoardAct, { does: 'create' }>, kind: CardKind, key: string): boolean {
  if (act.texts.has(key)) return true;
  const values = act.keys.get(key) ?? [];
  return isNeverUnset(kind, key) ? values.length > 0 && values.at(-1) !== OVERWRITTEN : values.length === 1;
}

/** Whether a card of this kind is never without a value under this key, although it may change. */
export function isNeverUnset(kind: unknown, key: string): boolean {
  const field = isCardKind(kind) ? fieldOf(kind, key)?.field : undefined;
  return field?.holds === 'value' && field.must === true;
}

/** S1: a card comes whole, under its author's own name, with nobody else's marks in it. */
function judgeNewCard(act: Extract<BoardAct, { does: 'create' }>, writer: Writer): string | null {
  const kind = act.keys.get('kind')?.[0];
  if (!isId(act.card)) return 'a card without an id of ours';
  if (!isCardKind(kind)) return 'a kind of card that there is not';
  const kinds: ReadonlySet<string> = KINDS_OF[writer.paper];
  if (!kinds.has(kind)) return 'a kind that is not written here';
  for (const key of requiredKeys(kind)) if (!isWhole(act, kind, key)) return 'a card that is not whole';
  if (act.keys.get('by')![0] !== writer.member) return 'a card under another name';
  for (const [key, values] of act.keys) {
    const found = fieldOf(kind, key);
    if (!found || found.field.holds !== 'value') return 'a field that no such card has';
    if (found.field.writer === 'self' && found.whom !== writer.member) return 'a mark of somebody else';
    if (found.field.writer === 'board') return 'only the server writes this';
    for (const value of values) {
      if (value === OVERWRITTEN) {
        if (found.field.once) return 'a fact of a card that never changes';
        continue;
      }
      if (found.field.writer === 'chooser' && !writer.mayChoose && value !== null)
        return 'choosing for the file is not theirs';
      if (!found.field.check(value)) return 'a value that is not well formed';
    }
  }
  for (const key of act.texts) {
    const found = fieldOf(kind, key);
    if (!found || found.field.holds !== 'text') return 'words that no such card has';
  }
  return null;
}
