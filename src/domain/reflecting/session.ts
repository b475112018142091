/**
 * One reflecting session (Andersen 1987; shared PRACTICE section 4): its movements, who talks and who listens, and what
 * each person there may do. One truth, changed only by acts that are judged here. What people say stands in the
 * session's document and never here; what they have agreed to does.
 */
import { Refusal } from '../errors.ts';
import { addDays } from '../time/civil.ts';
import type { SessionAct } from './acts.ts';
import { withAsked } from './together.ts';

/** The movements, in their order; reflecting and response may come a second time. */
export const MOVEMENTS = ['agreement', 'interview', 'reflecting', 'response', 'closing'] as const;
export type Movement = (typeof MOVEMENTS)[number];

/** What somebody is there as. Without the family, the worker who presents takes their place. */
export const PARTS = ['interviewer', 'team', 'family', 'presenter', 'interpreter'] as const;
export type Part = (typeof PARTS)[number];

/** Where somebody is. */
export const SITTING = ['room', 'home', 'phone'] as const;
export type Sitting = (typeof SITTING)[number];

/** A movement and which time round it is. */
export interface Step {
  movement: Movement;
  round: 1 | 2;
}

/** Somebody who takes part. Names are in no log and go with the session. */
export interface Participant {
  /** A member's own id, or one made for somebody who was invited. */
  id: string;
  name: string;
  initials: string;
  /** Who they are on the family's map, by id; null for whoever is not on it. */
  person: string | null;
  part: Part;
  where: (typeof SITTING)[number];
  /** Beside whom they sit. */
  beside: string | null;
  /** Speaks as a member of the family, by that name. */
  as: string;
  /** Has a seat in the unit; everybody else was invited to this session alone. */
  isMember: boolean;
  /** Has a page of their own; whoever has none is written for by who leads. */
  hasPage: boolean;
  agreedAt: number | null;
  /** When they first came: whoever has come is among those who are asked, also if they take their yes back. */
  cameAt: number | null;
  listens: boolean;
  leftAt: number | null;
  /** Keeps their own jottings until the agreed day. */
  keepsJottings: boolean;
}

export interface Session {
  unit: string;
  family: string | null;
  on: string;
  purpose: string;
  /** Who leads: moves the session on, and has the pause requests. */
  lead: string;
  people: Participant[];
  step: Step;
  /** Minutes agreed for each movement; nothing for those that take as long as they take. */
  minutes: Partial<Record<Movement, number>>;
  /** When the clock of this movement last began to run; null while it stands. */
  since: number | null;
  /** Milliseconds spent in this movement before `since`. */
  spent: number;
  isPaused: boolean;
  /** Who asked for a pause: for who leads, and for themself. Of who leads: that it should end early. */
  asks: { by: string; what: 'pause' | 'end' }[];
  /** For whom it has stopped: for who leads, and for themself. */
  stops: Stop[];
  /** Who of the others said that it may go on, in this pause; null while nobody has asked them. */
  goOn: string[] | null;
  /** Who would like to speak, as the hands were raised. */
  hands: string[];
  speaking: string | null;
  /** Whether what is kept may go on to the children's files, and until when the rest can be read; null: until the end. */
  keep: { files: boolean; until: string | null };
  /** What the unit has to pass on whatever was agreed, as it stood when this was set up. */
  limit: string;
  /** Where two who are invited have a harm line: who asked the one who is harmed, alone, and when. For the unit alone. */
  asked: AskedAlone[];
  /** Who said that a reflection may be kept, by its card. */
  keeps: Record<string, string[]>;
  closedAt: number | null;
  /** After closing: what was kept, and who said it. */
  kept: { text: string; who: string }[];
}

/** Somebody for whom it has stopped. */
export interface Stop {
  by: string;
  /** Epoch milliseconds. */
  at: number;
  /** The others have chosen to go on. */
  isWithout: boolean;
  /** Who leads has offered to talk with them alone. */
  isOffered: boolean;
  /** They would like to talk with who leads alone. */
  isAlone: boolean;
}

