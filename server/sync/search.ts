import type * as Y from 'yjs';
import { cardsOf, readCard, type Card } from '#domain/board/board.ts';
import { familyDocument, readDocumentName } from '#domain/wire.ts';
import { readCards } from '../storage/building.ts';
import { readDocument } from '../storage/queries/documents.ts';
import { dropFindable, putFindable, type Findable } from '../storage/queries/search.ts';
import type { Storage } from '../storage/storage.ts';
import type { Room } from './room.ts';

/** Which texts of which cards can be found. What is written in silence or said in a session is in another document, and never here. */
const TEXTS: Partial<Record<Card['kind'], (card: Card) => string>> = {
  thought: (card) => (card.kind === 'thought' ? card.text : ''),
  question: (card) => (card.kind === 'question' ? [card.text, card.back].filter(Boolean).join('\n') : ''),
  observation: (card) => (card.kind === 'observation' ? card.text : ''),
  decision: (card) => (card.kind === 'decision' ? [card.text, card.because].filter(Boolean).join('\n') : ''),
  answer: (card) => (card.kind === 'answer' ? card.text : ''),
  task: (card) => (card.kind === 'task' ? card.text : ''),
  words: (card) => (card.kind === 'words' ? card.text : ''),
  account: (card) => (card.kind === 'account' ? card.text : ''),
  news: (card) => (card.kind === 'news' ? [card.text, card.otherSays].filter(Boolean).join('\n') : ''),
  safety: (card) => (card.kind === 'safety' ? card.text : ''),
  strength: (card) => (card.kind === 'strength' ? card.text : ''),
  kept: (card) => (card.kind === 'kept' ? card.text : ''),
};

/** How soon a change can be found, milliseconds; many letters are one writing. */
const soonMs = 400;
const boardsAtOnce = 25;

