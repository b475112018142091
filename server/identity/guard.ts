import type { IncomingMessage } from 'node:http';
import { Refusal } from '#domain/errors.ts';
import { isId } from '#domain/board/cards.ts';
import { HANDS } from '#domain/people/hands.ts';
import { writerOf, type Writer } from '#domain/board/policy.ts';
import { maySeeFamily, mayThink, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import { mayHear, mayJot, personIn, type Session as Reflecting } from '#domain/reflecting/session.ts';
import { readDocumentName } from '#domain/wire.ts';
import type { SessionFacts } from '../routes.ts';
import type { Cookies } from './cookies.ts';
import { audit } from '../storage/queries/audit.ts';
import { readFamilyRight, readPerson } from '../storage/queries/people.ts';
import { readInvited, readSession } from '../storage/queries/reflecting.ts';
import type { Reader, Storage } from '../storage/storage.ts';
import { findSession, findSessionById, hashToken, longestMs, type Session } from './sessions.ts';

/** Somebody who is in. */
export interface Known {
  person: Person;
  session: SessionFacts;
}

/** Somebody's place in a reflecting session, as a member or as somebody who was invited to it. */
export interface Seated {
  person: Person;
  /** The session at which they are signed in; of somebody invited, one that is good for this alone. */
  session: string;
  until: number;
  reflecting: Reflecting;
}

/** Who may come to a document, and as what. */
interface Admission {
  person: Person;
  session: string;
  until: number;
  writer: Writer;
}

/** After so long it is looked up again whether somebody invited still has their place. */
const invitedMs = 15 * 60_000;
const INVITED = 'invited:';
/** Who asks again and again for what is not theirs is written down once in so long. */
const turnedAwayMs = 3_600_000;
const mostTurnedAway = 10_000;
/** For so long after they are first turned away the pages that were open look again by themselves. */
const withdrawnMs = 60_000;

/** How long after a passkey a grave act needs no new one. */
const proofMs = 5 * 60_000;

/** Answers who asks and whether they may; every part is handed this one and asks nobody else. */
export class Guard {
  readonly #storage: Storage;
  readonly #cookies: Cookies;
  readonly #origin: string;
  readonly #now: () => number;
  readonly #failed: (error: unknown) => void;
  /** When somebody was last turned away from a family, by both ids. */
  readonly #turnedAway = new Map<string, number>();
  /** When somebody was last let into a family, by both ids, and since when they are turned away after that. */
  readonly #letIn = new Map<string, { at: number; turnedAway: number | null }>();

  /** `failed` is told of a line of the audit that could not be written. */
  constructor(ask: {
    storage: Storage;
    cookies: Cookies;
    origin: string;
    now: () => number;
    failed: (error: unknown) => void;
  }) {
    this.#storage = ask.storage;
    this.#cookies = ask.cookies;
    this.#origin = ask.origin;
    this.#now = ask.now;
    this.#failed = ask.failed;
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
    const session = await this.sessionOf(request);
    const known = session && (await this.#inSeat(session, saidBy(request, 'seat')));
    // P24: a page that was opened by somebody else than the cookie says is out, and writes nothing in another's name.
    const member = saidBy(request, 'member');
    return known && member !== null && member !== known.person.member ? null : known;
  }

  /** The session itself, also where a made-up seat has not been chosen yet. */
  async sessionOf(request: IncomingMessage): Promise<Session | null> {
    const token = this.#cookies.read(request, this.#cookies.session(handOf(request)));
    return token ? findSession(this.#storage.db, { token, now: this.#now() }) : null;
  }

  /** Whether who asks may come to a document, and what they may write there. */
  async admit(request: IncomingMessage, doc: string): Promise<Admission> {
    const name = readDocumentName(doc);
    if (name?.of === 'reflecting') return atTable(await this.seatIn(request, name.id), doc);
    const known = await this.whoAsks(request);
    if (!known) throw new Refusal('signed-out');
    return this.#atBoard(known, doc);
  }

  /** The same of somebody who is there, by their session. */
  async admitAgain(session: string, seat: string, doc: string): Promise<Admission> {
    const name = readDocumentName(doc);
    if (name?.of === 'reflecting') return atTable(await this.seatAgain(session, seat, name.id), doc);
    return this.#atBoard(await this.knowAgain(session, seat), doc);
  }

  async #atBoard(known: Known, doc: string): Promise<Admission> {
    await this.mayThinkIn(known.person, doc);
    const { person, session } = known;
    return { person, session: session.id, until: session.until, writer: writerOf(person, doc, null) };
  }

  /** R8: Somebody's place in a reflecting session: a member's by their own session, an invited person's by a cookie that opens nothing else. */
  async seatIn(request: IncomingMessage, reflecting: string): Promise<Seated> {
    const kept = await readSession(this.#storage.db, reflecting);
    const known = await this.whoAsks(request);
    if (kept && known && (await this.#mayTakePart(known.person, kept.session)))
      return {
        person: known.person,
        session: known.session.id,
        until: known.session.until,
        reflecting: kept.session,
      };
    // P24: Of two who were invited and share a browser, the page of one is not the other's.
    const member = saidBy(request, 'member');
    for (const token of kept ? this.#cookies.guests(request) : []) {
      const tokenHash = hashToken(token);
      const participant = await readInvited(this.#storage.db, { session: reflecting, tokenHash });
      const seated = participant && this.#invited(kept!.session, { participant, tokenHash });
      if (seated && (member === null || member === seated.person.member)) return seated;
    }
    throw new Refusal(known ? 'not-found' : 'signed-out');
  }

  async seatAgain(session: string, seat: string, reflecting: string): Promise<Seated> {
    const kept = await readSession(this.#storage.db, reflecting);
    if (!kept) throw new Refusal('not-found');
    if (!session.startsWith(INVITED)) {
      const known = await this.knowAgain(session, seat);
      if (!(await this.#mayTakePart(known.person, kept.session))) throw new Refusal('not-allowed');
      return { person: known.person, session, until: known.session.until, reflecting: kept.session };
    }
    const tokenHash = session.slice(INVITED.length);
    const participant = await readInvited(this.#storage.db, { session: reflecting, tokenHash });
    const seated = participant && this.#invited(kept.session, { participant, tokenHash });
    if (!seated) throw new Refusal('signed-out');
    return seated;
  }

  /** A member takes part by their seat; with a family that only some may see, only where they are one of those. */
  async #mayTakePart(person: Person, session: Reflecting): Promise<boolean> {
    if (!personIn(session, person.member)?.isMember) return false;
    if (session.family === null) return true;
    const right = await readFamilyRight(this.#storage.db, session.family);
    return right !== null && maySeeFamily(person, right);
  }

  /** Whether a member may see a family now. */
  async maySee(member: string, family: string): Promise<boolean> {
    const found = await readPerson(this.#storage.db, member);
    const right = found && (await readFamilyRight(this.#storage.db, family));
    return right ? maySeeFamily(found.person, right) : false;
  }

  #invited(reflecting: Reflecting, by: { participant: string; tokenHash: string }): Seated | null {
    const one = personIn(reflecting, by.participant);
    if (!one || one.isMember) return null;
    // No unit and no power: whatever asks for a right elsewhere is refused, should it ever be asked with this person.
    const person: Person = {
      member: one.id,
      name: one.name,
      initials: one.initials,
      unit: '',
      role: 'guest',
      pens: [],
    };
    return { person, session: INVITED + by.tokenHash, until: this.#now() + invitedMs, reflecting };
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
    if (right && isId(family)) {
      const key = `${person.member} ${family}`;
      if (maySeeFamily(person, right)) {
        if (this.#letIn.size >= mostTurnedAway) this.#letIn.clear();
        this.#letIn.set(key, { at: this.#now(), turnedAway: null });
        return right;
      }
      this.#noteTurnedAway(person, { key, family, unit: right.unit });
    }
    throw new Refusal('not-found');
  }

  /** P27: Who asked for a family that is not theirs stands in the audit of its unit; nobody waits for that. */
  #noteTurnedAway(
    person: Person,
    { key, family, unit }: { key: string; family: string; unit: string },
  ): void {
    const now = this.#now();
    // Whose right was withdrawn while they had a page open did not ask for anything: it looks again by itself, for a moment.
    const last = this.#letIn.get(key);
    if (last && now - last.at < longestMs) {
      last.turnedAway ??= now;
      if (now - last.turnedAway < withdrawnMs) return;
    }
    if (now - (this.#turnedAway.get(key) ?? -Infinity) < turnedAwayMs) return;
    if (this.#turnedAway.size >= mostTurnedAway) this.#turnedAway.clear();
    this.#turnedAway.set(key, now);
    audit(this.#storage.db, {
      at: now,
      unit,
      member: person.member,
      act: 'was turned away',
      subject: family,
    }).catch((error: unknown) => {
      this.#turnedAway.delete(key);
      this.#failed(error);
    });
  }

  /** Asks for the passkey once more where the last proof is older than five minutes, or `longerMs`. A made-up unit has nothing to protect. */
  needsProof(session: SessionFacts, longerMs = 0): void {
    if (!session.madeUp && session.proofAt < this.#now() - Math.max(proofMs, longerMs))
      throw new Refusal('proof-needed');
  }

  /** S15: Whether this person may think in a document. */
  async mayThinkIn(person: Person, doc: string): Promise<void> {
    const name = readDocumentName(doc);
    const right = await this.familyFor(person, name?.of === 'family' ? name.id : undefined);
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

/** R2–R4: What is said is read by who may hear it, jottings by their writer alone; to everyone else they are not there. */
function atTable(seated: Seated, doc: string): Admission {
  const { person, session, until, reflecting } = seated;
  const sealedFor = readDocumentName(doc)?.sealedFor ?? null;
  const mayCome =
    sealedFor === null
      ? mayHear(reflecting, person.member)
      : sealedFor === person.member && mayJot(reflecting, person.member);
  if (!mayCome) throw new Refusal('not-found');
  return { person, session, until, writer: writerOf(person, doc, reflecting) };
}

/** In whose hand a request is, where several people have come in at one device; null is the first of them. */
export function handOf(request: IncomingMessage): string | null {
  const said = saidBy(request, 'hand');
  return HANDS.find((hand) => hand === said) ?? null;
}

/** What a window says of itself beside its cookie: in a header, or in a socket's address. */
function saidBy(request: IncomingMessage, what: 'seat' | 'hand' | 'member'): string | null {
  const header = request.headers[`wednesday-${what}`];
  if (typeof header === 'string') return header;
  return new URL(request.url ?? '/', 'http://host').searchParams.get(what);
}
