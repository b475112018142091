/**
 * The thread that owns the one SQLite connection. The main thread never waits for the disk:
 * it sends a statement or a whole batch of log rows and is answered when it has happened.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { openEncrypted } from './sqlite-connection.ts';
import { SqliteStatements, type SqliteAnswer, type SqliteRequest } from './sqlite-statements.ts';

export type WorkerRequest = { id: number; request: SqliteRequest };

export type WorkerAnswer =
  ({ id: number; ok: true } & SqliteAnswer) | { id: number; ok: false; message: string; code: string };

const port = parentPort!;
const { path, key } = workerData as { path: string; key: string | null };
const db = openEncrypted(path, key);
const statements = new SqliteStatements(db);

port.on('message', ({ id, request }: WorkerRequest) => {
  let reply: WorkerAnswer;
  try {
    reply = { id, ok: true, ...statements.answer(request) };
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    reply = { id, ok: false, message, code: code ?? 'UNKNOWN' };
  }
  port.postMessage(reply);
  if (request.do === 'close') port.close();
});
port.postMessage({
  id: 0,
  ok: true,
  rows: [{ version: db.prepare('select sqlite_version() as v').pluck().get() }],
  changes: 0,
});
