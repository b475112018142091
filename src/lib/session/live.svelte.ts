import type { Socket } from 'socket.io-client';
import type { MeetingAct } from '#domain/meeting/acts.ts';
import { REASONS, refusalSays, type Reason, type Refused } from '#domain/errors.ts';
import { ApiRefusal, Client, handOfWindow, loadPart, type Hand } from './api.ts';
import { measureClock } from './clock.ts';
import { closeLine, openLine } from './line.ts';
import { LookAgain } from './look-again.ts';
import { tidyDevice } from './device.ts';
import { isCutOff, keeping, type Whose } from './offline.ts';
import type { MeetingPage } from '#domain/views.ts';

type Answer = { ok: true; version?: number } | ({ ok: false } & Refused);

/** Where joining was not answered it is tried again, milliseconds. */
const againMs = 2_000;

/** The line to the meeting. */
export type Line = { at: 'opening' } | { at: 'open' } | { at: 'broken' } | { at: 'ended'; says: string };

/** One meeting as this page follows it: news say "look again", and the page looks. */
export class LiveMeeting {
  readonly id: string;
  page = $state.raw<MeetingPage | null>(null);
  line = $state.raw<Line>({ at: 'opening' });
  /** Raised when a family's record has changed; with which one. */
  familyNews = $state.raw<{ family: string; count: number }>({ family: '', count: 0 });
  /** Families of which somebody took a harm line away while this page was open; only the consultant is told. */
  harmTakenOff = $state.raw<readonly string[]>([]);
  /** Raised when somebody in a reflecting session said that it is not safe, for who is told; and whenever the line is back. */
  notSafe = $state.raw(0);
  /** The server's clock less this page's. */
  offset = $state.raw(0);
  readonly #whose: Whose;
  readonly #client: Client;
  readonly #socket: Socket;
  #place: 'room' | 'home';
  readonly #looker = new LookAgain((signal) => this.#read(signal));

  constructor(ask: { id: string; member: string; place: 'room' | 'home'; hand?: Hand }) {
    this.id = ask.id;
    this.#place = ask.place;
    this.#whose = {
      member: ask.member,
      hand: { ...(ask.hand ?? handOfWindow()), member: ask.member },
    };
    this.#client = new Client(this.#whose.hand);
    this.#socket = openLine('/', { ...this.#whose.hand });
    // After every new connection the page joins and looks again: a woken laptop lands where the meeting is.
    this.#socket.on('connect', () => {
      this.notSafe += 1;
      void this.#arrive();
    });
    this.#socket.on('disconnect', (why) => {
      if (why === 'io server disconnect') this.#end(REASONS['signed-out'].says);
      else this.line = { at: 'broken' };
    });
    this.#socket.on('connect_error', (error) => {
      const reason = error.message as Reason;
      if (reason === 'signed-out' || reason === 'not-allowed') {
        this.#end(REASONS[reason].says);
        this.#socket.disconnect();
      } else this.line = { at: 'broken' };
    });
    this.#socket.on('meeting', (news: { meeting: string }) => {
      if (news.meeting === this.id) void this.look();
    });
    this.#socket.on('family', (news: { family: string }) => {
      this.familyNews = { family: news.family, count: this.familyNews.count + 1 };
      // Which children were reached stands in the meeting.
      void this.look();
    });
    this.#socket.on('harm-taken-off', ({ family }: { family: string }) => {
      this.harmTakenOff = [...this.harmTakenOff.filter((one) => one !== family), family];
    });
    this.#socket.on('not-safe', () => (this.notSafe += 1));
    this.#socket.on('restored', () => location.reload());
    // A browser that knows it has no network says so at once, instead of waiting for a silent line.
    addEventListener('offline', this.#offline);
    addEventListener('online', this.#online);
    void this.look();
  }

  /** Out, or not allowed any more: what this device keeps for somebody who may not have it goes now. */
  #end(says: string): void {
    this.line = { at: 'ended', says };
    void tidyDevice().catch(() => undefined);
  }

  close(): void {
    removeEventListener('offline', this.#offline);
    removeEventListener('online', this.#online);
    closeLine(this.#socket);
  }

  #offline = () => {
    if (this.line.at === 'open') this.line = { at: 'broken' };
  };
  #online = () => {
    if (this.#socket.connected) void this.#arrive();
  };

  /** Where one joins from; told to all. */
  async joinFrom(place: 'room' | 'home'): Promise<void> {
    this.#place = place;
    await this.#ask('join', { meeting: this.id, place });
  }

  /** Does an act on the meeting; throws a refusal in words. */
  async act(act: MeetingAct): Promise<void> {
    const does = () => this.#ask('act', { meeting: this.id, act });
    let answer = await does();
    if (!answer.ok && answer.reason === 'proof-needed') {
      const { proveAgain } = await loadPart(() => import('./passkeys.ts'));
      await proveAgain(this.#client);
      answer = await does();
    }
    if (!answer.ok) throw new ApiRefusal(answer.reason, refusalSays(answer));
    await this.look();
  }

  /** Reads the meeting again. */
  look(): Promise<void> {
    return this.#looker.look();
  }

  async #read(signal: AbortSignal): Promise<void> {
    const of = { meeting: this.id };
    try {
      const page = await this.#client.get('/api/meetings/:meeting', of, signal);
      this.offset = measureClock(page.now);
      this.page = page;
      keeping.hold('/api/meetings/:meeting', of, { page, by: this.#whose });
    } catch (error) {
      if (!(error instanceof ApiRefusal)) throw error;
      if (error.reason === 'signed-out' || error.reason === 'not-found') this.#end(error.message);
      else if (isCutOff(error)) {
        const held = await keeping.held('/api/meetings/:meeting', of, this.#whose);
        // Meanwhile a later look may have brought the page: that one stands.
        this.page ??= held;
      }
    }
  }

  async #arrive(): Promise<void> {
    const answer = await this.#ask('join', { meeting: this.id, place: this.#place });
    if (answer.ok) this.line = { at: 'open' };
    else if (answer.reason === 'try-again')
      setTimeout(() => this.#socket.connected && void this.#arrive(), againMs);
    await this.#looker.afresh();
  }

  async #ask(event: string, body: object): Promise<Answer> {
    try {
      return (await this.#socket.timeout(8_000).emitWithAck(event, body)) as Answer;
    } catch {
      // No answer within the time: it may or may not have happened, and the page looks again when the line is back.
      return {
        ok: false,
        reason: 'try-again',
        detail: 'no-answer',
      };
    }
  }
}
