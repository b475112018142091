import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import { addCard } from '#domain/board/write.ts';
import { by, GatedBoard } from '../converge/gated-board.ts';
import { seeded, seededId } from './random.ts';
import {
  aMap,
  erasedPiece,
  FIRST_CHARACTER,
  piece,
  rawCard,
  rawUpdate,
  values,
  words,
  type Id,
  type Piece,
} from './raw-update.ts';

/** A board on which hostile frames land, its member, and a client id that nobody has used. */
export interface WorstBoard {
  server: GatedBoard;
  member: string;
  card: string;
  long: Long;
}

/** A text of very many small pieces, erased and alive, under one client. */
interface Long {
  client: number;
  card: string;
  pieces: number;
}

const MINE = 7_000_001;
/** The longest text that a member could make in a day of trying. */
const longPieces = 6_000;

/** Lays a board with a thought of 15,000 characters in as many pieces as can be, and a second member's cards. */
export function worstBoard(): WorstBoard {
  const random = seeded(11);
  const [member, other, card, longCard] = Array.from({ length: 4 }, () => seededId(random)) as [
    string,
    string,
    string,
    string,
  ];
  const server = new GatedBoard();
  const take = (frame: Uint8Array, who: string) => {
    const why = server.take(frame, by(who));
    if (why) throw new Error(why);
  };
  take(rawCard({ client: 1, id: card, kind: 'thought', by: member, text: 'abc'.repeat(4_000) }), member);
  take(rawCard({ client: 2, id: longCard, kind: 'thought', by: other, text: 'x' }), other);
  // Written from its end to its beginning, each letter is a piece of its own.
  for (let clock = FIRST_CHARACTER + 1; clock < FIRST_CHARACTER + longPieces; clock++)
    take(rawUpdate([{ client: 2, clock, pieces: [words('x', { right: [2, clock - 1] })] }]), other);
  const page = new Y.Doc();
  Y.applyUpdate(page, Y.encodeStateAsUpdate(server.doc));
  for (let i = 0; i < 300; i++)
    addCard(page, {
      id: seededId(random),
      kind: 'thought',
      by: member,
      at: 1,
      fields: { text: 'What would his gran say?', [`mark:${member}`]: true },
    });
  take(Y.encodeStateAsUpdate(page, Y.encodeStateVector(server.doc)), member);
  return { server, member, card, long: { client: 2, card: longCard, pieces: longPieces } };
}

/** Repeats a piece until the frame is about so large. */
function fill(bytes: number, make: (index: number) => Piece): Piece[] {
  const pieces: Piece[] = [];
  let size = 0;
  for (let index = 0; size < bytes; index++) {
    const next = make(index);
    const encoder = encoding.createEncoder();
    next(encoder);
    size += encoding.length(encoder);
    pieces.push(next);
  }
  return pieces;
}

const NEW = '0a0a0a0a-0000-4000-8000-000000000000';
const text: Id = [1, 4];

