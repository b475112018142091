import { createHash, randomBytes, randomInt, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Namespace, Socket } from 'socket.io';
import { encode } from 'uqr';
import { readBoard, type Cards } from '#domain/board/board.ts';
import { Refusal } from '#domain/errors.ts';
import { joinCode, readMeeting } from '#domain/meeting/meeting.ts';
import { SCREEN_CODE } from '#domain/meeting/screen-code.ts';
import { wallPicture, type WallPicture } from '#domain/meeting/wall.ts';
import { familyDocument } from '#domain/wire.ts';
import type * as Y from 'yjs';
import type { Bus } from '../bus/bus.ts';
import { audit } from '../storage/queries/audit.ts';
import { readFamilyRight } from '../storage/queries/people.ts';
import { readChildren, readMembers, readUnit } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';

const codeMs = 10 * 60_000;
/** So many wrong codes, and every open one ends: somebody is guessing, and a new one is made in a moment. */
const mostWrong = 20;
/** A meeting that nobody closed is on no screen the next morning. */
const longestMs = 16 * 3_600_000;
const drawMs = 200;

/** A board that is looked at while a screen shows it. */
export interface Watched {
  doc: Y.Doc;
  /** It says nothing new any more and must be opened again. */
  isOver: () => boolean;
  /** Resolves when all that `doc` holds now is on disk. */
  settled: () => Promise<void>;
  writing: () => { member: string; card: string }[];
  leave: () => void;
}

/** What the shared screens need from outside. */
export interface WallTools {
  storage: Storage;
  bus: Bus;
  now: () => number;
  /** What the time on the meeting's clock goes by. */
  recordNow: () => number;
  /** The wall's cookie of a request. */
  tokenOf: (request: IncomingMessage) => string | null;
  /** Opens a board to look at; `changed` is called with every change, and with every hand that moves. */
  watch: (doc: string, changed: () => void) => Promise<Watched>;
  report: (what: string, facts: Record<string, unknown>) => void;
  /** Where Wednesday lives, for the drawing that a phone reads. */
  origin: string;
}

const hash = (secret: string) => createHash('sha256').update(secret).digest('hex');

/** How a phone finds this table: by six numbers, or a QR code with the four units of quiet round it that phones need. */
function joinBy(origin: string, meeting: string): NonNullable<WallPicture['join']> {
  const code = joinCode(meeting);
  const { data, size } = encode(`${origin}/join/${code}`, { border: 4 });
  const squares = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return { code, qr: { size, path: squares.join('') } };
}

/** The shared screens of all meetings: each gets a picture, and cannot say anything. */
export class Walls {
  readonly #tools: WallTools;
  readonly #io: Namespace;
  readonly #shows = new Map<string, Show>();
  readonly #unlisten: () => void;
  /** Codes that opened nothing since the last one was made, from wherever they came. */
  #wrong = 0;

