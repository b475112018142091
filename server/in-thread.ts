import { Worker, type ResourceLimits } from 'node:worker_threads';

/** Longer than any honest work takes here, where nothing else is said: what answers nothing for so long never will. */
const longestMs = 10 * 60_000;
/** A thread that took longer than its work may take; it is ended. */
export class TooLong extends Error {}

/**
 * What takes minutes never stands before a board that has to open. So many run at once in each lane: each may hold a lot of
 * memory, and there are not many processors.
 */
const lanes = {
  long: { most: 2, running: 0, waiting: [] as (() => void)[] },
  documents: { most: 1, running: 0, waiting: [] as (() => void)[] },
};

/**
 * Runs a module in a thread of its own with `data` as its `workerData`; the first message that it posts is the answer.
 * What takes long is done so: letters go on meanwhile. Rejects with what the thread failed of.
 */
export async function inThread<Answer>(
  module: URL,
  data: unknown,
  {
    longest = longestMs,
    lane: name = 'long',
    ...resourceLimits
  }: ResourceLimits & { longest?: number; lane?: keyof typeof lanes } = {},
): Promise<Answer> {
  const lane = lanes[name];
  if (lane.running >= lane.most) await new Promise<void>((resolve) => lane.waiting.push(resolve));
  else lane.running++;
  try {
    return await runThread(module, data, { resourceLimits, longest });
  } finally {
    // Whoever has waited longest takes the place over.
    const next = lane.waiting.shift();
    if (next) next();
    else lane.running--;
  }
}

function runThread<Answer>(
  module: URL,
  data: unknown,
  { resourceLimits, longest }: { resourceLimits: ResourceLimits; longest: number },
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, { workerData: data, resourceLimits });
    const timer = setTimeout(() => {
      reject(new TooLong());
      void worker.terminate();
    }, longest);
    worker.once('exit', () => clearTimeout(timer));
    worker.once('message', (answer: Answer) => {
      resolve(answer);
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread ended with ${code} and no answer`)));
  });
}
