/**
 * The state of one Wednesday: one truth, changed only by acts that are judged here. Names and texts are not in it,
 * only ids; how long a family has been talked about is kept in milliseconds.
 */
import type { RiskEnd } from '../board/cards.ts';
import { Refusal } from '../errors.ts';
import type { Power } from '../people/roles.ts';
import type { MeetingAct } from './acts.ts';

/** The five places of a board, in their order. */
export const PLACES = ['catch-up', 'wonder', 'ask', 'decide', 'record'] as const;
export type Place = (typeof PLACES)[number];

/** One line of the running order. */
export interface AgendaItem {
  id: string;
  family: string | null;
  minutes: number;
  /** Left out of today's order; its children are told as not reached unless the unit comes to it after all. */
  leftOut?: true;
}

/** The families whose turn comes today, in their order. */
export const turnsOf = (state: Pick<MeetingState, 'agenda'>): (AgendaItem & { family: string })[] =>
  state.agenda.filter(
    (item): item is AgendaItem & { family: string } => item.family !== null && !item.leftOut,
  );

export interface MeetingState {
  unit: string;
  on: string;
  agenda: AgendaItem[];
  /** Where the unit is; `since` is when the clock of this line last began to run, null while it stands. */
  focus: { item: string | null; place: Place; by: string | null; since: number | null };
  /** Milliseconds already spent on each line, without the time since `focus.since`. */
  spent: Record<string, number>;
  /** Who is ready to go on from the family in focus. */
  ready: string[];
  /** Pens that were handed to somebody for this meeting, or that the consultant took. */
  pens: MeetingPen[];
  /** A risk that somebody has called, until the meeting goes on. */
  risk: { family: string; by: string; at: number; alarm: string } | null;
  /** Risks of this meeting that were answered, so that their list stays at hand. */
  risksOver: { family: string; alarm: string; by: string; why: string; at: number }[];
  /** The coordinator is preparing the record of this family. */
  preparing: { family: string; by: string } | null;
  closedAt: number | null;
  /** Who would like to speak, as the hands were raised, in the room and at home; and who speaks. */
  hands: string[];
  speaking: string | null;
  /** Somebody has blanked the shared screens. */
  blank: boolean;
  /** The call beside the meeting, by whatever provider; an https address. */
  call: string | null;
}

/** A power that somebody holds for one meeting. `taken`: by who leads, in the coordinator’s place; then it is from themself. */
export interface MeetingPen {
  power: Power;
  from: string;
  to: string;
  at: number;
  taken?: true;
}

/** Who acts, with what is needed to judge it. */
export interface Actor {
  member: string;
  powers: ReadonlySet<Power>;
  /** The powers of the actor's own seat, without pens that were handed over. */
  own: ReadonlySet<Power>;
  /** The members who have a seat in this unit. */
  members: ReadonlySet<string>;
  /** The families that this person may see. */
  families: ReadonlySet<string>;
  now: number;
}

/** The empty meeting of a day. */
export function openMeeting(ask: { unit: string; on: string; agenda: AgendaItem[] }): MeetingState {
  return {
    ...ask,
    focus: { item: null, place: 'catch-up', by: null, since: null },
    spent: {},
    ready: [],
    pens: [],
    risk: null,
    risksOver: [],
    preparing: null,
    closedAt: null,
    hands: [],
    speaking: null,
    blank: false,
    call: null,
  };
}

/** A meeting as it was stored; one that was opened by an earlier version has not all of it. */
export const readMeeting = (json: string): MeetingState => ({
  ...({ hands: [], speaking: null, blank: false, call: null } satisfies Partial<MeetingState>),
  ...(JSON.parse(json) as MeetingState),
});

