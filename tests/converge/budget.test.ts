import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { changeText } from '#domain/board/text.ts';
import { addCard, textOf } from '#domain/board/write.ts';
import { judgeUpdate, MOST_PIECES, MOST_WORK } from '../../server/sync/gate.ts';
import { contentOf } from '../../server/storage/content.ts';
import { seeded, seededId } from '../support/random.ts';
import { FIRST_CHARACTER, rawUpdate } from '../support/raw-update.ts';
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
    // What is known is held against no frame: it costs no more than its bytes.
    expect(answer.work).toBeLessThanOrEqual(MOST_WORK + atOnce + frame.length);
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

it('[S25] nobody lays a text out so that what another writes in it at the same time is too much', () => {
  const random = seeded(12_000);
  const server = new GatedBoard();
  const [callum, ines, id] = [seededId(random), seededId(random), seededId(random)];
  const page = (member: string) => {
    const doc = new Y.Doc();
    doc.getMap('cards');
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(server.doc));
    const write = (work: (text: Y.Text) => void): string | null => {
      const from = Y.encodeStateVector(doc);
      doc.transact(() => work(textOf(doc, id, 'text')!));
      return server.take(Y.encodeStateAsUpdate(doc, from), by(member));
    };
    return { doc, write };
  };
  const first = new Y.Doc();
  addCard(first, { id, kind: 'thought', by: ines, at: 1, fields: { text: '' } });
  expect(server.take(Y.encodeStateAsUpdate(first), by(ines))).toBeNull();
  const crowd = page(callum);
  // Each letter stands before the last: a piece of its own.
  const prepend = (many: number) =>
    crowd.write((text) => Array.from({ length: many }, () => text.insert(0, 'x')));
  while (textOf(server.doc, id, 'text')!.length < MOST_PIECES - 1_000) expect(prepend(500)).toBeNull();
  const hers = page(ines);
  for (let n = 0; n < 3; n++) expect(prepend(250)).toBeNull();
  expect(hers.write((text) => (text.insert(5_000, 'He'), text.insert(5_000, 're')))).toBeNull();
  expect(prepend(1_000)).toBe('too many pieces in one text');
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

/** A page on its own, with one thought on it, whose words somebody writes. */
function pageOf(ask: { clientID: number; from?: Y.Doc }): Y.Doc {
  const page = new Y.Doc();
  page.clientID = ask.clientID;
  page.getMap('cards');
  if (ask.from) Y.applyUpdate(page, Y.encodeStateAsUpdate(ask.from));
  return page;
}
const [writer, other, thought] = [seededId(seeded(5)), seededId(seeded(6)), seededId(seeded(7))];
function boardWith(text: string): GatedBoard {
  const server = new GatedBoard();
  const page = pageOf({ clientID: 9 });
  addCard(page, { id: thought, kind: 'thought', by: writer, at: 1, fields: { text } });
  expect(server.take(Y.encodeStateAsUpdate(page), by(writer))).toBeNull();
  return server;
}

it('[S25] a long text is replaced by another in one frame, and a draft that was long in between is taken', () => {
  const server = boardWith('x'.repeat(12_000));
  const page = pageOf({ clientID: 20, from: server.doc });
  const before = Y.encodeStateVector(page);
  changeText(textOf(page, thought, 'text')!, 'y'.repeat(12_000));
  expect(server.take(Y.encodeStateAsUpdate(page, before), by(other))).toBeNull();
  const draft = pageOf({ clientID: 21, from: server.doc });
  const undo = new Y.UndoManager(draft.getMap('cards'), { trackedOrigins: new Set([null]) });
  const since = Y.encodeStateVector(draft);
  for (const letter of 'abcd') changeText(textOf(draft, thought, 'text')!, letter.repeat(7_000));
  undo.stopCapturing();
  expect(server.take(Y.encodeStateAsUpdate(draft, since), by(other))).toBeNull();
  expect(textOf(server.doc, thought, 'text')!.length).toBe(7_000);
  const tooLong = pageOf({ clientID: 22, from: server.doc });
  const at = Y.encodeStateVector(tooLong);
  textOf(tooLong, thought, 'text')!.insert(0, 'z'.repeat(13_001));
  expect(server.take(Y.encodeStateAsUpdate(tooLong, at), by(other))).toBe('too many characters');
});

it.each([
  ['lower', 30, 40],
  ['higher', 40, 30],
])(
  '[S25] two people write at the end of one text, one of them without a line and with the %s id',
  (_, away, here) => {
    const server = boardWith('We wonder. ');
    const pages = [
      pageOf({ clientID: away, from: server.doc }),
      pageOf({ clientID: here, from: server.doc }),
    ] as const;
    const frames = pages.map((page) => {
      const before = Y.encodeStateVector(page);
      const text = textOf(page, thought, 'text')!;
      for (let key = 0; key < 3_000; key++)
        if (key % 12 === 11) text.delete(text.length - 1, 1);
        else text.insert(text.length, 'e');
      return Y.encodeStateAsUpdate(page, before);
    });
    expect(server.take(frames[1]!, by(other))).toBeNull();
    const answer = judgeUpdate({ doc: server.doc, frame: frames[0]!, writer: by(writer), owner: () => null });
    expect(answer).toMatchObject({ ok: true });
    expect(answer.work).toBeLessThan(MOST_WORK / 2);
  },
);

it('[S25] a board that was opened forty times without a line brings all of it at once', () => {
  const server = boardWith('We wonder. ');
  let page = pageOf({ clientID: 100, from: server.doc });
  for (let opening = 1; opening <= 40; opening++) {
    page = pageOf({ clientID: 100 + opening, from: page });
    textOf(page, thought, 'text')!.insert(0, `${opening} `);
  }
  expect(server.take(Y.encodeStateAsUpdate(page, Y.encodeStateVector(server.doc)), by(writer))).toBeNull();
});

it('[S25] however much was ever erased on a board, a page that knows of it is never turned away for that', () => {
  const doc = board.server.doc;
  const erased = Array.from({ length: 3_000 }, (_, i) => [FIRST_CHARACTER + 2 * i, 1] as const);
  const frame = rawUpdate([], [[board.long.client, erased]]);
  expect(board.server.take(frame, by(board.member))).toBeNull();
  const many = Array.from({ length: 120_000 }, (_, i) => [i * 2, 1] as const);
  // Nothing of a client that nobody knows is there: what is asked is only that reading it is held against no frame.
  const answer = judgeUpdate({
    doc,
    frame: rawUpdate([], [[board.long.client, erased]]),
    writer: by(board.member),
    owner: () => null,
  });
  expect(answer).toMatchObject({ ok: true, bytes: null });
  expect(judge(rawUpdate([], [[99, many]]))).toMatchObject({
    ok: false,
    why: 'erasing what is not there yet',
  });
});

it('[S25] what names a client and says nothing of it is no update', () => {
  expect(judge(rawUpdate([{ client: 5, clock: 0, pieces: [] }]))).toMatchObject({
    ok: false,
    why: 'not an update',
  });
  expect(judge(rawUpdate([], [[5, []]]))).toMatchObject({ ok: false, why: 'not an update' });
});
