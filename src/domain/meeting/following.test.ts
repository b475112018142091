import { expect, test } from 'vitest';
import {
  alongAgain,
  handedOn,
  riskCalled,
  riskEnded,
  unitMoves,
  WITH_UNIT,
  type Following,
} from './following.ts';

const at = { family: 'kaya', place: 'wonder' } as const;
const risk = { family: 'osei', by: 'ines', at: 1, alarm: 'a1' };
const writing = { at, isWriting: true };

test('[H19] who writes stays at what they had before them and is told once; everybody else goes along', () => {
  const stayed: Following = { standing: { with: 'oneself', ...at }, hasMoved: true, risk: null };
  expect(unitMoves(WITH_UNIT, writing)).toEqual(stayed);
  // The unit moves once more: nothing is said twice, and nothing moves.
  expect(unitMoves(stayed, writing)).toBe(stayed);
  expect(unitMoves(WITH_UNIT, { at, isWriting: false })).toBe(WITH_UNIT);
  // With no board open there is nothing to stay at.
  expect(unitMoves(WITH_UNIT, { at: null, isWriting: true })).toBe(WITH_UNIT);
  const roaming: Following = { ...WITH_UNIT, standing: { with: 'oneself', ...at } };
  expect(unitMoves(roaming, writing)).toBe(roaming);
  expect(alongAgain(stayed, { risk: null })).toEqual(WITH_UNIT);
});

test('[H7] a risk takes every window to the child, and no letter from a hand', () => {
  const hand = { isMine: false, hasBegun: false, place: 'decide' } as const;
  const shown = riskCalled(WITH_UNIT, risk, hand);
  expect(shown).toEqual({
    standing: { with: 'oneself', family: 'osei', place: 'decide' },
    hasMoved: false,
    risk,
  });
  expect(riskCalled(WITH_UNIT, risk, { ...hand, hasBegun: true })).toBe(WITH_UNIT);
  expect(riskCalled(WITH_UNIT, risk, { ...hand, hasBegun: true, isMine: true })).toEqual(shown);
  // Also whoever was held back before is taken there; the bar about the move is gone.
  expect(riskCalled({ ...WITH_UNIT, hasMoved: true }, risk, hand).hasMoved).toBe(false);
});

test('[H8] when the meeting goes on everyone is with the unit, but for who is writing about the risk', () => {
  const shown = riskCalled(WITH_UNIT, risk, { isMine: false, hasBegun: false, place: 'ask' });
  expect(riskEnded(shown, { isMine: false, hasBegun: false })).toEqual(WITH_UNIT);
  expect(riskEnded(shown, { isMine: false, hasBegun: true })).toEqual({ ...shown, hasMoved: true });
  // Who said why the meeting goes on was writing just that.
  expect(riskEnded(shown, { isMine: true, hasBegun: true })).toEqual(WITH_UNIT);
  // Who writes elsewhere and had not opened it comes along as ever.
  expect(riskEnded(WITH_UNIT, { isMine: false, hasBegun: true })).toEqual(WITH_UNIT);
  // A hand that was away while it ended comes back to the board, and not to a risk that is over.
  expect(handedOn(shown, WITH_UNIT, { risk: null })).toEqual(WITH_UNIT);
  expect(handedOn(shown, WITH_UNIT, { risk }).risk).toBe(risk);
  // Coming along leaves what was answered.
  expect(alongAgain({ ...shown, hasMoved: true }, { risk: null })).toEqual(WITH_UNIT);
  expect(alongAgain(shown, { risk })).toEqual({ ...WITH_UNIT, risk });
});
