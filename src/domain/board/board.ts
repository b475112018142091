import * as Y from 'yjs';
import {
  SETS,
  type ANSWERS,
  type BONDS,
  type CardKind,
  type FLOWS,
  type HarmEndWhy,
  type HarmStanding,
  type KEPT,
  type LOSSES,
  type OUTSIDES,
  type QUESTION_KINDS,
  type RELATIONS,
  type RiskEnd,
  type SeenHow,
  type STANDINGS,
  type STEPS,
  type SURENESS,
  type TIES,
} from './cards.ts';

/** The words by which a question is sorted. */
export type QuestionKind = (typeof QUESTION_KINDS)[number];
/** The words for how two people are with one another. */
export type TieKind = (typeof TIES)[number];
/** How sure we are of a fact. */
export type Sureness = (typeof SURENESS)[number];
/** Whether something is a fact, was reported, or is our view. */
export type Standing = (typeof STANDINGS)[number];

interface Base {
  id: string;
  /** The member who put it in. */
  by: string;
  /** When, in epoch milliseconds by that member's clock; never later than it came in. */
  at: number;
  /** When it came in, where that is another time; null or left out where it is not. */
  arrivedAt?: number | null;
  ord: string;
  gone: boolean;
}
/** A hypothesis: a working guess about the family as a system. */
export interface Thought extends Base {
  kind: 'thought';
  text: string;
  pool: string | null;
  state: 'pot' | 'testing' | 'aside';
  why: string;
  file: string | null;
  /** In a sealed document: in which time of silence it was written, and the card on the board that it became. */
  silence: string | null;
  turnedTo: string | null;
  mark: string[];
  about: string[];
  /** Into whose files it goes, where that is not whom it is about. */
  child: string[];
}
export interface Pool extends Base {
  kind: 'pool';
  text: string;
}
/** A time of writing in silence: who has finished, how many slips lie face down, and who turned them over. */
export interface Silence extends Base {
  kind: 'silence';
  /** Null while it lasts. */
  turnedBy: string | null;
  mark: string[];
  slips: Record<string, number>;
}
/** What we saw that fits a thought or does not, with its date and source. */
export interface Observation extends Base {
  kind: 'observation';
  text: string;
  thought: string;
  fits: boolean | null;
  source: string;
  on: string | null;
  standing: Standing | null;
  checkedWith: string;
  /** Other thoughts that it fits too, if it fits; that it does not fit either, if it does not. */
  also: string[];
}
/** Something that happened to a thought: it is tested, set aside with why, taken up again, split, or merged with another. */
export interface Step extends Base {
  kind: 'step';
  text: string;
  thought: string;
  what: (typeof STEPS)[number];
  other: string | null;
  on: string | null;
}
/** What would change our mind about a thought. */
export interface WouldChange extends Base {
  kind: 'wouldChange';
  text: string;
  thought: string;
  on: string | null;
}
/** A gentle notice that the unit has quieted for this family. */
export interface Quiet extends Base {
  kind: 'quiet';
  notice: string;
}
export interface Question extends Base {
  kind: 'question';
  text: string;
  thought: string | null;
  qkind: QuestionKind;
  to: string;
  asker: string | null;
  due: string | null;
  back: string;
  backFrom: string;
  /** Who answered: the id of a child, of somebody on the map or of a member, or SOMEBODY_ELSE; null where nobody has said. */
  backBy: string | null;
  backOn: string | null;
  backFits: boolean | null;
  head: boolean | null;
  file: string | null;
  about: string[];
  child: string[];
  /** Other thoughts to which the answer says the same. */
  also: string[];
}
export interface Decision extends Base {
  kind: 'decision';
  text: string;
  because: string;
  authority: string;
  /** The level that somebody chose; null where nobody has. */
  level: string | null;
  /** The kind of the unit's list, or that it belongs elsewhere; null where nobody has said. */
  decisionKind: string | null;
  route: string;
  routeOn: string | null;
  safety: boolean | null;
  file: string | null;
  child: string[];
}
/** A different view of a decision, in that person's own words; only they may write in it. */
export interface View extends Base {
  kind: 'view';
  text: string;
  decision: string;
}
/** What became of a recommendation, in the words in which it was told. */
export interface Answer extends Base {
  kind: 'answer';
  text: string;
  decision: string;
  says: (typeof ANSWERS)[number];
  /** The words of the recommendation to which it was given. */
  asked: string;
  /** The day on which it was decided, or asked for; null where nobody has said. */
  on: string | null;
  /** Of what is deferred: to which day. */
  until: string | null;
  /** Who said it. */
  who: string;
}
export interface TaskDraft extends Base {
  kind: 'task';
  text: string;
  owner: string | null;
  due: string | null;
  from: string | null;
  child: string[];
}
/** A child's own words, or what we saw of them. */
export interface Words extends Base {
  kind: 'words';
  text: string;
  childId: string;
  to: string;
  where: string;
  /** What was asked, or what it is about; empty where nobody has said. */
  asked: string;
  on: string | null;
  /** Null where nobody has said which: it stands under neither, and in no file until somebody does. */
  means: 'said' | 'saw' | null;
  /** Chosen by the unit to stand at the child's head. */
  head: boolean | null;
}
/** A parent's or another grown-up's own view, in their words. `who` is somebody on the map. */
export interface Account extends Base {
  kind: 'account';
  text: string;
  who: string;
  to: string;
  where: string;
  asked: string;
  on: string | null;
  child: string[];
}
/** A number that is followed for one child. */
export interface Figure extends Base {
  kind: 'figure';
  childId: string;
  what: string;
  /** In its own digits: “82”, “12.4”. */
  value: string;
  unit: string;
  on: string | null;
  /** Who measured it; empty where nobody has said. */
  who: string;
  note: string;
}
/** Two facts that cannot both be so. */
export interface Against extends Base {
  kind: 'against';
  a: string;
  b: string;
}
export interface Seen extends Base {
  kind: 'seen';
  childId: string;
  on: string | null;
  /** Null where nobody has said. */
  how: SeenHow | null;
  with: string;
  who: string;
}
export interface Safety extends Base {
  kind: 'safety';
  text: string;
  on: string | null;
  checkedWith: string;
  checkedOn: string | null;
  child: string[];
}
export interface Strength extends Base {
  kind: 'strength';
  text: string;
  on: string | null;
  standing: Standing | null;
  checkedWith: string;
}
export interface News extends Base {
  kind: 'news';
  text: string;
  /** The day on which it happened, as far as it is known: a year, a month or a day. */
  on: string | null;
  /** The day on which we were told; null where nobody has said. */
  toldOn: string | null;
  how: string;
  who: string;
  safety: boolean | null;
  standing: HarmStanding | null;
  /** Of what is alleged: what the other says; empty where nobody has said. */
  otherSays: string;
  checkedWith: string;
  about: string[];
  /** Chosen for the files of the children it is about, as something that was known. */
  known: boolean | null;
}
/** What the risk to one child is today, said plainly. */
export interface RiskToChild extends Base {
  kind: 'riskToChild';
  text: string;
  childId: string;
  on: string | null;
}
/** Why a child's wishes or the risk to a child were left empty at a meeting. */
export interface Gap extends Base {
  kind: 'gap';
  text: string;
  childId: string;
  what: 'wishes' | 'risk';
  on: string | null;
}
export interface Alarm extends Base {
  kind: 'alarm';
  text: string;
  /** The ids of what must happen, in the order that the unit gave it, with spaces between. */
  order: string;
  child: string[];
}
export interface ChildNow extends Base {
  kind: 'childNow';
  text: string;
  childId: string;
  alarm: string;
  from: string;
}
export interface Told extends Base {
  kind: 'told';
  text: string;
  alarm: string;
  state: 'not-yet' | 'ringing' | 'told' | 'on-purpose';
  note: string;
  /** When that was said, epoch milliseconds; null where nobody has since it was put in, or an earlier page said it. */
  stateAt: number | null;
}
/** A risk now that is over: `by` and `at` are who said so and when, `text` is why the meeting can go on. */
export interface RiskOver extends Base {
  kind: 'riskOver';
  text: string;
  alarm: string;
  how: RiskEnd;
  calledBy: string;
  calledAt: number;
}
/** A fact of the family map: where it comes from, of when, and how sure we are of it. */
interface Fact extends Base {
  source: string;
  on: string | null;
  sure: Sureness | null;
}
export interface FamilyPerson extends Fact {
  kind: 'person';
  name: string;
  gender: 'female' | 'male' | 'other' | 'unknown';
  born: string | null;
  died: string | null;
  due: string | null;
  note: string;
  isChild: boolean | null;
  /** A pregnancy that did not come to a living child. */
  lost: (typeof LOSSES)[number] | null;
  /** What this person must not come to know: "Kerry’s address". Empty for everybody else. */
  noAddress: string;
  elsewhere: string;
  /** How far they were moved along their row by hand, in px. */
  nudge: number;
}
/** What two people are to one another. Of `parent`, `a` is the parent and `how` says in what way. */
export interface Relation extends Fact {
  kind: 'relation';
  a: string;
  b: string;
  is: (typeof RELATIONS)[number];
  how: string | null;
  /** The parent has parental responsibility for the child. */
  responsible: boolean | null;
  from: string | null;
  until: string | null;
}
/** How it is between two people, as its author sees it: several views stand beside each other. In `harm`, `a` harms `b`. */
export interface Tie extends Base {
  kind: 'tie';
  a: string;
  b: string;
  is: TieKind;
  /** Of `harm`: what kind of harm. */
  how: string;
  says: string;
  on: string | null;
  /** When it was over, for views that were brought in. */
  until: string | null;
  /** Of `harm`: how sure it is; null where nobody has said. */
  sure: HarmStanding | null;
  source: string;
}
/** A harm line was taken away: why, in whose words, and on which day. */
export interface HarmEnd extends Base {
  kind: 'harmEnd';
  text: string;
  tie: string;
  why: HarmEndWhy;
  who: string;
  on: string | null;
}
export interface Household extends Fact {
  kind: 'household';
  name: string;
  from: string | null;
  until: string | null;
  person: string[];
}
/** Somebody or something outside the family that has to do with it. */
export interface Outside extends Base {
  kind: 'outside';
  name: string;
  is: (typeof OUTSIDES)[number];
  note: string;
}
/** How the tie between the outside and somebody of the family is, as its author sees it; `whom` null is the whole family. */
export interface Bond extends Base {
  kind: 'bond';
  outside: string;
  whom: string | null;
  is: (typeof BONDS)[number];
  flow: (typeof FLOWS)[number];
  says: string;
  on: string | null;
}
/** What was kept of a reflecting session, with everyone's yes, or that it took place; the server brings it in. */
export interface Kept extends Base {
  kind: 'kept';
  text: string;
  session: string;
  what: (typeof KEPT)[number];
  on: string | null;
  who: string;
  /** It may go into the children's files: agreed in the room. */
  toFile: boolean | null;
  /** Others had a say in what is kept; null for what was kept before that was written. */
  withOthers: boolean | null;
  /** Whose words these are; null where nobody has said. */
  saidBy: string | null;
}
/** Something said by somebody who talks, in a reflecting session's document. */
export interface Reflection extends Base {
  kind: 'reflection';
  text: string;
}
/** A line of somebody's own, which nobody else is sent. */
export interface Jotting extends Base {
  kind: 'jotting';
  text: string;
}

