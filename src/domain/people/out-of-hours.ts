/** The most characters of the line that says whom to ring in the evening and at the weekend. */
export const MOST_OUT_OF_HOURS = 120;

/**
 * The telephone number in what somebody wrote, as a `tel:` link has it: of this country, or with its country's number. Null
 * where none or more than one may be meant: a wrong number is worse than one to be typed.
 */
export function telephoneIn(line: string): string | null {
  // "+44 (0)20" is dialled without the nought in brackets; hours and other figures are no number.
  const found = line
    .replace(/(\+\d{1,3})\s*\(0\)/g, '$1 ')
    .match(/(?<![\d:.])(\+\d{1,3}|\(?0[1-9])(?:(?:\) ?|[ \u2010-\u2012-])?\d)+(?![\d:])/g);
  const numbers = (found ?? [])
    .map((one) => one.replace(/[^\d+]/g, ''))
    .filter((one) => /^(\+\d{9,14}|0\d{9,10}|08001111)$/.test(one));
  return numbers.length === 1 && found?.length === 1 ? numbers[0]! : null;
}
