import type { Point } from './tie-paths.ts';
import type { Box } from './names.ts';
import { symbolSize } from './room.ts';

const touch = symbolSize / 2 + 1;
const clearOfSymbol = symbolSize / 2 + 11;
const clearOfTie = 14;
const nearSymbol = 30;
const mostlyTogether = 0.35;
const fewPoints = 5;
const curvePoints = 28;
/** Where somebody stands close above and below, two ties run beside each other. */
const shallow = 22;
const sideways = [26, -26, 48, -48, 76, -76];

/**
 * Where the ties run: straight when nobody is in the way, else in a curve, below first. The short ones choose first,
 * and no tie lies along another.
 */
export function tieTrails(people: Point[], ties: { a: number; b: number }[]): Point[][] {
  const drawn: Point[][] = [];
  const trails: Point[][] = [];
  const length = (i: number) => distance(people[ties[i].a], people[ties[i].b]);
  for (const i of [...ties.keys()].sort((one, other) => length(one) - length(other) || one - other)) {
    trails[i] = bestTrail(people, ties[i].a, ties[i].b, drawn);
    drawn.push(samples(trails[i]));
  }
  return trails;
}

function bestTrail(people: Point[], a: number, b: number, drawn: Point[][]): Point[] {
  const [from, to] = [people[a], people[b]];
  const sameRow = from.y === to.y;
  const bends = sameRow ? belowThenAbove(to.x < from.x ? -1 : 1, distance(from, to)) : sideways;
  let best = { trail: straight(from, to), cost: Infinity };
  for (const bend of [0, ...bends]) {
    const trail = bend === 0 ? straight(from, to) : curve(from, to, bend, sameRow);
    const cost = costOf(people, a, b, samples(trail), drawn);
    if (cost < best.cost) best = { trail, cost };
    if (cost === 0) break;
  }
  return best.trail;
}

function belowThenAbove(way: number, apart: number): number[] {
  const deep = Math.max(34, Math.min(58, apart * 0.42));
  const wide = [deep, deep + 16, -deep, deep + 34, -(deep + 16)];
  return [...wide, shallow, -shallow].map((bend) => bend * way);
}

function straight(from: Point, to: Point): Point[] {
  const whole = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [dx, dy] = [(to.x - from.x) / whole, (to.y - from.y) / whole];
  return [
    { x: from.x + dx * touch, y: from.y + dy * touch },
    { x: to.x - dx * touch, y: to.y - dy * touch },
  ];
}

/** On one row the ends leave from below (or above) the symbols; between rows they leave to the side of the bend. */
function curve(from: Point, to: Point, bend: number, sameRow: boolean): Point[] {
  const whole = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  const [nx, ny] = [-(to.y - from.y) / whole, (to.x - from.x) / whole];
  const side = Math.sign(bend);
  const lift = sameRow ? touch : touch * 0.6;
  const along = sameRow ? 0 : touch * 0.8;
  const [ux, uy] = [(to.x - from.x) / whole, (to.y - from.y) / whole];
  const start = { x: from.x + nx * side * lift + ux * along, y: from.y + ny * side * lift + uy * along };
  const end = { x: to.x + nx * side * lift - ux * along, y: to.y + ny * side * lift - uy * along };
  const inset = sameRow ? 0.06 : 0.25;
  const c1 = {
    x: start.x + nx * bend * 1.3 + ux * whole * inset,
    y: start.y + ny * bend * 1.3 + uy * whole * inset,
  };
  const c2 = {
    x: end.x + nx * bend * 1.3 - ux * whole * inset,
    y: end.y + ny * bend * 1.3 - uy * whole * inset,
  };
  return Array.from({ length: curvePoints + 1 }, (_, i) => cubic([start, c1, c2, end], i / curvePoints));
}

function cubic([p, q, r, s]: [Point, Point, Point, Point], t: number): Point {
  const u = 1 - t;
  const mix = (a: number, b: number, c: number, d: number) =>
    a * u * u * u + 3 * b * u * u * t + 3 * c * u * t * t + d * t * t * t;
  return { x: mix(p.x, q.x, r.x, s.x), y: mix(p.y, q.y, r.y, s.y) };
}

function costOf(people: Point[], a: number, b: number, points: Point[], drawn: Point[][]): number {
  let cost = 0;
  const area = areaOf(points);
  people.forEach((person, i) => {
    if (
      i !== a &&
      i !== b &&
      isWithin(area, person) &&
      points.some((point) => isCloser(point, person, clearOfSymbol))
    )
      cost += 100;
  });
  if (cost > 0) return cost;
  const middle = points.filter(
    (point) => !isCloser(point, people[a], nearSymbol) && !isCloser(point, people[b], nearSymbol),
  );
  for (const other of drawn) {
    const nearby = other.filter((one) => isWithin(area, one));
    const near = middle.filter((point) => nearby.some((one) => isNear(one, point)));
    if (near.length > Math.max(fewPoints, points.length * mostlyTogether)) cost += 30;
  }
  return cost;
}

/** Only what stands about here can be in the way: most of a big family does not. */
function areaOf(points: Point[]): Box {
  const xs = points.map((point) => point.x);
  const ys = points.map((point) => point.y);
  return {
    x1: Math.min(...xs) - clearOfSymbol,
    x2: Math.max(...xs) + clearOfSymbol,
    y1: Math.min(...ys) - clearOfSymbol,
    y2: Math.max(...ys) + clearOfSymbol,
  };
}

function isWithin(area: Box, { x, y }: Point): boolean {
  return area.x1 < x && x < area.x2 && area.y1 < y && y < area.y2;
}

function isNear(a: Point, b: Point): boolean {
  return Math.abs(a.x - b.x) < clearOfTie && Math.abs(a.y - b.y) < clearOfTie;
}

/** Asked of every point of every trail: without a root. */
function isCloser(a: Point, b: Point, by: number): boolean {
  const [dx, dy] = [a.x - b.x, a.y - b.y];
  return dx * dx + dy * dy < by * by;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Points along a trail about 8 px from each other. */
export function samples(trail: Point[]): Point[] {
  return trail.slice(1).flatMap((b, i) => {
    const a = trail[i];
    const steps = Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 8));
    return Array.from({ length: steps }, (_, k) => ({
      x: a.x + ((b.x - a.x) * (k + 0.5)) / steps,
      y: a.y + ((b.y - a.y) * (k + 0.5)) / steps,
    }));
  });
}
