/**
 * The encrypted copy on a member's own device. Its key lies beside it only wrapped: by a key that the server holds, so that
 * without the server it is noise; and, where the council allows a cold start, once more by a key that only the member's
 * passkey can make again, for a day at most (S21 and S23 in the rules; shared TRUST section 4).
 */
import { ApiRefusal, Client } from './api.ts';
import { KEPT, keptHere, remember, remembered } from './remembered.ts';

/** Why nothing is opened. */
const SAYS = {
  tooOld: 'What was kept here is more than a day old. Come in when there is a connection.',
  otherKey: 'That passkey does not open what is kept here.',
};
const STORE = 'kept';
const MINE = 'only-i-use-this-device';
/** How long a cold start is possible after its member last came in with their passkey, milliseconds. */
const coldMs = 24 * 3_600_000;
const AES = { name: 'AES-GCM', length: 256 };
const USES: KeyUsage[] = ['encrypt', 'decrypt'];

/** Whether this device's member has said that nobody else uses it. */
export const isMine = () => remembered(MINE) === 'yes';
export function setMine(yes: boolean): void {
  remember(MINE, yes ? 'yes' : null);
}

/** A key that a passkey makes from a salt, and nothing else can (WebAuthn's PRF). */
export interface PasskeyKey {
  /** Whose it is, and until when it opens anything, epoch milliseconds: a day after they came in. */
  member: string;
  until: number;
  credential: string;
  salt: Uint8Array<ArrayBuffer>;
  key: CryptoKey;
}
/** What the passkey made when its member came in, until it is needed. */
let made: PasskeyKey | null = null;
export function holdPasskeyKey(key: Omit<PasskeyKey, 'member' | 'until'> | null, member: string): void {
  made = key && { ...key, member, until: Date.now() + coldMs };
}

interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  bytes: ArrayBuffer;
}
interface Device {
  device: string;
  /** The key of all that lies here, wrapped by the server's (AES-KW). */
  wrapped: ArrayBuffer;
  /** The same, sealed by the passkey's until a moment in epoch milliseconds that is bound to it. */
  cold: (Sealed & { credential: string; salt: Uint8Array<ArrayBuffer>; until: number }) | null;
}

/** What lies on this device, opened. */
export class Disk {
  readonly #db: IDBDatabase;
  readonly #key: CryptoKey;
  readonly #device: string;
  /** Whether it can be opened without a line too. */
  readonly isCold: boolean;

  constructor(ask: { db: IDBDatabase; key: CryptoKey; device: string; isCold: boolean }) {
    this.#db = ask.db;
    this.#key = ask.key;
    this.#device = ask.device;
    this.isCold = ask.isCold;
  }

