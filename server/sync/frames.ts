import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import * as Y from 'yjs';
import {
  MESSAGE_PRESENCE,
  MESSAGE_SAVED,
  MESSAGE_SYNC,
  MESSAGE_ASK_PRESENCE,
  SYNC_STEP_1,
  SYNC_STEP_2,
  SYNC_UPDATE,
} from '#domain/wire.ts';

/** What a page says on a board's socket. */
export type Frame =
  | { says: 'step-1'; stateVector: Uint8Array }
  | { says: 'update'; step2: boolean; bytes: Uint8Array }
  | { says: 'presence'; bytes: Uint8Array }
  | { says: 'ask-presence' };

/** Reads one frame, or null where it is none of ours. */
export function readFrame(data: Uint8Array): Frame | null {
  try {
    const decoder = decoding.createDecoder(data);
    const type = decoding.readVarUint(decoder);
    if (type === MESSAGE_ASK_PRESENCE) return { says: 'ask-presence' };
    if (type === MESSAGE_PRESENCE) return { says: 'presence', bytes: decoding.readVarUint8Array(decoder) };
    if (type !== MESSAGE_SYNC) return null;
    const step = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    if (decoding.hasContent(decoder)) return null;
    if (step === SYNC_STEP_1) return { says: 'step-1', stateVector: bytes };
    if (step === SYNC_STEP_2 || step === SYNC_UPDATE)
      return { says: 'update', step2: step === SYNC_STEP_2, bytes };
    return null;
  } catch {
    // The decoder throws on bytes that end too early or make no sense: to the caller that is one answer, "not a frame".
    return null;
  }
}

/**
 * A message to pages, with its WebSocket frame (RFC 6455: final, binary, not masked) made once however many pages it
 * goes to. `ws` makes a header for each receiver and writes it apart from the bytes: twice the work of the whole delivery.
 */
export class Message {
  readonly frame: Buffer;
  /** The message without its WebSocket frame. */
  readonly payload: Buffer;

  constructor(encoder: encoding.Encoder) {
    const bytes = encoding.length(encoder);
    const head = bytes < 126 ? 2 : bytes < 65_536 ? 4 : 10;
    this.frame = Buffer.allocUnsafe(head + bytes);
    this.frame[0] = 0x82;
    this.frame[1] = head === 2 ? bytes : head === 4 ? 126 : 127;
    if (head === 4) this.frame.writeUInt16BE(bytes, 2);
    if (head === 10) this.frame.writeBigUInt64BE(BigInt(bytes), 2);
    this.frame.set(encoding.toUint8Array(encoder), head);
    this.payload = this.frame.subarray(head);
  }
}

/** Asks a page for what the server has not. */
export function writeStep1(doc: Y.Doc): Message {
  return sync(SYNC_STEP_1, Y.encodeStateVector(doc));
}

/** Everything that a page with this state vector has not. */
export function writeStep2(update: Uint8Array): Message {
  return sync(SYNC_STEP_2, update);
}

export function writeUpdate(update: Uint8Array): Message {
  return sync(SYNC_UPDATE, update);
}

/** How many of the socket's updates are durable. */
export function writeSaved(count: number): Message {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE_SAVED);
  encoding.writeVarUint(encoder, count);
  return new Message(encoder);
}

function sync(step: number, bytes: Uint8Array): Message {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE_SYNC);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, bytes);
  return new Message(encoder);
}

/** One person's presence as the awareness protocol writes it. */
export interface PresenceEntry {
  client: number;
  clock: number;
  /** The state as JSON; 'null' is somebody who has gone. */
  json: string;
}

/** The most entries that are read from one presence frame: a page knows a handful of others. */
const MOST_ENTRIES = 300;

/** Reads a presence frame, or null where it is none. */
export function readPresence(bytes: Uint8Array): PresenceEntry[] | null {
  try {
    const decoder = decoding.createDecoder(bytes);
    const count = decoding.readVarUint(decoder);
    if (count > MOST_ENTRIES) return null;
    const entries = [];
    for (let i = 0; i < count; i++)
      entries.push({
        client: decoding.readVarUint(decoder),
        clock: decoding.readVarUint(decoder),
        json: decoding.readVarString(decoder),
      });
    return entries;
  } catch {
    // As above: bytes that are no presence frame have one answer.
    return null;
  }
}

export function writePresence(entries: readonly PresenceEntry[]): Message {
  const inner = encoding.createEncoder();
  encoding.writeVarUint(inner, entries.length);
  for (const entry of entries) {
    encoding.writeVarUint(inner, entry.client);
    encoding.writeVarUint(inner, entry.clock);
    encoding.writeVarString(inner, entry.json);
  }
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE_PRESENCE);
  encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner));
  return new Message(encoder);
}
