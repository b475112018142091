import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';

/** A run of clocks of one client. */
export interface Range {
  client: number;
  clock: number;
  len: number;
}

/** What an update holds, told from its bytes without making anything of them. */
export interface UpdateScan {
  /** Where its pieces end and its erasures begin. */
  piecesEnd: number;
  /** It holds a piece, or the end of one, that the document does not. */
  hasNew: boolean;
  /** It holds a piece, or the beginning of one, that the document has already. */
  hasKnown: boolean;
  /** What reading what is known costs, in units: bounded by the bytes, and held against no frame. */
  knownWork: number;
  /** The clients of whose pieces it tells any. */
  clients: ReadonlySet<number>;
  /** In the order of their clocks, client by client, none over another. */
  erasures: Range[];
}

/** The update asks for something that the scan refuses; `message` is the gate's reason. */
export class ScanRefusal extends Error {}

/** The contents that a board holds, by their number in the first encoding of Yjs (13.6). */
const DELETED = 1;
const STRING = 4;
const TYPE = 7;
const ANY = 8;

const MAP = 1;
const TEXT = 2;

/** Beyond this a clock is no honest page's. */
const MOST_CLOCK = 2 ** 31;

/**
 * Reads an update's bytes once and makes nothing of them: it counts pieces, values and erasures with `spend`, and refuses
 * every content that the board does not hold by its head, before Yjs decodes it (a sub-document or a nested value costs
 * far more memory than its bytes). `known` is how many clocks of a client the document holds.
 */
export function scanUpdate(ask: {
  bytes: Uint8Array;
  known: (client: number) => number;
  spend: (units: number) => void;
}): UpdateScan {
  const decoder = decoding.createDecoder(ask.bytes);
  let hasNew = false;
  let hasKnown = false;
  let knownWork = 0;
  const seen = new Set<number>();
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    let pieces = decoding.readVarUint(decoder);
    const client = decoding.readVarUint(decoder);
    // Of a client that is named twice Yjs keeps the second part alone, and the first would be a hole.
    if (seen.has(client)) throw new ScanRefusal('a client that is named twice');
    seen.add(client);
    // Yjs names no client that it says nothing of.
    if (pieces < 1) throw new ScanRefusal('not an update');
    ask.spend(CLIENT);
    let clock = decoding.readVarUint(decoder);
    const known = ask.known(client);
    for (; pieces > 0; pieces--) {
      // A known piece is only stepped over; a new one is decoded, judged and put in its place.
      if (clock >= known) ask.spend(NEW_PIECE);
      else knownWork += KNOWN_PIECE;
      const length = skipPiece(decoder, ask.spend);
      if (clock < known) hasKnown = true;
      clock += length;
      if (clock > known) hasNew = true;
      if (clock > MOST_CLOCK) throw new ScanRefusal('a clock that is no honest page’s');
    }
  }
  const piecesEnd = decoder.pos;
  const erasures = readErasures(decoder);
  knownWork += erasures.length * ERASURE;
  // Bytes behind the end are another encoding, or nothing of ours: answering "saved" to them would be a lie.
  if (decoding.hasContent(decoder)) throw new ScanRefusal('not an update');
  return { piecesEnd, hasNew, hasKnown, knownWork, clients: seen, erasures };
}

/** What a piece costs in the gate's units (about a tenth of a microsecond each). */
const CLIENT = 10;
const KNOWN_PIECE = 2;
const NEW_PIECE = 22;
const VALUE = 4;
const ERASURE = 2;

/** Steps over one piece; its length in clocks. */
function skipPiece(decoder: decoding.Decoder, spend: (units: number) => void): number {
  const info = decoding.readUint8(decoder);
  const hasOrigin = (info & 0x80) !== 0;
  const hasRight = (info & 0x40) !== 0;
  if (hasOrigin) skipId(decoder);
  if (hasRight) skipId(decoder);
  const content = info & 0x1f;
  if (content !== DELETED && content !== STRING && content !== TYPE && content !== ANY)
    throw new ScanRefusal('a content that the board does not hold');
  if (!hasOrigin && !hasRight) {
    if (decoding.readVarUint(decoder) === 1) skipString(decoder);
    else skipId(decoder);
    if ((info & 0x20) !== 0) skipString(decoder);
  }
  const length = skipContent(decoder, content, spend);
  if (length < 1) throw new ScanRefusal('an empty piece');
  return length;
}

