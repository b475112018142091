/**
 * F25: A birth as far as it is known: a day '2014-06-03', a month '2014-06', a year '2014', or an age and the month of which
 * it was said: '~3@2024-06' is "about 3 in June 2024", '~18m@2024-06' "about 18 months in June 2024". Nobody has to invent a
 * day. No clock in here.
 */
import { dayMonth, isCivil, longDate } from './civil.ts';

const monthNames =
  'January February March April May June July August September October November December'.split(' ');
const aged = /^~(\d{1,3})(m?)@(\d{4}-\d{2})$/;

/** An age that was said: how many months old, of which month, and whether it was told in months. */
function ageSaid(born: string): { count: number; inMonths: boolean; month: string } | null {
  const [, count, unit, month] = aged.exec(born) ?? [];
  return month === undefined ? null : { count: Number(count), inMonths: unit === 'm', month };
}

/** Whether this is a year, a month or a day that there is. */
export const isPartOfDate = (text: string): boolean =>
  (/^\d{4}$/.test(text) && text !== '0000') ||
  (/^\d{4}-\d{2}$/.test(text) && isCivil(`${text}-01`)) ||
  isCivil(text);

/** Whether this is a birth, as it is kept. */
export const isBirth = (text: string): boolean => isPartOfDate(ageSaid(text)?.month ?? text);

/** F25: Why this cannot be somebody's birth by today, in words; null where it can. */
export function whyNotBorn(born: string, today: string): string | null {
  if (!isBirth(born))
    return 'A birth is a day, a month, a year or an age: 1/3/1984, June 1984, 1984, or about 3 in June 2024.';
  // Of an age that was said "in 2026" nobody knows the month.
  const first = ageSaid(born)?.month.slice(0, 4) ?? born;
  return first > today.slice(0, first.length)
    ? 'This day has not come yet. For somebody who is not born, write when they are due.'
    : null;
}

/** A year, a month or a day as people here write it: "1984", "6/1984", "June 1984", "1/3/1984", "1 March 1984", "March 1st, 1984". Null where it is none. */
export function readPartOfDate(text: string): string | null {
  const parts = text
    .trim()
    .toLowerCase()
    .split(/[/. ,-]+/);
  const monthOf = (part: string) =>
    part.length >= 3 ? monthNames.findIndex((name) => name.toLowerCase().startsWith(part)) + 1 : 0;
  const named = parts.filter((part) => monthOf(part) > 0);
  const numbers = parts
    .filter((part) => monthOf(part) === 0)
    .map((part) => part.replace(/^(\d{1,2})(?:st|nd|rd|th)$/, '$1'));
  if (named.length > 1 || numbers.some((part) => !/^(\d{4}|\d{1,2})$/.test(part))) return null;
  const years = numbers.filter((part) => part.length === 4);
  const year = years[0];
  if (years.length !== 1 || year === undefined) return null;
  // Where the month has its name, what is left beside the year is the day; else the year is first or last.
  const rest = numbers.filter((part) => part !== year);
  if (named.length === 0 && numbers[0] !== year && numbers.at(-1) !== year) return null;
  const [month, day] =
    named.length === 1
      ? [String(monthOf(named[0]!)), rest[0]]
      : numbers[0] === year
        ? rest
        : rest.toReversed();
  if (rest.length > (named.length === 1 ? 1 : 2)) return null;
  const date = [year, ...[month, day].flatMap((part) => part?.padStart(2, '0') ?? [])].join('-');
  return isPartOfDate(date) ? date : null;
}

/** A birth as people here write it; "about 3" or "about 18 months" alone is of the month of `today`. Null where it is none. */
export function readBirth(text: string, today: string | null): string | null {
  const said = text.trim().replaceAll(/\s+/g, ' ');
  if (isBirth(said)) return said;
  const [, count, unit, , of] =
    /^about (\d{1,3})(?: (years?|months?))?(?: old)?( (?:in|on) (.+))?$/i.exec(said) ?? [];
  if (count === undefined) return readPartOfDate(said);
  const day = of === undefined ? today : readPartOfDate(of);
  // A year alone is told of its middle.
  const month = day && (day.length === 4 ? `${day}-06` : day.slice(0, 7));
  return month ? `~${Number(count)}${unit?.toLowerCase().startsWith('m') ? 'm' : ''}@${month}` : null;
}

