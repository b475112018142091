import { EventEmitter } from 'node:events';
import { Manager, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { PROTOCOL } from '#domain/wire.ts';

/** A board's line over long polling, shaped like the part of a WebSocket that a page of the crowd uses. */
export class PolledSocket extends EventEmitter {
  readyState: number = WebSocket.CONNECTING;
  readonly #socket: Socket;

  constructor(ask: { port: number; document: string; token: string }) {
    super();
    const manager = new Manager(`http://localhost:${ask.port}`, {
      path: '/live',
      transports: ['polling'],
      reconnection: false,
      extraHeaders: { Cookie: `__Host-wednesday=${ask.token}`, Origin: `http://localhost:${ask.port}` },
    });
    this.#socket = manager.socket(`/sync/${ask.document}`, { auth: { protocol: String(PROTOCOL) } });
    this.#socket.on('connect', () => {
      this.readyState = WebSocket.OPEN;
      this.emit('open');
    });
    this.#socket.on('frame', (data: Buffer) => this.emit('message', data));
    this.#socket.on('connect_error', (error) => this.emit('error', error));
    this.#socket.on('disconnect', () => {
      this.readyState = WebSocket.CLOSED;
      this.emit('close', 1006);
    });
    this.#socket.connect();
  }

  send(data: Uint8Array): void {
    this.#socket.emit('frame', Buffer.from(data));
  }

  terminate(): void {
    this.#socket.disconnect();
    this.#socket.io._close();
  }
}
