import { describe, expect, test } from 'vitest';
import { seeded } from '../../../tests/support/random.ts';
import { BANK_HOLIDAYS } from '../time/bank-holidays.ts';
import { addDays } from '../time/civil.ts';
import { addMonths, lastWorkingDay, workingDaysFrom } from '../time/working-days.ts';
import { dueFrom, TIMESCALES, timescalesOf, workedOut } from './timescales.ts';

const rule = (id: string) => {
  const found = timescalesOf({}).find((one) => one.id === id)!;
  return { ...found, offset: found.offset! };
};
/** The rule, the day, the day by which it is due, and on which working day one acts where that is another; the arithmetic. */
const WORKED: readonly (readonly [id: string, from: string, due: string, actBy: string, how: string])[] = [
  ['R3', '2026-12-09', '2027-01-04', '', '10 11 | 14-18 | 21-24 | 29 30 31 | Jan 4: over 25 Dec, 28 Dec, 1 Jan'],
  ['R3', '2026-09-09', '2026-09-30', '', 'no holiday: three weeks'],
  ['R1', '2026-12-24', '2026-12-29', '', 'over Fri 25, the weekend, Mon 28'],
  ['R9', '2026-09-07', '2026-10-05', '', 'four weeks of five days'],
  ['R9-second', '2026-10-01', '2027-01-01', '2026-12-31', 'three months; New Year’s Day'],
  ['R9-next', '2026-12-17', '2027-06-17', '', 'six months'],
  ['R10', '2026-11-16', '2026-11-23', '', 'one week'],
  ['R10-next', '2026-11-20', '2027-01-01', '2026-12-31', 'six weeks; New Year’s Day'],
  ['R10-next', '2026-12-29', '2027-02-09', '', 'six weeks'],
  ['R18', '2026-11-23', '2027-05-23', '2027-05-21', 'day 1 is the issue: +181'],
  ['R18-more', '2027-05-23', '2027-07-18', '2027-07-16', 'eight weeks'],
  // One working day.
  ['R1', '2026-11-27', '2026-11-30', '', 'Friday to Monday'],
  ['R1', '2026-11-28', '2026-11-30', '', 'Saturday to Monday'],
  ['R1', '2026-11-29', '2026-11-30', '', 'Sunday to Monday'],
  ['R1', '2026-12-31', '2027-01-04', '', 'over 1 Jan and the weekend'],
  ['R1', '2026-04-02', '2026-04-07', '', 'over Good Friday, the weekend, Easter Monday'],
  ['R1', '2026-05-01', '2026-05-05', '', 'over the early May bank holiday'],
  ['R1', '2026-08-28', '2026-09-01', '', 'over the summer bank holiday'],
  ['R1', '2022-06-01', '2022-06-06', '', 'over two days of the jubilee and a weekend'],
  ['R1', '2022-09-16', '2022-09-20', '', 'over the state funeral'],
  ['R1', '2023-05-05', '2023-05-09', '', 'over the coronation'],
  ['R1', '2020-05-07', '2020-05-11', '', 'the May holiday of 2020 was a Friday'],
  ['R1', '2020-05-01', '2020-05-04', '', 'and the first Monday was none'],
  ['R1', '2027-12-24', '2027-12-29', '', 'Christmas on a Saturday: Monday and Tuesday stand in'],
  ['R1', '2022-01-01', '2022-01-04', '', 'New Year on a Saturday: Monday stands in'],
  // Forty-five working days.
  ['R2', '2026-09-07', '2026-11-09', '', 'nine weeks, no holiday'],
  ['R2', '2026-11-02', '2027-01-07', '', 'nine weeks and three holidays'],
  ['R2', '2026-03-02', '2026-05-07', '', 'nine weeks to a holiday, and three for Easter and May'],
  ['R2', '2026-06-01', '2026-08-03', '', 'nine weeks, no holiday'],
  ['R2', '2026-07-06', '2026-09-08', '', 'nine weeks and the summer one'],
  // Fifteen.
  ['R3', '2026-11-28', '2026-12-18', '', 'from a Saturday: day 1 is Monday 30'],
  ['R3', '2026-12-01', '2026-12-22', '', 'three weeks, before Christmas'],
  ['R3', '2026-12-03', '2026-12-24', '', 'the last day before Christmas'],
  ['R3', '2026-12-04', '2026-12-29', '', 'one day more goes over it'],
  ['R3', '2027-03-18', '2027-04-12', '', 'three weeks and Easter two, the last on a Friday and a Monday'],
  ['R25-review', '2026-05-20', '2026-06-11', '', 'three weeks and the spring one'],
  // Ten.
  ['R4', '2026-12-16', '2027-01-04', '', '17 18 | 21-24 | 29 30 31 | Jan 4'],
  ['R4', '2026-12-14', '2026-12-30', '', '15-18 | 21-24 | 29 30'],
  ['R14', '2026-11-16', '2026-11-30', '', 'two weeks'],
  ['R14', '2026-05-22', '2026-06-08', '', 'two weeks and the spring one'],
  ['R16', '2026-10-19', '2026-11-02', '', 'two weeks; school holidays are working days'],
  ['R16-ready', '2026-10-19', '2026-11-16', '', 'four weeks'],
  // Twenty.
  ['R9', '2026-12-07', '2027-01-07', '', 'four weeks and three holidays'],
  ['R9', '2026-12-25', '2027-01-26', '', 'from a holiday: 29 30 31 | 4-8 | 11-15 | 18-22 | 25 26'],
  ['R9', '2028-02-29', '2028-03-28', '', 'from a leap day, four weeks'],
  ['R15', '2026-04-01', '2026-05-01', '', '2 | over Easter | 7-10 | 13-17 | 20-24 | 27-30 | May 1'],
  // Five.
  ['R25', '2026-12-21', '2026-12-30', '', '22 23 24 | 29 30'],
  ['R25', '2026-12-22', '2026-12-31', '', '23 24 | 29 30 31'],
  ['R25', '2026-12-23', '2027-01-04', '', '24 | 29 30 31 | Jan 4'],
  // Weeks: a day that is no working day stays, and one acts before it.
  ['R10', '2026-12-18', '2026-12-25', '2026-12-24', 'one week to Christmas Day'],
  ['R10', '2026-12-21', '2026-12-28', '2026-12-24', 'the day that stands in; three days back'],
  ['R10', '2026-11-21', '2026-11-28', '2026-11-27', 'one week to a Saturday'],
  ['R10', '2027-03-22', '2027-03-29', '2027-03-25', 'Easter Monday: back over the weekend and Good Friday'],
  ['R12-next', '2026-11-30', '2026-12-28', '2026-12-24', 'four weeks'],
  ['R12', '2026-11-25', '2026-12-02', '', 'one week'],
  ['R13-next', '2026-10-16', '2026-11-27', '', 'six weeks'],
  ['R11-next', '2026-11-14', '2026-12-26', '2026-12-24', 'six weeks to Boxing Day, a Saturday'],
  ['R19-issues', '2026-11-23', '2027-04-12', '', 'twenty weeks'],
  ['R21', '2026-09-07', '2026-12-28', '2026-12-24', 'sixteen weeks'],
  ['R21-more', '2026-12-28', '2027-02-22', '', 'eight more'],
  ['R22', '2026-12-25', '2027-01-01', '2026-12-31', 'one week'],
  ['R22-later', '2026-10-05', '2026-12-28', '2026-12-24', 'twelve weeks'],
  ['R23', '2026-11-13', '2026-12-25', '2026-12-24', 'six weeks'],
  ['R23-plan', '2026-08-14', '2027-01-01', '2026-12-31', 'twenty weeks'],
  ['R18', '2027-11-22', '2028-05-21', '2028-05-19', 'over a leap day: still +181'],
  ['R18', '2026-01-01', '2026-07-01', '', 'issued on a holiday: the day counts'],
  // Months: the same date, and the last day where the month is shorter.
  ['R5', '2026-11-30', '2027-02-28', '2027-02-26', 'February has no 30'],
  ['R5', '2027-11-30', '2028-02-29', '', 'in a leap year it has 29'],
  ['R5', '2026-11-12', '2027-02-12', '', 'three months'],
  ['R5-next', '2026-08-31', '2027-02-28', '2027-02-26', 'six months to the end of February'],
  ['R5-next', '2026-12-25', '2027-06-25', '', 'from a holiday'],
  ['R9-next', '2026-10-31', '2027-04-30', '', 'April has no 31'],
  ['R15-under-5', '2028-02-29', '2028-08-29', '', 'from a leap day'],
  ['R15-from-5', '2028-02-29', '2029-02-28', '', 'a year on there is none'],
  ['R15-from-5', '2026-05-31', '2027-05-31', '2027-05-28', 'the spring bank holiday'],
  ['R23-review', '2026-12-28', '2027-12-28', '2027-12-24', 'the day that stands in for Boxing Day'],
  ['R24', '2027-01-06', '2027-04-06', '', 'three months after 16'],
  ['R24', '2026-11-30', '2027-02-28', '2027-02-26', 'a birthday at a month’s end'],
  // The one that moves on.
  ['R26', '2026-11-25', '2026-12-29', '', 'Christmas Day: the next working day'],
  ['R26', '2026-10-31', '2026-11-30', '', 'November has no 31'],
  ['R26', '2026-01-31', '2026-03-02', '', '28 February is a Saturday'],
  ['R26', '2026-12-11', '2027-01-11', '', 'a working day stays'],
  // Days.
  ['R6', '2026-12-18', '2026-12-28', '2026-12-24', 'ten days'],
  ['R20-order', '2026-12-01', '2026-12-08', '', 'eight days that begin with it'],
]; // prettier-ignore

