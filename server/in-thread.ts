import { Worker, type ResourceLimits } from 'node:worker_threads';

/**
 * Runs a module in a thread of its own with `data` as its `workerData`; the first message that it posts is the answer.
 * What takes long is done so: letters go on meanwhile. Rejects with what the thread failed of.
 */
export function inThread<Answer>(
  module: URL,
  data: unknown,
  resourceLimits: ResourceLimits = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, { workerData: data, resourceLimits });
    worker.once('message', (answer: Answer) => {
      resolve(answer);
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread ended with ${code} and no answer`)));
  });
}
