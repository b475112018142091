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
  ask: { env?: Record<string, string>; shell?: string } = {},
): Promise<World> {
  const place = await freshPlace(engine);
  const storage = await openStorage(place);
  onTestFinished(() => storage.close());
  const unit = await layUnit(storage);
  const server = await startServer({ ...place, ...ask });
  onTestFinished(() => server.stop());
  return { server, storage, ...unit };
}
