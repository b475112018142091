/**
 * F26: Kinds of decision and whose they usually are. Each council's list differs, so a unit edits its own; the rows shipped are
 * to start from. Words that look like a kind bring a quiet line; nothing is chosen by itself, and nothing is held up.
 */
import type { Authority } from './settings.ts';

/** A kind of decision, as a council's list has it. */
export interface DecisionKind {
  id: string;
  name: string;
  /** Whose it usually is, in words. */
  whose: string;
  /** The level that one press takes; null where the list names nobody whom this unit has a level for. */
  level: string | null;
  /** Words that look like it, each a few words in a row. */
  words: string[];
}

/** What was chosen where no kind of the list fits. */
export const ELSEWHERE = 'elsewhere';

/** [seed] Hackney 2008 for the first five, common practice for the others. */
export const DEFAULT_KINDS: readonly DecisionKind[] = [
  {
    id: 'proceedings',
    name: 'Care proceedings',
    whose: 'Resource Panel, then legal planning',
    level: 'resource-panel',
    words: [
      'care proceedings',
      'issue proceedings',
      'start proceedings',
      'pre-proceedings',
      'PLO',
      'public law outline',
      'care order',
      'supervision order',
      'apply to court',
      'EPO',
      'emergency protection order',
      'legal planning',
    ],
  },
  {
    id: 'into-care',
    name: 'Into care',
    whose: 'Resource Panel; in an emergency at once, and told after',
    level: 'resource-panel',
    words: [
      'into care',
      'into local authority care',
      'accommodate',
      'section 20',
      'foster placement',
      'foster care',
      'placed with foster carers',
      'live with foster carers',
      'move to foster carers',
      'remove from home',
      'remove the children',
      'police protection',
    ],
  },
  {
    id: 'home-from-care',
    name: 'Home from care, or placed with parents',
    whose: 'Resource Panel',
    level: 'resource-panel',
    words: [
      'home from care',
      'return home',
      'leave care',
      'leaving care',
      'reunification',
      'reunify',
      'placed with parents',
      'placement with parents',
      'rehab home',
      'discharge the order',
      'discharge the care order',
    ],
  },
  {
    id: 'residential',
    name: 'Residential, secure or out of area',
    whose: 'Resource Panel and the director',
    level: 'resource-panel',
    words: [
      'residential placement',
      'residential care',
      'residential home',
      'residential school',
      'secure accommodation',
      'secure unit',
      'secure order',
      'secure placement',
      'out of area',
      'deprivation of liberty',
    ],
  },
  {
    id: 'money',
    name: 'A costly service, or money beyond the unit’s limit',
    whose: 'Resource Panel',
    level: 'resource-panel',
    words: ['funding', 'package of support', 'care package'],
  },
  {
    id: 'permanence',
    name: 'Adoption, special guardianship, permanence',
    whose: 'The panel and the agency decision maker',
    level: 'resource-panel',
    words: ['adoption', 'adoptive placement', 'special guardianship', 'SGO', 'permanence', 'placement order'],
  },
  {
    id: 'section-47',
    name: 'Section 47 begins or ends, conference or not',
    whose: 'The group manager, with other agencies',
    level: 'group-manager',
    words: [
      'section 47',
      'strategy meeting',
      'strategy discussion',
      'strat meeting',
      'initial conference',
      'ICPC',
      'child protection conference',
      'call a conference',
    ],
  },
  {
    id: 'plan',
    name: 'A child protection plan begins or ends',
    whose: 'The conference, on our advice',
    level: null,
    words: [
      'end the plan',
      'end the child protection plan',
      'end the CP plan',
      'end of the plan',
      'begin a child protection plan',
      'start a child protection plan',
      'put on a child protection plan',
      'put on a CP plan',
      'take off the plan',
      'take off the child protection plan',
      'take off the CP plan',
      'come off the plan',
      'come off the child protection plan',
      'step down',
    ],
  },
  {
    id: 'contact',
    name: 'Contact stopped or supervised against a parent’s wish',
    whose: 'The group manager; the court where there is an order',
    level: 'group-manager',
    words: [
      'stop contact',
      'end contact',
      'supervise contact',
      'supervised contact',
      'contact is supervised',
      'suspend contact',
    ],
  },
  {
    id: 'withheld',
    name: 'Something kept from a parent, or told to the police',
    whose: 'The group manager and legal',
    level: 'legal',
    words: [
      'withhold',
      'keep from the parents',
      'not tell the parents',
      'tell the police',
      'disclose to the police',
      'disclosure to the police',
    ],
  },
  {
    id: 'closing',
    name: 'A family is closed or handed over',
    whose: 'The unit; with the group manager where there is a plan',
    level: 'group-manager',
    words: ['close the case', 'close the family', 'case closed', 'transfer the case', 'hand over the case'],
  },
  {
    id: 'our-own',
    name: 'Our own help and visits',
    whose: 'The unit',
    level: 'unit',
    words: [],
  },
];

/** Words of a decision that look like a kind: where they stand in the text. */
export interface KindInWords {
  kind: DecisionKind;
  from: number;
  to: number;
}

const WORD = /[\p{L}\p{M}\p{N}]+/gu;
/** Words that stand between the words of a phrase: “end Isa’s and Aylin’s plan” ends the plan. */
const LITTLE = new Set(['the', 'a', 'an', 'his', 'her', 'their', 'this', 'our']);
const BETWEEN = new Set([...LITTLE, 's', 'and']);

