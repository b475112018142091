import { SvelteMap } from 'svelte/reactivity';
import { WebsocketProvider } from 'y-websocket';
import * as decoding from 'lib0/decoding';
import * as Y from 'yjs';
import {
  cardsOf,
  inOrder,
  readBoard,
  readCard,
  withCards,
  type Card,
  type CardOf,
  type Cards,
} from '#domain/board/board.ts';
import { CARD_KINDS, type CardKind } from '#domain/board/cards.ts';
import { LOCAL, writeOver, type Written } from '#domain/board/text.ts';
import { addCard, setField, textOf, type NewFields } from '#domain/board/write.ts';
import { REASONS, type Reason } from '#domain/errors.ts';
import {
  familyDocument,
  MESSAGE_SAVED,
  MESSAGE_SYNC,
  PROTOCOL,
  reflectingDocument,
  sealedDocument,
  SYNC_STEP_1,
  SYNC_STEP_2,
  SYNC_UPDATE,
  type PresenceWords,
} from '#domain/wire.ts';
import { ApiRefusal, Client, handOfWindow, type Hand } from './api.ts';
import { BoardSocket } from './board-socket.ts';
import { serverNow } from './clock.ts';
import { keeping, keptName, type KeptBoard, type Touched } from './offline.ts';

/** S22: Where the words of this page are, said truthfully at all times. */
export type Saved =
  | { at: 'opening' }
  /** `sent`: what a gap had kept here has just arrived. */
  | { at: 'saved'; sent: number }
  | { at: 'saving'; changes: number }
  /** What has not been sent is on this device's disk, or in the open page alone. */
  | { at: 'offline'; changes: number; isOnDevice: boolean }
  | { at: 'ended'; reason: Reason; says: string };

/** Somebody else on this board, as the server says. */
export interface Other extends PresenceWords {
  client: number;
  user: { id: string; name: string; initials: string };
}

/** Words that could not be taken, kept for their author to take up again. */
export interface Kept {
  id: string;
  words: string;
  says: string;
}

/** Each person's words that could not be taken, for as long as the page is open: whichever board, and wherever they go meanwhile. */
const trays = new Map<string, SvelteMap<string, Kept>>();
export function trayOf(member: string): SvelteMap<string, Kept> {
  const tray = trays.get(member) ?? new SvelteMap<string, Kept>();
  trays.set(member, tray);
  return tray;
}

/** What Yjs keeps of one edit. */
type StackItem = Y.UndoManager['undoStack'][number];

/** One act that can be taken back: an edit, a card that was made, or several that were one act of a person. */
type Act =
  | { edit: StackItem }
  /** `end`: of a harm line that was taken back, the card that says so. */
  | { made: string; end?: string }
  | { binned: string }
  | { together: Act[] };

/** The board is not this person's to see any more: nothing of it stays here. */
const isTaken = (reason: Reason | 'offline') => reason === 'not-found' || reason === 'not-allowed';

/** A frame that was larger than the server takes at all (RFC 6455). */
const messageTooBig = 1009;

/** A hand rests three seconds after its last key. */
const restMs = 3_000;

/** The cards of one kind; whoever reads them is told only when one of them has changed. */
class OfKind {
  cards = $state.raw<readonly Card[]>([]);
}

/** One family's board, or one reflecting session, in this page: the shared document, what is saved of it, who else is here. */
export class BoardSession {
  /** The family, or the reflecting session. */
  readonly id: string;
  readonly member: string;
  cards = $state.raw<Cards>(new Map());
  /** Each kind by itself: a letter in a thought concerns nobody who reads tasks. */
  readonly #kinds = new Map(CARD_KINDS.map((kind) => [kind, new OfKind()]));
  saved = $state.raw<Saved>({ at: 'opening' });
  others = $state.raw<readonly Other[]>([]);
  canUndo = $state.raw(false);
  canRedo = $state.raw(false);
  /** Of all boards of one person; what was said in a session stays with it. */
  readonly tray: SvelteMap<string, Kept>;
  /** Something of it can be read: from this device, or all of it from the server. */
  readonly isOpen = $derived(this.cards.size > 0 || this.saved.at !== 'opening');
  /** Raised when the document is a new one: whoever holds a shared text must ask for it again. */
  generation = $state.raw(0);