/** Judges an act and answers with the state after it; throws a Refusal. H1–H9. */
export function actOn(state: MeetingState, act: MeetingAct, actor: Actor): MeetingState {
  if (state.closedAt !== null) throw new Refusal('already-done', 'meeting-over');
  switch (act.does) {
    case 'focus':
      return moveFocus(state, act, actor);
    case 'clock':
      return {
        ...state,
        focus: { ...state.focus, since: act.runs && !state.risk ? actor.now : null },
        spent: spentUntil(state, actor.now),
      };
    case 'order':
    case 'minutes':
    case 'add-break':
    case 'add-family':
    case 'remove':
    case 'leave-out':
      mustRun(actor);
      return { ...state, agenda: changeAgenda(state, act, actor) };
    case 'ready':
      return {
        ...state,
        ready: act.yes
          ? [...new Set([...state.ready, actor.member])]
          : state.ready.filter((one) => one !== actor.member),
      };
    case 'hand-pen':
      return handPen(state, act, actor);
    case 'take-pen':
      return takePen(state, actor);
    case 'take-pen-back':
      return {
        ...state,
        pens: state.pens.filter((pen) => pen.power !== act.power || !mayTakeBack(pen, actor)),
      };
    case 'risk':
      return callRisk(state, act, actor);
    case 'risk-over':
      return endRisk(state, act, actor);
    case 'prepare':
      if (act.family !== null && !actor.powers.has('record')) throw new Refusal('not-allowed');
      return { ...state, preparing: act.family === null ? null : { family: act.family, by: actor.member } };
    // H13: One order for everybody. Whoever is next begins by themself, and anybody may say that a turn is over.
    case 'hand':
      return {
        ...state,
        hands: act.yes
          ? [...new Set([...state.hands, actor.member])]
          : state.hands.filter((one) => one !== actor.member),
      };
    case 'speak':
      if (act.who !== null && !actor.members.has(act.who)) throw new Refusal('not-found');
      return {
        ...state,
        speaking: act.who,
        hands: state.hands.filter((one) => one !== act.who),
      };
    // At once, by anybody: what is on the wall is seen by whoever comes in.
    case 'blank':
      return { ...state, blank: act.yes };
    case 'call':
      return { ...state, call: act.url };
    case 'close':
      mustRun(actor);
      return {
        ...state,
        focus: { ...state.focus, since: null },
        spent: spentUntil(state, actor.now),
        risk: null,
        preparing: null,
        closedAt: actor.now,
      };
  }
}

/** H6: opening, ordering and closing are the coordinator's, the consultant's, or whose pen it is. */
function mustRun(actor: Actor): void {
  if (!actor.powers.has('record') && !actor.powers.has('lead')) throw new Refusal('not-allowed');
}

const broughtIn = ({ leftOut: _, ...line }: AgendaItem): AgendaItem => line;

/** Moves everyone to a line or a place (H2). */
function moveFocus(
  state: MeetingState,
  act: Extract<MeetingAct, { does: 'focus' }>,
  actor: Actor,
): MeetingState {
  const item = act.item === undefined ? state.focus.item : act.item;
  if (item !== null && !state.agenda.some((line) => line.id === item)) throw new Refusal('not-found');
  const moved = item !== state.focus.item;
  const place = act.place ?? (moved ? 'catch-up' : state.focus.place);
  return {
    ...state,
    agenda: state.agenda.map((line) => (line.id === item && line.leftOut ? broughtIn(line) : line)),
    spent: moved ? spentUntil(state, actor.now) : state.spent,
    focus: {
      item,
      place,
      by: actor.member,
      since: moved ? (item && !state.risk ? actor.now : null) : state.focus.since,
    },
    ready: moved ? [] : state.ready,
    hands: moved ? [] : state.hands,
    speaking: moved ? null : state.speaking,
    preparing: moved ? null : state.preparing,
  };
}

function changeAgenda(state: MeetingState, act: MeetingAct, actor: Actor): AgendaItem[] {
  const { agenda } = state;
  switch (act.does) {
    case 'order': {
      // Lines that this page has not seen keep their place at the end, so that nobody's line is lost.
      const named = act.items.flatMap((wanted) => agenda.filter((line) => line.id === wanted));
      return [...named, ...agenda.filter((line) => !act.items.includes(line.id))];
    }
    case 'minutes':
      return agenda.map((line) => (line.id === act.item ? { ...line, minutes: act.minutes } : line));
    case 'add-break': {
      if (agenda.some((line) => line.id === act.id)) return agenda;
      const at = act.after === null ? 0 : agenda.findIndex((line) => line.id === act.after) + 1;
      return agenda.toSpliced(at, 0, { id: act.id, family: null, minutes: act.minutes });
    }
    case 'add-family':
      if (!actor.families.has(act.family)) throw new Refusal('not-found');
      return agenda.some((line) => line.family === act.family)
        ? agenda
        : [...agenda, { id: act.id, family: act.family, minutes: act.minutes }];
    case 'leave-out': {
      const line = agenda.find((one) => one.id === act.item && one.family !== null);
      if (!line) throw new Refusal('not-found');
      // Where the unit is, it is: nobody is left out from under their own turn.
      if (act.yes && state.focus.item === line.id) throw new Refusal('not-allowed', 'is-talked-about');
      if (!act.yes) return agenda.map((one) => (one === line ? broughtIn(one) : one));
      return line.leftOut ? agenda : [...agenda.filter((one) => one !== line), { ...line, leftOut: true }];
    }
    case 'remove':
      return agenda.filter((line) => line.id !== act.item || line.family !== null);
    default:
      return agenda;
  }
}

