import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { LOCAL } from '#domain/board/text.ts';

/** Somebody's page without a page: the document, its undo, and what it has not sent yet. */
export interface Device {
  member: string;
  doc: Y.Doc;
  undo: Y.UndoManager;
  isOnline: boolean;
  outbox: Uint8Array[];
}

/** Opens a device on a board as it is; `client` is its client id, or a random one. What comes from 'server' is not sent back. */
export function openDevice(ask: { member: string; from: Y.Doc; client?: number }): Device {
  const doc = new Y.Doc();
  if (ask.client !== undefined) doc.clientID = ask.client;
  doc.getMap('cards');
  Y.applyUpdate(doc, Y.encodeStateAsUpdate(ask.from), 'server');
  const undo = new Y.UndoManager(cardsOf(doc), { trackedOrigins: new Set([LOCAL]), captureTimeout: 0 });
  const device: Device = { member: ask.member, doc, undo, isOnline: true, outbox: [] };
  doc.on('update', (update: Uint8Array, origin: unknown) => {
    if (origin !== 'server') device.outbox.push(update);
  });
  return device;
}
