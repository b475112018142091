import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import * as Y from 'yjs';
import { BOARD_HAND, type Writer } from '#domain/board/policy.ts';
import { Refusal } from '#domain/errors.ts';
import { readDocumentName } from '#domain/wire.ts';
import type { Person } from '#domain/people/permissions.ts';
import type { Built } from '../storage/building.ts';
import type { KeptDocument } from '../storage/queries/documents.ts';
import type { Brings } from '../storage/tables.ts';
import type { CommitParty, Committer } from './committer.ts';
import { writeStep1, writeStep2, writeUpdate, type Message } from './frames.ts';
import { judgeUpdate, type GateAnswer } from './gate.ts';
import { Presence } from './presence.ts';

/** One page on the board, as its room knows it. */
export interface Peer {
  readonly session: string;
  person: Person;
  writer: Writer;
  send(message: Message): void;
  /** One more of this page's updates is durable. */
  saved(): void;
  /** Its update could not be taken: it is told why and starts afresh. */
  refuse(why: string): void;
  close(reason: 'try-again' | 'other-generation'): void;
}

/** What a room begins with: what was read, what was built of it, and the number under which it writes. */
export interface RoomStart {
  kept: KeptDocument;
  built: Built;
  fence: number;
}

/** What a room needs from outside. */
export interface RoomTools {
  committer: Committer;
  now: () => number;
  refused: (refusal: { doc: string; why: string; member: string }) => void;
  dropped: (room: Room, error: unknown) => void;
}

/**
 * The most bytes of a document, as its newest snapshot and what came since: more than ten times what three years of
 * Wednesdays make, and no more than can be told to a page in one turn. Beyond it no more words are taken, and all of it can
 * be read; what needs little room has two more MiB, and erasing none (D14).
 */
const MOST_DOCUMENT_BYTES = 12 * 1024 * 1024;
/** Above this nothing that adds a piece is taken any more but the bin; erasing is. */
const MOST_OF_ALL_BYTES = 14 * 1024 * 1024;
/** What one person may take of the room that is kept for a risk and for the bin, bytes: thousands of either, and never all of it. */
const MOST_OF_RESERVE_BYTES = 256 * 1024;
/** Client ids of one person in one document: ten years of Wednesdays. Each costs every later edit a little. */
const MOST_CLIENT_IDS = 5_000;
/** Rows that are sent on as one message. */
const mergedRows = 100;
/** Presence is gathered this long, so that ten carets that move at once are one frame to each page. */
const presenceMs = 80;
/** Pages say every 15 seconds that they are still there and forget somebody after 30: that can wait and go together. */
const renewalMs = 10_000;

const compress = promisify(brotliCompress);

interface Awaited {
  seq: number;
  then: () => void;
  /** The room was dropped before: what was waited for may not be on disk. */
  fail: (error: unknown) => void;
}

/**
 * One document in memory, the only place where its updates are judged and ordered. Nothing applied is read by anyone
 * before it is on disk: answers are made at once and held until the commit of what they contain.
 */
export class Room implements CommitParty {
  readonly name: string;
  readonly fence: number;
  readonly generation: string;
  readonly doc: Y.Doc;
  /** D17: Why this is not all that was written, or null; what is here can be read, and nothing new is taken. */
  readonly damage: string | null;
  readonly presence: Presence<Peer>;
  readonly peers = new Set<Peer>();
  readonly #claims: Map<number, string>;
  readonly #tools: RoomTools;
  readonly #hands = new Map<string, { member: string; at: number }>();
  /** Bytes that each person has had of the room that is kept for a risk and for the bin. */
  readonly #reserve = new Map<string, number>();
  /** The newest row applied, and the newest on disk. */
  #applied: number;
  #durable: number;
  #bytes: number;
  /** How much of that was written by this room itself. */
  #written = 0;
  #erased = 0;
  #waiting: Awaited[] = [];
  #outgoing: { seq: number; update: Uint8Array; from: Peer | null }[] = [];
  #presenceTimer: NodeJS.Timeout | null = null;
  #presenceWaits: 'news' | 'renewal' | null = null;
  #packed: { seq: number; bytes: Promise<Uint8Array> } | null;
  #dropped = false;
  #caught: Uint8Array | null = null;
  /** The newest row that a snapshot holds. */
  snapshotSeq: number;

