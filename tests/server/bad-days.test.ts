import { createConnection, createServer, type Socket } from 'node:net';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { addCard, textOf } from '#domain/board/write.ts';
import { familyDocument } from '#domain/wire.ts';
import { takeRoom } from '../../server/storage/queries/documents.ts';
import { openStorage } from '../../server/storage/open.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { appendEntry } from '../../server/storage/queries/files.ts';
import { readHistory } from '../../server/storage/queries/history.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, layUnit } from '../support/people.ts';
import { freshDatabase } from '../support/postgres.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';
import { freshFolder, freshPlace } from '../support/storage.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);

it.each(['sqlite', 'postgres'] as const)(
  '[D8] SIGKILL while five people type: nothing that anyone saw or was told is saved is lost, on %s',
  async (engine) => {
    const place = await freshPlace(engine);
    const storage = await openStorage(place);
    const unit = await layUnit(storage);
    await storage.close();
    let server = await startServer(place);
    onTestFinished(() => server.stop());
    const { port } = server;
    for (let round = 0; round < 5; round++) {
      const clients = await Promise.all(
        Object.values(unit.people).map((member) =>
          new BoardClient({ server, family: unit.family, member }).synced(),
        ),
      );
      const seen = new Set<string>();
      const saved = new Set<string>();
      for (const client of clients)
        cardsOf(client.doc).observe((event, transaction) => {
          if (!transaction.local) for (const id of event.changes.keys.keys()) seen.add(id);
        });
      // Everybody writes as fast as a page may, until some are saved and more are on their way.
      for (let i = 0; i < 40; i++)
        for (const client of clients) client.add('thought', { text: `${round} ${i}` });
      await until(() => clients.some((client) => client.saved > 3 + round * 5), 'some are saved');
      for (const client of clients) {
        const mine = [...cardsOf(client.doc).entries()]
          .filter(([, card]) => card.get('by') === client.member.id)
          .map(([id]) => id);
        // The first so many of one's own cards of this round are the ones that the count speaks of.
        const own = mine.filter((id) => textOf(client.doc, id, 'text')!.toString().startsWith(`${round} `));
        for (const id of own.slice(0, Math.max(0, client.saved - 1))) saved.add(id);
      }
      await server.kill();
      for (const client of clients) client.provider.destroy();
      server = await startServer({ ...place, port });
      const reader = await new BoardClient({
        server,
        family: unit.family,
        member: unit.people.delroy,
      }).synced();
      for (const id of [...seen, ...saved]) expect(reader.has(id), `round ${round}`).toBe(true);
      expect(seen.size + saved.size).toBeGreaterThan(0);
      reader.close();
      for (const client of clients) client.doc.destroy();
    }
  },
);

it('[D9] a joiner who reads in the moment before a crash never holds what the disk does not', async () => {
  const place = await freshPlace('sqlite');
  const storage = await openStorage(place);
  const unit = await layUnit(storage);
  await storage.close();
  const server = await startServer(place);
  const writer = await new BoardClient({ server, family: unit.family, member: unit.people.ines }).synced();
  for (let i = 0; i < 60; i++) writer.add('thought', { text: `${i}` });
  const joiner = await new BoardClient({ server, family: unit.family, member: unit.people.callum }).synced();
  const held = [...cardsOf(joiner.doc).keys()];
  await server.kill();
  writer.close();
  joiner.provider.destroy();
  const again = await startServer(place);
  onTestFinished(() => again.stop());
  const reader = await new BoardClient({
    server: again,
    family: unit.family,
    member: unit.people.delroy,
  }).synced();
  for (const id of held) expect(reader.has(id)).toBe(true);
  reader.close();
});

