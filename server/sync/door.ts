import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Namespace, Socket } from 'socket.io';
import { WebSocketServer } from 'ws';
import { Refusal } from '#domain/errors.ts';
import type { Writer } from '#domain/board/policy.ts';
import type { Person } from '#domain/people/permissions.ts';
import { PROTOCOL, readDocumentName } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import { TokenBucket } from '../token-bucket.ts';
import type { SyncMeasures } from './measures.ts';
import { PolledLine, SocketLine, type Line } from './line.ts';
import { LIMITS, PagePeer, type Pace } from './peer.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';

/** What the guard says of somebody who wants in: who they are and until when, or a refusal. */
export interface Admission {
  person: Person;
  session: string;
  writer: Writer;
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

const mostLinesPerMember = 30;

/** The namespaces of the boards over long polling, one for each document. */
export const BOARDS = /^\/sync\/.+$/;

/** What a page says when it comes: which board, which protocol, and the generation of the board that it holds. */
interface Said {
  doc: string;
  protocol: string | null;
  generation: string | null;
}

/** Lets pages in to the boards: `/sync/<document>`, over a WebSocket or long polling. */
export class Door {
  readonly #rooms: Rooms;
  readonly #guard: BoardGuard;
  readonly #now: () => number;
  readonly #measures: SyncMeasures;
  readonly #server = new WebSocketServer({
    noServer: true,
    // Twice what is taken: a page whose gap is too large is told so, and not only cut off.
    maxPayload: 2 * LIMITS.gapBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  readonly #peers = new Map<PagePeer, { until: number; timer: NodeJS.Timeout }>();
  /** How many changes of rights there were, and the last one of each member and session: whoever was judged before theirs is judged again. */
  #news = 0;
  readonly #lastNews = new Map<string, number>();
  /** One bucket for all lines of a person, and one for those to one board; they outlive them, so that coming again empties no debt. */
  readonly #work = new Map<string, TokenBucket>();
  readonly #bytes = new Map<string, TokenBucket>();
  readonly #judging = new WeakMap<PagePeer, number>();
  readonly #unlisten: () => void;

  /** `now` is what sessions go by: a wall clock that is set back lets nobody stay longer. */
  constructor(ask: { rooms: Rooms; guard: BoardGuard; measures: SyncMeasures; bus: Bus; now: () => number }) {
    this.#rooms = ask.rooms;
    this.#now = ask.now;
    this.#guard = ask.guard;
    this.#measures = ask.measures;
    this.#unlisten = ask.bus.listen((news) => {
      if (news.about === 'rights') this.#noteNews(news.members);
      if (news.about === 'session-ended') this.#noteNews([news.session]);
      if (news.about === 'rights')
        for (const peer of this.#peers.keys())
          if (news.members.includes(peer.person.member)) void this.#judgeAgain(peer);
      if (news.about === 'session-ended')
        for (const peer of this.#peers.keys()) if (peer.session === news.session) peer.end('signed-out');
    });
  }

  #noteNews(of: readonly string[]): void {
    this.#news++;
    for (const one of of) this.#lastNews.set(one, this.#news);
  }