describe('what is due by when', () => {
  test.each(WORKED)('[T5] %s from %s is due by %s (%s)', (id, from, due, actBy) => {
    const worked = dueFrom(rule(id).offset, { day: from });
    expect([worked.day, worked.actBy]).toEqual([due, actBy || due]);
  });

  test('[T5] a visit counted from and including its day is a day earlier', () => {
    const offset = { many: 10, unit: 'working-days' } as const;
    expect(dueFrom(offset, { day: '2026-08-26' }).day).toBe('2026-09-10');
    expect(dueFrom({ ...offset, isFirst: true }, { day: '2026-08-26' }).day).toBe('2026-09-09');
    // A day that is none does not count as the first.
    expect(dueFrom({ ...offset, isFirst: true }, { day: '2026-08-31' }).day).toBe('2026-09-14');
  });

  test('[T5] hours go on through nights, holidays and the changes of the clock', () => {
    const { offset } = rule('R20');
    const ends = (day: string, time: string) => {
      const due = dueFrom(offset, { day, time });
      return `${due.day} ${due.time}`;
    };
    expect(ends('2026-12-01', '21:15')).toBe('2026-12-04 21.15');
    expect(ends('2026-12-24', '23:30')).toBe('2026-12-27 23.30');
    // The clock goes forward on 29 March 2026 at one, and back on 25 October 2026 at two.
    expect(ends('2026-03-28', '12:00')).toBe('2026-03-31 13.00');
    expect(ends('2026-10-24', '12:00')).toBe('2026-10-27 11.00');
    // Half past one comes twice on that night: the first is meant, so that nobody is late.
    expect(ends('2026-10-25', '01:30')).toBe('2026-10-28 0.30');
    expect(ends('2026-07-01', '09:00')).toBe('2026-07-04 9.00');
  });

  test('[T5] a hearing has a first and a last day', () => {
    const due = dueFrom(rule('R19').offset, { day: '2026-11-23' });
    expect([due.earliest, due.day]).toEqual(['2026-12-09', '2026-12-17']);
    expect(workedOut(rule('R19'), { day: '2026-11-23' })).toContain(
      'Between Wednesday 9 December 2026 and Thursday 17 December 2026: 12 to 18 working days after Monday 23 November 2026',
    );
  });

  test('[T5] says from what it was counted, what it stepped over, and until when one acts', () => {
    expect(workedOut(rule('R3'), { day: '2026-12-09' })).toBe(
      'By Monday 4 January 2027: 15 working days after Wednesday 9 December 2026 (the strategy discussion that began the enquiry; of several, that one). 25 December 2026, 28 December 2026 and 1 January 2027 are bank holidays and do not count. Working Together; nobody has confirmed this rule.',
    );
    expect(workedOut(rule('R9-second'), { day: '2026-10-01' })).toBe(
      'By Friday 1 January 2027: 3 months after Thursday 1 October 2026 (the first review was held). That is no working day: act by Thursday 31 December 2026. Care Planning Regulations 2010, reg 33.',
    );
    expect(workedOut(rule('R20'), { day: '2026-12-01', time: '21:15' })).toBe(
      'By Friday 4 December 2026 at 21.15: 72 hours after Tuesday 1 December 2026 at 21.15 (the child was taken into police protection). Children Act 1989, s.46.',
    );
    expect(workedOut(rule('R1'), { day: '2028-12-29' })).toContain(
      'are not published yet: the day may be later',
    );
    expect(workedOut(rule('R9-next'), { day: '2028-12-29' })).toContain(
      'the last working day may be earlier',
    );
  });
});