it('[D10] a full disk: nothing is called saved, the words stay, and it goes on when there is room', async () => {
  const place = await freshPlace('sqlite');
  const storage = await openStorage(place);
  const unit = await layUnit(storage);
  await storage.close();
  // No file of this server may grow beyond 4,000 blocks of 512 bytes.
  const server = await startServer({ ...place, shell: 'ulimit -f 4000;' });
  const ines = await new BoardClient({ server, family: unit.family, member: unit.people.ines }).synced();
  const cards: string[] = [];
  let isFull = false;
  ines.provider.on('connection-close', () => (isFull = true));
  for (let i = 0; i < 400 && !isFull; i++) {
    cards.push(ines.add('thought', { text: `${i} ${'words '.repeat(2500)}` }));
    await until(() => isFull || ines.isSaved, 'saved or full');
  }
  expect(isFull).toBe(true);
  const told = ines.saved;
  await server.kill();
  expect(ines.doc.getMap('cards').size).toBe(cards.length);
  const roomy = await startServer({ ...place, port: server.port });
  onTestFinished(() => roomy.stop());
  await ines.synced();
  await ines.allSaved();
  const reader = await new BoardClient({
    server: roomy,
    family: unit.family,
    member: unit.people.delroy,
  }).synced();
  for (const card of cards) expect(reader.has(card)).toBe(true);
  expect(told).toBeLessThanOrEqual(cards.length + 1);
  ines.close();
  reader.close();
});

it('[D11] the database away for a while: nobody loses a word, and all is saved when it is back', async () => {
  const real = new URL(await freshDatabase(inject('postgres')));
  const line = await cuttable(Number(real.port));
  const databaseUrl = real.href.replace(`:${real.port}/`, `:${line.port}/`);
  const storage = await openStorage({ databaseUrl: real.href, dataDir: await freshFolder(), keyFile: null });
  const unit = await layUnit(storage);
  await storage.close();
  const server = await startServer({ dataDir: await freshFolder(), databaseUrl });
  onTestFinished(() => server.stop());
  const [ines, callum] = await Promise.all(
    [unit.people.ines, unit.people.callum].map((member) =>
      new BoardClient({ server, family: unit.family, member }).synced(),
    ),
  );
  const before = ines!.add('thought', { text: 'before' });
  await ines!.allSaved();
  line.cut();
  const during = ines!.add('thought', { text: 'while it is away' });
  await until(() => !ines!.provider.synced, 'the page is told that it cannot be kept');
  expect(callum!.has(during)).toBe(false);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  line.mend();
  await ines!.synced();
  await ines!.allSaved();
  await until(() => callum!.has(during), 'Callum sees it');
  expect(callum!.has(before)).toBe(true);
  // What could not be written down meanwhile holds nothing up: both can be found.
  const found = async (query: string) =>
    (await call(server, unit.people.nasrin, 'POST', '/api/search', { body: { query } })).body
      .hits as unknown[];
  await until(async () => (await found('while away')).length === 1, 'it can be found');
  expect(await found('before')).toHaveLength(1);
  ines!.close();
  callum!.close();
});

it('[D12] after a restore with five pages open, each drops what it held and comes back to the copy', async () => {
  const place = await freshPlace('sqlite');
  const storage = await openStorage(place);
  const unit = await layUnit(storage);
  await storage.close();
  let server: RunningServer = await startServer(place);
  const env = { ...process.env, DATA_DIR: place.dataDir, PORT: String(server.port) };
  const admin = (...words: string[]) =>
    run(process.execPath, [join(import.meta.dirname, '../../server/admin/admin.ts'), ...words], { env });
  const ines = await new BoardClient({ server, family: unit.family, member: unit.people.ines }).synced();
  const kept = ines.add('thought', { text: 'in the copy' });
  await ines.allSaved();
  const copies = join(place.dataDir, 'copies');
  await mkdir(copies);
  const path = (await admin('backup', copies)).stdout.trim();
  const lost = ines.add('thought', { text: 'after the copy' });
  await ines.allSaved();
  const state = await fetch(`${server.url}/api/documents/family:${unit.family}/state`, {
    headers: { Cookie: unit.people.callum.cookie },
  });
  const generation = state.headers.get('Wednesday-Generation')!;
  await expect(admin('restore', path)).rejects.toThrow(/Stop Wednesday/);
  await server.stop();
  ines.close();
  await admin('restore', path);
  server = await startServer({ ...place, port: server.port });
  onTestFinished(() => server.stop());
  // Everyone signs in again; here the old session is let live once more to look at the board itself.
  const again = await openStorage(place);
  await again.db.updateTable('sessions').set({ ended_at: null }).execute();
  await again.close();
  for (const member of Object.values(unit.people)) {
    const stale = new BoardClient({ server, family: unit.family, member, params: { generation } });
    await until(() => stale.closed !== null, 'the page of before is turned away');
    expect(stale.closed).toMatchObject({ code: 4410, reason: 'other-generation' });
    stale.close();
  }
  const fresh = await new BoardClient({ server, family: unit.family, member: unit.people.callum }).synced();
  expect([fresh.has(kept), fresh.has(lost)]).toEqual([true, false]);
  fresh.close();
});

