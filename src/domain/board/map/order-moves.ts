import { rowCost } from './order-cost.ts';
import type { RowReading } from './order-cost.ts';
import type { Rows } from './order-cost.ts';

type Order = { rows: Rows; at: number[]; costs: number[]; cost: number };

const rounds = 40;
const furthest = 10;

/** How badly a whole order reads. */
export function wholeCost(reading: RowReading[], rows: Rows): number {
  return orderOf(reading, rows).cost;
}

/** Moves single places and whole runs of siblings or couples along their row for as long as it reads better. */
export function improveOrder(reading: RowReading[], start: Rows): { rows: Rows; cost: number } {
  let order = orderOf(reading, start);
  for (let round = 0; round < rounds; round++) {
    const before = order.cost;
    for (let row = 0; row < start.length; row++)
      for (const run of runsOf(reading, row, order.rows[row])) order = bestMove(reading, order, row, run);
    if (order.cost > before - 0.001) break;
  }
  return { rows: order.rows, cost: order.cost };
}

function orderOf(reading: RowReading[], rows: Rows): Order {
  const at: number[] = [];
  for (const row of rows) row.forEach((place, i) => (at[place] = i));
  const costs = reading.map((one, row) => rowCost(one, at, rows[row]));
  return { rows, at, costs, cost: costs.reduce((sum, cost) => sum + cost, 0) };
}

function bestMove(reading: RowReading[], order: Order, row: number, run: number[]): Order {
  const moving = new Set(run);
  const taken = order.rows[row].filter((place) => moving.has(place));
  const rest = order.rows[row].filter((place) => !moving.has(place));
  const from = order.rows[row].indexOf(taken[0]);
  let best = order;
  for (let to = Math.max(0, from - furthest); to <= Math.min(rest.length, from + furthest); to++) {
    const line = [...rest.slice(0, to), ...taken, ...rest.slice(to)];
    if (line.every((place, i) => place === order.rows[row][i])) continue;
    const alone = changed(reading, order, row, [line], best.cost);
    if (alone) best = alone;
    if (row === order.rows.length - 1) continue;
    const sorted = changed(reading, order, row, [line, ...rowsBelow(reading, order, row, line)], best.cost);
    if (sorted) best = sorted;
  }
  return best;
}

/** The order with some rows, from `first` on, replaced; nothing when it reads no better than `bound`. */
function changed(
  reading: RowReading[],
  order: Order,
  first: number,
  lines: Rows,
  bound: number,
): Order | null {
  const at = [...order.at];
  for (const line of lines) line.forEach((place, i) => (at[place] = i));
  const rows = order.rows.map((line, r) => lines[r - first] ?? line);
  const costs = [...order.costs];
  const from = Math.max(0, first - 1);
  const to = first + lines.length - 1;
  let cost = order.cost;
  for (let r = from; r <= to; r++) cost -= costs[r];
  for (let r = from; r <= to; r++) {
    costs[r] = rowCost(reading[r], at, rows[r]);
    cost += costs[r];
    if (cost > bound - 0.001) return null;
  }
  return { rows, at, costs, cost };
}

/** The rows below, sorted afresh under their parents; people without parents stay beside their partner. */
function rowsBelow(reading: RowReading[], order: Order, row: number, line: number[]): Rows {
  const at = [...order.at];
  line.forEach((place, i) => (at[place] = i));
  const lines: Rows = [];
  for (let r = row + 1; r < order.rows.length; r++) {
    const key: number[] = [];
    for (const { parents, children } of reading[r - 1].unions) {
      const centre = parents.reduce((sum, parent) => sum + at[parent], 0) / parents.length;
      for (const { place, firm } of children) if (firm === 1 || key[place] === undefined) key[place] = centre;
    }
    for (const { a, b } of reading[r].couples) {
      key[a] ??= key[b];
      key[b] ??= key[a];
    }
    const next = order.rows[r].toSorted(
      (one, other) => (key[one] ?? Infinity) - (key[other] ?? Infinity) || order.at[one] - order.at[other],
    );
    next.forEach((place, i) => (at[place] = i));
    lines.push(next);
  }
  return lines;
}

function runsOf(reading: RowReading[], row: number, places: number[]): number[][] {
  const { unions, sets } = reading[row];
  return [
    ...places.map((place) => [place]),
    ...unions.map((union) => union.parents).filter((parents) => parents.length > 1),
    ...sets.map((set) => set.members),
    ...sets.filter((set) => set.guests.size > 0).map((set) => [...set.guests.keys(), ...set.members]),
  ];
}
