/** Text as it is compared when somebody looks for it: without case, accents and the ways of writing an apostrophe. */
export function fold(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/[\p{M}\0]/gu, '')
    .replace(/[‘’ʼ`]/g, "'")
    .toLowerCase();
}

/** The longest question that is looked for, in characters. */
export const MOST_QUERY = 200;

/** The words that are looked for: at most eight, each of two letters or more, all of which must be there. */
export const termsOf = (query: string): string[] =>
  [...new Set(fold(query).split(/\s+/))].filter((term) => term.length >= 2).slice(0, 8);
