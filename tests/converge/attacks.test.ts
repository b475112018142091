import * as encoding from 'lib0/encoding';
import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { addCard, setField, textOf } from '#domain/board/write.ts';
import { contentOf } from '../../server/storage/content.ts';
import { seeded, seededId, seedsOf } from '../support/random.ts';
import {
  aMap,
  aText,
  erasedPiece,
  rawUpdate as raw,
  values,
  words,
  type Piece,
} from '../support/raw-update.ts';
import { by, GatedBoard } from './gated-board.ts';

const random = seeded(2026);
const [ALICE, MALLORY, THOUGHT, DECISION, VIEW, FRESH, TIE, RELATION] = Array.from({ length: 8 }, () =>
  seededId(random),
) as [string, string, string, string, string, string, string, string];
const HER_CLIENT = 1111;
const MY_CLIENT = 6666;

/** A board on which Alice has put a thought, a decision and her different view, marked by her. */
function board(): GatedBoard {
  const server = new GatedBoard();
  const hers = new Y.Doc();
  hers.clientID = HER_CLIENT;
  hers.getMap('cards');
  addCard(hers, {
    id: THOUGHT,
    kind: 'thought',
    by: ALICE,
    at: 1,
    fields: { text: 'Deniz fights 🙂 at school', [`mark:${ALICE}`]: true, state: 'pot' },
  });
  addCard(hers, { id: DECISION, kind: 'decision', by: ALICE, at: 1, fields: { text: 'We ask' } });
  addCard(hers, {
    id: VIEW,
    kind: 'view',
    by: ALICE,
    at: 1,
    fields: { text: 'I would wait', decision: DECISION },
  });
  addCard(hers, {
    id: TIE,
    kind: 'tie',
    by: ALICE,
    at: 1,
    fields: { a: THOUGHT, b: DECISION, is: 'harm', says: 'Twice.' },
  });
  addCard(hers, {
    id: RELATION,
    kind: 'relation',
    by: ALICE,
    at: 1,
    fields: { a: THOUGHT, b: DECISION, is: 'parent' },
  });
  expect(server.take(Y.encodeStateAsUpdate(hers), by(ALICE))).toBeNull();
  return server;
}

/** Mallory's own copy of the board, to do with as he likes, and what he sends of it. */
function frameOf(
  server: GatedBoard,
  act: (doc: Y.Doc, cards: Y.Map<Y.Map<unknown>>) => void,
  client = MY_CLIENT,
): Uint8Array {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(server.doc));
  doc.clientID = client;
  const before = Y.encodeStateVector(doc);
  doc.transact(() => act(doc, cardsOf(doc)));
  return Y.encodeStateAsUpdate(doc, before);
}

const clockOf = (server: GatedBoard, card: string, key: string) => {
  const item = (cardsOf(server.doc).get(card) as Y.Map<unknown>)._map.get(key)!;
  return item.id.clock;
};
const firstWord = (server: GatedBoard) => textOf(server.doc, THOUGHT, 'text')!._start!.id;

/** A new card written by hand: each piece under its key, side by side as no page writes them. */
const card = (pieces: Piece[]) =>
  raw([{ client: MY_CLIENT, clock: 0, pieces: [aMap({ parent: 'cards', key: FRESH }), ...pieces] }]);
const inCard = (key: string) => ({ parent: [MY_CLIENT, 0] as const, key });
const value = (key: string, ...list: unknown[]) => values(list, inCard(key));
const gone = (key: string, length: number) => erasedPiece(length, inCard(key));
const text = (key: string) => aText(inCard(key));

