/**
 * What a family's board is made of (DESIGN section 1, Documents). One root map `cards`: id → Y.Map. Every field of
 * every kind of card stands in this file with who may write it; the gate refuses everything else.
 */
import { isPartOfDate } from '../time/birth.ts';
import { isCivil } from '../time/civil.ts';

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
export const STEPS = ['testing', 'pot', 'aside', 'taken-up', 'split', 'merged'] as const;

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
export const LOSSES = ['miscarried', 'stillborn', 'ended'] as const;

/** What comes from a reflecting session to a family's board: what somebody said, or that we met. */
export const KEPT = ['reflection', 'met'] as const;

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

/** Who writes a field: anyone who may think here, the card's author, the one member in the key, who chooses for the file, or the server alone. */
export type Writer = 'anyone' | 'author' | 'self' | 'chooser' | 'board';

/** A field that holds a value: `check` says whether a value is well formed. */
interface ValueField {
  holds: 'value';
  writer: Writer;
  /** Set when the card is made and never again. */
  once?: true;
  /** A card is not made without it, and never left without it. */
  must?: true;
  check: (value: unknown) => boolean;
}

/** A field that holds a Y.Text: made with the card and never replaced. */
interface TextField {
  holds: 'text';
  writer: Writer;
}

export type Field = ValueField | TextField;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether this is one of our ids. */
export const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value);
const isNull = (value: unknown): value is null => value === null;
const isDate = (value: unknown) => typeof value === 'string' && isCivil(value);
/** Epoch milliseconds that are a day of some calendar: a time that is none has no place on any page. */
const isInstant = (value: unknown) =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 8.64e15;
/** A number as it is written down, in its own digits: a fraction has no exact form in canonical JSON. */
const isFigure = (value: unknown) => typeof value === 'string' && /^-?\d{1,8}(\.\d{1,4})?$/.test(value);
const isBoolean = (value: unknown) => typeof value === 'boolean';
const isText = (most: number) => (value: unknown) => typeof value === 'string' && value.length <= most;
const isOneOf = (values: readonly string[]) => (value: unknown) =>
  typeof value === 'string' && values.includes(value);
const orNull = (check: (value: unknown) => boolean) => (value: unknown) => isNull(value) || check(value);

const value = (check: ValueField['check'], writer: Writer = 'anyone'): ValueField => ({
  holds: 'value',
  writer,
  check,
});
const once = (check: ValueField['check']): ValueField => ({
  holds: 'value',
  writer: 'author',
  once: true,
  check,
});
const must = (values: readonly string[], writer: Writer = 'anyone'): ValueField => ({
  ...value(isOneOf(values), writer),
  must: true,
});
const text: TextField = { holds: 'text', writer: 'anyone' };
const line = value(isText(300));
const date = value(orNull(isDate));
const yes = value(orNull(isBoolean));
const standing = value(orNull(isOneOf(STANDINGS)));
/** Who spoke: somebody on the map, a child, a member, or somebody else; never read out of words. */
const speaker = value(orNull((v) => isId(v) || v === SOMEBODY_ELSE));
const ownLine = value(isText(300), 'author');
/** Where a fact of the map comes from, when that was, and how sure we are. */
const FACT = { source: line, on: date, sure: value(orNull(isOneOf(SURENESS))) };
/** How far somebody was moved along their row by hand, in px of the drawing. */
const nudge = value((v) => Number.isSafeInteger(v) && Math.abs(v as number) <= 4000);

/** Fields that every card has. `gone` is the bin: a card is never deleted, so nothing is ever lost by a wrong click. */
const COMMON = {
  kind: once(isText(20)),
  by: once(isText(40)),
  at: once(isInstant),
  ord: value(isText(200)),
  gone: value(isBoolean),
  /** When it came in, epoch milliseconds, where that is not when it says that it was written. */
  arrivedAt: value(isInstant, 'board'),
} satisfies Record<string, Field>;

/** Fields whose key names somebody or a card: `mark:<member>`, `slips:<member>`, `about:<person>`, `child:<child>`, `person:<person>`, `also:<thought>`. */
const KEYED = {
  mark: value(isBoolean, 'self'),
  slips: value((v) => Number.isSafeInteger(v) && (v as number) >= 0 && (v as number) < 1000, 'self'),
  about: value(isBoolean),
  child: value(isBoolean),
  person: value(isBoolean),
  also: value(isBoolean),
} satisfies Record<string, ValueField>;

