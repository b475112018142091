import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { readBoard } from '#domain/board/board.ts';
import {
  buildDocument,
  openDocument,
  readCards,
  readState,
  type Stored,
} from '../../server/storage/building.ts';
import { contentOf } from '../../server/storage/content.ts';
import { slicesOf } from '../../server/storage/slices.ts';
import { lifeOf } from '../bench/long-life.ts';
import { openDevice } from '../converge/device.ts';
import { actOn } from '../converge/hands.ts';
import { seeded, seededId, seedsOf } from '../support/random.ts';

/** Three people write, mark and erase apart from one another and meet now and then. */
function liveBoard(seed: number): Y.Doc {
  const random = seeded(seed);
  const doc = new Y.Doc();
  const devices = Array.from({ length: 3 }, () => openDevice({ member: seededId(random), from: doc }));
  for (let step = 0; step < 150; step++) {
    actOn(devices[Math.floor(random() * 3)]!, random);
    if (random() > 0.1) continue;
    for (const device of devices)
      for (const frame of device.outbox.splice(0))
        for (const other of [doc, ...devices.map((one) => one.doc)]) Y.applyUpdate(other, frame, 'server');
  }
  for (const device of devices) Y.applyUpdate(doc, Y.encodeStateAsUpdate(device.doc));
  return doc;
}

const piecesIn = (update: Uint8Array) => {
  const { structs, ds } = Y.decodeUpdate(update);
  return Math.max(
    structs.length,
    [...ds.clients.values()].reduce((sum, ranges) => sum + ranges.length, 0),
  );
};

it('[D27] a board in slices is the same board; no slice is larger than asked, and none waits for a later one', () => {
  for (const seed of seedsOf(40)) {
    const whole = Y.encodeStateAsUpdate(liveBoard(seed));
    const doc = new Y.Doc();
    doc.getMap('cards');
    const slices = [...slicesOf(whole, 7)];
    expect(slices.length, `seed ${seed}`).toBeGreaterThan(1);
    for (const slice of slices) {
      expect(piecesIn(slice), `seed ${seed}`).toBeLessThanOrEqual(7);
      Y.applyUpdate(doc, slice);
      expect(doc.store.pendingStructs, `seed ${seed}`).toBe(null);
      expect(doc.store.pendingDs, `seed ${seed}`).toBe(null);
    }
    const again = new Y.Doc();
    Y.applyUpdate(again, whole);
    expect(contentOf(doc), `seed ${seed}`).toBe(contentOf(again));
    expect(Y.encodeStateAsUpdate(doc), `seed ${seed}`).toEqual(Y.encodeStateAsUpdate(again));
  }
});

it('[D27] an update with a hole comes back as it is, and a board that has one says so, long or short', async () => {
  const doc = liveBoard(3);
  const known = Y.encodeStateVector(doc);
  doc.transact(() => doc.getMap('cards').set('x', new Y.Map([['text', new Y.Text('words')]])));
  const ahead = doc.getMap<Y.Map<unknown>>('cards').get('x')!;
  const mid = Y.encodeStateVector(doc);
  (ahead.get('text') as Y.Text).insert(5, '!');
  const hanging = Y.encodeStateAsUpdate(doc, mid);
  expect([...slicesOf(hanging, 7)]).toEqual([hanging]);
  expect(mid).not.toEqual(known);
  for (const rows of [1, 4_000]) {
    const kept: Stored = {
      generation: 'g',
      head: rows,
      snapshot: null,
      updates: Array.from({ length: rows }, (_, index) => ({ seq: index + 1, bytes: hanging })),
      damage: null,
    };
    expect((await openDocument(kept)).damage, `${rows} rows`).toBe('the log has a hole');
    expect((await readCards(kept)).damage, `${rows} rows`).toBe('the log has a hole');
    expect((await readState(kept)).damage, `${rows} rows`).toBe('the log has a hole');
  }
});

it.each([
  ['a long board in slices', 60, 96 * 1024],
  ['a very long one in a thread', 560, 1024 * 1024],
] as const)(
  '[D27] %s reads the same as in one piece, with its rows behind a snapshot or alone',
  async (_, meetings, least) => {
    const members = Array.from({ length: 5 }, (_, index) => ({ id: `m${index}` }));
    const { edits } = lifeOf({ members } as never, meetings);
    const half = new Y.Doc();
    for (const { bytes } of edits.slice(0, edits.length / 2)) Y.applyUpdate(half, bytes);
    const rows = edits.map(({ bytes }, index) => ({ seq: index + 1, bytes }));
    const about = { generation: 'g', head: rows.length, damage: null };
    const snapshot = Y.encodeStateAsUpdate(half);
    expect(snapshot.length, 'long enough to be opened in slices').toBeGreaterThan(least);
    const ways: Record<string, Stored> = {
      'all of its rows': { ...about, snapshot: null, updates: rows },
      'a snapshot and its rows': { ...about, snapshot, updates: rows.slice(edits.length / 2) },
    };
    for (const [way, kept] of Object.entries(ways)) {
      const whole = buildDocument(kept);
      const opened = await openDocument(kept);
      expect(contentOf(opened.doc), way).toBe(contentOf(whole.doc));
      expect(opened.damage, way).toBe(null);
      expect((await readCards(kept)).cards, way).toEqual(readBoard(whole.doc));
      const state = await readState(kept);
      expect([state.content, state.readBack], way).toEqual([contentOf(whole.doc), contentOf(whole.doc)]);
      expect(state.bytes, way).toEqual(Y.encodeStateAsUpdate(whole.doc));
    }
  },
);
