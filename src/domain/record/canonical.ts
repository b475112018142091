/** What canonical JSON may hold (RFC 8785 without fractions): the same value always gives the same bytes. */
export type Plain = string | number | boolean | null | readonly Plain[] | { readonly [key: string]: Plain };

/** F1: Canonical JSON: keys sorted by code unit, no spaces; refuses fractions, unsafe integers and lone surrogates. */
export function canonical(value: Plain): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isSafeInteger(value)) throw new Error('a number that is not a safe integer');
    return String(value);
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('half a character');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  const object = value as { readonly [key: string]: Plain };
  const keys = Object.keys(object).sort();
  return `{${keys.map((key) => `${canonical(key)}:${canonical(object[key]!)}`).join(',')}}`;
}
