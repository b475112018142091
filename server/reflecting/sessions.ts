import type { IncomingMessage } from 'node:http';
import type { Namespace, Socket } from 'socket.io';
import { inOrder, type Cards } from '#domain/board/board.ts';
import { BOARD_HAND } from '#domain/board/policy.ts';
import { shortNamesOf } from '#domain/board/names.ts';
import { isUnborn } from '#domain/board/picture.ts';
import { Refusal } from '#domain/errors.ts';
import type { SessionAct } from '#domain/reflecting/acts.ts';
import {
  actIn,
  goneAfter,
  hasSay,
  isKept,
  mayHear,
  mayJot,
  mayReflect,
  personIn,
  waitsFor,
  type AskedAlone,
  type Participant,
  type Session,
} from '#domain/reflecting/session.ts';
import { broughtTogether, harmPairs, notAsked, withAsked } from '#domain/reflecting/together.ts';
import type { WhomToInvite } from '#domain/views.ts';
import { familyDocument, reflectingDocument, sealedDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import { audit } from '../storage/queries/audit.ts';
import { removeDocuments } from '../storage/queries/documents.ts';
import { makeOnce, type Form } from '../storage/queries/once.ts';
import { changeSession, readSession, removeOrphans, removeSessions } from '../storage/queries/reflecting.ts';
import type { Storage, Trx } from '../storage/storage.ts';
import { TokenBucket } from '../token-bucket.ts';
import { factsOf, idFor, nameOf } from './kept.ts';

/** So many people's paces are held at once. */
const mostPaces = 5_000;

/** How often it is looked whether a session's day is over. */
const lookMs = 60_000;

/** What the sessions need from outside. */
export interface SessionTools {
  storage: Storage;
  bus: Bus;
  now: () => number;
  /** The civil date in London that is today. */
  today: () => string;
  /** Who has a place in a session, by their request. */
  seatIn: (
    request: IncomingMessage,
    reflecting: string,
  ) => Promise<{ person: { member: string }; session: string }>;
  /** Reads a document as it stands. */
  read: (doc: string) => Promise<Cards>;
  /** Sends everybody away from a document that is no more. */
  end: (doc: string) => void;
  report: (what: string, facts: Record<string, unknown>) => void;
}

/** All reflecting sessions: their acts, who is in them, their closing, and that nothing of them stays. */
export class Sessions {
  readonly #tools: SessionTools;
  readonly #io: Namespace;
  readonly #unlisten: () => void;
  readonly #timer: NodeJS.Timeout;
  readonly #paces = new Map<string, TokenBucket>();

  constructor(io: Namespace, tools: SessionTools) {
    this.#tools = tools;
    this.#io = io;
    io.use((socket, next) => {
      void this.#enter(socket).then(
        () => next(),
        (error: unknown) => next(new Error(error instanceof Refusal ? error.reason : 'try-again')),
      );
    });
    io.on('connection', (socket) => void this.#serve(socket).catch((error: unknown) => this.#failed(error)));
    this.#unlisten = tools.bus.listen((news) => {
      if (news.about === 'reflecting') this.#io.to(news.session).emit('look');
      if (news.about === 'not-safe')
        for (const member of news.members) this.#io.to(`person:${member}`).emit('not-safe');
      if (news.about === 'session-ended') this.#io.in(`by:${news.session}`).disconnectSockets(true);
      if (news.about === 'restored') this.#io.emit('look');
    });
    this.#timer = setInterval(() => void this.keepHouse(), lookMs);
    void this.keepHouse();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#unlisten();
  }

  /** Whom of a family somebody may invite: who is on its map, and between whom there is harm. */
  async whom(family: string): Promise<WhomToInvite> {
    const cards = await this.#tools.read(familyDocument(family));
    const names = shortNamesOf(cards);
    return {
      people: inOrder(cards, 'person')
        .filter((one) => one.name.trim() !== '' && one.died === null && !isUnborn(one))
        .map((one) => ({ id: one.id, name: one.name.trim(), short: names.get(one.id) ?? one.name })),
      harms: harmPairs(cards),
    };
  }

  /** R11: Refuses to bring two together between whom there is harm, while nobody has said whether the one was asked alone. */
  async #mustBeAsked(session: Session): Promise<void> {
    if (!session.family || session.people.every((one) => one.person === null)) return;
    const { harms } = await this.whom(session.family);
    if (notAsked(broughtTogether(harms, session.people), session.asked))
      throw new Refusal('not-understood', 'harm-line');
  }

  /** Lays a new session down, one for a form. */
  async open(ask: Pick<Form, 'once' | 'says'> & { session: Session; by: string }): Promise<string> {
    const { storage, now } = this.#tools;
    const { session } = ask;
    await this.#mustBeAsked(session);
    const lay = async (trx: Trx, id: string) => {
      await trx
        .insertInto('reflecting')
        .values({
          id,
          unit_id: session.unit,
          family_id: session.family,
          on_date: session.on,
          state: JSON.stringify(session),
          version: 0,
          opened_at: now(),
          closed_at: null,
          gone_after: goneAfter(session),
          settled: 0,
          gone_at: null,
        })
        .execute();
      for (const one of session.people) await laySeat(trx, { session: id, participant: one.id });
      await audit(trx, {
        at: now(),
        unit: session.unit,
        member: ask.by,
        act: 'reflecting session set up',
        subject: id,
      });
    };
    return storage.write((trx) =>
      makeOnce(trx, { ...ask, member: ask.by, now: now() }, (id) => lay(trx, id)),
    );
  }

  /** Five acts a second and thirty at once: more than any hand, and one hand's flood is nobody else's. */
  #pace(participant: string): void {
    if (this.#paces.size > mostPaces) this.#paces.clear();
    const pace = this.#paces.get(participant) ?? new TokenBucket({ perSecond: 5, burst: 30 });
    this.#paces.set(participant, pace);
    if (!pace.tryTake(1)) throw new Refusal('too-fast');
  }

  /** One act of somebody there: judged on the stored session, durable, then told to all. */
  async act(ask: { id: string; participant: string; act: SessionAct }): Promise<void> {
    const { storage, now } = this.#tools;
    this.#pace(ask.participant);
    // A harm line may have been drawn since they were invited: it is looked at once more before they sit together.
    if (ask.act.does === 'move' && ask.act.from.movement === 'agreement') {
      const kept = await readSession(storage.db, ask.id);
      if (kept?.session.lead === ask.participant) await this.#mustBeAsked(kept.session);
    }
    const { before, after } = await storage.write((trx) =>
      changeSession(trx, {
        id: ask.id,
        change: (session) => actIn(session, ask.act, { participant: ask.participant, now: now() }),
      }),
    );
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    await this.#tell(ask.id, { before, after });
    if (after.closedAt !== null && before.closedAt === null) await this.#settle(ask.id);
    // Whoever keeps nothing any more leaves nothing.
    else if (after.closedAt !== null) await this.#dropJottings(ask.id, after);
  }

  /** Puts somebody into a session, or takes them out; only who leads. */
  async change(ask: {
    id: string;
    participant: string;
    people: (people: readonly Participant[]) => Participant[];
    asked?: readonly AskedAlone[];
  }): Promise<void> {
    const { storage } = this.#tools;
    const asked = (session: Session) => (ask.asked ?? []).reduce(withAsked, session.asked);
    const kept = (await readSession(storage.db, ask.id))?.session;
    if (kept?.lead === ask.participant)
      await this.#mustBeAsked({ ...kept, people: ask.people(kept.people), asked: asked(kept) });
    const ended: string[] = [];
    const { before, after } = await storage.write(async (trx) => {
      const changed = await changeSession(trx, {
        id: ask.id,
        change: (session) => {
          if (session.lead !== ask.participant) throw new Refusal('not-allowed');
          if (session.closedAt !== null) throw new Refusal('already-done');
          const people = ask.people(session.people);
          const out = session.people.filter((one) => !people.some((other) => other.id === one.id));
          const waited = waitsFor(session).map((stop) => stop.by);
          if (out.some((one) => (hasSay(one) && one.cameAt !== null) || waited.includes(one.id)))
            throw new Refusal('not-allowed', 'stays-asked');
          const isThere = (id: string) => people.some((other) => other.id === id);
          return {
            ...session,
            people,
            stops: session.stops.filter((stop) => isThere(stop.by)),
            asks: session.asks.filter((ask) => isThere(ask.by)),
            goOn: session.goOn?.filter(isThere) ?? null,
            asked: asked(session),
            hands: session.hands.filter(isThere),
            speaking: session.speaking !== null && isThere(session.speaking) ? session.speaking : null,
          };
        },
      });
      const seats = new Set(changed.after.people.map((one) => one.id));
      for (const one of changed.after.people)
        if (!personIn(changed.before, one.id)) await laySeat(trx, { session: ask.id, participant: one.id });
      for (const one of changed.before.people)
        if (!seats.has(one.id)) {
          await trx
            .deleteFrom('participants')
            .where('session_id', '=', ask.id)
            .where('id', '=', one.id)
            .execute();
          ended.push(sealedDocument(reflectingDocument(ask.id), one.id));
        }
      return changed;
    });
    await this.#tell(ask.id, { before, after });
    await this.#remove(ended);
  }

  /** Who has a page open here just now. */
  async here(id: string): Promise<string[]> {
    const rows = await this.#tools.storage.db
      .selectFrom('participants')
      .select('id')
      .where('session_id', '=', id)
      .where('here', '=', 1)
      .execute();
    return rows.map((row) => row.id);
  }

  /** R7: Takes away every session whose day is over, then settles what was closed; one that fails keeps nothing from the others. */
  async keepHouse(): Promise<void> {
    const { storage, now, today } = this.#tools;
    try {
      const over = await storage.db
        .selectFrom('reflecting')
        .select('id')
        .where('gone_at', 'is', null)
        .where('gone_after', '<', today())
        .execute();
      for (const { id } of over)
        await this.#takeAway(id, now()).catch((error: unknown) => this.#failed(error));
      const closed = await storage.db
        .selectFrom('reflecting')
        .select('id')
        .where('closed_at', 'is not', null)
        .where('settled', '=', 0)
        .where('gone_at', 'is', null)
        .execute();
      for (const { id } of closed) await this.#settle(id).catch((error: unknown) => this.#failed(error));
      await this.#sweep();
    } catch (error) {
      this.#failed(error);
    }
  }

  /** What a room that was just opening may have left of a session that is gone. */
  async #sweep(): Promise<void> {
    const { storage } = this.#tools;
    const swept = await storage.write((trx) => removeOrphans(trx));
    if (swept.length === 0) return;
    for (const doc of swept) this.#tools.end(doc);
    await storage.tidy();
  }

  async #takeAway(id: string, now: number): Promise<void> {
    const { storage, bus } = this.#tools;
    const people = (await readSession(storage.db, id))?.session.people.map((one) => one.id) ?? [];
    const docs = await storage.write((trx) => removeSessions(trx, { ids: [id], now }));
    // Whoever is at the door just now is judged once more, and finds nothing.
    if (people.length > 0) await bus.publish({ about: 'rights', members: people });
    for (const doc of docs) this.#tools.end(doc);
    await storage.tidy();
    await bus.publish({ about: 'reflecting', session: id });
  }

  /**
   * R6: What everyone agreed to keep is laid beside the family's board, in one transaction with the end of what nobody
   * keeps. Done twice it is done once: what is brought has ids of its own that follow from the session.
   */
  async #settle(id: string): Promise<void> {
    const { storage, bus, now } = this.#tools;
    const kept = await readSession(storage.db, id);
    if (!kept) return;
    const said = inOrder(await this.#tools.read(reflectingDocument(id)), 'reflection');
    const { session } = kept;
    const reflections = said
      .filter((card) => card.text.trim() !== '' && isKept(session, card.id))
      .map((card) => ({
        id: card.id,
        text: card.text.trim(),
        who: nameOf(session, card.by),
        saidBy: whoSaid(session, card.by),
      }));
    const facts = session.family ? factsOf(session, { id, reflections }) : [];
    const document = reflectingDocument(id);
    for (const one of session.people) this.#tools.end(sealedDocument(document, one.id));
    await storage.write(async (trx) => {
      // Two at once settle once: the second would read a document that is gone already.
      const first = await trx
        .updateTable('reflecting')
        .set({ settled: 1 })
        .where('id', '=', id)
        .where('settled', '=', 0)
        .returning('id')
        .executeTakeFirst();
      if (!first) return;
      const { after } = await changeSession(trx, {
        id,
        change: (now) => ({ ...now, kept: reflections.map(({ text, who }) => ({ text, who })) }),
      });
      if (facts.length > 0)
        await trx
          .insertInto('intake')
          .values({
            id: idFor(id, 'kept'),
            doc: familyDocument(session.family!),
            by: BOARD_HAND,
            at: now(),
            facts: JSON.stringify(facts),
          })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
      await removeDocuments(trx, [
        ...after.people
          .filter((one) => !mayJot(after, one.id))
          .map((one) => sealedDocument(document, one.id)),
        ...(after.keep.until === null ? [document] : []),
      ]);
    });
    if (session.keep.until === null) this.#tools.end(document);
    await storage.tidy();
    if (session.family) await bus.publish({ about: 'intake', doc: familyDocument(session.family) });
    await bus.publish({ about: 'reflecting', session: id });
  }

  async #dropJottings(id: string, session: Session): Promise<void> {
    await this.#remove(
      session.people
        .filter((one) => !mayJot(session, one.id))
        .map((one) => sealedDocument(reflectingDocument(id), one.id)),
    );
  }

  async #remove(docs: readonly string[]): Promise<void> {
    if (docs.length === 0) return;
    for (const doc of docs) this.#tools.end(doc);
    await this.#tools.storage.write((trx) => removeDocuments(trx, docs));
    await this.#tools.storage.tidy();
  }

  /** Rights that changed hold at once, before anybody is told that there is something to look at. */
  async #tell(id: string, { before, after }: { before: Session; after: Session }): Promise<void> {
    const { bus } = this.#tools;
    const may = (session: Session, one: string) =>
      `${mayReflect(session, one)} ${mayHear(session, one)} ${mayJot(session, one)}`;
    const people = new Set([...before.people, ...after.people].map((one) => one.id));
    const changed = [...people].filter((one) => may(before, one) !== may(after, one));
    if (changed.length > 0) await bus.publish({ about: 'rights', members: changed });
    await bus.publish({ about: 'reflecting', session: id });
  }

  async #enter(socket: Socket): Promise<void> {
    const { session } = socket.handshake.auth as { session?: unknown };
    if (typeof session !== 'string') throw new Refusal('not-understood');
    const seated = await this.#tools.seatIn(socket.request, session);
    socket.data = { at: session, participant: seated.person.member, session: seated.session };
  }

  async #serve(socket: Socket): Promise<void> {
    const { at, participant, session } = socket.data as Record<string, string>;
    // Whatever this line says is not heard: acts have a route of their own.
    socket.on(
      'disconnect',
      () => void this.#left(at!, participant!).catch((error: unknown) => this.#failed(error)),
    );
    await socket.join([at!, `${at}/${participant}`, `person:${participant}`, `by:${session}`]);
    await this.#tools.storage.write(async (trx) => {
      const kept = await readSession(trx, at!);
      const one = kept && personIn(kept.session, participant!);
      // Whoever was invited has come when they say yes.
      if (one?.isMember && one.cameAt === null && kept!.session.closedAt === null)
        await changeSession(trx, {
          id: at!,
          change: (session) => ({
            ...session,
            people: session.people.map((other) =>
              other.id === one.id ? { ...other, cameAt: this.#tools.now() } : other,
            ),
          }),
        });
      await setHere(trx, { session: at!, participant: participant!, here: 1 });
    });
    await this.#tools.bus.publish({ about: 'reflecting', session: at! });
  }

  async #left(at: string, participant: string): Promise<void> {
    if ((await this.#io.in(`${at}/${participant}`).fetchSockets()).length > 0) return;
    await this.#tools.storage.write((trx) => setHere(trx, { session: at, participant, here: 0 }));
    await this.#tools.bus.publish({ about: 'reflecting', session: at });
  }

  #failed(error: unknown): void {
    this.#tools.report('a reflecting session could not be kept', {
      error: (error as { code?: string }).code ?? (error as Error).name,
    });
  }
}

/**
 * Who said something, by an id. A member's words are the unit's, unless they may have been written for somebody without a
 * page. Whoever is not on the map is a name, and names are never read: the record asks.
 */
function whoSaid(session: Session, by: string): string | null {
  const one = personIn(session, by);
  if (!one?.isMember) return one?.person ?? null;
  return session.people.every((other) => other.hasPage) ? by : null;
}

const laySeat = (trx: Trx, seat: { session: string; participant: string }) =>
  trx
    .insertInto('participants')
    .values({
      id: seat.participant,
      session_id: seat.session,
      link_hash: null,
      code_hash: null,
      tries: 0,
      token_hash: null,
      here: 0,
    })
    .execute();

const setHere = (trx: Trx, seat: { session: string; participant: string; here: 0 | 1 }) =>
  trx
    .updateTable('participants')
    .set({ here: seat.here })
    .where('session_id', '=', seat.session)
    .where('id', '=', seat.participant)
    .execute();
