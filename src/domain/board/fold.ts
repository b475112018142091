/** Letters that Unicode does not take apart into a letter and its mark, and what people type for them. */
const PLAIN: Record<string, string> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  ħ: 'h',
  ı: 'i',
  þ: 'th',
};

/**
 * Text as it is compared when somebody looks for it: without case, accents, the ways of writing an apostrophe, a hyphen or a
 * space, and without what is written and not seen (a soft hyphen, a zero-width space).
 */
export function fold(text: string): string {
  return text
    .replace(/[‘’‛ʼʹ′`´]/g, "'")
    .normalize('NFKD')
    .replace(/[\p{M}\p{Cf}\0]/gu, '')
    .replace(/[‐‑‒–—―−]/g, '-')
    .toLowerCase()
    .replace(/[ßæœøđðłħıþ]/g, (letter) => PLAIN[letter]!);
}

/** Folded text without its apostrophes: who types O’Brien as obrien finds it too. */
const sought = (text: string) => fold(text).replaceAll("'", '');

/** Whether a text holds all of what is looked for, word beside word. */
export const holds = (text: string, query: string): boolean =>
  sought(text).replace(/\s+/g, ' ').includes(sought(query).trim().replace(/\s+/g, ' '));

/** Where in a text a folded term begins; −1 where it does not stand there. */
export function placeOf(text: string, term: string): number {
  let folded = '';
  const places: number[] = [];
  let at = 0;
  for (const letter of text) {
    const plain = sought(letter);
    folded += plain;
    for (let unit = 0; unit < plain.length; unit++) places.push(at);
    at += letter.length;
  }
  return places[folded.indexOf(term)] ?? -1;
}

/** The longest question that is looked for, in characters. */
export const MOST_QUERY = 200;

/** The words that are looked for, without apostrophes: at most eight, each of two letters or more, all of which must be there. */
export const termsOf = (query: string): string[] =>
  [...new Set(sought(query).split(/\s+/))].filter((term) => term.length >= 2).slice(0, 8);