/** The most expensive frames of each kind that we know of, at a size in bytes. */
export const WORST: Record<string, (board: WorstBoard, bytes: number) => Uint8Array> = {
  'nulls in one piece of a new card': ({ member }, bytes) =>
    rawCard({
      client: MINE,
      id: NEW,
      kind: 'thought',
      by: member,
      more: [
        values(
          Array.from({ length: bytes }, () => null),
          { parent: [MINE, 0], key: 'why' },
        ),
      ],
    }),
  'nulls in one piece of a card that is there': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: [
          values(
            Array.from({ length: bytes }, () => null),
            { parent: [1, 0], key: 'why' },
          ),
        ],
      },
    ]),
  'true and false under one key, one after another': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, (i) =>
          values([i % 2 === 0], i === 0 ? { parent: [1, 0], key: 'gone' } : { origin: [MINE, i - 1] }),
        ),
      },
    ]),
  'letters behind each other': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, (i) => words('y', { origin: i === 0 ? [1, FIRST_CHARACTER] : [MINE, i - 1] })),
      },
    ]),
  'letters before each other': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, (i) => words('y', { right: i === 0 ? [1, FIRST_CHARACTER] : [MINE, i - 1] })),
      },
    ]),
  'letters all between the same two': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, () =>
          words('y', { origin: [1, FIRST_CHARACTER], right: [1, FIRST_CHARACTER + 1] }),
        ),
      },
    ]),
  'letters that each cut a long word': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, (i) =>
          words('y', {
            origin: [1, FIRST_CHARACTER + ((i * 2) % 11_000)],
            right: [1, FIRST_CHARACTER + ((i * 2) % 11_000) + 1],
          }),
        ),
      },
    ]),
  'letters around everything that somebody else wrote': ({ long }, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, () => words('y', { parent: [long.client, 4] })),
      },
    ]),
  'letters by sixteen clients at the head of a long text': ({ long }, bytes) =>
    rawUpdate(
      Array.from({ length: 16 }, (_, client) => ({
        client: MINE + client,
        clock: 0,
        pieces: fill(bytes / 16, (i) =>
          words('y', i === 0 ? { parent: [long.client, 4] } : { origin: [MINE + client, i - 1] }),
        ),
      })),
    ),
  'every other letter of a long word erased': (_, bytes) =>
    rawUpdate(
      [],
      [
        [
          1,
          Array.from({ length: Math.min(bytes / 3, 5_900) }, (_, i) => [FIRST_CHARACTER + i * 2, 1] as const),
        ],
      ],
    ),
  'everything erased again and again': ({ long }, bytes) =>
    rawUpdate(
      [],
      [[long.client, Array.from({ length: bytes / 4 }, () => [FIRST_CHARACTER, 6_000] as const)]],
    ),
  'erasures of nobody': (_, bytes) =>
    rawUpdate([], [[99, Array.from({ length: bytes / 4 }, (_, i) => [i * 2, 1] as const)]]),
  'new cards': ({ member }, bytes) => {
    const pieces: Piece[] = [];
    for (let i = 0; i * 130 < bytes; i++) {
      const at = i * 5;
      const inCard = (key: string) => ({ parent: [MINE, at] as const, key });
      pieces.push(
        aMap({ parent: 'cards', key: `${NEW.slice(0, -8)}${String(i).padStart(8, '0')}` }),
        values(['quiet'], inCard('kind')),
        values([member], inCard('by')),
        values([1], inCard('at')),
        values(['x'], inCard('notice')),
      );
    }
    return rawUpdate([{ client: MINE, clock: 0, pieces }]);
  },
  'empty maps in a card': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, (i) =>
          aMap(i === 0 ? { parent: [1, 0], key: 'why' } : { origin: [MINE, i - 1] }),
        ),
      },
    ]),
  'erased letters': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, (i) => erasedPiece(1, i ? { origin: [MINE, i - 1] } : { parent: text })),
      },
    ]),
  'documents in a card': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: fill(bytes, () =>
          piece(9, { parent: [1, 0], key: 'why' }, (encoder) => {
            encoding.writeVarString(encoder, '');
            encoding.writeAny(encoder, {});
          }),
        ),
      },
    ]),
  'lists in lists': (_, bytes) =>
    rawUpdate([
      {
        client: MINE,
        clock: 0,
        pieces: [
          piece(8, { parent: [1, 0], key: 'why' }, (encoder) => {
            encoding.writeVarUint(encoder, 1);
            for (let i = 0; i < bytes / 2; i++) {
              encoding.writeUint8(encoder, 117);
              encoding.writeVarUint(encoder, 1);
            }
            encoding.writeUint8(encoder, 126);
          }),
        ],
      },
    ]),
  'clients without pieces': (_, bytes) =>
    rawUpdate(Array.from({ length: bytes / 5 }, (_, i) => ({ client: MINE + i, clock: 0, pieces: [] }))),
  'pieces that are known, told anew': (_, bytes) =>
    rawUpdate([
      {
        client: 1,
        clock: FIRST_CHARACTER,
        pieces: fill(Math.min(bytes, 60_000), (i) => words('z', { origin: [1, FIRST_CHARACTER + i - 1] })),
      },
    ]),
};
