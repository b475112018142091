import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import * as Y from 'yjs';
import { addCard, setField, textOf } from '#domain/board/write.ts';
import { DEFAULT_SETTINGS } from '#domain/people/settings.ts';
import { addDays, londonDate } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import { openStorage } from '../../server/storage/open.ts';
import { findChromium } from '../support/chromium.ts';
import { seeded } from '../support/random.ts';
import { startOurs, type Server } from './servers.ts';
import { figure, median, type Row } from './table.ts';
import { makeUnit, writeLog, type Unit } from './unit.ts';

/** Wednesdays that a family has been talked about; 150 are about three years. */
const lives = [1, 10, 50, 150];
const thoughtsEach = 8;
const questionsEach = 5;
const marksEach = 33;
/** What is older than this many meetings is set aside or answered. */
const liveMeetings = 2;
const letters = 40;
const slower = 4;
/** Runs in the page: from each key to the end of the frame that shows it, milliseconds. */
const watchKeys = `{
  globalThis.took = [];
  addEventListener('input', (event) => {
    const pressed = event.timeStamp;
    requestAnimationFrame(() => setTimeout(() => globalThis.took.push(performance.now() - pressed)));
  });
}`;

interface Life {
  meetings: number;
  cards: number;
  /** Navigation to a readable board, and the board's compressed bytes. */
  openMs: number;
  bytes: number;
  /** From a key to the frame that shows it, the 95th of a hundred. */
  typeMs: number;
  /** To the board as it was half a life ago. */
  memoryMs: number;
  /** What the server holds more with the board open. */
  serverMB: number;
}

/** How a board's opening, typing, memory and its server's memory grow over a family's life; the CPU of the page is slowed four times. */
export async function measureLongLife(
  folder: string,
  ask: { times: number },
): Promise<{ rows: Row[]; facts: object }> {
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: ['--disable-background-networking', ...root],
  });
  try {
    const measured: Life[] = [];
    for (const meetings of lives)
      measured.push(await measureLife(browser, folder, { meetings, times: ask.times }));
    const row = (what: string, of: (life: Life) => number, most: number): Row => {
      const values = measured.map(of);
      const growth = values.at(-1)! / values[0]!;
      return {
        what: `${what} at ${lives.join(' / ')} meetings`,
        relay: '',
        ours: values.map(figure).join(' / '),
        ratio: `${figure(growth)}×`,
        goal: most === Infinity ? '' : `≤ ${most}×`,
        isMet: growth <= most,
      };
    };
    return {
      rows: [
        row('opening a board, ms', (life) => life.openMs, 3),
        row('sent for it, kB', (life) => life.bytes / 1000, Infinity),
        row('key to frame, 95th, ms', (life) => life.typeMs, 1.5),
        row('board as it was, ms', (life) => life.memoryMs, Infinity),
        row('server memory for it, MB', (life) => life.serverMB, Infinity),
      ],
      facts: measured,
    };
  } finally {
    await browser.close();
  }
}

async function measureLife(
  browser: Browser,
  folder: string,
  ask: { meetings: number; times: number },
): Promise<Life> {
  const dataDir = join(folder, String(ask.meetings));
  const unit = await makeUnit(dataDir, { members: 5, families: 1, seats: 0 });
  const cards = await liveLife(dataDir, unit, ask.meetings);
  const server = await startOurs(dataDir);
  try {
    const idle = await server.memory();
    const address = await openMeeting(server, unit);
    const opened: { ms: number; bytes: number; typeMs: number }[] = [];
    for (let time = 0; time < ask.times; time++) opened.push(await openPage(browser, server, unit, address));
    const serverMB = ((await server.memory()) - idle) / 1e6;
    const half = addDays(londonDate(Date.now()), -Math.ceil(ask.meetings / 2) * 7);
    const began = performance.now();
    const answer = await fetch(
      `http://localhost:${server.port}/api/families/${unit.families[0]!.id}/board-on/${half}`,
      {
        headers: { cookie: `__Host-wednesday=${unit.members[0]!.token}` },
      },
    );
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`the board as it was: ${answer.status}`);
    return {
      meetings: ask.meetings,
      cards,
      openMs: median(opened.map((one) => one.ms)),
      bytes: opened[0]!.bytes,
      typeMs: median(opened.map((one) => one.typeMs)),
      memoryMs: performance.now() - began,
      serverMB,
    };
  } finally {
    await server.end('SIGTERM');
  }
}

