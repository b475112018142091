/** Civil dates 'YYYY-MM-DD' in Europe/London; no clock in here. */

/** Whether this is a day that exists. */
export function isCivil(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

const london = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Europe/London',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});
const hourMs = 3_600_000;
const mostHours = 20_000;
const dateOfHour = new Map<number, string>();

/** The civil date in London at an instant in epoch milliseconds; a day there begins on the hour, summer and winter. */
export function londonDate(ms: number): string {
  // A page may say any number; beyond these there is no day (ECMA-262, 8.64e15 ms).
  if (Math.abs(ms) > 8.64e15) return ms < 0 ? '0001-01-01' : '9999-12-31';
  const hour = Math.floor(ms / hourMs);
  const known = dateOfHour.get(hour);
  if (known !== undefined) return known;
  if (dateOfHour.size >= mostHours) dateOfHour.clear();
  const date = london.format(ms);
  dateOfHour.set(hour, date);
  return date;
}

/** The time of day in London as the unit writes it: 10.48. */
export function londonTime(ms: number): string {
  if (!(Math.abs(ms) <= 8.64e15)) return 'no time';
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/London',
    hour: 'numeric',
    minute: '2-digit',
    hour12: false,
  })
    .format(ms)
    .replace(':', '.');
}

/** The day `days` after a civil date. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** Whole days from one civil date to another. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** The weekday, Monday 1 to Sunday 7. */
function weekdayOf(date: string): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

/** The next day on this weekday, today included. */
export function nextOn(weekday: number, today: string): string {
  return addDays(today, (weekday - weekdayOf(today) + 7) % 7);
}

const format = (options: Intl.DateTimeFormatOptions) => {
  const formatter = new Intl.DateTimeFormat('en-GB', { timeZone: 'UTC', ...options });
  return (date: string) => {
    // What is no day is shown as it was written: one card must take nobody's page away, and a year alone is no 1 January.
    return isCivil(date) ? formatter.format(Date.parse(`${date}T00:00:00Z`)) : date;
  };
};

/** 12 November 2025 */
export const longDate = format({ day: 'numeric', month: 'long', year: 'numeric' });
const inYear = { year: 'numeric' } as const;

/** A day beside its today: of another year it is never shown without that year. */
function beside(options: Intl.DateTimeFormatOptions) {
  const [plain, whole] = [format(options), format({ ...options, ...inYear })];
  return (date: string, today: string) =>
    (date.slice(0, 4) === today.slice(0, 4) ? plain : whole)(date).replace(',', '');
}

/** 12 November, or 12 November 2024 where this year is another */
export const dayMonth = beside({ day: 'numeric', month: 'long' });
/** 12 Nov, or 12 Nov 2024 */
export const shortDate = beside({ day: 'numeric', month: 'short' });
/** Wednesday */
export const weekdayName = format({ weekday: 'long' });
/** Fri 14 Nov, or Fri 14 Nov 2024 */
export const dayShort = beside({ weekday: 'short', day: 'numeric', month: 'short' });
