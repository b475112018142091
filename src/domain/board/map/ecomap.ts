/**
 * The ecomap (Hartman 1975): the family in a circle in the middle, whoever has to do with it in circles round it. A tie
 * that is strong is a double line, a tenuous one is dashed, a stressful one a zigzag; arrows say which way the giving goes.
 */
import { inOrder, type Bond, type Cards, type FamilyPerson, type Outside } from '../board.ts';
import { BONDS } from '../cards.ts';
import type { Mark } from './marks.ts';
import { symbolPath } from './marks.ts';
import { byBirth } from '../../time/birth.ts';
import { agesOf, pictureOf } from '../picture.ts';
import { tiePaths, type Point } from './tie-paths.ts';

/** A circle outside the family on paper. */
export interface DrawnOutside {
  id: string;
  x: number;
  y: number;
}
/** A tie on paper, with whoever sees it so; `whom` null is the whole family. */
export interface DrawnBond {
  outside: string;
  whom: string | null;
  by: string[];
  middle: Point;
}
export interface EcomapDrawing {
  width: number;
  height: number;
  outsides: DrawnOutside[];
  bonds: DrawnBond[];
  marks: Mark[];
}

/** The radius of a circle outside the family, and how far from the family's edge it stands. */
export const outsideRadius = 42;
const away = { x: 176, y: 146 };
const besideX = 76;
const besideY = 66;
const symbolRadius = 20;
const slotsOnRing = 16;
const betweenRings = 104;
const wordsInCircle = 11;
const lineHeight = 15;
const kindWords: Record<Outside['is'], string> = {
  school: 'school',
  service: 'service',
  friends: 'friends',
  faith: 'faith',
  work: 'work',
  other: '',
};
const lineOf = { strong: 'close', tenuous: 'distant', stressful: 'conflict' } as const;

/** Draws a board's ecomap as on a day: a circle keeps its place when another comes. */
export function layoutEcomap(cards: Cards, on: string): EcomapDrawing {
  const outsides = inOrder(cards, 'outside');
  const inside = peopleInside(cards, on);
  const columns = Math.max(1, Math.ceil(Math.sqrt(inside.length)));
  const rows = Math.max(1, Math.ceil(inside.length / columns));
  const radius = Math.max(96, Math.hypot((columns * besideX) / 2, (rows * besideY) / 2) + 16);
  const rings = Math.max(1, Math.ceil(outsides.length / slotsOnRing));
  const reach = (ring: number) => ({
    x: radius + away.x + ring * betweenRings,
    y: radius + away.y + ring * betweenRings,
  });
  const most = reach(rings - 1);
  const centre = { x: most.x + outsideRadius + 2, y: most.y + outsideRadius + 2 };
  const people = new Map(
    inside.map((person, i) => {
      const inRow = Math.min(columns, inside.length - Math.floor(i / columns) * columns);
      const x = centre.x + ((i % columns) - (inRow - 1) / 2) * besideX;
      const y = centre.y + (Math.floor(i / columns) - (rows - 1) / 2) * besideY - 6;
      return [person.id, { x: Math.round(x), y: Math.round(y) }] as const;
    }),
  );
  const spots = outsides.map(({ id }, i): DrawnOutside => {
    const ring = Math.floor(i / slotsOnRing);
    const turn = 2 * Math.PI * (halving(i % slotsOnRing) + (ring % 2) / (2 * slotsOnRing)) - Math.PI / 2;
    const far = reach(ring);
    return {
      id,
      x: Math.round(centre.x + far.x * Math.cos(turn)),
      y: Math.round(centre.y + far.y * Math.sin(turn)),
    };
  });
  const bonds = bondsOn(cards, on).flatMap((views) => {
    const newest = views.at(-1)!;
    const spot = spots.find((one) => one.id === newest.outside);
    const person = newest.whom === null ? null : people.get(newest.whom);
    return spot && person !== undefined
      ? [drawBond(views, spot, person ?? centre, person ? symbolRadius : radius)]
      : [];
  });
  const ages = agesOf(cards, on);
  const picture = new Map(pictureOf(cards, on).people.map((person) => [person.id, person]));
  const marks: Mark[] = [
    { is: 'path', ink: 'home', d: circle(centre, radius) },
    ...bonds.flatMap((bond) => bond.marks),
    ...inside.flatMap((person): Mark[] => {
      const spot = people.get(person.id)!;
      return [
        { is: 'path', ink: 'shape', d: symbolPath(picture.get(person.id)!, spot), of: person.id },
        ...(ages[person.id] ? [wordsAt({ x: spot.x, y: spot.y + 4.5 }, ages[person.id]!, 'age')] : []),
        wordsAt({ x: spot.x, y: spot.y + 32 }, picture.get(person.id)!.name),
      ];
    }),
    ...outsides.flatMap((outside, i) => marksOfOutside(outside, spots[i]!)),
  ];
  return {
    width: centre.x * 2,
    height: centre.y * 2,
    outsides: spots,
    bonds: bonds.map(({ outside, whom, by, middle }) => ({ outside, whom, by, middle })),
    marks,
  };
}

/** The ties of the ecomap in words, one line for each circle, in the order in which they came. */
export function ecomapInWords(cards: Cards, on: string): { id: string; text: string }[] {
  const people = new Map(pictureOf(cards, on).people.map((person) => [person.id, person.name]));
  const flows = {
    both: 'giving and taking',
    'to-family': 'giving to the family',
    'from-family': 'taking from the family',
  };
  return inOrder(cards, 'outside').map((outside) => {
    const bonds = bondsOn(cards, on)
      .map((views) => views.at(-1)!)
      .filter((bond) => bond.outside === outside.id)
      .map(
        (bond) =>
          `${bond.is} tie with ${bond.whom ? (people.get(bond.whom) ?? 'somebody') : 'the whole family'}, ${flows[bond.flow]}`,
      );
    const kind = kindWords[outside.is];
    const words = [
      `${outside.name}${kind && kind !== outside.name.toLowerCase() ? ` (${kind})` : ''}`,
      ...bonds,
      outside.note,
    ];
    return { id: outside.id, text: `${words.filter(Boolean).join('; ')}.` };
  });
}