/** What its author began in a form and has not sent; nobody else is sent it. */
export interface Draft extends Base {
  kind: 'draft';
  text: string;
  of: string;
}

export type Card =
  | Draft
  | Thought
  | Pool
  | Silence
  | Observation
  | Step
  | WouldChange
  | Quiet
  | Question
  | Decision
  | View
  | Answer
  | TaskDraft
  | Words
  | Account
  | Figure
  | Against
  | Seen
  | Safety
  | Strength
  | News
  | RiskToChild
  | Gap
  | Alarm
  | ChildNow
  | Told
  | RiskOver
  | FamilyPerson
  | Relation
  | Tie
  | HarmEnd
  | Household
  | Outside
  | Bond
  | Kept
  | Reflection
  | Jotting;

/** A card of one kind. */
export type CardOf<K extends CardKind> = Extract<Card, { kind: K }>;

/** All cards of a board by their id. */
export type Cards = ReadonlyMap<string, Card>;

const EMPTY: Record<string, unknown> = {
  text: '', because: '', back: '', pool: null, state: 'pot', why: '', file: null, fits: null, source: '', on: null,
  thought: null, qkind: 'finding-out', to: '', asker: null, due: null, backFrom: '', backOn: null, backFits: null,
  authority: 'unit', level: null, decisionKind: null, backBy: null, saidBy: null, route: '', routeOn: null, safety: null, owner: null, from: null, until: null, where: '', asked: '', means: 'said', head: null, otherSays: '', value: '', unit: '',
  how: null, with: '', who: '', checkedWith: '', checkedOn: null, note: '', name: '', gender: 'unknown', born: null,
  died: null, isChild: null, silence: null, turnedTo: null, turnedBy: null, standing: null, toldOn: null, other: null, notice: '', what: 'pot', order: '', sure: null, responsible: null, arrivedAt: null,
  lost: null, stateAt: null, known: null, withOthers: null, noAddress: '', elsewhere: '', nudge: 0, says: '', flow: 'both', session: null, toFile: null, ord: '', gone: false,
}; // prettier-ignore

