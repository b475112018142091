import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import * as Y from 'yjs';
import { textOf } from '#domain/board/write.ts';
import {
  familyDocument,
  MESSAGE_PRESENCE,
  MESSAGE_SAVED,
  MESSAGE_SYNC,
  PROTOCOL,
  SYNC_STEP_1,
  SYNC_STEP_2,
  SYNC_UPDATE,
} from '#domain/wire.ts';

import { PolledSocket } from './polled-socket.ts';

/** Where a page connects and as whom. */
export interface Seat {
  server: 'relay' | 'ours';
  port: number;
  family: string;
  token: string;
  /** What the page holds already. */
  board?: Uint8Array | undefined;
  /** The card it types into. */
  card?: string | undefined;
  /** A light page reads only which edits an update brings; another brings them into its document. */
  isLight?: boolean | undefined;
  /** It comes over long polling. */
  isPolled?: boolean | undefined;
}

/** One browser's end of a board as y-websocket speaks it, without a browser. */
export class Page {
  readonly doc = new Y.Doc();
  readonly server: Seat['server'];
  readonly socket: WebSocket;
  /** How far its own writing was called durable. */
  savedClock = 0;
  isSynced = false;
  /** Called when an update has brought edits of others. */
  onSeen: () => void = () => {};
  /** Called when the server has said everything that this page had not. */
  onSynced: () => void = () => {};
  readonly #seat: Seat;
  #wire: Socket | null = null;
  #presenceClock = 0;
  /** The clock after each message that the server counts, in the order in which they were sent. */
  readonly #clockAfter: number[] = [];
  /** What a light page has read of others. */
  readonly #heard = new Map<number, number>();

  constructor(seat: Seat) {
    this.#seat = seat;
    this.server = seat.server;
    if (seat.board) Y.applyUpdate(this.doc, seat.board, 'wire');
    const path = `/sync/${familyDocument(seat.family)}?protocol=${PROTOCOL}`;
    this.socket = seat.isPolled
      ? (new PolledSocket({ ...seat, document: familyDocument(seat.family) }) as unknown as WebSocket)
      : new WebSocket(`ws://127.0.0.1:${seat.port}${path}`, {
          perMessageDeflate: false,
          headers: { Cookie: `__Host-wednesday=${seat.token}`, Origin: `http://localhost:${seat.port}` },
        });
    this.socket.on('upgrade', ({ socket }) => (this.#wire = socket));
    this.socket.on('message', (data: Buffer) => this.#hear(data));
    this.socket.on('open', () => {
      // A relay has nothing to answer with and its other pages would all answer instead.
      if (seat.server === 'ours') this.#send(sync(SYNC_STEP_1, Y.encodeStateVector(this.doc)));
    });
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin === 'wire') return;
      this.#sendCounted(sync(SYNC_UPDATE, update));
    });
  }

  /** Resolves when the socket is open, and with our server when the board is there. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.once('error', reject);
      this.socket.once('close', (code) => reject(new Error(`the server closed with ${code}`)));
      if (this.server === 'relay') this.socket.once('open', () => resolve());
      else this.onSynced = resolve;
    });
  }

  /** Types one letter at the end of its card. */
  type(): void {
    const text = textOf(this.doc, this.card, 'text')!;
    text.insert(text.length, 'e');
  }

  /** The card it types into. */
  get card(): string {
    return this.#seat.card!;
  }

  /** The clock that this page's next letter will have. */
  get clock(): number {
    return Y.getState(this.doc.store, this.doc.clientID);
  }

  /** Says that somebody is here, as y-protocols does every fifteen seconds. */
  sayHere(): void {
    const inner = encoding.createEncoder();
    encoding.writeVarUint(inner, 1);
    encoding.writeVarUint(inner, this.doc.clientID);
    encoding.writeVarUint(inner, ++this.#presenceClock);
    encoding.writeVarString(inner, JSON.stringify({ place: 'wonder' }));
    const encoder = encoding.createEncoder();
    encoding.writeVarUint(encoder, MESSAGE_PRESENCE);
    encoding.writeVarUint8Array(encoder, encoding.toUint8Array(inner));
    this.#send(encoding.toUint8Array(encoder));
  }

  /** How far this page has seen the writing of a client id. */
  clockOf(client: number): number {
    return Math.max(this.#heard.get(client) ?? 0, Y.getState(this.doc.store, client));
  }

  /** Bytes that came over its socket. */
  get bytesRead(): number {
    return this.#wire?.bytesRead ?? 0;
  }

  leave(): void {
    this.socket.removeAllListeners('close');
    this.socket.on('error', () => this.socket.terminate());
    this.socket.terminate();
    this.doc.destroy();
  }

  #sendCounted(frame: Uint8Array): void {
    this.#clockAfter.push(this.clock);
    this.#send(frame);
  }

  #send(frame: Uint8Array): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(frame);
  }

  #hear(data: Uint8Array): void {
    const decoder = decoding.createDecoder(data);
    const type = decoding.readVarUint(decoder);
    if (type === MESSAGE_SAVED) this.savedClock = this.#clockAfter[decoding.readVarUint(decoder) - 1] ?? 0;
    if (type !== MESSAGE_SYNC) return;
    const step = decoding.readVarUint(decoder);
    const bytes = decoding.readVarUint8Array(decoder);
    if (step === SYNC_STEP_1) {
      return this.#sendCounted(sync(SYNC_STEP_2, Y.encodeStateAsUpdate(this.doc, bytes)));
    }
    if (this.#seat.isLight && step === SYNC_UPDATE)
      for (const [client, clock] of Y.parseUpdateMeta(bytes).to) this.#heard.set(client, clock);
    else Y.applyUpdate(this.doc, bytes, 'wire');
    this.onSeen();
    if (step !== SYNC_STEP_2 || this.isSynced) return;
    this.isSynced = true;
    this.onSynced();
  }
}

function sync(step: number, bytes: Uint8Array): Uint8Array {
  const encoder = encoding.createEncoder();
  encoding.writeVarUint(encoder, MESSAGE_SYNC);
  encoding.writeVarUint(encoder, step);
  encoding.writeVarUint8Array(encoder, bytes);
  return encoding.toUint8Array(encoder);
}
