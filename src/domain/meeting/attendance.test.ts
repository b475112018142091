import { expect, it } from 'vitest';
import { arrives, leaves, presenceIn, talkedIn, type Span } from './attendance.ts';

const minute = (count: number) => count * 60_000;

it('[F24] who was there is told for the time in which a family was talked about; late, early and a missed part are said, a short break is not', () => {
  const acts = [
    { at: minute(0), act: { does: 'focus', item: 'adomako' } },
    { at: minute(5), act: { does: 'clock' } },
    { at: minute(20), act: { does: 'focus', item: 'kaya' } },
    { at: minute(22), act: { does: 'focus', place: 'wonder' } },
    { at: minute(60), act: { does: 'focus', item: 'berger' } },
    { at: minute(70), act: { does: 'focus', item: null } },
  ];
  const talked = (those = acts, of = 'kaya') => talkedIn(those, { items: new Set([of]), end: minute(90) });
  expect(talked()).toEqual([[minute(20), minute(60)]]);
  expect(talked(acts.slice(0, 4))).toEqual([[minute(20), minute(90)]]);
  expect(talked(acts, 'nobody')).toEqual([]);
  // Gone back to: twice, and not what lies between.
  const twice = talked([...acts, { at: minute(80), act: { does: 'focus', item: 'kaya' } }]);
  expect(twice).toEqual([
    [minute(20), minute(60)],
    [minute(80), minute(90)],
  ]);

  const there = (spans: Span[], when = talked()) => presenceIn(spans, when);
  const all = [{ from: null, until: null }];
  expect(there([[minute(1), null]])).toEqual(all);
  expect(there([[minute(23), minute(57)]])).toEqual(all);
  expect(there([[minute(30), minute(40)]])).toEqual([{ from: minute(30), until: minute(40) }]);
  expect(there([[minute(61), null]])).toEqual([]);
  expect(there([[minute(1), minute(19)]])).toEqual([]);
  expect(
    there([
      [minute(1), minute(10)],
      [minute(45), null],
    ]),
  ).toEqual([{ from: minute(45), until: null }]);
  // Whoever was there for another family alone was not there for this one; whoever missed its middle is told so.
  expect(there([[minute(61), minute(79)]], twice)).toEqual([]);
  expect(there([[minute(1), minute(79)]], twice)).toEqual([{ from: null, until: minute(60) }]);
  expect(
    there([
      [minute(1), minute(21)],
      [minute(55), null],
    ]),
  ).toEqual([
    { from: null, until: minute(21) },
    { from: minute(55), until: null },
  ]);
});

it('[F24] a line that breaks for a moment is no coming and going; a second device is no second person', () => {
  let spans = arrives([], minute(0));
  spans = arrives(spans, minute(1));
  expect(spans).toEqual([[0, null]]);
  spans = leaves(spans, minute(10));
  spans = leaves(spans, minute(11));
  expect(spans).toEqual([[0, minute(10)]]);
  // The last sign of life of a server that was killed may be older than somebody's coming.
  expect(leaves([[minute(5), null]], minute(1))).toEqual([[minute(5), minute(5)]]);
  expect(arrives(spans, minute(12))).toEqual([[0, null]]);
  expect(arrives(spans, minute(30))).toEqual([
    [0, minute(10)],
    [minute(30), null],
  ]);
});
