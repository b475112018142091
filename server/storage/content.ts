import { createHash } from 'node:crypto';
import * as Y from 'yjs';

/** Cards of a slice: a few milliseconds. */
const CARDS_AT_ONCE = 300;

/** A digest of everything a board says and of its clocks: two documents with the same one read alike. */
export function contentOf(doc: Y.Doc): string {
  const slices = contentInSlices(doc);
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
  }
}

/** The same in slices; only good where the document was not changed between two of them. */
export function* contentInSlices(doc: Y.Doc): Generator<void, string> {
  const hash = createHash('sha256');
  const clocks = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b);
  hash.update(`[${JSON.stringify(clocks)},[`);
  const cards = doc.getMap<Y.Map<unknown>>('cards');
  for (const [index, id] of [...cards.keys()].sort().entries()) {
    if (index % CARDS_AT_ONCE === CARDS_AT_ONCE - 1) yield;
    const fields = Object.entries(cards.get(id)!.toJSON()).sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`${index === 0 ? '' : ','}${JSON.stringify([id, fields])}`);
  }
  return hash.update(']]').digest('hex');
}
