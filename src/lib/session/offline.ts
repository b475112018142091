/**
 * What this page holds for a gap in the line. In memory: the boards of today's meeting, for as long as the tab is open. On
 * a device that its member has said is theirs, the same encrypted on disk, under a key that is kept only wrapped by one
 * that the server holds: without the server what lies there is noise (shared TRUST section 4).
 */
import { familyDocument } from '#domain/wire.ts';
import { KEPT, keptHere, remember, remembered } from './remembered.ts';
import { ApiRefusal, get, getState, send, type Hand } from './api.ts';

/** A board as it was kept. */
export interface KeptBoard {
  generation: string;
  /** How many changes had not reached the server, and in which fields. */
  pending: number;
  touched: readonly { card: string; key: string }[];
  update: Uint8Array;
}

const STORE = 'kept';
const MINE = 'only-i-use-this-device';

/** Whether this device's member has said that nobody else uses it. */
export const isMine = () => remembered(MINE) === 'yes';
export function setMine(yes: boolean): void {
  remember(MINE, yes ? 'yes' : null);
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}
interface Device {
  device: string;
  wrapped: ArrayBuffer;
}

/** Whose copy it is, and in whose hand it is asked for. */
interface Whose {
  member: string;
  hand: Hand;
}

/** Each person's copy by itself: what one has not sent yet is never sent by another. */
export const keptName = (member: string, document: string) => `${member}/${document}`;

class Keeping {
  readonly #boards = new Map<string, KeptBoard>();
  readonly #pages = new Map<string, unknown>();
  /** The disk of this device, once its key was unwrapped; null where nothing is kept there. */
  #disk: Promise<{ db: IDBDatabase; key: CryptoKey; device: string } | null> | null = null;
  #writing: Promise<unknown> = Promise.resolve();

  /** Opens what this device keeps, where it is its member's own; anything that cannot be read any more is deleted. */
  open(): Promise<unknown> {
    this.#disk ??= isMine() ? this.#openDisk().catch(() => null) : Promise.resolve(null);
    return this.#disk;
  }

  /** Holds a board; on a member's own device it is on disk soon after. */
  keep(name: string, board: KeptBoard, by: Hand): void {
    this.#boards.set(name, board);
    // The disk is its member's alone: of whoever sits beside them nothing lies there.
    if (!by.hand) void this.#inTurn(async (disk) => disk.put(name, pack(board)));
  }

  has(name: string): boolean {
    return this.#boards.has(name);
  }

  async read(name: string): Promise<KeptBoard | null> {
    const held = this.#boards.get(name);
    if (held) return held;
    await this.open();
    const bytes = await this.#inTurn((disk) => disk.get(name));
    return bytes ? unpack(bytes) : null;
  }

  /** Throws a board away: it was refused, or it is not this person's to see any more. */
  drop(name: string): void {
    this.#boards.delete(name);
    void this.#inTurn((disk) => disk.remove(name));
  }

  /** Reads a page of the record as somebody; without a line the one that was last read as them in this tab. */
  async page<T>(path: string, by: Whose): Promise<T> {
    const as = `${by.member}${path.split('?')[0]}`;
    try {
      const page = await get<T>(path, by.hand);
      this.#pages.set(as, page);
      return page;
    } catch (error) {
      const held = this.#pages.get(as);
      if (held !== undefined && error instanceof ApiRefusal && error.reason === 'offline') return held as T;
      this.#pages.delete(as);
      throw error;
    }
  }

