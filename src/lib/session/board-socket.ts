import { Manager, type Socket } from 'socket.io-client';

/** How long a WebSocket may take to open before the frames go by long polling, and how long that is then taken for granted. */
const patienceMs = 1_500;
const blockedMs = 10 * 60_000;

/** While WebSockets are known to be blocked on this network, no time is lost on another try. */
let blockedUntil = 0;
/** One line for all boards of one hand in this window. */
const managers = new Map<string, Manager>();
/** Which boards are open on such a line just now. */
const inUse = new Set<string>();

/**
 * A line to a board, shaped like a WebSocket so that y-websocket takes it. Where a network lets no WebSocket through, the
 * same frames travel as events of socket.io over long polling.
 */
export class BoardSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static readonly CLOSING = 2;
  static readonly CLOSED = 3;
  readonly CONNECTING = 0;
  readonly OPEN = 1;
  readonly CLOSING = 2;
  readonly CLOSED = 3;
  binaryType = 'arraybuffer';
  readyState: number = BoardSocket.CONNECTING;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: ArrayBuffer }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: Event) => void) | null = null;
  readonly #url: string;
  #send: (data: Uint8Array<ArrayBuffer>) => void = () => undefined;
  #end: () => void = () => undefined;

  constructor(url: string) {
    this.#url = url;
    if (Date.now() < blockedUntil) this.#poll();
    else this.#open();
  }

  send(data: Uint8Array<ArrayBuffer>): void {
    if (this.readyState === BoardSocket.OPEN) this.#send(data);
  }

  close(): void {
    if (this.readyState >= BoardSocket.CLOSING) return;
    this.readyState = BoardSocket.CLOSING;
    this.#end();
  }

  #opened(): void {
    this.readyState = BoardSocket.OPEN;
    this.onopen?.();
  }

  #closed(event: { code: number; reason: string }): void {
    if (this.readyState === BoardSocket.CLOSED) return;
    this.readyState = BoardSocket.CLOSED;
    this.onclose?.(event);
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    socket.binaryType = 'arraybuffer';
    const giveUp = () => {
      clearTimeout(timer);
      socket.onopen = socket.onclose = null;
      socket.close();
      if (this.readyState === BoardSocket.CONNECTING) this.#poll();
      else this.#closed({ code: 1006, reason: '' });
    };
    const timer = setTimeout(giveUp, patienceMs);
    this.#send = (data) => socket.send(data);
    this.#end = () => socket.close();
    socket.onopen = () => {
      clearTimeout(timer);
      socket.onclose = (event) => this.#closed(event);
      this.#opened();
    };
    // Closed before it opened: refused on the way, or nobody there; polling finds out which.
    socket.onclose = giveUp;
    socket.onmessage = (event) => this.onmessage?.(event as MessageEvent<ArrayBuffer>);
  }

  #poll(): void {
    const { origin, pathname, searchParams } = new URL(this.#url);
    const hand = Object.fromEntries(
      [...searchParams].filter(([key]) => key === 'seat' || key === 'hand' || key === 'member'),
    );
    const as = JSON.stringify(hand);
    const path = decodeURIComponent(pathname);
    // A board that was left and is opened again before its last words have arrived: each has a line of its own, and its own count.
    const use = `${as} ${path}`;
    const isShared = !inUse.has(use);
    const manager =
      (isShared && managers.get(as)) ||
      new Manager(origin.replace(/^ws/, 'http'), {
        path: '/live',
        transports: ['polling'],
        query: hand,
        autoConnect: false,
        reconnection: false,
      });
    if (isShared) {
      managers.set(as, manager);
      inUse.add(use);
    }
    const socket: Socket = manager.socket(path);
    socket.auth = Object.fromEntries(searchParams);
    let goodbye: { code: number; reason: string } | null = null;
    const end = () => {
      for (const event of ['connect', 'connect_error', 'disconnect', 'frame', 'closed']) socket.off(event);
      if (isShared) inUse.delete(use);
      socket.disconnect();
      // What waited to go over this line goes over no other: the next one counts its own frames, and brings the gap.
      socket.sendBuffer = [];
      this.#closed(goodbye ?? { code: 1006, reason: '' });
    };
    this.#send = (data) => void socket.emit('frame', data);
    this.#end = end;
    socket.on('connect', () => {
      // The line works where a WebSocket did not: the next one goes this way at once.
      blockedUntil = Date.now() + blockedMs;
      this.#opened();
    });
    socket.on('frame', (data: ArrayBuffer) => this.onmessage?.({ data }));
    socket.on('closed', (event: { code: number; reason: string }) => (goodbye = event));
    socket.on('disconnect', end);
    socket.on('connect_error', end);
    socket.connect();
  }
}
