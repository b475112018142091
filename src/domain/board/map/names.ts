import type { DrawnPerson } from './family-picture.ts';
import type { Stroke } from './draw-lines.ts';
import { labelLines, labelWidth, startingLabel } from './label-text.ts';
import { symbolSize } from './room.ts';
import type { TidyFamily } from './tidy.ts';
import type { Chart } from './unions.ts';

/** A box on paper. */
export type Box = { x1: number; y1: number; x2: number; y2: number };

type Label = DrawnPerson['label'];
type Spot = { x: number; y: number };

const lineHeight = 17;
const half = symbolSize / 2;
const touchCost = 1000;
const strokeCost = 40;
const tieCost = 30;

/** The paper a person's words take. */
export function labelBox(label: Label, width: number, lines: number): Box {
  const x1 =
    label.anchor === 'start' ? label.x : label.anchor === 'end' ? label.x - width : label.x - width / 2;
  return { x1, x2: x1 + width, y1: label.y - 11, y2: label.y + 4 + (lines - 1) * lineHeight };
}

/** Whether two boxes share any paper. */
export function boxesTouch(a: Box, b: Box): boolean {
  return a.x1 < b.x2 && b.x1 < a.x2 && a.y1 < b.y2 && b.y1 < a.y2;
}

/** The symbol as a box. */
export function symbolBox({ x, y }: Spot, margin = 0): Box {
  const reach = half + margin;
  return { x1: x - reach, x2: x + reach, y1: y - reach, y2: y + reach };
}

type Page = { family: TidyFamily; chart: Chart; spots: Spot[]; strokes: Stroke[]; ties: Spot[] };

/** Puts every name where it touches no symbol or other name, and crosses as few lines as can be. */
export function placeNames(page: Page): Label[] {
  const { family, chart, spots } = page;
  const size = family.people.map((person) => ({
    width: labelWidth(person),
    lines: labelLines(person).length,
  }));
  const labels = spots.map((spot, i) => choices(page, i)[startingLabel(family, chart, i).side](spot));
  const boxOf = (i: number, label: Label) => labelBox(label, size[i].width, size[i].lines);
  const boxes = labels.map((label, i) => boxOf(i, label));
  const drawn = { strokes: page.strokes.map(strokeBox), ties: page.ties.map(dot) };
  const around = spots.map((_, i) => aroundOf(spots, drawn, i, size[i].width));
  for (let round = 0; round < 2; round++)
    spots.forEach((spot, i) => {
      const tried = Object.values(choices(page, i)).map((make, rank) => {
        const label = make(spot);
        return { label, cost: costOf(around[i], boxes, boxOf(i, label)) + rank };
      });
      const held = costOf(around[i], boxes, boxes[i]);
      const best = tried.reduce((least, next) => (next.cost < least.cost ? next : least));
      if (best.cost >= held + tried.length) return;
      labels[i] = best.label;
      boxes[i] = boxOf(i, best.label);
    });
  return labels;
}

type Make = (spot: Spot) => Label;

/** In order of liking; a person with nothing above or below keeps the name centred there. */
function choices(
  page: Page,
  i: number,
): Record<'above' | 'below' | 'right' | 'left' | 'below-left', Make> & Record<string, Make> {
  const lines = labelLines(page.family.people[i]).length;
  const { side } = startingLabel(page.family, page.chart, i);
  const up = (lines - 1) * lineHeight;
  const besideUp =
    8 + spread(page.chart.unions.filter((one) => one.children.some((child) => child.place === i)).length, 7);
  const besideDown = 8 + spread(page.chart.unions.filter((one) => one.parents.includes(i)).length, 4.5);
  const all = {
    above: ({ x, y }: Spot): Label => ({ x, y: y - half - 9 - up, anchor: 'middle' }),
    below: ({ x, y }: Spot): Label => ({ x, y: y + half + 18, anchor: 'middle' }),
    right: ({ x, y }: Spot): Label => ({ x: x + half + 7, y: y + 4.5, anchor: 'start' }),
    left: ({ x, y }: Spot): Label => ({ x: x - half - 7, y: y + 4.5, anchor: 'end' }),
    'below-left': ({ x, y }: Spot): Label => ({ x: x - besideDown, y: y + half + 16, anchor: 'end' }),
    'below-right': ({ x, y }: Spot): Label => ({ x: x + besideDown, y: y + half + 16, anchor: 'start' }),
    'above-left': ({ x, y }: Spot): Label => ({ x: x - besideUp, y: y - half - 8 - up, anchor: 'end' }),
    'above-right': ({ x, y }: Spot): Label => ({ x: x + besideUp, y: y - half - 8 - up, anchor: 'start' }),
  };
  const { below, ...rest } = all;
  return side === 'below' ? { below, ...rest } : all;
}

/** Several lines at one symbol stand beside each other, so a name beside them starts further out. */
function spread(lines: number, step: number): number {
  return Math.min(13, Math.max(0, lines - 1) * step);
}

type Around = { own: Box; symbols: Box[]; others: number[]; strokes: Box[]; ties: Box[] };

/** What a name of this person could touch at all. */
function aroundOf(spots: Spot[], drawn: { strokes: Box[]; ties: Box[] }, i: number, width: number): Around {
  const { x, y } = spots[i];
  const area = { x1: x - width - 60, x2: x + width + 60, y1: y - 80, y2: y + 80 };
  const others = spots.flatMap((spot, other) => (other !== i && Math.abs(spot.y - y) < 150 ? [other] : []));
  return {
    own: symbolBox(spots[i]),
    others,
    symbols: others.map((other) => symbolBox(spots[other], 2)).filter((box) => boxesTouch(area, box)),
    strokes: drawn.strokes.filter((box) => boxesTouch(area, box)),
    ties: drawn.ties.filter((box) => boxesTouch(area, box)),
  };
}

function costOf(around: Around, boxes: Box[], box: Box): number {
  const near = { x1: box.x1 - 4, x2: box.x2 + 4, y1: box.y1 - 1, y2: box.y2 + 1 };
  let cost = boxesTouch(near, around.own) ? touchCost : 0;
  for (const symbol of around.symbols) if (boxesTouch(near, symbol)) cost += touchCost;
  for (const other of around.others) if (boxesTouch(near, boxes[other])) cost += touchCost;
  for (const stroke of around.strokes) if (boxesTouch(near, stroke)) cost += strokeCost;
  for (const tie of around.ties) if (boxesTouch(near, tie)) cost += tieCost;
  return cost;
}

function dot({ x, y }: Spot): Box {
  return { x1: x - 4, x2: x + 4, y1: y - 4, y2: y + 4 };
}

function strokeBox({ x1, y1, x2, y2 }: Stroke): Box {
  return {
    x1: Math.min(x1, x2) - 1,
    x2: Math.max(x1, x2) + 1,
    y1: Math.min(y1, y2) - 1,
    y2: Math.max(y1, y2) + 1,
  };
}
