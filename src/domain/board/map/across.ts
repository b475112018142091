import { roomFor } from './room.ts';
import type { TidyFamily } from './tidy.ts';
import type { Rows } from './order-cost.ts';
import type { Chart, Union } from './unions.ts';

const rounds = 80;
const descentPull = 1;
const siblingPull = 1.6;
const couplePull = 0.25;
const neighbourPull = 0.1;

/**
 * Where each place stands across the drawing: children under their parents, in the given order, never touching.
 * `extra` is more room to the left of a place.
 */
export function placeAcross(family: TidyFamily, chart: Chart, rows: Rows, extra: number[]): number[] {
  const room = rows.map((row) =>
    row.slice(1).map((place, i) => roomFor(family, chart, row[i], place) + (extra[place] ?? 0)),
  );
  const near = rows.map((row) => row.slice(1).map((place, i) => nearness(chart, row[i], place)));
  const x: number[] = Array(chart.places.length).fill(0);
  rows.forEach((row, r) => {
    let at = 0;
    row.forEach((place, i) => {
      at += i === 0 ? 0 : room[r][i - 1];
      x[place] = at;
    });
  });
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? rows.keys() : [...rows.keys()].reverse();
    const slack = 1 - round / rounds;
    for (const r of order) settleRow(chart, { row: rows[r], room: room[r], near: near[r] }, x, slack);
  }
  return x.map((value) => Math.round(value));
}

/** How strongly two neighbours belong together; mere neighbours only while the drawing finds its shape. */
function nearness(chart: Chart, a: number, b: number): { pull: number; lasting: boolean } {
  const shared = chart.unions.find((one) => one.parents.includes(a) && one.parents.includes(b));
  if (shared) return { pull: couplePull, lasting: true };
  const areParents = chart.unions.some((one) => one.parents.includes(a) || one.parents.includes(b));
  const isChild = (place: number, children: { place: number }[]) =>
    children.some((child) => child.place === place);
  const siblings = chart.unions.some((one) => isChild(a, one.children) && isChild(b, one.children));
  return siblings && !areParents
    ? { pull: siblingPull, lasting: true }
    : { pull: neighbourPull, lasting: false };
}

type Line = { row: number[]; room: number[]; near: { pull: number; lasting: boolean }[] };

function settleRow(chart: Chart, { row, room, near }: Line, x: number[], slack: number): void {
  const wish = row.map((place) => ({ sum: 0, weight: 0.0001, x: x[place] }));
  const at = new Map(row.map((place, i) => [place, i]));
  const pull = (place: number, to: number, weight: number) => {
    const i = at.get(place);
    if (i === undefined) return;
    wish[i].sum += to * weight;
    wish[i].weight += weight;
  };
  for (const union of chart.unions) {
    if (union.children.length === 0) continue;
    const shift = middleOf(union, x) - childrenMiddle(union, x);
    const below = union.row + 1 === chart.places[row[0]].row;
    if (union.row === chart.places[row[0]].row)
      for (const parent of union.parents) pull(parent, x[parent] - shift, descentPull * pullOf(union));
    if (below)
      for (const child of union.children) pull(child.place, x[child.place] + shift, descentPull * child.firm);
  }
  row.slice(1).forEach((place, i) => {
    const gap = x[place] - x[row[i]] - room[i];
    const strength = near[i].pull * (near[i].lasting ? 1 : slack);
    pull(row[i], x[row[i]] + gap, strength);
    pull(place, x[place] - gap, strength);
  });
  const settled = keepRoom(
    wish.map(({ sum, weight, x }) => ({ want: (sum + x * 0.0001) / weight, weight })),
    room,
  );
  row.forEach((place, i) => (x[place] = settled[i]));
}

function middleOf(union: Union, x: number[]): number {
  const xs = union.parents.map((parent) => x[parent]);
  return (Math.min(...xs) + Math.max(...xs)) / 2;
}

function childrenMiddle(union: Union, x: number[]): number {
  const firm = union.children.filter((child) => child.firm === 1);
  const xs = (firm.length > 0 ? firm : union.children).map((child) => x[child.place]);
  return (Math.min(...xs) + Math.max(...xs)) / 2;
}

function pullOf(union: Union): number {
  return Math.max(...union.children.map((child) => child.firm));
}

/** The nearest positions to what is wanted that keep the order and the room between neighbours. */
export function keepRoom(wishes: { want: number; weight: number }[], room: number[]): number[] {
  const offset = [0];
  for (const gap of room) offset.push(offset[offset.length - 1] + gap);
  const blocks: { mean: number; weight: number; size: number }[] = [];
  wishes.forEach(({ want, weight }, i) => {
    let block = { mean: want - offset[i], weight, size: 1 };
    for (let last = blocks.at(-1); last && last.mean > block.mean; last = blocks.at(-1)) {
      blocks.pop();
      const total = last.weight + block.weight;
      block = {
        mean: (last.mean * last.weight + block.mean * block.weight) / total,
        weight: total,
        size: last.size + block.size,
      };
    }
    blocks.push(block);
  });
  return blocks
    .flatMap(({ mean, size }) => Array<number>(size).fill(mean))
    .map((mean, i) => mean + offset[i]);
}
