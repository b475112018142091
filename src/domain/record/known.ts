/** What was known of a child when the unit met: when they were last seen and heard, and what became of what was to be done. */
import { inOrder, type Cards, type Seen } from '../board/board.ts';
import { isParent } from '../board/family.ts';
import type { DateStep } from '../dates.ts';
import { isUnderTwo } from '../time/birth.ts';
import { londonDate, longDate } from '../time/civil.ts';
import type { ChildForEntry, EntryLine } from './entry.ts';

/** A given task as it stands: ended or changed since the last entry, or with a day that has passed. */
export interface TaskNow {
  what: string;
  owner: string | null;
  state: 'open' | 'done' | 'let-go';
  /** Why it was let go, or what was said when it was done. */
  note: string;
  /** By when; null where there is no day. */
  due: string | null;
  /** How often it was carried on. */
  carried: number;
  /** When it ended, epoch milliseconds; null while it is open. */
  endedAt: number | null;
  /** When it was last given to somebody else, to another day or in other words; null where it never was. */
  changedAt: number | null;
  /** Its day passed without it: told once in a meeting. */
  isPassed: boolean;
  /** Given out in another family: the names of the children there and of those it was for, which stand in no file here. */
  names: readonly string[];
  children: readonly string[];
}

/** Whether a child has no words yet: not born, or known to be under two. Of everybody else it is asked what they say. */
export const isBeforeWords = (child: ChildForEntry, on: string): boolean =>
  isUnborn(child) || isUnderTwo(child.born, on);

/** Not born yet: nobody sees them, and nobody asks what they say. */
export const isUnborn = (child: Pick<ChildForEntry, 'born' | 'due'>): boolean =>
  child.born === null && child.due !== null;

/** F24: When a child was last seen and how, as it is known; who has tried since has not seen them. `apart` takes other children's names out. */
export function lastSeen(cards: Cards, child: ChildForEntry, apart: (text: string) => string): EntryLine {
  if (isUnborn(child)) return { card: null, text: `Not born yet; due on ${longDate(child.due!)}.` };
  const all = inOrder(cards, 'seen')
    .filter((card) => card.childId === child.id)
    .sort((a, b) => (b.on ?? '').localeCompare(a.on ?? '') || b.at - a.at);
  const seen = all.find((card) => card.how !== 'tried');
  const tried = all[0]?.how === 'tried' ? ` Tried, not seen, ${whenAndWho(all[0])}.` : '';
  const last = seen
    ? `Last ${seenHow(seen)}, ${whenAndWho(seen)}.`
    : `When ${child.given} was last seen is not written down.`;
  return { card: null, text: apart(`${last}${tried}`) };
}

const whenAndWho = (seen: Seen) =>
  `${seen.on ? longDate(seen.on) : 'day not said'}, ${seen.who.trim() === '' ? 'by whom is not said' : `by ${seen.who.trim()}`}`;

function seenHow({ how, with: who }: Seen): string {
  if (how === 'alone') return 'seen alone';
  if (how === 'room') return 'seen in the room';
  if (how === 'with')
    return who.trim() === '' ? 'seen with somebody, with whom is not said' : `seen with ${who.trim()}`;
  return 'seen, how is not said';
}

/** F24: That no words of a child are written down, since when, and why: silence is written as silence, and as no more. */
export function silenceOf(cards: Cards, child: ChildForEntry, why: string | null): string {
  const heard = [
    ...inOrder(cards, 'words').flatMap((card) =>
      card.childId === child.id && card.means === 'said' && card.text.trim() !== '' ? [card.on] : [],
    ),
    ...inOrder(cards, 'question').flatMap((card) =>
      card.backBy === child.id && card.back.trim() !== '' ? [card.backOn] : [],
    ),
  ];
  const last = heard
    .flatMap((day) => day ?? [])
    .sort()
    .at(-1);
  const since =
    last !== undefined
      ? `No words of ${child.given}’s are written down since ${longDate(last)}`
      : heard.length > 0
        ? `No newer words of ${child.given}’s are written down; on which day the last were said is not said`
        : `No words of ${child.given}’s are written down yet`;
  return why === null ? `${since}. Why is not said.` : `${since}: ${why}`;
}

