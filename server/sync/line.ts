import type { Duplex } from 'node:stream';
import type { Socket } from 'socket.io';
import type { WebSocket } from 'ws';
import { REASONS, type Reason } from '#domain/errors.ts';
import type { Message } from './frames.ts';

/** A page's line to one board: a WebSocket, or long polling where a network lets no WebSocket through. */
export interface Line {
  readonly isOpen: boolean;
  /** Bytes that wait to be sent. */
  readonly unsent: number;
  write(message: Message): void;
  /** Nothing is read until `resume`: what comes waits. */
  pause(): void;
  resume(): void;
  /** Closes it with a reason of the closed list; a page that does not answer is cut off soon after. */
  close(reason: Reason): void;
  /** Calls back with each frame; null for what is none. */
  onFrame(hear: (data: Buffer | null) => void): void;
  onClose(left: () => void): void;
}

/** A WebSocket and what lies under it: finished frames go straight there. */
export class SocketLine implements Line {
  readonly #socket: WebSocket;
  readonly #wire: Duplex;

  constructor(socket: WebSocket, wire: Duplex) {
    this.#socket = socket;
    this.#wire = wire;
    socket.on('error', endBroken);
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }
  get unsent(): number {
    return this.#wire.writableLength;
  }
  write(message: Message): void {
    this.#wire.write(message.frame);
  }
  pause(): void {
    this.#socket.pause();
  }
  resume(): void {
    this.#socket.resume();
  }
  close(reason: Reason): void {
    this.#socket.close(REASONS[reason].close, reason);
    // A socket that is held must still hear the other side's goodbye; its messages are not read any more.
    this.#socket.resume();
  }
  onFrame(hear: (data: Buffer | null) => void): void {
    this.#socket.on('message', (data: Buffer, isBinary) => hear(isBinary ? data : null));
  }
  onClose(left: () => void): void {
    this.#socket.on('close', left);
  }
}

/** A named function that holds nothing: a closure here would keep every upgrade request alive as long as its socket. */
function endBroken(this: WebSocket): void {
  this.terminate();
}

/** What a page may send while it is not read, bytes: polling has no socket in which it could wait. */
const mostHeld = 4 * 1024 * 1024;

/** The same frames as events of socket.io, over long polling. */
export class PolledLine implements Line {
  readonly #socket: Socket;
  #unsent = 0;
  #isPaused = false;
  #held: (Buffer | null)[] = [];
  #heldBytes = 0;
  #hear: (data: Buffer | null) => void = () => undefined;
  #isClosed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    const drained = () => (this.#unsent = 0);
    const line = socket.conn;
    line.on('drain', drained);
    socket.on('disconnect', () => line.off('drain', drained));
    socket.on('frame', (data: unknown) => this.#take(Buffer.isBuffer(data) ? data : null));
  }

  get isOpen(): boolean {
    return this.#socket.connected && !this.#isClosed;
  }
  get unsent(): number {
    return this.#unsent;
  }
  write(message: Message): void {
    this.#unsent += message.payload.length;
    this.#socket.emit('frame', message.payload);
  }
  pause(): void {
    this.#isPaused = true;
  }
  resume(): void {
    this.#isPaused = false;
    while (!this.#isPaused && this.#held.length > 0) {
      const next = this.#held.shift()!;
      this.#heldBytes -= next?.length ?? 0;
      this.#hear(next);
    }
  }
  close(reason: Reason): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#held = [];
    this.#socket.emit('closed', { code: REASONS[reason].close, reason });
    this.#socket.disconnect();
  }
  onFrame(hear: (data: Buffer | null) => void): void {
    this.#hear = hear;
  }
  onClose(left: () => void): void {
    this.#socket.on('disconnect', left);
  }

  #take(data: Buffer | null): void {
    if (this.#isClosed) return;
    if (!this.#isPaused) return this.#hear(data);
    this.#held.push(data);
    this.#heldBytes += data?.length ?? 0;
    if (this.#heldBytes > mostHeld || this.#held.length > 2_000) this.close('too-fast');
  }
}
