/** A thread of its own: builds a long board, which takes longer than a letter may wait. */
import { parentPort, workerData } from 'node:worker_threads';
import { cardsIn, stateIn, type CardsRead, type StateRead, type Stored } from './building.ts';
import { slicesOf } from './slices.ts';

/** Pieces (Yjs structs) of a slice: a few milliseconds. */
const PIECES_AT_ONCE = 1_000;

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

function answer(order: DocumentOrder): DocumentAnswers[keyof DocumentAnswers] {
  if (order.wants === 'slices') return slicesOf(order.snapshot, PIECES_AT_ONCE);
  return order.wants === 'cards' ? cardsIn(order.kept) : stateIn(order.kept);
}

parentPort!.postMessage(answer(workerData as DocumentOrder));
