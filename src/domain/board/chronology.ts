/**
 * F30: What happened to a family, and when: dated facts of all its boards over the years, by the day on which they happened
 * or by the one on which we were told. Two that cannot both be so stand beside each other, and nothing here says which is.
 */
import { endOfStory, type DateView } from '../dates.ts';
import { isPartOfDate } from '../time/birth.ts';
import { addDays, daysBetween, londonDate } from '../time/civil.ts';
import { hereSince, inOrder, type Cards, type News } from './board.ts';
import type { HarmStanding } from './cards.ts';
import { risksOf, saysSomething } from './risks.ts';

/** One thing that happened. */
export interface Happening {
  /** The card, or the date of the record. */
  id: string;
  kind: 'told' | 'risk' | 'session' | 'born' | 'died' | 'date';
  /** As far as it is known: a day, a month, a year; null where nobody has said. */
  on: string | null;
  text: string;
  standing: HarmStanding | null;
  /** Of what is alleged: what the other says. */
  otherSays: string;
  /** Whom it is about, by id. */
  about: readonly string[];
  /** Who told it, or saw it; empty where nobody has said. */
  source: string;
  /** The day on which we were told; null where nobody has said. */
  toldOn: string | null;
  /** The day on which it was written down. */
  writtenOn: string;
  /** The member who wrote it down; empty where it was nobody. */
  by: string;
  safety: boolean;
  /** Whether it may stand in a file: of a session only where that was agreed in the room. */
  isForFile: boolean;
}

/** What stands at one place of a chronology: one line, several that cannot all be so, or that nothing is told. */
export type Place =
  | { is: 'line'; line: Happening }
  | { is: 'against'; id: string; lines: Happening[]; pairs: string[] }
  | { is: 'gap'; from: number; until: number; years: number };

export type Order = 'happened' | 'told';

/** From how many years without a line a chronology says so. */
const gapYears = 3;

/** Everything dated that a family's boards hold, and what became of the dates that count, in no order yet. */
export function happeningsOf(
  cards: Cards,
  dates: readonly DateView[] = [],
  /** A line that somebody is writing stays, also while it has no words. */
  inHand: string | null = null,
): Happening[] {
  const plain = {
    standing: null,
    otherSays: '',
    source: '',
    toldOn: null,
    safety: false,
    isForFile: true,
  } as const;
  const told = inOrder(cards, 'news').filter(
    (card) => (card.text.trim() !== '' || card.id === inHand) && card.how !== 'line',
  );
  return [
    ...told.map((card) => ofNews(card)),
    ...risksOf(cards)
      // What was pressed by mistake did not happen.
      .filter((time) => saysSomething(time) && time.over?.how !== 'mistake')
      .map(({ alarm, calledAt, calledBy }): Happening => ({
        ...plain,
        id: alarm.id,
        kind: 'risk',
        on: londonDate(calledAt),
        text: alarm.text.trim(),
        about: alarm.child,
        writtenOn: londonDate(calledAt),
        by: calledBy,
        safety: true,
      })),
    ...inOrder(cards, 'kept')
      .filter((card) => card.what === 'met')
      .map((card): Happening => ({
        ...plain,
        id: card.id,
        kind: 'session',
        on: card.on,
        text: card.text.trim(),
        about: [],
        writtenOn: londonDate(card.at),
        by: '',
        isForFile: card.toFile === true,
      })),
    ...inOrder(cards, 'person').flatMap((card): Happening[] => {
      const life = (kind: 'born' | 'died', on: string | null): Happening[] =>
        on !== null && isPartOfDate(on)
          ? [
              {
                ...plain,
                id: `${card.id}:${kind}`,
                kind,
                on,
                text: '',
                about: [card.id],
                source: card.source,
                writtenOn: londonDate(card.at),
                by: '',
              },
            ]
          : [];
      // When its grown-ups were born is on the map; a child’s birth is the family’s.
      return [...(card.isChild === true ? life('born', card.born) : []), ...life('died', card.died)];
    }),
    ...dates.flatMap((date): Happening[] => {
      const end = endOfStory(date);
      return end && (end.does === 'held' || end.does === 'missed')
        ? [
            {
              ...plain,
              id: date.id,
              kind: 'date',
              // The day that it had then: the council may have given it another since.
              on: end.on,
              text: `${date.what}: ${end.does}${end.why.trim() ? `, ${end.why.trim()}` : ''}`,
              about: date.child === null ? [] : [date.child],
              writtenOn: londonDate(end.at),
              by: end.by,
            },
          ]
        : [];
    }),
  ];
}

