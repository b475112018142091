/** A thread of its own: builds a very long board, of which even decoding takes longer than a letter may wait. */
import { parentPort, workerData } from 'node:worker_threads';
import {
  buildDocument,
  cardsBy,
  PIECES_AT_ONCE,
  stateBy,
  type CardsRead,
  type StateRead,
  type Stored,
} from './building.ts';
import { slicesOf } from './slices.ts';

/** What is asked of the thread. */
export type DocumentOrder =
  | { wants: 'slices'; snapshot: Uint8Array }
  | { wants: 'cards'; kept: Stored }
  | { wants: 'state'; kept: Stored };

/** What it answers; a snapshot in slices is updates that can be applied one by one. */
export interface DocumentAnswers {
  slices: Uint8Array[];
  cards: CardsRead;
  state: StateRead;
}

async function answer(order: DocumentOrder): Promise<DocumentAnswers[keyof DocumentAnswers]> {
  if (order.wants === 'slices') return [...slicesOf(order.snapshot, PIECES_AT_ONCE)];
  return order.wants === 'cards' ? cardsBy(buildDocument, order.kept) : stateBy(buildDocument, order.kept);
}

const made = await answer(workerData as DocumentOrder);
// Slices are handed over, and not copied.
parentPort!.postMessage(made, Array.isArray(made) ? made.map((slice) => slice.buffer as ArrayBuffer) : []);
