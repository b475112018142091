import type { ParentKind, Partner } from './family-picture.ts';
import type { Generations } from './generations.ts';
import { kindsByFirmness } from './tidy.ts';
import type { TidyFamily } from './tidy.ts';

/** A place in a row: a person, or the passing point of a line that goes on to a lower row. */
export type Place = { person: number | null; row: number; part: number };

/** A child as it hangs from one union; `firm` is 1 where the child is drawn, less for further parents. */
export type Hanging = { place: number; firm: number; kind: ParentKind };

/** Parents on one row with the children that hang from them; without children it is a couple line alone. */
export type Union = {
  parents: number[];
  children: Hanging[];
  couple: Partner['state'] | 'unsaid' | null;
  from: string | null;
  people: number[];
  row: number;
};

/** The family as places on rows and unions between them; `loose` are relations that fit no row. */
export type Chart = {
  places: Place[];
  unions: Union[];
  loose: { parent: number; child: number; kind: 'couple' | 'descent' }[];
};

/** Collects who hangs below whom. */
export function chartUnions(family: TidyFamily, { row, part }: Generations): Chart {
  const chart: Chart = {
    places: family.people.map((_, person) => ({ person, row: row[person], part: part[person] })),
    unions: [],
    loose: [],
  };
  const byParents = new Map<string, Union>();
  for (const pair of family.partners) {
    if (row[pair.a] !== row[pair.b]) chart.loose.push({ parent: pair.a, child: pair.b, kind: 'couple' });
    else {
      const union = unionOf(byParents, [pair.a, pair.b], row[pair.a]);
      union.couple = pair.state;
      union.from = pair.from;
    }
  }
  for (let child = 0; child < family.people.length; child++) hangChild(family, chart, byParents, child);
  chart.unions = [...byParents.values()].flatMap((union) => throughRows(chart, union));
  return chart;
}

function unionOf(byParents: Map<string, Union>, parents: number[], row: number): Union {
  const key = parents.join(' ');
  const union = byParents.get(key) ?? {
    parents,
    children: [],
    couple: parents.length > 1 ? ('unsaid' as const) : null,
    from: null,
    people: parents,
    row,
  };
  byParents.set(key, union);
  return union;
}

function hangChild(family: TidyFamily, chart: Chart, byParents: Map<string, Union>, child: number): void {
  const row = (person: number) => chart.places[person].row;
  let hung = 0;
  for (const { parents, kind } of parentSets(family, child))
    for (const parentRow of [...new Set(parents.map(row))].sort((a, b) => a - b)) {
      const together = parents.filter((parent) => row(parent) === parentRow);
      if (parentRow >= row(child)) {
        for (const parent of together) chart.loose.push({ parent, child, kind: 'descent' });
        continue;
      }
      const union = unionOf(byParents, together, parentRow);
      union.children.push({ place: child, firm: hung === 0 ? 1 : 0.4, kind });
      hung++;
    }
}

/** Whose child somebody is, by kind: a father who is not agreed has a line of his own, and the mother's stays as firm as it is. */
function parentSets(family: TidyFamily, child: number): { parents: number[]; kind: ParentKind }[] {
  const ofKind = (kind: ParentKind) =>
    family.parents.filter((row) => row.child === child && row.kind === kind).map((row) => row.parent);
  return kindsByFirmness.flatMap((kind): { parents: number[]; kind: ParentKind }[] => {
    const parents = ofKind(kind);
    if (parents.length === 0) return [];
    if (kind === 'birth') return [{ parents, kind }];
    if (kind === 'disputed') return parents.map((parent) => ({ parents: [parent], kind }));
    return couplesAmong(family, parents).map((pair) => ({ parents: pair, kind }));
  });
}

function couplesAmong(family: TidyFamily, people: number[]): number[][] {
  const taken = new Set<number>();
  return people.flatMap((person) => {
    if (taken.has(person)) return [];
    const other = people.find(
      (one) =>
        one > person &&
        !taken.has(one) &&
        family.partners.some((pair) => pair.a === person && pair.b === one),
    );
    taken.add(person);
    if (other === undefined) return [[person]];
    taken.add(other);
    return [[person, other]];
  });
}

/** A line to a child more than one row below keeps a place of its own in every row it passes. */
function throughRows(chart: Chart, union: Union): Union[] {
  const near = union.children.filter((child) => chart.places[child.place].row === union.row + 1);
  const far = union.children.filter((child) => chart.places[child.place].row > union.row + 1);
  if (far.length === 0) return [union];
  const part = chart.places[union.parents[0]].part;
  const passing = chart.places.push({ person: null, row: union.row + 1, part }) - 1;
  const kind = far.every((child) => child.kind === far[0].kind) ? far[0].kind : 'birth';
  const firm = Math.max(...far.map((child) => child.firm));
  const rest: Union = {
    parents: [passing],
    children: far,
    couple: null,
    from: null,
    people: union.people,
    row: union.row + 1,
  };
  const head: Union = { ...union, children: [...near, { place: passing, firm, kind }] };
  return [head, ...throughRows(chart, rest)];
}