it('[D15] a copy of PostgreSQL is one verified file, and is put back into an empty database alone', async () => {
  const place = await freshPlace('postgres');
  const keyFile = join(place.dataDir, 'key');
  await writeFile(keyFile, 'cd'.repeat(32), { mode: 0o600 });
  const storage = await openStorage(place);
  onTestFinished(() => storage.close());
  const unit = await layUnit(storage);
  await storage.write((trx) =>
    appendEntry(trx, {
      file: unit.children[0], at: 1, by: unit.people.delroy.id, session: 's', board: 'b', boardSeq: 1, kind: 'Unit meeting',
      refers: null, body: { on: '2026-11-18', title: 'Grandmother’s key', sections: [] },
    }),
  ); // prettier-ignore
  const server = await startServer({ ...place, env: { KEY_FILE: keyFile } });
  const ines = await new BoardClient({ server, family: unit.family, member: unit.people.ines }).synced();
  const kept = ines.add('thought', { text: 'in the copy' });
  await ines.allSaved();
  const admin = (databaseUrl: string, ...words: string[]) =>
    run(process.execPath, [join(import.meta.dirname, '../../server/admin/admin.ts'), ...words], {
      env: {
        ...process.env,
        DATA_DIR: place.dataDir,
        DATABASE_URL: databaseUrl,
        KEY_FILE: keyFile,
        PORT: String(server.port),
      },
    });
  // The copy is written while people work, and is encrypted like every file of ours.
  const path = (await admin(place.databaseUrl!, 'backup', join(place.dataDir, 'copies'))).stdout.trim();
  expect((await readFile(path)).includes('Grandmother')).toBe(false);
  await ines.allSaved();
  ines.close();
  await server.stop();

  await expect(admin(place.databaseUrl!, 'restore', path)).rejects.toThrow(/is in use/);
  const empty = await freshDatabase(inject('postgres'));
  await admin(empty, 'restore', path);
  expect((await admin(empty, 'verify')).stdout).toContain('1 file, 1 entry: every link holds');
  const again = await openStorage({ ...place, databaseUrl: empty });
  await again.db.updateTable('sessions').set({ ended_at: null }).execute();
  await again.close();
  const other = await startServer({ ...place, databaseUrl: empty });
  onTestFinished(() => other.stop());
  const reader = await new BoardClient({
    server: other,
    family: unit.family,
    member: unit.people.callum,
  }).synced();
  expect(reader.has(kept)).toBe(true);
  const more = reader.add('thought', { text: 'and it goes on' });
  await reader.allSaved();
  expect(reader.has(more)).toBe(true);
  reader.close();
});

