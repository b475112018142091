/**
 * What this page holds for a gap in the line. In memory: the boards and pages of today's meeting, for as long as the tab is
 * open. On a device that its member has said is theirs, the boards on disk too (`device.ts`); and the pages with them, where
 * the council allows that the device opens without a line (DESIGN section 7, S20 and S21 in the rules).
 */
import { familyDocument } from '#domain/wire.ts';
import type { AnswerOf } from '#contract';
import { ApiRefusal, Client, fillPath, loadPart, type Filling, type Hand, type ReadPath } from './api.ts';
import { coldUntil, isMine, openColdDisk, openDisk, type Disk } from './device.ts';
import { readMe, type Me, type Somebody } from './me.ts';

/** Where words were written: a field of a card. */
export interface Touched {
  card: string;
  key: string;
}

/** A board as it was kept. */
export interface KeptBoard {
  generation: string;
  /** How many changes had not reached the server, and in which fields. */
  pending: number;
  touched: readonly Touched[];
  update: Uint8Array;
}

/** What a cold start begins with: who, and at which meeting. */
export interface Day {
  me: Somebody;
  meeting: string;
}
/** How long after nothing answered the disk is tried again, milliseconds. */
const openAgainMs = 30_000;
const DAY = 'day';
const nothingKept = 'No meeting was kept here yet. Come in when there is a connection.';

/** Whose copy it is, and in whose hand it is asked for. */
export interface Whose {
  member: string;
  hand: Hand;
}

/** Each person's copy by itself: what one has not sent yet is never sent by another. */
export const keptName = (member: string, document: string) => `${member}/${document}`;
/** A page of the record by what fills its path; what is asked beside is one page all the same. */
const pageName = <Path extends ReadPath>(path: Path, of: Filling<`GET ${Path}`>, by: Whose) =>
  `${by.member}${fillPath(path, of).split('?')[0]}`;

/** A tab holds a lock of this name for as long as it lives: what another living tab has kept is its own to send. */
const tab = `tab ${crypto.randomUUID()}`;
async function livingTabs(): Promise<Set<string | undefined>> {
  return new Set((await navigator.locks.query()).held?.map(({ name }) => name));
}

class Keeping {
  /** Whose copy was opened here without a line. */
  day: Day | null = null;
  readonly #boards = new Map<string, KeptBoard>();
  readonly #pages = new Map<string, unknown>();
  /** Copies of tabs that are gone, taken up here: each goes as soon as this tab has kept the board itself. */
  readonly #takenUp = new Map<string, string[]>();
  /** The disk of this device, once its key was unwrapped; null where nothing is kept there. */
  #disk: Promise<Disk | null> | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  /** Opens what this device keeps, where it is its member's own; anything that cannot be read any more is deleted. */
  open(): Promise<Disk | null> {
    this.#disk ??= isMine() ? this.#live(openDisk).catch(this.#closed) : Promise.resolve(null);
    return this.#disk;
  }
  /** Where nothing answered it is tried again a little later; where nothing may be kept here it is not. */
  readonly #closed = (error: unknown): null => {
    if (!(error instanceof ApiRefusal) || isCutOff(error)) setTimeout(() => (this.#disk = null), openAgainMs);
    return null;
  };

  /** Opens it anew for whoever has just come in; what is held in memory stays, to be sent. */
  openAfresh(): void {
    this.#disk = null;
    this.day = null;
  }

  /** Somebody has gone, or their time is over: nothing that was opened here is shown any more, and unsent words wait for them. */
  closeUp(): void {
    this.openAfresh();
    this.#pages.clear();
    for (const [name, board] of this.#boards) if (board.pending === 0) this.#boards.delete(name);
  }

  /** Whether words of whoever is here have not reached the server yet, in this tab or left by another. */
  async hasUnsent(): Promise<boolean> {
    if ([...this.#boards.values()].some((board) => board.pending > 0)) return true;
    const found = await this.#inTurn(async (disk) => {
      for (const name of await disk.names(''))
        // A board's name ends with the tab that kept it; a page's has no `#`.
        if (name.includes('#')) {
          const bytes = await disk.get(name).catch(() => null);
          if (bytes && unpack(bytes).pending > 0) return true;
        }
      return false;
    });
    return found ?? false;
  }

  /** Opens what is kept here without a line, with the member's passkey. Throws a refusal in words. */
  async startCold(): Promise<Day> {
    const { keyFromPasskey } = await loadPart(() => import('./passkeys.ts'));
    const disk = await this.#live(() => openColdDisk(keyFromPasskey));
    const day = await disk.get(DAY);
    if (!day) throw new ApiRefusal('offline', nothingKept);
    this.#disk = Promise.resolve(disk);
    this.day = parsed<Day>(day);
    return this.day;
  }

  /** Who this window is; without a line, whoever opened what is kept here. */
  async me(): Promise<Me> {
    try {
      const me = await readMe();
      if (me.is !== 'somebody') this.closeUp();
      return me;
    } catch (error) {
      if (this.day && isCutOff(error) && (await coldUntil()) !== null) return this.day.me;
      throw error;
    }
  }

  /** Holds a board; on a member's own device on the disk too. Whether it lies there is told once it does. */
  async keep(name: string, board: KeptBoard, by: Hand): Promise<boolean> {
    this.#boards.set(name, board);
    // The disk is its member's alone: of whoever sits beside them nothing lies there.
    if (by.hand) return false;
    const isOnDisk = await this.#inTurn(async (disk) => {
      await disk.put(`${name}#${tab}`, pack(board));
      await this.#removeTakenUp(disk, name);
      return true;
    });
    return isOnDisk ?? false;
  }

