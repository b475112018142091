/**
 * One reflecting session (Andersen 1987; shared PRACTICE section 4): its movements, who talks and who listens, and what
 * each person there may do. One truth, changed only by acts that are judged here. What people say stands in the
 * session's document and never here; what they have agreed to does.
 */
import { Refusal } from '../errors.ts';
import { addDays } from '../time/civil.ts';
import type { SessionAct } from './acts.ts';

/** The movements, in their order; reflecting and response may come a second time. */
export const MOVEMENTS = ['agreement', 'interview', 'reflecting', 'response', 'closing'] as const;
export type Movement = (typeof MOVEMENTS)[number];

/** What somebody is there as. Without the family, the worker who presents takes their place. */
export const PARTS = ['interviewer', 'team', 'family', 'presenter', 'interpreter'] as const;
export type Part = (typeof PARTS)[number];

/** Where somebody is. */
export const SITTING = ['room', 'home', 'phone'] as const;

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
  /** Who asked for a pause or to stop: for who leads, and for themself. */
  asks: { by: string; what: 'pause' | 'stop' }[];
  /** Who would like to speak, as the hands were raised. */
  hands: string[];
  speaking: string | null;
  /** Whether what is kept may go on to the children's files, and until when the rest can be read; null: until the end. */
  keep: { files: boolean; until: string | null };
  /** Who said that a reflection may be kept, by its card. */
  keeps: Record<string, string[]>;
  closedAt: number | null;
  /** After closing: what was kept, and who said it. */
  kept: { text: string; who: string }[];
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
    hands: [],
    speaking: null,
    keeps: {},
    closedAt: null,
    kept: [],
  };
}

/** Somebody who has not come yet. */
export function newParticipant(
  who: Pick<Participant, 'id' | 'name' | 'initials' | 'part' | 'where' | 'isMember' | 'hasPage'>,
): Participant {
  return {
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

/** R3: Who may read what is said: whoever agreed, listens and has not left; after closing as long as was agreed. */
export function mayHear(session: Session, participant: string): boolean {
  const one = personIn(session, participant);
  if (!one || !one.hasPage || one.leftAt !== null || !one.listens) return false;
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
  const stops = session.asks.some((ask) => ask.what === 'stop');
  const isShort = movement === 'interview' || movement === 'reflecting';
  return stops && isShort ? [to('closing'), ...steps] : steps;
}

const isSame = (a: Step, b: Step) => a.movement === b.movement && a.round === b.round;

/** Judges an act by somebody who takes part and answers with the session after it; throws a Refusal. R1–R6. */
export function actIn(session: Session, act: SessionAct, by: { participant: string; now: number }): Session {
  const found = personIn(session, by.participant);
  if (!found) throw new Refusal('not-found');
  // Of a member coming is enough; whoever was invited has come when they have said yes.
  if (found.isMember && found.cameAt === null) session = withPerson(session, found, { cameAt: by.now });
  const me = personIn(session, by.participant)!;
  const isLead = session.lead === me.id;
  if (act.does === 'keep-jottings') return withPerson(session, me, { keepsJottings: act.yes });
  if (session.closedAt !== null) throw new Refusal('already-done', 'session-over');
  if (me.leftAt !== null && !(act.does === 'leave' && !act.yes)) throw new Refusal('not-allowed');
  if (!me.isMember && me.agreedAt === null && !['agree', 'leave', 'sit'].includes(act.does))
    throw new Refusal('not-allowed');
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
      return act.yes
        ? pause(session, by.now)
        : { ...session, isPaused: false, asks: [], since: clockRuns(session) ? by.now : null };
    // R9: seen by who asks and by who leads alone.
    case 'ask': {
      const asks = session.asks.filter((ask) => ask.by !== who.id);
      if (act.what === null) return { ...session, asks };
      const after = { ...session, asks: [...asks, { by: who.id, what: act.what }] };
      // Whose life it is about may stop it: nothing more is said until it is known what they want.
      return act.what === 'stop' && (hasSay(who) || !who.isMember) ? pause(after, by.now) : after;
    }
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
      if (session.step.movement !== 'closing' || !hasSay(who)) throw new Refusal('not-allowed');
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
      if (!to?.isMember || to.leftAt !== null) throw new Refusal('not-found');
      return { ...session, lead: to.id };
    }
    case 'close':
      mustLead();
      if (session.step.movement !== 'closing') throw new Refusal('not-allowed');
      return { ...pause(session, by.now), isPaused: false, asks: [], closedAt: by.now };
  }
}

