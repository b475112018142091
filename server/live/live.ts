import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Namespace, type Socket } from 'socket.io';
import { z } from 'zod';
import { Refusal, type Refused } from '#domain/errors.ts';
import { MeetingAct } from '#domain/meeting/acts.ts';
import type { IntakeFact } from '#domain/board/intake.ts';
import { actOn, readMeeting, riskEndedBy, type MeetingState } from '#domain/meeting/meeting.ts';
import { mayJoinMeeting, maySeeFamily, powersOf, type Person } from '#domain/people/permissions.ts';
import { ROLES, type Power } from '#domain/people/roles.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import type { SessionFacts } from '../routes.ts';
import { arrive, leave } from '../storage/queries/attendance.ts';
import { audit } from '../storage/queries/audit.ts';
import { readFamilyRight } from '../storage/queries/people.ts';
import { readFamilies, readMembers } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';
import { unlessUnreadable } from '../storage/unreadable.ts';
import { endWhereRepeated } from './repeats.ts';

/** What the live part asks of whoever answers for rights. */
export interface LiveGuard {
  isOurOrigin(request: IncomingMessage): boolean;
  whoAsks(request: IncomingMessage): Promise<{ person: Person; session: SessionFacts } | null>;
  knowAgain(session: string, seat: string): Promise<{ person: Person; session: SessionFacts }>;
  needsProof(session: SessionFacts): void;
}

const Join = z.object({ meeting: z.uuid(), place: z.enum(['room', 'home']) });
const Act = z.object({ meeting: z.uuid(), act: MeetingAct });

/** After these acts some may do what they could not, or not any more. */
const TOUCHES_PENS = new Set<MeetingAct['does']>(['hand-pen', 'take-pen', 'take-pen-back', 'close']);

/** Every acknowledgement: done, or why not. */
type Answer = { ok: true; version?: number } | ({ ok: false } & Refused);
type Reply = (answer: Answer) => void;

