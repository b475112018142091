import type { Socket } from 'socket.io-client';
import { readScreenCode } from '#domain/meeting/screen-code.ts';
import type { WallPicture } from '#domain/meeting/wall.ts';
import { ApiRefusal, windowClient } from './api.ts';
import { closeLine, openLine } from './line.ts';

/** Where a shared screen stands: without a code yet, without a line for a moment, or showing. */
export type Screen =
  { at: 'closed'; says: string } | { at: 'opening' } | { at: 'broken' } | { at: 'showing' };

/** A shared screen: it is sent pictures and says nothing but its code. */
export class WallScreen {
  screen = $state.raw<Screen>({ at: 'opening' });
  picture = $state.raw<WallPicture | null>(null);
  /** When the picture came, by this machine's clock: the minutes are counted on from there. */
  cameAt = $state.raw(0);
  readonly #socket: Socket;

  constructor() {
    this.#socket = openLine('/wall');
    this.#socket.on('picture', (picture: WallPicture) => {
      this.picture = picture;
      this.cameAt = Date.now();
      this.screen = { at: 'showing' };
    });
    this.#socket.on('disconnect', () => (this.screen = { at: 'broken' }));
    this.#socket.on('connect_error', (error) => {
      if (error.message !== 'signed-out') {
        this.screen = { at: 'broken' };
        return;
      }
      this.screen = { at: 'closed', says: '' };
      this.#socket.disconnect();
    });
  }

  close(): void {
    closeLine(this.#socket);
  }

  /** Opens the screen with the code that somebody at the table reads out. */
  async open(code: string): Promise<void> {
    try {
      await windowClient().send('POST /api/wall', {}, { code: readScreenCode(code) });
      this.screen = { at: 'opening' };
      this.#socket.connect();
    } catch (error) {
      const isUnknown = error instanceof ApiRefusal && ['not-found', 'not-understood'].includes(error.reason);
      this.screen = {
        at: 'closed',
        says: isUnknown
          ? 'That code does not open anything. It is good once, for ten minutes; ask for a new one.'
          : (error as Error).message,
      };
    }
  }
}