/** "3 June 2014", "June 2014", "2014" or "about 3 in June 2024". */
export function birthInWords(born: string): string {
  const age = ageSaid(born);
  if (!age) return dateInWords(born);
  const when = dateInWords(age.month);
  if (age.count === 0) return `under one ${age.inMonths ? 'month' : 'year'} in ${when}`;
  if (age.inMonths) return `about ${age.count} ${age.count === 1 ? 'month' : 'months'} in ${when}`;
  return `about ${age.count} in ${when}`;
}

/** "3 June 2014", "June 2014" or "2014". */
export function dateInWords(date: string): string {
  if (date.length === 10) return longDate(date);
  const [year, month] = date.split('-');
  return month === undefined ? year! : `${monthNames[Number(month) - 1]} ${year}`;
}

/** "3 June" within the year, else with it; a month or a year as it is known. */
export const dayInShort = (date: string, today: string): string =>
  date.length === 10 ? dayMonth(date, today) : dateInWords(date);

/** The year, as near as it is known: of an age that was said it is about that. */
export function birthYear(born: string): number {
  const age = ageSaid(born);
  if (!age) return Number(born.slice(0, 4));
  const [year, month] = age.month.split('-').map(Number) as [number, number];
  return Math.floor((year * 12 + month - 1 - (age.inMonths ? age.count : age.count * 12)) / 12);
}

/** Births in order, eldest first; whoever's is not known comes last. */
export const byBirth = (a: string | null, b: string | null): number => sortKey(a).localeCompare(sortKey(b));
const sortKey = (born: string | null) =>
  born === null ? '9999' : ageSaid(born) ? String(birthYear(born)) : born;

/** The first and the last day on which somebody may have been born. */
function spanOf(born: string): { first: string; last: string } {
  if (born.length === 10) return { first: born, last: born };
  if (born.length === 4) return { first: `${born}-01-01`, last: `${born}-12-31` };
  const [year, month] = born.split('-').map(Number) as [number, number];
  // Every four hundred years the calendar is the same, and a far year has no other side to step over to.
  const days = new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();
  return { first: `${born}-01`, last: `${born}-${String(days).padStart(2, '0')}` };
}

/** Whole months between two days; less than none is negative. */
function monthsBetween(from: string, to: string): number {
  const [by, bm, bd] = from.split('-').map(Number) as [number, number, number];
  const [y, m, d] = to.split('-').map(Number) as [number, number, number];
  return (y - by) * 12 + (m - bm) - (d < bd ? 1 : 0);
}

/** How many months old somebody is at the least and at the most; null where nobody can say, or they are not born. */
function monthsOn(born: string | null, on: string): { least: number; most: number } | null {
  if (!born || !isPartOfDate(born)) return null;
  const { first, last } = spanOf(born);
  const most = monthsBetween(first, on);
  return most < 0 ? null : { least: Math.max(0, monthsBetween(last, on)), most };
}

interface AgeWords {
  about: (age: string) => string;
  under: (years: number) => string;
  between: (least: number, most: number) => string;
}

/** About how many months old somebody is by an age that was said; negative before they were born. */
function monthsSaid({ count, inMonths, month }: NonNullable<ReturnType<typeof ageSaid>>, on: string): number {
  return (inMonths ? count : count * 12) + monthsBetween(`${month}-01`, `${on.slice(0, 7)}-01`);
}

function ageBy(born: string | null, on: string, words: AgeWords): string {
  const age = born ? ageSaid(born) : null;
  if (age) {
    const months = monthsSaid(age, on);
    if (months < 0) return '';
    return words.about(age.inMonths && months < 24 ? `${months}m` : String(Math.floor(months / 12)));
  }
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
    about: (age) => `about ${age}`,
    under: (years) => `under ${years}`,
    between: (least, most) => `${least} or ${most}`,
  });

/** The same as it fits into a symbol: "~13", "~3", "<2". */
export const ageSign = (born: string | null, on: string): string =>
  ageBy(born, on, {
    about: (age) => `~${age}`,
    under: (years) => `<${years}`,
    between: (least) => `~${least}`,
  });

/** Whether somebody is known to be under two: what leaves it open is not known. */
export const isUnderTwo = (born: string | null, on: string): boolean => (monthsOn(born, on)?.most ?? 24) < 24;

/** Whether somebody may be a child: known to be eighteen, they are none; nobody's age known, nobody says. */
export function maybeUnder18(born: string | null, on: string): boolean {
  const age = born ? ageSaid(born) : null;
  // What was said of about how old somebody is may be out by some years.
  if (age) return monthsSaid(age, on) < 21 * 12;
  return (monthsOn(born, on)?.least ?? 18 * 12) < 18 * 12;
}
