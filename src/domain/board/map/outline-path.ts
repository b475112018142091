import type { Box } from './names.ts';
import type { Point } from './tie-paths.ts';

const cornerRadius = 22;

/** One rounded outline round boxes that overlap or touch; boxes apart from each other get one each. */
export function outlinePath(boxes: Box[]): string {
  return loopsRound(boxes).map(roundedPath).join('');
}

/** The corners of the outline, loop by loop, clockwise. */
export function loopsRound(boxes: Box[]): Point[][] {
  const xs = sorted(boxes.flatMap((box) => [box.x1, box.x2]));
  const ys = sorted(boxes.flatMap((box) => [box.y1, box.y2]));
  const filled = (i: number, j: number) =>
    i >= 0 &&
    j >= 0 &&
    i < xs.length - 1 &&
    j < ys.length - 1 &&
    boxes.some((box) => box.x1 <= xs[i] && xs[i + 1] <= box.x2 && box.y1 <= ys[j] && ys[j + 1] <= box.y2);
  const edges = new Map<number, number[]>();
  const corner = (i: number, j: number) => i * ys.length + j;
  const add = (from: number, to: number) => {
    const ways = edges.get(from);
    if (ways) ways.push(to);
    else edges.set(from, [to]);
  };
  for (let i = 0; i < xs.length - 1; i++)
    for (let j = 0; j < ys.length - 1; j++) {
      if (!filled(i, j)) continue;
      if (!filled(i, j - 1)) add(corner(i, j), corner(i + 1, j));
      if (!filled(i + 1, j)) add(corner(i + 1, j), corner(i + 1, j + 1));
      if (!filled(i, j + 1)) add(corner(i + 1, j + 1), corner(i, j + 1));
      if (!filled(i - 1, j)) add(corner(i, j + 1), corner(i, j));
    }
  const point = (at: number) => ({ x: xs[Math.floor(at / ys.length)], y: ys[at % ys.length] });
  return tracedLoops(edges).map((loop) => corners(loop.map(point)));
}

function tracedLoops(edges: Map<number, number[]>): number[][] {
  const loops: number[][] = [];
  for (const [start, ways] of edges)
    while (ways.length > 0) {
      const loop: number[] = [];
      for (let at = ways.pop(); at !== undefined; at = at === start ? undefined : edges.get(at)?.pop())
        loop.push(at);
      loops.push(loop);
    }
  return loops;
}

function corners(loop: Point[]): Point[] {
  return loop.filter((point, i) => {
    const before = loop[(i + loop.length - 1) % loop.length];
    const after = loop[(i + 1) % loop.length];
    return (before.x === point.x) !== (point.x === after.x);
  });
}

function roundedPath(loop: Point[]): string {
  const pieces = loop.map((corner, i) => {
    const before = loop[(i + loop.length - 1) % loop.length];
    const after = loop[(i + 1) % loop.length];
    const radius = Math.min(cornerRadius, distance(before, corner) / 2, distance(corner, after) / 2);
    const into = towards(corner, before, radius);
    const out = towards(corner, after, radius);
    return `${i === 0 ? 'M' : 'L'}${into}Q${short(corner.x)} ${short(corner.y)} ${out}`;
  });
  return `${pieces.join('')}Z`;
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, by: number): string {
  return `${short(from.x + Math.sign(to.x - from.x) * by)} ${short(from.y + Math.sign(to.y - from.y) * by)}`;
}

function short(value: number): number {
  return Math.round(value * 10) / 10;
}

function sorted(values: number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
