/**
 * Judges an update before it is applied: synchronous, so that nothing can come between the judgement and the act.
 * Every struct and every deleted range is resolved to its place on the board and held to the board's policy;
 * whatever plain Yjs would keep as pending, or read differently after a reload, is refused (shared TRUST section 2).
 */
import * as Y from 'yjs';
import { MOST_CHARACTERS } from '#domain/board/cards.ts';
import { judge, OVERWRITTEN, type CardFacts, type Writer } from '#domain/board/policy.ts';

/** Why an update was refused: for the log and the sender's page; never shown as it is. */
export interface GateRefusal {
  why: string;
}

/** What may pass: the bytes to apply and the client ids that it writes under. `null` bytes say that there is nothing new. */
export type GateAnswer =
  { ok: true; bytes: Uint8Array | null; clients: ReadonlySet<number> } | ({ ok: false } & GateRefusal);

/** The most that one update may hold. */
const MOST_STRUCTS = 5_000;
const MOST_RANGES = 200_000;
/** Client ids in one update: one's own, and those of one's other tabs that it met. */
const MOST_CLIENTS = 16;
/** Steps along a text that one update may cost; an honest one needs a few thousand. */
const MOST_STEPS = 2_000_000;
/** Beyond this a clock is no honest page's. */
const MOST_CLOCK = 2 ** 31;

type Place = { at: 'root' } | { at: 'card'; card: string } | { at: 'text'; card: string; key: string };

interface NewCard {
  /** Every value that each key has had in this frame, oldest first. */
  keys: Map<string, unknown[]>;
  texts: Set<string>;
  /** The newest piece under each key: the next one must stand right behind it. */
  last: Map<string, Head>;
}

type Struct = Y.Item | Y.GC;
type Head = { client: number; clock: number };

class Refused extends Error {}
function refuse(why: string): never {
  throw new Refused(why);
}

/** Judges `frame` for `writer` against `doc`; `owner` tells whose a client id is, or null if nobody's yet. */
export function judgeUpdate(facts: {
  doc: Y.Doc;
  frame: Uint8Array;
  writer: Writer;
  owner: (client: number) => string | null;
}): GateAnswer {
  try {
    return new Judgement(facts).answer();
  } catch (error) {
    if (error instanceof Refused) return { ok: false, why: error.message };
    // The decoder throws on bytes that are no update; that is a refusal like any other.
    return { ok: false, why: 'not an update' };
  }
}

class Judgement {
  readonly #doc: Y.Doc;
  readonly #writer: Writer;
  readonly #owner: (client: number) => string | null;
  readonly #frame: Uint8Array;
  /** Structs of the frame in the order in which they can be integrated, by client. */
  readonly #mine = new Map<number, Struct[]>();
  readonly #places = new Map<string, Place>();
  readonly #types = new Map<string, Place>();
  readonly #newCards = new Map<string, NewCard>();
  readonly #newLength = new Map<string, number>();
  #steps = 0;

  constructor(facts: {
    doc: Y.Doc;
    frame: Uint8Array;
    writer: Writer;
    owner: (client: number) => string | null;
  }) {
    this.#doc = facts.doc;
    this.#frame = facts.frame;
    this.#writer = facts.writer;
    this.#owner = facts.owner;
  }