  constructor(io: Namespace, tools: WallTools) {
    this.#tools = tools;
    this.#io = io;
    io.use((socket, next) => {
      void this.#placeOf(socket).then(
        (place) => {
          socket.data = place;
          next();
        },
        (error: unknown) => next(new Error(error instanceof Refusal ? error.reason : 'try-again')),
      );
    });
    io.on('connection', (socket) => void this.#serve(socket));
    this.#unlisten = tools.bus.listen((news) => {
      for (const [meeting, show] of this.#shows)
        // What may be seen may be less now: nothing that was drawn before is shown once more.
        if (news.about === 'rights') {
          if (show.concerns(news.members)) show.lookAnew();
        } else if (
          news.about === 'meeting'
            ? news.meeting === meeting
            : news.about === 'family'
              ? show.mayShow(news.unit)
              : news.about === 'restored'
        )
          show.look();
    });
  }

  close(): void {
    this.#unlisten();
    for (const show of this.#shows.values()) show.end();
  }

  /** S18: A code for a screen in the room, good once and for ten minutes. */
  async makeCode(ask: { meeting: string; by: string }): Promise<{ code: string; until: number }> {
    const { storage, now } = this.#tools;
    const { signs, length } = SCREEN_CODE;
    const code = Array.from({ length }, () => signs[randomInt(0, signs.length)]).join('');
    const until = now() + codeMs;
    await storage.write(async (trx) => {
      // One open code for each meeting: the one before it ends.
      await trx
        .deleteFrom('walls')
        .where('meeting_id', '=', ask.meeting)
        .where('code_hash', 'is not', null)
        .execute();
      await trx
        .insertInto('walls')
        .values({
          id: randomUUID(),
          meeting_id: ask.meeting,
          code_hash: hash(code),
          code_until: until,
          token_hash: null,
          by_member: ask.by,
          at: now(),
        })
        .execute();
    });
    this.#wrong = 0;
    return { code, until };
  }

  /** Takes a code once and gives the screen its cookie. */
  async open(code: string): Promise<{ meeting: string; token: string }> {
    const { storage, now } = this.#tools;
    const token = randomBytes(32).toString('base64url');
    const opened = await storage.write(async (trx) => {
      const taken = await trx
        .updateTable('walls')
        .set({ code_hash: null, token_hash: hash(token) })
        .where('code_hash', '=', hash(code))
        .where('code_until', '>', now())
        .returning('meeting_id')
        .execute();
      if (taken.length !== 1) return null;
      return { meeting: taken[0]!.meeting_id, token };
    });
    if (opened) {
      this.#wrong = 0;
      return opened;
    }
    if (++this.#wrong >= mostWrong) await this.#endCodes();
    throw new Refusal('not-found');
  }

  /** P27: Somebody guesses: every code that is open ends, and stands in the audit of its unit; where none is, in that of whoever runs the server, once. */
  async #endCodes(): Promise<void> {
    const { storage, now } = this.#tools;
    await storage.write(async (trx) => {
      const open = await trx
        .selectFrom('walls')
        .innerJoin('meetings', 'meetings.id', 'walls.meeting_id')
        .select(['meetings.id', 'unit_id'])
        .where('code_hash', 'is not', null)
        .execute();
      await trx.deleteFrom('walls').where('code_hash', 'is not', null).execute();
      const about = [
        ...open.map(({ id, unit_id: unit }) => ({ unit, subject: id })),
        ...(open.length === 0 && this.#wrong === mostWrong ? [{ unit: null, subject: '' }] : []),
      ];
      for (const { unit, subject } of about)
        await audit(trx, { at: now(), unit, member: null, act: 'codes of a screen were guessed', subject });
    });
  }

  /** The meeting that a screen's cookie opens, and until when; it ends with the meeting. */
  async #placeOf(socket: Socket): Promise<Place> {
    const token = this.#tools.tokenOf(socket.request);
    const row = token
      ? await this.#tools.storage.db
          .selectFrom('walls')
          .innerJoin('meetings', 'meetings.id', 'walls.meeting_id')
          .select(['meeting_id', 'closed_at', 'at'])
          .where('token_hash', '=', hash(token))
          .where('at', '>', this.#tools.now() - longestMs)
          .executeTakeFirst()
      : undefined;
    if (!row || row.closed_at !== null) throw new Refusal('signed-out');
    return { wall: row.meeting_id, until: Number(row.at) + longestMs };
  }

  async #serve(socket: Socket): Promise<void> {
    const { wall, until } = socket.data as Place;
    const ending = setTimeout(() => socket.disconnect(true), Math.max(0, until - this.#tools.now()));
    await socket.join(wall);
    const show =
      this.#shows.get(wall) ??
      new Show(wall, this.#tools, (picture) => this.#io.to(wall).emit('picture', picture));
    this.#shows.set(wall, show);
    show.screens++;
    // Whatever a screen says is not heard: it has no events of its own.
    socket.on('disconnect', () => {
      clearTimeout(ending);
      show.screens--;
      if (show.screens > 0) return;
      show.end();
      this.#shows.delete(wall);
    });
    if (show.last) socket.emit('picture', show.last);
    else show.look();
  }
}

/** What a screen may show, and until when, epoch milliseconds. */
interface Place {
  wall: string;
  until: number;
}

/** One meeting while at least one screen shows it. */
class Show {
  screens = 0;
  last: WallPicture | null = null;
  readonly #meeting: string;
  readonly #tools: WallTools;
  readonly #tell: (picture: WallPicture) => void;
  #watched: { doc: string; board: Watched } | null = null;
  #timer: NodeJS.Timeout | null = null;
  #drawing: Promise<void> = Promise.resolve();
  #isOver = false;
  #unit: string | null = null;
  #unitsMembers: ReadonlySet<string> | null = null;
  /** How often rights have changed: what was read before is not shown after. */
  #rights = 0;

  constructor(meeting: string, tools: WallTools, tell: (picture: WallPicture) => void) {
    this.#meeting = meeting;
    this.#tools = tools;
    this.#tell = tell;
  }

  /** Something has changed: the picture is made again soon, however much changes meanwhile. */
  look(): void {
    if (this.#isOver) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#drawing = this.#drawing
        .then(() => this.#draw())
        .catch((error: unknown) =>
          this.#tools.report('a shared screen could not be drawn', { error: (error as Error).name }),
        );
    }, drawMs);
  }

  /** Whether a right of somebody of this unit has changed; before the first picture nobody knows whose unit it is. */
  concerns(members: readonly string[]): boolean {
    return this.#unitsMembers === null || members.some((member) => this.#unitsMembers!.has(member));
  }

  /** Whether news of a unit's family may be about this picture. */
  mayShow(unit: string): boolean {
    return this.#unit === null || this.#unit === unit;
  }

  /** The same after a right has changed. */
  lookAnew(): void {
    this.#rights++;
    this.last = null;
    this.look();
  }

  end(): void {
    this.#isOver = true;
    if (this.#timer) clearTimeout(this.#timer);
    this.#watched?.board.leave();
    this.#watched = null;
  }

  async #draw(): Promise<void> {
    const { storage, recordNow } = this.#tools;
    const { db } = storage;
    const judged = this.#rights;
    const row = await db
      .selectFrom('meetings')
      .select(['state', 'unit_id'])
      .where('id', '=', this.#meeting)
      .executeTakeFirst();
    if (!row || this.#isOver) return;
    const state = readMeeting(row.state);
    const focused = state.agenda.find((item) => item.id === state.focus.item)?.family ?? null;
    const right = focused ? await readFamilyRight(db, focused) : null;
    // Who is in the room is not who may see it: what only some may see is on no shared screen.
    const isHidden = right?.restricted ?? false;
    const shown = focused && right && !isHidden ? focused : null;
    const cards = await this.#cardsOf(state.closedAt === null && !state.blank ? shown : null);
    const name = shown
      ? await db.selectFrom('families').select('name').where('id', '=', shown).executeTakeFirst()
      : undefined;
    const here = await db
      .selectFrom('attendance')
      .select(['member_id', 'place'])
      .where('meeting_id', '=', this.#meeting)
      .where('here', '=', 1)
      .orderBy('first_at')
      .execute();
    const unit = (await readUnit(db, row.unit_id))!;
    const members = new Map((await readMembers(db, row.unit_id)).map((member) => [member.id, member]));
    this.#unit = row.unit_id;
    this.#unitsMembers = new Set(members.keys());
    const picture = wallPicture({
      state,
      now: recordNow(),
      blank: state.blank,
      join: joinBy(this.#tools.origin, this.#meeting),
      family: shown && name ? { name: name.name, children: await readChildren(db, [shown]) } : null,
      isHidden,
      cards,
      members,
      settings: unit.settings,
      here: here.map((one) => ({ member: one.member_id, home: one.place === 'home' })),
      writing: this.#watched?.board.writing() ?? [],
    });
    if (this.#isOver || judged !== this.#rights) return;
    this.last = picture;
    this.#tell(picture);
  }

  async #cardsOf(family: string | null): Promise<Cards> {
    const doc = family && familyDocument(family);
    if (this.#watched && (this.#watched.doc !== doc || this.#watched.board.isOver())) {
      this.#watched.board.leave();
      this.#watched = null;
    }
    if (!doc) return new Map();
    if (!this.#watched) {
      const board = await this.#tools.watch(doc, () => this.look());
      if (this.#isOver) {
        board.leave();
        return new Map();
      }
      this.#watched = { doc, board };
    }
    const { board } = this.#watched;
    const cards = readBoard(board.doc);
    // Nobody reads in the room what a power cut could still take back.
    await board.settled();
    return cards;
  }
}
