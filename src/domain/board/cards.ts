/**
 * What a family's board is made of (DESIGN section 1, Documents). One root map `cards`: id → Y.Map. Every field of
 * every kind of card stands in this file with who may write it; the gate refuses everything else.
 */
import {
  boardText,
  byBoard,
  isBoolean,
  isDate,
  isFigure,
  isId,
  isInstant,
  isMeasure,
  isOneOf,
  isPartOfADate,
  isText,
  isWhole,
  must,
  once,
  orNull,
  ownText,
  text,
  unsaid,
  value,
  type Field,
  type TextField,
  type ValueField,
} from './fields.ts';

export { isId, type Field, type Writer } from './fields.ts';

/** The place a question comes from in the library. */
export const QUESTION_KINDS = [
  'finding-out',
  'difference',
  'sequence',
  'ranking',
  'hypothetical',
  'observer',
  'helps-hinders',
  'meaning',
  'safety',
  'ourselves',
] as const;

/** What happens to a thought over the weeks, beside the feedback that comes back. */
const STEPS = ['testing', 'pot', 'aside', 'taken-up', 'split', 'merged'] as const;

/** How something that we know is known. */
export const STANDINGS = ['fact', 'seen', 'reported', 'view'] as const;

/** What two people are to one another as family. */
export const RELATIONS = ['parent', 'partner', 'identical', 'twin'] as const;

/** How two people are with one another, beside being family. */
export const TIES = [
  'close',
  'very-close',
  'distant',
  'conflict',
  'close-conflict',
  'cut-off',
  'harm',
] as const;

/** How sure harm or an offence is, from what is only said to what a court has decided. */
export const HARM_STANDINGS = [
  ...STANDINGS,
  'alleged',
  'denied',
  'admitted',
  'found',
  'convicted',
  'acquitted',
] as const;
export type HarmStanding = (typeof HARM_STANDINGS)[number];

/** Why a harm line goes: it was drawn by mistake, it has ended, or it was not so. */
export const HARM_ENDS = ['mistake', 'ended', 'not-so'] as const;
export type HarmEndWhy = (typeof HARM_ENDS)[number];

/** What somebody has to do with a family from outside (ecomap, Hartman 1975). */
export const OUTSIDES = ['school', 'service', 'friends', 'faith', 'work', 'other'] as const;

/** How a tie to the outside is, and which way the giving goes as the family sees it. */
export const BONDS = ['strong', 'tenuous', 'stressful'] as const;
export const FLOWS = ['both', 'to-family', 'from-family'] as const;

/** A pregnancy that did not come to a living child. */
const LOSSES = ['miscarried', 'stillborn', 'ended'] as const;

/** What comes from a reflecting session to a family's board: what somebody said, or that we met. */
const KEPT = ['reflection', 'met'] as const;

/** How a child was seen, or that somebody tried and did not see them. */
export const SEEN_HOW = ['alone', 'with', 'room', 'tried'] as const;
export type SeenHow = (typeof SEEN_HOW)[number];

/** What became of what the unit recommended; what is deferred, or not heard, is asked again. */
export const ANSWERS = ['agreed', 'agreed-with-changes', 'not-agreed', 'deferred', 'not-heard'] as const;

/** The most characters in one text, and in one insertion; a longer paste is stopped in the field. */
export const MOST_CHARACTERS = 20_000;

/** How a risk now came to its end: the meeting went on, it was pressed by mistake, or the meeting closed with it open. */
const RISK_ENDS = ['goes-on', 'mistake', 'closed'] as const;
export type RiskEnd = (typeof RISK_ENDS)[number];

/** Who spoke, where it was nobody whom the board knows. */
export const SOMEBODY_ELSE = 'somebody-else';

/** How sure we are of a fact on the family map. */
export const SURENESS = ['sure', 'likely', 'not-sure'] as const;