  /** A board as this tab holds it; else every copy of it on this device, also those of tabs that are gone. */
  async read(name: string): Promise<KeptBoard[]> {
    const held = this.#boards.get(name);
    if (held) return [held];
    const found = await this.#inTurn(async (disk) => {
      const living = await livingTabs();
      const boards: KeptBoard[] = [];
      const takenUp: string[] = [];
      for (const copy of await disk.names(`${name}#`)) {
        // One that cannot be read hides none of the others.
        const bytes = await disk.get(copy).catch(() => null);
        if (bytes) boards.push(unpack(bytes));
        if (!living.has(copy.slice(name.length + 1))) takenUp.push(copy);
      }
      this.#takenUp.set(name, takenUp);
      return boards;
    });
    return found ?? [];
  }

  /** Throws a board away: it was refused, or it is not this person's to see any more. */
  drop(name: string): void {
    this.#boards.delete(name);
    void this.#inTurn(async (disk) => {
      await disk.remove(`${name}#${tab}`);
      await this.#removeTakenUp(disk, name);
    });
  }

  /** Reads a page of the record as somebody; without a line the one that was last read as them on this device. */
  async page<Path extends ReadPath>(
    path: Path,
    of: Filling<`GET ${Path}`>,
    by: Whose,
  ): Promise<AnswerOf<`GET ${Path}`>> {
    try {
      const page = await new Client(by.hand).get(path, of);
      this.hold(path, of, { page, by });
      return page;
    } catch (error) {
      const name = pageName(path, of, by);
      const held = isCutOff(error) ? await this.held(path, of, by) : null;
      if (held !== null) return held;
      // Not this person's to see any more: it does not lie here either.
      this.#pages.delete(name);
      if (!isCutOff(error) && !by.hand.hand) void this.#inTurn((disk) => disk.remove(name));
      throw error;
    }
  }

  hold<Path extends ReadPath>(
    path: Path,
    of: Filling<`GET ${Path}`>,
    { page, by }: { page: AnswerOf<`GET ${Path}`>; by: Whose },
  ): void {
    const name = pageName(path, of, by);
    this.#pages.set(name, page);
    if (!by.hand.hand) void this.#inTurn(async (disk) => disk.isCold && disk.put(name, written(page)));
  }

  async held<Path extends ReadPath>(
    path: Path,
    of: Filling<`GET ${Path}`>,
    by: Whose,
  ): Promise<AnswerOf<`GET ${Path}`> | null> {
    const name = pageName(path, of, by);
    const page = this.#pages.get(name);
    if (page !== undefined) return page as AnswerOf<`GET ${Path}`>;
    return this.#inTurn(async (disk) => {
      const bytes = await disk.get(name);
      return bytes ? parsed<AnswerOf<`GET ${Path}`>>(bytes) : null;
    });
  }

  /**
   * Holds the boards and pages of a day's families, one after the other, while there is a line and nothing else to do.
   * Returns the families in which a tab that is gone left words that have not been sent.
   */
  async keepDay(day: Day | null, families: readonly string[], by: Whose): Promise<string[]> {
    const { hand } = by;
    const unsent: string[] = [];
    // A Wednesday that is over is no day to begin with.
    if (day && !hand.hand) void this.#inTurn(async (disk) => disk.isCold && disk.put(DAY, written(day)));
    for (const family of families) {
      const name = keptName(by.member, familyDocument(family));
      try {
        if (!this.#pages.has(pageName('/api/families/:family', { family }, by)))
          await this.page('/api/families/:family', { family }, by);
        const held = this.#boards.get(name);
        if (held && held.pending > 0) unsent.push(family);
        if (held) continue;
        const left = (await this.read(name)).filter((board) => board.pending > 0);
        const state = await new Client(hand).state(familyDocument(family));
        if (this.#boards.has(name)) continue;
        if (left.length === 0)
          void this.keep(
            name,
            { generation: state.generation, pending: 0, touched: [], update: state.bytes },
            hand,
          );
        else if (left.every((board) => board.generation === state.generation)) unsent.push(family);
        // Words for a board that was laid anew since wait for their author to open it.
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error;
        // Not to be had just now, or not this person's to see: the others are.
        if (isCutOff(error)) return unsent;
      }
    }
    return unsent;
  }

  /** A tab that keeps something says that it lives. */
  async #live(open: () => Promise<Disk>): Promise<Disk> {
    const disk = await open();
    void navigator.locks.request(tab, { ifAvailable: true }, (lock) => lock && new Promise(() => undefined));
    return disk;
  }

  async #removeTakenUp(disk: Disk, name: string): Promise<void> {
    for (const copy of this.#takenUp.get(name) ?? []) await disk.remove(copy);
    this.#takenUp.delete(name);
  }

  async #inTurn<T>(work: (disk: Disk) => Promise<T>): Promise<T | null> {
    // Whose disk it is stands when it is asked for, and not when its turn comes.
    const opened = this.open();
    const turn = this.#writing.then(async () => {
      const disk = await opened;
      return disk && (await work(disk));
    });
    // A disk that is full or broken keeps nothing, and the tab goes on from memory.
    const settled = turn.catch(() => null);
    this.#writing = settled;
    return settled;
  }
}

/** What this tab holds. */
export const keeping = new Keeping();

/** Nothing answered, or nothing that could: what is held here does meanwhile. */
export const isCutOff = (error: unknown) =>
  error instanceof ApiRefusal && (error.reason === 'offline' || error.reason === 'try-again');

const written = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const parsed = <T>(bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes)) as T;

/** A line of JSON, then the bytes of the board. */
function pack({ update, ...head }: KeptBoard): Uint8Array<ArrayBuffer> {
  const line = new TextEncoder().encode(`${JSON.stringify(head)}\n`);
  const bytes = new Uint8Array(line.length + update.length);
  bytes.set(line);
  bytes.set(update, line.length);
  return bytes;
}

function unpack(bytes: Uint8Array): KeptBoard {
  const end = bytes.indexOf(10);
  return { ...parsed<Omit<KeptBoard, 'update'>>(bytes.subarray(0, end)), update: bytes.subarray(end + 1) };
}