  constructor(name: string, { kept, built, fence }: RoomStart, tools: RoomTools) {
    this.name = name;
    this.fence = fence;
    this.generation = kept.generation;
    this.#claims = kept.claims;
    this.#tools = tools;
    this.#applied = this.#durable = kept.head;
    this.snapshotSeq = kept.snapshotSeq;
    this.#bytes =
      (kept.snapshot?.length ?? 0) + kept.updates.reduce((sum, update) => sum + update.bytes.length, 0);
    this.#packed =
      kept.packed && kept.head === kept.snapshotSeq
        ? { seq: kept.head, bytes: Promise.resolve(kept.packed) }
        : null;
    this.doc = built.doc;
    this.damage = built.damage;
    this.doc.on('update', (update) => (this.#caught = update));
    this.doc.on('afterTransaction', (transaction: Y.Transaction) => {
      this.#noteHands(transaction);
      for (const ranges of transaction.deleteSet.clients.values())
        for (const { len } of ranges) this.#erased += len;
    });
    // In a session whoever listens has no words before the others, in whatever shape (R2), and who goes is told by nobody (R9).
    this.presence = new Presence<Peer>({
      wake: (isNews) => this.#sendPresenceSoon(isNews),
      isTold: readDocumentName(this.name)?.of !== 'reflecting',
      ownerOf: (client) => this.#claims.get(client) ?? null,
    });
  }

  get isDropped(): boolean {
    return this.#dropped;
  }
  /** The newest row that is in memory; it may not be on disk yet. */
  get applied(): number {
    return this.#applied;
  }
  get durable(): number {
    return this.#durable;
  }
  /** It has no room for more words. */
  get isFull(): boolean {
    return this.#bytes > MOST_DOCUMENT_BYTES;
  }
  /** How many bytes have gone into the log through this room. */
  get written(): number {
    return this.#written;
  }
  /** How many letters and values were erased since it was opened: what a new snapshot may leave out. */
  get erased(): number {
    return this.#erased;
  }
  get isQuiet(): boolean {
    return this.#durable === this.#applied;
  }

  join(peer: Peer): void {
    this.peers.add(peer);
    peer.send(writeStep1(this.doc));
    const here = this.presence.everyone();
    if (here) peer.send(here);
  }

  leave(peer: Peer): void {
    this.peers.delete(peer);
    this.presence.leave(peer);
  }

  /** Judges and applies an update; its author is told *saved* when it is on disk. Returns what that cost, in the gate's units. */
  receive(peer: Peer, frame: Uint8Array): number {
    if (this.#dropped) return 0;
    const judged = this.#judge(peer, frame);
    // A full board takes nothing new; that a page has nothing new to say is no reason to send it away.
    const why =
      judged.ok && judged.bytes !== null
        ? this.#whyNot(peer, { ...judged, size: judged.bytes.length })
        : null;
    const answer = why === null ? judged : ({ ok: false, why } as const);
    if (!answer.ok) {
      this.#tools.refused({ doc: this.name, why: answer.why, member: peer.person.member });
      peer.refuse(answer.why);
      return judged.work;
    }
    if (answer.bytes !== null)
      try {
        this.#apply(answer.bytes, { peer, clients: answer.clients });
      } catch (error) {
        // Half an update may be in memory now: what is on disk is the truth, and everyone reads it again.
        this.poisoned(error);
        return judged.work;
      }
    this.whenDurable(() => peer.saved());
    return judged.work;
  }

  /** Why a document takes nothing more, or nothing more of this person; null where it does. */
  #whyNot(
    peer: Peer,
    {
      clients,
      needsRoom,
      size,
    }: Pick<Extract<GateAnswer, { ok: true }>, 'clients' | 'needsRoom'> & { size: number },
  ): string | null {
    if (this.damage !== null) return 'the board is damaged';
    if (this.isFull && needsRoom !== null) {
      const taken = (this.#reserve.get(peer.person.member) ?? 0) + size;
      const isOver = needsRoom === 'little' && this.#bytes > MOST_OF_ALL_BYTES;
      if (needsRoom === 'words' || isOver || taken > MOST_OF_RESERVE_BYTES) return 'the board is full';
      this.#reserve.set(peer.person.member, taken);
    }
    const fresh = [...clients].filter((client) => !this.#claims.has(client)).length;
    if (fresh === 0) return null;
    let own = 0;
    for (const member of this.#claims.values()) if (member === peer.person.member) own++;
    return own + fresh > MOST_CLIENT_IDS ? 'the board is full' : null;
  }

  /**
   * Lets the server's own hand change the document, as one durable row; `intake` is removed in the same transaction, and
   * what `change` returns is laid there for another document.
   */
  act(change: (doc: Y.Doc) => Brings | null, intake: string | null): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#dropped) return reject(new Refusal('try-again'));
      if (this.damage !== null) return reject(new Refusal('damaged'));
      this.#caught = null;
      let brings: Brings | null = null;
      try {
        this.doc.transact(() => (brings = change(this.doc)));
      } catch (error) {
        // Half a change may be in memory now: what is on disk is the truth.
        this.poisoned(error);
        return reject(error as Error);
      }
      const update = this.#caught ?? Y.encodeStateAsUpdate(new Y.Doc());
      const client = this.#claims.has(this.doc.clientID) ? null : this.doc.clientID;
      if (client !== null) this.#claims.set(client, BOARD_HAND);
      this.#log(update, {
        member: BOARD_HAND,
        session: BOARD_HAND,
        claim: client,
        intake,
        brings,
        from: null,
      });
      this.whenDurable(resolve, reject);
    });
  }