const line = value(isText(300), '');
const date = unsaid(isDate);
const yes = unsaid(isBoolean);
const standing = unsaid(isOneOf(STANDINGS));
const isSpeaker = (value: unknown): value is string => isId(value) || value === SOMEBODY_ELSE;
/** Who spoke: somebody on the map, a child, a member, or somebody else; never read out of words. */
const speaker = unsaid(isSpeaker);
const ownLine = value(isText(300), '', 'author');
/** A line of which '' is something that was said, and null that nobody has: so they went into the digests of files. */
const saidLine: ValueField<string | null> = { ...line, empty: null };
/** What goes into a file in other words than the board's, where somebody chose that it does. */
const file = unsaid(isText(2000), 'chooser');
/** Where a fact of the map comes from, when that was, and how sure we are. */
const FACT = { source: line, on: date, sure: unsaid(isOneOf(SURENESS)) };
/** How far somebody was moved along their row by hand, in px of the drawing. */
const nudge = value(isWhole(-4000, 4000), 0);

/** Fields that every card has. `gone` is the bin: a card is never deleted, so nothing is ever lost by a wrong click. */
const COMMON = {
  kind: once(isText(20)),
  /** The member who put it in. */
  by: once(isText(40)),
  /** When, in epoch milliseconds by that member's clock; read, it is never later than it came in. */
  at: once(isInstant),
  ord: value(isText(200), ''),
  gone: value(isBoolean, false),
  /** When it came in, epoch milliseconds, where that is not when it says that it was written. */
  arrivedAt: { ...unsaid(isInstant, 'board'), check: isInstant },
} satisfies Record<string, Field>;

/** Fields whose key names somebody or a card: `mark:<member>`, `slips:<member>`, `about:<person>`, `child:<child>`, `person:<person>`, `also:<thought>`. */
const KEYED = {
  mark: value(isBoolean, false, 'self'),
  slips: value(isWhole(0, 999), 0, 'self'),
  about: value(isBoolean, false),
  child: value(isBoolean, false),
  person: value(isBoolean, false),
  also: value(isBoolean, false),
} satisfies Record<string, Field>;

type Prefix = keyof typeof KEYED;

/** The keyed fields that a card reads as a set of ids; `slips` are counted by member. */
export const SETS: readonly Prefix[] = ['mark', 'about', 'child', 'person', 'also'];

interface CardShape {
  fields: Record<string, Field>;
  keyed: readonly Prefix[];
}

type Fields = Record<string, Field>;
function shape<const F extends Fields>(fields: F): { fields: F; keyed: readonly [] };
function shape<const F extends Fields, const K extends readonly Prefix[]>(
  fields: F,
  keyed: K,
): { fields: F; keyed: K };
function shape(fields: Fields, keyed: readonly Prefix[] = []): CardShape {
  return { fields, keyed };
}

