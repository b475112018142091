import { bringIn, readFacts } from '#domain/board/intake.ts';
import { Refusal } from '#domain/errors.ts';
import type { Bus } from '../bus/bus.ts';
import {
  leaveRoom,
  readDocument,
  readIntake,
  renewServer,
  RoomHeld,
  roomsLost,
  takeRoom,
} from '../storage/queries/documents.ts';
import { openDocument } from '../storage/building.ts';
import { unlessUnreadable } from '../storage/unreadable.ts';
import type { Storage } from '../storage/storage.ts';
import { Committer } from './committer.ts';
import type { SyncMeasures } from './measures.ts';
import { Room } from './room.ts';
import { SearchIndex } from './search.ts';
import { keepSnapshot, needsSnapshot } from './snapshots.ts';

/** How long this server's rooms are its own without renewal: what a lost server costs the others. */
const leaseMs = 15_000;
const renewMs = 5_000;
/** How long a room without pages stays in memory, so that a reload finds it warm. */
const lingerMs = 30_000;

/** The number of a room that could not be taken. */
const NO_FENCE = -1;

/** What the log says of a failure: never a text, never a name. */
export type Report = (what: string, facts: Record<string, unknown>) => void;

/** All rooms of this server. */
export class Rooms {
  readonly #storage: Storage;
  readonly #owner: string;
  readonly #now: () => number;
  readonly #recordNow: () => number;
  readonly #report: Report;
  readonly #alarm: Report;
  readonly #measures: SyncMeasures;
  readonly #bus: Bus;
  readonly #opened: ((room: Room) => void) | undefined;
  readonly #rooms = new Map<string, Promise<Room>>();
  readonly #open = new Map<string, Room>();
  readonly #empty = new Map<string, number>();
  readonly #snapshotting = new Set<string>();
  readonly #taking = new Map<string, Promise<void>>();
  /** Until when this server's rooms are its own. */
  #heldUntil = 0;
  readonly #timer: NodeJS.Timeout;
  readonly #unlisten: () => void;
  readonly committer: Committer;
  readonly search: SearchIndex;

  constructor(ask: {
    storage: Storage;
    bus: Bus;
    owner: string;
    /** What leases go by. */
    now: () => number;
    /** What the log's rows are told with. */
    recordNow: () => number;
    report: Report;
    /** What somebody has to look at now. */
    alarm: Report;
    measures: SyncMeasures;
    /** Called with each board that is opened whole, before anything more comes into it. */
    opened?: (room: Room) => void;
  }) {
    this.#storage = ask.storage;
    this.#owner = ask.owner;
    this.#now = ask.now;
    this.#recordNow = ask.recordNow;
    this.#report = ask.report;
    this.#alarm = ask.alarm;
    this.#measures = ask.measures;
    this.#bus = ask.bus;
    this.#opened = ask.opened;
    this.committer = new Committer(ask.storage, ask.measures);
    this.search = new SearchIndex(ask.storage, (error) => this.#failed(error));
    this.#timer = setInterval(() => void this.#keepHouse(), renewMs);
    this.#unlisten = ask.bus.listen((news) => {
      if (news.about === 'intake') void this.takeIn(news.doc).catch((error: unknown) => this.#failed(error));
      if (news.about === 'restored') this.#sendAway();
    });
  }

  /** A board that is open here. */
  opened = (doc: string): Room | undefined => this.#open.get(doc);

  get count(): number {
    return this.#open.size;
  }