/** R11: That somebody asked the one who is harmed, alone, whether they want the other there; both by their ids on the map. */
export interface AskedAlone {
  harmed: string;
  harming: string;
  /** Who asked, a member, and on which day; null where nobody has. */
  by: string | null;
  on: string | null;
}

/** What a session is set up with. */
export interface Setup {
  unit: string;
  family: string | null;
  on: string;
  purpose: string;
  lead: string;
  people: Participant[];
  minutes: Session['minutes'];
  keep: Session['keep'];
  limit: string;
  asked: AskedAlone[];
}

/** A session before anybody has agreed to anything. */
export function openSession(setup: Setup): Session {
  return {
    ...setup,
    step: { movement: 'agreement', round: 1 },
    since: null,
    spent: 0,
    isPaused: false,
    asks: [],
    stops: [],
    goOn: null,
    hands: [],
    speaking: null,
    keeps: {},
    closedAt: null,
    kept: [],
  };
}

/** Somebody who has not come yet. */
export function newParticipant(
  who: Pick<Participant, 'id' | 'name' | 'initials' | 'part' | 'where' | 'isMember' | 'hasPage'> &
    Partial<Pick<Participant, 'person'>>,
): Participant {
  return {
    person: null,
    ...who,
    beside: null,
    as: '',
    agreedAt: null,
    cameAt: null,
    listens: true,
    leftAt: null,
    keepsJottings: false,
  };
}

export const personIn = (session: Session, participant: string): Participant | undefined =>
  session.people.find((one) => one.id === participant);

/** Whether somebody of this part talks in this movement; who does not, listens. */
export function talksIn(movement: Movement, part: Part): boolean {
  if (movement === 'agreement' || movement === 'closing') return true;
  return movement === 'reflecting' ? part === 'team' : part !== 'team';
}

export const stopOf = (session: Session, participant: string): Stop | undefined =>
  session.stops.find((one) => one.by === participant);

/** R9: Whose stopping makes the others wait, until they choose to go on. */
export const waitsFor = (session: Session): Stop[] =>
  session.stops.filter((stop) => !stop.isWithout && isHolding(session, stop));
const isHolding = (session: Session, stop: Stop): boolean => {
  const one = personIn(session, stop.by);
  return one !== undefined && mayHold(one);
};
/** Whose stopping is a pause for the others: whoever is not of the unit, and whose life it is about. */
const mayHold = (one: Participant) => hasSay(one) || !one.isMember;

/**
 * R9: Who chooses whether it goes on without somebody: whose life it is about, who came, said yes and is still there; never
 * who leads.
 */
export const whoChooses = (session: Session): Participant[] =>
  session.people.filter(
    (one) =>
      hasSay(one) &&
      one.id !== session.lead &&
      (one.isMember || one.agreedAt !== null) &&
      one.cameAt !== null &&
      one.leftAt === null &&
      !stopOf(session, one.id),
  );
/** R9: Of fewer than two whoever is asked knows who has stopped: then it waits, or ends for all. */
export const mayAskOthers = (session: Session): boolean => whoChooses(session).length >= 2;

/** R9: Whether it may go on: nobody has stopped, or all who choose have said so. */
export function mayGoOn(session: Session): boolean {
  if (waitsFor(session).length === 0) return true;
  return mayAskOthers(session) && whoChooses(session).every((one) => session.goOn?.includes(one.id));
}
/** They go on without whoever made them wait. */
const without = (session: Session): Session => ({
  ...session,
  goOn: null,
  stops: session.stops.map((stop) => (isHolding(session, stop) ? { ...stop, isWithout: true } : stop)),
});

/** Whether the session is about somebody's own life: their yes is needed for what is kept. */
export const hasSay = (one: Participant) => one.part === 'family' || one.part === 'presenter';

/** R2: Who may put words before everyone just now: the team while it reflects, the others at response; nobody in a pause. */
export function mayReflect(session: Session, participant: string): boolean {
  const one = personIn(session, participant);
  if (!one || !mayHear(session, participant)) return false;
  if (session.closedAt !== null || session.isPaused || one.part === 'interpreter') return false;
  const { movement } = session.step;
  return (movement === 'reflecting' || movement === 'response') && talksIn(movement, one.part);
}