function skipContent(decoder: decoding.Decoder, content: number, spend: (units: number) => void): number {
  switch (content) {
    case DELETED:
      return decoding.readVarUint(decoder);
    case STRING:
      return skipString(decoder);
    case TYPE: {
      const type = decoding.readVarUint(decoder);
      if (type !== MAP && type !== TEXT) throw new ScanRefusal('a type that the board does not hold');
      return 1;
    }
    default: {
      const values = decoding.readVarUint(decoder);
      for (let left = values; left > 0; left--) {
        spend(VALUE);
        skipValue(decoder);
      }
      return values;
    }
  }
}

/** Steps over one value; lists, objects and bytes are none of the board's. */
function skipValue(decoder: decoding.Decoder): void {
  switch (decoding.readUint8(decoder)) {
    case 127: // undefined
    case 126: // null
    case 121: // false
    case 120: // true
      return;
    case 125:
      decoding.readVarInt(decoder);
      return;
    case 124:
      return skipBytes(decoder, 4);
    case 123:
      return skipBytes(decoder, 8);
    case 119:
      skipString(decoder);
      return;
    default:
      throw new ScanRefusal('a value that is not well formed');
  }
}

function skipId(decoder: decoding.Decoder): void {
  decoding.readVarUint(decoder);
  decoding.readVarUint(decoder);
}

/** Steps over a text; how many UTF-16 units it holds, which is what Yjs counts in clocks. */
function skipString(decoder: decoding.Decoder): number {
  const bytes = decoding.readVarUint(decoder);
  const from = decoder.pos;
  skipBytes(decoder, bytes);
  let units = 0;
  for (let at = from; at < decoder.pos; at++) {
    const byte = decoder.arr[at]!;
    // A byte of 10xxxxxx goes on with a character; one of 11110xxx begins a pair.
    if ((byte & 0xc0) !== 0x80) units += byte >= 0xf0 ? 2 : 1;
  }
  return units;
}

function skipBytes(decoder: decoding.Decoder, count: number): void {
  if (count > decoder.arr.length - decoder.pos) throw new ScanRefusal('not an update');
  decoder.pos += count;
}

/** Reads the erasures, which Yjs writes in order: one over another would be walked again and again. */
function readErasures(decoder: decoding.Decoder): Range[] {
  const erasures: Range[] = [];
  const seen = new Set<number>();
  for (let clients = decoding.readVarUint(decoder); clients > 0; clients--) {
    const client = decoding.readVarUint(decoder);
    if (seen.has(client)) throw new ScanRefusal('erasures out of their order');
    seen.add(client);
    let end = 0;
    let ranges = decoding.readVarUint(decoder);
    if (ranges < 1) throw new ScanRefusal('not an update');
    for (; ranges > 0; ranges--) {
      const clock = decoding.readVarUint(decoder);
      const len = decoding.readVarUint(decoder);
      if (clock < end || len < 1) throw new ScanRefusal('erasures out of their order');
      end = clock + len;
      erasures.push({ client, clock, len });
    }
  }
  return erasures;
}

/** The bytes of an update's erasures. */
export function writeErasures(erasures: readonly Range[]): Uint8Array {
  const byClient = Map.groupBy(erasures, ({ client }) => client);
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, byClient.size);
  for (const [client, ranges] of byClient) {
    encoding.writeVarUint(encoder, client);
    encoding.writeVarUint(encoder, ranges.length);
    for (const { clock, len } of ranges) {
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarUint(encoder, len);
    }
  }
  return encoding.toUint8Array(encoder);
}