  /** Whether a right of theirs has changed since: somebody else's keeps nobody at the door. */
  #hasNews({ person, session }: Admission, since: number): boolean {
    return [person.member, session].some((one) => (this.#lastNews.get(one) ?? 0) > since);
  }

  /** Takes an upgrade request for a path under /sync. A wrong origin is turned away before a socket is made. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!this.#guard.isOurOrigin(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (opened) => {
      const line = new SocketLine(opened, socket);
      line.pause();
      const url = new URL(request.url ?? '/', 'http://host');
      void this.come(request, line, {
        doc: url.pathname.replaceAll('%3A', ':').slice('/sync/'.length),
        protocol: url.searchParams.get('protocol'),
        generation: url.searchParams.get('generation'),
      });
    });
  }

  /** Lets pages in that reach us by long polling alone: each board is a namespace, `/sync/<document>`, and the frames are the same. */
  listen(boards: Pick<Namespace, 'on'>): void {
    boards.on('connection', (socket: Socket) => {
      const line = new PolledLine(socket);
      line.pause();
      const said = socket.handshake.auth as { protocol?: unknown; generation?: unknown };
      void this.come(socket.request, line, {
        doc: socket.nsp.name.slice('/sync/'.length),
        protocol: typeof said.protocol === 'string' ? said.protocol : null,
        generation: typeof said.generation === 'string' ? said.generation : null,
      });
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

  /** Lets a page in whose line is held until its right has been checked; a refusal closes it in words that the page understands. */
  async come(request: IncomingMessage, line: Line, said: Said): Promise<void> {
    try {
      const { doc, generation } = said;
      if (!readDocumentName(doc)) throw new Refusal('not-found');
      if (Number(said.protocol ?? PROTOCOL) !== PROTOCOL) throw new Refusal('old-page');
      // A right that changes while the door is held open is asked for again: who is let in has it now.
      let admission: Admission;
      let room: Room;
      let judged: number;
      let tries = 0;
      do {
        if (++tries > 20) throw new Refusal('try-again');
        judged = this.#news;
        admission = await this.#guard.admit(request, doc);
        room = await this.#rooms.enter(doc);
      } while (this.#hasNews(admission, judged));
      // It has read the board by now; a line would only bring what cannot be taken.
      if (room.damage !== null) {
        this.#rooms.left(room);
        throw new Refusal('damaged');
      }
      if (this.#linesOf(admission.person.member) >= mostLinesPerMember) throw new Refusal('too-fast');
      if (generation && generation !== room.generation) throw new Refusal('other-generation');
      if (!line.isOpen) return;
      this.#let(line, admission, room);
    } catch (error) {
      // What is not a refusal is a fault of ours or of the store: the page keeps its words and comes back.
      line.close(error instanceof Refusal ? error.reason : 'try-again');
      if (!(error instanceof Refusal)) this.#measures.poisoned();
    }
  }

  #let(line: Line, admission: Admission, room: Room): void {
    const peer = new PagePeer({
      line,
      room,
      ...admission,
      pace: this.#paceOf(admission.person.member, room.name),
    });
    const timer = this.#endAt(peer, admission.until);
    this.#peers.set(peer, { until: admission.until, timer });
    this.#measures.connections(1);
    line.onClose(() => {
      clearTimeout(this.#peers.get(peer)?.timer);
      this.#peers.delete(peer);
      peer.gone();
      this.#measures.connections(-1);
      room.leave(peer);
      this.#rooms.left(room);
    });
    room.join(peer);
    line.resume();
  }

  /** Looks again when the session's time is over; a session that was used since goes on. */
  #endAt(peer: PagePeer, until: number): NodeJS.Timeout {
    return setTimeout(
      () => void this.#judgeAgain(peer),
      Math.max(0, Math.min(until - this.#now(), 2 ** 31 - 1)),
    );
  }

  #paceOf(member: string, doc: string): Pace {
    const { workPerSecond, workBurst, bytesPerSecond, bytesBurst } = LIMITS;
    return {
      work: bucketOf(this.#work, member, { perSecond: workPerSecond, burst: workBurst }),
      bytes: bucketOf(this.#bytes, `${member} ${doc}`, { perSecond: bytesPerSecond, burst: bytesBurst }),
    };
  }

  #linesOf(member: string): number {
    let count = 0;
    for (const peer of this.#peers.keys()) if (peer.person.member === member) count++;
    return count;
  }

  /** A right has changed or a session's time is over: nothing more is read until it is known what holds now. */
  async #judgeAgain(peer: PagePeer): Promise<void> {
    peer.hold();
    // Of several that overlap the one that began last counts: it has read the newest.
    const turn = (this.#judging.get(peer) ?? 0) + 1;
    this.#judging.set(peer, turn);
    try {
      const admission = await this.#guard.admitAgain(peer.session, peer.person.member, peer.doc);
      if (this.#judging.get(peer) !== turn) return;
      const kept = this.#peers.get(peer);
      if (kept) {
        clearTimeout(kept.timer);
        this.#peers.set(peer, { until: admission.until, timer: this.#endAt(peer, admission.until) });
      }
      peer.goOn(admission);
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

function bucketOf(
  buckets: Map<string, TokenBucket>,
  whose: string,
  limit: { perSecond: number; burst: number },
): TokenBucket {
  const bucket = buckets.get(whose) ?? new TokenBucket(limit);
  buckets.set(whose, bucket);
  return bucket;
}
