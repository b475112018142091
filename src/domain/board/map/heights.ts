import { uprightsOf } from './wires.ts';
import type { Wire } from './wires.ts';

type Line = { wire: number; x1: number; x2: number; above: number };
type Post = { wire: number; x: number; from: number; to: number };
type Meeting = { post: Post; line: number; edge: boolean };
type Puzzle = { lines: Line[]; meetings: Meeting[]; shared: [Post, Post][]; overlaps: [number, number][] };

const overlapCost = 1000;
const sharedPostCost = 200;
const cornerCost = 25;
const crossingCost = 10;
const depthCost = 0.4;
const rounds = 5;

/** The level (0 on top) of each wire's horizontals: none lies on another, and few cross. */
export function chooseHeights(wires: Wire[]): { levels: number[][]; count: number } {
  const puzzle = puzzleOf(wires);
  const level = startLevels(puzzle);
  let cost = costOf(puzzle, level);
  for (let round = 0; round < rounds && cost > 0; round++) {
    const before = cost;
    for (let i = 0; i < level.length; i++) cost = bestLevel(puzzle, level, i, cost);
    if (cost >= before) break;
  }
  const used = [...new Set(level)].sort((a, b) => a - b);
  const close = level.map((value) => used.indexOf(value));
  let next = 0;
  return { levels: wires.map((wire) => wire.across.map(() => close[next++])), count: used.length };
}

function puzzleOf(wires: Wire[]): Puzzle {
  const lines: Line[] = [];
  const posts: Post[] = [];
  wires.forEach((wire, w) => {
    const first = lines.length;
    wire.across.forEach(({ x1, x2 }, i) => lines.push({ wire: w, x1, x2, above: i === 0 ? -1 : first }));
    const at = (end: number) => (end < 0 || end === Infinity ? end : first + end);
    for (const post of uprightsOf(wire))
      posts.push({ wire: w, x: post.x, from: at(post.from), to: at(post.to) });
  });
  const meetings = posts.flatMap((post) =>
    lines.flatMap((line, i) => {
      if (line.wire === post.wire || post.x < line.x1 - 5 || post.x > line.x2 + 5) return [];
      return [{ post, line: i, edge: post.x < line.x1 + 5 || post.x > line.x2 - 5 }];
    }),
  );
  const shared = posts.flatMap((post, i) =>
    posts
      .slice(i + 1)
      .filter((other) => other.wire !== post.wire && Math.abs(other.x - post.x) < 5)
      .map((other): [Post, Post] => [post, other]),
  );
  const overlaps = lines.flatMap((line, i) =>
    lines.flatMap((other, j): [number, number][] =>
      j > i && line.x1 < other.x2 + 9 && other.x1 < line.x2 + 9 ? [[i, j]] : [],
    ),
  );
  return { lines, meetings, shared, overlaps };
}

function startLevels({ lines, overlaps }: Puzzle): number[] {
  const level: number[] = Array(lines.length).fill(-1);
  const width = (line: Line) => line.x2 - line.x1;
  const order = lines
    .map((line, i) => ({
      i,
      key: width(line.above >= 0 ? lines[line.above] : line) + (line.above >= 0 ? 0.5 : 0),
    }))
    .sort((a, b) => a.key - b.key || a.i - b.i);
  for (const { i } of order) {
    const taken = overlaps.flatMap(([a, b]) => (a === i ? [level[b]] : b === i ? [level[a]] : []));
    let free = lines[i].above >= 0 ? level[lines[i].above] + 1 : 0;
    while (taken.includes(free)) free++;
    level[i] = free;
  }
  return level;
}

function bestLevel(puzzle: Puzzle, level: number[], i: number, cost: number): number {
  const deepest = Math.max(...level) + 1;
  let best = { cost, value: level[i] };
  for (let value = 0; value <= deepest; value++) {
    level[i] = value;
    const next = costOf(puzzle, level);
    if (next < best.cost - 0.001) best = { cost: next, value };
  }
  level[i] = best.value;
  return best.cost;
}

function costOf({ lines, meetings, shared, overlaps }: Puzzle, level: number[]): number {
  const height = (end: number) => (end < 0 || end === Infinity ? end : level[end]);
  let cost = Math.max(0, ...level) * 2;
  lines.forEach((line, i) => {
    cost += level[i] * depthCost;
    if (line.above >= 0 && level[i] <= level[line.above]) cost += overlapCost;
  });
  for (const [a, b] of overlaps) if (level[a] === level[b]) cost += overlapCost;
  for (const { post, line, edge } of meetings)
    if (height(post.from) < level[line] && level[line] < height(post.to))
      cost += edge ? cornerCost : crossingCost;
  for (const [one, other] of shared)
    if (height(one.from) < height(other.to) && height(other.from) < height(one.to)) cost += sharedPostCost;
  return cost;
}
