import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { canonical, type Plain } from '#domain/record/canonical.ts';
import { writeSecret } from '../storage/keys.ts';
import { sha256 } from '../storage/queries/files.ts';
import type { Reader, Storage } from '../storage/storage.ts';

/**
 * Signed checkpoints of every file's head, written to a place outside (DESIGN section 7; TRUST section 5). Whoever can
 * rewrite the store can rewrite a whole chain; what lies elsewhere and is signed says what the chain was. No names: ids
 * and hashes alone.
 */

/** All heads at one moment; `prev` is the hash of the checkpoint before it, or empty. */
interface Checkpoint {
  at: number;
  prev: string;
  heads: { file: string; seq: number; hash: string }[];
}

interface Signed {
  checkpoint: Checkpoint;
  signature: string;
}

export interface CheckpointAsk {
  storage: Storage;
  /** The folder outside, better on another machine. */
  dir: string;
  /** Where the signing key lies; made when it is first needed. */
  keyFile: string;
  now: number;
}

/** How soon after an entry its head is signed, milliseconds. */
const soonMs = 60_000;

/** Signs the heads as they stand; null where nothing was written since the last time. */
export async function writeCheckpoint(ask: CheckpointAsk): Promise<string | null> {
  const heads = await readHeads(ask.storage.db);
  await mkdir(ask.dir, { recursive: true, mode: 0o700 });
  const newest = (await namesIn(ask.dir)).at(-1);
  const before = newest ? await readFile(join(ask.dir, newest), 'utf8') : null;
  const key = await signingKey(ask.keyFile);
  // One that cannot be read is named by verify; the next goes on from its bytes as they are.
  const last = before ? readSigned(before, createPublicKey(key)) : null;
  if (last && canonical(last.heads as unknown as Plain) === canonical(heads as unknown as Plain)) return null;
  const checkpoint: Checkpoint = { at: ask.now, prev: before ? sha256(before) : '', heads };
  const signature = sign(null, bytesOf(checkpoint), key).toString('base64');
  // Numbered, so that a clock that was set back puts none before another.
  const number = String(numberOf(newest) + 1).padStart(8, '0');
  const time = new Date(ask.now).toISOString().replaceAll(/[:.]/g, '-');
  const path = join(ask.dir, `checkpoint-${number}-${time}.json`);
  await writeFile(`${path}.part`, `${canonical({ checkpoint, signature } as unknown as Plain)}\n`, {
    flush: true,
  });
  await rename(`${path}.part`, path);
  await ask.storage.db
    .insertInto('settings')
    .values({ key: 'last-checkpoint', value: String(ask.now) })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: String(ask.now) }))
    .execute();
  return path;
}

/** Holds the store to every checkpoint in a folder; answers with what does not hold, in words. */
export async function verifyCheckpoints(
  reader: Reader,
  ask: { dir: string; keyFile: string },
): Promise<{ checkpoints: number; broken: string[] }> {
  const key = createPublicKey(await signingKey(ask.keyFile));
  // The checkpoints first: an entry that is written meanwhile is in none of them.
  const names = await namesIn(ask.dir);
  const texts = await Promise.all(names.map((name) => readFile(join(ask.dir, name), 'utf8')));
  const rows = await reader.selectFrom('entries').select(['file', 'seq', 'hash']).execute();
  const hashes = new Map(rows.map((row) => [`${row.file} ${row.seq}`, row.hash]));
  const broken = new Set<string>();
  let prev = '';
  for (const [index, name] of names.entries()) {
    const text = texts[index]!;
    const found = readSigned(text, key);
    if (!found) broken.add(`Checkpoint ${name} was changed, or signed with another key.`);
    else if (found.prev !== prev) broken.add(`Before checkpoint ${name} one is missing or was changed.`);
    prev = sha256(text);
    for (const { file, seq, hash } of found?.heads ?? []) {
      const now = hashes.get(`${file} ${seq}`);
      if (now === undefined) broken.add(`File ${file}: entry ${seq}, which was signed, is not there.`);
      else if (now !== hash) broken.add(`File ${file}: entry ${seq} is not the one that was signed.`);
    }
  }
  return { checkpoints: names.length, broken: [...broken] };
}

/** Signs by itself soon after each entry; returns how to stop. */
export function startCheckpoints(
  ask: Omit<CheckpointAsk, 'now' | 'dir'> & { dir: string | null; now: () => number; log: Logger },
): () => void {
  const { dir } = ask;
  if (dir === null) return () => undefined;
  let isWriting = false;
  const look = async () => {
    // One after another: a slow place must not make two checkpoints that follow the same one.
    if (isWriting) return;
    isWriting = true;
    try {
      await writeCheckpoint({ ...ask, dir, now: ask.now() });
    } catch (error) {
      ask.log.error({ error: (error as Error).message }, 'the heads could not be signed');
    }
    isWriting = false;
  };
  void look();
  const timer = setInterval(() => void look(), soonMs);
  return () => clearInterval(timer);
}

/** The newest entry of each file, but not of the made-up unit, which can be taken away. */
async function readHeads(reader: Reader): Promise<Checkpoint['heads']> {
  const rows = await reader
    .selectFrom('entries')
    .innerJoin('children', 'children.id', 'entries.file')
    .innerJoin('families', 'families.id', 'children.family_id')
    .innerJoin('units', 'units.id', 'families.unit_id')
    .select(['entries.file', 'entries.seq', 'entries.hash'])
    .where('units.made_up', '=', 0)
    .orderBy('entries.file')
    .orderBy('entries.seq')
    .execute();
  const heads = new Map(rows.map((row) => [row.file, { ...row, seq: Number(row.seq) }]));
  return [...heads.values()];
}

function readSigned(text: string, key: KeyObject): Checkpoint | null {
  try {
    const { checkpoint, signature } = JSON.parse(text) as Signed;
    const holds = verify(null, bytesOf(checkpoint), key, Buffer.from(signature, 'base64'));
    return holds ? checkpoint : null;
  } catch {
    // What cannot be read was not written by us, or not as it is now: the caller says so.
    return null;
  }
}

const bytesOf = (checkpoint: Checkpoint) => Buffer.from(canonical(checkpoint as unknown as Plain));

async function namesIn(dir: string): Promise<string[]> {
  if (!existsSync(dir)) return [];
  const names = (await readdir(dir)).filter((name) => /^checkpoint-.*\.json$/.test(name));
  return names.sort((a, b) => numberOf(a) - numberOf(b) || (a < b ? -1 : 1));
}

/** The place of a checkpoint among the others; those of before 2026-12 have their time alone, and stand before all. */
const numberOf = (name: string | undefined) => Number(/^checkpoint-(\d{8})-/.exec(name ?? '')?.[1] ?? 0);

async function signingKey(path: string): Promise<KeyObject> {
  try {
    return createPrivateKey(await readFile(path));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' });
    await writeSecret(path, String(pem));
    return privateKey;
  }
}