it('[D13] folding rows away keeps who wrote what and when, and the board reads the same', async () => {
  const place = await freshPlace('sqlite');
  const storage = await openStorage(place);
  const unit = await layUnit(storage);
  await storage.close();
  const written: string[] = [];
  for (let round = 0; round < 3; round++) {
    const server = await startServer(place);
    const clients = await Promise.all(
      [unit.people.ines, unit.people.callum].map((member) =>
        new BoardClient({ server, family: unit.family, member }).synced(),
      ),
    );
    for (let i = 0; i < 30; i++)
      for (const client of clients) {
        client.add('thought', { text: `${round} ${i}` });
        written.push(client.member.id);
      }
    for (const client of clients) await client.allSaved();
    for (const client of clients) client.close();
    // Stopping writes a snapshot, and folds what the one before it held.
    await server.stop();
  }
  const after = await openStorage(place);
  onTestFinished(() => after.close());
  const doc = `family:${unit.family}`;
  const folded = await after.db.selectFrom('segments').select('to_seq').where('doc', '=', doc).execute();
  expect(folded.length).toBeGreaterThan(0);
  const { rows: history } = await readHistory(after.db, doc);
  expect(history.map((row) => row.seq)).toEqual(Array.from({ length: history.length }, (_, i) => i + 1));
  const count = (member: string) => history.filter((row) => row.member === member).length;
  expect(count(unit.people.ines.id)).toBe(written.filter((id) => id === unit.people.ines.id).length);
  expect(count(unit.people.callum.id)).toBe(written.filter((id) => id === unit.people.callum.id).length);
  await cp(place.dataDir, join(await freshFolder(), 'copy'), { recursive: true });
});