type Attack = (server: GatedBoard) => Uint8Array;
const ATTACKS: Record<string, Attack> = {
  'a card under another name': (s) =>
    frameOf(s, (doc) => addCard(doc, { id: FRESH, kind: 'thought', by: ALICE, at: 1, fields: {} })),
  'a mark of somebody else': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, `mark:${ALICE}`, false)),
  'a mark of somebody else on a new card': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, { id: FRESH, kind: 'thought', by: MALLORY, at: 1, fields: { [`mark:${ALICE}`]: true } }),
    ),
  'taking her mark away': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.delete(`mark:${ALICE}`)),
  'changing who wrote a card': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'by', MALLORY)),
  'changing the kind of a card': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'kind', 'decision')),
  'changing when it was written': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'at', 5)),
  'choosing for the file': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'file', 'as a finding')),
  'choosing for the file with a new card': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, { id: FRESH, kind: 'thought', by: MALLORY, at: 1, fields: { file: 'x' } }),
    ),
  'writing in her different view': (s) => frameOf(s, (doc) => textOf(doc, VIEW, 'text')!.insert(0, 'not ')),
  'changing how she sees it between two people': (s) =>
    frameOf(s, (doc) => setField(doc, TIE, 'is', 'close')),
  'changing what she said of it': (s) => frameOf(s, (doc) => setField(doc, TIE, 'says', 'Never.')),
  'taking her words of it away': (s) => frameOf(s, (_, cards) => cards.get(TIE)!.delete('says')),
  'a view of no kind': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, { id: FRESH, kind: 'tie', by: MALLORY, at: 1, fields: { a: THOUGHT, b: DECISION } }),
    ),
  'a day that is none, which would take everybody’s page away': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, {
        id: FRESH,
        kind: 'riskToChild',
        by: MALLORY,
        at: 1,
        fields: { childId: ALICE, on: '2026-99-99' },
      }),
    ),
  'a fact of a month that is none': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, { id: FRESH, kind: 'news', by: MALLORY, at: 1, fields: { on: '2026-13' } }),
    ),
  'a tie to the outside of no kind': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, { id: FRESH, kind: 'bond', by: MALLORY, at: 1, fields: { outside: THOUGHT, whom: null } }),
    ),
  'taking the kind off a relation': (s) => frameOf(s, (_, cards) => cards.get(RELATION)!.delete('is')),
  'putting nothing in the place of a relation’s kind': (s) =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [erasedPiece(1, { origin: [HER_CLIENT, clockOf(s, RELATION, 'is')] })],
      },
    ]),
  'changing the kind of a relation and taking it off': (s) =>
    frameOf(s, (doc, cards) => {
      setField(doc, RELATION, 'is', 'partner');
      cards.get(RELATION)!.delete('is');
    }),
  'a relation whose kind was taken off before it was sent': (s) =>
    frameOf(s, (doc, cards) => {
      addCard(doc, {
        id: FRESH,
        kind: 'relation',
        by: MALLORY,
        at: 1,
        fields: { a: THOUGHT, b: DECISION, is: 'parent' },
      });
      cards.get(FRESH)!.delete('is');
    }),
  'a view under her name': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, {
        id: FRESH,
        kind: 'tie',
        by: ALICE,
        at: 1,
        fields: { a: THOUGHT, b: DECISION, is: 'close' },
      }),
    ),
  'erasing her different view': (s) => frameOf(s, (doc) => textOf(doc, VIEW, 'text')!.delete(0, 3)),
  'binning her harm line': (s) => frameOf(s, (doc) => setField(doc, TIE, 'gone', true)),
  'deleting a card': (s) => frameOf(s, (_, cards) => cards.delete(THOUGHT)),
  'putting a card in the place of another': (s) =>
    frameOf(s, (doc) => addCard(doc, { id: THOUGHT, kind: 'thought', by: MALLORY, at: 1, fields: {} })),
  'replacing the words of a card': (s) =>
    frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('text', new Y.Text('x'))),
  'a value where words belong': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('text', 'x')),
  'words where a value belongs': (s) =>
    frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('state', new Y.Text('x'))),
  'deleting the words of a card': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.delete('text')),
  'a field that no such card has': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'colour', 'red')),
  'a field named __proto__': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, '__proto__', 'red')),
  'a state that there is not': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'state', 'proved')),
  'a value that is an object': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('why', { a: 1 })),
  'a value of 3,000 characters': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'why', 'x'.repeat(3000))),
  'a kind of card that there is not': (s) =>
    frameOf(s, (_, cards) =>
      cards.set(FRESH, new Y.Map(Object.entries({ kind: 'score', by: MALLORY, at: 1 }))),
    ),
  'a kind of card named constructor': (s) =>
    frameOf(s, (_, cards) =>
      cards.set(FRESH, new Y.Map(Object.entries({ kind: 'constructor', by: MALLORY, at: 1 }))),
    ),
  'a card that is not whole': (s) =>
    frameOf(s, (_, cards) =>
      cards.set(FRESH, new Y.Map(Object.entries({ kind: 'thought', by: MALLORY, at: 1 }))),
    ),
  'a card with an id of no kind': (s) =>
    frameOf(s, (doc) => addCard(doc, { id: '../../etc', kind: 'thought', by: MALLORY, at: 1, fields: {} })),
  'another root': (s) => frameOf(s, (doc) => doc.getMap('meta').set('phase', 'done')),
  'a root of another type': (s) => frameOf(s, (doc) => doc.getArray('list').push([1])),
  'a document in the document': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('why', new Y.Doc())),
  'bytes in a field': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('why', new Uint8Array([1]))),
  'a list in a card': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('why', new Y.Array())),
  'a page of XML in a card': (s) =>
    frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('why', new Y.XmlFragment())),
  'a map in a card': (s) => frameOf(s, (_, cards) => cards.get(THOUGHT)!.set('why', new Y.Map())),
  'a link in the words': (s) =>
    frameOf(s, (doc) => textOf(doc, THOUGHT, 'text')!.format(0, 3, { a: 'javascript:alert(1)' })),
  'a picture in the words': (s) =>
    frameOf(s, (doc) => textOf(doc, THOUGHT, 'text')!.insertEmbed(0, { img: 'x' })),
  'a card in the words': (s) =>
    frameOf(s, (doc) => textOf(doc, THOUGHT, 'text')!.insertEmbed(0, new Y.Map() as unknown as object)),
  'her client id': (s) => frameOf(s, (doc) => setField(doc, THOUGHT, 'state', 'testing'), HER_CLIENT),
  'too many characters at once': (s) =>
    frameOf(s, (doc) => textOf(doc, THOUGHT, 'text')!.insert(0, 'x'.repeat(20_001))),
  'too many characters in pieces': (s) =>
    frameOf(s, (doc) => {
      for (let i = 0; i < 12; i++) textOf(doc, THOUGHT, 'text')!.insert(i, 'x'.repeat(2000));
    }),
  'too many characters in a new card': (s) =>
    frameOf(s, (doc) =>
      addCard(doc, { id: FRESH, kind: 'thought', by: MALLORY, at: 1, fields: { text: 'x'.repeat(20_001) } }),
    ),
  'a cut through a character': (s) => frameOf(s, (doc) => textOf(doc, THOUGHT, 'text')!.insert(14, 'x')),
  'a future delete': (s) => raw([], [[HER_CLIENT, [[Y.getState(s.doc.store, HER_CLIENT), 5]]]]),
  'a delete of nobody': () => raw([], [[99, [[0, 1]]]]),
  'a delete of no length': (s) => raw([], [[HER_CLIENT, [[firstWord(s).clock, 0]]]]),
  'a gap': (s) =>
    raw([
      { client: MY_CLIENT, clock: 5, pieces: [words('x', { origin: [HER_CLIENT, firstWord(s).clock] })] },
    ]),
  'a skip': () =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [
          (e) => {
            encoding.writeUint8(e, 10);
            encoding.writeVarUint(e, 5);
          },
        ],
      },
    ]),
  'a collected piece': () =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [
          (e) => {
            encoding.writeUint8(e, 0);
            encoding.writeVarUint(e, 5);
          },
        ],
      },
    ]),
  'a neighbour that is not there': () =>
    raw([{ client: MY_CLIENT, clock: 0, pieces: [words('x', { origin: [77, 3] })] }]),
  'a piece beside itself': () =>
    raw([{ client: MY_CLIENT, clock: 0, pieces: [words('x', { origin: [MY_CLIENT, 0] })] }]),
  'two pieces beside each other in a circle': () =>
    raw([
      { client: 7001, clock: 0, pieces: [words('x', { origin: [7000, 0] })] },
      { client: 7000, clock: 0, pieces: [words('x', { origin: [7001, 0] })] },
    ]),
  'neighbours the wrong way round': (s) =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [
          words('x', {
            origin: [HER_CLIENT, firstWord(s).clock + 3],
            right: [HER_CLIENT, firstWord(s).clock + 1],
          }),
        ],
      },
    ]),
  'between itself': (s) =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [
          words('x', { origin: [HER_CLIENT, firstWord(s).clock], right: [HER_CLIENT, firstWord(s).clock] }),
        ],
      },
    ]),
  'neighbours of two houses': (s) =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [
          words('x', {
            origin: [HER_CLIENT, firstWord(s).clock],
            right: [HER_CLIENT, textOf(s.doc, DECISION, 'text')!._start!.id.clock],
          }),
        ],
      },
    ]),
  'a value before another': (s) =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [values(['testing'], { right: [HER_CLIENT, clockOf(s, THOUGHT, 'state')] })],
      },
    ]),
  'words in the place of a value': (s) =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [words('x', { origin: [HER_CLIENT, clockOf(s, THOUGHT, 'state')] })],
      },
    ]),
  'a parent that is no type': (s) =>
    raw([
      {
        client: MY_CLIENT,
        clock: 0,
        pieces: [words('x', { parent: [HER_CLIENT, firstWord(s).clock] })],
      },
    ]),
  'a bomb of structs': () => {
    const e = encoding.createEncoder();
    encoding.writeVarUint(e, 1);
    encoding.writeVarUint(e, 2 ** 25);
    encoding.writeVarUint(e, 5);
    encoding.writeVarUint(e, 0);
    return encoding.toUint8Array(e);
  },
  'a bomb of erasures': () => {
    const e = encoding.createEncoder();
    encoding.writeVarUint(e, 0);
    encoding.writeVarUint(e, 1);
    encoding.writeVarUint(e, 5);
    encoding.writeVarUint(e, 2 ** 28);
    return encoding.toUint8Array(e);
  },
  'two authors side by side': () =>
    card([value('kind', 'strength'), value('by', ALICE), value('by', MALLORY), value('at', 1), text('text')]),
  'an author behind an author': () =>
    card([value('kind', 'strength'), value('by', ALICE, MALLORY), value('at', 1), text('text')]),
  'a value that is not judged before one that is': () =>
    card([
      value('kind', 'thought'),
      value('by', MALLORY),
      value('at', 1),
      text('text'),
      value('state', { evil: 1 }, 'pot'),
    ]),
  'a number with a fraction': () =>
    card([value('kind', 'task'), value('by', MALLORY), value('at', 1.5), text('text')]),
  'a card whose author is taken away': () =>
    card([value('kind', 'strength'), value('by', MALLORY), value('at', 1), text('text'), gone('by', 1)]),
  'words twice under one key': () =>
    card([value('kind', 'strength'), value('by', MALLORY), value('at', 1), text('text'), text('text')]),
  'a clock of 2^40': () =>
    card([
      value('kind', 'strength'),
      value('by', MALLORY),
      value('at', 1),
      text('text'),
      gone('on', 2 ** 40),
    ]),
  'a great many client ids': () =>
    raw(
      Array.from({ length: 40 }, (_, i) => ({
        client: 9000 + i,
        clock: 0,
        pieces: [words('x', { origin: [HER_CLIENT, 30] })],
      })),
    ),
  'nothing at all': () => new Uint8Array(),
  'the second encoding of Yjs': (s) =>
    Y.convertUpdateFormatV1ToV2(frameOf(s, (doc) => setField(doc, THOUGHT, 'state', 'testing'))),
};

