import * as Y from 'yjs';
import { contentOf } from '../../server/storage/content.ts';
import { seeded, seededId } from '../support/random.ts';
import { openDevice, type Device } from './device.ts';
import { by, GatedBoard } from './gated-board.ts';
import { actOn, hostileFrame } from './hands.ts';
import { stockPage } from './stock-page.ts';

/** What came of one seed. */
export interface Played {
  frames: number;
  /** Hostile frames that passed: where there are none the fuzz proves nothing. */
  hostileTaken: number;
  hostileRefused: number;
  /** How the readings differ, or null where everyone reads the same. */
  differs: string | null;
}

/**
 * Plays one seed: four members on five pages write, mark, undo, go away and meet, and a sixth hand writes frames that no
 * page would, each in the grammar of Yjs. Then everyone's reading of the same log is held to the live board's.
 */
export function playReadings(seed: number, frames: number): Played {
  const random = seeded(seed);
  const below = (most: number) => Math.floor(random() * most);
  const server = new GatedBoard();
  const members = Array.from({ length: 4 }, () => seededId(random));
  const mallory = seededId(random);
  let nextClient = 1_000;
  const played: Played = { frames: 0, hostileTaken: 0, hostileRefused: 0, differs: null };

  // Ids of either order: which of two pages has the higher one decides many a place.
  const begin = (member: string, from: Y.Doc): Device =>
    openDevice({ member, from, client: random() < 0.5 ? nextClient++ : 4_000_000_000 - nextClient++ });
  const devices = [0, 1, 2, 3, 0].map((index) => begin(members[index]!, server.doc));

  const send = (device: Device, frame: Uint8Array): boolean => {
    played.frames++;
    return server.take(frame, by(device.member, { mayChoose: true })) === null;
  };
  const restart = (index: number, from: Y.Doc) => (devices[index] = begin(devices[index]!.member, from));

  const honest = () => {
    const index = below(devices.length);
    const device = devices[index]!;
    const roll = random();
    if (roll < 0.7) actOn(device, random);
    else if (roll < 0.78) device.isOnline = !device.isOnline;
    else if (roll < 0.82) {
      const again = restart(index, device.doc);
      if (!send(again, Y.encodeStateAsUpdate(again.doc, Y.encodeStateVector(server.doc))))
        restart(index, server.doc);
    } else if (roll < 0.88) {
      const other = devices.find((one) => one !== device && one.member === device.member);
      if (other) {
        Y.applyUpdate(
          device.doc,
          Y.encodeStateAsUpdate(other.doc, Y.encodeStateVector(device.doc)),
          'server',
        );
        if (!send(device, Y.encodeStateAsUpdate(device.doc, Y.encodeStateVector(server.doc))))
          restart(index, server.doc);
      }
    } else if (!send(device, Y.encodeStateAsUpdate(device.doc))) restart(index, server.doc);
    const now = devices[index]!;
    if (!now.isOnline) return;
    // A refused frame leaves a gap: its page begins anew, as ours does.
    if (!now.outbox.splice(0).every((frame) => send(now, frame))) return void restart(index, server.doc);
    Y.applyUpdate(now.doc, Y.encodeStateAsUpdate(server.doc, Y.encodeStateVector(now.doc)), 'server');
  };

  const hostileClients = [77, 2_000_000_000, 4_100_000_000];
  const hostile = () => {
    const frame = hostileFrame(server.doc, hostileClients, random);
    if (!frame) return;
    const rows = server.log.length;
    played.frames++;
    server.take(frame, by(mallory, { mayChoose: true }));
    if (server.log.length > rows) played.hostileTaken++;
    else played.hostileRefused++;
  };

  let middle: { at: number; state: Uint8Array } = { at: 0, state: Y.encodeStateAsUpdate(server.doc) };
  while (played.frames < frames) {
    if (random() < 0.55) honest();
    else hostile();
    if (played.frames < frames / 2)
      middle = { at: server.log.length, state: Y.encodeStateAsUpdate(server.doc) };
  }
  played.differs = differenceIn({ server, middle, devices });
  return played;
}

/** Reads one log in every way in which it is read, and says which reading is not the live board's. */
function differenceIn(ask: {
  server: GatedBoard;
  middle: { at: number; state: Uint8Array };
  devices: readonly Device[];
}): string | null {
  const rows = ask.server.log.map(({ bytes }) => bytes);
  const tail = rows.slice(ask.middle.at);
  const live = contentOf(ask.server.doc);
  const read = (updates: readonly Uint8Array[]) => {
    const doc = new Y.Doc();
    doc.getMap('cards');
    for (const update of updates) Y.applyUpdate(doc, update);
    return doc;
  };
  const atOnce = new Y.Doc();
  atOnce.transact(() => {
    for (const row of rows) Y.applyUpdate(atOnce, row);
  });
  const pairs = tail.flatMap((row, i) => (i % 2 === 0 ? [Y.mergeUpdates(tail.slice(i, i + 2))] : row && []));
  const readings: Record<string, Y.Doc> = {
    'the log replayed': read(rows),
    'the log in one transaction': atOnce,
    'the encoded state': read([Y.encodeStateAsUpdate(ask.server.doc)]),
    'a snapshot and its tail': read([ask.middle.state, ...tail]),
    'the log merged': read([Y.mergeUpdates(rows)]),
    'a page that followed': read([ask.middle.state, ...pairs]),
    'a page of y-websocket as it comes': stockPage({ state: ask.middle.state, rows: tail }),
  };
  for (const [index, device] of ask.devices.entries()) {
    // What a page has not sent is only its own: the gate has had it, or it is left out.
    if (device.outbox.length > 0) continue;
    Y.applyUpdate(
      device.doc,
      Y.encodeStateAsUpdate(ask.server.doc, Y.encodeStateVector(device.doc)),
      'server',
    );
    if (contentOf(device.doc) !== live && clocksWithin(device.doc, ask.server.doc))
      readings[`page ${index}`] = device.doc;
  }
  for (const [name, doc] of Object.entries(readings)) if (contentOf(doc) !== live) return name;
  return null;
}

/** Whether a page holds nothing that the server has not. */
function clocksWithin(page: Y.Doc, server: Y.Doc): boolean {
  return [...page.store.clients.keys()].every(
    (client) => Y.getState(page.store, client) <= Y.getState(server.store, client),
  );
}