test('[T5] working days are those of a naive count, from any day of 2012 to 2028', () => {
  const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
  console.info(`seed ${seed}`);
  const random = seeded(seed);
  const holidays = new Set(
    Object.entries(BANK_HOLIDAYS).flatMap(([year, days]) => days.map((day) => `${year}-${day}`)),
  );
  const isWorking = (at: Date) => {
    const weekday = at.getUTCDay();
    return weekday >= 1 && weekday <= 5 && !holidays.has(at.toISOString().slice(0, 10));
  };
  for (let time = 0; time < 2_000; time++) {
    const from = addDays('2012-01-01', Math.floor(random() * 6_000));
    const many = 1 + Math.floor(random() * 60);
    const at = new Date(`${from}T12:00:00Z`);
    for (let left = many; left > 0;) {
      at.setUTCDate(at.getUTCDate() + 1);
      if (isWorking(at)) left--;
    }
    const naive = at.toISOString().slice(0, 10);
    const counted = workingDaysFrom(from, many);
    expect(counted.day, `${many} from ${from}, seed ${seed}`).toBe(naive);
    expect(counted.isKnown).toBe(true);
    expect(lastWorkingDay(counted.day)).toBe(counted.day);
    expect(counted.over.every((day) => holidays.has(day) && day > from && day < naive)).toBe(true);
  }
});

