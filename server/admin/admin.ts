/** The operator's command line: npm run admin -- <verb>. */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { basename, join } from 'node:path';
import { londonDate } from '#domain/time/civil.ts';
import { ConfigRefusal, readConfig, type Config } from '../config.ts';
import { makeLink } from '../identity/links.ts';
import { verifyCheckpoints } from '../record/checkpoints.ts';
import { exportFile, FORMATS, readFileForExport, type Format } from '../record/export.ts';
import { importFiles } from '../record/import.ts';
import { makeSample } from '../record/sample.ts';
import { layRows, readByPages } from '../storage/copy.ts';
import { migrate } from '../storage/migrations/migrate.ts';
import { openCopy, openStorage } from '../storage/open.ts';
import { verifyAll } from '../storage/queries/files.ts';
import type { Storage } from '../storage/storage.ts';
import { backUp, leaveOut } from './backup.ts';
import { makeTrialCertificate } from './trial-certificate.ts';

const usage = `npm run admin -- <verb>

  import FILE…                 a unit, its people, families, children, dates (JSON or CSV)
  sign-in-link EMAIL           prints a one-time link for a member
  sample                       makes the made-up unit and prints a link to look round
  verify [DIR]                 checks every child's file, and holds it to the signed checkpoints in DIR
                               (or CHECKPOINT_DIR); ends with 1 where something does not hold
  export CHILD [--format pdf|json|text]   writes a child's file here
  backup DIR                   writes a copy and verifies it
  restore FILE                 puts a copy back (with the server stopped)
  trial-certificate HOST       makes a small authority and a certificate to try other devices with`;

type Verb = (ask: { storage: Storage; config: Config; rest: string[] }) => Promise<void>;

const verbs: Record<string, Verb> = {
  async import({ storage, rest }) {
    if (rest.length === 0) throw new ConfigRefusal('Name the files: npm run admin -- import unit.json');
    const files = await Promise.all(
      rest.map(async (name) => ({ name: basename(name), text: await readFile(name, 'utf8') })),
    );
    const units = await storage.db
      .selectFrom('units')
      .select(['id', 'ref'])
      .where('made_up', '=', 0)
      .execute();
    const only = units.length === 1 && !units[0]!.ref ? units[0]!.id : null;
    const outcome = await importFiles(storage, {
      files,
      unit: only,
      by: null,
      now: Date.now(),
      seen: null,
      dryRun: false,
    });
    for (const one of outcome.problems)
      console.error(
        `${one.file}${one.table ? ` (${one.table})` : ''}, line ${one.line}${one.column ? `, column ${one.column}` : ''}: ${one.why}${one.value ? ` It says: ${one.value}` : ''}`,
      );
    if (!outcome.done) {
      console.error(
        `${outcome.rows} rows read, ${outcome.problems.length} in the way. Nothing was brought in.`,
      );
      process.exitCode = 1;
      return;
    }
    for (const [table, counts] of Object.entries(outcome.counts))
      console.info(`${table}: ${counts.new} new, ${counts.changed} changed, ${counts.same} the same`);
    for (const one of outcome.differences)
      console.info(
        `${one.table} ${one.ref}, ${one.column}: here it was changed to “${one.here}”, the report says “${one.report}”. It was left.`,
      );
  },
  async 'sign-in-link'({ storage, config, rest }) {
    const member = await storage.db
      .selectFrom('members')
      .select('id')
      .where('email', '=', rest[0] ?? '')
      .where('left_at', 'is', null)
      .executeTakeFirst();
    if (!member) throw new ConfigRefusal('No member has this e-mail address.');
    const { token } = await makeLink(storage.db, {
      purpose: 'enrol',
      member: member.id,
      madeBy: null,
      now: Date.now(),
    });
    console.info(`${config.publicUrl.origin}/sign-in/link#${token}`);
  },
  async sample({ storage, config }) {
    const now = Date.now();
    await makeSample(storage, { now, today: config.today ?? londonDate(now) });
    const { token } = await makeLink(storage.db, { purpose: 'look-round', member: null, madeBy: null, now });
    console.info(
      `The made-up unit is ready. Look round with this link, which works for one day:\n${config.publicUrl.origin}/first-run#${token}`,
    );
  },
  async verify({ storage, config, rest }) {
    const { files, entries, broken } = await verifyAll(storage.db);
    for (const one of broken) console.error(`File ${one.file}: at entry ${one.seq}, ${one.why}.`);
    if (broken.length > 0) process.exitCode = 1;
    else console.info(`${files} files, ${entries} entries: every link holds.`);
    const dir = rest[0] ?? config.checkpointDir;
    if (!dir) return console.info('There are no signed heads to hold them to: set CHECKPOINT_DIR.');
    const signed = await verifyCheckpoints(storage.db, { dir, keyFile: config.checkpointKey });
    for (const one of signed.broken) console.error(one);
    if (signed.broken.length > 0) process.exitCode = 1;
    else console.info(`${signed.checkpoints} signed checkpoints: the files are what was signed.`);
  },
  async export({ storage, rest }) {
    const [child, flag, format = 'pdf'] = rest;
    if (!child || (flag && flag !== '--format') || !FORMATS.includes(format as Format))
      throw new ConfigRefusal('Write: export CHILD --format pdf|json|text');
    const copy = await exportFile(
      await readFileForExport(storage.db, { child, by: 'the operator', now: Date.now() }),
      format as Format,
    );
    await writeFile(copy.fileName, copy.bytes, { mode: 0o600 });
    console.info(copy.fileName);
  },
  async backup({ storage, config, rest }) {
    console.info(
      await backUp({
        storage,
        dir: rest[0] ?? config.backupDir,
        now: Date.now(),
        openCopy: (path) => openCopy(path, config.keyFile),
      }),
    );
  },
};

