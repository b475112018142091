import type { DrawnLine, LineState, ParentKind } from './family-picture.ts';
import { symbolSize } from './room.ts';
import { uprightsOf } from './wires.ts';
import type { Wire } from './wires.ts';

/** A straight stroke that names and outlines keep clear of. */
export type Stroke = { x1: number; y1: number; x2: number; y2: number };

/** The wires of one band with the heights they were given. */
export type Band = { wires: Wire[]; heights: number[][]; top: number; bottom: number };

const hop = 5;
const half = symbolSize / 2;

/** The couple lines and lines of descent between two rows; one that only crosses another hops over it. */
export function drawBand(band: Band, idOf: (person: number) => string): DrawnLine[] {
  return band.wires.flatMap((wire, w) => drawWire(band, wire, w, idOf));
}

/** Every stroke of a band, for keeping names clear. */
export function strokesOf(band: Band): Stroke[] {
  return band.wires.flatMap((wire, w) => [
    ...wire.across.map(({ x1, x2 }, i) => ({ x1, x2, y1: band.heights[w][i], y2: band.heights[w][i] })),
    ...uprightsOf(wire).map(({ x, from, to }) => ({
      x1: x,
      x2: x,
      y1: endOf(band, w, from),
      y2: endOf(band, w, to),
    })),
  ]);
}

function endOf(band: Band, wire: number, end: number): number {
  if (end < 0) return end === -1 ? band.top : band.top - symbolSize;
  return end === Infinity ? band.bottom : band.heights[wire][end];
}

const lineStates: Record<ParentKind, LineState> = {
  birth: 'solid',
  adopted: 'adopted',
  disputed: 'unsure',
  kinship: 'cared-for',
  'private-foster': 'cared-for',
  foster: 'cared-for',
  step: 'step',
  grandparent: 'grandparent',
};

function drawWire(band: Band, wire: Wire, w: number, idOf: (person: number) => string): DrawnLine[] {
  const { union } = wire;
  const people = union.people.map(idOf);
  const heights = band.heights[w];
  const states = new Set(wire.drops.map((drop) => lineStates[drop.kind]));
  // What leads to several children says only what is so of all of them.
  const shared = states.size === 1 ? [...states][0] : 'solid';
  const upright = (x: number, from: number, to: number) => uprightPath(band, w, x, from, to);
  const lines: DrawnLine[] = [];
  if (wire.across.length > 0) {
    const ports = wire.ports.map((port) => upright(port.x, endOf(band, w, port.start), heights[0]));
    const d = [...ports, level(wire.across[0], heights[0])].join('');
    const couple = wire.ports.length > 1;
    const between =
      union.couple === 'living-together' ? 'living-together' : union.couple === 'unsaid' ? shared : 'solid';
    lines.push({
      kind: couple ? 'couple' : 'descent',
      state: couple ? between : shared,
      d,
      people,
      signs: couple ? signsOf(band, wire, w) : [],
    });
  }
  if (wire.stem !== null) {
    const d = upright(wire.stem, heights[0], heights[1]) + level(wire.across[1], heights[1]);
    const children = wire.drops.flatMap((drop) => drop.places);
    lines.push({
      kind: 'descent',
      state: shared,
      d,
      people: [...people, ...named(children, idOf)],
      signs: [],
    });
  }
  const from = wire.across.length > 0 ? heights[heights.length - 1] : endOf(band, w, wire.ports[0].start);
  for (const drop of wire.drops) {
    const state = lineStates[drop.kind];
    const d =
      drop.tops.length > 1
        ? drop.tops.map((x) => `M${drop.x} ${from}L${x} ${band.bottom}`).join('') +
          twinBar(drop, from, band.bottom)
        : upright(drop.x, from, band.bottom);
    const signs = questionAt(drop, from, band.bottom);
    lines.push({ kind: 'descent', state, d, people: [...people, ...named(drop.places, idOf)], signs });
  }
  return lines;
}

/** Identical twins have a bar between their lines. */
function twinBar(drop: Wire['drops'][number], from: number, to: number): string {
  if (drop.twins !== 'identical') return '';
  const part = (x: number) => Math.round(drop.x + (x - drop.x) * 0.6);
  return `M${part(drop.tops[0])} ${from + (to - from) * 0.6}H${part(drop.tops.at(-1)!)}`;
}

/** A "?" beside the line to a parent who is not agreed, and in the fork of twins of whom it is not known which. */
function questionAt(drop: Wire['drops'][number], from: number, to: number): DrawnLine['signs'] {
  if (drop.twins === 'not-known')
    return [{ x: Math.round(drop.x), y: Math.round(from + (to - from) * 0.8), says: '?' }];
  return drop.kind === 'disputed' ? [{ x: drop.x + 7, y: to - 6, says: '?' }] : [];
}

function named(places: number[], idOf: (person: number) => string): string[] {
  return places.map(idOf).filter((id) => id !== '');
}

function level({ x1, x2 }: { x1: number; x2: number }, y: number): string {
  return `M${x1} ${y}H${x2}`;
}

function uprightPath(band: Band, own: number, x: number, from: number, to: number): string {
  const crossed = band.wires
    .flatMap((wire, w) =>
      wire.across
        .map((line, i) => ({ ...line, y: band.heights[w][i] }))
        .filter(
          (line) =>
            w !== own && line.x1 + 2 < x && x < line.x2 - 2 && line.y > from + hop && line.y < to - hop,
        ),
    )
    .map((line) => line.y);
  const heights = [...new Set(crossed)].sort((a, b) => a - b);
  return `M${x} ${from}${heights.map((y) => `V${y - hop}a${hop} ${hop} 0 0 1 0 ${2 * hop}`).join('')}V${to}`;
}

/** Where it is drawn how a couple stands: clear of other lines, by the partner with fewer lines. */
function signsOf(band: Band, wire: Wire, w: number): DrawnLine['signs'] {
  const { couple } = wire.union;
  if (couple === null || couple === 'unsaid' || couple === 'together' || couple === 'living-together')
    return [];
  const y = band.heights[w][0];
  const [left, right] = [wire.ports[0].x, wire.ports[wire.ports.length - 1].x];
  const met = strokesOf(band)
    .filter(
      (line) => line.x1 === line.x2 && line.y1 <= y && y <= line.y2 && line.x1 > left && line.x1 < right,
    )
    .map((line) => line.x1);
  const stops = [left, ...met.sort((a, b) => a - b), right];
  const gaps = stops.slice(1).map((stop, i) => ({ x: (stop + stops[i]) / 2, wide: stop - stops[i] }));
  const widest = Math.max(...gaps.map((gap) => gap.wide));
  const busyLeft =
    linesAt(band, wire.ports[0].place) > linesAt(band, wire.ports[wire.ports.length - 1].place);
  const chosen = (busyLeft ? gaps.reverse() : gaps).find((gap) => gap.wide >= Math.min(widest, 24));
  return chosen ? [{ x: Math.round(chosen.x), y, says: couple }] : [];
}

function linesAt(band: Band, place: number): number {
  return band.wires.filter((wire) => wire.ports.some((port) => port.place === place)).length;
}

/** A plain bent line for a relation that contradicts the rows: drawn, not refused. */
export function looseLine(from: { x: number; y: number }, to: { x: number; y: number }): string {
  const y = Math.max(from.y, to.y) + half + 14;
  return `M${from.x - 4} ${from.y + half}V${y}H${to.x + 4}V${to.y + half}`;
}
