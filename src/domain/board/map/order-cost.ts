import type { TidyFamily } from './tidy.ts';
import type { Chart, Union } from './unions.ts';

/** The places of every row from left to right. */
export type Rows = number[][];

/** Everything on one row, and between it and the next, that makes one order read better than another. */
export type RowReading = {
  unions: Union[];
  siblings: { elder: number; younger: number; cost: number }[];
  sets: { members: number[]; guests: Map<number, number> }[];
  couples: { a: number; b: number; manLeft: number }[];
  homes: number[][];
  /** Neighbours in the drawing before somebody came: they pass one another only where it reads much better. */
  kept: { left: number; right: number }[];
};

const crossingCost = 10;
const ageCost = 60;
/** A brother or sister by another parent stands by age too, as far as that crosses no more than two lines. */
const ageAcrossCost = 24;
const apartCost = 6;
const interleavedCost = 6;
const strangerAmongSiblingsCost = 9;
const strangerAtHomeCost = 5.5;
const partnerAmongSiblings = 0.2;
const partnerWithParentsAmongSiblings = 0.5;
const manRightCost = 0.8;
const passingCost = 40;

/** Collects once, row by row, what `rowCost` weighs many times. */
export function prepareReading(
  family: TidyFamily,
  chart: Chart,
  part: number,
  depth: number,
  kept: Rows = [],
): RowReading[] {
  const unions = chart.unions.filter((union) => chart.places[union.parents[0]].part === part);
  const sets = siblingSets(family, chart, unions);
  const homes = homesByRow(family, chart, part);
  const rowOf = (place: number) => chart.places[place].row;
  return Array.from({ length: depth }, (_, row) => {
    const own = unions.filter((union) => union.row === row);
    const ownSets = sets.filter((members) => rowOf(members[0]) === row);
    return {
      unions: own,
      siblings: [
        ...ownSets.flatMap((set) =>
          set.slice(1).map((younger, i) => ({ elder: set[i], younger, cost: ageCost })),
        ),
        ...acrossParents(family, chart, unions, row),
      ],
      sets: ownSets.map((members) => ({ members, guests: guestsOf(unions, members) })),
      couples: own.flatMap((union) =>
        union.parents
          .slice(1)
          .map((b, i) => ({ a: union.parents[i], b, manLeft: manLeft(family, union, i) })),
      ),
      homes: homes.filter((members) => rowOf(members[0]) === row),
      kept: (kept[row] ?? []).slice(1).map((right, i) => ({ left: kept[row][i], right })),
    };
  });
}

function siblingSets(family: TidyFamily, chart: Chart, unions: Union[]): number[][] {
  return unions.flatMap((union) => {
    const set = union.children
      .filter((child) => child.firm === 1 && chart.places[child.place].person !== null)
      .map((child) => child.place)
      .sort((a, b) => family.ageRank[a] - family.ageRank[b]);
    return set.length > 1 ? [set] : [];
  });
}

/** Of children who share one parent and not the other, neighbours by age: who is known to be elder stands left. */
function acrossParents(
  family: TidyFamily,
  chart: Chart,
  unions: Union[],
  row: number,
): RowReading['siblings'] {
  const found: RowReading['siblings'] = [];
  for (let parent = 0; parent < family.people.length; parent++) {
    const children = unions
      .filter((union) => union.parents.includes(parent))
      .flatMap((union) => union.children.map((child) => ({ ...child, union })))
      .filter(({ place, firm }) => firm === 1 && chart.places[place].row === row)
      .filter(({ place }) => chart.places[place].person !== null && family.people[place].born !== null)
      .sort((a, b) => family.ageRank[a.place] - family.ageRank[b.place]);
    for (const [i, younger] of children.slice(1).entries())
      if (children[i].union !== younger.union)
        found.push({ elder: children[i].place, younger: younger.place, cost: ageAcrossCost });
  }
  return found;
}

/** Partners may stand among brothers and sisters; better those whose own parents are not on the page. */
function guestsOf(unions: Union[], members: number[]): Map<number, number> {
  const hasParents = (place: number) =>
    unions.some((union) => union.children.some((child) => child.place === place));
  const guests = unions
    .filter((union) => union.parents.some((parent) => members.includes(parent)))
    .flatMap((union) => union.parents.filter((parent) => !members.includes(parent)));
  return new Map(
    guests.map((guest) => [
      guest,
      hasParents(guest) ? partnerWithParentsAmongSiblings : partnerAmongSiblings,
    ]),
  );
}