/** R3: Who may read what is said: whoever agreed, listens, has not left nor stopped; after closing as long as was agreed. */
export function mayHear(session: Session, participant: string): boolean {
  const one = personIn(session, participant);
  if (!one || !one.hasPage || one.leftAt !== null || !one.listens || stopOf(session, one.id)) return false;
  return (
    (one.isMember || one.agreedAt !== null) && (session.closedAt === null || session.keep.until !== null)
  );
}

/** R4: Whether somebody still has their own jottings: until the end, and after it if they keep them. */
export function mayJot(session: Session, participant: string): boolean {
  const one = personIn(session, participant);
  return one !== undefined && one.hasPage && (session.closedAt === null || one.keepsJottings);
}

/** R7: The day after which nothing of a session is left, whether or not anybody closed it. */
export function goneAfter(session: Session): string {
  return session.keep.until ?? addDays(session.on, session.closedAt === null || keepsAny(session) ? 7 : 0);
}
const keepsAny = (session: Session) => session.people.some((one) => one.keepsJottings);

/** R6: What everyone whose life it is about has said yes to; whoever left without saying has not. */
export function isKept(session: Session, reflection: string): boolean {
  const asked = session.people.filter(hasSay).filter((one) => !isSilent(one));
  const yes = session.keeps[reflection] ?? [];
  return asked.length > 0 && asked.every((one) => yes.includes(one.id));
}
/** Was invited and never came: they heard nothing, and nothing was asked of them. */
const isSilent = (one: Participant) => one.cameAt === null;

/** Where the session may go from here, the likeliest first: on by one, back by one, and to closing if somebody wants to stop. */
export function nextSteps(session: Session): Step[] {
  const { movement, round } = session.step;
  const to = (next: Movement, time: 1 | 2 = round): Step => ({ movement: next, round: time });
  const steps = {
    agreement: [to('interview')],
    interview: [to('reflecting'), to('agreement')],
    reflecting: [to('response'), round === 1 ? to('interview') : to('response', 1)],
    // Closing comes first: a second round is only for a family that wants one.
    response:
      round === 1
        ? [to('closing'), to('reflecting', 2), to('reflecting')]
        : [to('closing'), to('reflecting')],
    closing: [to('response')],
  }[movement];
  const ends = session.stops.length > 0 || session.asks.some((ask) => ask.what === 'end');
  const isShort = movement === 'agreement' || movement === 'interview' || movement === 'reflecting';
  const all = ends && isShort ? [to('closing'), ...steps] : steps;
  // R9: without somebody who has stopped it can be ended for all, and goes nowhere else until the others say so.
  return mayGoOn(session) ? all : all.filter((step) => step.movement === 'closing');
}

const isSame = (a: Step, b: Step) => a.movement === b.movement && a.round === b.round;

/** What somebody who was invited may do before they have said yes to anything. */
const BEFORE_YES: readonly SessionAct['does'][] = ['agree', 'leave', 'sit', 'stop', 'alone', 'ask'];
/** What somebody does for whom it has stopped; everything else waits until they go on. */
const STOPPED: readonly SessionAct['does'][] = ['stop', 'alone', 'leave', 'agree', 'sit'];

