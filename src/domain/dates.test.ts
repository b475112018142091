import { expect, it } from 'vitest';
import { endOfStory, isDatePassed, isTaskPassed, standsOf, type DateStep } from './dates.ts';

it('[T3] a day that has passed stays until somebody says what became of it; what was past when it was written is history', () => {
  const written = Date.parse('2026-11-01T10:00:00Z');
  const date = (on: string, more: { state?: 'held' | 'open'; madeAt?: number } = {}) =>
    isDatePassed({ on, state: 'open', madeAt: written, ...more }, '2026-11-18');
  expect([date('2026-11-17'), date('2026-11-18'), date('2026-11-19')]).toEqual([true, false, false]);
  expect(date('2026-11-17', { state: 'held' })).toBe(false);
  expect([date('2026-10-31'), date('2026-11-01')]).toEqual([false, true]);
  // A last day that was worked out is no history, however late it is written down.
  const late = { on: '2026-10-31', state: 'open', madeAt: written } as const;
  expect(isDatePassed({ ...late, basis: 'By Saturday 31 October 2026: …' }, '2026-11-18')).toBe(true);
  // What a device kept of an earlier version is asked after too.
  expect(isDatePassed({ on: '2026-11-17' }, '2026-11-18')).toBe(true);
  const task = (due: string | null, state: 'open' | 'done' = 'open') =>
    isTaskPassed({ due, state }, '2026-11-18');
  expect([task('2026-11-17'), task('2026-11-18'), task(null), task('2026-11-01', 'done')]).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

it('[T3] what was taken back does not stand, whatever the council moved in between; the last that was said does', () => {
  const story = (...does: DateStep['does'][]) =>
    does.map((one, at): DateStep => ({ does: one, on: '2026-11-20', why: '', by: 'm', at }));
  const left = (...does: DateStep['does'][]) => standsOf(story(...does)).stands.map((step) => step.does);
  expect(left('held', 'open-again')).toEqual([]);
  expect(left('held', 'move', 'open-again')).toEqual(['move']);
  expect(left('move', 'missed', 'open-again', 'held')).toEqual(['move', 'held']);
  expect(left('open-again')).toEqual([]);
  expect(
    standsOf(story('missed', 'open-again')).takenBack.map(({ said, by }) => [said.does, by.does]),
  ).toEqual([['missed', 'open-again']]);
  expect(endOfStory({ state: 'held', story: story('held', 'move') })?.does).toBe('held');
  expect(endOfStory({ state: 'open', story: story('held', 'open-again') })).toBeNull();
});
