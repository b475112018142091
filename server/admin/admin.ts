/** The operator's command line: npm run admin -- <verb>. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Refusal } from '#domain/errors.ts';
import { OPERATOR } from '#domain/record/chain.ts';
import { londonDate } from '#domain/time/civil.ts';
import { recordClock } from '../clock.ts';
import { ConfigRefusal, readConfig, type Config } from '../config.ts';
import { makeLink } from '../identity/links.ts';
import { membersByEmail } from '../storage/queries/people.ts';
import { verifyCheckpoints } from '../record/checkpoints.ts';
import { exportFile, FORMATS, readFileForExport, type Format } from '../record/export.ts';
import { importFiles } from '../record/import.ts';
import { makeSample } from '../record/sample.ts';
import { lockFolder } from '../storage/lock.ts';
import { copiesIn, openStorage } from '../storage/open.ts';
import { audit, lost, readAudit } from '../storage/queries/audit.ts';
import { redactEntry, verifyAll } from '../storage/queries/files.ts';
import { keepFindable, readLost } from '../storage/queries/people.ts';
import { unitOfChild } from '../storage/queries/units.ts';
import { verifyDocuments } from '../storage/queries/verify.ts';
import type { Storage } from '../storage/storage.ts';
import { backUp } from './backup.ts';
import { encrypt, restore } from './restore.ts';
import { makeTrialCertificate } from './trial-certificate.ts';

const usage = `npm run admin -- <verb>

  import FILE…                 a unit, its people, families, children, dates (JSON or CSV)
  sign-in-link EMAIL           prints a one-time link for a member
  sample                       makes the made-up unit and prints a link to look round
  verify [DIR]                 checks every child's file, and holds it to the signed checkpoints in DIR
                               (or CHECKPOINT_DIR); ends with 1 where something does not hold
  redact CHILD SEQ --why TEXT  takes the words of one entry out of a child's file, as the law may ask: an entry that
                               says so is added; nobody can put them back
  export CHILD [--format pdf|json|text]   writes a child's file here
  backup DIR                   writes a copy and verifies it
  restore FILE [--even-damaged]  puts a copy back (with the server stopped)
  encrypt                      encrypts a store that was begun without a key (with the server stopped)
  audit [DAYS]                 who came in, what was refused and what was changed, oldest first
  find-families                shows restricted families that nobody can find, and gives each to its consultant
  key-kept                     says that the key lies in another place too: the coordinator is no longer told
  trial-certificate HOST       makes a small authority and a certificate to try other devices with`;

type Verb = (ask: { storage: Storage; config: Config; rest: string[] }) => Promise<void>;

/** The time that is written down now. */
const recordNow = (config: Config): number => recordClock(Date.now, config.today)();

