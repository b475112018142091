import type { IncomingMessage } from 'node:http';
import type { CookieOptions, Response } from 'express';

/** `__Host-` binds a cookie to this host, this path and a secure address. */
const HOST_BOUND = '__Host-';

const GUEST = 'wednesday-guest-';
/** As many of one browser are looked at. */
const mostGuests = 20;

/** What this server calls its cookies and how they are sent; made once, from where it is reached. */
export class Cookies {
  readonly #isPlain: boolean;
  readonly #isFramed: boolean;
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

  /** Of somebody who was invited to one reflecting session; several may have come in one browser. */
  guest(participant: string): string {
    return `${GUEST}${participant}`;
  }

  /** The cookies of everybody who was invited and came in this browser. */
  guests(request: Pick<IncomingMessage, 'headers'>): string[] {
    const names = (request.headers.cookie ?? '').split(';').flatMap((part) => {
      const name = part.split('=')[0]!.trim();
      const plain = name.startsWith(HOST_BOUND) ? name.slice(HOST_BOUND.length) : name;
      return plain.startsWith(GUEST) ? [plain] : [];
    });
    return [...new Set(names)].slice(0, mostGuests).flatMap((name) => this.read(request, name) ?? []);
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
