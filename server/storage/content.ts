import { createHash } from 'node:crypto';
import * as Y from 'yjs';

/** A digest of everything a board says and of its clocks: two documents with the same one read alike. */
export function contentOf(doc: Y.Doc): string {
  const clocks = [...Y.decodeStateVector(Y.encodeStateVector(doc))].sort(([a], [b]) => a - b);
  const cards = doc.getMap('cards').toJSON() as Record<string, Record<string, unknown>>;
  const sorted = Object.keys(cards)
    .sort()
    .map((id) => [id, Object.entries(cards[id]!).sort(([a], [b]) => (a < b ? -1 : 1))]);
  return createHash('sha256')
    .update(JSON.stringify([clocks, sorted]))
    .digest('hex');
}