/** A line to a port that can be cut and mended. */
async function cuttable(target: number): Promise<{ port: number; cut: () => void; mend: () => void }> {
  const open = new Set<Socket>();
  let isCut = false;
  const server = createServer((socket) => {
    if (isCut) return void socket.destroy();
    const other = createConnection(target, '127.0.0.1');
    for (const one of [socket, other]) {
      open.add(one);
      one.on('error', () => undefined);
      one.on('close', () => {
        open.delete(one);
        socket.destroy();
        other.destroy();
      });
    }
    socket.pipe(other).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return {
    port: (server.address() as { port: number }).port,
    cut: () => {
      isCut = true;
      for (const socket of open) socket.destroy();
    },
    mend: () => (isCut = false),
  };
}

function addNews(doc: Y.Doc, by: string, text: string): string {
  const id = crypto.randomUUID();
  addCard(doc, { id, kind: 'news', by, at: 1, fields: { text } });
  return id;
}

/** Lays a whole board into the log of a unit's family, as one row. */
async function appendWhole(
  storage: Storage,
  { unit, doc }: { unit: Awaited<ReturnType<typeof layUnit>>; doc: Y.Doc },
): Promise<void> {
  const name = familyDocument(unit.family);
  const { fence } = await takeRoom(storage, { doc: name, owner: 'test', now: 0 });
  await storage.append([
    {
      doc: name,
      seq: 1,
      fence,
      at: 1,
      member: unit.people.ines.id,
      session: 's',
      bytes: Y.encodeStateAsUpdate(doc),
      claim: doc.clientID,
      intake: null,
    },
  ]);
}

it('[D14] a board that is full takes no more words, says so, can be read and emptied; another board goes on', async () => {
  const place = await freshPlace('sqlite');
  const storage = await openStorage(place);
  const unit = await layUnit(storage);
  const doc = new Y.Doc();
  const kept = crypto.randomUUID();
  addCard(doc, {
    id: kept,
    kind: 'thought',
    by: unit.people.ines.id,
    at: 1,
    fields: { text: 'Still to be read', state: 'pot' },
  });
  for (let i = 0; i < 660; i++) addNews(doc, unit.people.ines.id, 'x'.repeat(20_000));
  await appendWhole(storage, { unit, doc });
  const other = await layFamily(storage, { unit: unit.unit, name: 'Other', restricted: false });
  await storage.close();
  const server = await startServer(place);
  onTestFinished(() => server.stop());
  const full = await new BoardClient({ server, family: unit.family, member: unit.people.callum }).synced();
  expect(full.has(kept)).toBe(true);
  // Who has nothing new to say is not sent away.
  await full.allSaved();
  // The bin, erasing and the risk to a child are taken all the same.
  full.doc.transact(() => cardsOf(full.doc).get(kept)!.set('gone', true));
  const risk = full.add('riskToChild', {
    text: 'He may come back tonight',
    childId: unit.children[0],
    on: '2026-11-04',
  });
  await full.allSaved();
  expect(full.closed).toBe(null);
  full.add('thought', { text: 'one more' });
  await until(() => full.closed !== null, 'it is told');
  expect(full.closed).toMatchObject({ code: 4414, reason: 'full' });
  full.close();
  // Nobody takes all of the room that is kept for a risk: the others still have theirs, and the bin.
  const greedy = await new BoardClient({ server, family: unit.family, member: unit.people.callum }).synced();
  for (let n = 0; n < 20 && greedy.closed === null; n++)
    greedy.add('riskToChild', { text: 'x'.repeat(20_000), childId: unit.children[0], on: '2026-11-04' });
  await until(() => greedy.closed !== null, 'it is told');
  expect(greedy.closed).toMatchObject({ code: 4414, reason: 'full' });
  greedy.close();
  const ines = await new BoardClient({ server, family: unit.family, member: unit.people.ines }).synced();
  ines.doc.transact(() => cardsOf(ines.doc).get(kept)!.set('gone', false));
  ines.add('riskToChild', { text: 'He is at the door', childId: unit.children[0], on: '2026-11-04' });
  ines.doc.transact(() => cardsOf(ines.doc).get(kept)!.set('gone', true));
  await ines.allSaved();
  expect(ines.closed).toBe(null);
  ines.close();
  // What is erased makes room, in the log it stays.
  const tidy = await new BoardClient({ server, family: unit.family, member: unit.people.callum }).synced();
  expect([tidy.has(risk), cardsOf(tidy.doc).get(kept)!.get('gone')]).toEqual([true, true]);
  const words = [...cardsOf(tidy.doc).values()].filter((card) => card.get('kind') === 'news');
  for (let from = 0; from < 300; from += 100)
    tidy.doc.transact(() => {
      for (const card of words.slice(from, from + 100)) {
        const text = card.get('text') as Y.Text;
        text.delete(0, text.length);
      }
    });
  await tidy.allSaved();
  tidy.close();
  await until(async () => {
    const again = await new BoardClient({ server, family: unit.family, member: unit.people.callum }).synced();
    again.add('thought', { text: 'after tidying' });
    await until(() => again.isSaved || again.closed !== null, 'it is taken or told');
    const isTaken = again.closed === null;
    again.close();
    return isTaken;
  }, 'there is room again');
  const fine = await new BoardClient({ server, family: other, member: unit.people.callum }).synced();
  fine.add('thought', { text: 'here it goes on' });
  await fine.allSaved();
  fine.close();
});

it('[D7] a server with a key keeps no word in plain: not in its file, nor the log beside it, nor a copy', async () => {
  const place = await freshPlace('sqlite', { isEmpty: true });
  const keyFile = join(await freshFolder(), 'elsewhere');
  await writeFile(keyFile, 'ab'.repeat(32), { mode: 0o600 });
  const storage = await openStorage({ ...place, keyFile });
  const unit = await layUnit(storage);
  await storage.close();
  const env = { KEY_FILE: keyFile };
  const server = await startServer({ ...place, env });
  const words = 'Marlon rings at eight';
  const ines = await new BoardClient({ server, family: unit.family, member: unit.people.ines }).synced();
  const thought = ines.add('thought', { text: words });
  await ines.allSaved();
  const copies = join(place.dataDir, 'copies');
  const admin = join(import.meta.dirname, '../../server/admin/admin.ts');
  await run(process.execPath, [admin, 'backup', copies], {
    env: { ...process.env, ...env, DATA_DIR: place.dataDir, PORT: String(server.port) },
  });
  await server.kill();
  ines.close();
  let looked = 0;
  for (const file of await readdir(place.dataDir, { recursive: true, withFileTypes: true }))
    if (file.isFile() && /\.db(-wal)?$/.test(file.name)) {
      looked++;
      expect((await readFile(join(file.parentPath, file.name))).includes(words), file.name).toBe(false);
    }
  expect(looked).toBeGreaterThanOrEqual(3);
  await expect(startServer(place)).rejects.toThrow(/is encrypted/);
  const again = await startServer({ ...place, env, port: server.port });
  onTestFinished(() => again.stop());
  const reader = await new BoardClient({
    server: again,
    family: unit.family,
    member: unit.people.callum,
  }).synced();
  expect(textOf(reader.doc, thought, 'text')!.toString()).toBe(words);
  reader.close();
});
