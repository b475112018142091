import { expect, it } from 'vitest';
import { addDays, dayMonth, dayShort, longDate, shortDate } from './civil.ts';

it('[F19] a day of this year may stand without its year, a day of any other never does', () => {
  const today = '2026-11-04';
  for (let n = -900; n <= 900; n += 7) {
    const day = addDays(today, n);
    const year = day.slice(0, 4);
    for (const write of [dayMonth, shortDate, dayShort])
      expect(write(day, today).includes(year), `${day} beside ${today}`).toBe(year !== '2026');
    expect(longDate(day)).toContain(year);
    // Before it is known which day it is, the year stands.
    expect(dayMonth(day, '')).toContain(year);
  }
  expect(dayMonth('2025-03-03', today)).toBe('3 March 2025');
  expect(dayShort('2025-03-03', today)).toBe('Mon 3 Mar 2025');
});
