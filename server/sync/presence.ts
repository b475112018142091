import { isId } from '#domain/board/cards.ts';
import { PLACES } from '#domain/meeting/meeting.ts';
import type { PresenceWords } from '#domain/wire.ts';
import type { Person } from '#domain/people/permissions.ts';
import { readPresence, writePresence, type Message, type PresenceEntry } from './frames.ts';

/** The most characters of a presence message that are read. */
const MOST_JSON = 512;

/**
 * Who is on a board and where their hand is. A page says only where; name and initials are added here from the
 * session, and what it says of anybody else is not read at all.
 */
export class Presence<Peer> {
  readonly #by = new Map<Peer, PresenceEntry & { heard: string; person: Person }>();
  readonly #changed = new Map<number, PresenceEntry>();
  readonly #wake: (isNews: boolean) => void;
  readonly #isTold: boolean;
  readonly #ownerOf: (client: number) => string | null;

  /**
   * `wake` is called when there is something to send, and whether it is news or only a page saying that it is still there;
   * `isTold`: whether anybody else is told who is here and where. In a reflecting session nobody is: who goes quiet would be known (R9).
   */
  constructor(ask: {
    wake: (isNews: boolean) => void;
    isTold: boolean;
    /** Whose a client id is by what was written under it. */
    ownerOf: (client: number) => string | null;
  }) {
    this.#ownerOf = ask.ownerOf;
    this.#wake = ask.wake;
    this.#isTold = ask.isTold;
  }

  get size(): number {
    return this.#by.size;
  }

  /** Takes what a page says of itself; false if it is no presence message. */
  hear(peer: Peer, person: Person, bytes: Uint8Array): boolean {
    const entries = readPresence(bytes);
    if (!entries) return false;
    const before = this.#by.get(peer);
    const own = before
      ? entries.find((entry) => entry.client === before.client)
      : entries.find((entry) => !this.#isTaken(entry.client) && this.#mayBe(entry.client, person));
    if (!own || own.json.length > MOST_JSON) return true;
    if (before && own.clock < before.clock) return true;
    // A page that says the same again, as each does every fifteen seconds, costs no more than this.
    const isNews = before?.heard !== own.json || before.person !== person;
    const json = isNews ? this.#withName(own.json, person) : before.json;
    this.#by.set(peer, { client: own.client, clock: own.clock, json, heard: own.json, person });
    this.#note({ client: own.client, clock: own.clock, json }, isNews);
    return true;
  }

  /** Who is here under a client id, or null. */
  memberOf(client: number): string | null {
    for (const entry of this.#by.values()) if (entry.client === client) return entry.person.member;
    return null;
  }

  #mayBe(client: number, person: Person): boolean {
    const owner = this.#ownerOf(client);
    return owner === null || owner === person.member;
  }

  leave(peer: Peer): void {
    const entry = this.#by.get(peer);
    if (!entry) return;
    this.#by.delete(peer);
    this.#note({ client: entry.client, clock: entry.clock + 1, json: 'null' }, true);
  }

  /** Everyone who is here, for a page that has just come. */
  everyone(): Message | null {
    if (!this.#isTold) return null;
    const entries = [...this.#by.values()].filter((entry) => entry.json !== 'null');
    return entries.length > 0 ? writePresence(entries) : null;
  }

  /** Who is writing in which card just now. */
  writing(): { member: string; card: string }[] {
    return [...this.#by.values()].flatMap(({ json, person }) => {
      const words = json === 'null' ? null : readWords(json);
      return words?.typing && words.card ? [{ member: person.member, card: words.card }] : [];
    });
  }

  /** What has changed since it was last taken, or null. */
  takeChanges(): Message | null {
    if (this.#changed.size === 0) return null;
    const frame = writePresence([...this.#changed.values()]);
    this.#changed.clear();
    return frame;
  }

  #isTaken(client: number): boolean {
    for (const entry of this.#by.values()) if (entry.client === client) return true;
    return false;
  }

  #withName(json: string, person: Person): string {
    const words = readWords(json);
    return JSON.stringify(
      words && {
        ...words,
        user: { id: person.member, name: person.name, initials: person.initials },
      },
    );
  }

  #note(entry: PresenceEntry, isNews: boolean): void {
    if (!this.#isTold) return;
    this.#changed.set(entry.client, entry);
    this.#wake(isNews);
  }
}

/** Keeps the fields that a page may say, well formed; null is a page that leaves. */
function readWords(json: string): PresenceWords | null {
  let said: unknown;
  try {
    said = JSON.parse(json);
  } catch {
    // Not JSON: somebody who is here and says nothing of themself.
    return {};
  }
  if (said === null || typeof said !== 'object') return null;
  const { card, key, caret, place, typing } = said as Record<string, unknown>;
  return {
    ...(isId(card) && { card }),
    ...(reads(key, /^[\w:-]{1,60}$/) && { key }),
    ...(reads(caret, /^\d{1,6}$/) && { caret }),
    ...(PLACES.some((one) => one === place) && { place: place as string }),
    ...(typing === true && { typing }),
  };
}

const reads = (value: unknown, like: RegExp): value is string =>
  typeof value === 'string' && like.test(value);
