import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { CREATION, LOCAL, changeText } from '#domain/board/text.ts';
import { addCard, setField, textOf } from '#domain/board/write.ts';
import { contentOf } from '../../server/storage/content.ts';
import { seeded, seededId, seedsOf } from '../support/random.ts';
import { openDevice, type Device } from './device.ts';
import { by, GatedBoard } from './gated-board.ts';

const WORDS = ['Selin', ' rings', ' Emine', '?', ' 🙂', ' é', '\n', ' and nobody shouts'];

/** Plays one seed: five members on six devices write, mark, undo, go offline, reload; everything passes through the gate. */
function play(seed: number, steps: number) {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const server = new GatedBoard();
  const members = Array.from({ length: 5 }, () => seededId(random));
  const refused: string[] = [];
  const devices: Device[] = [0, 1, 2, 3, 4, 0].map((index) => start({ member: members[index]!, from: null }));

  function start(ask: { member: string; from: Y.Doc | null }): Device {
    return openDevice({ member: ask.member, from: ask.from ?? server.doc });
  }
  function deliver(device: Device, frame: Uint8Array) {
    const why = server.take(frame, by(device.member));
    if (why) refused.push(why);
  }
  function flush(device: Device) {
    for (const frame of device.outbox.splice(0)) deliver(device, frame);
  }
  function pull(device: Device) {
    Y.applyUpdate(device.doc, Y.encodeStateAsUpdate(server.doc, Y.encodeStateVector(device.doc)), 'server');
  }
  function newCard(device: Device) {
    const kind = pick(['thought', 'decision', 'observation', 'question'] as const);
    const tested: Record<string, string> =
      kind === 'observation' || kind === 'question' ? { thought: seededId(random) } : {};
    addCard(device.doc, {
      id: seededId(random),
      kind,
      by: device.member,
      at: 1,
      fields: { ...tested, text: pick(WORDS) },
    });
  }
  function act(device: Device) {
    const ids = [...cardsOf(device.doc).keys()];
    const roll = random();
    if (ids.length === 0 || roll < 0.12) return newCard(device);
    const id = pick(ids);
    const kind = cardsOf(device.doc).get(id)!.get('kind') as string;
    if (roll < 0.6) {
      const text = textOf(device.doc, id, 'text')!;
      const now = [...text.toString()];
      const at = Math.floor(random() * (now.length + 1));
      const kept = now.slice(0, at).join('');
      return changeText(text, random() < 0.3 ? kept : kept + pick(WORDS) + now.slice(at).join(''));
    }
    if (roll < 0.7 && kind === 'thought')
      return setField(device.doc, id, `mark:${device.member}`, random() < 0.5);
    if (roll < 0.75 && kind === 'thought')
      return setField(device.doc, id, 'state', pick(['pot', 'testing', 'aside']));
    if (roll < 0.85) return setField(device.doc, id, 'gone', random() < 0.5);
    if (roll < 0.93) return void device.undo.undo();
    device.undo.redo();
  }

  for (let step = 0; step < steps; step++) {
    const index = Math.floor(random() * devices.length);
    const device = devices[index]!;
    const roll = random();
    if (roll < 0.72) act(device);
    else if (roll < 0.78) device.isOnline = !device.isOnline;
    else if (roll < 0.82) {
      // A reload keeps the copy of this device and brings the rest as one gap, under a new client id.
      const again = start({ member: device.member, from: device.doc });
      devices[index] = again;
      deliver(again, Y.encodeStateAsUpdate(again.doc, Y.encodeStateVector(server.doc)));
    } else if (roll < 0.86) {
      // A second tab of the same member passes on what it has met.
      const other = devices.find((one) => one !== device && one.member === device.member);
      if (other) {
        Y.applyUpdate(
          device.doc,
          Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(device.doc)),
          'server',
        );
        deliver(device, Y.encodeStateAsUpdate(device.doc, Y.encodeStateVector(server.doc)));
      }
    } else if (roll < 0.9) deliver(device, Y.encodeStateAsUpdate(device.doc));
    if (devices[index]!.isOnline) {
      flush(devices[index]!);
      pull(devices[index]!);
    }
  }
  for (const device of devices) {
    deliver(device, Y.encodeStateAsUpdate(device.doc, Y.encodeStateVector(server.doc)));
    device.outbox.length = 0;
  }
  for (const device of devices) pull(device);
  return { server, devices, refused };
}

it('[S7] honest work is never refused, everyone reads the same, and the log replays to it', () => {
  let frames = 0;
  for (const seed of seedsOf(120)) {
    const { server, devices, refused } = play(seed, 300);
    expect(refused, `seed ${seed}`).toEqual([]);
    const content = contentOf(server.doc);
    for (const device of devices) expect(contentOf(device.doc), `seed ${seed}`).toBe(content);
    const replay = new Y.Doc();
    for (const row of server.log) Y.applyUpdate(replay, row.bytes);
    expect(contentOf(replay), `seed ${seed}`).toBe(content);
    const reload = new Y.Doc();
    Y.applyUpdate(reload, Y.encodeStateAsUpdate(server.doc));
    expect(contentOf(reload), `seed ${seed}`).toBe(content);
    frames += server.log.length;
  }
  console.info(`${frames} updates, none refused`);
  expect(frames).toBeGreaterThan(0);
});

it('[U1] undo takes back one’s own act and nobody else’s, and a new card is put in the bin, not deleted', () => {
  const server = new GatedBoard();
  const [ines, callum] = [seededId(seeded(1)), seededId(seeded(2))];
  const doc = new Y.Doc();
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'server') expect(server.take(update, by(ines))).toBeNull();
  });
  const undo = new Y.UndoManager(cardsOf(doc), { trackedOrigins: new Set([LOCAL]), captureTimeout: 0 });
  const id = seededId(seeded(3));
  addCard(doc, { id, kind: 'thought', by: ines, at: 1, fields: { text: 'a' }, origin: CREATION });
  const other = new Y.Doc();
  Y.applyUpdate(other, Y.encodeStateAsUpdate(server.doc));
  changeText(textOf(other, id, 'text')!, 'a, says Callum');
  expect(server.take(Y.encodeStateAsUpdate(other, Y.encodeStateVector(server.doc)), by(callum))).toBeNull();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server.doc), 'server');
  changeText(textOf(doc, id, 'text')!, 'perhaps a, says Callum');
  undo.undo();
  expect(textOf(doc, id, 'text')!.toString()).toBe('a, says Callum');
  expect(undo.canUndo()).toBe(false);
  expect(cardsOf(doc).has(id)).toBe(true);
});
