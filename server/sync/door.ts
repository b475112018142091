import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { Refusal } from '#domain/errors.ts';
import type { Person } from '#domain/people/permissions.ts';
import { PROTOCOL, readDocumentName } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import type { SyncMeasures } from './measures.ts';
import { closeWith, LIMITS, SocketPeer } from './peer.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';

/** What the guard says of somebody who wants in: who they are and until when, or a refusal. */
export interface Admission {
  person: Person;
  session: string;
  /** When the session ends at the latest, epoch milliseconds. */
  until: number;
}

/** What the door asks of whoever answers for rights. */
export interface BoardGuard {
  isOurOrigin(request: IncomingMessage): boolean;
  /** Who this is and that they may think in this document; throws a Refusal otherwise. */
  admit(request: IncomingMessage, doc: string): Promise<Admission>;
  /** The same again for somebody who is in, after a right has changed. */
  admitAgain(session: string, seat: string, doc: string): Promise<Admission>;
}

const mostSocketsPerMember = 30;

/** Lets pages in to the boards: `/sync/<document>`. */
export class Door {
  readonly #rooms: Rooms;
  readonly #guard: BoardGuard;
  readonly #measures: SyncMeasures;
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LIMITS.gapBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #peers = new Map<SocketPeer, { until: number; timer: NodeJS.Timeout }>();
  readonly #unlisten: () => void;

  constructor(ask: { rooms: Rooms; guard: BoardGuard; measures: SyncMeasures; bus: Bus }) {
    this.#rooms = ask.rooms;
    this.#guard = ask.guard;
    this.#measures = ask.measures;
    this.#unlisten = ask.bus.listen((news) => {
      if (news.about === 'rights')
        for (const peer of this.#peers.keys())
          if (news.members.includes(peer.person.member)) void this.#judgeAgain(peer);
      if (news.about === 'session-ended')
        for (const peer of this.#peers.keys()) if (peer.session === news.session) peer.end('signed-out');
    });
  }

  /** Takes an upgrade request for a path under /sync. A wrong origin is turned away before a socket is made. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#guard.isOurOrigin(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    // Nothing is read from the socket until its right has been checked; a refusal is a close that the page understands.
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      opened.pause();
      opened.on('error', endBroken);
      void this.#admit(request, opened, socket);
    });
  }

  close(): void {
    this.#unlisten();
    for (const [peer, { timer }] of this.#peers) {
      clearTimeout(timer);
      peer.end('try-again');
    }
    this.#server.close();
  }

  async #admit(request: IncomingMessage, socket: WebSocket, wire: Duplex): Promise<void> {
    try {
      const url = new URL(request.url ?? '/', 'http://host');
      const doc = url.pathname.replaceAll('%3A', ':').slice('/sync/'.length);
      if (!readDocumentName(doc)) throw new Refusal('not-found');
      if (Number(url.searchParams.get('protocol') ?? PROTOCOL) !== PROTOCOL) throw new Refusal('old-page');
      const admission = await this.#guard.admit(request, doc);
      if (this.#socketsOf(admission.person.member) >= mostSocketsPerMember) throw new Refusal('too-fast');
      const room = await this.#rooms.enter(doc);
      const generation = url.searchParams.get('generation');
      if (generation && generation !== room.generation) throw new Refusal('other-generation');
      if (socket.readyState !== socket.OPEN) return;
      this.#let({ socket, wire }, admission, room);
    } catch (error) {
      // What is not a refusal is a fault of ours or of the store: the page keeps its words and comes back.
      closeWith(socket, error instanceof Refusal ? error : 'try-again');
      if (!(error instanceof Refusal)) this.#measures.poisoned();
    }
  }

  #let(line: { socket: WebSocket; wire: Duplex }, admission: Admission, room: Room): void {
    const { socket } = line;
    const peer = new SocketPeer({ ...line, room, person: admission.person, session: admission.session });
    const timer = this.#endAt(peer, admission.until);
    this.#peers.set(peer, { until: admission.until, timer });
    this.#measures.connections(1);
    socket.on('close', () => {
      clearTimeout(this.#peers.get(peer)?.timer);
      this.#peers.delete(peer);
      this.#measures.connections(-1);
      room.leave(peer);
      this.#rooms.left(room);
    });
    room.join(peer);
    socket.resume();
  }

  /** Looks again when the session's time is over; a session that was used since goes on. */
  #endAt(peer: SocketPeer, until: number): NodeJS.Timeout {
    return setTimeout(
      () => void this.#judgeAgain(peer),
      Math.max(0, Math.min(until - Date.now(), 2 ** 31 - 1)),
    );
  }

  #socketsOf(member: string): number {
    let count = 0;
    for (const peer of this.#peers.keys()) if (peer.person.member === member) count++;
    return count;
  }

  /** A right has changed or a session's time is over: nothing more is read until it is known what holds now. */
  async #judgeAgain(peer: SocketPeer): Promise<void> {
    peer.hold();
    try {
      const admission = await this.#guard.admitAgain(peer.session, peer.person.member, peer.doc);
      const kept = this.#peers.get(peer);
      if (kept) {
        clearTimeout(kept.timer);
        this.#peers.set(peer, { until: admission.until, timer: this.#endAt(peer, admission.until) });
      }
      peer.goOn(admission.person);
    } catch (error) {
      peer.end(
        error instanceof Refusal
          ? error.reason === 'not-found'
            ? 'not-allowed'
            : error.reason
          : 'try-again',
      );
    }
  }
}

/** A named function that holds nothing: a closure here would keep every upgrade request alive as long as its socket. */
function endBroken(this: WebSocket): void {
  this.terminate();
}
