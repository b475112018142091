/** How a number of things is said: the forms of the language in its order, with `#` for the number. The catalogue brings a language's own `form`. */
export function plural(
  count: number,
  forms: readonly string[],
  form: (count: number) => number = (many) => (many === 1 ? 0 : 1),
): string {
  return forms[form(count)]!.replace('#', String(count));
}

const row = new Intl.ListFormat('en-GB');
/** Names in a row: Selin, Emine and Marlon. */
export const inRow = (names: readonly string[]) => row.format(names);

/** A unit by its name: one that says what it is already is not called a unit twice. */
export const unitCalled = (name: string): string =>
  name.trim() === '' || /\b(unit|team|service|hub|pod)\b/i.test(name) ? name : `${name} unit`;

/** A family by its name, at the head of a page: “The Kaya-Bright family”, and “The Browns” as they are. */
export const familyCalled = (name: string): string => {
  const whole = /\bfamily\b/i.test(name) || /^the\b/i.test(name) ? name : `${name} family`;
  if (name.trim() === '') return '';
  return /^the\b/i.test(whole) ? whole : `The ${whole}`;
};

const ORDINALS = [
  '',
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
  'eleventh',
  'twelfth',
];

/** “first”, “twelfth”, “21st”. */
export function ordinal(count: number): string {
  const word = ORDINALS[count];
  if (word) return word;
  const teen = count % 100 > 10 && count % 100 < 14;
  return `${count}${(teen ? '' : ['', 'st', 'nd', 'rd'][count % 10]) || 'th'}`;
}
