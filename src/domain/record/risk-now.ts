/** What a child's file says of each time at which it was risk now: their own whereabouts, and nobody else's name. */
import type { Told } from '../board/board.ts';
import type { RiskTime } from '../board/risks.ts';
import { isNamedIn, withoutName } from '../people/named.ts';
import { londonDate, londonTime, longDate } from '../time/civil.ts';
import type { ChildForEntry, EntryLine, EntrySection } from './entry.ts';

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

/** F22: One section for each time, of what is not in the file yet; times that hold nothing new are left out. */
export function riskSections(ask: {
  child: ChildForEntry;
  children: readonly ChildForEntry[];
  times: readonly RiskTime[];
  tasks: readonly RiskTask[];
  name: (member: string | null) => string;
  isFiled: (card: string) => boolean;
}): EntrySection[] {
  const { child, name } = ask;
  const others = othersThan(child, ask.children);
  const ofThisChild = (text: string) => apartFrom(others, text.trim());
  /** What names brothers and sisters alone is theirs. */
  const isForOthers = (text: string) =>
    !isNamedIn(text, child.given) && others.some((other) => isNamedIn(text, other.given));
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
      ...told
        .filter((card) => !isForOthers(card.text))
        .map((card) => ({ card: card.id, text: ofThisChild(card.text), note: toldOf(card, at) })),
      ...ask.tasks
        .filter((task) => task.alarm === alarm.id && !isForOthers(task.what))
        .map((task) => ({
          // It goes along with the end: what became of it later stands among the tasks.
          card: null,
          text: `To be done at once: ${ofThisChild(task.what)}`,
          note: `${name(task.owner)}, ${doneOf(task, at)}`,
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
      heading: `Risk now, ${longDate(londonDate(time.calledAt))}, ${londonTime(time.calledAt)}`,
      lines: lines.filter(
        (line): line is EntryLine =>
          line !== false && (line.card === null ? isEndNew || fresh.has(alarm.id) : fresh.has(line.card)),
      ),
    };
  });
}

/** The children whose names are in no file of this child; one who is called the same cannot be told from them by name. */
export const othersThan = (child: ChildForEntry, children: readonly ChildForEntry[]): ChildForEntry[] =>
  children.filter((one) => one.id !== child.id && !isNamedIn(child.given, one.given));

/** A text without the names of these children, each told as [another child]. */
export const apartFrom = (others: readonly ChildForEntry[], text: string): string =>
  others.reduce((told, other) => withoutName(told, other.given, '[another child]'), text);

/** The time of day, with its day where that is another. */
const whenOn = (day: string) => (ms: number) =>
  londonDate(ms) === day ? londonTime(ms) : `${londonTime(ms)} on ${longDate(londonDate(ms))}`;

function toldOf(card: Told, at: (ms: number) => string): string {
  const said = {
    'not-yet': 'not told yet',
    ringing: 'being rung',
    told: 'told',
    'on-purpose': 'not told, on purpose',
  }[card.state];
  const when = card.stateAt === null ? '' : `${card.state === 'told' ? ' at' : ' as of'} ${at(card.stateAt)}`;
  return `${said}${when}${card.note ? `: ${card.note}` : ''}`;
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
