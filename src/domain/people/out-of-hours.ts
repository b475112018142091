/** The most characters of the line that says whom to ring in the evening and at the weekend. */
export const MOST_OUT_OF_HOURS = 120;

/** The telephone number in what somebody wrote, as a `tel:` link has it; null where there is none. */
export function telephoneIn(line: string): string | null {
  const found = /\+?\d[\d\s()./\u2010-\u2015-]{4,}\d/.exec(line)?.[0];
  // "+44 (0)20" is dialled without the nought in brackets.
  return found ? found.replace(/^(\+\d+\s*)\(0\)/, '$1').replace(/[^\d+]/g, '') : null;
}