/** F24: The same of a child who has no words yet: that nothing seen of them is written down. */
export function unseenOf(cards: Cards, child: ChildForEntry): string {
  const last = inOrder(cards, 'words')
    .flatMap((card) => (card.childId === child.id && card.means === 'saw' && card.on ? [card.on] : []))
    .sort()
    .at(-1);
  return last === undefined
    ? `Nothing that was seen of ${child.given} is written down yet. Why is not said.`
    : `Nothing that was seen of ${child.given} is written down since ${longDate(last)}. Why is not said.`;
}

/**
 * F24: What became of what was to be done, for this child; also what was not done. `since` is from when on this child’s file
 * does not tell yet what was theirs by name, or the whole family’s; `apart` takes other children’s names out.
 */
export const becameOf = (
  tasks: readonly TaskNow[],
  ask: {
    isFor: (named: readonly string[]) => boolean;
    since: (isNamed: boolean) => number;
    name: (member: string | null) => string;
    apart: (text: string, names: readonly string[]) => string;
  },
): EntryLine[] =>
  tasks
    .filter(
      (task) =>
        ask.isFor(task.children) &&
        (task.isPassed ||
          Math.max(task.endedAt ?? 0, task.changedAt ?? 0) >= ask.since(task.children.length > 0)),
    )
    .map((task) => ({
      card: null,
      text: `${task.owner === null ? 'Nobody' : ask.name(task.owner)}: ${ask.apart(task.what, task.names)}`,
      note: [becameInWords(task), ask.apart(task.note, task.names)].filter(Boolean).join(': '),
    }));

function becameInWords({ state, endedAt, due, carried }: TaskNow): string {
  if (state !== 'open' && endedAt)
    return `${state === 'done' ? 'done' : 'let go'} ${longDate(londonDate(endedAt))}`;
  const times = carried === 0 ? '' : carried === 1 ? ', carried on once' : `, carried on ${carried} times`;
  return `not done yet, ${due ? `by ${longDate(due)}` : 'no date'}${times}`;
}

/** One thing that was said of a date; `child` is null where it is the whole family's. */
export interface DateEnd extends Omit<DateStep, 'by'> {
  what: string;
  child: string | null;
  /** Of one that opens it again: when that was said which it takes back. */
  tookBack: number | null;
  /** Of a date that was moved: the day that it has now. */
  movedTo: string;
}

/**
 * F24: What became of the dates of a child, and of those of the whole family, as it was said one after the other; `since`
 * and `apart` as above. That one is open again is told where the file says that it was not.
 */
export const datesInWords = (
  dates: readonly DateEnd[],
  ask: { child: ChildForEntry; since: (isNamed: boolean) => number; apart: (text: string) => string },
): EntryLine[] =>
  dates
    .filter(
      ({ child, at, tookBack }) =>
        (child === null || child === ask.child.id) &&
        at >= ask.since(child !== null) &&
        (tookBack === null || tookBack < ask.since(child !== null)),
    )
    .map((date) => ({
      card: null,
      text: ask.apart(`${date.what}, ${longDate(date.on)}: ${endInWords(date)}`),
      ...(date.why.trim() !== '' && { note: ask.apart(date.why.trim()) }),
    }));

function endInWords({ does, movedTo }: DateEnd): string {
  switch (does) {
    case 'held':
      return 'held';
    case 'missed':
      return 'missed';
    case 'let-go':
      return 'let go';
    case 'open-again':
      return 'open again; what was said to have become of it is taken back';
    default:
      return `moved to ${longDate(movedTo)}`;
  }
}

/** F24: Those who are a child's parents on the map and live: whose own view it is asked for. */
export const parentsOf = (cards: Cards, child: string): string[] => [
  ...new Set(
    inOrder(cards, 'relation')
      .filter((card) => isParent(card) && card.b === child && isAlive(cards, card.a))
      .map((card) => card.a),
  ),
];

const isAlive = (cards: Cards, id: string) => {
  const card = cards.get(id);
  return card?.kind === 'person' && !card.gone && card.died === null && card.lost === null;
};