/** The kinds of card and their fields: what each is called and holds, who may write it, and what it reads as unset. */
const CARDS = {
  /** A hypothesis: a working guess about the family as a system. */
  thought: shape(
    {
      text,
      pool: unsaid(isId),
      state: value(isOneOf(['pot', 'testing', 'aside']), 'pot'),
      why: value(isText(2000), ''),
      file,
      /** In a sealed document: in which time of silence it was written, and the card on the board that it became. */
      silence: unsaid(isId),
      turnedTo: unsaid(isId, 'board'),
    },
    // `child` is into whose files it goes, where that is not whom it is about.
    ['mark', 'about', 'child'],
  ),
  pool: shape({ text }),
  /** A time of writing in silence: who has finished, how many slips lie face down, and who turned them over; null while it lasts. */
  silence: shape({ turnedBy: unsaid(isId, 'board') }, ['mark', 'slips']),
  /** What we saw that fits a thought or does not, with its date and source. */
  observation: shape(
    { text, thought: once(isId), fits: yes, source: line, on: date, standing, checkedWith: line },
    // Other thoughts that it fits too, if it fits; that it does not fit either, if it does not.
    ['also'],
  ),
  /** Something that happened to a thought: it is tested, set aside with why, taken up again, split, or merged with another. */
  step: shape({
    text,
    thought: once(isId),
    what: once(isOneOf(STEPS), 'pot'),
    other: unsaid(isId),
    on: date,
  }),
  /** What would change our mind about a thought. */
  wouldChange: shape({ text, thought: once(isId), on: date }),
  /** A gentle notice that the unit has quieted for this family. */
  quiet: shape({ notice: once(isText(100), '') }),
  question: shape(
    {
      text,
      thought: unsaid(isId),
      qkind: value(isOneOf(QUESTION_KINDS), 'finding-out'),
      to: line,
      asker: unsaid(isId),
      due: date,
      back: text,
      backFrom: line,
      backBy: speaker,
      backOn: date,
      backFits: yes,
      /** Of a child's answer: chosen by the unit to stand at the child's head. */
      head: yes,
      file,
    },
    // `also`: other thoughts to which the answer says the same.
    ['about', 'child', 'also'],
  ),
  decision: shape(
    {
      text,
      because: text,
      /** Boards before levels were chosen hold the unit's here by default: what is the unit's by this field is nobody's choice. */
      authority: value(isText(300), 'unit'),
      level: unsaid(isText(60)),
      /** Which kind of the unit's list it is, by id, or that it belongs elsewhere; null where nobody has said. */
      decisionKind: unsaid(isText(60)),
      route: line,
      routeOn: date,
      safety: yes,
    },
    ['child'],
  ),
  /** A different view of a decision, in that person's own words; only they may write in it. */
  view: shape({ text: ownText, decision: once(isId) }),
  /** What became of a recommendation: what those said whose it was to decide, or that nobody has heard yet. */
  answer: shape({
    text,
    decision: once(isId),
    says: once(isOneOf(ANSWERS)),
    /** The words of the recommendation to which it was given: changed since, it is another recommendation. */
    asked: once(isText(MOST_CHARACTERS), ''),
    /** The day on which it was decided, or asked for. */
    on: date,
    /** Of what is deferred: to which day. */
    until: date,
    /** Who said it. */
    who: line,
  }),
  task: shape({ text, owner: unsaid(isId), due: date, from: unsaid(isId) }, ['child']),
  /** A child's own words, or what we saw of them. */
  words: shape({
    text,
    childId: once(isId),
    to: line,
    where: line,
    /** What was asked, or what it is about, in a few words; empty where nobody has said. */
    asked: line,
    on: date,
    /** Null where nobody has said which: it stands under neither, and in no file until somebody does. */
    means: value(orNull(isOneOf(['said', 'saw'])), 'said'),
    /** Chosen by the unit to stand at the child's head. */
    head: yes,
  }),
  /** A parent's or another grown-up's own view, in their words, for the files of the children it is about. */
  account: shape({ text, who: once(isId), to: line, where: line, asked: line, on: date }, ['child']),
  /** A number that is followed for one child: attendance, weight, nights at home. */
  figure: shape({
    childId: once(isId),
    what: once(isMeasure),
    /** In its own digits: “82”, “12.4”. */
    value: { ...value(isFigure, ''), must: true },
    unit: value(isText(20), ''),
    on: date,
    /** Who measured it; empty where nobody has said. */
    who: line,
    /** What an import has to say of it where somebody changed it here. */
    note: line,
  }),
  seen: shape({
    childId: once(isId),
    on: date,
    how: unsaid(isOneOf(SEEN_HOW)),
    with: line,
    who: line,
  }),
  safety: shape({ text, on: date, checkedWith: line, checkedOn: date }, ['child']),
  strength: shape({ text, on: date, standing, checkedWith: line }),
  news: shape(
    {
      text,
      // The day on which it happened, as far as it is known, and the one on which we were told.
      on: unsaid(isPartOfADate),
      toldOn: date,
      how: saidLine,
      who: line,
      safety: yes,
      standing: unsaid(isOneOf(HARM_STANDINGS)),
      /** Of what is alleged: what the other says. */
      otherSays: line,
      checkedWith: line,
      /** Chosen for the files of the children it is about, as something that was known. */
      known: unsaid(isBoolean, 'chooser'),
    },
    ['about'],
  ),
  /** Two facts that cannot both be so, laid beside each other by hand. */
  against: shape({ a: once(isId), b: once(isId) }),
  /** What the risk to one child is today, said plainly. */
  riskToChild: shape({ text, childId: once(isId), on: date }),
  /** Why a child's wishes or the risk to a child were left empty at a meeting. */
  gap: shape({ text, childId: once(isId), what: once(isOneOf(['wishes', 'risk'])), on: date }),
  /** A risk now; `order` are the ids of what must happen, as the unit put them, with spaces between. */
  alarm: shape({ text, order: value(isText(4000), '') }, ['child']),
  childNow: shape({ text, childId: once(isId), alarm: once(isId), from: saidLine }),
  told: shape({
    text,
    alarm: once(isId),
    state: { ...value(isOneOf(['not-yet', 'ringing', 'told', 'on-purpose']), 'not-yet'), empty: undefined },
    note: line,
    /** When that was said of them, epoch milliseconds. */
    stateAt: unsaid(isInstant),
  }),
  /** That a risk now was over, by whom and why: brought in by the server with the act itself. */
  riskOver: shape({
    text: boardText,
    alarm: byBoard(once(isId)),
    how: byBoard(once(isOneOf(RISK_ENDS))),
    calledBy: byBoard(once(isId)),
    calledAt: byBoard(once(isInstant)),
  }),
  person: shape({
    name: line,
    gender: value(isOneOf(['female', 'male', 'other', 'unknown']), 'unknown'),
    // A day, a month, a year, or years and when they were said (F25).
    born: unsaid(isText(20)),
    died: unsaid(isText(10)),
    due: date,
    note: line,
    isChild: yes,
    /** A pregnancy that did not come to a living child. */
    lost: unsaid(isOneOf(LOSSES)),
    /** What this person must not come to know: “Kerry’s address”. Empty for everybody else. */
    noAddress: line,
    /** Of somebody who is a child elsewhere: under whose orders, and where. They are on the map, and have no file here. */
    elsewhere: line,
    nudge,
    ...FACT,
  }),
  /** What two people are to one another. Of `parent`, `a` is the parent and `how` says in what way. */
  relation: shape({
    a: once(isId),
    b: once(isId),
    is: must(RELATIONS),
    how: unsaid(isText(20)),
    /** The parent has parental responsibility for the child. */
    responsible: yes,
    from: date,
    until: date,
    ...FACT,
  }),
  /** How it is between two people, as its author sees it: several views stand beside each other. In `harm`, `a` harms `b`. */
  tie: shape({
    a: once(isId),
    b: once(isId),
    is: must(TIES, 'author'),
    /** Of harm: what kind of harm. */
    how: { ...saidLine, writer: 'author' },
    says: ownLine,
    on: unsaid(isDate, 'author'),
    until: unsaid(isDate, 'author'),
    /** Of harm: how sure it is, and who says so. */
    sure: unsaid(isOneOf(HARM_STANDINGS), 'author'),
    source: ownLine,
  }),
  /** Takes a harm line away, and says why: the line itself stays with its author's words, and can be brought back. */
  harmEnd: shape({ text, tie: once(isId), why: once(isOneOf(HARM_ENDS)), who: line, on: date }),
  household: shape({ name: line, from: date, until: date, ...FACT }, ['person']),
  /** Somebody or something outside the family that has to do with it. */
  outside: shape({ name: line, is: must(OUTSIDES), note: line }),
  /** How the tie between the outside and somebody of the family is, as its author sees it; `whom` null is the whole family. */
  bond: shape({
    outside: once(isId),
    whom: once(orNull(isId)),
    is: must(BONDS, 'author'),
    flow: value(isOneOf(FLOWS), 'both', 'author'),
    says: ownLine,
    on: unsaid(isDate, 'author'),
  }),
  /** What was kept of a reflecting session, or that it took place: brought in by the server when the session closes. */
  kept: shape({
    text: boardText,
    session: byBoard(once(isId)),
    what: byBoard(once(isOneOf(KEPT))),
    on: unsaid(isDate, 'board'),
    who: value(isText(2000), '', 'board'),
    /** It may go into the children's files: agreed in the room. */
    toFile: unsaid(isBoolean, 'board'),
    /** More than the one whose words these are had a say in what is kept; null for what was kept before that was written. */
    withOthers: unsaid(isBoolean, 'board'),
    /** Whose words these are. */
    saidBy: speaker,
  }),
  /** Something said by somebody who talks, in a reflecting session's document. */
  reflection: shape({ text: ownText }),
  /** A line of somebody's own, which nobody else is sent. */
  jotting: shape({ text: ownText }),
  /** What its author began in a form, named in `of`, and has not sent. */
  draft: shape({ text: ownText, of: once(isText(200)) }),
} satisfies Record<string, CardShape>;

