import type { TidyFamily } from './tidy.ts';
import type { Chart } from './unions.ts';
import { labelWidth, startingLabel } from './label-text.ts';

/** The side of a symbol. */
export const symbolSize = 32;

const besideSibling = 64;
const besidePartner = 84;
const besideOther = 76;
const besidePassing = 34;
const wallOfHome = 14;

/** The least distance between the centres of two neighbours, so that neither symbols nor names can touch. */
export function roomFor(family: TidyFamily, chart: Chart, left: number, right: number): number {
  const a = chart.places[left].person;
  const b = chart.places[right].person;
  if (a === null || b === null) return a === b ? symbolSize / 2 : besidePassing;
  const base = roomBetween(chart, a, b) + (sameHomes(family, a, b) ? 0 : wallOfHome);
  const labels = [reach(family, chart, a), reach(family, chart, b)];
  const touch = labels[0].band === labels[1].band || labels[0].lines + labels[1].lines > 2;
  return Math.max(base, touch ? labels[0].right + labels[1].left + 10 : 0);
}

function roomBetween(chart: Chart, a: number, b: number): number {
  const couple = chart.unions.find((union) => union.parents.includes(a) && union.parents.includes(b));
  if (couple) return Math.max(besidePartner, childrenWidth(couple.children.length));
  const siblings = chart.unions.some(
    (union) =>
      union.children.some((child) => child.place === a) && union.children.some((child) => child.place === b),
  );
  return siblings ? besideSibling : besideOther;
}

/** Two or three children hang straight from the couple line, so the couple stands wide enough for them. */
function childrenWidth(children: number): number {
  return children > 1 && children < 4 ? (children - 1) * besideSibling + 24 : 0;
}

function sameHomes(family: TidyFamily, a: number, b: number): boolean {
  return family.households.every((home) => home.people.includes(a) === home.people.includes(b));
}

function reach(family: TidyFamily, chart: Chart, place: number) {
  const { side, lines } = startingLabel(family, chart, place);
  const width = labelWidth(family.people[place]);
  if (side === 'below-left') return { band: 'below', lines, left: width + 12, right: 0 };
  return { band: side, lines, left: width / 2, right: width / 2 };
}