  /** Answers a page's state vector with what it has not, as soon as all of that is on disk. Returns what that cost, in the gate's units. */
  answerStep1(peer: Peer, stateVector: Uint8Array): number {
    let update: Uint8Array;
    try {
      update = Y.encodeStateAsUpdate(this.doc, stateVector);
    } catch {
      // A state vector that cannot be read is answered as if the page had nothing: it then gets everything.
      update = Y.encodeStateAsUpdate(this.doc);
    }
    this.whenDurable(() => peer.send(writeStep2(update)));
    return Math.ceil(this.#bytes / 20);
  }

  /** The whole durable state, compressed; the same bytes for everyone until the next edit. */
  async packedState(): Promise<Uint8Array> {
    if (this.#packed?.seq !== this.#applied) {
      const state = Y.encodeStateAsUpdate(this.doc);
      this.#packed = { seq: this.#applied, bytes: pack(state) };
    }
    const packed = this.#packed;
    await this.settled();
    return packed.bytes;
  }

  /** Whose hand was last in each card since this room was opened, and when: for "changed after you read it". */
  async hands(): Promise<Record<string, { member: string; at: number }>> {
    const hands = Object.fromEntries(this.#hands);
    await this.settled();
    return hands;
  }

  /** Resolves when everything applied so far is on disk; rejects if the room is dropped before. */
  settled(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#dropped) reject(new Refusal('try-again'));
      else this.whenDurable(resolve, reject);
    });
  }

  /** A snapshot was kept: what was erased before it takes no room any more. */
  folded(snapshot: { seq: number; bytes: number; written: number }): void {
    this.snapshotSeq = snapshot.seq;
    this.#bytes = snapshot.bytes + this.#written - snapshot.written;
  }

