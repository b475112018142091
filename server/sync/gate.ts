/**
 * Judges an update before it is applied: synchronous, so that nothing can come between the judgement and the act.
 * Every struct and every deleted range is resolved to its place on the board and held to the board's policy;
 * whatever plain Yjs would keep as pending, or read differently after a reload, is refused (shared TRUST section 2).
 */
import * as Y from 'yjs';
import { MOST_CHARACTERS } from '#domain/board/cards.ts';
import { isNeverUnset, judge, OVERWRITTEN, type CardFacts, type Writer } from '#domain/board/policy.ts';
import { misplaced, type PlacedPiece, type TouchedList } from './list-order.ts';
import { ScanRefusal, scanUpdate, writeErasures, type Range } from './update-scan.ts';

/** Why an update was refused: for the log and the sender's page; never shown as it is. */
export interface GateRefusal {
  why: string;
}

/**
 * What may pass: the bytes to apply and the client ids that it writes under. `null` bytes say that there is nothing new.
 * `work` is what judging and applying it costs, in units of about a tenth of a microsecond.
 */
export type GateAnswer = { work: number } & (
  | {
      ok: true;
      bytes: Uint8Array | null;
      clients: ReadonlySet<number>;
      /** Whether it adds words or cards; the risk to a child needs little room, the bin hardly any, erasing none (D14). */
      needsRoom: 'words' | 'little' | 'bin' | null;
    }
  | ({ ok: false } & GateRefusal)
);

/**
 * The most that one update may cost: about 50 ms of a slow machine. Units and not milliseconds, so that what is refused
 * does not hang on how busy the machine is. A long day offline, in 1 MiB, needs four fifths of it.
 */
export const MOST_WORK = 250_000;
/** Client ids in one update: one's own, those of one's other tabs that it met, and one for each time it was opened without a line. */
const MOST_CLIENTS = 256;
/** What a client id costs that nobody has used yet: it stays with the document for good. */
const NEW_CLIENT = 500;

/**
 * Pieces of one list, erased ones too: whoever writes in it at the same time as another costs a laying out of all of it,
 * which must be within one update's budget. Four thousand changes in the middle of one text.
 */
export const MOST_PIECES = 12_000;

/** A value that is longer than a day, a name of a state or an id is words too, characters. */
const LONG_VALUE = 40;

/** What an erasure that is new costs, and cutting a piece out of a list of its client's pieces, for each hundred of them. */
const ERASED = 25;
const CUT = 4;
/** A step along pieces that are known. */
const STEP = 1;

type Place = { at: 'root' } | { at: 'card'; card: string } | { at: 'text'; card: string; key: string };

interface NewCard {
  /** Every value that each key has had in this frame, oldest first. */
  keys: Map<string, unknown[]>;
  texts: Set<string>;
  /** The newest piece under each key: the next one must stand right behind it. */
  last: Map<string, Head>;
}

/** What a frame adds under one key of a card. */
interface Slot {
  list: TouchedList;
  /** How many characters it adds, less those it erases. */
  characters: number;
  /** The newest piece that this frame puts there. */
  newest: Y.Item | null;
  /** It takes away what stood there last. */
  isEmptied: boolean;
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
  const judgement = new Judgement(facts);
  try {
    return judgement.answer();
  } catch (error) {
    const isReason = error instanceof Refused || error instanceof ScanRefusal;
    // The decoder throws on bytes that are no update; that is a refusal like any other.
    return { ok: false, why: isReason ? error.message : 'not an update', work: judgement.work };
  }
}

class Judgement {
  readonly #doc: Y.Doc;
  readonly #writer: Writer;
  readonly #owner: (client: number) => string | null;
  readonly #frame: Uint8Array;
  /** Structs of the frame in the order in which they can be integrated, by client. */
  readonly #mine = new Map<number, Struct[]>();
  readonly #places = new Map<Struct, Place>();
  readonly #types = new Map<string, Place>();
  readonly #newCards = new Map<string, NewCard>();
  /** What this frame adds to, by card and key. */
  readonly #slots = new Map<string, Map<string, Slot>>();
  readonly #placed: PlacedPiece[] = [];
  #work = 0;
  #knownWork = 0;

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