const verbs: Record<string, Verb> = {
  async import({ storage, config, rest }) {
    if (rest.length === 0) throw new ConfigRefusal('Name the files: npm run admin -- import unit.json');
    const files = await Promise.all(
      rest.map(async (name) => ({ name: basename(name), base64: await readFile(name, 'base64') })),
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
      now: recordNow(config),
      seen: null,
      dryRun: false,
    });
    for (const one of outcome.problems)
      console.error(
        `${one.file}${one.table ? ` (${one.table})` : ''}, ${one.place ?? `line ${one.line}`}${one.column ? `, column ${one.column}` : ''}: ${one.why}${one.value ? ` It says: ${one.value}` : ''}`,
      );
    if (!outcome.done) {
      console.error(
        `${count(outcome.rows, 'row')} read, ${outcome.problems.length} in the way. Nothing was brought in.`,
      );
      process.exitCode = 1;
      return;
    }
    for (const [table, counts] of Object.entries(outcome.counts))
      console.info(`${table}: ${counts.new} new, ${counts.changed} changed, ${counts.same} the same`);
    for (const { file, titles, empty, under } of outcome.over)
      console.info(
        `${file}: stepped over ${count(titles, 'row')} of titles, ${count(empty, 'empty row')} and ${under} under the table`,
      );
    if (outcome.twice.length > 0)
      console.info(
        `In more than one family, by name and birth: ${count(outcome.twice.length, 'child', 'children')}.`,
      );
    for (const one of outcome.unsaid)
      console.info(
        `${one.file} (${one.table}), line ${one.line}: ${one.what === 'said-or-seen' ? 'it does not say whether it was said or seen' : 'it does not say how the child was seen'}. The board asks.`,
      );
    for (const one of outcome.differences)
      console.info(
        `${one.table} ${one.ref}, ${one.column}: here it was changed to “${one.here}”, the report says “${one.report}”. It was left.`,
      );
  },
  async 'sign-in-link'({ storage, config, rest }) {
    const [member] = await membersByEmail(storage.db, rest[0] ?? '');
    if (!member) throw new ConfigRefusal('No member has this e-mail address.');
    const { token } = await makeLink(storage.db, {
      purpose: 'enrol',
      member,
      madeBy: null,
      now: Date.now(),
    });
    console.info(`${config.publicUrl.origin}/sign-in/link#${token}`);
  },
  async sample({ storage, config }) {
    const now = recordNow(config);
    await makeSample(storage, { now, today: londonDate(now) });
    const { token } = await makeLink(storage.db, {
      purpose: 'look-round',
      member: null,
      madeBy: null,
      now: Date.now(),
    });
    console.info(
      `The made-up unit is ready. Look round with this link, which works for one day:\n${config.publicUrl.origin}/first-run#${token}`,
    );
  },
  async verify({ storage, config, rest }) {
    const { files, entries, broken } = await verifyAll(storage.db);
    for (const one of broken) console.error(`File ${one.file}: at entry ${one.seq}, ${one.why}.`);
    if (broken.length > 0) process.exitCode = 1;
    else console.info(`${count(files, 'file')}, ${count(entries, 'entry', 'entries')}: every link holds.`);
    const pages = await storage.check();
    for (const one of pages) console.error(`The store: ${one}.`);
    if (pages.length > 0) process.exitCode = 1;
    const { documents, damaged } = await verifyDocuments(storage.db);
    for (const one of damaged) console.error(`Board ${one.doc}: ${one.why}.`);
    if (damaged.length > 0) process.exitCode = 1;
    else console.info(`${count(documents, 'board')}: every row is as it was written.`);
    const dir = rest[0] ?? config.checkpointDir;
    if (!dir) return console.info('There are no signed heads to hold them to: set CHECKPOINT_DIR.');
    const signed = await verifyCheckpoints(storage.db, { dir, keyFile: config.checkpointKey });
    for (const one of signed.broken) console.error(one);
    if (signed.broken.length > 0) process.exitCode = 1;
    else console.info(`${count(signed.checkpoints, 'signed checkpoint')}: the files are what was signed.`);
  },
  async redact({ storage, config, rest }) {
    const [child, seq, flag, why] = rest;
    if (!child || !/^[1-9]\d*$/.test(seq ?? '') || flag !== '--why' || !why?.trim())
      throw new ConfigRefusal('Write: redact CHILD SEQ --why "the reason in a few words"');
    const at = recordNow(config);
    await twice(() =>
      storage.write(async (trx) => {
        await redactEntry(trx, {
          file: child,
          seq: Number(seq),
          why: why.trim(),
          by: OPERATOR,
          at,
        });
        await audit(trx, {
          at,
          unit: await unitOfChild(trx, child),
          member: null,
          act: 'redacted',
          subject: child,
        });
      }),
    );
    await storage.tidy();
    console.info(`The words of entry ${seq} are out of this file. What was copied before still holds them:`);
    for (const copy of await copiesOf(config)) console.info(`  ${copy}`);
    console.info(
      '  and whatever was taken to another place. The board, where it was thought, keeps its own words.',
    );
  },
  async audit({ storage, rest }) {
    const days = Number(rest[0] ?? 7);
    if (!Number.isFinite(days)) throw new ConfigRefusal('Write: audit DAYS');
    const lines = await readAudit(storage.db, {
      unit: null,
      since: Date.now() - days * 86_400_000,
      limit: 100_000,
    });
    for (const { at, member, act, subject } of lines.toReversed())
      console.info(`${new Date(at).toISOString()}  ${member ?? '-'}  ${act}  ${subject}`);
  },
  async 'find-families'({ storage }) {
    const fallen = await storage.write((trx) => keepFindable(trx, { unit: null, at: Date.now() }));
    for (const { family, member } of fallen)
      console.info(`Family ${family} could be found by nobody: member ${member} has it now.`);
    const lost = await readLost(storage.db, null);
    for (const { id } of lost)
      console.info(
        `Family ${id} can be found by nobody, and its unit has neither consultant nor coordinator.`,
      );
    console.info(
      `Restricted and found by nobody: ${count(fallen.length + lost.length, 'family', 'families')}.`,
    );
  },
  async 'key-kept'({ storage }) {
    if (storage.keyId === null) throw new ConfigRefusal('There is no key: the data is not encrypted.');
    const value = storage.keyId;
    await storage.db
      .insertInto('settings')
      .values({ key: 'key-kept', value })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value }))
      .execute();
    console.info(`Noted: the key ${value} lies in another place too.`);
  },
  async export({ storage, config, rest }) {
    const [child, flag, format = 'pdf'] = rest;
    if (!child || (flag && flag !== '--format') || !FORMATS.includes(format as Format))
      throw new ConfigRefusal('Write: export CHILD --format pdf|json|text');
    const read = await readFileForExport(storage.db, { child, by: 'the operator', now: recordNow(config) });
    const copy = await exportFile(read, format as Format);
    await audit(storage.db, {
      at: recordNow(config),
      unit: await unitOfChild(storage.db, child),
      member: null,
      act: `a file was copied as ${format}`,
      subject: child,
    });
    await writeFile(copy.fileName, copy.bytes, { mode: 0o600 });
    console.info(copy.fileName);
  },
  async backup({ storage, config, rest }) {
    console.info(
      await backUp({
        storage,
        dir: rest[0] ?? config.backupDir,
        now: Date.now(),
        keyFile: config.keyFile,
      }),
    );
  },
};