function manLeft(family: TidyFamily, union: Union, i: number): number {
  const a = family.people[union.parents[i]].gender;
  const b = family.people[union.parents[i + 1]].gender;
  return a === 'male' && b === 'female' ? 1 : a === 'female' && b === 'male' ? -1 : 0;
}

function homesByRow(family: TidyFamily, chart: Chart, part: number): number[][] {
  return family.households.flatMap((household) => {
    const here = household.people.filter((person) => chart.places[person].part === part);
    const rows = [...new Set(here.map((person) => chart.places[person].row))];
    return rows
      .map((row) => here.filter((person) => chart.places[person].row === row))
      .filter((members) => members.length > 1);
  });
}

/** How badly one row and the lines below it read; `at` is each place's position in its row. Lower is better. */
export function rowCost(reading: RowReading, at: number[], row: number[]): number {
  let cost = crossings(reading, at) * crossingCost;
  for (const { elder, younger, cost: worse } of reading.siblings) if (at[elder] > at[younger]) cost += worse;
  for (const { left, right } of reading.kept) if (at[left] > at[right]) cost += passingCost;
  for (const { a, b, manLeft } of reading.couples) {
    const apart = at[b] - at[a];
    cost += (Math.abs(apart) - 1) * apartCost;
    if (manLeft * apart < 0) cost += manRightCost;
  }
  for (const set of reading.sets) cost += strangersAmong(set, at, row) * strangerAmongSiblingsCost;
  for (const members of reading.homes) {
    const [first, last] = span(members, at);
    cost += (last - first + 1 - members.length) * strangerAtHomeCost;
  }
  return cost;
}

function span(members: number[], at: number[]): [number, number] {
  let first = Infinity;
  let last = -Infinity;
  for (const place of members) {
    if (at[place] < first) first = at[place];
    if (at[place] > last) last = at[place];
  }
  return [first, last];
}

function strangersAmong(
  { members, guests }: RowReading['sets'][number],
  at: number[],
  row: number[],
): number {
  const [first, last] = span(members, at);
  if (last - first + 1 === members.length) return 0;
  let strangers = 0;
  for (let i = first; i <= last; i++) if (!members.includes(row[i])) strangers += guests.get(row[i]) ?? 1;
  return strangers;
}

type Spread = { first: number; last: number; centre: number; childFirst: number; childLast: number };

function crossings({ unions }: RowReading, at: number[]): number {
  const spreads = unions.map((union) => spreadOf(union, at));
  let count = 0;
  for (let i = 0; i < spreads.length; i++)
    for (let j = i + 1; j < spreads.length; j++) {
      const one = spreads[i];
      const other = spreads[j];
      if (one.last > other.first && other.last > one.first)
        count += interleaved(one, other) * (interleavedCost / crossingCost);
      const side = one.centre - other.centre;
      if (side === 0) continue;
      if (side < 0 ? one.childLast <= other.childFirst : other.childLast <= one.childFirst) continue;
      count += childCrossings(unions[i], unions[j], side, at);
    }
  return count;
}

function childCrossings(one: Union, other: Union, side: number, at: number[]): number {
  let count = 0;
  for (const a of one.children)
    for (const b of other.children) if (side * (at[a.place] - at[b.place]) < 0) count += a.firm * b.firm;
  return count;
}

function spreadOf(union: Union, at: number[]): Spread {
  const [first, last] = span(union.parents, at);
  let childFirst = Infinity;
  let childLast = -Infinity;
  for (const { place } of union.children) {
    if (at[place] < childFirst) childFirst = at[place];
    if (at[place] > childLast) childLast = at[place];
  }
  return { first, last, centre: (first + last) / 2, childFirst, childLast };
}

function interleaved(one: Spread, other: Spread): number {
  const within =
    (one.first <= other.first && other.last <= one.last) ||
    (other.first <= one.first && one.last <= other.last);
  return within ? 0.7 : 1.2;
}
