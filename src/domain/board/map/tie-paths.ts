import type { TieKind } from './family-picture.ts';

/** A point on paper. */
export type Point = { x: number; y: number };

const zigzagStep = 8.5;
const zigzagReach = 6;
const doubleReach = 2.75;
const tripleReach = 4.5;
const shortTie = 70;
const besideTie = 20;

/** Draws one kind of tie along a trail of points. */
export function tiePaths(kind: TieKind, trail: Point[]): { d: string; d2?: string } {
  switch (kind) {
    case 'close':
      return { d: pathOf(beside(trail, doubleReach)), d2: pathOf(beside(trail, -doubleReach)) };
    case 'very-close':
      return {
        d: pathOf(beside(trail, tripleReach)) + pathOf(beside(trail, -tripleReach)),
        d2: pathOf(trail),
      };
    case 'distant':
      return { d: pathOf(trail) };
    case 'conflict':
      return { d: pathOf(zigzag(trail)) };
    case 'close-conflict':
      return {
        d: pathOf(zigzag(trail)),
        d2: pathOf(beside(trail, zigzagReach + 2)) + pathOf(beside(trail, -zigzagReach - 2)),
      };
    case 'cut-off':
      return cutOff(trail);
    case 'harm':
      return harm(trail);
  }
}

/** The point half way along a trail, or beside it where a sign there would hide what the line says. */
export function middleOf(kind: TieKind, trail: Point[]): Point {
  const whole = lengthOf(trail);
  const hides = kind === 'cut-off' || whole < shortTie;
  const { x, y } = hides ? aside(trail, whole / 2, besideTie) : at(trail, whole / 2);
  return { x: Math.round(x), y: Math.round(y) };
}

function cutOff(trail: Point[]): { d: string; d2: string } {
  const whole = lengthOf(trail);
  const [before, after] = [whole / 2 - 4, whole / 2 + 4];
  const d = pathOf(cut(trail, 0, before)) + pathOf(cut(trail, after, whole));
  return { d, d2: bar(trail, before) + bar(trail, after) };
}

function harm(trail: Point[]): { d: string; d2: string } {
  const whole = lengthOf(trail);
  const tip = trail[trail.length - 1];
  const back = at(trail, whole - 9);
  const [dx, dy] = [(tip.x - back.x) / 9, (tip.y - back.y) / 9];
  const wing = (side: number) => `${short(back.x - side * dy * 5)} ${short(back.y + side * dx * 5)}`;
  const d2 = `M${wing(1)}L${short(tip.x)} ${short(tip.y)}L${wing(-1)}`;
  return { d: pathOf([...zigzag(cut(trail, 0, whole - 8)), tip]), d2 };
}

function zigzag(trail: Point[]): Point[] {
  const whole = lengthOf(trail);
  const count = Math.max(3, Math.round(whole / zigzagStep));
  return Array.from({ length: count + 1 }, (_, i) => {
    const along = (whole * i) / count;
    if (i === 0 || i === count) return at(trail, along);
    return aside(trail, along, i % 2 === 0 ? zigzagReach : -zigzagReach);
  });
}

function beside(trail: Point[], reach: number): Point[] {
  const whole = lengthOf(trail);
  const count = trail.length === 2 ? 1 : 24;
  return Array.from({ length: count + 1 }, (_, i) => aside(trail, (whole * i) / count, reach));
}

function bar(trail: Point[], along: number): string {
  return pathOf([aside(trail, along, 7), aside(trail, along, -7)]);
}

function aside(trail: Point[], along: number, reach: number): Point {
  const whole = lengthOf(trail);
  const [a, b] = [at(trail, Math.max(0, along - 2)), at(trail, Math.min(whole, along + 2))];
  const run = Math.hypot(b.x - a.x, b.y - a.y) || 1;
  const point = at(trail, along);
  return { x: point.x - ((b.y - a.y) / run) * reach, y: point.y + ((b.x - a.x) / run) * reach };
}

function cut(trail: Point[], from: number, to: number): Point[] {
  const steps = trail.length === 2 ? 1 : 20;
  return Array.from({ length: steps + 1 }, (_, i) => at(trail, from + ((to - from) * i) / steps));
}

function lengthOf(trail: Point[]): number {
  return trail
    .slice(1)
    .reduce((sum, point, i) => sum + Math.hypot(point.x - trail[i].x, point.y - trail[i].y), 0);
}

function at(trail: Point[], along: number): Point {
  let left = along;
  for (let i = 1; i < trail.length; i++) {
    const [a, b] = [trail[i - 1], trail[i]];
    const run = Math.hypot(b.x - a.x, b.y - a.y);
    if (left <= run || i === trail.length - 1) {
      const part = run === 0 ? 0 : left / run;
      return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    }
    left -= run;
  }
  return trail[0];
}

function pathOf(points: Point[]): string {
  return points.map((point, i) => `${i === 0 ? 'M' : 'L'}${short(point.x)} ${short(point.y)}`).join('');
}

function short(value: number): number {
  return Math.round(value * 10) / 10;
}
