import type { ParentKind, TwinKind } from './family-picture.ts';
import type { TidyFamily } from './tidy.ts';
import type { Chart, Union } from './unions.ts';

/**
 * A vertical piece between two heights: -1 is under the row above, -2 over it (a line passing through),
 * `Infinity` the row below, else a horizontal's index.
 */
export type Upright = { x: number; from: number; to: number };

/** One union's lines in the band between two rows, before their heights are known. */
export type Wire = {
  union: Union;
  ports: { place: number; x: number; start: -1 | -2 }[];
  drops: { places: number[]; x: number; tops: number[]; kind: ParentKind; twins: TwinKind | null }[];
  across: { x1: number; x2: number }[];
  stem: number | null;
};

const portStep = 9;
const straightEnough = 9;
const overhang = 12;
const widestPorts = 26;

/** The lines of every union whose parents stand on this row. */
export function wiresBelow(family: TidyFamily, chart: Chart, row: number, x: number[]): Wire[] {
  const unions = chart.unions.filter((union) => union.row === row);
  const ports = new Map<Union, Wire['ports']>(unions.map((union) => [union, []]));
  for (const place of new Set(unions.flatMap((union) => union.parents)))
    for (const port of portsOf(unions, place, x))
      ports.get(port.union)?.push({ place, x: port.x, start: chart.places[place].person === null ? -2 : -1 });
  for (const list of ports.values()) list.sort((a, b) => a.x - b.x);
  return unions.map((union) => wireOf(family, union, ports.get(union) ?? [], tops(chart, unions, union, x)));
}

/** Lines to the left leave from the left of a symbol, the nearest partner's outermost, so that they never cross. */
function portsOf(unions: Union[], place: number, x: number[]): { union: Union; x: number }[] {
  const own = unions
    .filter((union) => union.parents.includes(place))
    .map((union) => {
      const others = union.parents.filter((parent) => parent !== place).map((parent) => x[parent] - x[place]);
      const to = others.length === 0 ? 0 : others.reduce((a, b) => (Math.abs(a) > Math.abs(b) ? a : b));
      return { union, to };
    })
    .sort((a, b) => Math.sign(a.to) - Math.sign(b.to) || b.to - a.to);
  const step = own.length < 2 ? 0 : Math.min(portStep, widestPorts / (own.length - 1));
  return own.map(({ union }, i) => ({ union, x: x[place] + (i - (own.length - 1) / 2) * step }));
}

type Top = { place: number; x: number; kind: ParentKind };

function tops(chart: Chart, unions: Union[], union: Union, x: number[]): Top[] {
  const middle = (one: Union) => one.parents.reduce((sum, parent) => sum + x[parent], 0) / one.parents.length;
  return union.children.map(({ place, kind }) => {
    const arriving = unions
      .filter((one) => one.children.some((child) => child.place === place))
      .sort((a, b) => middle(a) - middle(b));
    const passing = chart.places[place].person === null;
    const step = passing || arriving.length < 2 ? 0 : Math.min(14, widestPorts / (arriving.length - 1));
    return { place, kind, x: x[place] + (arriving.indexOf(union) - (arriving.length - 1) / 2) * step };
  });
}

function wireOf(family: TidyFamily, union: Union, ports: Wire['ports'], children: Top[]): Wire {
  const drops = joinTwins(family, children);
  const portXs = ports.map((port) => port.x);
  const dropXs = drops.map((drop) => drop.x);
  const [left, right] = [Math.min(...portXs), Math.max(...portXs)];
  if (ports.length === 1 && drops.length === 1 && Math.abs(left - dropXs[0]) <= straightEnough) {
    const straight = [{ ...drops[0], x: left, tops: drops[0].tops.length > 1 ? drops[0].tops : [left] }];
    return { union, ports, drops: straight, across: [], stem: null };
  }
  const hangsStraight = dropXs.every((at) => at >= left - overhang && at <= right + overhang);
  const spare = ports.length === 1 || drops.length === 0 || hangsStraight;
  if (spare) return { union, ports, drops, across: [reach([...portXs, ...dropXs])], stem: null };
  const middle = (Math.min(...dropXs) + Math.max(...dropXs)) / 2;
  const stem = Math.max(left + 18, Math.min(right - 18, middle));
  const nearest = dropXs.find((at) => Math.abs(at - stem) <= 4) ?? stem;
  return { union, ports, drops, across: [reach(portXs), reach([nearest, ...dropXs])], stem: nearest };
}

function reach(xs: number[]): { x1: number; x2: number } {
  return { x1: Math.min(...xs), x2: Math.max(...xs) };
}

/** Twins leave the line from one point: they are twins because somebody said so. */
function joinTwins(family: TidyFamily, children: Top[]): Wire['drops'] {
  const sorted = [...children].sort((a, b) => a.x - b.x);
  const drops: Wire['drops'] = [];
  for (const child of sorted) {
    const last = drops.at(-1);
    const twins = last && last.kind === child.kind ? twinsOf(family, last.places.at(-1)!, child.place) : null;
    if (last && twins) {
      last.places.push(child.place);
      last.tops.push(child.x);
      last.x = (last.tops[0] + child.x) / 2;
      // Of three of whom two are identical the line says so of these two alone: it stands between the others without a bar.
      last.twins = last.twins === null || last.twins === twins ? twins : 'not-identical';
    } else drops.push({ places: [child.place], x: child.x, tops: [child.x], kind: child.kind, twins: null });
  }
  return drops;
}

function twinsOf(family: TidyFamily, a: number, b: number): TwinKind | null {
  const said = family.twins.find((pair) => (pair.a === a && pair.b === b) || (pair.a === b && pair.b === a));
  return said?.kind ?? null;
}

/** The vertical pieces of a wire; heights are given as indexes into its own horizontals. */
export function uprightsOf(wire: Wire): Upright[] {
  const low = wire.across.length - 1;
  if (low < 0) return wire.drops.map((drop) => ({ x: drop.x, from: wire.ports[0].start, to: Infinity }));
  return [
    ...wire.ports.map((port) => ({ x: port.x, from: port.start, to: 0 })),
    ...(wire.stem === null ? [] : [{ x: wire.stem, from: 0, to: 1 }]),
    ...wire.drops.map((drop) => ({ x: drop.x, from: low, to: Infinity })),
  ];
}
