import { spawn, type ChildProcess } from 'node:child_process';
import { appendFile, cp, mkdir, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, inject, it, onTestFinished } from 'vitest';
import type { EntryDraft } from '#domain/record/entry.ts';
import { changeText } from '#domain/board/text.ts';
import { textOf } from '#domain/board/write.ts';
import { familyDocument } from '#domain/wire.ts';
import { ownKeyFile } from '../../server/storage/keys.ts';
import { openCopy, openStorage } from '../../server/storage/open.ts';
import { readDocument } from '../../server/storage/queries/documents.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layUnit, type TestUnit } from '../support/people.ts';
import { freshDatabase } from '../support/postgres.ts';
import { seeded, seedsOf } from '../support/random.ts';
import { startServer, type RunningServer } from '../support/start-server.ts';
import { ENGINES, freshFolder, freshPlace, type Engine } from '../support/storage.ts';
import { until } from '../support/until.ts';

/** How often something is killed on each engine. */
const KILLS = Number(process.env.KILLS ?? 20);
const WHILE = ['typing', 'committing', 'importing', 'copying', 'restoring', 'migrating'] as const;
const ROWS = 120;
const on = '2026-11-25';

const root = join(import.meta.dirname, '../..');
const total = { kills: 0, torn: 0, letters: 0, lettersLost: 0, acts: 0, actsInHalves: 0 };
afterAll(() => console.info(JSON.stringify(total)));

type Place = Awaited<ReturnType<typeof freshPlace>>;

/** One store that is killed again and again, and what was promised of it. */
class Killed {
  readonly place: Place;
  readonly unit: TestUnit;
  readonly #random: () => number;
  /** Of each card the longest words that another page saw or that were called saved. */
  readonly #words = new Map<string, string>();
  #round = 0;
  /** What is killed with the server: the power goes for both. */
  #beside: ChildProcess | null = null;

  constructor(place: Place, unit: TestUnit, random: () => number) {
    this.place = place;
    this.unit = unit;
    this.#random = random;
  }