describe('[S1] an update that may not be is refused whole, and the board is as it was', () => {
  it.each(Object.entries(ATTACKS))('%s', (_, attack) => {
    const server = board();
    const before = contentOf(server.doc);
    const frame = attack(server);
    expect(server.take(frame, by(MALLORY))).toEqual(expect.any(String));
    expect(contentOf(server.doc)).toBe(before);
    expect(server.log).toHaveLength(1);
    // The same person goes on afterwards, under a new client id.
    const honest = frameOf(
      server,
      (doc) => addCard(doc, { id: FRESH, kind: 'thought', by: MALLORY, at: 1, fields: {} }),
      7777,
    );
    expect(server.take(honest, by(MALLORY))).toBeNull();
  });

  it('[S3] a bad piece among good ones takes the whole update with it', () => {
    const server = board();
    const before = contentOf(server.doc);
    const frame = frameOf(server, (doc) => {
      addCard(doc, { id: FRESH, kind: 'thought', by: MALLORY, at: 1, fields: {} });
      setField(doc, THOUGHT, `mark:${ALICE}`, false);
    });
    expect(server.take(frame, by(MALLORY))).toEqual(expect.any(String));
    expect(contentOf(server.doc)).toBe(before);
  });

  it('[S4] one clock told twice with different words is read once', () => {
    const server = board();
    const word = firstWord(server);
    const say = (text: string) =>
      raw([{ client: MY_CLIENT, clock: 0, pieces: [words(text, { origin: [HER_CLIENT, word.clock] })] }]);
    expect(server.take(say('a'), by(MALLORY))).toBeNull();
    const before = contentOf(server.doc);
    server.take(say('b'), by(MALLORY));
    expect(contentOf(server.doc)).toBe(before);
  });

  it('[S5] what each may do is taken', () => {
    const server = board();
    const may = (act: (doc: Y.Doc) => void, member: string, mayChoose = false) =>
      server.take(frameOf(server, act, Math.floor(random() * 1e9)), by(member, { mayChoose }));
    expect(may((doc) => setField(doc, THOUGHT, `mark:${MALLORY}`, true), MALLORY)).toBeNull();
    expect(may((doc) => textOf(doc, THOUGHT, 'text')!.insert(0, 'Perhaps '), MALLORY)).toBeNull();
    expect(may((doc) => setField(doc, THOUGHT, 'file', 'We are wondering'), MALLORY, true)).toBeNull();
    expect(may((doc) => setField(doc, THOUGHT, 'gone', true), MALLORY)).toBeNull();
    expect(may((doc) => textOf(doc, VIEW, 'text')!.insert(0, 'Now '), ALICE)).toBeNull();
    // A harm line goes by a card that says why, also where whoever drew it takes it back; put in the bin before, it comes back.
    for (const [key, value] of [
      ['is', 'conflict'],
      ['gone', true],
    ] as const)
      expect(
        may((doc) => setField(doc, TIE, key, value), ALICE),
        key,
      ).toEqual(expect.any(String));
    expect(may((doc) => setField(doc, TIE, 'gone', false), ALICE)).toBeNull();
    expect(may((doc) => setField(doc, TIE, 'says', 'As I saw it.'), ALICE)).toBeNull();
    expect(may((doc) => setField(doc, RELATION, 'is', 'partner'), MALLORY)).toBeNull();
    // What was changed twice before it could be sent, on a new card and on one that is there.
    const twice = (id: string) => (doc: Y.Doc) => {
      for (const is of ['parent', 'identical', 'partner']) doc.transact(() => setField(doc, id, 'is', is));
    };
    expect(may(twice(RELATION), MALLORY)).toBeNull();
    expect(
      may((doc) => {
        addCard(doc, {
          id: FRESH,
          kind: 'relation',
          by: MALLORY,
          at: 1,
          fields: { a: THOUGHT, b: DECISION, is: 'parent' },
        });
        twice(FRESH)(doc);
      }, MALLORY),
    ).toBeNull();
  });
});

