import type { ParentKind } from './family-picture.ts';
import type { TidyFamily } from './tidy.ts';

/** A parent's group stands above a child's group. */
export type GenerationEdge = { parent: number; child: number; kind: ParentKind };

/** People who share a row because they are couples; the edges between groups hold no cycle. */
export type GenerationGroups = { count: number; of: number[]; edges: GenerationEdge[] };

type Building = { of: number[]; edges: GenerationEdge[] };

/**
 * Birth decides before couples, and couples before the rest. What would contradict it is left out here
 * and drawn as a plain line later.
 */
export function groupByGeneration(family: TidyFamily): GenerationGroups {
  const building: Building = { of: family.people.map((_, person) => person), edges: [] };
  const births = family.parents.filter((row) => row.kind === 'birth');
  for (const row of births) standAbove(building, row.parent, row.child, row.kind);
  for (const pair of family.partners) standBeside(building, pair.a, pair.b);
  for (const [a, b] of coParents(family)) standBeside(building, a, b);
  for (const row of family.parents)
    if (row.kind !== 'birth') standAbove(building, row.parent, row.child, row.kind);
  return numbered(building);
}

function coParents(family: TidyFamily): [number, number][] {
  const pairs: [number, number][] = [];
  const side = (kind: ParentKind) => (kind === 'disputed' ? 'birth' : kind);
  family.parents.forEach((one, i) => {
    for (const other of family.parents.slice(i + 1))
      if (
        other.child === one.child &&
        !['kinship', 'grandparent'].includes(one.kind) &&
        side(one.kind) === side(other.kind)
      )
        pairs.push([one.parent, other.parent]);
  });
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

function standAbove(building: Building, parent: number, child: number, kind: ParentKind): void {
  const above = building.of[parent];
  const below = building.of[child];
  if (above !== below && !isAbove(building, below, above))
    building.edges.push({ parent: above, child: below, kind });
}

function standBeside(building: Building, a: number, b: number): void {
  const keep = building.of[a];
  const gone = building.of[b];
  if (keep === gone || isAbove(building, keep, gone) || isAbove(building, gone, keep)) return;
  building.of = building.of.map((group) => (group === gone ? keep : group));
  building.edges = building.edges.map((edge) => ({
    kind: edge.kind,
    parent: edge.parent === gone ? keep : edge.parent,
    child: edge.child === gone ? keep : edge.child,
  }));
}

function isAbove(building: Building, upper: number, lower: number): boolean {
  const seen = new Set([upper]);
  const open = [upper];
  for (let group = open.pop(); group !== undefined; group = open.pop()) {
    if (group === lower) return true;
    for (const edge of building.edges)
      if (edge.parent === group && !seen.has(edge.child)) {
        seen.add(edge.child);
        open.push(edge.child);
      }
  }
  return false;
}

function numbered(building: Building): GenerationGroups {
  const names = [...new Set(building.of)].sort((a, b) => a - b);
  const number = new Map(names.map((name, i) => [name, i]));
  const at = (name: number) => number.get(name) ?? 0;
  return {
    count: names.length,
    of: building.of.map(at),
    edges: building.edges.map((edge) => ({ ...edge, parent: at(edge.parent), child: at(edge.child) })),
  };
}
