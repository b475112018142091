import { placeAcross } from './across.ts';
import { drawBand, looseLine, strokesOf } from './draw-lines.ts';
import type { Band } from './draw-lines.ts';
import type { DrawnLine, DrawnPerson, FamilyDrawing, FamilyPicture } from './family-picture.ts';
import { chooseHeights } from './heights.ts';
import { placeHomes } from './homes.ts';
import type { Home } from './homes.ts';
import { roomBetweenHomes } from './home-rooms.ts';
import type { Seat } from './home-rooms.ts';
import { outlinePath } from './outline-path.ts';
import { labelLines, labelWidth } from './label-text.ts';
import { labelBox, placeNames, symbolBox } from './names.ts';
import type { Box } from './names.ts';
import type { Rows } from './order-cost.ts';
import { symbolSize } from './room.ts';
import { nudgeRows } from './nudge.ts';
import { orderSteadily } from './steady.ts';
import type { TidyFamily } from './tidy.ts';
import { middleOf, tiePaths } from './tie-paths.ts';
import type { Point } from './tie-paths.ts';
import { samples, tieTrails } from './tie-trails.ts';
import type { Chart } from './unions.ts';
import { wiresBelow } from './wires.ts';

const rowStep = 96;
const levelStep = 16;
const firstLevel = 41;
const onlyLevel = 46;
const margin = 14;
const half = symbolSize / 2;

type Ordered = { family: TidyFamily; chart: Chart; rows: Rows };
type Plan = Ordered & { x: number[]; rowY: number[]; levels: number[][][] };
/** What the drawing is made of, around the origin, before it is moved to fit the paper. */
type Geometry = {
  spots: Point[];
  trails: Point[][];
  labels: DrawnPerson['label'][];
  seats: Seat[];
  homes: Home[];
  paper: Box[];
};

/** Draws a family: the same picture, in whatever order it is given, is always the same drawing. */
export function layoutFamily(picture: FamilyPicture): FamilyDrawing {
  if (picture.people.length === 0)
    return { width: 0, height: 0, people: [], lines: [], ties: [], households: [] };
  const { plan, geometry } = planAndPlace(orderSteadily(picture));
  const { paper } = geometry;
  const left = Math.floor(Math.min(...paper.map((box) => box.x1))) - margin;
  const top = Math.floor(Math.min(...paper.map((box) => box.y1))) - margin;
  return {
    width: Math.ceil(Math.max(...paper.map((box) => box.x2))) + margin - left,
    height: Math.ceil(Math.max(...paper.map((box) => box.y2))) + margin - top,
    ...drawAll(plan, geometry, { x: -left, y: -top }),
  };
}

/** Where names stand is known only at the end; if two homes then meet, their people move apart once. */
function planAndPlace({ family, chart, rows }: Ordered): { plan: Plan; geometry: Geometry } {
  const plan = planRows(family, chart, rows, []);
  const geometry = placeAll(plan);
  const extra = roomBetweenHomes(family, plan.rows, geometry.seats);
  if (extra.length === 0) return { plan, geometry };
  const wider = planRows(family, chart, rows, extra);
  return { plan: wider, geometry: placeAll(wider) };
}

function planRows(family: TidyFamily, chart: Chart, ordered: Rows, extra: number[]): Plan {
  const { rows, x } = nudgeRows(family, chart, ordered, placeAcross(family, chart, ordered, extra));
  const rowY = [0];
  const levels = rows.map((_, row) => {
    const { levels, count } = chooseHeights(wiresBelow(family, chart, row, x));
    rowY[row + 1] = rowY[row] + Math.max(rowStep, (4 + count) * levelStep + 2);
    return levels.map((own) =>
      own.map((level) => (count === 1 ? onlyLevel : firstLevel + level * levelStep)),
    );
  });
  return { family, chart, rows, x, rowY, levels };
}

