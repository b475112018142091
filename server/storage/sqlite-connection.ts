import Database from 'better-sqlite3-multiple-ciphers';

/** Opens the file with every setting that durability and privacy hang on, and reads the two back that are most easily lost. */
export function openEncrypted(file: string, hex: string | null): Database {
  const opened = new Database(file);
  if (hex !== null) {
    opened.pragma(`cipher='chacha20'`);
    opened.key(Buffer.from(`raw:${hex}`));
  }
  // journal_mode reads the file: a wrong key or a plain file fails here, before anything is written.
  opened.pragma('journal_mode = WAL');
  for (const setting of [
    'synchronous = FULL',
    'temp_store = MEMORY',
    'mmap_size = 0',
    'cell_size_check = ON',
    'trusted_schema = OFF',
    'foreign_keys = ON',
    'secure_delete = ON',
    'busy_timeout = 5000',
    'wal_autocheckpoint = 2000',
  ])
    opened.pragma(setting);
  if (opened.pragma('synchronous', { simple: true }) !== 2)
    throw new Error('SQLite did not accept synchronous=FULL');
  if (opened.pragma('temp_store', { simple: true }) !== 2)
    throw new Error('SQLite did not accept temp_store=MEMORY');
  return opened;
}