/** Judges an act by somebody who takes part and answers with the session after it; throws a Refusal. R1–R6. */
export function actIn(session: Session, act: SessionAct, by: { participant: string; now: number }): Session {
  const found = personIn(session, by.participant);
  if (!found) throw new Refusal('not-found');
  // Of a member coming is enough; whoever was invited has come when they have said yes.
  if (found.isMember && found.cameAt === null) session = withPerson(session, found, { cameAt: by.now });
  const me = personIn(session, by.participant)!;
  const isLead = session.lead === me.id;
  if (act.does === 'keep-jottings') return withPerson(session, me, { keepsJottings: act.yes });
  // R9: Whoever stopped comes back to what may still be read, also once it is over.
  if (session.closedAt !== null && act.does === 'stop' && !act.yes && stopOf(session, me.id))
    return { ...session, stops: session.stops.filter((stop) => stop.by !== me.id) };
  if (session.closedAt !== null) throw new Refusal('already-done', 'session-over');
  if (me.leftAt !== null && !(act.does === 'leave' && !act.yes)) throw new Refusal('not-allowed');
  if (!me.isMember && me.agreedAt === null && !BEFORE_YES.includes(act.does))
    throw new Refusal('not-allowed');
  if (stopOf(session, me.id) && !STOPPED.includes(act.does))
    throw new Refusal('not-allowed', 'stopped-for-you');
  const mustLead = () => {
    if (!isLead) throw new Refusal('not-allowed');
  };
  /** Oneself, or, for who leads, somebody who has no page of their own. */
  const who = 'whom' in act && act.whom !== undefined ? personIn(session, act.whom) : me;
  if (!who) throw new Refusal('not-found');
  if (who !== me && (!isLead || who.hasPage)) throw new Refusal('not-allowed');
  switch (act.does) {
    case 'move':
      mustLead();
      return move(session, act, by.now);
    case 'longer': {
      mustLead();
      const { movement } = session.step;
      const agreed = (session.minutes[movement] ?? 0) + act.minutes;
      return { ...session, minutes: { ...session.minutes, [movement]: Math.min(240, agreed) } };
    }
    case 'pause':
      mustLead();
      if (act.yes) return pause(session, by.now);
      if (!mayGoOn(session)) throw new Refusal('not-allowed', 'others-choose');
      return {
        ...without(session),
        isPaused: false,
        asks: [],
        since: clockRuns(session) ? by.now : null,
      };
    // R9: seen by who asks and by who leads alone.
    case 'ask': {
      const asks = session.asks.filter((ask) => ask.by !== who.id);
      if (act.what === null) return { ...session, asks };
      if (act.what === 'end') mustLead();
      return { ...session, asks: [...asks, { by: who.id, what: act.what }] };
    }
    // R9: It stops for whoever says so, at once; only they go on for themself.
    case 'stop': {
      const others = session.stops.filter((stop) => stop.by !== who.id);
      if (!act.yes) {
        const after = { ...session, stops: others };
        // Nobody is waited for any more: there is nothing left to choose.
        return waitsFor(after).length === 0 ? { ...after, goOn: null } : after;
      }
      if (session.lead === who.id) throw new Refusal('not-allowed', 'hand-over-first');
      if (stopOf(session, who.id)) return session;
      const stop = { by: who.id, at: by.now, isWithout: false, isOffered: false, isAlone: false };
      // A yes of theirs to what is kept goes with it: nothing they said is kept unless they say so later.
      const after = { ...withoutKeeps(silent(session, who), who.id), stops: [...others, stop] };
      // What the others said about another stop they did not say about this one.
      return mayHold(who) ? { ...pause(after, by.now), goOn: null } : after;
    }
    case 'alone': {
      const mine = stopOf(session, who.id);
      if (!mine) throw new Refusal('not-found');
      return withStop(session, { ...mine, isAlone: act.yes });
    }
    case 'offer-alone': {
      mustLead();
      const theirs = stopOf(session, act.to);
      if (!theirs) throw new Refusal('not-found');
      return withStop(session, { ...theirs, isOffered: true });
    }
    case 'ask-others':
      mustLead();
      if (waitsFor(session).length === 0) return session;
      if (!mayAskOthers(session)) throw new Refusal('not-allowed', 'too-few-others');
      return { ...session, goOn: session.goOn ?? [] };
    case 'go-on': {
      if (session.goOn === null || !whoChooses(session).includes(who)) throw new Refusal('not-allowed');
      const others = session.goOn.filter((one) => one !== who.id);
      return { ...session, goOn: act.yes ? [...others, who.id] : others };
    }
    // R11
    case 'asked-alone':
      mustLead();
      return {
        ...session,
        asked: withAsked(session.asked, {
          harmed: act.harmed,
          harming: act.harming,
          by: act.by,
          on: act.on,
        }),
      };
    case 'agree':
      return act.yes
        ? withPerson(session, who, { agreedAt: who.agreedAt ?? by.now, cameAt: who.cameAt ?? by.now })
        : withoutYes(session, who.id);
    case 'hand':
      if (act.yes && !mayTakeTurn(session, who)) throw new Refusal('not-allowed');
      return {
        ...session,
        hands: act.yes
          ? [...new Set([...session.hands, who.id])]
          : session.hands.filter((one) => one !== who.id),
      };
    case 'speak':
      return speak(session, act.who, { me, isLead });
    case 'listen':
      return withPerson(session, who, { listens: act.yes });
    case 'leave':
      return leave(session, who, act.yes ? by.now : null);
    case 'sit':
      if (act.beside !== null && (act.beside === who.id || !personIn(session, act.beside)))
        throw new Refusal('not-found');
      return withPerson(session, who, { where: act.where, beside: act.beside });
    case 'as':
      return withPerson(session, who, { as: act.name.trim() });
    case 'keep': {
      if (session.step.movement !== 'closing' || !hasSay(who) || stopOf(session, who.id))
        throw new Refusal('not-allowed');
      const others = (session.keeps[act.reflection] ?? []).filter((one) => one !== who.id);
      const { [act.reflection]: _, ...rest } = session.keeps;
      const mine = Object.values(rest).filter((yes) => yes.includes(who.id)).length;
      // A yes can always be taken back.
      if (act.yes && mine >= 300) throw new Refusal('full');
      const yes = act.yes ? [...others, who.id] : others;
      return { ...session, keeps: yes.length > 0 ? { ...rest, [act.reflection]: yes } : rest };
    }
    case 'lead': {
      mustLead();
      const to = personIn(session, act.to);
      if (!to?.isMember || to.leftAt !== null || stopOf(session, to.id)) throw new Refusal('not-found');
      return {
        ...session,
        lead: to.id,
        asks: session.asks.filter((ask) => ask.what !== 'end'),
      };
    }
    case 'close':
      mustLead();
      if (session.step.movement !== 'closing') throw new Refusal('not-allowed');
      return { ...pause(session, by.now), isPaused: false, asks: [], closedAt: by.now };
  }
}