/** D17: Where the audit turns out to take nothing the act is undone, and done again without its line there. */
const twice = async (act: () => Promise<unknown>): Promise<void> => {
  await act().catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.reason !== 'try-again') throw error;
    return act();
  });
};

/** A number of things. */
const count = (many: number, one: string, more = `${one}s`) => `${many} ${many === 1 ? one : more}`;

/** The stores in a folder in which a restore laid aside what was there. */
const filesIn = async (dir: string) =>
  (await readdir(dir)).filter((name) => name.endsWith('.db')).map((name) => join(dir, name));

/** Every copy of this installation that lies where it puts them. */
async function copiesOf(config: Config): Promise<string[]> {
  const aside = (await readdir(config.dataDir)).filter((name) => name.startsWith('before-restore-'));
  return [
    ...(await copiesIn(config.backupDir)),
    ...(await copiesIn(config.dataDir)),
    ...(await Promise.all(aside.map((name) => filesIn(join(config.dataDir, name))))).flat(),
  ];
}

async function main(): Promise<void> {
  lost.subscribe((line) => console.error(`The audit could not take this line: ${JSON.stringify(line)}`));
  const [verb, ...rest] = process.argv.slice(2);
  if (verb === 'trial-certificate') return makeTrialCertificate(rest[0]);
  const config = readConfig(process.env);
  if (verb === 'restore' || verb === 'encrypt') {
    // What a server that still runs takes in meanwhile would be called saved, and be in neither.
    const lock = lockFolder(config.dataDir);
    const alone = lock && lockFolder(config.dataDir, 'maintenance');
    if (!lock || !alone)
      throw new ConfigRefusal('Wednesday is running on this folder. Stop Wednesday, then do this again.');
    const work =
      verb === 'encrypt'
        ? encrypt(config)
        : restore(config, { file: rest[0], isForced: rest[1] === '--even-damaged' });
    return work.finally(() => {
      alone.release();
      lock.release();
    });
  }
  const run = verb ? verbs[verb] : undefined;
  if (!run) {
    console.info(usage);
    process.exitCode = verb ? 2 : 0;
    return;
  }
  // What is written while a copy is put back would be called done, and be in neither.
  const beside = lockFolder(config.dataDir, 'maintenance');
  if (!beside) throw new ConfigRefusal('A copy is being put back here. Do this again when that is done.');
  beside.release();
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
