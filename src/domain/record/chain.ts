import { canonical, type Plain } from './canonical.ts';

/** SHA-256 of bytes or text, as lower-case hex; given by the caller so that this stays pure. */
export type Hash = (...parts: (string | Uint8Array)[]) => string;

/** What stands over an entry; the exact bytes are kept, not only the columns. */
export interface EntryHeader {
  v: 1;
  file: string;
  seq: number;
  at: number;
  by: string;
  session: string;
  board: string;
  boardSeq: number;
  kind: string;
  /** The entry that a correction names, else null. */
  corrects: number | null;
  prev: string;
  bodyHash: string;
}

/** An entry as it is stored. `body` and `salt` are null where the law has taken the body out. */
export interface StoredEntry {
  file: string;
  seq: number;
  header: string;
  body: string | null;
  salt: string | null;
  hash: string;
}

/** What comes before the first entry of a file. */
export const NO_ENTRY = '0'.repeat(64);

/** F2: Closes an entry: the body is hashed with its salt, the header with the hash of the entry before. */
export function sealEntry(ask: {
  header: Omit<EntryHeader, 'bodyHash'>;
  body: Plain;
  salt: string;
  hash: Hash;
}): StoredEntry {
  const body = canonical(ask.body);
  const header = canonical({ ...ask.header, bodyHash: ask.hash(ask.salt, body) });
  return {
    file: ask.header.file,
    seq: ask.header.seq,
    header,
    body,
    salt: ask.salt,
    hash: ask.hash(new Uint8Array([0]), ask.header.prev, header),
  };
}

/** Why the chain of a file does not hold. */
export type Break = { seq: number; why: string };

/** F3: Checks one file from its first entry; null if every link holds, else the first entry that does not. */
export function verifyFile(file: string, entries: readonly StoredEntry[], hash: Hash): Break | null {
  let prev = NO_ENTRY;
  let seq = 0;
  for (const entry of entries) {
    seq++;
    const why = verifyEntry(entry, { file, seq, prev, hash });
    if (why) return { seq: Math.min(seq, entry.seq), why };
    prev = entry.hash;
  }
  return null;
}

function verifyEntry(
  entry: StoredEntry,
  expected: { file: string; seq: number; prev: string; hash: Hash },
): string | null {
  let header: EntryHeader;
  try {
    header = JSON.parse(entry.header) as EntryHeader;
    if (canonical(header as unknown as Plain) !== entry.header) return 'its header is not as it was written';
  } catch {
    // A header that cannot be read is a broken link like any other.
    return 'its header cannot be read';
  }
  if (entry.seq !== expected.seq || header.seq !== expected.seq) return 'an entry before it is missing';
  if (entry.file !== expected.file || header.file !== expected.file) return 'it belongs to another file';
  if (header.prev !== expected.prev) return 'it does not follow the entry before it';
  if (expected.hash(new Uint8Array([0]), header.prev, entry.header) !== entry.hash)
    return 'its hash does not fit';
  if (
    entry.body !== null &&
    (entry.salt === null || expected.hash(entry.salt, entry.body) !== header.bodyHash)
  )
    return 'its words are not the ones that were written';
  return null;
}
