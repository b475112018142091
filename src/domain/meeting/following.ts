import type { MeetingState, Place } from './meeting.ts';

/** Where a window stands: with the unit, or at one place of one family by itself. */
export type Standing = { with: 'unit' } | ({ with: 'oneself' } & At);
interface At {
  family: string;
  place: Place;
}
export type Risk = NonNullable<MeetingState['risk']>;

/** How one window goes with the unit. */
export interface Following {
  standing: Standing;
  /** The unit has moved on while somebody here was in the middle of a word, and they were told. */
  hasMoved: boolean;
  /** The risk that this window was taken to: it stays until the unit goes on, or its reader does. */
  risk: Risk | null;
}
export const WITH_UNIT: Following = { standing: { with: 'unit' }, hasMoved: false, risk: null };

/** By oneself from here on, wherever the unit goes. */
export const byOneself = (was: Following, at: At): Following => ({
  ...was,
  standing: { with: 'oneself', ...at },
});

/** With the unit again: a risk that was answered meanwhile is left behind. */
export const alongAgain = (was: Following, now: { risk: Risk | null }): Following => ({
  standing: { with: 'unit' },
  hasMoved: false,
  risk: was.risk?.alarm === now.risk?.alarm ? was.risk : null,
});

/** Another hand takes the pen: it looks where the last one looked, and comes to no risk that is over. */
export const handedOn = (was: Following, from: Following, now: { risk: Risk | null }): Following => ({
  ...was,
  standing: from.standing,
  risk: was.risk?.alarm === now.risk?.alarm ? was.risk : null,
});

/**
 * H19: The unit goes elsewhere. A window that goes with it comes along, except from under a hand that writes: that one stays
 * at what it showed.
 */
export function unitMoves(was: Following, hand: { at: At | null; isWriting: boolean }): Following {
  if (!hand.at || !hand.isWriting || was.hasMoved || was.standing.with === 'oneself') return was;
  return { ...byOneself(was, hand.at), hasMoved: true };
}

/** Shows a risk, and stays with it. */
export const toRisk = (was: Following, risk: Risk, place: Place): Following => ({
  ...byOneself(was, { family: risk.family, place }),
  hasMoved: false,
  risk,
});

/**
 * H7: Somebody calls a risk: it takes every window to the child, except that nobody loses a letter. Who is in the middle of
 * a word keeps their field, below a bar that opens it; who called it is there.
 */
export const riskCalled = (
  was: Following,
  risk: Risk,
  hand: { isMine: boolean; hasBegun: boolean; place: Place },
): Following => (hand.isMine || !hand.hasBegun ? toRisk(was, risk, hand.place) : was);

/** H8: Everyone is where the unit is again; who is in the middle of a word about the risk stays with it, and is told. */
export const riskEnded = (was: Following, hand: { isMine: boolean; hasBegun: boolean }): Following =>
  was.risk && hand.hasBegun && !hand.isMine ? { ...was, hasMoved: true } : WITH_UNIT;
