import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { get } from 'node:http';
import { brotliDecompressSync } from 'node:zlib';
import * as Y from 'yjs';
import { cardsOf } from '#domain/board/board.ts';
import { addCard, textOf } from '#domain/board/write.ts';
import { familyDocument } from '#domain/wire.ts';
import { openStorage } from '../../server/storage/open.ts';
import { seeded } from '../support/random.ts';
import { Page } from './page.ts';
import { startOurs, type Server } from './servers.ts';
import { figure, median, type Row } from './table.ts';
import { makeUnit, writeLog, type Unit } from './unit.ts';

const cards = 2_000;
const edits = 82_000;
const writers = 5;
const letters = 'etaoinshrdlu ';

/** Opens a long board after a restart, as our page does and as a stock page does, each on a server just started. */
export async function measureOpening(
  dataDir: string,
  ask: { times: number },
): Promise<{ rows: Row[]; facts: unknown }> {
  const unit = await makeUnit(dataDir, { members: writers, families: 1, seats: 0 });
  const plainBytes = await writeLongBoard(dataDir, unit);
  // The first opening reads the whole log, and closing it leaves a snapshot.
  const first = await startOurs(dataDir);
  const fromLog = await openAsOurs(first, unit);
  await first.end('SIGTERM');
  const own: Opening[] = [];
  const stock: Opening[] = [];
  for (let time = 0; time < ask.times; time++)
    for (const [open, kept] of [
      [openAsOurs, own],
      [openAsStock, stock],
    ] as const) {
      const server = await startOurs(dataDir);
      kept.push(await open(server, unit));
      await server.end('SIGTERM');
    }
  const ms = median(own.map((opening) => opening.ms));
  const bytes = Math.max(...own.map((opening) => opening.bytes));
  const isEarly = [fromLog, ...own, ...stock].some((opening) => opening.cardsWhenSynced !== cards);
  return {
    rows: [
      {
        what: `opening ${figure(cards)} cards, ${figure(edits)} edits`,
        relay: '',
        ours: `${figure(ms)} ms`,
        ratio: '',
        goal: '≤ 700 ms',
        isMet: ms <= 700,
      },
      {
        what: 'on the wire for it',
        relay: '',
        ours: `${figure(bytes / 1000)} kB`,
        ratio: '',
        goal: '≤ 750 kB',
        isMet: bytes <= 750_000,
      },
      {
        what: '“synced” before the board is there',
        relay: '',
        ours: isEarly ? 'yes' : 'never',
        ratio: '',
        goal: 'never',
        isMet: !isEarly,
      },
    ],
    facts: { plainBytes, fromLog, own, stock },
  };
}

/** Five people's board: every edit puts one letter somewhere into a card, so that few of them join into one piece. */
async function writeLongBoard(dataDir: string, unit: Unit): Promise<number> {
  const random = seeded(82);
  const pick = <T>(from: ArrayLike<T>) => from[Math.floor(random() * from.length)]!;
  const log: { by: string; client: number; bytes: Uint8Array }[] = [];
  const doc = new Y.Doc();
  const hands = unit.members.map(({ id }, i) => ({ by: id, client: i + 1 }));
  const ids = Array.from({ length: cards }, () => randomUUID());
  // One document that changes hands writes what five would that have seen one another's edits, in a fifth of the time.
  let hand = hands[0]!;
  const takeTurn = () => {
    hand = pick(hands);
    doc.clientID = hand.client;
  };
  doc.on('update', (bytes: Uint8Array) => void log.push({ ...hand, bytes }));
  for (const id of ids) {
    takeTurn();
    addCard(doc, { id, kind: 'thought', by: hand.by, at: 0, fields: { text: '', ord: 'a0' } });
  }
  while (log.length < edits) {
    takeTurn();
    const text = textOf(doc, pick(ids), 'text')!;
    text.insert(Math.floor(random() * (text.length + 1)), pick(letters));
  }
  const storage = await openStorage({ databaseUrl: null, dataDir, keyFile: join(dataDir, 'key') });
  await writeLog(storage, { family: unit.families[0]!.id, edits: log });
  await storage.close();
  return Y.encodeStateAsUpdate(doc).length;
}

interface Opening {
  /** From the first byte asked to a document with every card in it. */
  ms: number;
  /** The same until the socket says that nothing is missing. */
  syncedMs: number;
  /** Everything received, headers included. */
  bytes: number;
  cardsWhenSynced: number;
}

/** The compressed state by one request, then the socket for the rest. */
async function openAsOurs(server: Server, unit: Unit): Promise<Opening> {
  const began = performance.now();
  const state = await getState(server, unit);
  const page = open(server, unit, brotliDecompressSync(state.body));
  const ms = performance.now() - began;
  return { ...(await settle(page, { began, ms })), bytes: state.bytes + page.bytesRead };
}

/** All of it over the socket, as a stock y-websocket page does. */
async function openAsStock(server: Server, unit: Unit): Promise<Opening> {
  const began = performance.now();
  const page = open(server, unit, undefined);
  const settled = await settle(page, { began, ms: null });
  return { ...settled, bytes: page.bytesRead };
}

async function settle(page: Page, at: { began: number; ms: number | null }): Promise<Omit<Opening, 'bytes'>> {
  await page.ready();
  const syncedMs = performance.now() - at.began;
  const cardsWhenSynced = cardsOf(page.doc).size;
  page.leave();
  return { ms: at.ms ?? syncedMs, syncedMs, cardsWhenSynced };
}

function open(server: Server, unit: Unit, board: Uint8Array | undefined): Page {
  const [seat] = unit.members;
  return new Page({
    server: 'ours',
    port: server.port,
    family: unit.families[0]!.id,
    token: seat!.token,
    board,
  });
}

function getState(server: Server, unit: Unit): Promise<{ body: Buffer; bytes: number }> {
  return new Promise((resolve, reject) => {
    const path = `/api/documents/${encodeURIComponent(familyDocument(unit.families[0]!.id))}/state`;
    const headers = {
      Cookie: `__Host-wednesday=${unit.members[0]!.token}`,
      'Accept-Encoding': 'br',
      'Sec-Fetch-Site': 'same-origin',
    };
    get({ host: 'localhost', port: server.port, path, headers, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('end', () => {
        if (response.statusCode === 200)
          resolve({ body: Buffer.concat(parts), bytes: response.socket.bytesRead });
        else reject(new Error(`the state was answered with ${response.statusCode}`));
      });
    }).on('error', reject);
  });
}