/** Puts a copy in the place of the data, with the server stopped. */
async function restore(config: Config, file: string | undefined): Promise<void> {
  if (!file) throw new ConfigRefusal('Name the copy: npm run admin -- restore data/backups/wednesday-….db');
  await stat(file);
  // What a server that still runs takes in meanwhile would be called saved, and be in neither.
  if (await isTaken(config.port))
    throw new ConfigRefusal(
      `Something answers on port ${config.port}. Stop Wednesday, then put the copy back.`,
    );
  const copy = await openCopy(file, config.keyFile);
  const { broken } = await verifyAll(copy.db);
  await copy.close();
  if (broken.length > 0)
    throw new ConfigRefusal('A child’s file in this copy does not hold. It was not put back.');
  const storage = config.databaseUrl ? await fillDatabase(config, file) : await replaceFile(config, file);
  await storage.close();
  console.info('Put back. Everyone signs in again.');
}

/** Whether somebody listens on a port of this machine. */
function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect({ port, host: 'localhost' });
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/** Every document gets another generation, so that no page brings back what it held; everyone signs in again. */
async function makeAnew(storage: Storage): Promise<void> {
  await storage.write(async (trx) => {
    for (const { name } of await trx.selectFrom('documents').select('name').execute())
      await trx.updateTable('documents').set({ generation: randomUUID() }).where('name', '=', name).execute();
    await trx.updateTable('sessions').set({ ended_at: Date.now() }).where('ended_at', 'is', null).execute();
  });
}

/** Puts the copy in the place of the file; what was there before is laid aside. */
async function replaceFile(config: Config, file: string): Promise<Storage> {
  const data = join(config.dataDir, 'wednesday.db');
  const aside = join(config.dataDir, `before-restore-${Date.now()}`);
  await mkdir(aside, { mode: 0o700 });
  for (const ending of ['', '-wal', '-shm'])
    await rename(`${data}${ending}`, join(aside, `wednesday.db${ending}`)).catch(ignoreMissing);
  const before = join(aside, 'wednesday.db');
  if (existsSync(before)) {
    const laid = await openCopy(before, config.keyFile);
    await leaveOut(laid).finally(() => laid.close());
  }
  // Made anew before it has its name: whatever happens in between, no page of before goes on with it.
  await copyFile(file, `${data}.part`);
  const part = await openCopy(`${data}.part`, config.keyFile);
  await makeAnew(part).finally(() => part.close());
  await rename(`${data}.part`, data);
  await rm(`${file}-wal`, { force: true });
  await rm(`${file}-shm`, { force: true });
  console.info(`What was there before is in ${aside}.`);
  return openStorage(config);
}

/** Lays the copy into an empty database: the children's files in one that is in use are never overwritten. */
async function fillDatabase(config: Config, file: string): Promise<Storage> {
  const storage = await openStorage(config);
  if (await storage.db.selectFrom('units').select('id').limit(1).executeTakeFirst()) {
    await storage.close();
    throw new ConfigRefusal('This database is in use. Make an empty one, and name it in DATABASE_URL.');
  }
  await storage.db.deleteFrom('settings').execute();
  // A copy of an earlier version is brought up to date beside the original.
  const path = join(config.dataDir, `restoring-${Date.now()}.db`);
  await copyFile(file, path);
  const copy = await openCopy(path, config.keyFile);
  try {
    await migrate(copy);
    await layRows(storage, (table) => readByPages(copy.db, table));
    await makeAnew(storage);
  } finally {
    await copy.close();
    await rm(path, { force: true });
  }
  return storage;
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

async function main(): Promise<void> {
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === 'trial-certificate') return makeTrialCertificate(rest[0]);
  const config = readConfig(process.env);
  if (verb === 'restore') return restore(config, rest[0]);
  const run = verb ? verbs[verb] : undefined;
  if (!run) {
    console.info(usage);
    process.exitCode = verb ? 2 : 0;
    return;
  }
  const storage = await openStorage(config);
  try {
    await run({ storage, config, rest });
  } finally {
    await storage.close();
  }
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exit(1);
});
