import * as Y from 'yjs';
import { judgeUpdate } from '../../server/sync/gate.ts';
import { by } from '../converge/gated-board.ts';
import { WORST, worstBoard } from '../support/worst-frames.ts';
import { figure, median, type Row } from './table.ts';

const kibs = [1, 16, 64, 1_024];
const goalMs = 50;

/** The frames that cost most of each kind, at four sizes: judged and, where they are taken, applied. */
export function measureGate({ times }: { times: number }): { rows: Row[]; facts: object } {
  const board = worstBoard();
  const state = Y.encodeStateAsUpdate(board.server.doc);
  const once = (frame: Uint8Array) => {
    const doc = new Y.Doc();
    doc.getMap('cards');
    Y.applyUpdate(doc, state);
    const began = performance.now();
    const answer = judgeUpdate({ doc, frame, writer: by(board.member), owner: () => null });
    if (answer.ok && answer.bytes) Y.applyUpdate(doc, answer.bytes);
    return { ms: performance.now() - began, work: answer.work, why: answer.ok ? null : answer.why };
  };
  const kinds = Object.entries(WORST).flatMap(([kind, make]) =>
    kibs.map((kib) => {
      const frame = make(board, kib * 1_024);
      const tries = Array.from({ length: times }, () => once(frame));
      return { kind, kib, ms: median(tries.map(({ ms }) => ms)), work: tries[0]!.work, why: tries[0]!.why };
    }),
  );
  const worst = kinds.reduce((a, b) => (a.ms > b.ms ? a : b));
  const row: Row = {
    what: `worst frame (${worst.kind}, ${worst.kib} KiB)`,
    relay: '–',
    ours: `${figure(worst.ms)} ms`,
    ratio: '–',
    goal: `≤ ${goalMs} ms`,
    isMet: worst.ms <= goalMs,
  };
  return { rows: [row], facts: { kinds } };
}
