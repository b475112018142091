import type { TidyFamily } from './tidy.ts';
import type { Chart, Union } from './unions.ts';

type Side = -1 | 1;
type Growing = {
  rows: number[][];
  seen: Set<number>;
  waiting: { place: number; side: Side }[];
  row: (place: number) => number;
  age: (place: number) => number;
};
type Part = { family: TidyFamily; chart: Chart; part: number; depth: number };

const centresTried = 7;

/**
 * A few ways to lay out one part of a family: each puts one couple in the middle and lets the relatives of
 * the one grow to the left and the relatives of the other to the right.
 */
export function firstOrders({ family, chart, part, depth }: Part): number[][][] {
  const members = chart.places.flatMap((place, i) => (place.part === part ? [i] : []));
  const unions = chart.unions.filter((union) => chart.places[union.parents[0]].part === part);
  const weight = (union: Union) => union.children.length + 3 * (union.parents.length - 1);
  const centres = [...unions].sort((a, b) => weight(b) - weight(a)).slice(0, centresTried);
  const grow = (parents: number[], centre: Union | null) => {
    const growing: Growing = {
      rows: Array.from({ length: depth }, () => []),
      seen: new Set(),
      waiting: [],
      row: (place) => chart.places[place].row,
      age: (place) => family.ageRank[place] ?? Infinity,
    };
    parents.forEach((parent, i) => put(growing, parent, i === 0 ? -1 : 1));
    if (centre) putChildren(growing, centre, 1);
    for (let i = 0; i < growing.waiting.length; i++) spread(growing, unions, growing.waiting[i]);
    return growing.rows;
  };
  if (centres.length === 0) return [grow(members, null)];
  return centres.flatMap((centre) => [
    grow(centre.parents, centre),
    ...(centre.parents.length > 1 ? [grow([...centre.parents].reverse(), centre)] : []),
  ]);
}

function put(growing: Growing, place: number, side: Side): void {
  if (growing.seen.has(place)) return;
  growing.seen.add(place);
  const row = growing.rows[growing.row(place)];
  if (side < 0) row.unshift(place);
  else row.push(place);
  growing.waiting.push({ place, side });
}

function putChildren(growing: Growing, union: Union, side: Side): void {
  const children = union.children.map((child) => child.place);
  children.sort((a, b) => (growing.age(a) - growing.age(b)) * side || (a - b) * side);
  for (const child of children) put(growing, child, side);
}

/** Brothers and sisters stand nearest, then partners in the order of their children. */
function spread(growing: Growing, unions: Union[], { place, side }: { place: number; side: Side }): void {
  for (const union of unions) {
    if (!union.children.some((child) => child.place === place)) continue;
    const parents = side < 0 ? [...union.parents].reverse() : union.parents;
    for (const parent of parents) put(growing, parent, side);
    putBesides(growing, union, place, side);
  }
  const own = unions.filter((union) => union.parents.includes(place));
  own.sort((a, b) => latest(growing, b) - latest(growing, a) || a.parents[0] - b.parents[0]);
  for (const union of own) {
    for (const parent of union.parents) put(growing, parent, side);
    putChildren(growing, union, side);
  }
}

function putBesides(growing: Growing, union: Union, place: number, side: Side): void {
  const others = union.children
    .map((child) => child.place)
    .filter((child) => growing.row(child) === growing.row(place))
    .sort((a, b) => (growing.age(a) - growing.age(b)) * side);
  for (const other of others) {
    if (growing.seen.has(other)) continue;
    const inward = (growing.age(other) - growing.age(place)) * side < 0;
    put(growing, other, side);
    if (!inward) continue;
    const row = growing.rows[growing.row(place)];
    row.splice(row.indexOf(other), 1);
    row.splice(row.indexOf(place) + (side < 0 ? 1 : 0), 0, other);
  }
}

function latest(growing: Growing, union: Union): number {
  return Math.max(-1, ...union.children.map((child) => growing.age(child.place)));
}