/** The name of a kind of card. */
export type CardKind = keyof typeof CARDS;

/** What a field reads as. */
type Held<F> = F extends TextField ? string : F extends ValueField<infer T> ? T : never;
type FieldsOf<K extends CardKind> = (typeof CARDS)[K]['fields'];
type KeyedOf<K extends CardKind> = (typeof CARDS)[K]['keyed'][number];
/** What every card reads as. */
export interface Base {
  id: string;
  by: string;
  at: number;
  /** Null or left out where it came in when it was written. */
  arrivedAt?: number | null;
  ord: string;
  gone: boolean;
}
type Read<K extends CardKind> = Base & { kind: K } & {
  -readonly [F in keyof FieldsOf<K>]: Held<FieldsOf<K>[F]>;
} & { [S in KeyedOf<K>]: S extends 'slips' ? Record<string, number> : string[] };
/** A card of any kind, as it is read. */
export type Card = { [K in CardKind]: Read<K> }[CardKind];
/** A card of one kind. */
export type CardOf<K extends CardKind> = Extract<Card, { kind: K }>;

/** The kinds that each sort of document holds. */
export const KINDS_OF = {
  board: new Set(
    (Object.keys(CARDS) as CardKind[]).filter(
      (kind) => kind !== 'reflection' && kind !== 'jotting' && kind !== 'draft',
    ),
  ),
  silence: new Set<CardKind>(['thought', 'draft']),
  session: new Set<CardKind>(['reflection']),
  jottings: new Set<CardKind>(['jotting']),
} as const satisfies Record<string, ReadonlySet<CardKind>>;

