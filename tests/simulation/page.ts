import type { IncomingMessage } from 'node:http';
import * as Y from 'yjs';
import * as decoding from 'lib0/decoding';
import type { Reason } from '#domain/errors.ts';
import { MESSAGE_SAVED, PROTOCOL } from '#domain/wire.ts';
import { readFrame, writeStep1, writeStep2, writeUpdate, type Message } from '../../server/sync/frames.ts';
import type { Line } from '../../server/sync/line.ts';
import type { Door } from '../../server/sync/door.ts';
import { openDevice, type Device } from '../converge/device.ts';

/** A line whose every frame, each way, arrives when the simulation says so. */
export class SimLine implements Line {
  isOpen = true;
  readonly unsent = 0;
  readonly up: Buffer[] = [];
  readonly down: Buffer[] = [];
  /** Why the server closed it, once it has. */
  closed: Reason | null = null;
  readonly #wrote: (message: Message) => void;
  #isPaused = false;
  #hear: (data: Buffer | null) => void = () => undefined;
  #left: () => void = () => undefined;

  constructor(wrote: (message: Message) => void) {
    this.#wrote = wrote;
  }
  write(message: Message): void {
    if (!this.isOpen) return;
    this.#wrote(message);
    this.down.push(Buffer.from(message.payload));
  }
  pause(): void {
    this.#isPaused = true;
  }
  resume(): void {
    this.#isPaused = false;
  }
  close(reason: Reason): void {
    if (!this.isOpen) return;
    this.closed = reason;
    this.#end();
  }
  onFrame(hear: (data: Buffer | null) => void): void {
    this.#hear = hear;
  }
  onClose(left: () => void): void {
    this.#left = left;
  }

  /** The network goes away; the server notices. */
  cut(): void {
    if (this.isOpen) this.#end();
  }
  get hasFrame(): boolean {
    return this.isOpen && !this.#isPaused && this.up.length > 0;
  }
  /** The oldest frame that is under way arrives at the server. */
  arrive(): void {
    this.#hear(this.up.shift()!);
  }

  #end(): void {
    this.isOpen = false;
    this.#left();
  }
}

/** What a frame of a page held, to be on disk when it is told saved. */
interface Sent {
  bytes: Uint8Array;
}

/** Somebody's page on one board, as ours talks: it answers the server's question before it sends any edit by itself. */
export class SimPage {
  readonly member: string;
  readonly doc: string;
  device: Device;
  line: SimLine | null = null;
  /** Why it may not come again, until its right is given back. */
  isOut = false;
  /** Its document was thrown away, with what it had not saved: only who is refused or was away too long. */
  refusals: Reason[] = [];
  readonly #cookie: string;
  readonly #client: () => number;
  #hasAnswered = false;
  #sent: Sent[] = [];
  #saved = 0;

  constructor(ask: { member: string; doc: string; cookie: string; client: () => number }) {
    this.member = ask.member;
    this.doc = ask.doc;
    this.#cookie = ask.cookie;
    this.#client = ask.client;
    this.device = this.begin();
  }

  /** A new document, as after a reload. */
  begin(): Device {
    this.device = openDevice({ member: this.member, from: new Y.Doc(), client: this.#client() });
    this.device.isOnline = false;
    return this.device;
  }

  connect(door: Door, wrote: (message: Message) => void): void {
    const line = new SimLine(wrote);
    this.line = line;
    this.#hasAnswered = false;
    this.#sent = [];
    this.#saved = 0;
    line.pause();
    line.up.push(writeStep1(this.device.doc).payload);
    const request = { method: 'GET', url: `/sync/${this.doc}`, headers: { cookie: this.#cookie } };
    void door.come(request as unknown as IncomingMessage, line, {
      doc: this.doc,
      protocol: String(PROTOCOL),
      generation: null,
    });
  }

  /** Sends what was written since, where the server's question is answered. */
  flush(): void {
    if (!this.line?.isOpen || !this.#hasAnswered) return;
    for (const bytes of this.device.outbox.splice(0)) this.#send(bytes, false);
  }

  /** The oldest frame that is under way arrives at the page; what it was told saved now, as updates. */
  hear(): Uint8Array[] {
    const data = this.line!.down.shift()!;
    if (data[0] === MESSAGE_SAVED) {
      const decoder = decoding.createDecoder(data);
      decoding.readVarUint(decoder);
      const count = decoding.readVarUint(decoder);
      const told = this.#sent.slice(this.#saved, count).map(({ bytes }) => bytes);
      this.#saved = count;
      return told;
    }
    const frame = readFrame(data);
    if (frame?.says === 'update') Y.applyUpdate(this.device.doc, frame.bytes, 'server');
    if (frame?.says === 'step-1') {
      // Everything that the server has not, what was written meanwhile too.
      this.device.outbox.length = 0;
      this.#hasAnswered = true;
      this.#send(Y.encodeStateAsUpdate(this.device.doc, frame.stateVector), true);
    }
    return [];
  }

  get isSaved(): boolean {
    return this.#hasAnswered && this.device.outbox.length === 0 && this.#saved === this.#sent.length;
  }

  #send(bytes: Uint8Array, isAnswer: boolean): void {
    this.#sent.push({ bytes });
    this.line!.up.push((isAnswer ? writeStep2(bytes) : writeUpdate(bytes)).payload);
  }
}
