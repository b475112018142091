import type { Box } from './names.ts';
import type { Point } from './tie-paths.ts';
import { symbolSize } from './room.ts';
import type { TidyFamily } from './tidy.ts';

/** One person's place as an outline sees it: the symbol's centre, and the box round symbol and name. */
export type Seat = { spot: Point; row: number; box: Box };

type Run = { row: number; y: number; box: Box };

const half = symbolSize / 2;
const wall = 13;
const aroundName = 8;
const corridor = 36;
const nearlyAligned = 40;
const betweenWalls = 8;
const underNames = 40;

/** Boxes that together cover one household: its people row by row, joined by corridors that avoid everybody else. */
export function roomsOfHome(members: Seat[], strangers: Seat[], rowY: number[]): Box[] {
  const runs = alignWalls(runsOf(members, strangers), strangers);
  const joins = joinsOf(runs);
  return [...runs.map((run) => run.box), ...joins.flatMap(([a, b]) => passage(a, b, strangers, rowY))];
}

/** How much further to the right some places must stand so that the walls of two homes do not meet. */
export function roomBetweenHomes(family: TidyFamily, rows: number[][], seats: Seat[]): number[] {
  const extra: number[] = [];
  const homesOf = (person: number) => family.households.filter((home) => home.people.includes(person));
  for (const row of rows)
    row.slice(1).forEach((right, i) => {
      const left = row[i];
      if (!seats[left] || !seats[right]) return;
      const [a, b] = [homesOf(left), homesOf(right)];
      if (a.length === 0 || b.length === 0 || a.some((home) => b.includes(home))) return;
      const reach = Math.max(seats[left].box.x2 + aroundName, seats[left].spot.x + half + wall);
      const start = Math.min(seats[right].box.x1 - aroundName, seats[right].spot.x - half - wall);
      if (start - reach < betweenWalls) extra[right] = betweenWalls - (start - reach);
    });
  return extra;
}

function runsOf(members: Seat[], strangers: Seat[]): Run[] {
  const sorted = [...members].sort((a, b) => a.row - b.row || a.spot.x - b.spot.x);
  const runs: Run[] = [];
  let last: Seat | null = null;
  for (const seat of sorted) {
    const box = seatBox(seat, strangers);
    const run = runs.at(-1);
    const parted = strangers.some(
      (one) => last && one.row === seat.row && one.spot.x > last.spot.x && one.spot.x < seat.spot.x,
    );
    if (run && last && run.row === seat.row && !parted) run.box = hull(run.box, box);
    else runs.push({ row: seat.row, y: seat.spot.y, box });
    last = seat;
  }
  return runs;
}

function seatBox({ spot, row, box }: Seat, strangers: Seat[]): Box {
  const wide = {
    x1: Math.min(spot.x - half - wall, box.x1 - aroundName),
    x2: Math.max(spot.x + half + wall, box.x2 + aroundName),
    y1: Math.min(spot.y - half - wall, box.y1 - 6),
    y2: Math.max(spot.y + half + wall, box.y2 + 7),
  };
  for (const stranger of strangers) {
    if (stranger.row !== row) continue;
    if (stranger.spot.x > spot.x) wide.x2 = Math.min(wide.x2, stranger.spot.x - half - 6);
    else wide.x1 = Math.max(wide.x1, stranger.spot.x + half + 6);
  }
  return wide;
}

function hull(a: Box, b: Box): Box {
  return {
    x1: Math.min(a.x1, b.x1),
    x2: Math.max(a.x2, b.x2),
    y1: Math.min(a.y1, b.y1),
    y2: Math.max(a.y2, b.y2),
  };
}

/** Walls that nearly stand above each other are brought in line, so the outline has no small steps. */
function alignWalls(runs: Run[], strangers: Seat[]): Run[] {
  const aligned = runs.map((run) => ({ ...run, box: { ...run.box } }));
  for (let round = 0; round < 2; round++)
    for (const one of aligned)
      for (const other of aligned) {
        if (Math.abs(one.row - other.row) !== 1) continue;
        const left = other.box.x1 < one.box.x1 && one.box.x1 - other.box.x1 < nearlyAligned;
        if (left && isFree(one, other.box.x1, one.box.x1, strangers)) one.box.x1 = other.box.x1;
        const right = other.box.x2 > one.box.x2 && other.box.x2 - one.box.x2 < nearlyAligned;
        if (right && isFree(one, one.box.x2, other.box.x2, strangers)) one.box.x2 = other.box.x2;
      }
  return aligned;
}