/** H6: only who holds a power by their own seat hands it on, to a member of the unit, for this meeting. */
function handPen(
  state: MeetingState,
  act: Extract<MeetingAct, { does: 'hand-pen' }>,
  actor: Actor,
): MeetingState {
  if (!actor.own.has(act.power)) throw new Refusal('not-allowed');
  if (!actor.members.has(act.to)) throw new Refusal('not-found');
  const others = state.pens.filter((pen) => pen.power !== act.power || pen.from !== actor.member);
  return { ...state, pens: [...others, { power: act.power, from: actor.member, to: act.to, at: actor.now }] };
}

/** P35: Who leads writes in the coordinator's place where she is away; the pen is theirs for this meeting. */
function takePen(state: MeetingState, actor: Actor): MeetingState {
  if (!actor.own.has('lead')) throw new Refusal('not-allowed');
  // Two presses at one moment are one: what an actor may do was read before.
  const has = state.pens.some((pen) => pen.power === 'record' && pen.to === actor.member);
  if (has || actor.powers.has('record')) return state;
  const pen: MeetingPen = {
    power: 'record',
    from: actor.member,
    to: actor.member,
    at: actor.now,
    taken: true,
  };
  return { ...state, pens: [...state.pens, pen] };
}

/** H6, P35: whoever gave it, whoever has it, and, of one that was taken, whose it is by their own seat. */
export function mayTakeBack(
  pen: MeetingPen,
  actor: { member: string; own: { has(power: Power): boolean } },
): boolean {
  return (
    pen.from === actor.member || pen.to === actor.member || (pen.taken === true && actor.own.has(pen.power))
  );
}

/** H7: one press by anyone, at any place, stops the clock and puts the child's safety first. */
function callRisk(
  state: MeetingState,
  act: Extract<MeetingAct, { does: 'risk' }>,
  actor: Actor,
): MeetingState {
  if (!actor.families.has(act.family)) throw new Refusal('not-found');
  // Nobody is told that it is on every screen where another family's is.
  if (state.risk && state.risk.family !== act.family) throw new Refusal('already-done', 'risk-on');
  if (state.risk) return state;
  return {
    ...state,
    spent: spentUntil(state, actor.now),
    focus: { ...state.focus, since: null },
    risk: { family: act.family, by: actor.member, at: actor.now, alarm: act.alarm },
  };
}

/** H8: the meeting goes on when somebody says so and why; the list stays at hand. */
function endRisk(
  state: MeetingState,
  act: Extract<MeetingAct, { does: 'risk-over' }>,
  actor: Actor,
): MeetingState {
  if (!state.risk || isAnother(state.risk, act)) return state;
  // A slip of the finger is its own hand's to take back: nobody else knows that it was one.
  if (act.mistake && actor.member !== state.risk.by) throw new Refusal('not-allowed', 'not-your-risk');
  return {
    ...state,
    focus: { ...state.focus, since: state.focus.item ? actor.now : null },
    risk: null,
    // The newest fifty: what was done about each stands in the record.
    risksOver: [
      ...state.risksOver.slice(-49),
      { family: state.risk.family, alarm: state.risk.alarm, by: actor.member, why: act.why, at: actor.now },
    ],
  };
}

/** A press that was meant for a risk which is over by now. */
const isAnother = (risk: { alarm: string }, act: { alarm?: string | undefined }) =>
  act.alarm !== undefined && act.alarm !== risk.alarm;

/** What an act made of a risk now, where it brought it to its end; the board keeps it for good. */
export function riskEndedBy(
  before: MeetingState,
  act: MeetingAct,
): { risk: NonNullable<MeetingState['risk']>; how: RiskEnd; why: string } | null {
  if (!before.risk) return null;
  if (act.does === 'close') return { risk: before.risk, how: 'closed', why: '' };
  if (act.does !== 'risk-over' || isAnother(before.risk, act)) return null;
  return { risk: before.risk, how: act.mistake ? 'mistake' : 'goes-on', why: act.why };
}

function spentUntil(state: MeetingState, now: number): Record<string, number> {
  const { item, since } = state.focus;
  if (item === null || since === null) return state.spent;
  return { ...state.spent, [item]: (state.spent[item] ?? 0) + Math.max(0, now - since) };
}

/** Milliseconds spent on a line, up to now. */
export function spentOn(state: MeetingState, ask: { item: string; now: number }): number {
  return spentUntil(state, ask.now)[ask.item] ?? 0;
}

/**
 * H14: Six numbers by which somebody who is signed in finds the meeting on the shared screen. They say which table it is and
 * give no right to sit at it, so they follow from its id.
 */
export function joinCode(meeting: string): string {
  return String(Number.parseInt(meeting.replaceAll('-', '').slice(0, 10), 16) % 1_000_000).padStart(6, '0');
}
