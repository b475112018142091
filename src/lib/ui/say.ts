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
export const unitCalled = (name: string): string => (/\bunit$/i.test(name.trim()) ? name : `${name} unit`);
