import { keepRoom } from './across.ts';
import type { Rows } from './order-cost.ts';
import { roomFor } from './room.ts';
import type { TidyFamily } from './tidy.ts';
import type { Chart } from './unions.ts';

/** A moved person stands where they were put; the others make way. */
const held = 1000;

/** Moves people along their row as somebody did by hand; whoever they pass stands on the other side of them then. */
export function nudgeRows(
  family: TidyFamily,
  chart: Chart,
  rows: Rows,
  x: number[],
): { rows: Rows; x: number[] } {
  if (family.people.every((person) => person.nudge === 0)) return { rows, x };
  const wanted = x.map((value, place) => value + (family.people[place]?.nudge ?? 0));
  const next = [...wanted];
  const moved = rows.map((row) => {
    if (row.every((place) => wanted[place] === x[place])) return row;
    const order = row.toSorted((a, b) => wanted[a] - wanted[b] || row.indexOf(a) - row.indexOf(b));
    const room = order.slice(1).map((place, i) => roomFor(family, chart, order[i], place));
    const settled = keepRoom(
      order.map((place) => ({ want: wanted[place], weight: wanted[place] === x[place] ? 1 : held })),
      room,
    );
    order.forEach((place, i) => (next[place] = Math.round(settled[i])));
    return order;
  });
  return { rows: moved, x: next };
}