  answer(): GateAnswer {
    const { frame, structs, ds } = this.#onlyNew();
    const queues = this.#queue(structs);
    this.#walk(queues);
    for (const [card, made] of this.#newCards)
      this.#hold(judge({ does: 'create', card, keys: made.keys, texts: made.texts }, this.#writer));
    const erased = this.#deletes(ds);
    if (structs.length === 0 && !erased) return { ok: true, bytes: null, clients: new Set() };
    return { ok: true, bytes: frame, clients: new Set(this.#mine.keys()) };
  }

  /** Cuts away what the document holds already: a known struct told again with other neighbours must never be read. */
  #onlyNew(): { frame: Uint8Array; structs: Struct[]; ds: Map<number, { clock: number; len: number }[]> } {
    let frame = this.#frame;
    let decoded = Y.decodeUpdate(frame);
    // Bytes that say nothing are not an update of ours: answering "saved" to another encoding would be a lie.
    if (decoded.structs.length === 0 && decoded.ds.clients.size === 0 && frame.length > 2)
      refuse('not an update');
    if (decoded.structs.length > MOST_STRUCTS) refuse('too many pieces');
    if (decoded.structs.some((struct) => struct.id.clock < this.#known(struct.id.client))) {
      frame = Y.diffUpdate(frame, Y.encodeStateVector(this.#doc));
      decoded = Y.decodeUpdate(frame);
    }
    return {
      frame,
      structs: decoded.structs as Struct[],
      ds: decoded.ds.clients as Map<number, { clock: number; len: number }[]>,
    };
  }

  #known(client: number): number {
    return Y.getState(this.#doc.store, client);
  }

  #queue(structs: Struct[]): Map<number, Struct[]> {
    const queues = new Map<number, Struct[]>();
    for (const struct of structs) {
      const { client, clock } = struct.id;
      if (!(struct instanceof Y.Item)) refuse('a piece that no honest page sends');
      const queue = queues.get(client) ?? [];
      const next = queue.length > 0 ? queue.at(-1)!.id.clock + queue.at(-1)!.length : this.#known(client);
      if (clock !== next) refuse('a gap');
      if (struct.length < 1) refuse('an empty piece');
      if (clock + struct.length > MOST_CLOCK) refuse('a clock that is no honest page’s');
      queue.push(struct);
      queues.set(client, queue);
    }
    if (queues.size > MOST_CLIENTS) refuse('too many client ids');
    for (const client of queues.keys()) {
      const owner = this.#owner(client);
      if (owner !== null && owner !== this.#writer.member) refuse('a client id of somebody else');
    }
    return queues;
  }

  /** Takes the structs in an order in which each finds its neighbours and its parent already there; a circle is refused. */
  #walk(queues: Map<number, Struct[]>): void {
    const at = new Map<number, number>();
    let left = 0;
    for (const [client, queue] of queues) {
      at.set(client, 0);
      this.#mine.set(client, []);
      left += queue.length;
    }
    while (left > 0) {
      let moved = false;
      for (const [client, queue] of queues) {
        let i = at.get(client)!;
        while (i < queue.length && this.#needs(queue[i] as Y.Item).every((id) => this.#isThere(id))) {
          const item = queue[i] as Y.Item;
          this.#judgeItem(item);
          this.#mine.get(client)!.push(item);
          i++;
          left--;
          moved = true;
        }
        at.set(client, i);
      }
      if (!moved) refuse('a piece whose neighbour is not there');
    }
  }

  #needs(item: Y.Item): Head[] {
    const parent = item.parent as unknown;
    return [item.origin, item.rightOrigin, parent instanceof Y.ID ? parent : null].filter(
      (id) => id !== null,
    );
  }

  #isThere(id: Head): boolean {
    if (id.clock < this.#known(id.client)) return true;
    const last = this.#mine.get(id.client)?.at(-1);
    return last !== undefined && id.clock < last.id.clock + last.length;
  }

  #find(id: Head): Struct {
    if (id.clock < this.#known(id.client)) return Y.getItem(this.#doc.store, id as Y.ID) as Struct;
    const structs = this.#mine.get(id.client)!;
    let low = 0;
    let high = structs.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (structs[middle]!.id.clock <= id.clock) low = middle;
      else high = middle - 1;
    }
    return structs[low]!;
  }

  /** The type in which a struct lies, and its key if that type is a map. */
  #placeOf(struct: Struct): { parent: Place; sub: string | null } {
    if (!(struct instanceof Y.Item)) refuse('beside something that is gone');
    const parent = struct.parent as unknown;
    if (parent instanceof Y.AbstractType) return { parent: this.#typePlace(parent), sub: struct.parentSub };
    const kept = this.#places.get(idKey(struct.id));
    if (!kept) refuse('without a place');
    return { parent: kept, sub: struct.parentSub };
  }

  /** Where a type of the live document stands. */
  #typePlace(type: Y.AbstractType<unknown>): Place {
    const item = type._item;
    if (item === null) {
      if (this.#doc.share.get('cards') !== type) refuse('another root');
      return { at: 'root' };
    }
    const outer = this.#typePlace(item.parent as Y.AbstractType<unknown>);
    return within(outer, item.parentSub);
  }

  /** Where an id stands that a struct names as its parent. */
  #placeOfType(id: Head): Place {
    const fromFrame = this.#types.get(idKey(id));
    if (fromFrame) return fromFrame;
    const struct = this.#find(id);
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentType) || struct.deleted)
      refuse('a parent that is none');
    if (struct.id.clock !== id.clock) refuse('a parent that is none');
    return this.#typePlace(struct.content.type);
  }

  #judgeItem(item: Y.Item): void {
    const { parent, sub } = this.#resolve(item);
    this.#places.set(idKey(item.id), parent);
    // Yjs copies these from the neighbour when it integrates; here they are needed before.
    if (item.parentSub === null && sub !== null) item.parentSub = sub;
    const { content } = item;
    if (parent.at === 'root') return this.#newCard(item, sub);
    if (parent.at === 'text') {
      if (sub !== null) refuse('a key inside words');
      return this.#judgeWords(item, parent);
    }
    if (sub === null) refuse('a list where a map is');
    const made = this.#newCards.get(parent.card);
    if (content instanceof Y.ContentType) return this.#newText(item, parent.card, sub, made);
    if (made) this.#behindTheLast(item, { made, key: sub });
    if (content instanceof Y.ContentDeleted)
      return this.#judgeOverwritten(item, { card: parent.card, key: sub, made });
    if (!(content instanceof Y.ContentAny)) refuse('a content that the board does not hold');
    // Several values in one piece are an undo's memory of what stood there: each is judged, the last one counts.
    for (const value of content.arr as unknown[]) {
      if (made) made.keys.set(sub, [...(made.keys.get(sub) ?? []), value]);
      else this.#hold(judge({ does: 'set', card: this.#facts(parent.card), key: sub, value }, this.#writer));
    }
  }

  /** In a card that this frame makes, each piece under a key stands right behind the one before: so the last one read is the last one judged. */
  #behindTheLast(item: Y.Item, { made, key }: { made: NewCard; key: string }): void {
    const before = made.last.get(key);
    if (made.texts.has(key)) refuse('a value in the place of words');
    if (
      before === undefined
        ? item.origin !== null
        : item.origin?.client !== before.client || item.origin.clock !== before.clock
    )
      refuse('two values side by side under one key');
    made.last.set(key, { client: item.id.client, clock: item.id.clock + item.length - 1 });
  }

  #resolve(item: Y.Item): { parent: Place; sub: string | null } {
    const named = item.parent as unknown;
    const left = item.origin ? this.#placeOf(this.#find(item.origin)) : null;
    const right = item.rightOrigin ? this.#placeOf(this.#find(item.rightOrigin)) : null;
    if (left && right && !(samePlace(left.parent, right.parent) && left.sub === right.sub))
      refuse('neighbours of two houses');
    const found =
      left ??
      right ??
      (typeof named === 'string'
        ? {
            parent: named === 'cards' ? ({ at: 'root' } as const) : refuse('another root'),
            sub: item.parentSub,
          }
        : named instanceof Y.ID
          ? { parent: this.#placeOfType(named), sub: item.parentSub }
          : refuse('without a parent'));
    if ((left || right) && item.parentSub !== null && item.parentSub !== found.sub)
      refuse('a key that is not its neighbour’s');
    if (found.sub !== null && item.rightOrigin !== null) refuse('a value before another');
    if (item.origin && item.rightOrigin) this.#inOrder(item);
    if (item.origin) this.#betweenCharacters({ client: item.origin.client, clock: item.origin.clock + 1 });
    if (item.rightOrigin) this.#betweenCharacters(item.rightOrigin);
    return found;
  }

  /**
   * Neighbours must stand in their order. Those of the frame are followed outwards to what the live document holds;
   * an honest page's outer neighbours always stand left and right of each other there.
   */
  #inOrder(item: Y.Item): void {
    const left = this.#anchor(item.origin!, 'origin');
    const right = this.#anchor(item.rightOrigin!, 'rightOrigin');
    if (left === null || right === null) return;
    const leftItem = this.#find(left);
    const rightItem = this.#find(right);
    if (leftItem === rightItem) {
      if (left.clock >= right.clock) refuse('neighbours the wrong way round');
      return;
    }
    for (let next: Y.Item | null = leftItem as Y.Item; next; next = next.right) {
      if (next === rightItem) return;
      if (++this.#steps > MOST_STEPS) refuse('too long to judge');
    }
    refuse('neighbours the wrong way round');
  }

  /** A cut through a surrogate pair reads differently on the page that made it: Yjs replaces both halves there. */
  #betweenCharacters(cut: Head): void {
    if (cut.clock === 0 || !this.#isThere(cut)) return;
    const struct = this.#find(cut);
    if (!(struct instanceof Y.Item) || !(struct.content instanceof Y.ContentString)) return;
    const at = cut.clock - struct.id.clock;
    if (at > 0 && /^[\ud800-\udbff][\udc00-\udfff]$/.test(struct.content.str.slice(at - 1, at + 1)))
      refuse('a cut through a character');
  }

  #anchor(id: Head, side: 'origin' | 'rightOrigin'): Head | null {
    let at: Head | null = id;
    while (at !== null && !(at.clock < this.#known(at.client))) at = (this.#find(at) as Y.Item)[side];
    return at;
  }

  #inFrame(struct: Struct): boolean {
    return struct.id.clock >= this.#known(struct.id.client);
  }

  #newCard(item: Y.Item, sub: string | null): void {
    if (sub === null) refuse('a list where a map is');
    if (!(item.content instanceof Y.ContentType) || !(item.content.type instanceof Y.Map))
      refuse('not a card');
    if (item.origin !== null || this.#doc.getMap('cards')._map.has(sub) || this.#newCards.has(sub))
      refuse('a card in the place of another');
    this.#newCards.set(sub, { keys: new Map(), texts: new Set(), last: new Map() });
    this.#types.set(idKey(item.id), { at: 'card', card: sub });
  }

  #newText(item: Y.Item, card: string, key: string, made: NewCard | undefined): void {
    const { type } = item.content as Y.ContentType;
    if (!(type instanceof Y.Text) || type instanceof Y.XmlText) refuse('a type that the board does not hold');
    if (item.origin !== null || made?.texts.has(key) || made?.keys.has(key))
      refuse('words in the place of others');
    if (!made) refuse('words where none are added later');
    this.#types.set(idKey(item.id), { at: 'text', card, key });
    made.texts.add(key);
  }

  #judgeWords(item: Y.Item, place: Extract<Place, { at: 'text' }>): void {
    const { content } = item;
    if (content instanceof Y.ContentDeleted) {
      if (item.length > MOST_CHARACTERS) refuse('too many characters');
      return this.#mayWrite(place, 0);
    }
    if (!(content instanceof Y.ContentString)) refuse('a content that words do not hold');
    this.#mayWrite(place, item.length);
  }

  #mayWrite(place: Extract<Place, { at: 'text' }>, length: number): void {
    const slot = `${place.card}/${place.key}`;
    const before = this.#newLength.get(slot) ?? 0;
    this.#newLength.set(slot, before + length);
    const live = this.#newCards.has(place.card) ? null : this.#cardMap(place.card).get(place.key);
    const now = (live instanceof Y.Text ? live.length : 0) + before;
    if (now + length > MOST_CHARACTERS) refuse('too many characters');
    // The words of a new card are judged with it.
    if (!(live instanceof Y.Text)) return;
    this.#hold(judge({ does: 'write', card: this.#facts(place.card), key: place.key }, this.#writer));
  }

  /** Values that their own writer has since replaced: the right to the key is all that can be asked. */
  #judgeOverwritten(
    item: Y.Item,
    { card, key, made }: { card: string; key: string; made: NewCard | undefined },
  ): void {
    if (item.length > MOST_STRUCTS) refuse('too many pieces');
    if (made) made.keys.set(key, [...(made.keys.get(key) ?? []), OVERWRITTEN]);
    else this.#hold(judge({ does: 'unset', card: this.#facts(card), key }, this.#writer));
  }

  #cardMap(card: string): Y.Map<unknown> {
    const map = this.#doc.getMap('cards').get(card);
    return map instanceof Y.Map ? map : refuse('a card that is not there');
  }

  #facts(card: string): CardFacts {
    const made = this.#newCards.get(card);
    if (made) return { kind: made.keys.get('kind')?.[0], by: made.keys.get('by')?.[0] };
    const map = this.#cardMap(card);
    return { kind: map.get('kind'), by: map.get('by') };
  }

  /** Judges every range that is not yet deleted; true if there is one. */
  #deletes(ds: Map<number, { clock: number; len: number }[]>): boolean {
    let erased = false;
    let ranges = 0;
    for (const [client, list] of ds) {
      const known = this.#known(client);
      const last = this.#mine.get(client)?.at(-1);
      const end = last ? last.id.clock + last.length : known;
      for (const { clock, len } of list) {
        if (++ranges > MOST_RANGES) refuse('too many erasures');
        if (len < 1 || clock + len > end) refuse('erasing what is not there yet');
        this.#betweenCharacters({ client, clock });
        this.#betweenCharacters({ client, clock: clock + len });
        for (let at = clock; at < clock + len;) {
          const struct = this.#find({ client, clock: at });
          at = struct.id.clock + struct.length;
          if (struct.deleted && !this.#inFrame(struct)) continue;
          erased = true;
          this.#judgeErasure(struct);
        }
      }
    }
    return erased;
  }

  #judgeErasure(struct: Struct): void {
    if (!(struct instanceof Y.Item)) refuse('erasing a piece that is gone');
    const { parent, sub } = this.#placeOf(struct);
    if (parent.at === 'root' || struct.content instanceof Y.ContentType)
      refuse('a card is never taken off the board');
    if (parent.at === 'card') {
      this.#hold(judge({ does: 'unset', card: this.#facts(parent.card), key: sub ?? '' }, this.#writer));
      return;
    }
    this.#hold(judge({ does: 'erase', card: this.#facts(parent.card), key: parent.key }, this.#writer));
  }

  #hold(why: string | null): void {
    if (why !== null) refuse(why);
  }
}

function within(outer: Place, sub: string | null): Place {
  if (sub === null) refuse('a list where a map is');
  if (outer.at === 'root') return { at: 'card', card: sub };
  if (outer.at === 'card') return { at: 'text', card: outer.card, key: sub };
  return refuse('too deep');
}

function samePlace(a: Place, b: Place): boolean {
  if (a.at === 'root' || b.at === 'root') return a.at === b.at;
  if (a.card !== b.card) return false;
  return a.at === 'text' ? b.at === 'text' && a.key === b.key : b.at === 'card';
}

const idKey = (id: Head) => `${id.client}:${id.clock}`;