/** Each tie's views, newest last: between one circle and one person, or the whole family. */
export function bondsOn(cards: Cards, on: string): Bond[][] {
  const groups = new Map<string, Bond[]>();
  for (const bond of inOrder(cards, 'bond')) {
    // A field can be taken out of a card again: what says nothing is not drawn.
    if (!BONDS.includes(bond.is) || (bond.on !== null && bond.on > on)) continue;
    const key = `${bond.outside} ${bond.whom}`;
    groups.set(key, [...(groups.get(key) ?? []), bond]);
  }
  return [...groups.values()].map((views) =>
    views.sort((a, b) => (a.on ?? '').localeCompare(b.on ?? '') || a.at - b.at),
  );
}

/** Everybody who lives with a child of the family or has a tie of their own; where no home is known, the children and their parents. */
function peopleInside(cards: Cards, on: string): FamilyPerson[] {
  const picture = pictureOf(cards, on);
  const gone = new Set(
    picture.people.filter((person) => person.died || person.lost).map((person) => person.id),
  );
  const there = new Set(picture.people.map((person) => person.id));
  const people = inOrder(cards, 'person').filter((person) => there.has(person.id) && !gone.has(person.id));
  const children = new Set(people.filter((person) => person.isChild).map((person) => person.id));
  const homes = picture.households.filter((home) => home.people.some((id) => children.has(id)));
  const tied = inOrder(cards, 'bond').flatMap((bond) => bond.whom ?? []);
  const inside = new Set([
    ...children,
    ...tied,
    ...(homes.length > 0
      ? homes.flatMap((home) => home.people)
      : picture.parents.filter((row) => children.has(row.child)).map((row) => row.parent)),
  ]);
  return people
    .filter((person) => inside.has(person.id))
    .sort((a, b) => Number(a.isChild) - Number(b.isChild) || byBirth(a.born, b.born));
}

/** 0, ½, ¼, ¾, ⅛…: each new place lies between the old ones, so that nobody moves. */
function halving(i: number): number {
  let [value, step] = [0, 0.5];
  for (let rest = i; rest > 0; rest >>= 1, step /= 2) if (rest & 1) value += step;
  return value;
}

function drawBond(
  views: Bond[],
  spot: DrawnOutside,
  to: Point,
  radius: number,
): DrawnBond & { marks: Mark[] } {
  const newest = views.at(-1)!;
  const length = Math.hypot(to.x - spot.x, to.y - spot.y) || 1;
  const [ux, uy] = [(to.x - spot.x) / length, (to.y - spot.y) / length];
  const from = { x: spot.x + ux * (outsideRadius + 8), y: spot.y + uy * (outsideRadius + 8) };
  const end = { x: to.x - ux * (radius + 8), y: to.y - uy * (radius + 8) };
  const { d, d2 } = tiePaths(lineOf[newest.is], [from, end]);
  const heads = [
    ...(newest.flow === 'from-family' ? [] : [arrow(end, ux, uy)]),
    ...(newest.flow === 'to-family' ? [] : [arrow(from, -ux, -uy)]),
  ];
  return {
    outside: newest.outside,
    whom: newest.whom,
    by: [...new Set(views.map((view) => view.by))],
    middle: { x: Math.round((from.x + end.x) / 2), y: Math.round((from.y + end.y) / 2) },
    marks: [
      { is: 'path', ink: 'relation', d: `${d}${d2 ?? ''}`, ...(newest.is === 'tenuous' && { dash: '6 5' }) },
      { is: 'path', ink: 'relation', d: heads.join('') },
    ],
  };
}

function arrow(tip: Point, ux: number, uy: number): string {
  const [x, y] = [tip.x + ux * 6, tip.y + uy * 6];
  const wing = (side: number) =>
    `${Math.round(x - ux * 9 - side * uy * 6)} ${Math.round(y - uy * 9 + side * ux * 6)}`;
  return `M${wing(1)}L${Math.round(x)} ${Math.round(y)}L${wing(-1)}`;
}

function circle({ x, y }: Point, r: number): string {
  return `M${x - r} ${y}a${r} ${r} 0 1 1 ${2 * r} 0a${r} ${r} 0 1 1 -${2 * r} 0z`;
}

function marksOfOutside(outside: Outside, spot: DrawnOutside): Mark[] {
  const lines = wrap(outside.name, wordsInCircle).slice(0, 3);
  const kind = kindWords[outside.is];
  if (kind && !lines.join(' ').toLowerCase().includes(kind)) lines.push(kind);
  const top = spot.y - ((lines.length - 1) * lineHeight) / 2 + 4;
  return [
    { is: 'path', ink: 'shape', d: circle(spot, outsideRadius), of: outside.id },
    ...lines.map((line, i) => wordsAt({ x: spot.x, y: top + i * lineHeight }, line)),
  ];
}

function wrap(text: string, most: number): string[] {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/u)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push([...word].length > most ? `${[...word].slice(0, most - 1).join('')}…` : word);
  }
  return lines;
}

function wordsAt({ x, y }: Point, text: string, ink: 'label' | 'age' = 'label'): Mark {
  return { is: 'words', ink, x, y, anchor: 'middle', words: [{ tone: 'name', text }] };
}
