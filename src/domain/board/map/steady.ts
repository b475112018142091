import type { FamilyPicture } from './family-picture.ts';
import { findGenerations } from './generations.ts';
import { orderRows } from './order.ts';
import { prepareReading, type Rows } from './order-cost.ts';
import { improveOrder } from './order-moves.ts';
import { tidyFamily, type TidyFamily } from './tidy.ts';
import { chartUnions, type Chart } from './unions.ts';

/** People who come onto the map within this time of one another came together: from an import. */
const oneArrivalMs = 2_000;
/** Orders of earlier pictures that are kept, so that each edit costs one step and not the whole story. */
const mostKept = 400;
const ordersOf = new Map<string, string[]>();

type Ordered = { family: TidyFamily; chart: Chart; rows: Rows };

/**
 * The family on rows, in an order that changes as little as it must: it is the order without those who came last, with
 * them put in, and anybody else only passes another where that reads much better. It depends on the picture alone, so
 * that everybody sees the same.
 */
export function orderSteadily(picture: FamilyPicture): Ordered {
  const family = tidyFamily(picture);
  const chart = chartUnions(family, findGenerations(family));
  const newest = newestArrivals(family);
  if (newest.size === family.people.length) return { family, chart, rows: orderRows(family, chart) };
  const before = orderOf(without(picture, newest));
  return { family, chart, rows: keepOrder(family, chart, before) };
}

/** Everybody by id, row by row from left to right. */
function orderOf(picture: FamilyPicture): string[] {
  const key = JSON.stringify(picture);
  const known = ordersOf.get(key);
  if (known) return known;
  const { family, rows } = orderSteadily(picture);
  const order = rows.flat().flatMap((place) => family.people[place]?.id ?? []);
  if (ordersOf.size >= mostKept) ordersOf.delete(ordersOf.keys().next().value!);
  ordersOf.set(key, order);
  return order;
}

function newestArrivals(family: TidyFamily): Set<string> {
  const latest = family.people.toSorted((a, b) => b.came - a.came);
  const end = latest.findIndex((person, i) => i > 0 && latest[i - 1].came - person.came > oneArrivalMs);
  return new Set(latest.slice(0, end < 0 ? latest.length : end).map((person) => person.id));
}

/** What the order cannot depend on, names and moves by hand, is left out: nobody’s name is kept with an order. */
function without(picture: FamilyPicture, gone: ReadonlySet<string>): FamilyPicture {
  const stays = (id: string) => !gone.has(id);
  return {
    people: picture.people
      .filter((person) => stays(person.id))
      .map((person) => ({
        ...person,
        name: '',
        note: '',
        noAddress: '',
        elsewhere: null,
        heldBy: [],
        nudge: 0,
      })),
    partners: picture.partners.filter((row) => stays(row.a) && stays(row.b)),
    parents: picture.parents.filter((row) => stays(row.child) && stays(row.parent)),
    twins: picture.twins.filter((pair) => stays(pair.a) && stays(pair.b)),
    ties: [],
    households: picture.households.map((home) => ({ ...home, people: home.people.filter(stays) })),
  };
}

function keepOrder(family: TidyFamily, chart: Chart, before: readonly string[]): Rows {
  const rank = new Map(before.map((id, i) => [id, i]));
  const rankOf = (place: number) => rank.get(family.people[place]?.id ?? '') ?? Infinity;
  const depth = Math.max(0, ...chart.places.map((place) => place.row)) + 1;
  const rows: Rows = Array.from({ length: depth }, () => []);
  const parts = [...new Set(chart.places.map((place) => place.part))].sort((a, b) => a - b);
  for (const part of parts) {
    const start: Rows = rows.map(() => []);
    chart.places.forEach((place, i) => {
      if (place.part === part) start[place.row].push(i);
    });
    for (const row of start) row.sort((a, b) => (rankOf(a) === rankOf(b) ? a - b : rankOf(a) - rankOf(b)));
    const kept = start.map((row) => row.filter((place) => rankOf(place) < Infinity));
    const reading = prepareReading(family, chart, part, depth, kept);
    improveOrder(reading, start).rows.forEach((places, row) => rows[row].push(...places));
  }
  return rows;
}
