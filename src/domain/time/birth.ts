/**
 * F25: A birth as far as it is known: a day '2014-06-03', a month '2014-06', a year '2014', or years and the month of which
 * they were said: '~3@2024-06' is "about 3 in June 2024". Nobody has to invent a day. No clock in here.
 */
import { addDays, isCivil, longDate } from './civil.ts';

const monthNames =
  'January February March April May June July August September October November December'.split(' ');
const said = /^~(\d{1,3})@(\d{4}-\d{2})$/;

/** Whether this is a year, a month or a day that there is. */
export const isPartOfDate = (text: string): boolean =>
  (/^\d{4}$/.test(text) && text !== '0000') ||
  (/^\d{4}-\d{2}$/.test(text) && isCivil(`${text}-01`)) ||
  isCivil(text);

/** Whether this is a birth, as it is kept. */
export function isBirth(text: string): boolean {
  const [, , month] = said.exec(text) ?? [];
  return month === undefined ? isPartOfDate(text) : isPartOfDate(month);
}

/** A year, a month or a day as people here write it: "1984", "6/1984", "June 1984", "1/3/1984", "1 March 1984". Null where it is none. */
export function readPartOfDate(text: string): string | null {
  const parts = text
    .trim()
    .toLowerCase()
    .split(/[/. -]+/);
  const numbers = parts.map((part) => {
    const named =
      part.length >= 3 ? monthNames.findIndex((name) => name.toLowerCase().startsWith(part)) + 1 : 0;
    return named > 0 ? String(named) : part;
  });
  if (numbers.some((part) => !/^\d+$/.test(part))) return null;
  const yearFirst = numbers[0]!.length === 4 ? numbers : numbers.toReversed();
  const [year, ...rest] = yearFirst;
  if (year?.length !== 4 || rest.length > 2 || rest.some((part) => part.length > 2)) return null;
  const date = [year, ...rest.map((part) => part.padStart(2, '0'))].join('-');
  return isPartOfDate(date) ? date : null;
}

/** A birth as people here write it; "about 3" alone is of the month of `today`. Null where it is none. */
export function readBirth(text: string, today: string | null): string | null {
  if (isBirth(text.trim())) return text.trim();
  const [, years, , of] =
    /^about (\d{1,3})(?: years?(?: old)?)?( (?:in|on) (.+))?$/i.exec(text.trim().replaceAll(/\s+/g, ' ')) ??
    [];
  if (years === undefined) return readPartOfDate(text);
  const day = of === undefined ? today : readPartOfDate(of);
  // A year alone is told of its middle.
  const month = day && (day.length === 4 ? `${day}-06` : day.slice(0, 7));
  return month ? `~${Number(years)}@${month}` : null;
}

/** "3 June 2014", "June 2014", "2014" or "about 3 in June 2024". */
export function birthInWords(born: string): string {
  const [, years, month] = said.exec(born) ?? [];
  return years === undefined ? partOfDateInWords(born) : `about ${years} in ${partOfDateInWords(month!)}`;
}

/** "3 June 2014", "June 2014" or "2014". */
function partOfDateInWords(date: string): string {
  if (date.length === 10) return longDate(date);
  const [year, month] = date.split('-');
  return month === undefined ? year! : `${monthNames[Number(month) - 1]} ${year}`;
}

/** The year, as near as it is known. */
export function birthYear(born: string): number {
  const [, years, month] = said.exec(born) ?? [];
  return years === undefined ? Number(born.slice(0, 4)) : Number(month!.slice(0, 4)) - Number(years);
}

/** Births in order, eldest first; whoever's is not known comes last. */
export const byBirth = (a: string | null, b: string | null): number => sortKey(a).localeCompare(sortKey(b));
const sortKey = (born: string | null) =>
  born === null ? '9999' : said.test(born) ? String(birthYear(born)) : born;

/** The first and the last day on which somebody may have been born. */
function spanOf(born: string): { first: string; last: string } {
  if (born.length === 10) return { first: born, last: born };
  if (born.length === 4) return { first: `${born}-01-01`, last: `${born}-12-31` };
  const [year, month] = born.split('-').map(Number) as [number, number];
  const next = month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
  return { first: `${born}-01`, last: addDays(next, -1) };
}

/** Whole months between two days; less than none is negative. */
function monthsBetween(from: string, to: string): number {
  const [by, bm, bd] = from.split('-').map(Number) as [number, number, number];
  const [y, m, d] = to.split('-').map(Number) as [number, number, number];
  return (y - by) * 12 + (m - bm) - (d < bd ? 1 : 0);
}

/** How many months old somebody is at the least and at the most; null where nobody can say, or they are not born. */
function monthsOn(born: string | null, on: string): { least: number; most: number } | null {
  if (!born || said.test(born) || !isPartOfDate(born)) return null;
  const { first, last } = spanOf(born);
  const most = monthsBetween(first, on);
  return most < 0 ? null : { least: Math.max(0, monthsBetween(last, on)), most };
}

interface AgeWords {
  about: (years: number) => string;
  under: (years: number) => string;
  between: (least: number, most: number) => string;
}

function ageBy(born: string | null, on: string, words: AgeWords): string {
  const [, years, month] = said.exec(born ?? '') ?? [];
  if (years !== undefined)
    return words.about(Number(years) + Math.max(0, Math.floor(monthsBetween(`${month}-01`, on) / 12)));
  const months = monthsOn(born, on);
  if (!months) return '';
  const { least, most } = months;
  if (most < 24) return least === most ? `${most}m` : words.under(most < 12 ? 1 : 2);
  const [from, to] = [Math.floor(least / 12), Math.floor(most / 12)];
  return from === to ? String(to) : words.between(from, to);
}

/** How old somebody is, in words: "11", "9m", "13 or 14", "about 3", "under 2"; nothing where it is not known. */
export const ageOn = (born: string | null, on: string): string =>
  ageBy(born, on, {
    about: (years) => `about ${years}`,
    under: (years) => `under ${years}`,
    between: (least, most) => `${least} or ${most}`,
  });

/** The same as it fits into a symbol: "13–14", "~3", "<2". */
export const ageSign = (born: string | null, on: string): string =>
  ageBy(born, on, {
    about: (years) => `~${years}`,
    under: (years) => `<${years}`,
    between: (least, most) => `${least}–${most}`,
  });

/** Whether somebody is known to be under two: what leaves it open is not known. */
export const isUnderTwo = (born: string | null, on: string): boolean => (monthsOn(born, on)?.most ?? 24) < 24;

/** Whether somebody may be a child: known to be eighteen, they are none; nobody's age known, nobody says. */
export function maybeUnder18(born: string | null, on: string): boolean {
  const [, years] = said.exec(born ?? '') ?? [];
  // What was said of about how old somebody is may be out by some years.
  if (years !== undefined) return ageYearsSaid(born!, on) < 21;
  return (monthsOn(born, on)?.least ?? 18 * 12) < 18 * 12;
}

const ageYearsSaid = (born: string, on: string) => Number(on.slice(0, 4)) - birthYear(born);
