/** The fields that a card is made of: what each holds, who may write it, what is well formed, and what it reads as unset. */
import { isPartOfDate } from '../time/birth.ts';
import { isCivil } from '../time/civil.ts';

/** Who writes a field: anyone who may think here, the card's author, the one member in the key, who chooses for the file, or the server alone. */
export type Writer = 'anyone' | 'author' | 'self' | 'chooser' | 'board';

/** Says whether a value is well formed, and so what it is. */
export type Check<T> = (value: unknown) => value is T;

/** A field that holds a value of type `T`. */
export interface ValueField<T = unknown> {
  holds: 'value';
  writer: Writer;
  /** Set when the card is made and never again. */
  once?: true;
  /** A card is not made without it, and never left without it. */
  must?: true;
  check: Check<T>;
  /** What it reads as where nobody has set it; undefined where a card is never without it. */
  empty: T | undefined;
}

/** A field that holds a Y.Text: made with the card and never replaced. */
export interface TextField {
  holds: 'text';
  writer: Writer;
}

export type Field = ValueField | TextField;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Whether this is one of our ids. */
export const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value);
export const isDate = (value: unknown): value is string => typeof value === 'string' && isCivil(value);
/** Epoch milliseconds that are a day of some calendar: a time that is none has no place on any page. */
export const isInstant = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= 8.64e15;
/** A number as it is written down, in its own digits: a fraction has no exact form in canonical JSON. */
export const isFigure = (value: unknown): value is string =>
  typeof value === 'string' && /^-?\d{1,8}(\.\d{1,4})?$/.test(value);
export const isMeasure = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= 60;
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
export const isWhole =
  (least: number, most: number): Check<number> =>
  (value): value is number =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
export const isText =
  (most: number): Check<string> =>
  (value): value is string =>
    typeof value === 'string' && value.length <= most;
export const isOneOf =
  <const Words extends readonly string[]>(words: Words): Check<Words[number]> =>
  (value): value is Words[number] =>
    typeof value === 'string' && words.includes(value);
export const isPartOfADate = (value: unknown): value is string =>
  typeof value === 'string' && isPartOfDate(value);
export const orNull =
  <T>(check: Check<T>): Check<T | null> =>
  (value): value is T | null =>
    value === null || check(value);

export const value = <T>(check: Check<T>, empty: NoInfer<T>, writer: Writer = 'anyone'): ValueField<T> => ({
  holds: 'value',
  writer,
  check,
  empty,
});
/** Null until somebody has said. */
export const unsaid = <T>(check: Check<T>, writer: Writer = 'anyone'): ValueField<T | null> =>
  value<T | null>(orNull(check), null, writer);
export const once = <T>(check: Check<T>, empty?: NoInfer<T>): ValueField<T> => ({
  holds: 'value',
  writer: 'author',
  once: true,
  check,
  empty,
});
export const must = <const Words extends readonly string[]>(
  words: Words,
  writer: Writer = 'anyone',
): ValueField<Words[number]> => ({
  holds: 'value',
  writer,
  must: true,
  check: isOneOf(words),
  empty: undefined,
});
export const byBoard = <T>(field: ValueField<T>): ValueField<T> => ({ ...field, writer: 'board' });
export const text: TextField = { holds: 'text', writer: 'anyone' };
export const ownText: TextField = { holds: 'text', writer: 'author' };
export const boardText: TextField = { holds: 'text', writer: 'board' };
