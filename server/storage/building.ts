import { setImmediate as nextTurn } from 'node:timers/promises';
import * as Y from 'yjs';
import { readBoard, type Cards } from '#domain/board/board.ts';
import { inThread } from '../in-thread.ts';
import { contentOf } from './content.ts';
import type { DocumentAnswers, DocumentOrder } from './document-worker.ts';
import type { KeptDocument } from './queries/documents.ts';
import { slicesOf } from './slices.ts';

/** Up to so many bytes a document is built at once: a few milliseconds. */
const SMALL_BYTES = 96 * 1024;
/** Beyond so many, some six years of Wednesdays, even what stands before the first slice takes too long: a thread does it. */
const LARGE_BYTES = 1024 * 1024;
/** Pieces (Yjs structs) of a slice: a few milliseconds. */
export const PIECES_AT_ONCE = 1_000;
/** What is applied before others get their turn: bytes of the log, and rows. */
const BYTES_AT_ONCE = 256 * 1024;
const ROWS_AT_ONCE = 100;
/** Large boards whose cards were read last: whoever reads a review commits it next, and holds the store while it is read again. */
const MOST_LATELY = 4;

/** A document, and why it is not all that was written, or null. */
export interface Built {
  doc: Y.Doc;
  damage: string | null;
}

/** The cards of a document, and why they are not all that was written, or null. */
export interface CardsRead {
  cards: Cards;
  damage: string | null;
}

/** A document as one Yjs update, with what it says as a digest, and what that update says read again. */
export interface StateRead {
  bytes: Uint8Array;
  content: string;
  readBack: string;
  damage: string | null;
}

/** What of a document its cards are read from. */
export type Stored = Pick<KeptDocument, 'generation' | 'head' | 'snapshot' | 'updates' | 'damage'>;

const bytesOf = ({ snapshot, updates }: Stored) =>
  updates.reduce((sum, { bytes }) => sum + bytes.length, snapshot?.length ?? 0);

/** Builds a document from what was kept, as far as it has no hole, in one turn: for a thread, or a short one. */
export function buildDocument(kept: Stored): Built {
  const doc = emptyDocument();
  doc.transact(() => {
    if (kept.snapshot) Y.applyUpdate(doc, kept.snapshot);
    for (const update of kept.updates) Y.applyUpdate(doc, update.bytes);
  });
  return { doc, damage: kept.damage ?? holeIn(doc) };
}

type Build = (kept: Stored) => Built | Promise<Built>;

/** The cards of a document, as `build` makes it. */
export async function cardsBy(build: Build, kept: Stored): Promise<CardsRead> {
  const { doc, damage } = await build(kept);
  const cards = readBoard(doc);
  doc.destroy();
  return { cards, damage };
}

/** A document as one update, and what that says read again, a step in a turn. */
export async function stateBy(build: Build, kept: Stored): Promise<StateRead> {
  const { doc, damage } = await build(kept);
  const bytes = Y.encodeStateAsUpdate(doc);
  await nextTurn();
  const { doc: again } = await build(alone(bytes));
  const content = contentOf(doc);
  await nextTurn();
  const read = { bytes, content, readBack: contentOf(again), damage };
  doc.destroy();
  again.destroy();
  return read;
}

/** What a document would be kept as that is nothing but this update. */
const alone = (snapshot: Uint8Array): Stored => ({
  generation: '',
  head: 0,
  snapshot,
  updates: [],
  damage: null,
});

/** D27: Builds a document that will live, a slice in a turn: letters on other boards go on meanwhile. */
export async function openDocument(kept: Stored): Promise<Built> {
  if (bytesOf(kept) <= SMALL_BYTES) return buildDocument(kept);
  const doc = emptyDocument();
  for (const slice of kept.snapshot ? await slicesOfSnapshot(kept.snapshot) : []) {
    Y.applyUpdate(doc, slice);
    await nextTurn();
  }
  for (const some of inGroups(kept.updates.map(({ bytes }) => bytes))) {
    doc.transact(() => {
      for (const update of some) Y.applyUpdate(doc, update);
    });
    await nextTurn();
  }
  return { doc, damage: kept.damage ?? holeIn(doc) };
}

const slicesOfSnapshot = async (snapshot: Uint8Array): Promise<Iterable<Uint8Array>> =>
  snapshot.length <= LARGE_BYTES
    ? slicesOf(snapshot, PIECES_AT_ONCE)
    : askThread({ wants: 'slices', snapshot });

const lately = new Map<string, CardsRead>();

/** The cards of a document as it is on disk; read only, others may be given the same. */
export async function readCards(kept: Stored): Promise<CardsRead> {
  if (bytesOf(kept) <= SMALL_BYTES) return cardsBy(buildDocument, kept);
  const key = `${kept.generation} ${kept.head}`;
  const known = kept.damage === null ? lately.get(key) : undefined;
  if (known) return known;
  const read =
    bytesOf(kept) <= LARGE_BYTES
      ? await cardsBy(openDocument, kept)
      : await askThread({ wants: 'cards', kept });
  if (kept.damage === null) lately.set(key, read);
  for (const oldest of lately.keys()) if (lately.size > MOST_LATELY) lately.delete(oldest);
  return read;
}

/** A document as it is on disk, as one Yjs update, with digests of what it says. */
export async function readState(kept: Stored): Promise<StateRead> {
  return bytesOf(kept) <= LARGE_BYTES ? stateBy(openDocument, kept) : askThread({ wants: 'state', kept });
}

function askThread<Wants extends keyof DocumentAnswers>(
  order: Extract<DocumentOrder, { wants: Wants }>,
): Promise<DocumentAnswers[Wants]> {
  return inThread(new URL('./document-worker.ts', import.meta.url), order, { lane: 'documents' });
}

function emptyDocument(): Y.Doc {
  const doc = new Y.Doc();
  doc.getMap('cards');
  return doc;
}

function holeIn({ store }: Y.Doc): string | null {
  return store.pendingStructs !== null || store.pendingDs !== null ? 'the log has a hole' : null;
}

/** Rows in groups that are small enough for one turn. */
function inGroups(updates: readonly Uint8Array[]): Uint8Array[][] {
  const groups: Uint8Array[][] = [];
  let bytes = Infinity;
  for (const update of updates) {
    if (bytes + update.length > BYTES_AT_ONCE || groups.at(-1)!.length >= ROWS_AT_ONCE) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)!.push(update);
    bytes += update.length;
  }
  return groups;
}
