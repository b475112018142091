import { prepareReading, type Rows } from './order-cost.ts';
import { firstOrders } from './order-start.ts';
import { improveOrder, wholeCost } from './order-moves.ts';
import type { TidyFamily } from './tidy.ts';
import type { Chart } from './unions.ts';

const smallPart = 26;
const startsForSmall = 8;
const startsForLarge = 1;

/** Orders every row so that couples are close, children follow age, and few lines cross. */
export function orderRows(family: TidyFamily, chart: Chart): Rows {
  const depth = Math.max(0, ...chart.places.map((place) => place.row)) + 1;
  const rows: Rows = Array.from({ length: depth }, () => []);
  const parts = [...new Set(chart.places.map((place) => place.part))].sort((a, b) => a - b);
  for (const part of parts) {
    const own = orderPart(family, chart, part, depth);
    own.forEach((places, row) => rows[row].push(...places));
  }
  return rows;
}

/** A large part is tried from fewer starts, or it would take too long to draw while somebody types. */
function orderPart(family: TidyFamily, chart: Chart, part: number, depth: number): Rows {
  const reading = prepareReading(family, chart, part, depth);
  const size = chart.places.filter((place) => place.part === part).length;
  const starts = firstOrders({ family, chart, part, depth })
    .map((rows) => ({ rows, cost: wholeCost(reading, rows) }))
    .sort((a, b) => a.cost - b.cost)
    .slice(0, size <= smallPart ? startsForSmall : startsForLarge);
  const ends = starts.map(({ rows }) => improveOrder(reading, rows));
  return ends.reduce((least, next) => (next.cost < least.cost - 0.001 ? next : least)).rows;
}
