import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { REASONS, Refusal, type Reason } from '#domain/errors.ts';
import type { Writer } from '#domain/board/policy.ts';
import { readDocumentName } from '#domain/wire.ts';
import { mayChooseForFile, type Person } from '#domain/people/permissions.ts';
import { readFrame, writeSaved, type Message } from './frames.ts';
import type { Peer, Room } from './room.ts';

/** Limits of one socket; a page that is honest meets none of them. */
export const LIMITS = {
  /** Bytes of a live update, and of what a page brings after a gap. */
  liveBytes: 64 * 1024,
  gapBytes: 1024 * 1024,
  framesPerSecond: 30,
  framesBurst: 120,
  bytesPerSecond: 256 * 1024,
  bytesBurst: 2 * 1024 * 1024,
  /** What may wait to be sent before a page that reads nothing is sent away. */
  unsentBytes: 4 * 1024 * 1024,
} as const;

/** "Saved" is told at most this often, milliseconds: somebody who types steadily is told once for several letters. */
const savedMs = 400;

/** Refusals of the gate that a person can do something about. */
const FOR_PEOPLE: Record<string, Reason> = {
  'too many characters': 'too-large',
  'too many pieces': 'too-large',
  'the board is full': 'full',
};

/** What a bucket of frames and bytes allows; it fills with time and a page waits, nothing is dropped. */
interface Allowance {
  frames: number;
  bytes: number;
  at: number;
}

/** One page's socket on one board. */
export class SocketPeer implements Peer {
  readonly session: string;
  readonly doc: string;
  person: Person;
  writer: Writer;
  readonly #socket: WebSocket;
  readonly #wire: Duplex;
  readonly #room: Room;
  #saved = 0;
  #savedSoon = false;
  #savedAt = -Infinity;
  #step2s = 0;
  readonly #allowance: Allowance = {
    frames: LIMITS.framesBurst,
    bytes: LIMITS.bytesBurst,
    at: performance.now(),
  };
  #isHeld = false;
  #resume: NodeJS.Timeout | null = null;

  /** `wire` is what lies under the socket: finished frames go straight there. */
  constructor(ask: { socket: WebSocket; wire: Duplex; room: Room; person: Person; session: string }) {
    this.#socket = ask.socket;
    this.#wire = ask.wire;
    this.#room = ask.room;
    this.doc = ask.room.name;
    this.session = ask.session;
    this.person = ask.person;
    this.writer = writerOf(ask.person, this.doc);
    ask.socket.on('message', (data: Buffer, isBinary) => this.#hear(data, isBinary));
  }

  send(message: Message): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#wire.writableLength > LIMITS.unsentBytes) return this.end('try-again');
    this.#wire.write(message.frame);
  }

  saved(): void {
    this.#saved++;
    if (this.#savedSoon) return;
    this.#savedSoon = true;
    // The first is told at once, then one message for all that a moment made durable.
    const wait = this.#savedAt + savedMs - performance.now();
    if (wait > 0) setTimeout(() => this.#tellSaved(), wait);
    else queueMicrotask(() => this.#tellSaved());
  }

  #tellSaved(): void {
    this.#savedSoon = false;
    this.#savedAt = performance.now();
    this.send(writeSaved(this.#saved));
  }

  refuse(why: string): void {
    this.end(FOR_PEOPLE[why] ?? 'refused');
  }

  close(reason: 'try-again' | 'other-generation'): void {
    this.end(reason);
  }

  /** Closes with the code that the page understands. */
  end(reason: Reason): void {
    closeWith(this.#socket, reason);
  }

  /** While a right is looked up again nothing is read. */
  hold(): void {
    this.#isHeld = true;
    this.#socket.pause();
  }

  /** Goes on with what this person may do now. */
  goOn(person: Person): void {
    this.person = person;
    this.writer = writerOf(person, this.doc);
    this.#isHeld = false;
    if (!this.#resume) this.#socket.resume();
  }

  #hear(data: Buffer, isBinary: boolean): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    const frame = isBinary ? readFrame(data) : null;
    if (!frame) return this.end('not-understood');
    this.#spend(data.length);
    switch (frame.says) {
      case 'step-1':
        return this.#room.answerStep1(this, frame.stateVector);
      case 'update':
        // A page brings its gap once for each time it was asked, and once more for each of its own tabs that it met.
        if (frame.step2) this.#step2s++;
        if (data.length > (frame.step2 && this.#step2s <= 3 ? LIMITS.gapBytes : LIMITS.liveBytes))
          return this.end('too-large');
        return this.#room.receive(this, frame.bytes);
      case 'presence':
        if (!this.#room.presence.hear(this, this.person, frame.bytes)) this.end('not-understood');
        return;
      case 'ask-presence': {
        const here = this.#room.presence.everyone();
        if (here) this.send(here);
        return;
      }
    }
  }

  /** A page that is too fast is read more slowly: its words wait in its own socket, not in our memory. */
  #spend(bytes: number): void {
    const allowance = this.#allowance;
    const now = performance.now();
    const seconds = (now - allowance.at) / 1000;
    allowance.at = now;
    allowance.frames = Math.min(LIMITS.framesBurst, allowance.frames + seconds * LIMITS.framesPerSecond) - 1;
    allowance.bytes = Math.min(LIMITS.bytesBurst, allowance.bytes + seconds * LIMITS.bytesPerSecond) - bytes;
    const wait = Math.max(
      -allowance.frames / LIMITS.framesPerSecond,
      -allowance.bytes / LIMITS.bytesPerSecond,
    );
    if (wait <= 0 || this.#resume) return;
    this.#socket.pause();
    this.#resume = setTimeout(() => {
      this.#resume = null;
      if (!this.#isHeld) this.#socket.resume();
    }, wait * 1000);
  }
}

const writerOf = (person: Person, doc: string): Writer => ({
  member: person.member,
  mayChoose: mayChooseForFile(person),
  isSealed: readDocumentName(doc)?.sealedFor === person.member,
});

/** Closes a socket with a reason of the closed list; a page that does not answer is cut off soon after. */
export function closeWith(socket: WebSocket, reason: Reason | Refusal): void {
  const name = reason instanceof Refusal ? reason.reason : reason;
  socket.close(REASONS[name].close, name);
  // A socket that is held must still hear the other side's goodbye; its messages are not read any more.
  socket.resume();
}
