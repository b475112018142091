/** Words without case and accents: “zoë” is “Zoe”. */
const words = (text: string) =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLocaleLowerCase('en-GB')
    .split(/[^\p{L}]+/u);

/** Whether somebody's first name stands in a text as a word of its own: “Aylin, in the car” names Aylin. */
export function isNamedIn(text: string, given: string): boolean {
  const first = words(given).find(Boolean);
  return first !== undefined && words(text).includes(first);
}
