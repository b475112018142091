/** A thread of its own: opens one copy, reads every file and every document in it, and answers with what does not hold. */
import { parentPort, workerData } from 'node:worker_threads';
import { sql } from 'kysely';
import { openCopy } from '../storage/open.ts';
import { verifyAll } from '../storage/queries/files.ts';
import { verifyDocuments } from '../storage/queries/verify.ts';

const { path, keyFile } = workerData as { path: string; keyFile: string | null };
const copy = await openCopy(path, keyFile);
const found: string[] = [];
const checked = await sql<{ quick_check: string }>`pragma quick_check`.execute(copy.db);
if (checked.rows[0]?.quick_check !== 'ok') found.push('the copy cannot be read whole');
for (const { file, seq, why } of (await verifyAll(copy.db)).broken)
  found.push(`file ${file}, entry ${seq}: ${why}`);
for (const { doc, why } of (await verifyDocuments(copy.db)).damaged) found.push(`board ${doc}: ${why}`);
await copy.close();
parentPort!.postMessage(found);