test('[T5] a month on is the same date or the last of a shorter month', () => {
  expect(addMonths('2026-01-31', 1)).toBe('2026-02-28');
  expect(addMonths('2028-01-31', 1)).toBe('2028-02-29');
  expect(addMonths('2026-11-30', 3)).toBe('2027-02-28');
  expect(addMonths('2026-12-15', 13)).toBe('2028-01-15');
});

test('[T6] what nobody has confirmed is off until the unit turns it on, and what has no national number until it has set one', () => {
  const ids = new Set(TIMESCALES.map((one) => one.id));
  expect(ids.size).toBe(TIMESCALES.length);
  // What was read against its text, and nothing else: a row that comes in on has been read by whoever adds it here.
  expect(timescalesOf({}).flatMap((one) => (one.isOn ? [one.id] : []))).toEqual([
    'R9', 'R9-second', 'R9-next', 'R10', 'R10-next', 'R10-long', 'R11', 'R11-next', 'R12', 'R12-next',
    'R13', 'R13-next', 'R14', 'R17', 'R18', 'R18-more', 'R20',
  ]); // prettier-ignore
  expect(
    timescalesOf({})
      .filter((one) => one.offset === null)
      .map((one) => one.id),
  ).toEqual(['R7', 'R8', 'R8-review']);
  const ours = timescalesOf({
    R3: { isOn: true },
    R7: { isOn: true, many: 10, unit: 'working-days', isFirst: true, source: 'your council, p. 44' },
    R8: { isOn: true },
    R9: { isOn: false },
    gone: { isOn: true },
  });
  const isOn = (id: string) => ours.find((one) => one.id === id)?.isOn;
  expect(['R3', 'R7', 'R8', 'R9', 'gone'].map(isOn)).toEqual([true, true, false, false, undefined]);
  const visit = ours.find((one) => one.id === 'R7')!;
  expect(workedOut({ ...visit, offset: visit.offset! }, { day: '2026-08-26' })).toBe(
    'By Wednesday 9 September 2026: 10 working days that begin with Wednesday 26 August 2026 (the child was last visited). 31 August 2026 is a bank holiday and does not count. Your council, p. 44.',
  );
  // Turned on it is still not confirmed, until the unit says where its council says so.
  const confirmed = (id: string, local: Parameters<typeof timescalesOf>[0]) =>
    timescalesOf(local).find((one) => one.id === id)!.isConfirmed;
  expect(confirmed('R3', { R3: { isOn: true } })).toBe(false);
  expect(confirmed('R3', { R3: { isOn: true, source: 'Working Together 2026, read by legal' } })).toBe(true);
});
