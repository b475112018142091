import { readState } from '../storage/building.ts';
import { readDocument, standsOf } from '../storage/queries/documents.ts';
import { unlessUnreadable } from '../storage/unreadable.ts';
import type { Storage } from '../storage/storage.ts';
import { pack } from './room.ts';

/** How long what was packed is held, so that a whole table that arrives at once is answered from one reading. */
const heldMs = 30_000;

/** A document as it is on disk, as one Yjs update, compressed. */
export interface PackedState {
  generation: string;
  bytes: Uint8Array;
}

interface Held {
  head: number;
  generation: string;
  state: Promise<PackedState | null>;
}

/**
 * Documents that nobody has open, as they are on disk: a page that keeps today's boards on its device takes them from
 * here, and no room is opened for it.
 */
export class States {
  readonly #storage: Storage;
  readonly #held = new Map<string, Held>();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Null where only a room can tell: nothing was kept yet, something waits to be brought in, or it is damaged. */
  async of(doc: string): Promise<PackedState | null> {
    const stands = await unlessUnreadable(standsOf(this.#storage.db, doc));
    if (!stands || stands.waits) return null;
    const known = this.#held.get(doc);
    if (known?.head === stands.head && known.generation === stands.generation) return known.state;
    const held: Held = { ...stands, state: this.#read(doc) };
    this.#held.set(doc, held);
    const forget = () => this.#held.get(doc) === held && this.#held.delete(doc);
    held.state.catch(forget);
    setTimeout(forget, heldMs).unref();
    return held.state;
  }

  async #read(doc: string): Promise<PackedState | null> {
    const kept = await readDocument(this.#storage.db, doc);
    if (kept.damage !== null) return null;
    const { generation } = kept;
    if (kept.packed && kept.updates.length === 0) return { generation, bytes: kept.packed };
    const { bytes, damage } = await readState(kept);
    return damage === null ? { generation, bytes: await pack(bytes) } : null;
  }
}
