import { BANK_HOLIDAYS } from './bank-holidays.ts';
import { addDays } from './civil.ts';

/** Working days of England and Wales: Monday to Friday, except bank holidays. Civil dates 'YYYY-MM-DD'. */

const isWeekend = (day: string): boolean => [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay());

/** Whether a weekday is a bank holiday; null in a year whose holidays are not published. */
function isHoliday(day: string): boolean | null {
  const year = BANK_HOLIDAYS[day.slice(0, 4)];
  return year ? year.includes(day.slice(5)) : null;
}

/** Whether the bank holidays of a day's year are published. */
export const isPublished = (day: string): boolean => BANK_HOLIDAYS[day.slice(0, 4)] !== undefined;

/** What a count of working days came to. */
export interface Counted {
  day: string;
  /** Bank holidays on weekdays that were stepped over. */
  over: string[];
  /** Whether every holiday on the way is published: where not, the day may be later. */
  isKnown: boolean;
}

/** T5: The nth working day after a day; with `isFirst` the day itself is the first, if it is one. */
export function workingDaysFrom(from: string, many: number, { isFirst = false } = {}): Counted {
  const over: string[] = [];
  let isKnown = true;
  let left = many;
  for (let day = isFirst ? from : addDays(from, 1); ; day = addDays(day, 1)) {
    const holiday = isWeekend(day) ? false : isHoliday(day);
    if (holiday === null) isKnown = false;
    if (holiday) over.push(day);
    if (!isWeekend(day) && !holiday) left--;
    if (left <= 0) return { day, over, isKnown };
  }
}

/** The last working day on a day or before it. */
export function lastWorkingDay(day: string): string {
  let last = day;
  while (isWeekend(last) || isHoliday(last)) last = addDays(last, -1);
  return last;
}

/** The next working day on a day or after it. */
export function nextWorkingDay(day: string): string {
  let next = day;
  while (isWeekend(next) || isHoliday(next)) next = addDays(next, 1);
  return next;
}

/** The same day of the month so many months on; where that month is shorter, its last day. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const at = year * 12 + month - 1 + months;
  const [toYear, toMonth] = [Math.floor(at / 12), at % 12];
  const longest = new Date(Date.UTC(toYear, toMonth + 1, 0)).getUTCDate();
  return new Date(Date.UTC(toYear, toMonth, Math.min(date, longest))).toISOString().slice(0, 10);
}