/** The meeting over socket.io: commands with an answer, and news that says "look again". */
export class Live {
  readonly #io: Server;
  readonly #storage: Storage;
  readonly #guard: LiveGuard;
  readonly #bus: Bus;
  readonly #now: () => number;
  readonly #today: () => string;
  readonly #report: (what: string, facts: Record<string, unknown>) => void;
  readonly #unlisten: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(ask: {
    http: HttpServer;
    storage: Storage;
    guard: LiveGuard;
    bus: Bus;
    now: () => number;
    /** The civil date in London that is today. */
    today: () => string;
    report: (what: string, facts: Record<string, unknown>) => void;
  }) {
    this.#storage = ask.storage;
    this.#guard = ask.guard;
    this.#bus = ask.bus;
    this.#now = ask.now;
    this.#today = ask.today;
    this.#report = ask.report;
    this.#io = new Server(ask.http, {
      path: '/live',
      serveClient: false,
      // The boards have an upgrade handler of their own on the same server.
      destroyUpgrade: false,
      transports: ['websocket', 'polling'],
      // Boards travel here too where WebSockets are blocked: a whole gap at once, in base64.
      maxHttpBufferSize: 2 * 1024 * 1024,
      // Shorter than the patience of proxies that cut what is idle.
      pingInterval: 20_000,
      cleanupEmptyChildNamespaces: true,
      allowRequest: (request, decide) => decide(null, this.#guard.isOurOrigin(request)),
    });
    endWhereRepeated(this.#io.engine);
    this.#io.use((socket, next) => {
      void this.#enter(socket).then(
        () => next(),
        (error: unknown) => next(new Error(error instanceof Refusal ? error.reason : 'try-again')),
      );
    });
    this.#io.on('connection', (socket) => this.#serve(socket));
    this.#unlisten = ask.bus.listen((news) => {
      if (news.about === 'meeting')
        this.#io.to(`unit:${news.unit}`).emit('meeting', { meeting: news.meeting, version: news.version });
      if (news.about === 'family') void this.#tellFamily(news.family, news.unit);
      if (news.about === 'harm-taken-off') void this.#tellConsultant(news.family);
      if (news.about === 'not-safe')
        for (const member of news.members) this.#io.to(`member:${member}`).emit('not-safe');
      if (news.about === 'rights')
        for (const member of news.members) void this.#judgeAgain(`member:${member}`);
      if (news.about === 'session-ended') this.#io.in(`session:${news.session}`).disconnectSockets(true);
      if (news.about === 'restored') this.#io.emit('restored');
    });
    this.#timer = setInterval(() => void this.#judgeAgain(null), 60_000);
  }

  /** A namespace of its own on the same line: for the boards where WebSockets are blocked, and for shared screens. */
  of(name: string | RegExp): Namespace {
    return this.#io.of(name);
  }

  get connections(): number {
    return this.#io.engine.clientsCount;
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unlisten();
    // No goodbye to anybody: who loses the line comes back, and who is told to go is signed out.
    // The HTTP server is closed by whoever opened it.
    this.#io.engine.close();
  }

  async #enter(socket: Socket): Promise<void> {
    const known = await this.#guard.whoAsks(socket.request);
    if (!known) throw new Refusal('signed-out');
    socket.data = { session: known.session.id, member: known.person.member, unit: known.person.unit };
  }

  #serve(socket: Socket): void {
    const { session, member, unit } = socket.data as { session: string; member: string; unit: string };
    void socket.join([`session:${session}`, `member:${member}`, ...(unit ? [`unit:${unit}`] : [])]);
    const mayAct = paced(this.#now);
    socket.on(
      'join',
      (said: unknown, reply: unknown) =>
        void this.#answer(reply, async () => {
          if (!mayAct()) throw new Refusal('too-fast');
          return this.#join(socket, said);
        }),
    );
    socket.on(
      'act',
      (said: unknown, reply: unknown) =>
        void this.#answer(reply, async () => {
          if (!mayAct()) throw new Refusal('too-fast');
          return this.#act(socket, said);
        }),
    );
    socket.on('disconnect', () => void this.#leave(socket));
  }

  /** Answers a command; what is not a refusal is ours, with a number and no words of anybody. */
  async #answer(reply: unknown, work: () => Promise<Answer>): Promise<void> {
    let answer: Answer;
    try {
      answer = await work();
    } catch (error) {
      const refused: Refused =
        error instanceof Refusal
          ? { reason: error.reason, detail: error.detail, add: error.add }
          : { reason: error instanceof z.ZodError ? 'not-understood' : 'try-again' };
      if (refused.reason === 'try-again')
        this.#report('a command failed', { number: randomUUID(), error: (error as Error).name });
      answer = { ok: false, ...refused };
    }
    if (typeof reply === 'function') (reply as Reply)(answer);
  }

  async #who(socket: Socket): Promise<{ person: Person; session: SessionFacts }> {
    const { session, member } = socket.data as { session: string; member: string };
    return this.#guard.knowAgain(session, member);
  }

  async #join(socket: Socket, said: unknown): Promise<Answer> {
    const { meeting, place } = Join.parse(said);
    const { person } = await this.#who(socket);
    const row = await this.#meetingFor(person, meeting);
    const now = this.#now();
    // A line that breaks meanwhile finds where it was.
    (socket.data as { meeting?: string }).meeting = meeting;
    // H17: Whoever looks in on a later day, or once it is closed, was not there.
    if (!row.isClosed && row.on >= this.#today())
      // D17: Whether or not it can be written down that they came, they are at the table.
      await unlessUnreadable(
        this.#storage.write((trx) => arrive(trx, { meeting, member: person.member, place, now })),
      );
    await socket.join(`at:${meeting}:${person.member}`);
    await this.#bus.publish({ about: 'meeting', meeting, unit: person.unit, version: row.version });
    // It broke while they were written down: nobody else says that they left.
    if (!socket.connected) await this.#leave(socket);
    return { ok: true, version: row.version };
  }

  /** P19: news of a family goes only to those who may find it. */
  async #tellFamily(family: string, unit: string): Promise<void> {
    try {
      const right = await readFamilyRight(this.#storage.db, family);
      if (!right) return;
      for (const socket of await this.#io.in(`unit:${unit}`).fetchSockets()) {
        const { session, member } = socket.data as { session: string; member: string };
        const known = await this.#guard.knowAgain(session, member).catch(() => null);
        if (known && maySeeFamily(known.person, right)) socket.emit('family', { family });
      }
    } catch (error) {
      this.#report('news could not be told', { error: (error as Error).name });
    }
  }

  /** M9: That a harm line was taken away is told to the consultant at once, wherever they look. */
  async #tellConsultant(family: string): Promise<void> {
    try {
      const right = await readFamilyRight(this.#storage.db, family);
      if (!right) return;
      for (const socket of await this.#io.in(`unit:${right.unit}`).fetchSockets()) {
        const { session, member } = socket.data as { session: string; member: string };
        const known = await this.#guard.knowAgain(session, member).catch(() => null);
        if (known?.person.role === 'consultant' && maySeeFamily(known.person, right))
          socket.emit('harm-taken-off', { family });
      }
    } catch (error) {
      this.#report('news could not be told', { error: (error as Error).name });
    }
  }

  /** Somebody has stepped away when their last window has gone. */
  async #leave(socket: Socket): Promise<void> {
    const { meeting, member, unit } = socket.data as { meeting?: string; member: string; unit: string };
    if (!meeting) return;
    try {
      const others = await this.#io.in(`at:${meeting}:${member}`).fetchSockets();
      if (others.some((other) => other.id !== socket.id)) return;
      await this.#storage.write((trx) => leave(trx, { meeting, member, now: this.#now() }));
      await this.#bus.publish({ about: 'meeting', meeting, unit, version: -1 });
    } catch (error) {
      this.#report('a leaving was not written down', { error: (error as Error).name });
    }
  }

  /** One act: judged on the stored state, written with the next version, told to all. */
  async #act(socket: Socket, said: unknown): Promise<Answer> {
    const { meeting, act } = Act.parse(said);
    const { person, session } = await this.#who(socket);
    await this.#meetingFor(person, meeting);
    if (act.does === 'take-pen') this.#guard.needsProof(session);
    const { version, board, pensOf } = await this.#storage.write(async (trx) => {
      // The row is touched first, so that two acts come one after the other on both engines.
      await trx
        .updateTable('meetings')
        .set((eb) => ({ version: eb('version', '+', 1) }))
        .where('id', '=', meeting)
        .execute();
      const row = await trx
        .selectFrom('meetings')
        .select(['state', 'version'])
        .where('id', '=', meeting)
        .executeTakeFirstOrThrow();
      const before = readMeeting(row.state);
      const now = this.#now();
      const after = actOn(before, act, {
        member: person.member,
        powers: powersOf(person, meeting),
        own: new Set<Power>(ROLES[person.role].powers),
        members: new Set(
          (await readMembers(trx, person.unit))
            .filter((one) => !one.left && one.role !== 'guest')
            .map((one) => one.id),
        ),
        families: new Set((await readFamilies(trx, person)).map((family) => family.id)),
        now,
      });
      await trx
        .updateTable('meetings')
        .set({ state: JSON.stringify(after), closed_at: after.closedAt })
        .where('id', '=', meeting)
        .execute();
      await trx
        .insertInto('meeting_acts')
        .values({
          meeting_id: meeting,
          version: Number(row.version),
          at: now,
          member_id: person.member,
          act: JSON.stringify(act),
        })
        .execute();
      const kept = ofRisk(before, after, act, { by: person.member, at: now });
      if (kept)
        await trx
          .insertInto('intake')
          .values({
            id: randomUUID(),
            doc: familyDocument(kept.family),
            by: person.member,
            at: now,
            facts: JSON.stringify([kept.fact]),
          })
          .execute();
      if (after.pens.length > before.pens.length && act.does === 'take-pen')
        await audit(trx, {
          at: now,
          unit: person.unit,
          member: person.member,
          act: 'took the coordinator’s pen',
          subject: meeting,
        });
      return {
        version: Number(row.version),
        board: kept && familyDocument(kept.family),
        pensOf: TOUCHES_PENS.has(act.does) ? [...before.pens, ...after.pens].map((pen) => pen.to) : [],
      };
    });
    if (pensOf.length > 0) await this.#bus.publish({ about: 'rights', members: [...new Set(pensOf)] });
    await this.#bus.publish({ about: 'meeting', meeting, unit: person.unit, version });
    if (board) await this.#bus.publish({ about: 'intake', doc: board });
    return { ok: true, version };
  }

  async #meetingFor(
    person: Person,
    meeting: string,
  ): Promise<{ version: number; on: string; isClosed: boolean }> {
    const row = await this.#storage.db
      .selectFrom('meetings')
      .select(['unit_id', 'version', 'on_date', 'closed_at'])
      .where('id', '=', meeting)
      .executeTakeFirst();
    if (!row || !mayJoinMeeting(person, row.unit_id)) throw new Refusal('not-found');
    return { version: Number(row.version), on: row.on_date, isClosed: row.closed_at !== null };
  }

  /** Sockets whose session or seat no longer holds are closed; with null, all of them are looked at. */
  async #judgeAgain(room: string | null): Promise<void> {
    try {
      const sockets = room === null ? await this.#io.fetchSockets() : await this.#io.in(room).fetchSockets();
      for (const socket of sockets) {
        const { session, member } = socket.data as { session: string; member: string };
        try {
          await this.#guard.knowAgain(session, member);
        } catch (error) {
          if (!(error instanceof Refusal)) throw error;
          socket.disconnect(true);
        }
      }
    } catch (error) {
      this.#report('rights could not be looked up again', { error: (error as Error).name });
    }
  }
}

/** What the family's board keeps of a risk now, with the act itself: that it was called, and that it is over. */
function ofRisk(
  before: MeetingState,
  after: MeetingState,
  act: MeetingAct,
  { by, at }: { by: string; at: number },
): { family: string; fact: IntakeFact } | null {
  const called = before.risk === null ? after.risk : null;
  if (called)
    return {
      family: called.family,
      fact: { card: called.alarm, kind: 'alarm', fields: { text: '' }, before: null, by, at },
    };
  const ended = riskEndedBy(before, act);
  if (!ended) return null;
  const { risk, how, why } = ended;
  const fields = { text: why, alarm: risk.alarm, how, calledBy: risk.by, calledAt: risk.at };
  return {
    family: risk.family,
    fact: { card: randomUUID(), kind: 'riskOver', fields, before: null, by, at },
  };
}

/** Ten acts a second and forty at once: more than any hand, less than a flood. */
function paced(now: () => number): () => boolean {
  let left = 40;
  let at = now();
  return () => {
    left = Math.min(40, left + ((now() - at) / 1000) * 10);
    at = now();
    if (left < 1) return false;
    left--;
    return true;
  };
}