/** Everything that a unit put on a family's board, Wednesday by Wednesday: the edits in their order, and how many cards they made. */
export function lifeOf(
  unit: Unit,
  meetings: number,
): { edits: { by: string; client: number; bytes: Uint8Array }[]; cards: number } {
  const random = seeded(150);
  const pick = <T>(from: readonly T[]) => from[Math.floor(random() * from.length)]!;
  const words =
    'perhaps what if she he nobody waits until Saturday because Nan looks after them and then it is quiet again'.split(
      ' ',
    );
  const sentence = () => Array.from({ length: 14 }, () => pick(words)).join(' ');
  const doc = new Y.Doc();
  const log: { by: string; client: number; bytes: Uint8Array }[] = [];
  let hand = { by: unit.members[0]!.id, client: 1 };
  const takeTurn = () => {
    const turn = Math.floor(random() * unit.members.length);
    hand = { by: unit.members[turn]!.id, client: turn + 1 };
    doc.clientID = hand.client;
  };
  doc.on('update', (bytes: Uint8Array) => void log.push({ ...hand, bytes }));
  const week = 7 * 24 * 3_600_000;
  for (let meeting = meetings - 1; meeting >= 0; meeting--) {
    const at = Date.now() - meeting * week;
    const isLive = meeting < liveMeetings;
    const thoughts = Array.from({ length: thoughtsEach }, () => randomUUID());
    for (const id of thoughts) {
      takeTurn();
      addCard(doc, { id, kind: 'thought', by: hand.by, at, fields: { text: sentence(), state: 'pot' } });
    }
    for (let mark = 0; mark < marksEach; mark++) {
      takeTurn();
      setField(doc, pick(thoughts), `mark:${hand.by}`, true);
    }
    for (let i = 0; i < questionsEach; i++) {
      takeTurn();
      const id = randomUUID();
      const fields = { text: `${sentence()}?`, thought: pick(thoughts), qkind: 'difference', to: 'Nan' };
      addCard(doc, { id, kind: 'question', by: hand.by, at, fields });
      if (!isLive) textOf(doc, id, 'back')!.insert(0, sentence());
    }
    if (isLive) continue;
    for (const id of thoughts) {
      takeTurn();
      setField(doc, id, 'why', 'It did not fit.');
      setField(doc, id, 'state', 'aside');
    }
  }
  const cards = doc.getMap('cards').size;
  doc.destroy();
  return { edits: log, cards };
}

/** Lays such a life into the store, its log spread over the years as it was written; returns how many cards there are. */
async function liveLife(dataDir: string, unit: Unit, meetings: number): Promise<number> {
  const week = 7 * 24 * 3_600_000;
  const { edits, cards } = lifeOf(unit, meetings);
  const storage = await openStorage({ databaseUrl: null, dataDir, keyFile: join(dataDir, 'key') });
  await writeLog(storage, { family: unit.families[0]!.id, edits });
  const rows = await storage.db.selectFrom('updates').select('seq').execute();
  for (let meeting = 0; meeting < meetings; meeting++)
    await storage.db
      .updateTable('updates')
      .set({ at: Date.now() - (meetings - 1 - meeting) * week })
      .where('seq', '>', Math.floor((meeting * rows.length) / meetings))
      .execute();
  await storage.db
    .updateTable('units')
    .set({ settings: JSON.stringify(DEFAULT_SETTINGS) })
    .execute();
  await storage.db.updateTable('members').set({ role: 'coordinator' }).execute();
  await storage.close();
  return cards;
}

/** Opens today's meeting with the family in focus; returns the page's address. */
async function openMeeting(server: Server, unit: Unit): Promise<string> {
  const headers = {
    cookie: `__Host-wednesday=${unit.members[0]!.token}`,
    'content-type': 'application/json',
    origin: `http://localhost:${server.port}`,
  };
  const url = `http://localhost:${server.port}`;
  const me = (await (await fetch(`${url}/api/me`, { headers })).json()) as { person: { unit: string } };
  const answer = await fetch(`${url}/api/units/${me.person.unit}/meetings`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ on: londonDate(Date.now()) }),
  });
  if (!answer.ok) throw new Error(`the meeting did not open: ${answer.status} ${await answer.text()}`);
  const { meeting } = (await answer.json()) as { meeting: string };
  return `${url}/meetings/${meeting}`;
}

/** One first visit: to a readable board, then a thought is typed. */
async function openPage(
  browser: Browser,
  server: Server,
  unit: Unit,
  address: string,
): Promise<{ ms: number; bytes: number; typeMs: number }> {
  const context = await browser.newContext();
  await context.addCookies([
    {
      name: '__Host-wednesday',
      value: unit.members[0]!.token,
      url: `https://localhost:${server.port}/`,
      secure: true,
    },
  ]);
  const page = await context.newPage();
  try {
    // The family is put in focus by whoever is there first; afterwards every page opens on it.
    await page.goto(address);
    const begin = page.getByRole('button', { name: /^Begin with/ });
    const slip = page.locator('[data-slip]').first();
    await begin.or(slip).first().waitFor();
    if (await begin.isVisible()) {
      await begin.click();
      await page.getByRole('button', { name: 'Wonder' }).click();
    }
    await slip.waitFor();
    await page.close();
    return await readAndType(await context.newPage(), address, familyDocument(unit.families[0]!.id));
  } finally {
    await context.close();
  }
}

async function readAndType(page: Page, address: string, doc: string) {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate: slower });
  await devtools.send('Network.enable');
  let bytes = 0;
  const states = new Set<string>();
  devtools.on('Network.responseReceived', (event) => {
    if (event.response.url.includes(encodeURIComponent(doc)) || event.response.url.includes(doc))
      states.add(event.requestId);
  });
  devtools.on('Network.loadingFinished', (event) => {
    if (states.has(event.requestId)) bytes += event.encodedDataLength;
  });
  devtools.on('Network.webSocketFrameReceived', (event) => (bytes += event.response.payloadData.length));
  const began = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  await page.locator('[data-slip]').first().waitFor();
  const ms = performance.now() - began;
  await page.getByText('All saved').waitFor();
  const field = page.locator('[data-capture]');
  await field.click();
  await page.evaluate(watchKeys);
  await field.pressSequentially('a'.repeat(letters), { delay: 60, timeout: 120_000 });
  const took = await page.evaluate<number[]>('globalThis.took');
  const typeMs = took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.95)] ?? NaN;
  return { ms, bytes, typeMs };
}