/** All kinds of card. */
export const CARD_KINDS = Object.keys(CARDS) as CardKind[];

/** Whether a value names a kind of card. */
export function isCardKind(value: unknown): value is CardKind {
  return typeof value === 'string' && Object.hasOwn(CARDS, value);
}

/** The rule for one key of one kind of card and whom a keyed field names, or null where the kind has no such key. */
export function fieldOf(kind: CardKind, key: string): { field: Field; whom: string | null } | null {
  if (Object.hasOwn(COMMON, key)) return { field: COMMON[key as keyof typeof COMMON], whom: null };
  const { fields, keyed } = CARDS[kind] as CardShape;
  if (Object.hasOwn(fields, key)) return { field: fields[key]!, whom: null };
  const colon = key.indexOf(':');
  if (colon < 0) return null;
  const prefix = key.slice(0, colon) as Prefix;
  const whom = key.slice(colon + 1);
  return keyed.includes(prefix) && isId(whom) ? { field: KEYED[prefix], whom } : null;
}

/** What the fields of a kind read as where nobody has set them, without its texts and sets. */
export function emptyOf(kind: CardKind): Record<string, unknown> {
  const { fields } = CARDS[kind] as CardShape;
  return Object.fromEntries(
    [...Object.entries(COMMON), ...Object.entries(fields)].flatMap(([key, field]) =>
      (field as Field).holds === 'value' && (field as ValueField).empty !== undefined
        ? [[key, (field as ValueField).empty]]
        : [],
    ),
  );
}

/** The sets that a kind of card reads. */
export const setsOf = (kind: CardKind): readonly Prefix[] => (CARDS[kind] as CardShape).keyed;

/** The keys without which a card is not whole. */
export function requiredKeys(kind: CardKind): string[] {
  const { fields } = CARDS[kind] as CardShape;
  return [
    'kind',
    'by',
    'at',
    ...Object.entries(fields).flatMap(([key, field]) =>
      field.holds === 'text' || field.once || field.must ? [key] : [],
    ),
  ];
}

/** The texts that a new card of this kind is made with. */
export function textsOf(kind: CardKind): string[] {
  return Object.entries((CARDS[kind] as CardShape).fields).flatMap(([key, field]) =>
    field.holds === 'text' ? [key] : [],
  );
}
