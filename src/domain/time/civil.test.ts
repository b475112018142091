import { expect, it } from 'vitest';
import { addDays, dayMonth, dayShort, isUnderTwo, longDate, shortDate } from './civil.ts';

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

it.each([
  ['2025-01-10', true],
  ['2026', true],
  ['2024-11-05', true],
  ['2024-11-04', false],
  // One or two: nobody knows.
  ['2025', false],
  ['2014-02-01', false],
  [null, false],
])('[F20] only a child who is known to be under two is too young for words: %s', (born, young) => {
  expect(isUnderTwo(born, '2026-11-04')).toBe(young);
});