  /** All that it cost, also for what is held against nobody. */
  get work(): number {
    // Yjs copies every client's clock for each update.
    return this.#work + this.#knownWork + Math.ceil(this.#doc.store.clients.size / 20);
  }

  answer(): GateAnswer {
    const news = this.#onlyNew();
    if (news === null) return { ok: true, bytes: null, clients: new Set(), needsRoom: null, work: this.work };
    // Before anything of it is looked at: whoever listens is heard of by nobody, whatever it is.
    if (!this.#writer.mayWrite) refuse('a movement in which they listen');
    this.#walk(this.#queue(news.structs));
    this.#hold(misplaced({ store: this.#doc.store, pieces: this.#placed, spend: this.#spend }));
    for (const [card, made] of this.#newCards)
      this.#hold(judge({ does: 'create', card, keys: made.keys, texts: made.texts }, this.#writer));
    this.#deletes(news.erasures);
    this.#whatIsLeft();
    return {
      ok: true,
      bytes: news.bytes,
      clients: new Set(this.#mine.keys()),
      needsRoom: this.#needsRoom(news.structs.length > 0),
      work: this.work,
    };
  }

  /** A key that a card has not had yet stays with it for good; the bin is one that every card may have. */
  #isNewKey(card: string, key: string): boolean {
    const map = this.#doc.getMap('cards').get(card);
    return key !== 'gone' && map instanceof Y.Map && !map._map.has(key);
  }

  #needsRoom(addsPieces: boolean): 'words' | 'little' | 'bin' | null {
    if (!addsPieces) return null;
    if (this.#addsWords()) return 'words';
    const isBin = this.#newCards.size === 0 && this.#keysTouched().every((key) => key === 'gone');
    return isBin ? 'bin' : 'little';
  }

  #keysTouched(): string[] {
    return [...this.#slots.values()].flatMap((keys) => [...keys.keys()]);
  }

  #addsWords(): boolean {
    const isOther = (card: string) => this.#facts(card).kind !== 'riskToChild';
    return (
      [...this.#newCards.keys()].some(isOther) ||
      [...this.#slots].some(
        ([card, keys]) =>
          isOther(card) &&
          [...keys].some(
            ([key, { characters, newest }]) => characters > 0 || isLong(newest) || this.#isNewKey(card, key),
          ),
      )
    );
  }

  readonly #spend = (units: number): void => {
    this.#work += units;
    if (this.#work > MOST_WORK) refuse('too much at once');
  };

  /**
   * Cuts away what the document holds already: a known struct told again with other neighbours must never be read, and
   * what brings nothing new is taken from everybody. Null where nothing is left.
   */
  #onlyNew(): { bytes: Uint8Array; structs: Struct[]; erasures: Range[] } | null {
    const scan = scanUpdate({
      bytes: this.#frame,
      known: (client) => this.#known(client),
      spend: this.#spend,
    });
    this.#knownWork += scan.knownWork;
    const erasures = scan.erasures.flatMap((range) => this.#notYetErased(range, scan.clients));
    if (!scan.hasNew && erasures.length === 0) return null;
    let bytes = this.#frame;
    if (scan.hasKnown || erasures.length < scan.erasures.length) {
      const told = Buffer.concat([this.#frame.subarray(0, scan.piecesEnd), NO_ERASURES]);
      const fresh = scan.hasKnown ? Y.diffUpdate(told, Y.encodeStateVector(this.#doc)) : told;
      bytes = Buffer.concat([fresh.subarray(0, -NO_ERASURES.length), writeErasures(erasures)]);
    }
    return { bytes, structs: Y.decodeUpdate(bytes).structs as Struct[], erasures };
  }

  /** What of a range is still there, or comes with this frame. */
  #notYetErased({ client, clock, len }: Range, told: ReadonlySet<number>): Range[] {
    const left: Range[] = [];
    const known = this.#known(client);
    const end = clock + len;
    // Before anything is made of the others: there may be very many.
    if (end > known && !told.has(client)) refuse('erasing what is not there yet');
    const own = this.#doc.store.clients.get(client) ?? [];
    if (clock < known)
      for (let at = Y.findIndexSS(own as Y.Item[], clock); at < own.length; at++) {
        const { id, length, deleted } = own[at]!;
        if (id.clock >= end) break;
        this.#knownWork += STEP;
        if (deleted) continue;
        const from = Math.max(clock, id.clock);
        left.push({ client, clock: from, len: Math.min(end, id.clock + length) - from });
      }
    if (end > known) left.push({ client, clock: Math.max(clock, known), len: end - Math.max(clock, known) });
    return left;
  }

  #known(client: number): number {
    return Y.getState(this.#doc.store, client);
  }

  #queue(structs: Struct[]): Map<number, Struct[]> {
    const queues = new Map<number, Struct[]>();
    for (const struct of structs) {
      const { client, clock } = struct.id;
      const queue = queues.get(client) ?? [];
      const next = queue.length > 0 ? queue.at(-1)!.id.clock + queue.at(-1)!.length : this.#known(client);
      if (clock !== next) refuse('a gap');
      queue.push(struct);
      queues.set(client, queue);
    }
    if (queues.size > MOST_CLIENTS) refuse('too many client ids');
    for (const client of queues.keys()) {
      const owner = this.#owner(client);
      if (owner !== null && owner !== this.#writer.member) refuse('a client id of somebody else');
      if (this.#known(client) === 0) this.#spend(NEW_CLIENT);
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
        while (i < queue.length && this.#isReady(queue[i] as Y.Item)) {
          const item = queue[i] as Y.Item;
          this.#placed.push({ item, list: this.#judgeItem(item) });
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

  /** Its neighbours and its parent are there. */
  #isReady({ origin, rightOrigin, parent }: Y.Item): boolean {
    return (
      (origin === null || this.#isThere(origin)) &&
      (rightOrigin === null || this.#isThere(rightOrigin)) &&
      (!(parent instanceof Y.ID) || this.#isThere(parent))
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
    const kept = this.#places.get(struct);
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

  /** Judges a piece by what it would do; the list that it goes into. */
  #judgeItem(item: Y.Item): TouchedList | null {
    const { parent, sub } = this.#resolve(item);
    this.#places.set(item, parent);
    // Yjs copies these from the neighbour when it integrates; here they are needed before.
    if (item.parentSub === null && sub !== null) item.parentSub = sub;
    if (parent.at === 'root') {
      this.#newCard(item, sub);
      return null;
    }
    if (parent.at === 'text') {
      if (sub !== null) refuse('a key inside words');
      this.#judgeWords(item, parent);
      return this.#touch(parent.card, parent.key);
    }
    if (sub === null) refuse('a list where a map is');
    this.#judgeValues(item, { card: parent.card, key: sub });
    // Words are the first and only thing that their key ever holds.
    if (item.content instanceof Y.ContentType) return null;
    this.#slot(parent.card, sub).newest = item;
    return this.#touch(parent.card, sub);
  }

  #judgeValues(item: Y.Item, { card, key }: { card: string; key: string }): void {
    const { content } = item;
    const made = this.#newCards.get(card);
    if (content instanceof Y.ContentType) return this.#newText(item, { card, key, made });
    if (made) this.#behindTheLast(item, { made, key });
    if (content instanceof Y.ContentDeleted) return this.#judgeOverwritten({ card, key, made });
    if (!(content instanceof Y.ContentAny)) refuse('a content that the board does not hold');
    // Yjs erases what stood there, and joins it with what was erased beside it.
    if (item.origin) this.#spend(this.#cutIn(item.origin.client));
    // Several values in one piece are an undo's memory of what stood there: each is judged, the last one counts.
    const values = content.arr as unknown[];
    if (made) this.#keep(made, { key, values });
    else
      for (const value of values)
        this.#hold(judge({ does: 'set', card: this.#facts(card), key, value }, this.#writer));
  }

  #keep(made: NewCard, { key, values }: { key: string; values: readonly unknown[] }): void {
    const held = made.keys.get(key);
    if (!held) made.keys.set(key, [...values]);
    else for (const value of values) held.push(value);
  }

  /** The list under a key of a card, its words or what it has held, which is added to. */
  #touch(card: string, key: string): TouchedList {
    const { list } = this.#slot(card, key);
    list.added++;
    return list;
  }

  #slot(card: string, key: string): Slot {
    let keys = this.#slots.get(card);
    if (!keys) this.#slots.set(card, (keys = new Map<string, Slot>()));
    let slot = keys.get(key);
    if (!slot)
      keys.set(
        key,
        (slot = {
          list: { first: () => this.#firstOf(card, key), added: 0 },
          characters: 0,
          newest: null,
          isEmptied: false,
        }),
      );
    return slot;
  }

  #firstOf(card: string, key: string): Y.Item | null {
    const map = this.#doc.getMap('cards').get(card);
    const last = map instanceof Y.Map ? map._map.get(key) : undefined;
    if (last?.content instanceof Y.ContentType) return last.content.type._start;
    let first = last ?? null;
    for (; first?.left; first = first.left) this.#spend(STEP);
    return first;
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
    if (item.origin) this.#cut({ client: item.origin.client, clock: item.origin.clock + 1 });
    if (item.rightOrigin) this.#cut(item.rightOrigin);
    return found;
  }

  /** A piece that begins here cuts what stands there in two, also in the list of its client's pieces. */
  #cut(cut: Head): void {
    this.#betweenCharacters(cut);
    if (cut.clock < this.#known(cut.client) && Y.getItem(this.#doc.store, cut as Y.ID).id.clock < cut.clock)
      this.#spend(this.#cutIn(cut.client));
  }

  #cutIn(client: number): number {
    return CUT * Math.ceil((this.#doc.store.clients.get(client)?.length ?? 0) / 100);
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

  #newCard(item: Y.Item, sub: string | null): void {
    if (sub === null) refuse('a list where a map is');
    if (!(item.content instanceof Y.ContentType) || !(item.content.type instanceof Y.Map))
      refuse('not a card');
    if (item.origin !== null || this.#doc.getMap('cards')._map.has(sub) || this.#newCards.has(sub))
      refuse('a card in the place of another');
    this.#newCards.set(sub, { keys: new Map(), texts: new Set(), last: new Map() });
    this.#types.set(idKey(item.id), { at: 'card', card: sub });
  }

  #newText(
    item: Y.Item,
    { card, key, made }: { card: string; key: string; made: NewCard | undefined },
  ): void {
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
    if (content instanceof Y.ContentDeleted) return this.#mayWrite(place, 0);
    if (!(content instanceof Y.ContentString)) refuse('a content that words do not hold');
    this.#mayWrite(place, item.length);
  }

  #mayWrite(place: Extract<Place, { at: 'text' }>, length: number): void {
    this.#slot(place.card, place.key).characters += length;
    const live = this.#newCards.has(place.card) ? null : this.#cardMap(place.card).get(place.key);
    // The words of a new card are judged with it.
    if (!(live instanceof Y.Text)) return;
    this.#hold(judge({ does: 'write', card: this.#facts(place.card), key: place.key }, this.#writer));
  }

  /** Values that their own writer has since replaced: the right to the key is all that can be asked. */
  #judgeOverwritten({ card, key, made }: { card: string; key: string; made: NewCard | undefined }): void {
    if (made) this.#keep(made, { key, values: [OVERWRITTEN] });
    else this.#hold(judge({ does: 'unset', card: this.#facts(card), key }, this.#writer));
  }

  #cardMap(card: string): Y.Map<unknown> {
    const map = this.#doc.getMap('cards').get(card);
    return map instanceof Y.Map ? map : refuse('a card that is not there');
  }

  #facts(card: string): CardFacts {
    const made = this.#newCards.get(card);
    if (made)
      return {
        kind: made.keys.get('kind')?.[0],
        by: made.keys.get('by')?.[0],
        is: made.keys.get('is')?.at(-1),
      };
    const map = this.#cardMap(card);
    return { kind: map.get('kind'), by: map.get('by'), is: map.get('is') };
  }

  /** Judges every piece that is erased. */
  #deletes(erasures: readonly Range[]): void {
    for (const { client, clock, len } of erasures) {
      const last = this.#mine.get(client)?.at(-1);
      if (clock + len > (last ? last.id.clock + last.length : this.#known(client)))
        refuse('erasing what is not there yet');
      this.#spend(ERASED);
      this.#cut({ client, clock });
      this.#cut({ client, clock: clock + len });
      for (let at = clock; at < clock + len;) {
        const struct = this.#find({ client, clock: at });
        const end = Math.min(clock + len, struct.id.clock + struct.length);
        this.#spend(STEP);
        this.#judgeErasure(struct, end - at);
        at = end;
      }
    }
  }

  #judgeErasure(struct: Struct, length: number): void {
    if (!(struct instanceof Y.Item)) refuse('erasing a piece that is gone');
    const { parent, sub } = this.#placeOf(struct);
    if (parent.at === 'root' || struct.content instanceof Y.ContentType)
      refuse('a card is never taken off the board');
    if (parent.at === 'card') {
      const key = sub ?? '';
      this.#hold(judge({ does: 'unset', card: this.#facts(parent.card), key }, this.#writer));
      const slot = this.#slot(parent.card, key);
      // Whoever sets a key anew erases what stood there: that it is empty afterwards is another thing.
      if (struct === slot.newest || (slot.newest === null && struct.right === null)) slot.isEmptied = true;
      return;
    }
    this.#hold(judge({ does: 'erase', card: this.#facts(parent.card), key: parent.key }, this.#writer));
    if (struct.countable) this.#slot(parent.card, parent.key).characters -= length;
  }

  /** After the frame no text is too long, whatever it held in between, and what a card is never without is there. */
  #whatIsLeft(): void {
    const live = this.#doc.getMap('cards');
    for (const [card, keys] of this.#slots) {
      const map = live.get(card);
      for (const [key, { list, characters, newest, isEmptied }] of keys) {
        if (list.added > 0 && piecesOf(list) > MOST_PIECES) refuse('too many pieces in one text');
        const text = map instanceof Y.Map ? map.get(key) : undefined;
        if (characters > 0 && characters + (text instanceof Y.Text ? text.length : 0) > MOST_CHARACTERS)
          refuse('too many characters');
        const isUnset = isEmptied || newest?.content instanceof Y.ContentDeleted;
        if (isUnset && isNeverUnset(this.#facts(card).kind, key)) refuse('removing what is never removed');
      }
    }
  }

  #hold(why: string | null): void {
    if (why !== null) refuse(why);
  }
}

/** How many pieces a list would have, counted no further than it may. */
function piecesOf(list: TouchedList): number {
  let pieces = list.added;
  for (let item = list.first(); item && pieces <= MOST_PIECES; item = item.right) pieces++;
  return pieces;
}

const isLong = (item: Y.Item | null) =>
  item?.content instanceof Y.ContentAny &&
  item.content.arr.some((value) => typeof value === 'string' && value.length > LONG_VALUE);

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

const NO_ERASURES = new Uint8Array([0]);

const idKey = (id: Head) => `${id.client}:${id.clock}`;
