import { untrack } from 'svelte';
import type { Socket } from 'socket.io-client';
import { REASONS, type Reason } from '#domain/errors.ts';
import type { SessionAct } from '#domain/reflecting/acts.ts';
import { stopOf } from '#domain/reflecting/session.ts';
import type { SessionPage, WhomToInvite } from '#domain/views.ts';
import { ApiRefusal, Client, handOfWindow } from './api.ts';
import { BoardSession } from './board-session.svelte.ts';
import type { Line } from './live.svelte.ts';
import { measureClock } from './clock.ts';
import { closeLine, openLine } from './line.ts';
import { LookAgain } from './look-again.ts';
import { keptSeat, remember, remembered } from './remembered.ts';

/** How soon what did not arrive is sent again, milliseconds. */
const sendAgainMs = 3_000;
/** What will be taken a little later. */
const isForNow = (error: unknown) =>
  error instanceof ApiRefusal && ['offline', 'try-again', 'too-fast'].includes(error.reason);

/** One reflecting session as this page follows it: what it is, what is said in it, and one's own jottings. */
export class ReflectingSession {
  readonly id: string;
  page = $state.raw<SessionPage | null>(null);
  line = $state.raw<Line>({ at: 'opening' });
  /** What is said, while one may hear it. */
  said = $state.raw<BoardSession | null>(null);
  /** One's own jottings, which nobody else is sent. */
  jottings = $state.raw<BoardSession | null>(null);
  /** The server's clock less this page's. */
  offset = $state.raw(0);
  /** Raised when somebody said that it is not safe, for who is told; and whenever the line is back. */
  notSafe = $state.raw(0);
  trouble = $state('');
  /** R11: Whom of the family who leads may put in, and between whom there is harm, once it was asked for. */
  whom = $state.raw<WhomToInvite>({ people: [], harms: [] });
  /** R9: It was stopped here, and the server does not know yet. */
  isStopping = $state.raw(false);
  #says = $state.raw('');
  /** Asks from the place at which this window sits. */
  readonly client: Client;
  readonly #socket: Socket;
  readonly #looker = new LookAgain((signal) => this.#read(signal));
  #closed = false;
  #stopTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(id: string) {
    this.id = id;
    // R9: What was pressed before this page was loaded anew is still on its way.
    this.isStopping = remembered(this.#stopKey, 'window') === 'yes';
    const seat = keptSeat(id);
    this.client = new Client({ ...handOfWindow(), ...(seat && { member: seat }) });
    this.#socket = openLine('/reflecting', { ...this.client.hand });
    this.#socket.auth = { session: id };
    // Whoever comes back looks again: what happened meanwhile was told to nobody.
    this.#socket.on('connect', () => {
      this.line = { at: 'open' };
      this.notSafe += 1;
      void this.#looker.afresh();
    });
    this.#socket.on('look', () => void this.look());
    this.#socket.on('not-safe', () => (this.notSafe += 1));
    this.#socket.on('disconnect', (why) => {
      if (this.#closed || this.line.at === 'ended') return;
      this.line = { at: 'broken' };
      // The server sends away whose place is gone, and whoever came in on another device.
      if (why === 'io server disconnect') void this.look();
    });
    this.#socket.on('connect_error', (error) => {
      if (error.message in REASONS && error.message !== 'try-again') this.#end(error.message as Reason);
      else this.line = { at: 'broken' };
    });
    void this.look();
    if (this.isStopping) void this.#sendStop();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#stopTimer);
    closeLine(this.#socket);
    this.said?.leave();
    this.jottings?.leave();
  }

  /** What is said to a screen reader, politely; the same words twice are two messages. */
  get says(): string {
    return this.#says;
  }
  set says(words: string) {
    untrack(() => (this.#says = words === this.#says ? `${words}\u200b` : words));
  }

  /** Does something in the session; what is refused is said in words. */
  async act(act: SessionAct): Promise<boolean> {
    const isDone = await this.try(() => this.#sendAct(act));
    // A harm line may have been drawn on the map meanwhile.
    if (!isDone && act.does === 'move') this.readWhom();
    return isDone;
  }

  #sendAct(act: SessionAct) {
    return this.client.send('POST /api/reflecting/:session/acts', { session: this.id }, act);
  }

  /** Reads whom of the family who leads may put in. */
  readWhom(): void {
    const family = this.page?.session.family;
    if (family)
      this.client.get('/api/families/:family/whom-to-invite', { family }).then(
        (whom) => (this.whom = whom),
        (error: unknown) => (this.trouble = (error as Error).message),
      );
  }

  /** Says something before everyone; the jotting on which it was written goes. */
  say(text: string, jotting: string | null): void {
    if (!this.said || text.trim() === '') return;
    this.said.add('reflection', { text: text.trim() });
    if (jotting !== null) this.jottings?.bin(jotting);
  }

  /** Takes back what one has said, while one may: it lies in one's own jottings again. */
  takeBack(reflection: string, text: string): void {
    this.said?.bin(reflection);
    this.jottings?.add('jotting', { text });
    this.says = 'Taken back. It is in your jottings.';
  }

  /** R9: It stops for whoever sits here, at once and also without a line: what is said is shown no more, and it is sent until it has arrived. */
  stop(): void {
    // What had only been said here is not lost: it lies in one's own jottings.
    for (const words of this.said?.unsent() ?? []) this.jottings?.add('jotting', { text: words });
    this.said?.close();
    this.said = null;
    this.trouble = '';
    this.#setStopping(true);
    void this.#sendStop();
  }
  /** Sends it until the server's page shows it: one try after the other, and none once they go on. */
  async #sendStop(): Promise<void> {
    clearTimeout(this.#stopTimer);
    try {
      await this.#sendAct({ does: 'stop', yes: true });
      await this.look();
    } catch (error) {
      if (!isForNow(error) && this.isStopping && !this.#closed) {
        this.#setStopping(false);
        this.trouble = (error as Error).message;
        return this.look();
      }
    }
    if (this.isStopping && !this.#closed)
      this.#stopTimer = setTimeout(() => void this.#sendStop(), sendAgainMs);
  }
  /** It goes on for whoever sits here. */
  async goOn(): Promise<void> {
    clearTimeout(this.#stopTimer);
    this.#setStopping(false);
    if (await this.act({ does: 'stop', yes: false })) this.says = 'It goes on for you.';
  }
  get #stopKey(): string {
    return `stops-${this.id}`;
  }
  #setStopping(yes: boolean): void {
    this.isStopping = yes;
    remember(this.#stopKey, yes ? 'yes' : null, 'window');
  }

  /** Does something that changes the session, and looks again. */
  async try(work: () => Promise<unknown>): Promise<boolean> {
    this.trouble = '';
    try {
      await work();
      await this.look();
      return true;
    } catch (error) {
      this.trouble = (error as Error).message;
      return false;
    }
  }

  /** Reads the session again. */
  look(): Promise<void> {
    return this.#looker.look();
  }

  async #read(signal: AbortSignal): Promise<void> {
    try {
      const page = await this.client.get('/api/reflecting/:session', { session: this.id }, signal);
      if (this.#closed) return;
      this.offset = measureClock(page.now);
      this.page = page;
      // Told once the server knows it, and never before.
      if (this.isStopping && (stopOf(page.session, page.me) || page.session.closedAt !== null))
        this.#setStopping(false);
      this.#openDocuments(page);
      if (this.line.at === 'ended') this.line = { at: 'open' };
    } catch (error) {
      if (error instanceof ApiRefusal && error.reason !== 'offline' && !isForNow(error))
        this.#end(error.reason);
    }
  }

  /** A document is open for as long as one may read it; one that was refused opens afresh when one may again. */
  #openDocuments(page: SessionPage): void {
    const isOver = (board: BoardSession | null) => board?.saved.at === 'ended';
    const mayHear = page.mayHear && !this.isStopping;
    if (!mayHear || isOver(this.said)) {
      this.said?.close();
      this.said = null;
    }
    if (!page.mayJot || isOver(this.jottings)) {
      this.jottings?.close();
      this.jottings = null;
    }
    const ask = { id: this.id, member: page.me, hand: this.client.hand, isReflecting: true };
    if (mayHear) this.said ??= new BoardSession(ask);
    if (page.mayJot) this.jottings ??= new BoardSession({ ...ask, isSealed: true });
  }

  #end(reason: Reason): void {
    this.line = { at: 'ended', says: REASONS[reason].says };
    this.#socket.disconnect();
    this.said?.close();
    this.jottings?.close();
    this.said = this.jottings = null;
  }
}
