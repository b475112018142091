/**
 * A thread with a connection of its own that copies the whole file while others write to it, and reads every page of it on
 * the way: a copy alone rebuilds its indexes and would never look at the old ones. Without `to` it only looks.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openEncrypted } from './sqlite-connection.ts';

const { path, key, to } = workerData as { path: string; key: string | null; to: string | null };
const db = openEncrypted(path, key);
const found: string[] = [];
try {
  const [checked] = db.prepare('pragma integrity_check(1)').all() as { integrity_check: string }[];
  if (checked!.integrity_check !== 'ok') found.push('the data has a page that is not as it was written');
} catch {
  // A page that its cipher does not hold for cannot be read at all.
  found.push('the data has a page that cannot be read');
}
let isCopied = to !== null;
try {
  if (to !== null) db.prepare('vacuum into ?').run(to);
} catch (error) {
  isCopied = false;
  found.push(`it could not be copied (${(error as { code?: string }).code ?? (error as Error).name})`);
}
db.close();
parentPort!.postMessage({ found, isCopied });
