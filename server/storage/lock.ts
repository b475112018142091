import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';

/**
 * Takes a data folder for this process, or null where another has it. The lock is the system's, through an empty
 * database: it goes with the process, however that ends, and hangs on no port and no process id.
 */
export function lockFolder(
  dataDir: string,
  name: 'lock' | 'maintenance' | 'build-lock' = 'lock',
): { release: () => void } | null {
  const db = new Database(join(dataDir, name), { timeout: 0 });
  try {
    db.pragma('locking_mode = EXCLUSIVE');
    db.exec('begin exclusive');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}