/** R1: The session is moved by who leads, a step at a time, and begins when everyone who was invited and has come has said yes. */
function move(session: Session, act: Extract<SessionAct, { does: 'move' }>, now: number): Session {
  // Two presses are one: the second comes from a movement that is over.
  if (isSame(session.step, act.to)) return session;
  if (!isSame(session.step, act.from)) throw new Refusal('changed', 'moved-on');
  if (!nextSteps(session).some((one) => isSame(one, act.to))) throw new Refusal('not-allowed');
  if (session.step.movement === 'agreement' && notYetAgreed(session).length > 0)
    throw new Refusal('not-allowed', 'not-all-agreed');
  return {
    ...session,
    step: act.to,
    since: now,
    spent: 0,
    isPaused: false,
    asks: [],
    hands: [],
    speaking: null,
    // What was said can be changed again: a yes is a yes to words that were read.
    keeps: session.step.movement === 'closing' ? {} : session.keeps,
  };
}

/** Who was invited, has not left, and has not said yes. */
export const notYetAgreed = (session: Session): Participant[] =>
  session.people.filter((one) => !one.isMember && one.leftAt === null && one.agreedAt === null);

function pause(session: Session, now: number): Session {
  const ran = session.since === null ? 0 : Math.max(0, now - session.since);
  return { ...session, isPaused: true, speaking: null, since: null, spent: session.spent + ran };
}
const clockRuns = (session: Session) => session.step.movement !== 'agreement';

function mayTakeTurn(session: Session, one: Participant): boolean {
  return (
    !session.isPaused &&
    one.leftAt === null &&
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
  const keeps = Object.entries(session.keeps).flatMap(([card, yes]) => {
    const others = yes.filter((one) => one !== participant);
    return others.length > 0 ? [[card, others] as const] : [];
  });
  const one = personIn(session, participant);
  const after = { ...session, keeps: Object.fromEntries(keeps) };
  return one ? withPerson(after, one, { agreedAt: null }) : after;
}

function leave(session: Session, who: Participant, at: number | null): Session {
  if (session.lead === who.id && at !== null) throw new Refusal('not-allowed', 'hand-over-first');
  const after = withPerson(session, who, { leftAt: at });
  if (at === null) return after;
  return {
    ...after,
    hands: after.hands.filter((one) => one !== who.id),
    speaking: after.speaking === who.id ? null : after.speaking,
    asks: after.asks.filter((ask) => ask.by !== who.id),
  };
}

function withPerson(session: Session, one: Participant, change: Partial<Participant>): Session {
  return {
    ...session,
    people: session.people.map((other) => (other.id === one.id ? { ...other, ...change } : other)),
  };
}

/** What one person there is shown of it: whose pause it is, and who said yes to what, stays between them and who leads. */
export function sessionFor(session: Session, participant: string): Session {
  if (session.lead === participant) return session;
  const one = personIn(session, participant);
  const mayRead = one !== undefined && one.leftAt === null && one.listens && one.cameAt !== null;
  return {
    ...session,
    asks: session.asks.filter((ask) => ask.by === participant),
    keeps: Object.fromEntries(
      Object.entries(session.keeps).flatMap(([card, yes]) =>
        mayRead && yes.includes(participant) ? [[card, [participant]]] : [],
      ),
    ),
    kept: mayRead ? session.kept : [],
  };
}
