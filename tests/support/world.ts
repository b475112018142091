import { onTestFinished } from 'vitest';
import { openStorage } from '../../server/storage/open.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { layUnit, type TestUnit } from './people.ts';
import { startServer, type RunningServer } from './start-server.ts';
import { freshPlace, type Engine } from './storage.ts';

/** A running server with a unit in it, and a look into its store beside it. */
export interface World extends TestUnit {
  server: RunningServer;
  storage: Storage;
}

/** A world of its own for one test. */
export async function openWorld(
  engine: Engine,
  ask: {
    env?: Record<string, string>;
    shell?: string;
    /** Without a key, for who looks at the bytes on the disk: encrypted, they say nothing in any case. */
    isPlain?: boolean;
  } = {},
): Promise<World> {
  const place = ask.isPlain
    ? { ...(await freshPlace(engine, { isEmpty: true })), keyFile: null }
    : await freshPlace(engine);
  const storage = await openStorage(place);
  onTestFinished(() => storage.close());
  const unit = await layUnit(storage);
  const env = { ...ask.env, ...(ask.isPlain && { KEY_FILE: 'none' }) };
  const server = await startServer({ ...place, ...ask, env });
  onTestFinished(() => server.stop());
  return { server, storage, ...unit };
}