  /** Holds the boards and pages of a day's families, one after the other, while there is a line and nothing else to do. */
  async keepDay(families: readonly string[], by: Whose): Promise<void> {
    for (const family of families) {
      const name = keptName(by.member, familyDocument(family));
      try {
        if (!this.#pages.has(`${by.member}/api/families/${family}`))
          await this.page(`/api/families/${family}`, by);
        if (this.has(name)) continue;
        const state = await getState(familyDocument(family), by.hand);
        if (!this.has(name))
          this.keep(
            name,
            { generation: state.generation, pending: 0, touched: [], update: state.bytes },
            by.hand,
          );
      } catch (error) {
        if (!(error instanceof ApiRefusal)) throw error;
        // Not to be had just now, or not this person's to see: the others are.
        if (error.reason === 'offline') return;
      }
    }
  }

  async #inTurn<T>(
    work: (disk: {
      put: (name: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>;
      get: (name: string) => Promise<Uint8Array | null>;
      remove: (name: string) => Promise<void>;
    }) => Promise<T>,
  ): Promise<T | null> {
    const turn = this.#writing.then(async () => {
      const open = await this.#disk;
      if (!open) return null;
      const { db, key, device } = open;
      const bound = (name: string) => new TextEncoder().encode(`${name}|${device}`);
      return work({
        put: async (name, bytes) => {
          const iv = crypto.getRandomValues(new Uint8Array(12));
          const sealed = await crypto.subtle.encrypt(
            { name: 'AES-GCM', iv, additionalData: bound(name) },
            key,
            bytes,
          );
          await asked(store(db, 'readwrite').put({ iv, bytes: sealed } satisfies Sealed, name));
        },
        get: async (name) => {
          const sealed = (await asked(store(db, 'readonly').get(name))) as Sealed | undefined;
          if (!sealed) return null;
          return new Uint8Array(
            await crypto.subtle.decrypt(
              { name: 'AES-GCM', iv: sealed.iv, additionalData: bound(name) },
              key,
              sealed.bytes,
            ),
          );
        },
        remove: async (name) => {
          await asked(store(db, 'readwrite').delete(name));
        },
      });
    });
    // A disk that is full or broken keeps nothing, and the tab goes on from memory.
    const settled = turn.catch(() => null);
    this.#writing = settled;
    return settled;
  }

  async #openDisk(): Promise<{ db: IDBDatabase; key: CryptoKey; device: string }> {
    const db = await openDatabase();
    const kept = (await asked(store(db, 'readonly').get('device'))) as Device | undefined;
    // Asked for by whoever opened the window, whoever holds the pen just now.
    const told = await send<{ device: string; key: string }>(
      'POST',
      '/api/device',
      { device: kept?.device ?? null },
      {},
    );
    const wrapping = await crypto.subtle.importKey(
      'raw',
      Uint8Array.from(atob(told.key), (letter) => letter.charCodeAt(0)),
      'AES-KW',
      false,
      ['wrapKey', 'unwrapKey'],
    );
    const uses = ['encrypt', 'decrypt'] as const;
    if (kept && told.device === kept.device) {
      const key = await crypto.subtle.unwrapKey('raw', kept.wrapped, wrapping, 'AES-KW', 'AES-GCM', false, [
        ...uses,
      ]);
      return { db, key, device: kept.device };
    }
    // Another key than before: nobody can read what lies here.
    await asked(store(db, 'readwrite').clear());
    const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, true, [...uses]);
    const wrapped = await crypto.subtle.wrapKey('raw', made, wrapping, 'AES-KW');
    await asked(store(db, 'readwrite').put({ device: told.device, wrapped } satisfies Device, 'device'));
    const key = await crypto.subtle.unwrapKey('raw', wrapped, wrapping, 'AES-KW', 'AES-GCM', false, [
      ...uses,
    ]);
    return { db, key, device: told.device };
  }
}

/** What this tab holds. */
export const keeping = new Keeping();

/** Deletes what this device keeps, if nobody could read it any more, or at once where it is nobody's own. */
export async function tidyDevice(): Promise<void> {
  if (!(await keptHere())) return;
  if (isMine()) {
    const db = await openDatabase();
    const kept = (await asked(store(db, 'readonly').get('device'))) as Device | undefined;
    db.close();
    if (kept) {
      const { isKept } = await get<{ isKept: boolean }>(`/api/device/${kept.device}`);
      if (isKept) return;
    }
  }
  indexedDB.deleteDatabase(KEPT);
}

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(KEPT, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
  return asked(opening).then((db) => {
    // Another tab that deletes it is not kept waiting.
    db.onversionchange = () => db.close();
    return db;
  });
}

const store = (db: IDBDatabase, mode: IDBTransactionMode) => db.transaction(STORE, mode).objectStore(STORE);

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the device does not answer'));
  });
}

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
  const head = JSON.parse(new TextDecoder().decode(bytes.subarray(0, end))) as Omit<KeptBoard, 'update'>;
  return { ...head, update: bytes.subarray(end + 1) };
}
