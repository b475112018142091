/** What a child's file says of each time at which it was risk now: their own whereabouts, and nobody else's name. */
import { withoutStop } from '../phrases.ts';
import type { Cards, Told } from '../board/board.ts';
import { isChildOn } from '../board/names.ts';
import { TOLD_WORDS, type RiskTime } from '../board/risks.ts';
import { isUnsureName, withoutNames } from '../people/named.ts';
import { londonDate, londonTime, longDate } from '../time/civil.ts';
import type { ChildForEntry, EntryLine, EntrySection } from './entry.ts';
import { ANOTHER_CHILD, RISK_NOW } from './render.ts';

/** The origin of a task that was given out for an alarm, with its id behind. */
export const RISK_ORIGIN = 'risk:';

/** A task that was given out while it was risk now. */
export interface RiskTask {
  /** The alarm for which it was given. */
  alarm: string;
  what: string;
  owner: string | null;
  state: 'open' | 'done' | 'let-go';
  /** Epoch milliseconds; null while it is open. */
  endedAt: number | null;
}

/** Whose names stand in no file of a child: those that are told as [another child], and those of which a reader has to say. */
interface Others {
  own: string;
  masked: readonly string[];
  /** Names that may be a word of every day, or a grown-up's too. */
  unsure: readonly string[];
}

/** The other children of a family, also those who were taken out or moved, by their first names. */
export function othersThan(
  child: ChildForEntry,
  facts: { children: readonly ChildForEntry[]; cards: Cards; on: string },
): Others {
  const people = [...facts.cards.values()].filter((card) => card.kind === 'person');
  const firstOf = (name: string) => name.trim().split(/\s+/)[0] ?? '';
  const here = new Set(facts.children.map((one) => one.id));
  const adults = people
    .filter((one) => !isChildOn(one, facts.on) && !here.has(one.id))
    .map((one) => firstOf(one.name));
  const others = [
    ...facts.children.filter((one) => one.id !== child.id).map((one) => one.given),
    ...people.filter((one) => isChildOn(one, facts.on) && !here.has(one.id)).map((one) => firstOf(one.name)),
  ];
  return {
    own: child.given,
    masked: others.filter((name) => !isUnsureName(name, adults)),
    unsure: others.filter((name) => isUnsureName(name, adults)),
  };
}

/** A text without the names of other children, each told as [another child]. */
export const apartFrom = ({ own, masked }: Pick<Others, 'own' | 'masked'>, text: string): string =>
  withoutNames(text.trim(), { own, others: masked, instead: ANOTHER_CHILD });

/** F22: One section for each time, of what is not in this child's file yet; times that hold nothing new are left out. */
export function riskSections(ask: {
  child: ChildForEntry;
  others: Others;
  times: readonly RiskTime[];
  tasks: readonly RiskTask[];
  name: (member: string | null) => string;
  isFiled: (card: string) => boolean;
}): EntrySection[] {
  const { child, name, others } = ask;
  const ofThisChild = (text: string) => apartFrom(others, text);
  return ask.times.map((time) => {
    const { alarm, over, nows, told } = time;
    const at = whenOn(londonDate(time.calledAt));
    const called: EntryLine = {
      card: alarm.id,
      text: ofThisChild(alarm.text) || 'What was happening was not written down.',
      note: `Called at ${londonTime(time.calledAt)} by ${name(time.calledBy)}`,
    };
    const lines: (EntryLine | false)[] = [
      called,
      ...nows
        .filter((card) => card.childId === child.id)
        .map((card) => ({
          card: card.id,
          text: `${child.given}: ${ofThisChild(card.text)}`,
          note: `written by ${name(card.by)} at ${at(card.at)}`,
        })),
      ...told.map((card) => ({
        card: card.id,
        text: ofThisChild(card.text),
        note: `${toldOf(card, at)}, written by ${name(card.by)}`,
      })),
      ...ask.tasks
        .filter((task) => task.alarm === alarm.id)
        .map((task) => ({
          // It goes along with the end: what became of it later stands among the tasks.
          card: null,
          text: `To be done at once: ${ofThisChild(task.what)}`,
          note:
            task.owner === null && task.state === 'done'
              ? `${doneOf(task, at)}, by whom is not said`
              : `${name(task.owner)}, ${doneOf(task, at)}`,
        })),
      over !== null && {
        card: over.id,
        text: endOf(over.how, ofThisChild(over.text)),
        note: `${name(over.by)}, ${at(over.at)}`,
      },
    ];
    const fresh = new Set(
      [alarm, over, ...nows, ...told].flatMap((card) => (card && !ask.isFiled(card.id) ? [card.id] : [])),
    );
    const isEndNew = over !== null && fresh.has(over.id);
    return {
      heading: `${RISK_NOW}, ${longDate(londonDate(time.calledAt))}, ${londonTime(time.calledAt)}`,
      lines: lines.filter(
        (line): line is EntryLine =>
          line !== false && (line.card === null ? isEndNew || fresh.has(alarm.id) : fresh.has(line.card)),
      ),
    };
  });
}

/** Every text of a time that goes into a file, as it was written. */
export const textsOf = ({ alarm, over, told }: RiskTime, tasks: readonly RiskTask[]): string[] => [
  alarm.text,
  ...told.map((card) => card.text),
  ...tasks.filter((task) => task.alarm === alarm.id).map((task) => task.what),
  over?.text ?? '',
];

/** The time of day, with its day where that is another. */
const whenOn = (day: string) => (ms: number) =>
  londonDate(ms) === day ? londonTime(ms) : `${londonTime(ms)} on ${longDate(londonDate(ms))}`;

function toldOf(card: Told, at: (ms: number) => string): string {
  const when = card.stateAt === null ? '' : `${card.state === 'told' ? ' at' : ' as of'} ${at(card.stateAt)}`;
  return `${TOLD_WORDS[card.state]}${when}${card.note.trim() ? `: ${withoutStop(card.note)}` : ''}`;
}

function doneOf(task: RiskTask, at: (ms: number) => string): string {
  if (task.state === 'open' || task.endedAt === null) return 'not done yet';
  return `${task.state === 'done' ? 'done' : 'let go'} at ${at(task.endedAt)}`;
}

function endOf(how: 'goes-on' | 'mistake' | 'closed', why: string): string {
  if (how === 'closed') return 'The meeting closed while it was still risk now.';
  if (how === 'mistake') return 'Taken back: pressed by mistake.';
  return why ? `The meeting went on: ${why}` : 'The meeting went on; why was not said.';
}