/** R1: The session is moved by who leads, a step at a time, and begins when everyone who was invited and has come has said yes. */
function move(before: Session, act: Extract<SessionAct, { does: 'move' }>, now: number): Session {
  // Two presses are one: the second comes from a movement that is over.
  if (isSame(before.step, act.to)) return before;
  if (!isSame(before.step, act.from)) throw new Refusal('changed', 'moved-on');
  // Where the others want to go on, moving on is going on; an end for all is not.
  const session = mayGoOn(before) && act.to.movement !== 'closing' ? without(before) : before;
  if (!nextSteps(session).some((one) => isSame(one, act.to)))
    throw mayGoOn(session) ? new Refusal('not-allowed') : new Refusal('not-allowed', 'others-choose');
  if (
    session.step.movement === 'agreement' &&
    act.to.movement !== 'closing' &&
    notYetAgreed(session).length > 0
  )
    throw new Refusal('not-allowed', 'not-all-agreed');
  return {
    ...session,
    step: act.to,
    since: now,
    spent: 0,
    isPaused: false,
    asks: [],
    goOn: null,
    hands: [],
    speaking: null,
    // What was said can be changed again: a yes is a yes to words that were read.
    keeps: session.step.movement === 'closing' ? {} : session.keeps,
  };
}

/** Who was invited, has not left nor stopped, and has not said yes. */
export const notYetAgreed = (session: Session): Participant[] =>
  session.people.filter(
    (one) =>
      !one.isMember && one.leftAt === null && one.agreedAt === null && !stopOf(session, one.id)?.isWithout,
  );

function pause(session: Session, now: number): Session {
  const ran = session.since === null ? 0 : Math.max(0, now - session.since);
  // In every pause the hands go down: that somebody's alone did would say who asked for it.
  return {
    ...session,
    isPaused: true,
    hands: [],
    speaking: null,
    since: null,
    spent: session.spent + ran,
  };
}
const clockRuns = (session: Session) => session.step.movement !== 'agreement';

