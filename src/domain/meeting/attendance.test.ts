import { expect, it } from 'vitest';
import { arrives, leaves, presenceIn, talkOf, type Span } from './attendance.ts';

const minute = (count: number) => count * 60_000;

it('[F24] who was there is told for the time in which a family was talked about; late and early are said, a short break is not', () => {
  const acts = [
    { at: minute(0), act: { does: 'focus', item: 'adomako' } },
    { at: minute(5), act: { does: 'clock' } },
    { at: minute(20), act: { does: 'focus', item: 'kaya' } },
    { at: minute(22), act: { does: 'focus', place: 'wonder' } },
    { at: minute(60), act: { does: 'focus', item: 'berger' } },
    { at: minute(70), act: { does: 'focus', item: null } },
  ];
  const talk = talkOf(acts, new Set(['kaya']))!;
  expect(talk).toEqual({ from: minute(20), until: minute(60) });
  expect(talkOf(acts.slice(0, 4), new Set(['kaya']))).toEqual({ from: minute(20), until: null });
  expect(talkOf(acts, new Set(['nobody']))).toBeNull();
  // Gone back to: from the first moment to the last.
  const back = [...acts, { at: minute(80), act: { does: 'focus', item: 'kaya' } }];
  expect(talkOf(back, new Set(['kaya']))).toEqual({ from: minute(20), until: null });

  const there = (spans: Span[]) => presenceIn(spans, talk);
  expect(there([[minute(1), null]])).toEqual({ from: null, until: null });
  expect(there([[minute(23), minute(57)]])).toEqual({ from: null, until: null });
  expect(there([[minute(30), minute(40)]])).toEqual({ from: minute(30), until: minute(40) });
  expect(there([[minute(61), null]])).toBeNull();
  expect(there([[minute(1), minute(19)]])).toBeNull();
  expect(
    there([
      [minute(1), minute(10)],
      [minute(45), null],
    ]),
  ).toEqual({ from: minute(45), until: null });
});

it('[F24] a line that breaks for a moment is no coming and going; a second device is no second person', () => {
  let spans = arrives([], minute(0));
  spans = arrives(spans, minute(1));
  expect(spans).toEqual([[0, null]]);
  spans = leaves(spans, minute(10));
  spans = leaves(spans, minute(11));
  expect(spans).toEqual([[0, minute(10)]]);
  expect(arrives(spans, minute(12))).toEqual([[0, null]]);
  expect(arrives(spans, minute(30))).toEqual([
    [0, minute(10)],
    [minute(30), null],
  ]);
});
