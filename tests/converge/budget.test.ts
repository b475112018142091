import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { changeText } from '#domain/board/text.ts';
import { addCard, textOf } from '#domain/board/write.ts';
import { judgeUpdate, MOST_WORK } from '../../server/sync/gate.ts';
import { contentOf } from '../../server/storage/content.ts';
import { seeded, seededId } from '../support/random.ts';
import { rawUpdate } from '../support/raw-update.ts';
import { WORST, worstBoard } from '../support/worst-frames.ts';
import { by, GatedBoard } from './gated-board.ts';

const sizes = [1, 16, 64, 1_024].map((kib) => kib * 1_024);
/** The dearest single thing that the gate counts: it stops at once when that is over the budget. */
const atOnce = 500;

const board = worstBoard();
const judge = (frame: Uint8Array, more: Parameters<typeof by>[1] = {}) =>
  judgeUpdate({ doc: board.server.doc, frame, writer: by(board.member, more), owner: () => null });

it.each(Object.keys(WORST))('[S25] the worst frame has its limit at every size: %s', (kind) => {
  const costs = sizes.map((bytes) => {
    const frame = WORST[kind]!(board, bytes);
    const answer = judge(frame);
    expect(answer.work).toBeLessThanOrEqual(MOST_WORK + atOnce);
    // Nothing is counted for a frame that is refused by its first bytes; all else is counted as it grows.
    return { work: answer.work, bytes: frame.length };
  });
  // What is laid out for a frame is laid out once: sixteen times the bytes never cost more than sixteen times the work.
  for (const [index, { work, bytes }] of costs.entries())
    if (index > 0) expect(work / costs[0]!.work).toBeLessThanOrEqual((bytes / costs[0]!.bytes) * 1.25);
});

it('[S25] what brings nothing new is taken from everybody, and costs next to nothing', () => {
  const state = Y.encodeStateAsUpdate(board.server.doc);
  const before = contentOf(board.server.doc);
  const answer = judge(state, { mayWrite: false });
  expect(answer).toMatchObject({ ok: true, bytes: null });
  expect(answer.work).toBeLessThan(MOST_WORK / 5);
  // A stock client that holds everything still tells every erasure that it knows of.
  expect(judge(rawUpdate([]), { mayWrite: false })).toMatchObject({ ok: true, bytes: null });
  expect(contentOf(board.server.doc)).toBe(before);
});

it('[S25] who only listens is refused before anything of a frame is judged', () => {
  const answer = judge(WORST['letters behind each other']!(board, 16 * 1_024), { mayWrite: false });
  expect(answer).toMatchObject({ ok: false, why: 'a movement in which they listen' });
});

it('[S25] a whole day without a line, as large as a gap may be, is taken', () => {
  const random = seeded(1_024);
  const server = new GatedBoard();
  const page = new Y.Doc();
  page.getMap('cards');
  const member = seededId(random);
  const card = (text: string) => {
    const id = seededId(random);
    addCard(page, { id, kind: 'thought', by: member, at: 1, fields: { text } });
    return id;
  };
  // Four thousand words letter by letter, each twelfth letter taken back, each sixtieth mended further up; then letters that others wrote, pasted.
  for (let n = 0; n < 40; n++) {
    const text = textOf(page, card(''), 'text')!;
    for (let letter = 0; letter < 600; letter++) {
      const now = text.toString();
      if (letter % 60 === 59) changeText(text, `${now.slice(0, 20)}mended ${now.slice(24)}`);
      else changeText(text, letter % 12 === 11 ? now.slice(0, -1) : `${now}e`);
    }
  }
  for (;;) {
    const size = Y.encodeStateAsUpdate(page).length;
    if (size > 1_020_000) break;
    card('What his school wrote. '.repeat(Math.min(600, Math.ceil((1_024_000 - size) / 23))));
  }
  const gap = Y.encodeStateAsUpdate(page);
  const answer = judgeUpdate({ doc: server.doc, frame: gap, writer: by(member), owner: () => null });
  console.info(`${gap.length} bytes, ${answer.work} of ${MOST_WORK} units`);
  expect(answer.ok).toBe(true);
  expect(answer.work).toBeLessThan(MOST_WORK * 0.9);
});
