import type { IncomingMessage } from 'node:http';
import { Refusal } from '#domain/errors.ts';
import { isId } from '#domain/board/cards.ts';
import { maySeeFamily, mayThink, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import { readDocumentName } from '#domain/wire.ts';
import type { SessionFacts } from '../routes.ts';
import { readFamilyRight, readPerson } from '../storage/queries/people.ts';
import type { Reader, Storage } from '../storage/storage.ts';
import { COOKIE, findSession, findSessionById, readCookie, type Session } from './sessions.ts';

/** Somebody who is in. */
export interface Known {
  person: Person;
  session: SessionFacts;
}

/** How long after a passkey a grave act needs no new one. */
export const proofMs = 5 * 60_000;

/** Answers who asks and whether they may; every part is handed this one and asks nobody else. */
export class Guard {
  readonly #storage: Storage;
  readonly #origin: string;
  readonly #now: () => number;

  constructor(ask: { storage: Storage; origin: string; now: () => number }) {
    this.#storage = ask.storage;
    this.#origin = ask.origin;
    this.#now = ask.now;
  }

  /** Exactly our own origin; a browser sends none with a same-origin GET, then it says so in Sec-Fetch-Site. */
  isOurOrigin(request: IncomingMessage): boolean {
    const { origin } = request.headers;
    if (origin !== undefined) return origin === this.#origin;
    return (
      request.method === 'GET' &&
      !request.headers.upgrade &&
      request.headers['sec-fetch-site'] === 'same-origin'
    );
  }

  async whoAsks(request: IncomingMessage): Promise<Known | null> {
    const token = readCookie(request.headers.cookie, COOKIE);
    if (!token) return null;
    const session = await findSession(this.#storage.db, { token, now: this.#now() });
    return session && this.#inSeat(session, seatOf(request));
  }

  /** The session itself, also where a made-up seat has not been chosen yet. */
  async sessionOf(request: IncomingMessage): Promise<Session | null> {
    const token = readCookie(request.headers.cookie, COOKIE);
    return token ? findSession(this.#storage.db, { token, now: this.#now() }) : null;
  }

  async admit(
    request: IncomingMessage,
    doc: string,
  ): Promise<{ person: Person; session: string; until: number }> {
    const known = await this.whoAsks(request);
    if (!known) throw new Refusal('signed-out');
    await this.mayThinkIn(known.person, doc);
    return { person: known.person, session: known.session.id, until: known.session.until };
  }

  async admitAgain(
    session: string,
    seat: string,
    doc: string,
  ): Promise<{ person: Person; session: string; until: number }> {
    const known = await this.knowAgain(session, seat);
    await this.mayThinkIn(known.person, doc);
    return { person: known.person, session: known.session.id, until: known.session.until };
  }

  /** Who somebody is now whose socket has been open for a while. */
  async knowAgain(id: string, seat: string): Promise<Known> {
    const session = await findSessionById(this.#storage.db, { id, now: this.#now() });
    const known = session && (await this.#inSeat(session, seat));
    if (!known) throw new Refusal(session ? 'not-allowed' : 'signed-out');
    return known;
  }

  /** A family that this person may see; to everyone else it answers like one that does not exist. */
  async familyFor(
    person: Person,
    family: string | undefined,
    reader: Reader = this.#storage.db,
  ): Promise<FamilyRight> {
    const right = isId(family) ? await readFamilyRight(reader, family) : null;
    if (!right || !maySeeFamily(person, right)) throw new Refusal('not-found');
    return right;
  }

  /** Asks for the passkey once more where the last proof is older than `since`. A made-up unit has nothing to protect. */
  needsProof(session: SessionFacts, since: number): void {
    if (!session.madeUp && session.proofAt < since) throw new Refusal('proof-needed');
  }

  /** S15: Whether this person may think in a document. */
  async mayThinkIn(person: Person, doc: string): Promise<void> {
    const name = readDocumentName(doc);
    const right = await this.familyFor(person, name?.family);
    // A sealed document is its member's alone; to everyone else it is not there.
    if (!mayThink(person, right) || (name?.sealedFor ?? person.member) !== person.member)
      throw new Refusal('not-found');
  }

  async #inSeat(session: Session, seat: string | null): Promise<Known | null> {
    const member = session.member ?? seat;
    const found = isId(member) ? await readPerson(this.#storage.db, member) : null;
    // A made-up seat is honoured for its own made-up unit alone.
    if (!found || (session.unit !== null && found.person.unit !== session.unit)) return null;
    return { person: found.person, session };
  }
}

/** The made-up seat that a window has chosen: a header, or in a socket's address. */
function seatOf(request: IncomingMessage): string | null {
  const header = request.headers['wednesday-seat'];
  if (typeof header === 'string') return header;
  return new URL(request.url ?? '/', 'http://host').searchParams.get('seat');
}
