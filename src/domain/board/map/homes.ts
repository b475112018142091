import type { Stroke } from './draw-lines.ts';
import { roomsOfHome } from './home-rooms.ts';
import type { Seat } from './home-rooms.ts';
import { boxesTouch, symbolBox } from './names.ts';
import type { Box } from './names.ts';
import { loopsRound } from './outline-path.ts';
import type { TidyFamily } from './tidy.ts';
import type { Point } from './tie-paths.ts';

type Page = {
  family: TidyFamily;
  seats: Seat[];
  labels: Box[];
  strokes: Stroke[];
  trails: Point[][];
  ties: Point[][];
  rowY: number[];
};

/** A household's rooms, and the box its name takes. */
export type Home = { id: string; name: string; rooms: Box[]; label: Box };

const widthOfCharacter = 6.4;
const nameHeight = 16;
const roomForName = 22;
const hopeless = 100;
const clearOfNextRow = 30;

/** Outlines every household and finds a quiet place for its name, inside if it can be. */
export function placeHomes(page: Page): Home[] {
  const homes: Home[] = [];
  for (const household of page.family.households) {
    const members = page.seats.flatMap((seat, person) =>
      household.people.includes(person) ? [withTies(page, seat, person, household.people)] : [],
    );
    const strangers = page.seats.filter((_, person) => !household.people.includes(person));
    const rooms = roomsOfHome(members, strangers, page.rowY);
    const { box, extended } = placeHomeName(page, { rooms, strangers, name: household.name }, homes);
    homes.push({ id: household.id, name: household.name, rooms: extended, label: box });
  }
  return homes;
}

/** A curved tie between two people of one row who live together stays inside their outline. */
function withTies({ family, seats, trails, rowY }: Page, seat: Seat, person: number, home: number[]): Seat {
  const own = family.ties.flatMap((tie, i) => {
    const other = tie.a === person ? tie.b : tie.b === person ? tie.a : -1;
    const inside = home.includes(other) && seats[other].row === seat.row;
    return inside ? trails[i].map((point) => point.y) : [];
  });
  const last = rowY.length - 2;
  const floor = seat.row === last ? Infinity : rowY[seat.row + 1] - clearOfNextRow;
  const ceiling = seat.row === 0 ? -Infinity : rowY[seat.row - 1] + clearOfNextRow;
  const y1 = Math.min(seat.box.y1, ...own.map((y) => Math.max(y - 4, ceiling)));
  const y2 = Math.max(seat.box.y2, ...own.map((y) => Math.min(y + 4, floor)));
  return { ...seat, box: { ...seat.box, y1, y2 } };
}

type Unnamed = { rooms: Box[]; strangers: Seat[]; name: string };

