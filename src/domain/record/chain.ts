import { canonical, type Plain } from './canonical.ts';

/** SHA-256 of bytes or text, as lower-case hex; given by the caller so that this stays pure. */
export type Hash = (...parts: (string | Uint8Array)[]) => string;

/** The entry that a correction, an answer or a redaction names. */
export interface Reference {
  kind: 'corrects' | 'answers' | 'redacts';
  seq: number;
}

interface AnyHeader {
  file: string;
  seq: number;
  at: number;
  by: string;
  session: string;
  board: string;
  boardSeq: number;
  kind: string;
  prev: string;
  bodyHash: string;
}

/** The header that was written until 2026-11: of the three it knows the correction alone. */
interface FirstHeader extends AnyHeader {
  v: 1;
  corrects: number | null;
}

/** What stands over an entry; the exact bytes are kept, not only the columns. */
export interface EntryHeader extends AnyHeader {
  v: 2;
  refers: Reference | null;
}

/** An entry as it is stored. `body` and `salt` are null where the law has taken the body out. */
export interface StoredEntry {
  file: string;
  seq: number;
  at: number;
  kind: string;
  header: string;
  body: string | null;
  salt: string | null;
  hash: string;
}

/** Who wrote an entry that was made at the command line: nobody of the unit. */
export const OPERATOR = 'operator';

/** What comes before the first entry of a file. */
export const NO_ENTRY = '0'.repeat(64);

/** F3: Closes an entry: the body is hashed with its salt, the header with the hash of the entry before. */
export function sealEntry(ask: {
  header: Omit<EntryHeader, 'bodyHash'>;
  body: Plain;
  salt: string;
  hash: Hash;
}): StoredEntry {
  const body = canonical(ask.body);
  const { refers, ...rest } = ask.header;
  const header = canonical({
    ...rest,
    refers: refers && { kind: refers.kind, seq: refers.seq },
    bodyHash: ask.hash(ask.salt, body),
  });
  return {
    file: ask.header.file,
    seq: ask.header.seq,
    at: ask.header.at,
    kind: ask.header.kind,
    header,
    body,
    salt: ask.salt,
    hash: ask.hash(new Uint8Array([0]), ask.header.prev, header),
  };
}

/** Why the chain of a file does not hold. */
export type Break = { seq: number; why: string };

/** Reads a header of either version, or null where it is none. */
export function readHeader(text: string): EntryHeader | null {
  let header: Partial<FirstHeader | EntryHeader> | null;
  try {
    header = JSON.parse(text) as Partial<FirstHeader | EntryHeader> | null;
  } catch {
    // What cannot be read is no header: the caller names the entry.
    return null;
  }
  if (header === null || typeof header !== 'object') return null;
  const { file, seq, at, by, kind, prev, bodyHash } = header;
  const words = [file, by, kind, prev, bodyHash];
  if (
    !words.every((one) => typeof one === 'string') ||
    !Number.isSafeInteger(seq) ||
    !Number.isSafeInteger(at)
  )
    return null;
  if (header.v === 2) return header as EntryHeader;
  if (header.v !== 1) return null;
  const { corrects, ...rest } = header as FirstHeader;
  return { ...rest, v: 2, refers: corrects === null ? null : { kind: 'corrects', seq: corrects } };
}

/** F3, F16: Checks one file from its first entry; null if every link holds, else the first entry that does not. */
export function verifyFile(file: string, entries: readonly StoredEntry[], hash: Hash): Break | null {
  let prev = NO_ENTRY;
  let seq = 0;
  const redacted = new Set(
    entries.flatMap(({ header }) => {
      const refers = readHeader(header)?.refers;
      return refers?.kind === 'redacts' ? [refers.seq] : [];
    }),
  );
  for (const entry of entries) {
    seq++;
    const why = verifyEntry(entry, { file, seq, prev, isRedacted: redacted.has(seq), hash });
    if (why) return { seq: Math.min(seq, entry.seq), why };
    prev = entry.hash;
  }
  return null;
}

function verifyEntry(
  entry: StoredEntry,
  expected: { file: string; seq: number; prev: string; isRedacted: boolean; hash: Hash },
): string | null {
  const header = readHeader(entry.header);
  if (header === null) return 'its header cannot be read';
  if (!isCanonical(entry.header)) return 'its header is not as it was written';
  if (entry.seq !== expected.seq || header.seq !== expected.seq) return 'an entry before it is missing';
  if (entry.file !== expected.file || header.file !== expected.file) return 'it belongs to another file';
  if (header.prev !== expected.prev) return 'it does not follow the entry before it';
  if (expected.hash(new Uint8Array([0]), header.prev, entry.header) !== entry.hash)
    return 'its hash does not fit';
  if (header.at !== entry.at || header.kind !== entry.kind)
    return 'its time or its kind beside the header is not the one that was written';
  if (entry.body === null) {
    if (!expected.isRedacted) return 'its words were taken out and no entry says so';
    return entry.salt === null ? null : 'its words were taken out in part';
  }
  if (expected.isRedacted) return 'its words are there although an entry says that they were taken out';
  if (entry.salt === null || expected.hash(entry.salt, entry.body) !== header.bodyHash)
    return 'its words are not the ones that were written';
  return null;
}

function isCanonical(text: string): boolean {
  try {
    return canonical(JSON.parse(text) as Plain) === text;
  } catch {
    // A number or a character that canonical JSON does not hold.
    return false;
  }
}
