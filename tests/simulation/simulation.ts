import { createHash } from 'node:crypto';
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import * as Y from 'yjs';
import { BOARD_HAND } from '#domain/board/policy.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Bus } from '../../server/bus/bus.ts';
import { memoryBus } from '../../server/bus/memory-bus.ts';
import { watchEpochs } from '../../server/identity/epochs.ts';
import { Cookies } from '../../server/identity/cookies.ts';
import { Guard } from '../../server/identity/guard.ts';
import { contentOf } from '../../server/storage/content.ts';
import { ownKeyFile } from '../../server/storage/keys.ts';
import { buildDocument } from '../../server/storage/building.ts';
import { readDocument } from '../../server/storage/queries/documents.ts';
import { readHistory } from '../../server/storage/queries/history.ts';
import { raiseEpochs } from '../../server/storage/queries/people.ts';
import { Door } from '../../server/sync/door.ts';
import { readFrame, writeUpdate, type Message } from '../../server/sync/frames.ts';
import { Rooms } from '../../server/sync/rooms.ts';
import { hostileFrame, actOn } from '../converge/hands.ts';
import { layFamily, layUnit, type Signed } from '../support/people.ts';
import { seeded } from '../support/random.ts';
import { Disk, FaultyStore, FileLock, type Fate } from './faulty-store.ts';
import { SimPage } from './page.ts';

/** What somebody who wants the guarantees broken does; the order of pieces is switched off where the gate asks for it. */
export type Saboteur = 'hasty' | 'forgetful' | null;

/** What came of one seed. */
export interface Simulated {
  /** What does not hold, or null. */
  broken: string | null;
  /** Of everything that happened, in its order: the same seed gives the same. */
  digest: string;
  rows: number;
  crashes: number;
  failedWrites: number;
  withdrawn: number;
  /** Frames that were refused: of the hostile hand, and of the others. */
  repelled: number;
  refused: number;
  /** Times that somebody was told that their words are saved, and that words were shown to somebody. */
  saved: number;
  shown: number;
}

class Broken extends Error {}

const HOSTILE_CLIENTS = [77, 2_000_000_000, 4_100_000_000];
const nothing = () => undefined;

/** One server of ours on the file, without its HTTP. */
class Server {
  readonly store: FaultyStore;
  readonly bus: Bus;
  readonly rooms: Rooms;
  readonly door: Door;
  readonly #unwatch: () => void;

  constructor(id: string, store: FaultyStore) {
    this.store = store;
    this.bus = memoryBus((error) => {
      throw error;
    });
    const { storage } = store;
    const { bus } = this;
    const measures = {
      appended: nothing,
      refused: nothing,
      poisoned: nothing,
      damaged: nothing,
      connections: nothing,
    };
    this.rooms = new Rooms({
      storage,
      bus,
      owner: id,
      now: () => Date.now(),
      recordNow: () => Date.now(),
      report: nothing,
      alarm: (what) => {
        throw new Broken(what);
      },
      measures,
    });
    const publicUrl = new URL('https://wednesday.example');
    const guard = new Guard({
      storage,
      cookies: new Cookies({ publicUrl, isFramed: false }),
      origin: publicUrl.origin,
      now: () => Date.now(),
      failed: nothing,
    });
    this.door = new Door({ rooms: this.rooms, guard, measures, bus, now: () => Date.now() });
    this.#unwatch = watchEpochs({ storage, bus, report: nothing });
  }

  kill(): void {
    this.#unwatch();
    this.store.die();
    // Only its timers end: what it still asks is answered by nobody.
    this.door.close();
    void this.rooms.close();
  }
  async stop(): Promise<void> {
    this.#unwatch();
    this.door.close();
    await this.rooms.close();
    await this.store.storage.close();
  }
}

/**
 * Plays one seed: a unit's pages write on two boards through one or two servers over one SQLite file, while lines break,
 * frames are late, writes wait, fail or die, servers are killed, frozen and replaced, rights are withdrawn and given back,
 * and somebody hostile writes frames that no page would. Everything is decided by the seed; time is the simulation's.
 */