type Prefix = keyof typeof KEYED;

/** The keyed fields that a card reads as a set of ids. */
export const SETS: readonly Prefix[] = ['mark', 'about', 'child', 'person', 'also'];

interface CardShape {
  fields: Record<string, Field>;
  keyed: readonly Prefix[];
}

const shape = (fields: Record<string, Field>, keyed: readonly Prefix[] = []): CardShape => ({
  fields,
  keyed,
});

/** The kinds of card and their fields. */
const CARDS = {
  thought: shape(
    {
      text,
      pool: value(orNull(isId)),
      state: value(isOneOf(['pot', 'testing', 'aside'])),
      why: value(isText(2000)),
      file: value(orNull(isText(2000)), 'chooser'),
      silence: value(orNull(isId)),
      turnedTo: value(orNull(isId), 'board'),
    },
    ['mark', 'about', 'child'],
  ),
  pool: shape({ text }),
  silence: shape({ turnedBy: value(orNull(isId), 'board') }, ['mark', 'slips']),
  observation: shape(
    {
      text,
      thought: once(isId),
      fits: yes,
      source: line,
      on: date,
      standing,
      checkedWith: line,
    },
    ['also'],
  ),
  step: shape({
    text,
    thought: once(isId),
    what: once(isOneOf(STEPS)),
    other: value(orNull(isId)),
    on: date,
  }),
  wouldChange: shape({ text, thought: once(isId), on: date }),
  quiet: shape({ notice: once(isText(100)) }),
  question: shape(
    {
      text,
      thought: value(orNull(isId)),
      qkind: value(isOneOf(QUESTION_KINDS)),
      to: line,
      asker: value(orNull(isId)),
      due: date,
      back: text,
      backFrom: line,
      backBy: speaker,
      backOn: date,
      backFits: yes,
      /** Of a child's answer: chosen by the unit to stand at the child's head. */
      head: yes,
      file: value(orNull(isText(2000)), 'chooser'),
    },
    ['about', 'child', 'also'],
  ),
  decision: shape(
    {
      text,
      because: text,
      /** Boards before levels were chosen hold the unit's here by default: what is the unit's by this field is nobody's choice. */
      authority: line,
      level: value(orNull(isText(60))),
      /** Which kind of the unit's list it is, by id; null where nobody has said. */
      decisionKind: value(orNull(isText(60))),
      route: line,
      routeOn: date,
      safety: yes,
    },
    ['child'],
  ),
  view: shape({ text: { holds: 'text', writer: 'author' }, decision: once(isId) }),
  /** What became of a recommendation: what those said whose it was to decide, or that nobody has heard yet. */
  answer: shape({
    text,
    decision: once(isId),
    says: once(isOneOf(ANSWERS)),
    /** The words of the recommendation to which it was given: changed since, it is another recommendation. */
    asked: once(isText(MOST_CHARACTERS)),
    on: date,
    until: date,
    who: line,
  }),
  task: shape({ text, owner: value(orNull(isId)), due: date, from: value(orNull(isId)) }, ['child']),
  words: shape({
    text,
    childId: once(isId),
    to: line,
    where: line,
    /** What was asked, or what it is about, in a few words; empty where nobody has said. */
    asked: line,
    on: date,
    means: value(orNull(isOneOf(['said', 'saw']))),
    /** Chosen by the unit to stand at the child's head. */
    head: yes,
  }),
  /** A parent's or another grown-up's own view, in their words, for the files of the children it is about. */
  account: shape({ text, who: once(isId), to: line, where: line, asked: line, on: date }, ['child']),
  /** A number that is followed for one child: attendance, weight, nights at home. */
  figure: shape({
    childId: once(isId),
    what: once((v) => typeof v === 'string' && v.trim() !== '' && v.length <= 60),
    value: { ...value(isFigure), must: true },
    unit: value(isText(20)),
    on: date,
    who: line,
    /** What an import has to say of it where somebody changed it here. */
    note: line,
  }),
  seen: shape({
    childId: once(isId),
    on: date,
    how: value(orNull(isOneOf(SEEN_HOW))),
    with: line,
    who: line,
  }),
  safety: shape({ text, on: date, checkedWith: line, checkedOn: date }, ['child']),
  strength: shape({ text, on: date, standing, checkedWith: line }),
  news: shape(
    {
      text,
      // The day on which it happened, as far as it is known, and the one on which we were told.
      on: value(orNull((v) => typeof v === 'string' && isPartOfDate(v))),
      toldOn: date,
      how: line,
      who: line,
      safety: yes,
      standing: value(orNull(isOneOf(HARM_STANDINGS))),
      /** Of what is alleged: what the other says. */
      otherSays: line,
      checkedWith: line,
      /** Chosen for the files of the children it is about, as something that was known. */
      known: value(orNull(isBoolean), 'chooser'),
    },
    ['about'],
  ),
  /** Two facts that cannot both be so, laid beside each other by hand. */
  against: shape({ a: once(isId), b: once(isId) }),
  riskToChild: shape({ text, childId: once(isId), on: date }),
  gap: shape({ text, childId: once(isId), what: once(isOneOf(['wishes', 'risk'])), on: date }),
  alarm: shape({ text, order: value(isText(4000)) }, ['child']),
  childNow: shape({ text, childId: once(isId), alarm: once(isId), from: line }),
  told: shape({
    text,
    alarm: once(isId),
    state: value(isOneOf(['not-yet', 'ringing', 'told', 'on-purpose'])),
    note: line,
    /** When that was said of them, epoch milliseconds. */
    stateAt: value(orNull(isInstant)),
  }),
  /** That a risk now was over, by whom and why: brought in by the server with the act itself. */
  riskOver: shape({
    text: { holds: 'text', writer: 'board' },
    alarm: { ...once(isId), writer: 'board' },
    how: { ...once(isOneOf(RISK_ENDS)), writer: 'board' },
    calledBy: { ...once(isId), writer: 'board' },
    calledAt: { ...once(isInstant), writer: 'board' },
  }),
  person: shape({
    name: line,
    gender: value(isOneOf(['female', 'male', 'other', 'unknown'])),
    // A day, a month, a year, or years and when they were said (F25).
    born: value(orNull(isText(20))),
    died: value(orNull(isText(10))),
    due: date,
    note: line,
    isChild: yes,
    lost: value(orNull(isOneOf(LOSSES))),
    noAddress: line,
    /** Of somebody who is a child elsewhere: under whose orders, and where. They are on the map, and have no file here. */
    elsewhere: line,
    nudge,
    ...FACT,
  }),
  relation: shape({
    a: once(isId),
    b: once(isId),
    is: must(RELATIONS),
    how: value(orNull(isText(20))),
    responsible: yes,
    from: date,
    until: date,
    ...FACT,
  }),
  tie: shape({
    a: once(isId),
    b: once(isId),
    is: must(TIES, 'author'),
    how: ownLine,
    says: ownLine,
    on: value(orNull(isDate), 'author'),
    until: value(orNull(isDate), 'author'),
    /** Of harm: how sure it is, and who says so. */
    sure: value(orNull(isOneOf(HARM_STANDINGS)), 'author'),
    source: ownLine,
  }),
  /** Takes a harm line away, and says why: the line itself stays with its author's words, and can be brought back. */
  harmEnd: shape({ text, tie: once(isId), why: once(isOneOf(HARM_ENDS)), who: line, on: date }),
  household: shape({ name: line, from: date, until: date, ...FACT }, ['person']),
  outside: shape({ name: line, is: must(OUTSIDES), note: line }),
  bond: shape({
    outside: once(isId),
    whom: once((v) => isNull(v) || isId(v)),
    is: must(BONDS, 'author'),
    flow: value(isOneOf(FLOWS), 'author'),
    says: ownLine,
    on: value(orNull(isDate), 'author'),
  }),
  /** What was kept of a reflecting session, or that it took place: brought in by the server when the session closes. */
  kept: shape({
    text: { holds: 'text', writer: 'board' },
    session: { ...once(isId), writer: 'board' },
    what: { ...once(isOneOf(KEPT)), writer: 'board' },
    on: value(orNull(isDate), 'board'),
    who: value(isText(2000), 'board'),
    toFile: value(orNull(isBoolean), 'board'),
    /** More than the one whose words these are had a say in what is kept. */
    withOthers: value(orNull(isBoolean), 'board'),
    saidBy: speaker,
  }),
  reflection: shape({ text: { holds: 'text', writer: 'author' } }),
  jotting: shape({ text: { holds: 'text', writer: 'author' } }),
  /** What its author began in a form, named in `of`, and has not sent. */
  draft: shape({ text: { holds: 'text', writer: 'author' }, of: once(isText(200)) }),
} satisfies Record<string, CardShape>;

/** The name of a kind of card. */
export type CardKind = keyof typeof CARDS;

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