function placeHomeName(
  page: Page,
  { rooms, strangers, name }: Unnamed,
  homes: Home[],
): { box: Box; extended: Box[] } {
  const width = name.length * widthOfCharacter;
  const lowest = rooms.reduce((low, room) => (room.y2 > low.y2 ? room : low));
  const highest = rooms.reduce((high, room) => (room.y1 < high.y1 ? room : high));
  const deeper = rooms.map((room) => (room === lowest ? { ...room, y2: room.y2 + roomForName } : room));
  const higher = rooms.map((room) => (room === highest ? { ...room, y1: room.y1 - roomForName } : room));
  const at = (x: number, y: number): Box => ({ x1: x, x2: x + width, y1: y, y2: y + nameHeight });
  const within = (room: Box, y: number) =>
    [room.x1 + 14, room.x2 - 14 - width, (room.x1 + room.x2 - width) / 2].map((x) => at(x, y));
  const choices = [
    ...within(lowest, lowest.y2 - nameHeight - 4).map((box) => ({
      box,
      extended: rooms,
      liking: 0,
      home: lowest,
    })),
    ...within(highest, highest.y1 + 5).map((box) => ({ box, extended: rooms, liking: 2, home: highest })),
    ...within(lowest, lowest.y2 + 1).map((box) => ({ box, extended: deeper, liking: 4, home: lowest })),
    ...within(highest, highest.y1 - nameHeight - 1).map((box) => ({
      box,
      extended: higher,
      liking: 5,
      home: highest,
    })),
    ...rooms.flatMap((room) => [
      { box: at(room.x2 + 7, room.y2 - nameHeight - 6), extended: rooms, liking: 8, home: null },
      { box: at(room.x1 - 7 - width, room.y2 - nameHeight - 6), extended: rooms, liking: 8, home: null },
      { box: at(room.x2 + 7, room.y1 + 6), extended: rooms, liking: 9, home: null },
      { box: at(room.x1 - 7 - width, room.y1 + 6), extended: rooms, liking: 9, home: null },
      { box: at(room.x1 + 12, room.y1 - nameHeight - 4), extended: rooms, liking: 10, home: null },
      { box: at(room.x1 + 12, room.y2 + 4), extended: rooms, liking: 10, home: null },
    ]),
  ];
  const walls = {
    own: new Map([rooms, deeper, higher].map((boxes) => [boxes, wallsOf(boxes)])),
    others: homes.map((home) => wallsOf(home.rooms)),
  };
  let best = { choice: choices[0], cost: Infinity };
  for (const choice of choices) {
    if (choice.liking >= best.cost || (choice.extended !== rooms && takesIn(choice.extended, strangers)))
      continue;
    const cost = choice.liking + costOf(page, choice, homes, walls);
    if (cost < best.cost) best = { choice, cost };
  }
  return best.choice;
}

/** An outline may grow for its name, but not round somebody else. */
function takesIn(rooms: Box[], strangers: Seat[]): boolean {
  return strangers.some((one) => rooms.some((room) => boxesTouch(room, symbolBox(one.spot))));
}

type Choice = { box: Box; extended: Box[]; home: Box | null };

type Walls = { own: Map<Box[], Box[]>; others: Box[][] };

function costOf(page: Page, { box, extended, home }: Choice, homes: Home[], walls: Walls): number {
  const near = { x1: box.x1 - 3, x2: box.x2 + 3, y1: box.y1 - 1, y2: box.y2 + 1 };
  let cost = 0;
  for (const seat of page.seats) if (boxesTouch(near, symbolBox(seat.spot, 2))) cost += 100;
  for (const label of page.labels) if (boxesTouch(near, label)) cost += 100;
  for (const other of homes) if (boxesTouch(near, other.label)) cost += 100;
  if (crossesWall(near, walls.own.get(extended) ?? [])) cost += 60;
  if (home && (near.x1 < home.x1 + 4 || near.x2 > home.x2 - 4)) cost += 40;
  if (cost >= hopeless) return cost;
  for (const other of walls.others) if (crossesWall(near, other)) cost += 20;
  for (const { x1, y1, x2, y2 } of page.strokes)
    if (boxesTouch(near, { x1: x1 - 1, x2: x2 + 1, y1: Math.min(y1, y2), y2: Math.max(y1, y2) })) cost += 14;
  for (const points of page.ties) if (points.some((point) => isInside(near, point))) cost += 25;
  return cost;
}

function isInside(box: Box, { x, y }: Point): boolean {
  return box.x1 - 4 < x && x < box.x2 + 4 && box.y1 - 4 < y && y < box.y2 + 4;
}

function wallsOf(rooms: Box[]): Box[] {
  return loopsRound(rooms).flatMap((loop) =>
    loop.map((a, i) => {
      const b = loop[(i + 1) % loop.length];
      return {
        x1: Math.min(a.x, b.x),
        x2: Math.max(a.x, b.x),
        y1: Math.min(a.y, b.y),
        y2: Math.max(a.y, b.y),
      };
    }),
  );
}

function crossesWall(box: Box, walls: Box[]): boolean {
  return walls.some(
    (wall) =>
      box.x1 < wall.x2 + 0.5 && wall.x1 < box.x2 + 0.5 && box.y1 < wall.y2 + 0.5 && wall.y1 < box.y2 + 0.5,
  );
}
