import { io, type Socket } from 'socket.io-client';
import { onTestFinished } from 'vitest';
import type { MeetingAct } from '#domain/meeting/acts.ts';
import type { Signed } from './people.ts';
import type { RunningServer } from './start-server.ts';

/** What a command was answered. */
export interface Told {
  ok: boolean;
  reason?: string;
}

/** Somebody's line to the meeting, without a page. */
export class LiveClient {
  readonly #socket: Socket;
  readonly #meeting: string;
  /** The families of which there was news, oldest first. */
  readonly news: string[] = [];
  /** The families of which this one was told that a harm line was taken away. */
  readonly harm: string[] = [];

  constructor(ask: { server: RunningServer; who: Signed; meeting: string }) {
    this.#meeting = ask.meeting;
    this.#socket = io(ask.server.url, {
      path: '/live',
      transports: ['websocket'],
      extraHeaders: { Cookie: ask.who.cookie, Origin: ask.server.url },
      forceNew: true,
    });
    this.#socket.on('family', (told: { family: string }) => this.news.push(told.family));
    this.#socket.on('harm-taken-off', (told: { family: string }) => this.harm.push(told.family));
    onTestFinished(() => void this.#socket.disconnect());
  }

  join(place: 'room' | 'home' = 'room'): Promise<Told> {
    return this.#ask('join', { meeting: this.#meeting, place });
  }
  act(act: MeetingAct): Promise<Told> {
    return this.#ask('act', { meeting: this.#meeting, act });
  }
  #ask(event: string, body: object): Promise<Told> {
    return this.#socket.timeout(20_000).emitWithAck(event, body) as Promise<Told>;
  }
}