const ofNews = (card: News): Happening => ({
  id: card.id,
  kind: 'told',
  on: card.on,
  text: card.text.trim(),
  standing: card.standing,
  otherSays: card.otherSays.trim(),
  about: card.about,
  // A card that nobody gave a `how` has none: it is the same field as how a child was seen.
  source: [card.who.trim(), (card.how as string | null)?.trim()].filter(Boolean).join(', '),
  toldOn: card.toldOn,
  writtenOn: londonDate(hereSince(card)),
  by: card.by,
  safety: card.safety === true,
  isForFile: true,
});

/** Lays what happened in an order, with what cannot both be so side by side, and where nothing is told for years. */
export function inChronology(happenings: readonly Happening[], cards: Cards, order: Order): Place[] {
  // What has no day stands behind what has one.
  const happened = (line: Happening) => line.on ?? '9999';
  const told = (line: Happening) => line.toldOn ?? line.writtenOn;
  const key = order === 'happened' ? happened : told;
  const lines = [...happenings].sort(
    (a, b) => key(a).localeCompare(key(b)) || told(a).localeCompare(told(b)) || a.id.localeCompare(b.id),
  );
  const beside = groupsOf(lines, cards);
  const shown = new Set<string>();
  const places: Place[] = [];
  let last: string | null = null;
  for (const line of lines) {
    if (shown.has(line.id)) continue;
    const group = beside.get(line.id);
    const those = group ? lines.filter((one) => group.ids.has(one.id)) : [line];
    if (order === 'happened' && line.on) {
      const years = last === null ? 0 : yearsBetween(last, line.on);
      if (years >= gapYears)
        places.push({
          is: 'gap',
          from: Number(last!.slice(0, 4)),
          until: Number(line.on.slice(0, 4)),
          years,
        });
      last = those.map((one) => one.on ?? '').reduce((most, on) => (on > most ? on : most), last ?? '');
    }
    if (!group) places.push({ is: 'line', line });
    else {
      for (const one of those) shown.add(one.id);
      places.push({ is: 'against', id: line.id, lines: those, pairs: group.pairs });
    }
  }
  return places;
}

/** The first and the last day that a day known in part may be. */
const firstDay = (on: string) => `${on}-01-01`.slice(0, 10);
const lastDay = (on: string) => (on.length === 10 ? on : addDays(firstDay(on), on.length === 7 ? 27 : 364));

/** How many whole years lie between two days at the least, each known as far as it is. */
export const yearsBetween = (from: string, until: string): number =>
  Math.max(0, Math.floor(daysBetween(lastDay(from), firstDay(until)) / 365.2425));

/** Which lines somebody laid beside which, by line; three that were laid in two pairs are one group. */
function groupsOf(
  lines: readonly Happening[],
  cards: Cards,
): Map<string, { ids: Set<string>; pairs: string[] }> {
  const here = new Set(lines.map((line) => line.id));
  const groups = new Map<string, { ids: Set<string>; pairs: string[] }>();
  for (const { id, a, b } of inOrder(cards, 'against')) {
    if (a === b || !here.has(a) || !here.has(b)) continue;
    const joined = [groups.get(a), groups.get(b)].filter((one) => one !== undefined);
    const group = {
      ids: new Set([a, b, ...joined.flatMap((one) => [...one.ids])]),
      pairs: [...new Set([id, ...joined.flatMap((one) => one.pairs)])],
    };
    for (const one of group.ids) groups.set(one, group);
  }
  return groups;
}

/**
 * What of it belongs to one child’s file: what is said to be about that child, or about grown-ups alone, and what is the
 * whole family’s. What nobody has said whom it is about goes into no file, unless this is the only child. `isOther` says of
 * an id whether it is another child’s, also of one who was taken out or lives in another family by now.
 */
export const happeningsOfChild = (
  happenings: readonly Happening[],
  ask: { child: string; isOther: (id: string) => boolean; isOnly: boolean },
): Happening[] =>
  happenings.filter(({ kind, about, isForFile }) => {
    if (!isForFile) return false;
    if (about.includes(ask.child)) return true;
    // Of a risk that was called for somebody else, and of whoever else was born, nothing stands here.
    if (kind === 'risk' || kind === 'born' || about.some(ask.isOther)) return false;
    return about.length > 0 || kind === 'date' || kind === 'session' || ask.isOnly;
  });
