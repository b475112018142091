import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { CARD_KINDS, fieldOf, requiredKeys, type CardKind } from '#domain/board/cards.ts';
import { changeText } from '#domain/board/text.ts';
import { addCard, setField, textOf, type NewFields } from '#domain/board/write.ts';
import { contentOf } from '../../server/storage/content.ts';
import { seeded, seededId } from '../support/random.ts';
import {
  erasedPiece,
  rawUpdate,
  values,
  words,
  type Id,
  type Part,
  type Piece,
} from '../support/raw-update.ts';
import { openDevice, type Device } from './device.ts';
import { by, GatedBoard } from './gated-board.ts';

/** What came of one seed. */
export interface Played {
  frames: number;
  /** Hostile frames that passed: where there are none the fuzz proves nothing. */
  hostileTaken: number;
  hostileRefused: number;
  /** How the readings differ, or null where everyone reads the same. */
  differs: string | null;
}

const WORDS = ['Selin', ' rings', ' Emine', '?', ' 🙂', ' é', '\n', ' and nobody shouts', '𝒳'];
/** Values of every sort that a field may hold; which of them one takes is asked of the field. */
const VALUES = [
  true, false, null, 0, 1, 'x', '', '2026-11-04', 'pot', 'testing', 'aside', 'close', 'harm', 'strong', 'both', 'parent', 'partner', 'wishes',
  'risk', 'school', 'alone', 'said', 'told', 'female', 'reported', 'sure', 'met', 'finding-out', 'miscarried', 1_762_000_000_000,
] as const; // prettier-ignore

/**
 * Plays one seed: four members on five pages write, mark, undo, go away and meet, and a sixth hand writes frames that no
 * page would, each in the grammar of Yjs. Then everyone's reading of the same log is held to the live board's.
 */
export function playReadings(seed: number, frames: number): Played {
  const random = seeded(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
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

  const valueFor = (kind: CardKind, key: string): string | number | boolean | null => {
    const found = fieldOf(kind, key);
    if (!found || found.field.holds === 'text') return null;
    const { check } = found.field;
    const fit = [...VALUES, seededId(random)].filter((value) => check(value));
    return fit.length > 0 ? pick(fit) : null;
  };
  const newCard = (device: Device) => {
    const kind = pick(CARD_KINDS);
    const fields: Record<string, string | number | boolean | null> = { text: pick(WORDS) };
    for (const key of requiredKeys(kind))
      if (key !== 'text' && fieldOf(kind, key)?.field.holds === 'value') fields[key] = valueFor(kind, key);
    for (const key of ['kind', 'by', 'at']) delete fields[key];
    addCard(device.doc, {
      id: seededId(random),
      kind,
      by: device.member,
      at: 1,
      fields: fields as NewFields,
    });
  };
  const act = (device: Device) => {
    const cards = cardsOf(device.doc);
    const roll = random();
    if (cards.size === 0 || roll < 0.08) return newCard(device);
    const id = pick([...cards.keys()]);
    const card = cards.get(id)!;
    if (roll < 0.65) {
      const text = textOf(device.doc, id, 'text');
      if (!text) return;
      const now = [...text.toString()];
      const at = below(now.length + 1);
      const kept = now.slice(0, at).join('');
      const rest = now.slice(at + (random() < 0.3 ? below(4) : 0)).join('');
      return changeText(text, kept + (random() < 0.8 ? pick(WORDS) : '') + rest);
    }
    if (roll < 0.85) {
      const kind = card.get('kind') as CardKind;
      const keys = [...card.keys(), 'gone', `mark:${device.member}`].filter((key) => {
        const field = fieldOf(kind, key)?.field;
        return (
          field?.holds === 'value' && !field.once && field.writer !== 'author' && field.writer !== 'board'
        );
      });
      if (keys.length === 0) return;
      const key = pick(keys);
      return setField(device.doc, id, key, valueFor(kind, key) as boolean);
    }
    if (roll < 0.95) return void device.undo.undo();
    device.undo.redo();
  };

  const honest = () => {
    const index = below(devices.length);
    const device = devices[index]!;
    const roll = random();
    if (roll < 0.7) act(device);
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

  /** The ids of a list's characters as it stands on the live board. */
  const idsOf = (first: Y.Item | null): Id[] => {
    const ids: Id[] = [];
    for (let item = first; item && ids.length < 400; item = item.right)
      for (let n = 0; n < item.length; n++) ids.push([item.id.client, item.id.clock + n]);
    return ids;
  };
  interface List {
    isText: boolean;
    ids: Id[];
    parent: Id;
    key: string | null;
  }
  const lists = (): List[] =>
    [...cardsOf(server.doc).values()].flatMap((card) =>
      [...card._map].flatMap(([key, last]): List[] => {
        const parent: Id = [card._item!.id.client, card._item!.id.clock];
        if (last.content instanceof Y.ContentType)
          return [
            {
              isText: true,
              ids: idsOf(last.content.type._start),
              parent: [last.id.client, last.id.clock] as Id,
              key: null,
            },
          ];
        if (!['gone', 'on', 'why', 'state', 'ord'].includes(key)) return [];
        let first = last;
        while (first.left) first = first.left;
        return [{ isText: false, ids: idsOf(first), parent, key }];
      }),
    );
  const hostileClients = [77, 2_000_000_000, 4_100_000_000];
  const hostile = () => {
    const all = lists();
    if (all.length === 0) return;
    const own = [pick(all), pick(all)].map((list) => ({ ...list, ids: [...list.ids] }));
    const parts: Part[] = [];
    const chosen = random() < 0.7 ? [pick(hostileClients)] : hostileClients.slice(0, 2);
    for (const client of chosen) {
      const from = Y.getState(server.doc.store, client);
      let clock = from;
      const pieces: Piece[] = [];
      for (let n = 1 + below(4); n > 0; n--) {
        const list = pick(own);
        const at = below(list.ids.length + 1);
        const way = random();
        const origin = list.ids[at - 1] ?? null;
        // Side by side, with something between them, at random, or open at its end.
        const right =
          way < 0.45
            ? (list.ids[at] ?? null)
            : way < 0.75
              ? (list.ids[at + 1 + below(3)] ?? null)
              : way < 0.9
                ? (list.ids[below(list.ids.length + 1)] ?? null)
                : null;
        const spot = list.isText
          ? { origin: random() < 0.1 ? null : origin, right, parent: list.parent, key: null }
          : { origin: random() < 0.2 ? null : origin, right: null, parent: list.parent, key: list.key };
        const word = pick(WORDS);
        const isErased = random() < 0.15;
        const length = isErased ? 1 : list.isText ? word.length : 1;
        pieces.push(
          isErased
            ? erasedPiece(1, spot)
            : list.isText
              ? words(word, spot)
              : values([pick([true, false, null, 'pot', 'testing', '2026-11-04', 'x'])], spot),
        );
        const made = Array.from({ length }, (_, i): Id => [client, clock + i]);
        list.ids.splice(random() < 0.8 ? at : below(list.ids.length + 1), 0, ...made);
        clock += length;
      }
      parts.push({ client, clock: from, pieces });
    }
    const target = pick(own);
    const victim = random() < 0.2 ? target.ids[below(target.ids.length)] : undefined;
    const frame = rawUpdate(parts, victim ? [[victim[0], [[victim[1], 1 + below(2)]]]] : []);
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
