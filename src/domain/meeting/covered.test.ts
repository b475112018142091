import { expect, it } from 'vitest';
import { coveredBy, lastHeardOf, type Reached } from './covered.ts';

const reached = (child: string, on: string, outcome: Reached['outcome'], why = ''): Reached => ({
  child,
  on,
  outcome,
  why,
  by: 'yewande',
});

it('[H28] who was put off stands by the day on which they last were talked about, with who put them off, why and how often', () => {
  expect(
    lastHeardOf([
      reached('kofi', '2026-11-25', 'deferred', 'nothing had changed'),
      reached('kofi', '2026-11-11', 'recorded'),
      reached('kofi', '2026-11-18', 'deferred', 'no time'),
      reached('esi', '2026-11-18', 'deferred', 'no time'),
      reached('esi', '2026-11-25', 'no-change'),
      reached('new', '2026-11-25', 'deferred'),
    ]),
  ).toEqual({
    kofi: {
      on: '2026-11-11',
      putOff: { on: '2026-11-25', by: 'yewande', why: 'nothing had changed', times: 2 },
    },
    esi: { on: '2026-11-25', putOff: null },
    new: { on: null, putOff: { on: '2026-11-25', by: 'yewande', why: '', times: 1 } },
  });
});

it('[H29] each child at each Wednesday: talked about, put off and why, or passed over; nobody is missed before they came or after they went', () => {
  const meetings = ['2026-11-11', '2026-11-18', '2026-11-25'].map((on, index) => ({
    id: `m${index}`,
    on,
    openedAt: Date.parse(`${on}T09:30:00Z`),
    isClosed: index < 2,
  }));
  const at = (on: string) => Date.parse(`${on}T12:00:00Z`);
  const { lines, passedOver } = coveredBy({
    children: [
      { id: 'kofi', from: 0, until: null },
      { id: 'baby', from: at('2026-11-12'), until: null },
      { id: 'gone', from: 0, until: at('2026-11-12') },
    ],
    meetings,
    reached: [
      { ...reached('kofi', '2026-11-11', 'recorded'), meeting: 'm0' },
      { ...reached('kofi', '2026-11-18', 'deferred', 'no time'), meeting: 'm1' },
      { ...reached('baby', '2026-11-25', 'no-change'), meeting: 'm2' },
    ],
  });
  const words = lines.map(({ child, cells }) => [child, ...cells.map((cell) => cell?.is ?? 'open')]);
  expect(words).toEqual([
    ['kofi', 'recorded', 'deferred', 'open'],
    ['baby', 'not-ours', 'not-reached', 'no-change'],
    ['gone', 'not-reached', 'not-ours', 'not-ours'],
  ]);
  expect(passedOver).toBe(2);
  expect(lines[0]!.cells[1]).toEqual({ is: 'deferred', why: 'no time', by: 'yewande' });
});
