import * as Y from 'yjs';
import type { Writer } from '#domain/board/policy.ts';
import { judgeUpdate } from '../../server/sync/gate.ts';

/** A writer on a family's board, unless something else is said. */
export const by = (member: string, more: Partial<Writer> = {}): Writer => ({
  member,
  mayChoose: false,
  paper: 'board',
  mayWrite: true,
  ...more,
});

/** The smallest server that has a gate: it judges, applies and keeps the log with its authors, and nothing else. */
export class GatedBoard {
  readonly doc = new Y.Doc();
  readonly claims = new Map<number, string>();
  readonly log: { member: string; bytes: Uint8Array }[] = [];
  #caught: Uint8Array | null = null;

  constructor() {
    this.doc.getMap('cards');
    this.doc.on('update', (update) => (this.#caught = update));
  }

  /** Takes a frame; returns why it was refused, or null. Throws if the gate let something through that Yjs cannot hold. */
  take(frame: Uint8Array, writer: Writer): string | null {
    const answer = judgeUpdate({
      doc: this.doc,
      frame,
      writer,
      owner: (client) => this.claims.get(client) ?? null,
    });
    if (!answer.ok) return answer.why;
    if (answer.bytes === null) return null;
    this.#caught = null;
    Y.applyUpdate(this.doc, answer.bytes);
    if (this.doc.store.pendingStructs || this.doc.store.pendingDs) throw new Error('pending after accept');
    for (const client of answer.clients) this.claims.set(client, writer.member);
    const caught = this.#caught as Uint8Array | null;
    if (caught) this.log.push({ member: writer.member, bytes: caught });
    return null;
  }
}
