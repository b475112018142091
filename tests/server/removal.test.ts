import { randomUUID } from 'node:crypto';
import { sql, type KyselyPlugin } from 'kysely';
import { expect, it } from 'vitest';
import * as Y from 'yjs';
import { addCard } from '#domain/board/write.ts';
import { sealedDocument } from '#domain/wire.ts';
import { buildDocument } from '../../server/storage/building.ts';
import { readDocument, removeDocuments, takeRoom } from '../../server/storage/queries/documents.ts';
import type { Storage, Trx } from '../../server/storage/storage.ts';
import { Committer } from '../../server/sync/committer.ts';
import { Room } from '../../server/sync/room.ts';
import { keepSnapshot } from '../../server/sync/snapshots.ts';
import { freshStorage, logRow } from '../support/storage.ts';
import { until } from '../support/until.ts';

// Of a SQLite store one transaction runs at a time: only PostgreSQL lets another in between two statements.

/** Runs `then` behind each statement of a transaction, with how many there were before it. */
const between = (then: (nth: number) => Promise<void>): KyselyPlugin => {
  let nth = 0;
  return {
    transformQuery: ({ node }) => node,
    transformResult: async ({ result }) => {
      await then(nth++);
      return result;
    },
  };
};

/** A document that somebody began, with a row of it on disk. */
async function layDocument(storage: Storage) {
  const doc = sealedDocument(`family:${randomUUID()}`, randomUUID());
  const { fence } = await takeRoom(storage, { doc, owner: 'a', now: 0 });
  const page = new Y.Doc();
  addCard(page, { id: randomUUID(), kind: 'draft', by: 'm', at: 1, fields: { text: 'Zanzibar', of: 'x' } });
  const first = logRow(doc, 1, fence, { bytes: Y.encodeStateAsUpdate(page), claim: page.clientID });
  expect(await storage.append([first])).toEqual(new Set());
  return { doc, fence };
}

async function leftOf(storage: Storage, doc: string): Promise<string[]> {
  const left = [];
  for (const table of ['updates', 'claims', 'segments', 'snapshots', 'rooms'] as const)
    left.push(
      ...(await storage.db.selectFrom(table).select('doc').where('doc', '=', doc).execute()).map(() => table),
    );
  const documents = await storage.db.selectFrom('documents').select('name').where('name', '=', doc).execute();
  return [...left, ...documents.map(() => 'documents')];
}

it('[R7] a letter that comes while a document is taken away leaves nothing of it, behind whichever statement it comes', async () => {
  const storage = await freshStorage('postgres');
  let statements = Infinity;
  for (let at = 0; at < statements; at++) {
    const { doc, fence } = await layDocument(storage);
    await storage.write(async (trx) => {
      let seen = 0;
      const writing = between(async (nth) => {
        seen = nth + 1;
        if (nth === at) await storage.append([logRow(doc, 2, fence)]);
      });
      await removeDocuments(trx.withPlugin(writing) as Trx, [doc]);
      statements = seen;
    });
    expect(await leftOf(storage, doc), `behind statement ${at + 1} of ${statements}`).toEqual([]);
  }
  expect(statements).toBeGreaterThan(5);
});

/** Keeps a snapshot of a document, with something else behind each of its statements. */
async function keepWhile(storage: Storage, ask: { doc: string; fence: number; then: KyselyPlugin }) {
  const kept = await readDocument(storage.db, ask.doc);
  const room = new Room(
    ask.doc,
    { kept, built: buildDocument(kept), fence: ask.fence },
    {
      committer: new Committer(storage, { appended: () => undefined }),
      now: () => 1,
      refused: () => undefined,
      dropped: () => undefined,
    },
  );
  const write: Storage['write'] = (work) => storage.write((trx) => work(trx.withPlugin(ask.then) as Trx));
  await keepSnapshot({ ...storage, write }, room, 1);
}

it('[D2] whoever writes while a snapshot is kept is not sent away', async () => {
  const storage = await freshStorage('postgres');
  const { doc, fence } = await layDocument(storage);
  let seq = 1;
  const writing = between(async () => {
    expect(await storage.append([logRow(doc, ++seq, fence)])).toEqual(new Set());
  });
  await keepWhile(storage, { doc, fence, then: writing });
  expect(seq).toBeGreaterThan(2);
});

it('[R7] a snapshot under way while its document is taken away is not kept', async () => {
  const storage = await freshStorage('postgres');
  const { doc, fence } = await layDocument(storage);
  const removals: Promise<void>[] = [];
  let isOver = false;
  const removing = between(async () => {
    if (removals.length > 0) return;
    const removal = storage.write((trx) => removeDocuments(trx, [doc])).then(() => void (isOver = true));
    removals.push(removal);
    await until(
      async () => isOver || (await waitsForALock(storage)),
      'it is done, or waits for the snapshot',
    );
  });
  await keepWhile(storage, { doc, fence, then: removing });
  await Promise.all(removals);
  expect(await leftOf(storage, doc)).toEqual([]);
});

it('[R7] who opens a document while it is taken away begins it anew, whole', async () => {
  const storage = await freshStorage('postgres');
  const { doc } = await layDocument(storage);
  const openings: Promise<{ fence: number }>[] = [];
  await storage.write(async (trx) => {
    const asking = between(async (nth) => {
      if (nth > 0) return;
      openings.push(takeRoom(storage, { doc, owner: 'b', now: 0 }));
      await until(() => waitsForALock(storage), 'the new room waits');
    });
    await removeDocuments(trx.withPlugin(asking) as Trx, [doc]);
  });
  expect(await Promise.all(openings)).toEqual([{ fence: 1 }]);
  expect(await leftOf(storage, doc)).toEqual(['rooms', 'documents']);
});

async function waitsForALock(storage: Storage): Promise<boolean> {
  const { rows } = await sql`select 1 from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(storage.db);
  return rows.length > 0;
}