/** Without case, plural, past and -ing: “accommodated” and “accommodating” are “accommodat”. */
function stem(word: string): string {
  const low = word.toLocaleLowerCase('en-GB').normalize('NFD').replace(/\p{M}/gu, '');
  if (low.length <= 3) return low;
  const cut = low
    .replace(/ie[sd]$/, 'y')
    .replace(/(?<=[sxz]|[cs]h)es$/, '')
    .replace(/(?<!s)s$/, '')
    .replace(/(?<=.{3})(?:ing|ed)$/, '')
    .replace(/(?<=.{4})e$/, '');
  // "stopped" and "stopping" are "stop".
  return cut.replace(/([bdgmnprt])\1$/, '$1');
}
/** Forms that no ending makes. */
const FORMS: Record<string, string> = {
  left: 'leav',
  went: 'go',
  goes: 'go',
  going: 'go',
  paid: 'pay',
  began: 'begin',
  begun: 'begin',
  told: 'tell',
  kept: 'keep',
  withheld: 'withhold',
};
const formOf = (word: string) => FORMS[word.toLocaleLowerCase('en-GB')] ?? stem(word);

interface Token {
  form: string;
  from: number;
  to: number;
  isName: boolean;
}

function tokensOf(text: string, names: ReadonlySet<string>): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(WORD)) {
    const [from, to] = [match.index, match.index + match[0].length];
    const before = tokens.at(-1);
    // “Section 20”, “s. 20” and “s.20” are one word.
    if (
      before &&
      /^\d+$/.test(match[0]) &&
      (before.form === 's' || before.form === 'section') &&
      /^[.\s]*$/.test(text.slice(before.to, from))
    ) {
      Object.assign(before, { form: `s${match[0]}`, to });
      continue;
    }
    tokens.push({ form: formOf(match[0]), from, to, isName: names.has(match[0]) });
  }
  return tokens;
}

/** Where a phrase ends that begins at a token; null where it does not stand there. Names and little words may stand between, never a stop. */
function endOf(text: string, tokens: readonly Token[], at: number, phrase: readonly string[]): number | null {
  let end = at;
  let i = at;
  for (const [index, form] of phrase.entries()) {
    if (index > 0)
      while (tokens[i] && tokens[i]!.form !== form && (tokens[i]!.isName || BETWEEN.has(tokens[i]!.form)))
        i++;
    const token = tokens[i];
    if (!token || token.form !== form || token.isName) return null;
    if (index > 0 && /[.!?;:,]/.test(text.slice(tokens[end]!.to, token.from))) return null;
    end = i;
    i++;
  }
  return end;
}

interface Phrase {
  kind: DecisionKind;
  forms: string[];
}
const nobody: ReadonlySet<string> = new Set();
const prepared = new WeakMap<readonly DecisionKind[], Map<string, Phrase[]>>();

/** The phrases of a list by their first word. */
function phrasesOf(kinds: readonly DecisionKind[]): Map<string, Phrase[]> {
  let phrases = prepared.get(kinds);
  if (!phrases) {
    phrases = new Map();
    for (const kind of kinds)
      for (const words of kind.words) {
        const forms = tokensOf(words, nobody)
          .map((token) => token.form)
          .filter((form) => !LITTLE.has(form));
        const first = forms[0];
        if (first !== undefined) phrases.set(first, [...(phrases.get(first) ?? []), { kind, forms }]);
      }
    prepared.set(kinds, phrases);
  }
  return phrases;
}

/**
 * The kind that a decision's words look like: whole words, inflected, never inside a name; of several the longest. Null where
 * they look like none. `names` are the words of the names of the people here.
 */
export function kindInWords(
  text: string,
  kinds: readonly DecisionKind[],
  names: ReadonlySet<string>,
): KindInWords | null {
  const tokens = tokensOf(text, names);
  const phrases = phrasesOf(kinds);
  let best: (KindInWords & { length: number }) | null = null;
  for (const [at, token] of tokens.entries())
    for (const { kind, forms } of phrases.get(token.form) ?? []) {
      if (best !== null && forms.length <= best.length) continue;
      const end = endOf(text, tokens, at, forms);
      if (end !== null) best = { kind, from: token.from, to: tokens[end]!.to, length: forms.length };
    }
  return best && { kind: best.kind, from: best.from, to: best.to };
}

/** The words of names, as they are written there; what begins small (“brother in care”) is no name. */
export const wordsOfNames = (names: readonly string[]): Set<string> =>
  new Set(names.flatMap((name) => name.match(WORD) ?? []).filter((word) => !/^\p{Ll}/u.test(word)));

/**
 * What a decision is usually, and whose: the kind that somebody chose, or what its words look like. Null where nothing is to be
 * said: no kind, the level is that already, or somebody said that it belongs elsewhere.
 */
export function whoseUsually(
  decision: { text: string; decisionKind: string | null },
  ask: { kinds: readonly DecisionKind[]; level: Authority | null; names: ReadonlySet<string> },
): { kind: DecisionKind; words: string | null } | null {
  if (decision.decisionKind === ELSEWHERE) return null;
  const chosen = ask.kinds.find((kind) => kind.id === decision.decisionKind);
  const found = chosen ? null : kindInWords(decision.text, ask.kinds, ask.names);
  const kind = chosen ?? found?.kind;
  if (!kind || (kind.level !== null && ask.level?.id === kind.level)) return null;
  if (kind.level === null && ask.level !== null && !ask.level.isUnit) return null;
  return { kind, words: found ? decision.text.slice(found.from, found.to) : null };
}