export async function simulate(
  seed: number,
  ask: { steps: number; template: string; saboteur: Saboteur },
): Promise<Simulated> {
  const folder = await mkdtemp(join(tmpdir(), 'wednesday-'));
  try {
    await cp(ask.template, folder, { recursive: true });
    return await new Simulation(seed, folder, ask).play();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

class Simulation {
  readonly #random: () => number;
  readonly #folder: string;
  readonly #steps: number;
  readonly #saboteur: Saboteur;
  readonly #lock = new FileLock();
  readonly #disk = new Disk();
  readonly #owners = new Map<number, string>();
  readonly #trace = createHash('sha256');
  readonly #done = {
    rows: 0,
    crashes: 0,
    failedWrites: 0,
    withdrawn: 0,
    repelled: 0,
    refused: 0,
    saved: 0,
    shown: 0,
  };
  readonly #pages: SimPage[] = [];
  /** Whose right is withdrawn and told: from now on nothing reaches them. */
  readonly #out = new Set<string>();
  /** Whose right is withdrawn, told or not. */
  readonly #withdrawn = new Set<string>();
  #key: string | null = null;
  #mallory!: SimPage;
  #server!: Server;
  #old: Server | null = null;
  #servers = 0;
  #nextClient = 1_000;
  #broken: string | null = null;

  constructor(seed: number, folder: string, ask: { steps: number; saboteur: Saboteur }) {
    this.#random = seeded(seed);
    this.#folder = folder;
    this.#steps = ask.steps;
    this.#saboteur = ask.saboteur;
  }

  async play(): Promise<Simulated> {
    await this.#begin();
    try {
      for (let step = 0; step < this.#steps && this.#broken === null; step++) await this.#step();
      if (this.#broken === null) await this.#settle();
      if (this.#broken === null) await this.#compare();
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.#broken ??= error.message;
    } finally {
      this.#old?.kill();
      this.#server.kill();
      await turn();
      vi.clearAllTimers();
    }
    return { broken: this.#broken, digest: this.#trace.digest('hex'), ...this.#done };
  }

  async #begin(): Promise<void> {
    const keyFile = ownKeyFile(this.#folder);
    this.#key = keyFile && (await readFile(keyFile, 'utf8')).trim();
    this.#server = this.#open();
    const { storage } = this.#server.store;
    const unit = await layUnit(storage);
    const families = [
      unit.family,
      await layFamily(storage, { unit: unit.unit, name: 'Other', restricted: false }),
    ];
    const people = Object.values(unit.people);
    const [mallory, ...honest] = people as [Signed, ...Signed[]];
    for (let n = 6 + this.#below(5); n > 0; n--)
      this.#pages.push(this.#page(this.#pick(honest), this.#pick(families)));
    this.#mallory = this.#page(mallory, families[0]!);
    for (const client of HOSTILE_CLIENTS) this.#owners.set(client, mallory.id);
    await turn();
  }

  #page({ id, cookie }: Signed, family: string): SimPage {
    return new SimPage({
      member: id,
      doc: familyDocument(family),
      cookie,
      // Ids of either order: which of two pages has the higher one decides many a place.
      client: () => {
        const client = this.#random() < 0.5 ? this.#nextClient++ : 4_000_000_000 - this.#nextClient++;
        this.#owners.set(client, id);
        return client;
      },
    });
  }

  #open(): Server {
    const store = new FaultyStore({
      path: join(this.#folder, 'wednesday.db'),
      key: this.#key,
      lock: this.#lock,
    });
    store.holds = () => this.#random() < 0.5;
    store.isHasty = this.#saboteur === 'hasty';
    store.wrote = (rows) => {
      this.#done.rows += rows.length;
      for (const row of rows) this.#trace.update(`${row.doc} ${row.seq} ${row.fence} `).update(row.bytes);
      this.#claim(this.#disk.take(rows, (client) => this.#owners.get(client) ?? null));
    };
    return new Server(`server-${++this.#servers}`, store);
  }

  #claim(why: string | null): void {
    this.#broken ??= why;
  }
  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)]!;
  }
  #below(most: number): number {
    return Math.floor(this.#random() * most);
  }
  get #all(): SimPage[] {
    return [...this.#pages, this.#mallory];
  }
  get #running(): Server[] {
    return this.#old ? [this.#server, this.#old] : [this.#server];
  }

  async #step(): Promise<void> {
    const roll = this.#random();
    if (roll < 0.3) this.#write();
    else if (roll < 0.4) this.#attack();
    else if (roll < 0.75) this.#carry();
    else if (roll < 0.87) this.#decideWrites();
    else if (roll < 0.93) vi.advanceTimersByTime(1 + this.#below(900));
    else if (roll < 0.955) this.#pick(this.#all).line?.cut();
    else if (roll < 0.963) await this.#changeRight();
    else if (roll < 0.973) this.#reload();
    else if (roll < 0.98) this.#crash();
    else if (roll < 0.985) await this.#restart();
    else if (roll < 0.99) await this.#replace();
    else if (roll < 0.995) await this.#goHome();
    for (const page of this.#all) this.#comeBack(page);
    await turn();
  }

  #write(): void {
    const page = this.#pick(this.#pages);
    actOn(page.device, this.#random);
    if (this.#random() < 0.7) page.flush();
  }

  #attack(): void {
    const { line, device } = this.#mallory;
    if (!line?.isOpen) return;
    // Under her own ids, at the clocks that the disk has: the rest of the frame is as wrong as it gets.
    const frame = hostileFrame(this.#disk.of(this.#mallory.doc).doc, HOSTILE_CLIENTS, this.#random);
    if (frame && device) line.up.push(writeUpdate(frame).payload);
  }

  /** One frame arrives, on some line, in some direction. */
  #carry(): void {
    for (let n = 1 + this.#below(12); n > 0; n--) {
      const waiting = this.#all.filter(
        (page) => page.line && (page.line.hasFrame || page.line.down.length > 0),
      );
      if (waiting.length === 0) return;
      this.#deliver(this.#pick(waiting));
    }
  }

  #deliver(page: SimPage): void {
    const line = page.line!;
    const isUp = line.down.length === 0 || (line.hasFrame && this.#random() < 0.5);
    if (isUp) {
      const room = this.#running.map(({ rooms }) => rooms.opened(page.doc));
      const before = room.map((one) => one?.applied);
      line.arrive();
      if (this.#out.has(page.member) && room.some((one, index) => one?.applied !== before[index]))
        this.#claim('somebody without a right wrote');
    } else
      for (const bytes of page.hear()) {
        this.#done.saved++;
        if (!this.#disk.holds(page.doc, bytes)) this.#claim('what is not on disk was called saved');
      }
    page.flush();
  }

  /** Something was sent to a page. */
  #wrote(page: SimPage, message: Message): void {
    if (this.#out.has(page.member)) this.#claim('somebody without a right was sent something');
    const frame = readFrame(message.payload);
    if (frame?.says !== 'update') return;
    this.#done.shown++;
    if (!this.#disk.holds(page.doc, frame.bytes)) this.#claim('what is not on disk was shown');
  }

  #decideWrites(fate?: Fate): void {
    for (const { store } of this.#running)
      for (const batch of store.held.splice(0)) {
        const roll = this.#random();
        const meets = fate ?? (roll < 0.84 ? 'write' : roll < 0.92 ? 'fail' : 'write-then-fail');
        if (meets !== 'write') this.#done.failedWrites++;
        batch.meet(meets);
      }
  }

  #reload(): void {
    const page = this.#pick(this.#pages);
    page.line?.cut();
    page.begin();
  }

  /** A page whose line is broken comes again, unless it was told not to. */
  #comeBack(page: SimPage): void {
    const line = page.line;
    if (line?.isOpen) return;
    if (line?.closed) {
      const reason = line.closed;
      this.#trace.update(reason);
      if (reason !== 'try-again') page.begin();
      if (reason === 'refused' || reason === 'too-large')
        this.#done[page === this.#mallory ? 'repelled' : 'refused']++;
      if (['not-allowed', 'not-found', 'signed-out'].includes(reason)) page.isOut = true;
      page.line = null;
    }
    if (page.isOut) {
      if (this.#withdrawn.has(page.member)) return;
      page.isOut = false;
    }
    if (this.#random() < 0.3) page.connect(this.#server.door, (message) => this.#wrote(page, message));
  }

  /** A right is withdrawn or given back: in a server, which tells it at once, or beside it, where only the epoch says so. */
  async #changeRight(): Promise<void> {
    const { member } = this.#pick(this.#pages);
    const isBack = this.#withdrawn.has(member);
    const isTold = this.#random() < 0.6;
    const writing = this.#server.store.storage.write(async (trx) => {
      await trx
        .updateTable('members')
        .set({ left_at: isBack ? null : 1 })
        .where('id', '=', member)
        .execute();
      if (this.#saboteur !== 'forgetful') await raiseEpochs(trx, [member]);
    });
    await this.#until(writing);
    this.#trace.update(`${member} ${isBack}`);
    if (isBack) {
      this.#withdrawn.delete(member);
      this.#out.delete(member);
    } else {
      this.#withdrawn.add(member);
      this.#done.withdrawn++;
    }
    if (isTold && this.#saboteur !== 'forgetful')
      await Promise.all(this.#running.map(({ bus }) => bus.publish({ about: 'rights', members: [member] })));
    if (isTold && !isBack) this.#out.add(member);
  }

  /** The power goes: what the server had in its hand is gone, and a batch that was on its way may be on disk or not. */
  #crash(): void {
    this.#done.crashes++;
    this.#old?.kill();
    this.#old = null;
    for (const batch of this.#server.store.held.splice(0)) if (this.#random() < 0.5) batch.meet('write');
    for (const page of this.#all) page.line?.cut();
    this.#server.kill();
    this.#server = this.#open();
  }

  async #restart(): Promise<void> {
    if (this.#old) return;
    await this.#until(this.#server.stop());
    for (const page of this.#all) page.line?.cut();
    this.#server = this.#open();
  }

  /** A server stands still for so long that another takes its rooms; then it goes on and knows nothing of it. */
  async #replace(): Promise<void> {
    if (this.#old) return;
    this.#server.store.freeze();
    this.#old = this.#server;
    await this.#pass(17_000);
    this.#server = this.#open();
    for (const page of this.#pages) if (this.#random() < 0.5) page.line?.cut();
    for (const page of this.#all) this.#comeBack(page);
    await turn();
    this.#old.store.thaw();
    await this.#pass(1_000);
  }

  /** Everybody leaves, and the rooms go to sleep with a snapshot. */
  async #goHome(): Promise<void> {
    for (const page of this.#all) page.line?.cut();
    for (let second = 0; second < 40; second++) {
      this.#decideWrites();
      await this.#pass(1_000);
    }
  }

  /** Waits for what somebody waits for; meanwhile time passes and every write goes to the disk. */
  async #until(work: Promise<unknown>): Promise<void> {
    const done = work.then(() => true);
    while (!(await Promise.race([done, turn().then(() => false)]))) {
      this.#decideWrites('write');
      vi.advanceTimersByTime(10);
    }
  }

  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 500) {
      vi.advanceTimersByTime(Math.min(500, left));
      await turn();
    }
  }

  /** Nothing fails any more: everybody with a right comes, and everything arrives. */
  async #settle(): Promise<void> {
    this.#old?.kill();
    for (const page of this.#all) if (this.#old) page.line?.cut();
    this.#old = null;
    this.#server.store.holds = () => false;
    // Longer than it takes until a right that was changed beside the server is looked at.
    for (let round = 0; round < 120 && this.#broken === null; round++) {
      this.#decideWrites('write');
      for (const page of this.#all) {
        this.#comeBack(page);
        page.flush();
      }
      await turn();
      for (const page of this.#all)
        while (page.line && (page.line.hasFrame || page.line.down.length > 0)) this.#deliver(page);
      await this.#pass(500);
    }
  }

  async #compare(): Promise<void> {
    for (const page of this.#pages) {
      const isIn = page.line?.isOpen === true;
      if (this.#withdrawn.has(page.member)) {
        if (isIn) return this.#claim('somebody whose right was withdrawn is still there');
        continue;
      }
      if (!isIn) return this.#claim('somebody with a right did not come in');
      if (!page.isSaved) return this.#claim('words of a page were never saved');
    }
    for (const name of new Set(this.#all.map(({ doc }) => doc))) {
      const room = await this.#server.rooms.enter(name);
      const live = contentOf(room.doc);
      const { storage } = this.#server.store;
      const { rows, damage } = await readHistory(storage.db, name);
      const replayed = new Y.Doc();
      replayed.getMap('cards');
      for (const row of rows) Y.applyUpdate(replayed, row.bytes);
      const opened = buildDocument(await readDocument(storage.db, name));
      const readings: Record<string, Y.Doc> = {
        'what was written': this.#disk.of(name).doc,
        'the log replayed': replayed,
        'a snapshot and its tail': opened.doc,
      };
      for (const [index, page] of this.#pages.entries())
        if (page.doc === name && page.line?.isOpen) readings[`page ${index}`] = page.device.doc;
      if (damage ?? opened.damage) return this.#claim(`a board is damaged: ${damage ?? opened.damage}`);
      if (rows.length !== this.#disk.of(name).head) return this.#claim('the log is not what was written');
      if (rows.some(({ member }) => member === BOARD_HAND)) return this.#claim('the server wrote by itself');
      for (const [what, doc] of Object.entries(readings))
        if (contentOf(doc) !== live) return this.#claim(`${what} is not the live board`);
      this.#trace.update(live);
    }
  }
}

/** Everything that can happen now happens: what is left waits for a timer, a frame or a write. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