  readonly #name: string;
  readonly #keptAs: string;
  #doc = new Y.Doc();
  #provider: WebsocketProvider | null = null;
  #undo: Y.UndoManager | null = null;
  #acts: Act[] = [];
  /** What was taken back, to be done again, until something else is done. */
  #undone: Act[] = [];
  #goesBack = false;
  #writtenLast = '';
  #sent = 0;
  #acknowledged = 0;
  #pending = 0;
  /** Changes made here since it was opened, and up to which of them they lie on this device's disk; null where none do. */
  #made = 0;
  #onDisk: number | null = null;
  #touched = new Map<string, Touched>();
  #rest: ReturnType<typeof setTimeout> | null = null;
  #words: PresenceWords = {};
  #closed = false;
  #leaving = false;
  #reopening = false;
  readonly #hand: Hand;
  readonly #isKept: boolean;
  readonly #opened: Promise<void>;
  #hasLeft!: () => void;
  readonly #left = new Promise<void>((resolve) => (this.#hasLeft = resolve));
  #keepTimer: ReturnType<typeof setTimeout> | null = null;
  #keepWait = 0;
  #docGeneration = '';
  #waited = 0;

  /** `isSealed` opens what is one's own beside the board, which nobody else is sent. */
  constructor(ask: { id: string; member: string; hand?: Hand; isSealed?: boolean; isReflecting?: boolean }) {
    this.id = ask.id;
    this.tray = ask.isReflecting ? new SvelteMap() : trayOf(ask.member);
    this.#hand = ask.hand ?? handOfWindow();
    // Somebody who was invited has no device of theirs here, and a session leaves nothing behind.
    this.#isKept = !ask.isReflecting;
    this.member = ask.member;
    const open = ask.isReflecting ? reflectingDocument(ask.id) : familyDocument(ask.id);
    this.#name = ask.isSealed ? sealedDocument(open, ask.member) : open;
    this.#keptAs = keptName(ask.member, this.#name);
    // A browser that knows it has no network says so at once, instead of waiting for a silent socket.
    addEventListener('beforeunload', this.#unloading);
    addEventListener('offline', this.#offline);
    addEventListener('online', this.#online);
    addEventListener('pagehide', this.#keep);
    this.#opened = this.#open();
  }

  /** Brings what was left here unsent to the server, and goes away. */
  async bring(): Promise<void> {
    await this.#opened;
    await this.leave();
  }

  /** Goes away as soon as everything one wrote here is on the server, and not before. */
  leave(): Promise<void> {
    this.#leaving = true;
    // What was written while it was still opening goes too.
    void this.#opened.then(() => {
      this.#keep();
      this.#provider?.awareness.setLocalState(null);
      this.#closeWhenLeft();
    });
    return this.#left;
  }

  /** Nothing is left to be sent, or nobody takes it any more: then it is kept, or in the tray. */
  #closeWhenLeft(): void {
    if (this.#leaving && (this.#pending === 0 || this.saved.at === 'ended')) this.close();
  }

  close(): void {
    this.#closed = true;
    this.#hasLeft();
    removeEventListener('beforeunload', this.#unloading);
    removeEventListener('offline', this.#offline);
    removeEventListener('online', this.#online);
    removeEventListener('pagehide', this.#keep);
    this.#shut();
  }

  /** Not this person's to see any more. */
  get isTaken(): boolean {
    return this.saved.at === 'ended' && isTaken(this.saved.reason);
  }

  /** Cards of a kind that are not in the bin, in their order. */
  of<K extends CardKind>(kind: K): readonly CardOf<K>[] {
    return this.#kinds.get(kind)!.cards as readonly CardOf<K>[];
  }

  /** The shared text of a card's field, or null while it is not there. */
  text(card: string, key: string): Y.Text | null {
    return textOf(this.#doc, card, key);
  }

  /** What one wrote here that has not reached the server. */
  unsent(): string[] {
    return [...this.#touched.values()].flatMap(({ card, key }) => {
      const words = textOf(this.#doc, card, key)?.toString() ?? '';
      return words.trim() === '' ? [] : [words];
    });
  }

  /** Puts a card on the board under one's own name; returns its id. */
  add(kind: CardKind, fields: NewFields): string {
    const id = crypto.randomUUID();
    this.#undo?.stopCapturing();
    addCard(this.#doc, { id, kind, by: this.member, at: serverNow(), fields });
    this.#did({ made: id });
    this.#touched.set(`${id}/text`, { card: id, key: 'text' });
    return id;
  }

  set(card: string, key: string, value: string | number | boolean | null): void {
    this.#undo?.stopCapturing();
    setField(this.#doc, card, key, value);
  }

  /** Makes a field read what was written by the smallest change, over what others wrote since it was last seen. */
  write(card: string, key: string, written: Written | string): void {
    const text = this.text(card, key);
    const id = `${card}/${key}`;
    // The board is being opened afresh, or the card is not on it any more.
    if (!text) return void this.#keepAside(id, typeof written === 'string' ? written : written.next);
    // Words in another field are another act.
    if (this.#writtenLast !== id) this.#undo?.stopCapturing();
    this.#writtenLast = id;
    this.#touched.set(id, { card, key });
    writeOver(text, typeof written === 'string' ? { seen: text.toString(), next: written } : written);
  }

  /** Takes back one's own last act; a card that one made goes to the bin. */
  undo(): void {
    this.#move(this.#acts, this.#undone, 'undo');
  }

  /** Does again what was last taken back. */
  redo(): void {
    this.#move(this.#undone, this.#acts, 'redo');
  }

  /** What had no effect any more, because others have written there since, is left out and nothing older is touched. */
  #move(from: Act[], to: Act[], way: 'undo' | 'redo'): void {
    const act = from.pop();
    if (act === undefined) return;
    this.#goesBack = true;
    const other = this.#turn(act, way);
    this.#goesBack = false;
    if (other) to.push(other);
    this.#noteUndo();
  }

  /** Takes an act back or does it again; the act that goes the other way, or null where nothing happened. */
  #turn(act: Act, way: 'undo' | 'redo'): Act | null {
    if ('edit' in act) return this.#turnEdit(act.edit, way);
    if ('made' in act && this.#isHarm(act.made)) return this.#turnHarm(act, way);
    if ('made' in act) return this.#bin(act.made, way === 'undo') ? act : null;
    if ('binned' in act) return this.#bin(act.binned, way === 'redo') ? act : null;
    const acts = way === 'undo' ? act.together.toReversed() : act.together;
    const turned = acts.flatMap((one) => this.#turn(one, way) ?? []);
    if (turned.length === 0) return null;
    return { together: way === 'undo' ? turned.toReversed() : turned };
  }

  #isHarm(card: string): boolean {
    const map = cardsOf(this.#doc).get(card);
    return map?.get('kind') === 'tie' && map.get('is') === 'harm';
  }

  /** M9: Also who drew it takes a harm line back by a card that says it was a mistake; it stays in the history. */
  #turnHarm(act: { made: string; end?: string }, way: 'undo' | 'redo'): Act | null {
    if (way === 'redo') return act.end && this.#bin(act.end, true) ? { made: act.made } : null;
    const end = crypto.randomUUID();
    this.#undo?.stopCapturing();
    addCard(this.#doc, {
      id: end,
      kind: 'harmEnd',
      by: this.member,
      at: serverNow(),
      fields: { tie: act.made, why: 'mistake', text: '', who: '', on: null },
    });
    return { made: act.made, end };
  }

  /** Yjs goes on to older edits where one has no effect: it is offered this one alone. */
  #turnEdit(edit: StackItem, way: 'undo' | 'redo'): Act | null {
    const manager = this.#undo;
    if (!manager) return null;
    const stacks =
      way === 'undo' ? (['undoStack', 'redoStack'] as const) : (['redoStack', 'undoStack'] as const);
    const [own, other] = stacks;
    const rest = manager[own].filter((item) => item !== edit);
    const before = manager[other].length;
    manager[own] = [edit];
    if (way === 'undo') manager.undo();
    else manager.redo();
    manager[own] = rest;
    const made = manager[other].length > before ? manager[other].at(-1) : undefined;
    return made ? { edit: made } : null;
  }

  /** Something new was done: what was taken back before it is not done again. */
  #did(act: Act): void {
    this.#acts.push(act);
    this.#undone = [];
    this.#noteUndo();
  }

  /** Does several things that are one act of a person, taken back together. */
  together(work: () => void): void {
    const from = this.#acts.length;
    work();
    this.#did({ together: this.#acts.splice(from) });
  }

  bin(card: string): void {
    this.#bin(card, true);
    this.#did({ binned: card });
  }

  /** Throws away a card that was begun and holds nothing: as if it had never been made. */
  discard(card: string): void {
    this.#bin(card, true);
    const isOther = (act: Act) => !('made' in act) || act.made !== card;
    this.#acts = this.#acts.filter(isOther);
    this.#undone = this.#undone.filter(isOther);
    this.#noteUndo();
  }

  putBack(card: string): void {
    this.#bin(card, false);
  }

  /** Says where one's hand is; `typing` rests by itself. */
  say(words: PresenceWords): void {
    this.#words = { ...this.#words, ...words };
    if (this.#rest) clearTimeout(this.#rest);
    if (words.typing) this.#rest = setTimeout(() => this.say({ typing: false }), restMs);
    this.#provider?.awareness.setLocalState(this.#words);
  }

  /** Who is writing in a card just now, beside oneself. */
  writingIn(card: string): Other[] {
    return this.others.filter((other) => other.card === card && other.typing);
  }

  /** Tries at once instead of waiting. */
  tryNow(): void {
    this.#keep();
    if (this.saved.at === 'ended') return void this.#reopen();
    this.#provider?.connect();
  }

  /** A window with words that are only here asks before it closes. */
  #unloading = (event: BeforeUnloadEvent) => {
    if (this.#pending > 0 || this.tray.size > 0) event.preventDefault();
  };
  #offline = () => {
    this.#provider?.disconnect();
    this.#tell();
  };
  #online = () => {
    if (this.saved.at !== 'ended') this.#provider?.connect();
  };

  #bin(card: string, gone: boolean): boolean {
    const map = cardsOf(this.#doc).get(card);
    if (!map || (map.get('gone') === true) === gone) return false;
    this.#undo?.stopCapturing();
    this.#doc.transact(() => map.set('gone', gone), 'bin');
    return true;
  }

  async #open(): Promise<void> {
    const name = this.#name;
    const doc = this.#doc;
    // What is written counts from the first letter on, also while the board is still opening.
    doc.on('update', (_update: Uint8Array, origin: unknown) => {
      const isMine = origin !== 'server' && origin !== this.#provider;
      if (isMine) {
        this.#pending++;
        this.#made++;
      }
      this.#keepSoon();
      if (!isMine) return;
      // Of a board that takes nothing new the words lie with their author from the first letter on.
      if (this.saved.at === 'ended') queueMicrotask(this.#keepWhatIsNotTaken);
      this.#tell();
    });
    // Side by side: on a line that has fallen silent both wait for the same answer.
    const [kept, state] = await Promise.all([
      this.#isKept ? keeping.read(this.#keptAs) : [],
      new Client(this.#whose)
        .state(name)
        .catch((error: unknown) => (error instanceof ApiRefusal ? error.reason : 'try-again')),
    ]);
    if (this.#closed || this.#doc !== doc) return;
    let generation = kept.at(-1)?.generation ?? '';
    if (typeof state === 'object') {
      Y.applyUpdate(this.#doc, state.bytes, 'server');
      generation = state.generation;
    } else {
      const reason = state;
      if (isTaken(reason)) keeping.drop(this.#keptAs);
      if (reason !== 'offline' && reason !== 'try-again') return this.#end(reason);
      // No answer: what was kept is read meanwhile, and the socket brings the rest as soon as there is a line.
    }
    for (const one of kept) this.#takeUp(one, generation);
    this.#docGeneration = generation;
    this.#watch();
    this.#connect(name, generation);
    // What went into the tray is on the disk as well until something else is kept.
    if (kept.every((one) => one.generation === generation)) this.#keepSoon();
  }

  /** Goes on with what was kept of this board: what had not been sent is sent, or, where the board is another now, goes into the tray. */
  #takeUp(kept: KeptBoard, generation: string): void {
    if (kept.generation === generation) {
      Y.applyUpdate(this.#doc, kept.update, 'server');
      for (const one of kept.touched) {
        this.#touched.set(`${one.card}/${one.key}`, one);
        // On its way again: it need not be copied from the tray.
        this.tray.delete(`${one.card}/${one.key}`);
      }
      this.#pending += kept.pending;
      return;
    }
    if (kept.pending === 0) return;
    const before = new Y.Doc();
    Y.applyUpdate(before, kept.update);
    this.#intoTray(REASONS['other-generation'].says, before, kept.touched);
    before.destroy();
  }

  /** In whose name the board is asked for: whoever came in meanwhile in this browser is not taken for its author. */
  get #whose(): Hand {
    return { ...this.#hand, member: this.member };
  }

  /** Holds the board as it is now, with what has not been sent. */
  #keep = () => {
    if (this.#keepTimer) clearTimeout(this.#keepTimer);
    this.#keepTimer = null;
    // Whoever was signed out, or has to load the page, goes on with their own words afterwards.
    const isOver = this.saved.at === 'ended' && isTaken(this.saved.reason);
    if (!this.#isKept || this.#docGeneration === '' || isOver) return;
    const made = this.#made;
    void keeping
      .keep(
        this.#keptAs,
        {
          generation: this.#docGeneration,
          pending: this.#pending,
          touched: [...this.#touched.values()],
          update: Y.encodeStateAsUpdate(this.#doc),
        },
        this.#hand,
      )
      .then((isOnDisk) => {
        this.#onDisk = isOnDisk ? made : null;
        if (this.saved.at === 'offline') this.#tell();
      });
  };
  /** What is only here is held within a moment; what everyone has, when there is time. */
  #keepSoon(): void {
    const wait = this.#pending > 0 ? 500 : 6_000;
    if (this.#keepTimer) {
      if (wait >= this.#keepWait) return;
      clearTimeout(this.#keepTimer);
    }
    this.#keepWait = wait;
    this.#keepTimer = setTimeout(this.#keep, wait);
  }

  #watch(): void {
    const cards = cardsOf(this.#doc);
    this.#read(readBoard(this.#doc));
    cards.observeDeep((events) => {
      const ids = new Set<string>();
      for (const event of events) {
        const changed =
          event.path.length === 0
            ? [...(event.changes.keys as Map<string, unknown>).keys()]
            : [String(event.path[0])];
        for (const id of changed) ids.add(id);
      }
      this.#read(
        withCards(
          this.cards,
          [...ids].flatMap((id) => {
            const map = cards.get(id);
            return map ? [readCard(id, map)] : [];
          }),
        ),
      );
    });
    this.#undo = new Y.UndoManager(cards, { trackedOrigins: new Set([LOCAL]), captureTimeout: 700 });
    this.#undo.on('stack-item-added', (event: { type: string; stackItem: StackItem }) => {
      if (event.type === 'undo' && !this.#goesBack) this.#did({ edit: event.stackItem });
    });
    this.#undo.on('stack-item-updated', () => {
      if (this.#goesBack) return;
      this.#undone = [];
      this.#noteUndo();
    });
    this.generation++;
  }

  #read(cards: Cards): void {
    for (const [kind, list] of this.#kinds) list.cards = inOrder(cards, kind);
    this.cards = cards;
  }

  #noteUndo(): void {
    this.canUndo = this.#acts.length > 0;
    this.canRedo = this.#undone.length > 0;
  }

  #connect(name: string, generation: string): void {
    const onOpen = () => (this.#sent = this.#acknowledged = 0);
    const onSent = () => this.#sent++;
    /**
     * Counts what the server will acknowledge: sync messages that are not a question. Until the server's question is
     * answered nothing goes by itself: the answer holds it, and before the gap is filled it would fit nowhere.
     */
    class CountedSocket extends BoardSocket {
      #hasAnswered = false;
      constructor(url: string) {
        super(url);
        onOpen();
      }
      override send(data: Uint8Array<ArrayBuffer>): void {
        if (data[0] === MESSAGE_SYNC) {
          if (data[1] === SYNC_STEP_2) this.#hasAnswered = true;
          if (data[1] === SYNC_UPDATE && !this.#hasAnswered) return;
          if (data[1] !== SYNC_STEP_1) onSent();
        }
        super.send(data);
      }
    }
    const provider = new WebsocketProvider(
      `${location.origin.replace(/^http/, 'ws')}/sync`,
      name,
      this.#doc,
      {
        // Tabs of one browser must not pass edits round the gate.
        disableBc: true,
        params: { protocol: String(PROTOCOL), ...(generation && { generation }), ...this.#whose },
        WebSocketPolyfill: CountedSocket as unknown as typeof WebSocket,
      },
    );
    this.#provider = provider;
    provider.messageHandlers[MESSAGE_SAVED] = (_encoder, decoder) => {
      this.#acknowledged = decoding.readVarUint(decoder);
      this.#settle();
    };
    provider.on('status', () => this.#tell());
    provider.on('sync', () => {
      if (this.#docGeneration === '') void this.#learnGeneration(provider);
      this.#settle();
    });
    provider.on('connection-close', (event: CloseEvent | null) => {
      if (event && event.code >= 4400 && event.code < 4500) this.#refused(event.reason as Reason);
      else if (event?.code === messageTooBig) this.#refused('too-large');
      else this.#tell();
    });
    provider.awareness.on('change', () => this.#readOthers());
    provider.awareness.setLocalState(this.#words);
  }

  /** A board that came by the socket alone is kept like any other, once it is known which one it is. */
  async #learnGeneration(provider: WebsocketProvider): Promise<void> {
    try {
      const { generation } = await new Client(this.#whose).state(this.#name);
      if (this.#provider !== provider) return;
      this.#docGeneration = provider.params.generation = generation;
      this.#keepSoon();
    } catch (error) {
      // Refused, or no answer: the next time that everything has come together it is asked for again.
      if (!(error instanceof ApiRefusal)) throw error;
    }
  }

  /** Everything this page sent is durable and it has everything: then, and only then, all is saved. */
  #settle(): void {
    if (this.#provider?.synced && this.#acknowledged >= this.#sent) {
      if (this.#pending > 0) this.#keepSoon();
      this.#pending = 0;
      this.#touched.clear();
    }
    this.#closeWhenLeft();
    if (!this.#closed) this.#tell();
  }

  #tell(): void {
    if (this.saved.at === 'ended' || this.#reopening) return;
    const provider = this.#provider;
    if (!provider) return;
    if (!provider.wsconnected) {
      if (this.saved.at !== 'opening' || this.#pending > 0 || provider.wsUnsuccessfulReconnects > 0)
        this.saved = {
          at: 'offline',
          // Of what is kept on the disk only what lies there is said to.
          changes: Math.max(0, this.#pending - (this.#onDisk === null ? 0 : this.#made - this.#onDisk)),
          isOnDevice: this.#onDisk !== null,
        };
    } else if (this.#pending > 0) {
      // Once the line is back, what waited is on its way.
      if (this.saved.at === 'offline') this.#waited = this.#pending;
      this.saved = { at: 'saving', changes: this.#pending };
    } else if (provider.synced && this.saved.at !== 'saved') {
      this.saved = { at: 'saved', sent: this.#waited };
      this.#waited = 0;
    }
  }

  #readOthers(): void {
    const provider = this.#provider;
    if (!provider) return;
    const seen = new Map<string, Other>();
    for (const [client, state] of provider.awareness.getStates() as Map<number, Other>)
      if (client !== this.#doc.clientID && state.user)
        seen.set(`${state.user.id}/${client}`, { ...state, client });
    this.others = [...seen.values()];
  }

  /** The server did not take what was sent, or will not have us: one's words go into the tray, then the board opens afresh. */
  #refused(reason: Reason): void {
    const known = reason in REASONS ? reason : 'refused';
    const begins =
      known === 'refused' ||
      known === 'too-large' ||
      known === 'full' ||
      known === 'other-generation' ||
      known === 'not-understood';
    if (this.#pending > 0) this.#intoTray(REASONS[known].says, this.#doc, this.#touched.values());
    // Where one only has to come in again, or to load the page, the words are kept to be sent as well.
    if (!begins && !isTaken(known)) {
      this.#keep();
      return this.#end(known);
    }
    this.#touched.clear();
    this.#onDisk = null;
    keeping.drop(this.#keptAs);
    if (begins) void this.#reopen();
    else this.#end(known);
  }

  #keepWhatIsNotTaken = () => {
    if (this.saved.at === 'ended') this.#intoTray(this.saved.says, this.#doc, this.#touched.values());
  };

  #intoTray(says: string, doc: Y.Doc, touched: Iterable<Touched>): void {
    for (const { card, key } of touched)
      this.#keepAside(`${card}/${key}`, textOf(doc, card, key)?.toString() ?? '', says);
  }

  #keepAside(id: string, words: string, says: string = REASONS['other-generation'].says): void {
    if (words.trim() !== '') this.tray.set(id, { id, words: words.trim(), says });
  }

  async #reopen(): Promise<void> {
    this.#reopening = true;
    this.#shut();
    this.#doc = new Y.Doc();
    this.#acts = [];
    this.#undone = [];
    this.#pending = 0;
    this.saved = { at: 'opening' };
    this.#reopening = false;
    await this.#open();
  }

  #end(reason: Reason): void {
    this.saved = { at: 'ended', reason, says: REASONS[reason].says };
    if (isTaken(reason)) this.#read(new Map());
    this.#provider?.disconnect();
    this.#closeWhenLeft();
  }

  #shut(): void {
    if (this.#rest) clearTimeout(this.#rest);
    if (this.#keepTimer) clearTimeout(this.#keepTimer);
    this.#keepTimer = null;
    this.#provider?.destroy();
    this.#provider = null;
    this.#undo?.destroy();
    this.#undo = null;
    this.#doc.destroy();
  }
}
