/** A thread of its own: reads the files of an import, which may be large or not what they seem, while the meeting goes on. */
import { parentPort, workerData } from 'node:worker_threads';
import { readImportFiles, type ImportFile } from './import-files.ts';

parentPort!.postMessage(readImportFiles(workerData as ImportFile[]));
