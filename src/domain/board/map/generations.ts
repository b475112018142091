import type { ParentKind } from './family-picture.ts';
import { groupByGeneration } from './generation-groups.ts';
import type { GenerationEdge, GenerationGroups } from './generation-groups.ts';
import type { TidyFamily } from './tidy.ts';

const yearsBetweenRows = 27;
const traceOrder: Record<ParentKind, number> = {
  birth: 0,
  adopted: 1,
  disputed: 1,
  foster: 2,
  'private-foster': 2,
  kinship: 3,
  step: 3,
  grandparent: 4,
};
/** How many rows a child stands below. */
const rowsBelow = (kind: ParentKind) => (kind === 'grandparent' ? 2 : 1);

/** The row of each person (0 on top) and the part of the family, largest first, that they belong to. */
export type Generations = { row: number[]; part: number[] };

/** Finds everybody's generation, following the firmest relations first. */
export function findGenerations(family: TidyFamily): Generations {
  const groups = groupByGeneration(family);
  const { level, part } = traceLevels(groups);
  pushChildrenBelow(groups, level);
  const parts = partsBySize(family, groups, part);
  const row = family.people.map(() => 0);
  const partOf = family.people.map(() => 0);
  const placed: number[] = [];
  parts.forEach((members, rank) => {
    const own = members.map((person) => level[groups.of[person]]);
    const shift = rank === 0 ? -Math.min(...own) : likelyShift({ family, members, own, row, placed });
    members.forEach((person, i) => {
      row[person] = own[i] + shift;
      partOf[person] = rank;
    });
    placed.push(...members);
  });
  return { row: closeUp(row), part: partOf };
}

function traceLevels(groups: GenerationGroups): { level: number[]; part: number[] } {
  const level: number[] = Array(groups.count).fill(0);
  const part: number[] = Array(groups.count).fill(-1);
  const edges = [...groups.edges].sort((a, b) => traceOrder[a.kind] - traceOrder[b.kind]);
  for (let start = 0; start < groups.count; start++) {
    if (part[start] >= 0) continue;
    part[start] = start;
    for (let edge = nextEdge(edges, part, start); edge; edge = nextEdge(edges, part, start)) {
      const down = part[edge.parent] === start;
      const found = down ? edge.child : edge.parent;
      level[found] = down
        ? level[edge.parent] + rowsBelow(edge.kind)
        : level[edge.child] - rowsBelow(edge.kind);
      part[found] = start;
    }
  }
  return { level, part };
}

function nextEdge(edges: GenerationEdge[], part: number[], start: number): GenerationEdge | undefined {
  return edges.find((edge) => (part[edge.parent] === start) !== (part[edge.child] === start));
}

function pushChildrenBelow(groups: GenerationGroups, level: number[]): void {
  const order = topDown(groups);
  for (const group of order)
    for (const edge of groups.edges)
      if (edge.parent === group)
        level[edge.child] = Math.max(level[edge.child], level[group] + rowsBelow(edge.kind));
  for (const group of order.reverse()) {
    if (groups.edges.some((edge) => edge.child === group)) continue;
    const above = groups.edges
      .filter((edge) => edge.parent === group)
      .map((edge) => level[edge.child] - rowsBelow(edge.kind));
    if (above.length > 0) level[group] = Math.min(...above);
  }
}

function topDown(groups: GenerationGroups): number[] {
  const waiting: number[] = Array(groups.count).fill(0);
  for (const edge of groups.edges) waiting[edge.child]++;
  const order = waiting.flatMap((count, group) => (count === 0 ? [group] : []));
  for (let i = 0; i < order.length; i++)
    for (const edge of groups.edges)
      if (edge.parent === order[i] && --waiting[edge.child] === 0) order.push(edge.child);
  return order;
}

function partsBySize(family: TidyFamily, groups: GenerationGroups, part: number[]): number[][] {
  const parts = new Map<number, number[]>();
  family.people.forEach((_, person) => {
    const key = part[groups.of[person]];
    parts.set(key, [...(parts.get(key) ?? []), person]);
  });
  return [...parts.values()].sort((a, b) => b.length - a.length || a[0] - b[0]);
}

type Stray = { family: TidyFamily; members: number[]; own: number[]; row: number[]; placed: number[] };

function likelyShift({ family, members, own, row, placed }: Stray): number {
  const bottom = Math.max(0, ...placed.map((person) => row[person]));
  const votes = members
    .flatMap((person, i) => {
      const likely = likelyRow(family, placed, row, person);
      return likely === null ? [] : [likely - own[i]];
    })
    .sort((a, b) => a - b);
  if (votes.length > 0) return votes[Math.floor(votes.length / 2)];
  const lowest = Math.max(...own);
  if (lowest > Math.min(...own) || family.people[members[0]].unborn) return bottom - lowest;
  return Math.max(0, bottom - 1) - lowest;
}

/** The row of whoever is nearest in age, or the next one when even they are a generation away. */
function likelyRow(family: TidyFamily, placed: number[], row: number[], person: number): number | null {
  const year = birthYear(family, person);
  const aged = placed.filter((other) => birthYear(family, other) !== null);
  if (year === null || aged.length === 0) return null;
  const away = (other: number) => year - (birthYear(family, other) ?? year);
  const nearest = aged.reduce((best, other) => (Math.abs(away(other)) < Math.abs(away(best)) ? other : best));
  const beyond = Math.max(-1, Math.min(1, Math.round(away(nearest) / yearsBetweenRows)));
  return row[nearest] + beyond;
}

function birthYear(family: TidyFamily, person: number): number | null {
  const { born, unborn } = family.people[person];
  const year = unborn || born === null ? Number.NaN : Number.parseInt(born.slice(0, 4), 10);
  return Number.isFinite(year) ? year : null;
}

function closeUp(row: number[]): number[] {
  const used = [...new Set(row)].sort((a, b) => a - b);
  return row.map((r) => used.indexOf(r));
}
