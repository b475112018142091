import { expect, it, onTestFinished } from 'vitest';
import type { News } from '../../server/bus/bus.ts';
import { memoryBus } from '../../server/bus/memory-bus.ts';
import { watchEpochs } from '../../server/identity/epochs.ts';
import { openStorage } from '../../server/storage/open.ts';
import { raiseEpochs } from '../../server/storage/queries/people.ts';
import { layUnit } from '../support/people.ts';
import { ENGINES, freshPlace } from '../support/storage.ts';

it.each(ENGINES)('[P10] a right that was changed beside the server is told in it, on %s', async (engine) => {
  const place = await freshPlace(engine);
  const [storage, beside] = [await openStorage(place), await openStorage(place)];
  const { people } = await layUnit(storage);
  const heard: News[] = [];
  const bus = memoryBus(() => undefined);
  bus.listen((news) => heard.push(news));
  const stop = watchEpochs({ storage, bus, report: () => undefined }, 20);
  onTestFinished(async () => {
    stop();
    await Promise.all([storage.close(), beside.close()]);
  });
  // The first look learns what is; from then on each change is told, and nobody whose right stands is named.
  for (let tries = 0; heard.length === 0 && tries < 500; tries++)
    await beside.write((trx) => raiseEpochs(trx, [people.callum.id]));
  expect(heard[0]).toEqual({ about: 'rights', members: [people.callum.id] });
});