  async round(what: (typeof WHILE)[number]): Promise<void> {
    this.#round++;
    total.kills++;
    if (what === 'migrating') return this.#whileMigrating();
    if (what === 'restoring') return this.#whileRestoring();
    const server = await this.#start();
    const hands = await this.#typing(server);
    const after =
      what === 'committing'
        ? await this.#committing(server)
        : what === 'importing'
          ? this.#importing(server)
          : what === 'copying'
            ? await this.#copying(server)
            : async () => undefined;
    await sleep(this.#random() * (what === 'copying' ? 900 : what === 'typing' ? 600 : 150));
    this.#beside?.kill('SIGKILL');
    await server.kill();
    await hands();
    if (this.#beside) await ended(this.#beside);
    this.#beside = null;
    if (this.place.databaseUrl === null) await this.#tear();
    const again = await this.#start();
    await this.#look(again);
    await this.#inStore((storage) => after(storage, again));
    await again.stop();
  }

  async #start(): Promise<RunningServer> {
    const server = await startServer(this.place);
    onTestFinished(() => server.kill());
    return server;
  }
  async #inStore(look: (storage: Storage) => Promise<void>): Promise<void> {
    const storage = await openStorage(this.place);
    try {
      await look(storage);
    } finally {
      await storage.close();
    }
  }
  #admin(words: readonly string[], databaseUrl = this.place.databaseUrl): ChildProcess {
    const env = {
      ...process.env,
      DATA_DIR: this.place.dataDir,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    };
    return spawn(process.execPath, [join(root, 'server/admin/admin.ts'), ...words], { env, stdio: 'pipe' });
  }
  async #adminDone(words: readonly string[], databaseUrl = this.place.databaseUrl): Promise<string> {
    const child = this.#admin(words, databaseUrl);
    let said = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (data) => (said += String(data)));
    const code = await ended(child);
    return code === 0 ? said.trim() : Promise.reject(new Error(said));
  }

  /** Two write, a third looks on; what is promised is taken down once the server is dead. */
  async #typing(server: RunningServer): Promise<() => Promise<void>> {
    const { people, family } = this.unit;
    const come = (member: TestUnit['guest']) => new BoardClient({ server, family, member }).synced();
    const watcher = await come(people.nasrin);
    const typists = await Promise.all([people.callum, people.ines].map(come));
    const cards = typists.map((page) => page.add('thought', { text: '', state: 'pot' }));
    const saved = typists.map(() => '');
    const timers = typists.map((page, index) =>
      setInterval(() => {
        const text = textOf(page.doc, cards[index]!, 'text')!;
        if (page.isSaved) saved[index] = text.toString();
        changeText(text, `${text.toString()}${String.fromCharCode(97 + (text.length % 26))}`);
      }, 4),
    );
    return async () => {
      await until(() => !watcher.provider.wsconnected, 'the server is dead');
      for (const timer of timers) clearInterval(timer);
      for (const [index, card] of cards.entries()) {
        const seen = textOf(watcher.doc, card, 'text')?.toString() ?? '';
        const told = saved[index]!;
        this.#words.set(card, seen.length > told.length ? seen : told);
      }
      for (const page of [watcher, ...typists]) page.close();
    };
  }

  /**
   * The power went while the write-ahead log was written. What comes behind the last row that was told saved is torn: it
   * does not count. And wherever the log ends, on another disk that kept less, it is a store that reads as it once was.
   */
  async #tear(): Promise<void> {
    const log = join(this.place.dataDir, 'wednesday.db-wal');
    const dataDir = await freshFolder();
    await cp(this.place.dataDir, dataDir, { recursive: true });
    const other = join(dataDir, 'wednesday.db-wal');
    await truncate(other, Math.floor(this.#random() * (await stat(other)).size));
    const storage = await openStorage({ ...this.place, dataDir, keyFile: ownKeyFile(dataDir) });
    expect(await storage.check()).toEqual([]);
    expect((await readDocument(storage.db, familyDocument(this.unit.family))).damage).toBe(null);
    await storage.close();
    const torn = Array.from({ length: Math.floor(this.#random() * 9_000) }, () =>
      Math.floor(this.#random() * 256),
    );
    await appendFile(log, Buffer.from(torn));
    total.torn++;
  }

  async #look(server: RunningServer): Promise<void> {
    const { people, family } = this.unit;
    const page = await new BoardClient({ server, family, member: people.delroy }).synced();
    for (const [card, words] of this.#words) {
      const now = textOf(page.doc, card, 'text')?.toString() ?? '';
      total.letters += words.length;
      if (!now.startsWith(words)) total.lettersLost += words.length;
      expect(now.startsWith(words), `round ${this.#round}: words that were promised are there`).toBe(true);
    }
    page.close();
  }

  async #committing(
    server: RunningServer,
  ): Promise<(storage: Storage, again: RunningServer) => Promise<void>> {
    const { people, family, unit, children } = this.unit;
    const says = `Decided in round ${this.#round}`;
    const page = await new BoardClient({ server, family, member: people.ines }).synced();
    page.add('decision', {
      text: says,
      level: 'unit',
      ...Object.fromEntries(children.map((child) => [`child:${child}`, true])),
    });
    await page.allSaved();
    page.close();
    const opened = await call(server, people.delroy, 'POST', `/api/units/${unit}/meetings`, { body: { on } });
    const { meeting } = opened.body as { meeting: string };
    const review = await call(
      server,
      people.delroy,
      'GET',
      `/api/families/${family}/review?meeting=${meeting}`,
    );
    const { entries } = review.body as unknown as { entries: EntryDraft[] };
    const body = {
      commit: crypto.randomUUID(),
      meeting,
      entries: entries.map(({ child, digest }) => ({ child, digest })),
    };
    const commit = (to: RunningServer) =>
      call(to, people.delroy, 'POST', `/api/families/${family}/commit`, { body });
    let isAnswered = false;
    const asking = commit(server).then(
      ({ status }) => (isAnswered = status === 200),
      () => false,
    );
    return async (storage, again) => {
      await asking;
      const files = async () =>
        (await storage.db.selectFrom('entries').select(['file', 'body']).execute())
          .filter((row) => row.body?.includes(says))
          .map((row) => row.file);
      this.#isWhole((await files()).length, children.length, isAnswered);
      // Sent again, as a page does that was answered nothing, it is written once.
      expect((await commit(again)).status).toBe(200);
      expect((await files()).toSorted()).toEqual(children.toSorted());
    };
  }

  #importing(server: RunningServer): (storage: Storage) => Promise<void> {
    const { people, unit } = this.unit;
    const mark = `R${this.#round}-`;
    const rows = Array.from({ length: ROWS }, (_, n) => n);
    const files = [
      { name: 'families.csv', text: `ref,name\n${rows.map((n) => `${mark}${n},Family ${n}`).join('\n')}\n` },
      {
        name: 'children.csv',
        text: `ref,family,given,born\n${rows.map((n) => `${mark}${n},${mark}${n},Rory,2019-02-03`).join('\n')}\n`,
      },
    ];
    let isAnswered = false;
    const asking = call(server, people.delroy, 'POST', `/api/units/${unit}/import`, {
      body: { dryRun: false, files, mends: [] },
    }).then(
      ({ body }) => (isAnswered = body.done === true),
      () => false,
    );
    return async (storage) => {
      await asking;
      for (const table of ['families', 'children'] as const) {
        const found = await storage.db
          .selectFrom(table)
          .select('id')
          .where('ref', 'like', `${mark}%`)
          .execute();
        this.#isWhole(found.length, ROWS, isAnswered);
      }
    };
  }

  async #copying(server: RunningServer): Promise<() => Promise<void>> {
    const folder = join(this.place.dataDir, `copies-${this.#round}`);
    await mkdir(folder);
    this.#beside = this.#admin(['backup', folder]);
    return async () => {
      for (const name of await readdir(folder)) {
        if (!name.endsWith('.db')) continue;
        total.acts++;
        const copy = await openCopy(join(folder, name), this.place.keyFile);
        expect(await copy.check(), `${name} after ${server.output()}`).toEqual([]);
        await copy.close();
      }
    };
  }

  /** Into the folder itself, or with PostgreSQL into an empty database: it is the copy, or as it was; and it can be done again. */
  async #whileRestoring(): Promise<void> {
    const folder = join(this.place.dataDir, `copies-${this.#round}`);
    await mkdir(folder);
    const path = await this.#adminDone(['backup', folder]);
    const isFile = this.place.databaseUrl === null;
    const url = isFile ? null : await freshDatabase(inject('postgres'));
    const child = this.#admin(['restore', path], url);
    await sleep(300 + this.#random() * 900);
    child.kill('SIGKILL');
    await ended(child);
    total.acts++;
    const done = await this.#adminDone(['restore', path], url).catch((error: unknown) => String(error));
    if (!isFile && /in use/.test(done)) {
      // It had come to its end: then all of it is there.
      expect(await this.#adminDone(['verify'], url)).toMatch(/every link holds/);
      return;
    }
    expect(done).not.toMatch(/Error/);
    if (!isFile) return;
    await this.#inStore(
      (storage) => storage.db.updateTable('sessions').set({ ended_at: null }).execute() as Promise<never>,
    );
    const server = await this.#start();
    await this.#look(server);
    await server.stop();
  }

  async #whileMigrating(): Promise<void> {
    const engine: Engine = this.place.databaseUrl === null ? 'sqlite' : 'postgres';
    const place = await freshPlace(engine, { isEmpty: true });
    const child = spawn(process.execPath, [
      join(root, 'tests/support/migrate-and-die.ts'),
      JSON.stringify(place),
      String(Number.MAX_SAFE_INTEGER),
    ]);
    await sleep(200 + this.#random() * 900);
    child.kill('SIGKILL');
    await ended(child);
    total.acts++;
    const storage = await openStorage(place);
    await layUnit(storage);
    await storage.close();
  }

  /** All of it or nothing, and all of it where that was answered. */
  #isWhole(found: number, all: number, isAnswered: boolean): void {
    total.acts++;
    if (found !== 0 && found !== all) total.actsInHalves++;
    expect(isAnswered ? [all] : [0, all], `round ${this.#round}`).toContain(found);
  }

  async verify(): Promise<void> {
    expect(await this.#adminDone(['verify'])).toMatch(/every link holds/);
  }
}

it.each(ENGINES)(
  '[D24] a kill while people type, commit, import, copy, restore or renew loses nothing told and leaves nothing in halves, on %s',
  { timeout: KILLS * 60_000 },
  async (engine) => {
    const place = await freshPlace(engine);
    const storage = await openStorage(place);
    const unit = await layUnit(storage);
    await storage.close();
    const killed = new Killed(place, unit, seeded(seedsOf(1)[0]!));
    for (let kill = 0; kill < KILLS; kill++) await killed.round(WHILE[kill % WHILE.length]!);
    await killed.verify();
    // Where nothing was promised, nothing was tried.
    expect(Math.min(total.letters, total.acts)).toBeGreaterThan(0);
  },
);

function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('close', resolve));
}
