import { arrivalInWords } from './arrival.ts';
import { expect, it } from 'vitest';
import {
  ageOn,
  ageSign,
  birthInWords,
  byBirth,
  isUnderTwo,
  maybeUnder18,
  readBirth,
  readPartOfDate,
  whyNotBorn,
} from './birth.ts';
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

it.each([
  ['2025-01-10', true],
  ['2026', true],
  ['2024-11-05', true],
  ['2024-11-04', false],
  ['2025', true],
  // One or two: nobody knows.
  ['2024', false],
  ['2024-11', false],
  ['2024-12', true],
  ['~1@2026-06', false],
  ['2014-02-01', false],
  [null, false],
])('[F20] only a child who is known to be under two is too young for words: %s', (born, young) => {
  expect(isUnderTwo(born, '2026-11-04')).toBe(young);
});

it.each([
  ['2014-06-03', '12', '12'],
  ['2013-11', '12 or 13', '~12'],
  ['2013-12', '12', '12'],
  ['2013', '12 or 13', '~12'],
  ['2026-02-01', '9m', '9m'],
  ['2026-02', 'under 1', '<1'],
  ['2025', 'under 2', '<2'],
  ['2024', '1 or 2', '~1'],
  ['~3@2024-06', 'about 5', '~5'],
  ['~3@2026-06', 'about 3', '~3'],
  ['2027', '', ''],
  [null, '', ''],
  ['nonsense', '', ''],
  ['~18m@2026-06', 'about 23m', '~23m'],
  ['~18m@2024-06', 'about 3', '~3'],
  // Some years before somebody said about five they were about two, and before that nobody.
  ['~5@2029-11', 'about 2', '~2'],
  ['~3@2030-06', '', ''],
  ['9999-12', '', ''],
  ['0099-02', '1927', '1927'],
])('[F25] an age says no more than is known: %s is %s', (born, words, sign) => {
  expect(ageOn(born, '2026-11-04')).toBe(words);
  expect(ageSign(born, '2026-11-04')).toBe(sign);
});

it('[F25] a birth is read as people here write it, and nobody has to invent a day', () => {
  const today = '2026-11-04';
  expect(
    [
      '1/3/1984',
      '03.05.1984',
      '1984',
      '6/1984',
      'June 1984',
      '1 Mar 1984',
      '1984-03',
      '31/2/2020',
      '13/1984',
      '84',
      '',
    ].map(readPartOfDate),
  ).toEqual([
    '1984-03-01',
    '1984-05-03',
    '1984',
    '1984-06',
    '1984-06',
    '1984-03-01',
    '1984-03',
    null,
    null,
    null,
    null,
  ]);
  expect(readBirth('about 3 in June 2024', today)).toBe('~3@2024-06');
  expect(readBirth('About 3 years old on 5/6/2024', today)).toBe('~3@2024-06');
  expect(readBirth('about 40', today)).toBe('~40@2026-11');
  expect(readBirth('about 40', null)).toBeNull();
  expect(readBirth('~3@2024-06', today)).toBe('~3@2024-06');
  expect(['2014-06-03', '2014-06', '2014', '~3@2024-06'].map(birthInWords)).toEqual([
    '3 June 2014',
    'June 2014',
    '2014',
    'about 3 in June 2024',
  ]);
  expect([null, '2019', '~3@2024-06', '2021-02', '2004-01-01'].toSorted(byBirth)).toEqual([
    '2004-01-01',
    '2019',
    '~3@2024-06',
    '2021-02',
    null,
  ]);
  // Whoever may be under eighteen is asked as a child is.
  expect(
    [null, '2008', '2008-11-04', '2007', '~16@2026-01', '~40@2020-01'].map((born) =>
      maybeUnder18(born, today),
    ),
  ).toEqual([false, true, false, false, true, false]);
});

it('[F25] a month that has its name is the month, wherever it stands, and no day is turned round', () => {
  for (const written of [
    'June 3 2014',
    '3 June 2014',
    '3rd June 2014',
    'June 3rd, 2014',
    '2014 June 3',
    '2014 3 June',
    '3-Jun-2014',
  ])
    expect(readPartOfDate(written), written).toBe('2014-06-03');
  for (const written of [
    'June July 2014',
    '3 4 June 2014',
    '1984 1985',
    '3 2014 6',
    'Mayhem 2014',
    '2014-6-3-1',
  ])
    expect(readPartOfDate(written), written).toBeNull();
  expect(readBirth('about 18 months', '2026-11-04')).toBe('~18m@2026-11');
  expect(birthInWords('~18m@2026-11')).toBe('about 18 months in November 2026');
  expect(whyNotBorn('2026-11-05', '2026-11-04')).toContain('not come yet');
  expect(
    ['2026-11-04', '2026-11', '2026', '~0@2026-11'].map((born) => whyNotBorn(born, '2026-11-04')),
  ).toEqual([null, null, null, null]);
});

it('[F19] what is no day takes nobody’s page away: it is shown as it was written', () => {
  for (const write of [
    longDate,
    (day: string) => dayMonth(day, '2026-11-04'),
    (day: string) => dayShort(day, ''),
  ])
    for (const day of ['2026-99-99', '2019', '2019-06', 'nonsense', '']) expect(write(day)).toBe(day);
});

it('[T4] a card that came in later than it was written says both; a difference that nobody sees says nothing', () => {
  const at = (time: string) => Date.parse(`2026-06-03T${time}:00+01:00`);
  const words = (written: number, arrivedAt: number | null) =>
    arrivalInWords({ at: written, arrivedAt }, '2026-06-04');
  expect(words(at('10:12'), null)).toBeNull();
  expect(words(at('10:12'), at('14:30'))).toBe('written without a line at about 10.12, here since 14.30');
  expect(words(at('10:12'), at('14:30') + 86_400_000)).toBe(
    'written without a line on 3 June at about 10.12, here since 4 June, 14.30',
  );
  expect(words(at('14:30'), at('14:30'))).toBeNull();
});