function isFree(run: Run, x1: number, x2: number, strangers: Seat[]): boolean {
  return strangers.every(
    (one) => one.row !== run.row || one.spot.x + half + 4 < x1 || one.spot.x - half - 4 > x2,
  );
}

function joinsOf(runs: Run[]): [Run, Run][] {
  const rows = [...new Set(runs.map((run) => run.row))];
  const pairs = runs.flatMap((a, i) =>
    runs.slice(i + 1).flatMap((b) => {
      const steps = rows.indexOf(b.row) - rows.indexOf(a.row);
      const apart = Math.max(0, Math.max(a.box.x1, b.box.x1) + corridor - Math.min(a.box.x2, b.box.x2));
      return steps > 1 ? [] : [{ a, b, cost: apart + (steps === 0 ? 80 : 0) }];
    }),
  );
  pairs.sort((one, other) => one.cost - other.cost);
  const group = new Map(runs.map((run, i) => [run, i]));
  return pairs.flatMap(({ a, b }): [Run, Run][] => {
    const [from, to] = [group.get(a), group.get(b)];
    if (from === to || from === undefined) return [];
    for (const run of runs) if (group.get(run) === to) group.set(run, from);
    return [[a, b]];
  });
}

function passage(a: Run, b: Run, strangers: Seat[], rowY: number[]): Box[] {
  if (a.row === b.row) {
    const [left, right] = a.box.x1 < b.box.x1 ? [a.box, b.box] : [b.box, a.box];
    const y2 = Math.max(a.box.y2, b.box.y2) + 6;
    const under = { y1: a.y + half + 6, y2 };
    return [{ x1: left.x2 - corridor, x2: right.x1 + corridor, ...under }];
  }
  const boxes: Box[] = [];
  let from = a;
  for (let row = a.row + 1; row < b.row; row++) {
    const x = freeColumn(strangers, row, (Math.max(a.box.x1, b.box.x1) + Math.min(a.box.x2, b.box.x2)) / 2);
    const y = rowY[row];
    const column = { x1: x - corridor / 2, x2: x + corridor / 2, y1: y - half - wall, y2: y + half + wall };
    const through = { row, y, box: column };
    boxes.push(column, ...stairs(from, through));
    from = through;
  }
  return [...boxes, ...stairs(from, b)];
}

/** Nothing but lines lies between two neighbouring rows, so any corridor there is free. */
function stairs(upper: Run, lower: Run): Box[] {
  const x1 = Math.max(upper.box.x1, lower.box.x1);
  const x2 = Math.min(upper.box.x2, lower.box.x2);
  if (x2 - x1 >= corridor - 4) return [{ x1, x2, y1: upper.box.y1, y2: lower.box.y2 }];
  const [left, right] = upper.box.x1 < lower.box.x1 ? [upper.box, lower.box] : [lower.box, upper.box];
  const y1 = upper.y + underNames;
  const y2 = Math.max(y1 + 20, lower.y - half - wall + 2);
  const band = {
    x1: Math.max(left.x1, left.x2 - corridor),
    x2: Math.min(right.x2, right.x1 + corridor),
    y1,
    y2,
  };
  const neck = { x1: Math.max(band.x1, upper.box.x1), x2: Math.min(band.x2, upper.box.x2), y1: upper.y, y2 };
  return [band, neck];
}

function freeColumn(strangers: Seat[], row: number, wanted: number): number {
  const reach = half + 6 + corridor / 2;
  const taken = strangers.filter((one) => one.row === row).map((one) => one.spot.x);
  const options = [wanted, ...taken.flatMap((x) => [x - reach, x + reach])];
  const free = options.filter((x) => taken.every((other) => Math.abs(other - x) >= reach - 0.5));
  return free.reduce(
    (best, x) => (Math.abs(x - wanted) < Math.abs(best - wanted) ? x : best),
    free[0] ?? wanted,
  );
}