  committed(seq: number): void {
    this.#durable = seq;
    this.#broadcast(seq);
    while (this.#waiting.length > 0 && this.#waiting[0]!.seq <= seq) this.#waiting.shift()!.then();
  }

  poisoned(error: unknown): void {
    if (this.#dropped) return;
    this.drop('try-again');
    this.#tools.dropped(this, error);
  }

  /** Ends the room: every page is sent away to come back; what was not on disk is still with its author. */
  drop(reason: 'try-again' | 'other-generation'): void {
    this.#dropped = true;
    this.#stopPresence();
    for (const peer of [...this.peers]) peer.close(reason);
    this.peers.clear();
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#outgoing = [];
    for (const { fail } of waiting) fail(new Refusal('try-again'));
    this.doc.destroy();
  }

  #judge(peer: Peer, frame: Uint8Array) {
    return judgeUpdate({
      doc: this.doc,
      frame,
      writer: peer.writer,
      // An id that somebody is here with is theirs before their first letter.
      owner: (client) => this.#claims.get(client) ?? this.presence.memberOf(client),
    });
  }

  #apply(bytes: Uint8Array, by: { peer: Peer; clients: ReadonlySet<number> }): void {
    this.#caught = null;
    Y.applyUpdate(this.doc, bytes, by.peer);
    if (this.doc.store.pendingStructs || this.doc.store.pendingDs)
      throw new Error('the gate let a hole through');
    const update = this.#caught as Uint8Array | null;
    if (update === null) return;
    const fresh = [...by.clients].filter((client) => !this.#claims.has(client));
    const from = by.peer;
    for (const client of fresh) this.#claims.set(client, from.person.member);
    const { member } = from.person;
    this.#log(update, { member, session: from.session, claim: fresh[0] ?? null, intake: null, from });
    // An update under two new client ids at once is rare (two tabs that met): the second claim rides on an empty row.
    for (const client of fresh.slice(1))
      this.#log(EMPTY_UPDATE, { member, session: from.session, claim: client, intake: null, from });
  }

  #noteHands(transaction: Y.Transaction): void {
    const peer = transaction.origin as Peer | null;
    if (!peer?.person) return;
    const hand = { member: peer.person.member, at: this.#tools.now() };
    for (const [type, keys] of transaction.changed as Map<Y.AbstractType<unknown>, Set<string | null>>) {
      // The root map names the card in its keys; a card and its texts name it in the place where they stand.
      if (type._item === null) for (const key of keys) this.#hands.set(String(key), hand);
      else {
        const parent = type._item.parent as Y.AbstractType<unknown>;
        const card = parent._item === null ? type._item.parentSub : parent._item.parentSub;
        if (card !== null) this.#hands.set(card, hand);
      }
    }
  }

  #log(
    update: Uint8Array,
    row: {
      member: string;
      session: string;
      claim: number | null;
      intake: string | null;
      brings?: Brings | null;
      from: Peer | null;
    },
  ): void {
    const seq = ++this.#applied;
    this.#bytes += update.length;
    this.#written += update.length;
    this.#outgoing.push({ seq, update, from: row.from });
    this.#tools.committer.enqueue(
      {
        doc: this.name,
        seq,
        fence: this.fence,
        at: this.#tools.now(),
        member: row.member,
        session: row.session,
        bytes: update,
        claim: row.claim,
        intake: row.intake,
        brings: row.brings ?? null,
      },
      this,
    );
  }

  whenDurable(then: () => void, fail: (error: unknown) => void = () => undefined): void {
    if (this.isQuiet) then();
    else this.#waiting.push({ seq: this.#applied, then, fail });
  }

  /** Sends on what is now durable: one frame for all, and none back to the only one who wrote it. */
  #broadcast(seq: number): void {
    const ready = [];
    while (this.#outgoing.length > 0 && this.#outgoing[0]!.seq <= seq) ready.push(this.#outgoing.shift()!);
    if (ready.length === 0) return;
    const authors = new Set(ready.map(({ from }) => from));
    for (let from = 0; from < ready.length; from += mergedRows) {
      const some = ready.slice(from, from + mergedRows).map(({ update }) => update);
      const message = writeUpdate(some.length === 1 ? some[0]! : Y.mergeUpdates(some));
      for (const peer of this.peers) if (authors.size > 1 || !authors.has(peer)) peer.send(message);
    }
  }

  #sendPresenceSoon(isNews: boolean): void {
    if (isNews && this.#presenceWaits === 'renewal') this.#stopPresence();
    if (this.#presenceWaits) return;
    this.#presenceWaits = isNews ? 'news' : 'renewal';
    this.#presenceTimer = setTimeout(
      () => {
        this.#stopPresence();
        const changes = this.presence.takeChanges();
        if (changes) for (const peer of this.peers) peer.send(changes);
      },
      isNews ? presenceMs : renewalMs,
    );
  }

  #stopPresence(): void {
    if (this.#presenceTimer) clearTimeout(this.#presenceTimer);
    this.#presenceTimer = this.#presenceWaits = null;
  }
}

const EMPTY_UPDATE = Y.encodeStateAsUpdate(new Y.Doc());

/** Compresses a state for the wire and the store: quality 5 is within a tenth of the best and takes a twentieth of the time. */
export function pack(state: Uint8Array): Promise<Uint8Array> {
  return compress(state, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 5, [constants.BROTLI_PARAM_SIZE_HINT]: state.length },
  });
}