function mayTakeTurn(session: Session, one: Participant): boolean {
  return (
    !session.isPaused &&
    one.leftAt === null &&
    !stopOf(session, one.id) &&
    one.part !== 'interpreter' &&
    talksIn(session.step.movement, one.part)
  );
}

/** R5: One speaks at a time. Who leads gives the turn; whoever is next takes it when nobody speaks, and everyone ends their own. */
function speak(
  session: Session,
  to: string | null,
  { me, isLead }: { me: Participant; isLead: boolean },
): Session {
  if (to === null) {
    if (!isLead && session.speaking !== me.id) throw new Refusal('not-allowed');
    return { ...session, speaking: null };
  }
  const one = personIn(session, to);
  if (!one || !mayTakeTurn(session, one)) throw new Refusal('not-allowed');
  const isNext = session.hands.length === 0 || session.hands[0] === one.id;
  if (!isLead && (one.id !== me.id || session.speaking !== null || !isNext)) throw new Refusal('not-allowed');
  return { ...session, speaking: one.id, hands: session.hands.filter((hand) => hand !== one.id) };
}

/** Somebody who takes their agreement back has said yes to nothing that was said either. */
export function withoutYes(session: Session, participant: string): Session {
  const one = personIn(session, participant);
  const after = withoutKeeps(session, participant);
  return one ? withPerson(after, one, { agreedAt: null }) : after;
}

function withoutKeeps(session: Session, participant: string): Session {
  const keeps = Object.entries(session.keeps).flatMap(([card, yes]) => {
    const others = yes.filter((one) => one !== participant);
    return others.length > 0 ? [[card, others] as const] : [];
  });
  return { ...session, keeps: Object.fromEntries(keeps) };
}

function leave(session: Session, who: Participant, at: number | null): Session {
  if (session.lead === who.id && at !== null) throw new Refusal('not-allowed', 'hand-over-first');
  const after = withPerson(session, who, { leftAt: at });
  return at === null ? after : silent(after, who);
}

/** Somebody who says nothing more: no hand, no turn, no ask. */
const silent = (session: Session, { id }: Participant): Session => ({
  ...session,
  hands: session.hands.filter((one) => one !== id),
  speaking: session.speaking === id ? null : session.speaking,
  asks: session.asks.filter((ask) => ask.by !== id),
});

const withStop = (session: Session, stop: Stop): Session => ({
  ...session,
  stops: session.stops.map((other) => (other.by === stop.by ? stop : other)),
});

function withPerson(session: Session, one: Participant, change: Partial<Participant>): Session {
  return {
    ...session,
    people: session.people.map((other) => (other.id === one.id ? { ...other, ...change } : other)),
  };
}

/** What one person there is shown of it: whose pause it is, and who said yes to what, stays between them and who leads. */
export function sessionFor(all: Session, participant: string): Session {
  // Whether somebody keeps their jottings is theirs alone.
  const session = {
    ...all,
    people: all.people.map((one) => (one.id === participant ? one : { ...one, keepsJottings: false })),
  };
  if (session.lead === participant) return session;
  const one = personIn(session, participant);
  const hasStopped = stopOf(session, participant) !== undefined;
  const mayRead =
    one !== undefined && one.leftAt === null && one.listens && one.cameAt !== null && !hasStopped;
  const chooses = whoChooses(session).some((other) => other.id === participant);
  return {
    ...session,
    asks: session.asks.filter((ask) => ask.by === participant),
    stops: session.stops.filter((stop) => stop.by === participant),
    goOn: chooses ? (session.goOn?.filter((yes) => yes === participant) ?? null) : null,
    ...(!one?.isMember && {
      asked: [],
      people: session.people.map((other) => ({ ...other, person: null })),
    }),
    keeps: Object.fromEntries(
      Object.entries(session.keeps).flatMap(([card, yes]) =>
        mayRead && yes.includes(participant) ? [[card, [participant]]] : [],
      ),
    ),
    ...(hasStopped && { hands: [], speaking: null }),
    kept: mayRead ? session.kept : [],
  };
}
