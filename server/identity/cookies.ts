import type { IncomingMessage } from 'node:http';
import type { CookieOptions, Response } from 'express';

/** `__Host-` binds a cookie to this host, this path and a secure address. */
const HOST_BOUND = '__Host-';

/** What this server calls its cookies and how they are sent; made once, from where it is reached. */
export class Cookies {
  readonly #isPlain: boolean;
  readonly #isFramed: boolean;
  /** Of somebody who was invited to one reflecting session. */
  readonly guest = 'wednesday-guest';
  /** Of a shared screen. */
  readonly wall = 'wednesday-wall';

  constructor(ask: { publicUrl: URL; isFramed: boolean }) {
    this.#isFramed = ask.isFramed;
    // WebKit keeps no secure cookie of http://localhost, other engines do. What is in a frame must be secure in any case.
    this.#isPlain =
      !ask.isFramed && ask.publicUrl.protocol === 'http:' && ask.publicUrl.hostname === 'localhost';
  }

  /** Of a session; where several people share one device, each has one of their own. */
  session(hand: string | null): string {
    return hand === null ? 'wednesday' : `wednesday-${hand}`;
  }

  read(request: Pick<IncomingMessage, 'headers'>, name: string): string | null {
    const sent = request.headers.cookie;
    return (this.#isPlain ? valueIn(sent, name) : null) ?? valueIn(sent, HOST_BOUND + name);
  }

  set(response: Response, name: string, value: string, more: { maxAge?: number } = {}): void {
    response.cookie(this.#nameOf(name), value, { ...this.#options(name), ...more });
  }

  clear(response: Response, name: string): void {
    for (const one of new Set([this.#nameOf(name), HOST_BOUND + name]))
      response.clearCookie(one, { ...this.#options(name), secure: one.startsWith(HOST_BOUND) });
  }

  #nameOf(name: string): string {
    return this.#isPlain ? name : HOST_BOUND + name;
  }

  /**
   * From our own pages alone; where the council lets a meeting application show Wednesday in a frame, also there, in a jar
   * of its own for each application (CHIPS), so that one is no use to another. A screen stands in no frame.
   */
  #options(name: string): CookieOptions {
    const isFramed = this.#isFramed && name !== this.wall;
    return {
      httpOnly: true,
      secure: !this.#isPlain,
      path: '/',
      sameSite: name === this.wall ? 'strict' : isFramed ? 'none' : 'lax',
      partitioned: isFramed,
    };
  }
}

function valueIn(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0 && part.slice(0, at).trim() === name) return part.slice(at + 1).trim();
  }
  return null;
}