/** Reads one card; a field that nobody has set has its empty value, so that older cards read like new ones. */
export function readCard(id: string, map: Y.Map<unknown>): Card {
  const card: Record<string, unknown> = {
    ...EMPTY,
    id,
    mark: [],
    about: [],
    child: [],
    person: [],
    also: [],
    slips: {},
  };
  for (const [key, value] of map.entries()) {
    const colon = key.indexOf(':');
    const plain = value instanceof Y.Text ? value.toString() : value;
    if (colon < 0) card[key] = plain;
    else if (SETS.some((set) => set === key.slice(0, colon)) && plain === true)
      (card[key.slice(0, colon)] as string[]).push(key.slice(colon + 1));
    else if (key.startsWith('slips:')) (card.slips as Record<string, unknown>)[key.slice(colon + 1)] = plain;
  }
  for (const set of SETS) (card[set] as string[]).sort();
  if (typeof card.arrivedAt === 'number') card.at = Math.min(card.at as number, card.arrivedAt);
  return card as unknown as Card;
}

/** Since when a card has been here for everybody to read, epoch milliseconds. */
export const hereSince = ({ at, arrivedAt }: Pick<Base, 'at' | 'arrivedAt'>): number => arrivedAt ?? at;

/** What stands at a head, what it fits too and when it came in say nothing new: none of it brings a card into a file again. */
const NOT_SAID = new Set(['head', 'also', 'arrivedAt']);

/** What a card says, without what nobody has set: so that a field which a later version knows changes nothing said before. */
export function saidIn(card: Card): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(card).filter(
      ([key, value]) =>
        !NOT_SAID.has(key) &&
        (typeof value === 'object' && value !== null ? Object.keys(value).length > 0 : value !== EMPTY[key]),
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
export function byOrder(a: Base, b: Base): number {
  if (a.ord !== b.ord) return a.ord < b.ord ? -1 : 1;
  return a.at - b.at || (a.id < b.id ? -1 : 1);
}
