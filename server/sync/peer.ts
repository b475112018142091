import type { Reason } from '#domain/errors.ts';
import type { Writer } from '#domain/board/policy.ts';
import type { Person } from '#domain/people/permissions.ts';
import { TokenBucket } from '../token-bucket.ts';
import { readFrame, writeSaved, type Frame, type Message } from './frames.ts';
import type { Line } from './line.ts';
import type { Peer, Room } from './room.ts';

/** Limits of one socket; a page that is honest meets none of them. */
export const LIMITS = {
  /** Bytes of a live update, and of what a page brings after a gap. */
  liveBytes: 64 * 1024,
  gapBytes: 1024 * 1024,
  /** Of what a page says that it knows: a clock for each of tens of thousands of client ids. */
  vectorBytes: 256 * 1024,
  framesPerSecond: 30,
  framesBurst: 120,
  /** What all pages of one person may bring to one board: a long day without a line at once, then more than anybody types. */
  bytesPerSecond: 32 * 1024,
  bytesBurst: 2 * 1024 * 1024,
  /** What all pages of one person may cost, in the gate's units: a twentieth of a core, and a long gap at once. */
  workPerSecond: 500_000,
  workBurst: 2_000_000,
  /** What may wait to be sent before a page that reads nothing is sent away. */
  unsentBytes: 4 * 1024 * 1024,
} as const;

/** "Saved" is told at most this often, milliseconds: somebody who types steadily is told once for several letters. */
const savedMs = 400;

/** Refusals of the gate that a person can do something about. */
const FOR_PEOPLE: Record<string, Reason> = {
  'too many characters': 'too-large',
  'too many pieces in one text': 'too-large',
  'too much at once': 'too-large',
  'the board is full': 'full',
  'the board is damaged': 'damaged',
};

/** What all pages of one person together may cost, and what those on one board may bring to it. */
export interface Pace {
  work: TokenBucket;
  bytes: TokenBucket;
}

/** One page on one board. */
export class PagePeer implements Peer {
  readonly session: string;
  readonly doc: string;
  person: Person;
  writer: Writer;
  readonly #line: Line;
  readonly #room: Room;
  #saved = 0;
  #savedSoon = false;
  #savedAt = -Infinity;
  #step2s = 0;
  readonly #frames = new TokenBucket({ perSecond: LIMITS.framesPerSecond, burst: LIMITS.framesBurst });
  readonly #pace: Pace;
  #isAnswering = false;
  #isHeld = false;
  readonly #waiting: (Buffer | null)[] = [];
  /** What was to be sent while it was held: only who may still read it is sent it. */
  #unsent: Message[] = [];
  #unsentBytes = 0;
  #resume: NodeJS.Timeout | null = null;

  constructor(ask: { line: Line; room: Room; person: Person; session: string; writer: Writer; pace: Pace }) {
    this.#pace = ask.pace;
    this.#line = ask.line;
    this.#room = ask.room;
    this.doc = ask.room.name;
    this.session = ask.session;
    this.person = ask.person;
    this.writer = ask.writer;
    ask.line.onFrame((data) => this.#hear(data));
  }

  send(message: Message): void {
    if (!this.#line.isOpen) return;
    if (this.#line.unsent + this.#unsentBytes > LIMITS.unsentBytes) return this.end('try-again');
    if (!this.#isHeld) return this.#line.write(message);
    this.#unsent.push(message);
    this.#unsentBytes += message.payload.length;
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
    this.gone();
    this.#line.close(reason);
  }

  /** The line is closed: nothing of it waits any more. */
  gone(): void {
    this.#forget();
    if (this.#resume) clearTimeout(this.#resume);
    this.#resume = null;
    this.#waiting.length = 0;
  }

  #forget(): Message[] {
    const unsent = this.#unsent;
    this.#unsent = [];
    this.#unsentBytes = 0;
    return unsent;
  }

  /** While a right is looked up again nothing is read, and nothing is sent. */
  hold(): void {
    this.#isHeld = true;
    this.#line.pause();
  }

  /** Goes on with what this person may do now. */
  goOn(now: { person: Person; writer: Writer }): void {
    this.person = now.person;
    this.writer = now.writer;
    this.#isHeld = false;
    for (const message of this.#forget()) this.send(message);
    // What had come already when the right was looked up is judged by what it is now.
    this.#goThrough();
  }

  /** Takes what has come already, one after another, until it has to wait again. */
  #goThrough(): void {
    while (this.#waiting.length > 0 && !this.#isHeld && !this.#resume) this.#hear(this.#waiting.shift()!);
    if (!this.#isHeld && !this.#resume) this.#line.resume();
  }

  #hear(data: Buffer | null): void {
    if (!this.#line.isOpen) return;
    // Of one packet all frames come at once: what is behind one that has to wait, waits as well.
    if (this.#isHeld || this.#resume) return void this.#waiting.push(data);
    // What this person owes from other lines, or from one that they closed, is waited for before anything is read.
    const owed = Math.max(this.#pace.bytes.take(0), this.#pace.work.take(0));
    if (owed > 0) {
      this.#waiting.unshift(data);
      return this.#slowDown(owed);
    }
    const frame = data && readFrame(data);
    if (!data || !frame) return this.end('not-understood');
    const work = this.#take(frame, data.length);
    // Who is here and what a page knows already bring nothing to the board.
    const brought = frame.says === 'update' ? data.length : 0;
    this.#slowDown(
      Math.max(this.#frames.take(1), this.#pace.bytes.take(brought), this.#pace.work.take(work)),
    );
  }

  /** Does what a frame asks for; what that cost, in the gate's units. */
  #take(frame: Frame, size: number): number {
    if (frame.says === 'update' && frame.step2) this.#step2s++;
    // A page brings its gap once for each time it was asked, and once more for each of its own tabs that it met.
    const isGap = frame.says === 'update' && frame.step2 && this.#step2s <= 3;
    const most = isGap ? LIMITS.gapBytes : frame.says === 'step-1' ? LIMITS.vectorBytes : LIMITS.liveBytes;
    if (size > most) {
      this.end('too-large');
      return 0;
    }
    switch (frame.says) {
      case 'step-1':
        // One answer at a time: it holds everything, and what comes after it is sent as it comes.
        if (this.#isAnswering) return 1;
        this.#isAnswering = true;
        this.#room.whenDurable(() => (this.#isAnswering = false));
        return this.#room.answerStep1(this, frame.stateVector);
      case 'update':
        return this.#room.receive(this, frame.bytes);
      case 'presence':
        if (!this.#room.presence.hear(this, this.person, frame.bytes)) this.end('not-understood');
        return size;
      case 'ask-presence': {
        const here = this.#room.presence.everyone();
        if (here) this.send(here);
        return 100;
      }
    }
  }

  /** A page that is too fast is read more slowly: its words wait in its own socket, not in our memory. */
  #slowDown(waitMs: number): void {
    if (waitMs <= 0 || this.#resume) return;
    this.#line.pause();
    this.#resume = setTimeout(() => {
      this.#resume = null;
      this.#goThrough();
    }, waitMs);
  }
}