  /** The room of a document, opened if it is not; refuses with try-again where another server holds it. */
  async enter(doc: string): Promise<Room> {
    const known = this.#rooms.get(doc);
    if (known) return known;
    const opening = this.#openRoom(doc);
    this.#rooms.set(doc, opening);
    try {
      return await opening;
    } catch (error) {
      // Somebody else may be opening it anew by now.
      if (this.#rooms.get(doc) === opening) this.#rooms.delete(doc);
      if (error instanceof RoomHeld) throw new Refusal('try-again');
      throw error;
    }
  }

  /** Brings what waits for a document into it, if this server has it open. */
  takeIn(doc: string): Promise<void> {
    // One at a time: what is being taken in is not read a second time.
    const turn = (this.#taking.get(doc) ?? Promise.resolve())
      .catch(() => undefined)
      .then(() => this.#takeWhatWaits(doc))
      .finally(() => this.#taking.get(doc) === turn && this.#taking.delete(doc));
    this.#taking.set(doc, turn);
    return turn;
  }

  async #takeWhatWaits(doc: string): Promise<void> {
    const room = this.#open.get(doc);
    if (!room) return;
    for (const waiting of await readIntake(this.#storage.db, doc)) {
      const facts = readFacts(waiting.facts);
      await room.act((board) => {
        bringIn(board, { facts, by: waiting.by, at: this.#recordNow() });
        return null;
      }, waiting.id);
    }
  }

  /** Brings in everything that waits for any document, opening each for as long as it takes. */
  async takeInAll(): Promise<void> {
    const waiting = await this.#storage.db.selectFrom('intake').select('doc').distinct().execute();
    for (const { doc } of waiting) {
      // One board that cannot take it must not keep the others from it.
      const room = await this.enter(doc);
      await this.takeIn(doc).catch((error: unknown) => this.#failed(error));
      if (room.peers.size === 0) this.#empty.set(doc, this.#now());
    }
  }

  /** Sends everybody away from a board that is no more. */
  end(doc: string): void {
    const room = this.#open.get(doc);
    if (room) {
      this.#forget(room);
      room.drop('other-generation');
      return;
    }
    // One that is just being opened is sent away as soon as it is there.
    void this.#rooms.get(doc)?.then(
      (opening) => {
        this.#forget(opening);
        opening.drop('other-generation');
      },
      () => undefined,
    );
  }

  /** Called when a page has left. */
  left(room: Room): void {
    if (room.peers.size === 0 && !room.isDropped) this.#empty.set(room.name, this.#now());
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.#unlisten();
    await this.committer.idle();
    await this.search.close();
    for (const room of [...this.#open.values()]) {
      await this.#snapshot(room, 1);
      await this.#shut(room);
    }
  }

  async #openRoom(doc: string): Promise<Room> {
    await this.#holdRooms();
    const taken = await unlessUnreadable(
      takeRoom(this.#storage, { doc, owner: this.#owner, now: this.#now() }),
    );
    const read = await readDocument(this.#storage.db, doc);
    // D17: What has no place that can be read among the others is written by nobody.
    const kept = taken
      ? read
      : { ...read, damage: read.damage ?? 'its place among the boards cannot be read' };
    const fence = taken?.fence ?? NO_FENCE;
    const built = await openDocument(kept);
    // D4: Where that took longer than the lease, another server may have taken it meanwhile.
    if (
      taken &&
      (await roomsLost(this.#storage.db, { owner: this.#owner, rooms: [{ doc, fence }] })).length > 0
    )
      throw new RoomHeld('another server holds this room');
    const room = new Room(
      doc,
      { kept, built, fence },
      {
        committer: this.committer,
        now: this.#recordNow,
        refused: (refusal) => {
          this.#measures.refused();
          this.#report('an update was refused', refusal);
        },
        dropped: (dropped, error) => {
          this.#forget(dropped);
          this.#measures.poisoned();
          this.#report('a room was dropped', {
            doc: dropped.name,
            error: (error as { code?: string }).code ?? (error as Error).name,
          });
        },
      },
    );
    this.#open.set(doc, room);
    if (room.damage !== null) {
      this.#damaged(room);
      return room;
    }
    // Neither may keep a board shut: what could not be done is told, and tried again when the house is kept.
    await this.search.follow(room).catch((error: unknown) => this.#failed(error));
    this.#opened?.(room);
    await this.takeIn(doc).catch((error: unknown) => this.#failed(error));
    // It may have been dropped meanwhile: a room that hears nothing is no room to come into.
    if (room.isDropped) throw new Refusal('try-again');
    return room;
  }

  /** D17: Whoever runs Wednesday is told at once; the unit reads it on the board. Nothing of it is removed. */
  #damaged(room: Room): void {
    this.#measures.damaged();
    this.#alarm('A BOARD IS DAMAGED and can only be read', { doc: room.name, why: room.damage });
  }

  /** What fails in the background is told, and tried again at the next turn of the house. */
  #failed(error: unknown): void {
    this.#report('the rooms could not be kept', {
      error: (error as { code?: string }).code ?? (error as Error).name,
    });
  }

  #forget(room: Room): void {
    if (this.#open.get(room.name) !== room) return;
    this.#open.delete(room.name);
    this.#rooms.delete(room.name);
    this.#empty.delete(room.name);
  }

  async #shut(room: Room): Promise<void> {
    this.#forget(room);
    if (!room.isDropped) room.drop('try-again');
    if (room.fence !== NO_FENCE) await leaveRoom(this.#storage, { doc: room.name, fence: room.fence });
  }

  /** D4: Every room of this server is held by one row, which is renewed while a board is open. */
  async #holdRooms(): Promise<void> {
    if (this.#now() + renewMs > this.#heldUntil) await this.#renew();
  }

  async #renew(): Promise<void> {
    const until = this.#now() + leaseMs;
    const renewing = renewServer(this.#storage, { id: this.#owner, until });
    // D17: A SQLite store has one server, by its folder's lock, whether or not its row can be written.
    await (this.#storage.engine === 'sqlite' ? unlessUnreadable(renewing) : renewing);
    const wasLate = this.#now() > this.#heldUntil;
    this.#heldUntil = until;
    if (!wasLate || this.#open.size === 0) return;
    // The time was over for a while: another server may have taken a room, and here it would never be heard of.
    const rooms = [...this.#open.values()].map((room) => ({ doc: room.name, fence: room.fence }));
    for (const doc of await roomsLost(this.#storage.db, { owner: this.#owner, rooms }))
      this.#open.get(doc)?.poisoned(new Error('the lease was lost'));
  }

  /** Renews the lease, takes in what another process has left for a board, keeps snapshots, lets go of empty rooms. */
  async #keepHouse(): Promise<void> {
    try {
      const open = [...this.#open.values()];
      // Also while one is only being opened.
      if (this.#rooms.size > 0) await this.#renew();
      const waiting = await this.#storage.db.selectFrom('intake').select('doc').distinct().execute();
      for (const { doc } of waiting) await this.takeIn(doc).catch((error: unknown) => this.#failed(error));
      for (const room of open) await this.#tend(room);
    } catch (error) {
      this.#failed(error);
    }
  }

  async #tend(room: Room): Promise<void> {
    if (room.isDropped) return;
    if (needsSnapshot(room, this.#now())) await this.#snapshot(room, 1);
    const since = this.#empty.get(room.name);
    if (since === undefined || room.peers.size > 0) return void this.#empty.delete(room.name);
    if (this.#now() - since < lingerMs || !room.isQuiet) return;
    await this.#snapshot(room, 20);
    if (room.peers.size === 0) await this.#shut(room);
  }

  async #snapshot(room: Room, fromRows: number): Promise<void> {
    if (
      room.damage !== null ||
      room.durable - room.snapshotSeq < fromRows ||
      this.#snapshotting.has(room.name)
    )
      return;
    this.#snapshotting.add(room.name);
    try {
      await keepSnapshot(this.#storage, room, this.#now());
    } catch (error) {
      this.#report('a snapshot was not kept', { doc: room.name, error: (error as Error).message });
    } finally {
      this.#snapshotting.delete(room.name);
    }
  }

  /** After a restore every document has another generation: nobody goes on with what they hold. */
  #sendAway(): void {
    for (const doc of [...this.#rooms.keys()]) this.end(doc);
  }
}
