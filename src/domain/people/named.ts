import { fold } from '../board/fold.ts';

/** A word of a text, where it stands; what is written in it and not seen (a soft hyphen of a letter pasted in) belongs to it. */
const WORD = /\p{L}(?:[\p{L}\p{M}]|(?!\u200b)\p{Cf})*/gu;
/** What may stand between the parts of one name: “Anna-Maria”, “D’Arcy”. */
const JOINT = /^[\s\u00a0'’‘‐‑–-]$/u;
/** First names that are words of every day too: whether somebody is meant is for a reader to say. */
const WORDS_TOO = new Set(
  `amber angel april art autumn baby bear bill blessing bliss blue brook charity chance chase chip christian clay cliff constance
  crystal daisy dale dawn dean destiny drew earl ever faith fern finn fleur florence flora forest fox frank frankie gene gift ginger
  glen grace grant guy happy harmony harper hazel heath heather heaven hero holly honey honour hope hunter india iris ivy jack jade
  jasmine jay jersey jewel jordan joy june kelly kerry kit lance lane lark leaf lee lily london love lucky major mark mason max may
  melody mercy miles mo moon moses myrtle nan nick noble north ocean olive paris pat patience peace pearl penny piper pop poppy prince
  princess precious ray rain raven reed rich river rob robin rock rocky rory rose rowan royal ruby rusty sage sally sandy scarlet
  scout sir skip sky skye star sterling stone storm sue summer sunny tad tiger tim tony trinity tuesday true van victor victory violet
  wade ward will willow win winter wren young not unknown the mr mrs ms miss dr baby mum mummy dad daddy aunt auntie uncle nana granny
  grandma grandad`.split(/\s+/),
);

const partsOf = (name: string) => (name.match(WORD) ?? []).map(fold);

interface Token {
  word: string;
  from: number;
  to: number;
}
const tokensOf = (text: string): Token[] =>
  [...text.matchAll(WORD)].map((match) => ({
    word: fold(match[0]),
    from: match.index,
    to: match.index + match[0].length,
  }));

/** How many parts of a name stand at a token, from its first; none where it is one letter alone: “I’d” does not call D’Arcy. */
function runAt(text: string, tokens: readonly Token[], at: number, name: readonly string[]): number {
  let known = 0;
  while (
    known < name.length &&
    tokens[at + known]?.word === name[known] &&
    (known === 0 || JOINT.test(text.slice(tokens[at + known - 1]!.to, tokens[at + known]!.from)))
  )
    known++;
  return known < (name[0]?.length === 1 ? name.length : 1) ? 0 : known;
}

/** The words of a text, without case and accents; those of a name are among them if it stands there. */
export const wordsIn = (text: string): ReadonlySet<string> => new Set(partsOf(text));
/** The first word of a name, as `wordsIn` has it; empty where there is none. */
export const firstWord = (name: string): string => partsOf(name)[0] ?? '';

/** Whether somebody's first name stands in a text as a word of its own: “Aylin, in the car” names Aylin. */
export function isNamedIn(text: string, given: string): boolean {
  const name = partsOf(given);
  const tokens = tokensOf(text);
  return tokens.some((_, at) => runAt(text, tokens, at, name) > 0);
}

/** Whether a name may be a word, is not known, or somebody else's: what is said by it cannot be told without a reader. */
export const isUnsureName = (given: string, adults: readonly string[]): boolean => {
  const [first = ''] = partsOf(given);
  return WORDS_TOO.has(first) || adults.some((name) => partsOf(name)[0] === first);
};

/**
 * A text without some people's names, each told as `instead`: “Fetch Milda’s coat” is “Fetch [another child]’s coat”. What is
 * changed stands in square brackets, as in any quotation. Where a name may be one's own as well, the longer and whole one counts.
 */
export function withoutNames(
  text: string,
  ask: { own: string; others: readonly string[]; instead: string },
): string {
  const tokens = tokensOf(text);
  const weigh = (at: number, name: readonly string[]) => {
    const run = runAt(text, tokens, at, name);
    return { run, weight: run > 0 && run === name.length ? 2 * run + 1 : run };
  };
  const own = partsOf(ask.own);
  const others = ask.others.map(partsOf);
  let told = '';
  let from = 0;
  for (let at = 0; at < tokens.length; at++) {
    const mine = weigh(at, own);
    const theirs = others
      .map((name) => weigh(at, name))
      .reduce((best, one) => (one.weight > best.weight ? one : best), { run: 0, weight: 0 });
    const run = Math.max(mine.run, theirs.run);
    if (theirs.weight > mine.weight) {
      told += text.slice(from, tokens[at]!.from) + ask.instead;
      from = tokens[at + theirs.run - 1]!.to;
      at += theirs.run - 1;
    } else if (run > 1) at += mine.run - 1;
  }
  return told + text.slice(from);
}
