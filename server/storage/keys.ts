import { createHash, randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';

/** Where the key lies that an installation makes for itself. */
export const ownKeyFile = (dataDir: string) => join(dataDir, 'key');

/** A sign by which a key is known without being told: in the names of copies, and to whoever keeps it elsewhere. */
export const fingerprint = (key: string) =>
  createHash('sha256').update(`wednesday ${key}`).digest('hex').slice(0, 8);

/** In the name of a copy: which key opens it, so that somebody who has several copies and keys need not try. */
export const openedBy = (keyId: string | null): string => (keyId === null ? '' : `.key-${keyId}`);

/** Reads a raw key: 32 bytes in hex, in a file that only its owner can read. Null where there is none. */
export async function readKey(file: string | null): Promise<string | null> {
  if (file === null || !existsSync(file)) return null;
  if (process.platform !== 'win32' && ((await stat(file)).mode & 0o077) !== 0)
    throw new Error(`KEY_FILE ${file} can be read by others. Give it to its owner alone: chmod 600.`);
  const hex = (await readFile(file, 'utf8')).trim();
  if (!/^[0-9a-f]{64}$/i.test(hex))
    throw new Error(`KEY_FILE ${file} must hold 64 hexadecimal digits (32 bytes).`);
  return hex;
}

/** Makes a key where there is none yet; it is on the disk before anything is written with it. */
export async function makeKey(path: string): Promise<void> {
  await writeSecret(path, `${randomBytes(32).toString('hex')}\n`);
}

/** Writes a file that only its owner can read: it has its name when it is whole, and one that is there is never overwritten. */
export async function writeSecret(path: string, text: string): Promise<void> {
  const part = `${path}.${randomBytes(4).toString('hex')}`;
  const file = await open(part, 'wx', 0o600);
  await file.writeFile(text);
  await file.sync();
  await file.close();
  await link(part, path);
  await rm(part);
  const folder = await open(dirname(path), 'r');
  await folder.sync();
  await folder.close();
}

/** Whether a file is a database that anybody can read: it says so in its first bytes. */
export async function isPlain(path: string): Promise<boolean> {
  if (!existsSync(path)) return false;
  const file = await open(path, 'r');
  const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
  await file.close();
  return buffer.toString('latin1') === 'SQLite format 3\0';
}

/** Encrypts a plain database in its place; nobody else may have it open. */
export function encryptFile(path: string, key: string): void {
  const db = new Database(path);
  try {
    db.pragma('journal_mode = DELETE');
    db.pragma(`cipher='chacha20'`);
    db.rekey(Buffer.from(`raw:${key}`));
  } finally {
    db.close();
  }
}