/** Keeps what can be found in step with the boards. */
export class SearchIndex {
  readonly #storage: Storage;
  readonly #failed: (error: unknown) => void;
  readonly #waiting = new Map<Room, Set<string>>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(storage: Storage, failed: (error: unknown) => void) {
    this.#storage = storage;
    this.#failed = failed;
  }

  /** Follows a family's board from now on; what was written while nobody looked is laid in first. */
  async follow(room: Room): Promise<void> {
    const name = readDocumentName(room.name);
    if (name?.of !== 'family' || name.sealedFor !== null) return;
    const cards = cardsOf(room.doc);
    cards.observeDeep((events) => {
      for (const event of events)
        this.#note(room, event.path.length > 0 ? [String(event.path[0])] : [...event.changes.keys.keys()]);
    });
    const row = await this.#storage.db
      .selectFrom('indexed')
      .select('seq')
      .where('doc', '=', room.name)
      .executeTakeFirst();
    if (Number(row?.seq ?? 0) !== room.durable) this.#note(room, [...cards.keys()]);
  }

  /** Resolves when everything that is on these families' boards can be found. */
  async catchUp(families: readonly string[], open: (doc: string) => Room | undefined): Promise<void> {
    this.#flush();
    await this.#writing;
    const docs = families.map(familyDocument).filter((doc) => !open(doc));
    // What cannot be looked at is told, and the rest is found all the same.
    const behind = await this.#behind(docs).catch((error: unknown) => {
      this.#failed(error);
      return [];
    });
    for (const doc of behind)
      await this.#inTurn(async () => {
        const kept = await readDocument(this.#storage.db, doc);
        const { cards } = await readCards(kept);
        await this.#write([wordsOf(doc, cards.values(), kept.head)]);
      });
  }

  async close(): Promise<void> {
    this.#flush();
    await this.#writing;
  }

  /** Boards that nobody has open and of which something is not in the index. */
  async #behind(docs: readonly string[]): Promise<string[]> {
    if (docs.length === 0) return [];
    const { db } = this.#storage;
    const heads = await db
      .selectFrom('updates')
      .select(['doc', (eb) => eb.fn.max('seq').as('head')])
      .where('doc', 'in', docs)
      .groupBy('doc')
      .execute();
    const folded = await db
      .selectFrom('documents')
      .select(['name', 'folded'])
      .where('name', 'in', docs)
      .execute();
    const done = await db.selectFrom('indexed').selectAll().where('doc', 'in', docs).execute();
    const seqs = new Map(done.map((row) => [row.doc, Number(row.seq)]));
    const newest = new Map(folded.map((row) => [row.name, Number(row.folded)]));
    for (const row of heads) newest.set(row.doc, Number(row.head));
    return [...newest].flatMap(([doc, head]) => (head > (seqs.get(doc) ?? 0) ? [doc] : []));
  }

  #note(room: Room, cards: Iterable<string>): void {
    const waiting = this.#waiting.get(room) ?? new Set();
    for (const card of cards) waiting.add(card);
    this.#waiting.set(room, waiting);
    this.#timer ??= setTimeout(() => this.#flush(), soonMs);
  }

  /** All boards that have changed share one write, as their edits do; what could not be written waits for the next. */
  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const batch = [...this.#waiting].filter(([room]) => !room.isDropped);
    this.#waiting.clear();
    // Read at once, so that the row up to which this is done and the cards that it holds are of one moment.
    const words = batch.map(([room, cards]) => ({
      room,
      cards,
      found: wordsOf(room.name, cardsOn(room.doc, cards), room.applied),
      // Nothing that is not on disk is ever found; a room that was dropped is read again when it opens.
      onDisk: room.settled().then(
        () => true,
        () => false,
      ),
    }));
    if (words.length > 0)
      void this.#inTurn(async () => {
        const kept: typeof words = [];
        for (const one of words) if (await one.onDisk) kept.push(one);
        await this.#write(kept.map(({ found }) => found)).catch(async () => {
          // One board that cannot be written down must not keep the others from it.
          for (const { room, cards, found } of kept)
            await this.#write([found]).catch((error: unknown) => {
              this.#failed(error);
              if (!room.isDropped) this.#note(room, cards);
            });
        });
      });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#writing = this.#writing.then(work).catch((error: unknown) => this.#failed(error));
    return this.#writing;
  }

  /** A few boards at a time, each time in one transaction of a few statements: edits go in between. */
  async #write(boards: readonly Words[]): Promise<void> {
    for (let at = 0; at < boards.length; at += boardsAtOnce) {
      const some = boards.slice(at, at + boardsAtOnce);
      await this.#storage.write(async (trx) => {
        // These rows are touched first: of two that write at once the older one finds that it is too late.
        const done = await trx
          .insertInto('indexed')
          .values(some.map(({ doc, seq }) => ({ doc, seq })))
          .onConflict((conflict) =>
            conflict
              .column('doc')
              .doUpdateSet((eb) => ({ seq: eb.ref('excluded.seq') }))
              .whereRef('indexed.seq', '<=', 'excluded.seq'),
          )
          .returning('doc')
          .execute();
        const mine = new Set(done.map(({ doc }) => doc));
        const newest = some.filter(({ doc }) => mine.has(doc));
        await putFindable(
          trx,
          newest.flatMap(({ rows }) => rows),
        );
        for (const { family, gone } of newest)
          for (let from = 0; from < gone.length; from += 500)
            await dropFindable(trx, { family, refs: gone.slice(from, from + 500) });
      });
    }
  }
}

/** What of a board's changed cards can be found now, and what no longer. */
interface Words {
  doc: string;
  family: string;
  seq: number;
  rows: Findable[];
  gone: string[];
}

function* cardsOn(board: Y.Doc, ids: Iterable<string>): Generator<Card> {
  for (const id of ids) {
    const map = cardsOf(board).get(id);
    if (map) yield readCard(id, map);
  }
}

function wordsOf(doc: string, cards: Iterable<Card>, seq: number): Words {
  const { id: family } = readDocumentName(doc)!;
  const words: Words = { doc, family, seq, rows: [], gone: [] };
  for (const card of cards) {
    const text = card.gone ? '' : (TEXTS[card.kind]?.(card).trim() ?? '');
    const sort = card.kind === 'question' ? card.qkind : '';
    if (text)
      words.rows.push({ family, ref: card.id, kind: card.kind, text, by: card.by, at: card.at, sort });
    else words.gone.push(card.id);
  }
  return words;
}