function placeAll(plan: Plan): Geometry {
  const { family, chart, rowY } = plan;
  const spots = family.people.map((_, i) => ({ x: plan.x[i], y: rowY[chart.places[i].row] }));
  const strokes = bandsAt(plan, { x: 0, y: 0 }).flatMap(strokesOf);
  const trails = tieTrails(spots, family.ties);
  const ties = trails.map(samples);
  const labels = placeNames({ family, chart, spots, strokes, ties: ties.flat() });
  const names = labels.map((label, i) =>
    labelBox(label, labelWidth(family.people[i]), labelLines(family.people[i]).length),
  );
  const seats = spots.map((spot, i) => ({ spot, row: chart.places[i].row, box: names[i] }));
  const homes = placeHomes({ family, seats, labels: names, strokes, trails, ties, rowY });
  const paper = [
    ...spots.map((spot) => symbolBox(spot)),
    ...names,
    ...homes.flatMap((home) => [...home.rooms, home.label]),
    ...strokes.filter((line) => line.y1 === line.y2),
    ...ties.flat().map((point) => ({ x1: point.x - 8, x2: point.x + 8, y1: point.y - 8, y2: point.y + 8 })),
    ...chart.loose.map(({ parent, child }) => looseBox(spots[parent], spots[child])),
  ];
  return { spots, trails, labels, seats, homes, paper };
}

function drawAll(plan: Plan, geometry: Geometry, by: Point): Omit<FamilyDrawing, 'width' | 'height'> {
  const { family, chart } = plan;
  const idOf = (person: number) => family.people[person]?.id ?? '';
  const spots = geometry.spots.map((spot) => moved(spot, by));
  return {
    people: family.people.map(({ id }, i) => ({ id, ...spots[i], label: moved(geometry.labels[i], by) })),
    lines: [
      ...bandsAt(plan, by).flatMap((band) => drawBand(band, idOf)),
      ...chart.loose.map((loose) => drawLoose(loose, spots, idOf)),
    ],
    ties: family.ties.map(({ a, b, kind, how, isOver }, i) => {
      const trail = geometry.trails[i].map((point) => moved(point, by));
      return {
        a: idOf(a),
        b: idOf(b),
        kind,
        how,
        ...(isOver && { isOver }),
        ...tiePaths(kind, trail),
        middle: middleOf(kind, trail),
      };
    }),
    households: geometry.homes.map(({ id, name, rooms, label }) => ({
      id,
      name,
      d: outlinePath(rooms.map((room) => movedBox(room, by))),
      label: { x: Math.round(label.x1 + by.x), y: Math.round(label.y1 + by.y + 12) },
    })),
  };
}

function bandsAt(plan: Plan, by: Point): Band[] {
  const x = plan.x.map((value) => value + by.x);
  return plan.levels.map((levels, row) => ({
    wires: wiresBelow(plan.family, plan.chart, row, x),
    heights: levels.map((own) => own.map((height) => plan.rowY[row] + by.y + height)),
    top: plan.rowY[row] + by.y + half,
    bottom: plan.rowY[row + 1] + by.y - half,
  }));
}

function moved<T extends Point>(point: T, by: Point): T {
  return { ...point, x: point.x + by.x, y: point.y + by.y };
}

function movedBox(box: Box, by: Point): Box {
  return { x1: box.x1 + by.x, x2: box.x2 + by.x, y1: box.y1 + by.y, y2: box.y2 + by.y };
}

function drawLoose(
  loose: Chart['loose'][number],
  spots: Point[],
  idOf: (person: number) => string,
): DrawnLine {
  const people = [idOf(loose.parent), idOf(loose.child)];
  return {
    kind: loose.kind,
    state: 'loose',
    d: looseLine(spots[loose.parent], spots[loose.child]),
    people,
    signs: [],
  };
}

function looseBox(from: Point, to: Point): Box {
  const y = Math.max(from.y, to.y) + half + 14;
  return { x1: Math.min(from.x, to.x), x2: Math.max(from.x, to.x), y1: y, y2: y };
}
