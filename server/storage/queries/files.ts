import { createHash, randomBytes } from 'node:crypto';
import { Refusal } from '#domain/errors.ts';
import type { Plain } from '#domain/record/canonical.ts';
import {
  NO_ENTRY,
  sealEntry,
  verifyFile,
  type Break,
  type EntryHeader,
  type Hash,
  type StoredEntry,
} from '#domain/record/chain.ts';
import { wordsOfBody, type EntryBody } from '#domain/record/render.ts';
import type { Reader, Trx } from '../storage.ts';
import { putFindable } from './search.ts';

/** SHA-256 over the parts, one after another, in hex. */
export const sha256: Hash = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
};

/** An entry as it is read. */
export interface FileEntry {
  seq: number;
  at: number;
  kind: string;
  by: string;
  corrects: number | null;
  hash: string;
  body: EntryBody | { text: string } | null;
}

async function storedEntries(reader: Reader, file: string): Promise<StoredEntry[]> {
  const rows = await reader
    .selectFrom('entries')
    .select(['file', 'seq', 'header', 'body', 'salt', 'hash'])
    .where('file', '=', file)
    .orderBy('seq')
    .execute();
  return rows.map((row) => ({ ...row, seq: Number(row.seq) }));
}

/** A child's file, oldest first, with whether every link holds. */
export async function readFile(
  reader: Reader,
  file: string,
): Promise<{ entries: FileEntry[]; broken: Break | null; head: string }> {
  const stored = await storedEntries(reader, file);
  const broken = verifyFile(file, stored, sha256);
  const entries = stored.flatMap((entry) => {
    const header = readHeader(entry.header);
    return header
      ? [
          {
            seq: entry.seq,
            at: header.at,
            kind: header.kind,
            by: header.by,
            corrects: header.corrects,
            hash: entry.hash,
            body: entry.body === null ? null : (JSON.parse(entry.body) as FileEntry['body']),
          },
        ]
      : [];
  });
  return { entries, broken, head: stored.at(-1)?.hash ?? NO_ENTRY };
}

function readHeader(text: string): EntryHeader | null {
  try {
    return JSON.parse(text) as EntryHeader;
  } catch {
    // verifyFile names this entry as the broken one; here it only cannot be shown.
    return null;
  }
}

/** Appends an entry to a file in the caller's transaction; refuses where a link does not hold. */
export async function appendEntry(
  trx: Trx,
  ask: {
    file: string;
    at: number;
    by: string;
    session: string;
    board: string;
    boardSeq: number;
    kind: string;
    corrects: number | null;
    body: Plain;
  },
): Promise<{ seq: number; hash: string }> {
  const stored = await storedEntries(trx, ask.file);
  if (verifyFile(ask.file, stored, sha256)) throw new Refusal('chain-broken');
  const { body, ...about } = ask;
  const seq = stored.length + 1;
  const sealed = sealEntry({
    header: { v: 1, ...about, seq, prev: stored.at(-1)?.hash ?? NO_ENTRY },
    body,
    salt: randomBytes(16).toString('hex'),
    hash: sha256,
  });
  await trx
    .insertInto('entries')
    .values({
      file: ask.file,
      seq,
      at: ask.at,
      kind: ask.kind,
      header: sealed.header,
      body: sealed.body,
      salt: sealed.salt,
      hash: sealed.hash,
    })
    .execute();
  const { family_id: family } = await trx
    .selectFrom('children')
    .select('family_id')
    .where('id', '=', ask.file)
    .executeTakeFirstOrThrow();
  await putFindable(trx, [
    {
      family,
      ref: `${ask.file}/${seq}`,
      kind: 'entry',
      text: wordsOfBody(sealed.body!),
      by: ask.by,
      at: ask.at,
    },
  ]);
  return { seq, hash: sealed.hash };
}

/** Verifies every file; answers with those that do not hold. */
export async function verifyAll(
  reader: Reader,
): Promise<{ files: number; entries: number; broken: { file: string; seq: number; why: string }[] }> {
  const files = await reader.selectFrom('entries').select('file').distinct().orderBy('file').execute();
  const broken = [];
  let entries = 0;
  for (const { file } of files) {
    const stored = await storedEntries(reader, file);
    entries += stored.length;
    const found = verifyFile(file, stored, sha256);
    if (found) broken.push({ file, ...found });
  }
  return { files: files.length, entries, broken };
}