  async put(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    const sealed = await seal(this.#key, bytes, this.#bound(name));
    await done(this.#db, (kept) => kept.put(sealed, name));
  }
  async get(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const sealed = (await asked(store(this.#db).get(name))) as Sealed | undefined;
    return sealed ? unseal(this.#key, sealed, this.#bound(name)) : null;
  }
  async remove(name: string): Promise<void> {
    await done(this.#db, (kept) => kept.delete(name));
  }
  /** The names that begin with `prefix`. */
  async names(prefix: string): Promise<string[]> {
    const range = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
    return (await asked(store(this.#db).getAllKeys(range))) as string[];
  }

  #bound(name: string): string {
    return `${name}|${this.#device}`;
  }
}

/** Opens the copy with the server's key; one that nobody can read any more is cleared and begun anew. */
export const openDisk = (): Promise<Disk> =>
  // One tab after the other: of two that find nothing here, one makes the key.
  navigator.locks.request('the device', openInTurn);

async function openInTurn(): Promise<Disk> {
  const db = await openDatabase();
  const kept = await recordOf(db);
  // Asked for by whoever opened the window, whoever holds the pen just now.
  const told = await new Client({}).send('POST /api/device', {}, { device: kept?.device ?? null });
  const server = await crypto.subtle.importKey('raw', fromBase64(told.key), 'AES-KW', false, [
    'wrapKey',
    'unwrapKey',
  ]);
  const unwrapped = (wrapped: ArrayBuffer, isExtractable: boolean) =>
    crypto.subtle.unwrapKey('raw', wrapped, server, 'AES-KW', 'AES-GCM', isExtractable, USES);
  let record = kept?.device === told.device ? kept : null;
  if (!record) {
    await done(db, (kept) => kept.clear());
    const key = await crypto.subtle.generateKey(AES, true, USES);
    record = {
      device: told.device,
      wrapped: await crypto.subtle.wrapKey('raw', key, server, 'AES-KW'),
      cold: null,
    };
  }
  if (!told.cold) record.cold = null;
  else if (made?.member === told.member) {
    const { until } = made;
    const raw = await crypto.subtle.exportKey('raw', await unwrapped(record.wrapped, true));
    const sealed = await seal(made.key, new Uint8Array(raw), coldBound(record.device, until));
    record.cold = { ...sealed, credential: made.credential, salt: made.salt, until };
  }
  made = null;
  await done(db, (kept) => kept.put(record satisfies Device, 'device'));
  const key = await unwrapped(record.wrapped, false);
  return new Disk({ db, key, device: record.device, isCold: record.cold !== null });
}

/** Until when this device's copy opens without a line, epoch milliseconds; null where it does not. */
export async function coldUntil(): Promise<number | null> {
  if (!isMine() || !(await keptHere())) return null;
  const db = await openDatabase();
  const until = (await recordOf(db))?.cold?.until ?? 0;
  db.close();
  return until > Date.now() ? until : null;
}

/** Opens the copy without the server: `keyAgain` has the member's passkey make its key again. */
export async function openColdDisk(
  keyAgain: (ask: Pick<PasskeyKey, 'credential' | 'salt'>) => Promise<CryptoKey>,
): Promise<Disk> {
  const db = await openDatabase();
  const record = await recordOf(db);
  const cold = record?.cold;
  if (!cold || cold.until <= Date.now()) throw new ApiRefusal('offline', SAYS.tooOld);
  const key = await keyAgain(cold);
  const raw = await unseal(key, cold, coldBound(record.device, cold.until)).catch(() => {
    throw new ApiRefusal('offline', SAYS.otherKey);
  });
  return new Disk({
    db,
    key: await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, USES),
    device: record.device,
    isCold: true,
  });
}

/** Deletes what this device keeps, if nobody could read it any more, or at once where it is nobody's own. */
export async function tidyDevice(): Promise<void> {
  if (!(await keptHere())) return;
  if (isMine()) {
    const db = await openDatabase();
    const record = await recordOf(db);
    if (record?.cold && record.cold.until <= Date.now())
      await done(db, (kept) => kept.put({ ...record, cold: null } satisfies Device, 'device'));
    db.close();
    if (record) {
      const { isKept } = await new Client({}).get('/api/device/:device', { device: record.device });
      if (isKept) return;
    }
  }
  indexedDB.deleteDatabase(KEPT);
}

/** The day is part of what is sealed: one that was written anew opens nothing. */
const coldBound = (device: string, until: number) => `cold|${device}|${until}`;

async function seal(key: CryptoKey, bytes: Uint8Array<ArrayBuffer>, bound: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, bytes: await crypto.subtle.encrypt(gcm(iv, bound), key, bytes) };
}
const unseal = async (key: CryptoKey, { iv, bytes }: Sealed, bound: string) =>
  new Uint8Array(await crypto.subtle.decrypt(gcm(iv, bound), key, bytes));
const gcm = (iv: Uint8Array<ArrayBuffer>, bound: string) => ({
  name: 'AES-GCM',
  iv,
  additionalData: new TextEncoder().encode(bound),
});

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

function openDatabase(): Promise<IDBDatabase> {
  const opening = indexedDB.open(KEPT, 1);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
  return asked(opening).then((db) => {
    // Another tab that deletes it is not kept waiting.
    db.onversionchange = () => db.close();
    return db;
  });
}

const store = (db: IDBDatabase) => db.transaction(STORE, 'readonly').objectStore(STORE);
const recordOf = async (db: IDBDatabase) => (await asked(store(db).get('device'))) as Device | undefined;

/** Changes something, and waits until it is on the disk. */
function done(db: IDBDatabase, change: (kept: IDBObjectStore) => IDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(STORE, 'readwrite');
    transaction.oncomplete = () => resolve();
    transaction.onabort = transaction.onerror = () =>
      reject(transaction.error ?? new Error('the device does not answer'));
    change(transaction.objectStore(STORE));
  });
}

function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('the device does not answer'));
  });
}
