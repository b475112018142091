import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { textOf } from '#domain/board/write.ts';
import { contentOf } from '../../server/storage/content.ts';
import { seeded, seededId, seedsOf } from '../support/random.ts';
import { rawCard } from '../support/raw-update.ts';
import { by, GatedBoard } from './gated-board.ts';
import { playReadings } from './readings.ts';

/** Frames that got past an earlier gate, each on a board of one card whose words begin at clock 5 of `client`. */
const CORPUS = JSON.parse(readFileSync(new URL('./fixtures/corpus.json', import.meta.url), 'utf8')) as {
  found: string;
  client: number;
  text: string;
  frames: string[];
}[];

it.each(CORPUS)('[S24] the corpus: $found', ({ client, text, frames }) => {
  const random = seeded(24);
  const [alice, mallory, id] = [seededId(random), seededId(random), seededId(random)];
  const server = new GatedBoard();
  expect(server.take(rawCard({ client, id, kind: 'thought', by: alice, text }), by(alice))).toBeNull();
  for (const hex of frames) expect(server.take(Buffer.from(hex, 'hex'), by(mallory))).not.toBeNull();
  expect(textOf(server.doc, id, 'text')!.toString()).toBe(text);
  const replay = new Y.Doc();
  for (const row of server.log) Y.applyUpdate(replay, row.bytes);
  expect(contentOf(replay)).toBe(contentOf(server.doc));
});

it('[S24] whatever passes, everyone reads the same board in every way in which it is read', () => {
  const total = { frames: 0, taken: 0, refused: 0 };
  for (const seed of seedsOf(170)) {
    const played = playReadings(seed, 300);
    expect(played.differs, `seed ${seed}`).toBeNull();
    total.frames += played.frames;
    total.taken += played.hostileTaken;
    total.refused += played.hostileRefused;
  }
  console.info(`${total.frames} frames; of the hostile ones ${total.taken} passed, ${total.refused} did not`);
  expect(total.taken).toBeGreaterThan(total.frames / 100);
});
