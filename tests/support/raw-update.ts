import * as encoding from 'lib0/encoding';

/** An id in a document: client and clock. */
export type Id = readonly [client: number, clock: number];
/** Writes one piece of an update. */
export type Piece = (encoder: encoding.Encoder) => void;
/** What one client adds. */
export interface Part {
  client: number;
  clock: number;
  pieces: readonly Piece[];
}
/** What is erased of a client: where each range begins, and how long it is. */
export type Erased = readonly [client: number, ranges: readonly (readonly [clock: number, len: number])[]];

/** An update written by hand, in the first encoding of Yjs: whatever a hostile page could send. */
export function rawUpdate(parts: readonly Part[], erased: readonly Erased[] = []): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, parts.length);
  for (const { client, clock, pieces } of parts) {
    encoding.writeVarUint(encoder, pieces.length);
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, clock);
    for (const piece of pieces) piece(encoder);
  }
  encoding.writeVarUint(encoder, erased.length);
  for (const [client, ranges] of erased) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const [clock, len] of ranges) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, len);
    }
  }
  return encoding.toUint8Array(encoder);
}

/** Where a piece says that it stands: between two neighbours, or in a type under a key. */
export interface Spot {
  origin?: Id | null;
  right?: Id | null;
  /** The type it lies in, by its id or its root's name; needed where there is no neighbour. */
  parent?: Id | string;
  key?: string | null;
}

const writeId = (encoder: encoding.Encoder, [client, clock]: Id) => {
  encoding.writeVarUint(encoder, client);
  encoding.writeVarUint(encoder, clock);
};

/** One piece of any content: its number in the encoding, where it says that it stands, and what it holds. */
export const piece =
  (content: number, { origin, right, parent, key }: Spot, write: Piece): Piece =>
  (encoder) => {
    encoding.writeUint8(encoder, content | (origin ? 128 : 0) | (right ? 64 : 0) | (key ? 32 : 0));
    if (origin) writeId(encoder, origin);
    if (right) writeId(encoder, right);
    if (!origin && !right) {
      encoding.writeVarUint(encoder, typeof parent === 'string' ? 1 : 0);
      if (typeof parent === 'string') encoding.writeVarString(encoder, parent);
      else writeId(encoder, parent!);
      if (key) encoding.writeVarString(encoder, key);
    }
    write(encoder);
  };

export const words = (text: string, spot: Spot): Piece =>
  piece(4, spot, (encoder) => encoding.writeVarString(encoder, text));

export const values = (list: readonly unknown[], spot: Spot): Piece =>
  piece(8, spot, (encoder) => {
    encoding.writeVarUint(encoder, list.length);
    for (const value of list) encoding.writeAny(encoder, value as string);
  });

export const erasedPiece = (length: number, spot: Spot): Piece =>
  piece(1, spot, (encoder) => encoding.writeVarUint(encoder, length));

const MAP = 1;
const TEXT = 2;
export const aMap = (spot: Spot): Piece => piece(7, spot, (encoder) => encoding.writeVarUint(encoder, MAP));
export const aText = (spot: Spot): Piece => piece(7, spot, (encoder) => encoding.writeVarUint(encoder, TEXT));

/** A whole card of one text: six pieces and its words, whose first character has the clock `FIRST_CHARACTER`. */
export function rawCard(ask: {
  client: number;
  id: string;
  kind: string;
  by: string;
  text?: string;
  more?: readonly Piece[];
}): Uint8Array {
  const { client } = ask;
  const inCard = (key: string) => ({ parent: [client, 0] as const, key });
  return rawUpdate([
    {
      client,
      clock: 0,
      pieces: [
        aMap({ parent: 'cards', key: ask.id }),
        values([ask.kind], inCard('kind')),
        values([ask.by], inCard('by')),
        values([1], inCard('at')),
        aText(inCard('text')),
        ...(ask.text ? [words(ask.text, { parent: [client, 4] })] : []),
        ...(ask.more ?? []),
      ],
    },
  ]);
}
export const FIRST_CHARACTER = 5;