/** What must hold after any frame whatever: nobody else's facts moved and the board reads the same after a reload. */
function holds(server: GatedBoard, frame: Uint8Array): void {
  const facts = () => {
    const card = cardsOf(server.doc).get(THOUGHT)!;
    return JSON.stringify([
      card.get('by'),
      card.get('kind'),
      card.get('at'),
      card.get(`mark:${ALICE}`),
      textOf(server.doc, VIEW, 'text')!.toString(),
    ]);
  };
  const before = facts();
  server.take(frame, by(MALLORY));
  expect(facts()).toBe(before);
  const reload = new Y.Doc();
  Y.applyUpdate(reload, Y.encodeStateAsUpdate(server.doc));
  expect(reload.store.pendingStructs).toBeNull();
  expect(contentOf(reload)).toBe(contentOf(server.doc));
  const replay = new Y.Doc();
  for (const row of server.log) Y.applyUpdate(replay, row.bytes);
  expect(contentOf(replay)).toBe(contentOf(server.doc));
}

it('[S6] garbled updates are refused or harmless', () => {
  let taken = 0;
  let refused = 0;
  for (const seed of seedsOf(60)) {
    const dice = seeded(seed);
    const server = board();
    const honest = Array.from({ length: 6 }, (_, i) =>
      frameOf(
        server,
        (doc) => {
          if (i % 3 === 0)
            addCard(doc, {
              id: seededId(dice),
              kind: 'thought',
              by: MALLORY,
              at: 1,
              fields: { text: 'x', [`mark:${MALLORY}`]: true },
            });
          if (i % 3 === 1) textOf(doc, THOUGHT, 'text')!.insert(Math.floor(dice() * 4), 'why ');
          if (i % 3 === 2) setField(doc, THOUGHT, 'state', 'testing');
          if (i > 2) textOf(doc, THOUGHT, 'text')!.delete(1, 2);
        },
        5000 + i,
      ),
    );
    for (let round = 0; round < 100; round++) {
      let frame = Uint8Array.from(honest[Math.floor(dice() * honest.length)]!);
      for (let flips = 1 + Math.floor(dice() * 4); flips > 0; flips--) {
        const at = Math.floor(dice() * frame.length);
        const roll = dice();
        if (roll < 0.5) frame[at] = Math.floor(dice() * 256);
        else if (roll < 0.7) frame[at]! ^= 1 << Math.floor(dice() * 8);
        else if (roll < 0.85) frame = Uint8Array.from([...frame.slice(0, at), ...frame.slice(at + 1)]);
        else frame = Uint8Array.from([...frame.slice(0, at), Math.floor(dice() * 256), ...frame.slice(at)]);
      }
      const rows = server.log.length;
      try {
        holds(server, frame);
      } catch (error) {
        throw new Error(`seed ${seed}: ${Buffer.from(frame).toString('hex')}`, { cause: error });
      }
      if (server.log.length > rows) taken++;
      else refused++;
    }
  }
  console.info(`${taken} taken, ${refused} refused or without news`);
  expect(refused).toBeGreaterThan(taken);
});
