import { expect, it } from 'vitest';
import { freshPlace } from '../support/storage.ts';
import { startServer } from '../support/start-server.ts';
import { openWorld } from '../support/world.ts';

const policy = async (url: string) => {
  const { headers } = await fetch(url);
  return [headers.get('content-security-policy'), headers.get('x-frame-options')];
};

it('[P23] no frame shows the page unless the council allows its origin', async () => {
  const closed = await openWorld('sqlite');
  expect(await policy(closed.server.url)).toEqual(["frame-ancestors 'none'; form-action 'self'", null]);
  const open = await openWorld('sqlite', {
    env: { FRAME_ORIGINS: 'https://meetings.example https://calls.example' },
  });
  expect((await policy(open.server.url))[0]).toBe(
    "frame-ancestors https://meetings.example https://calls.example; form-action 'self'",
  );
  const place = await freshPlace('sqlite');
  for (const wrong of ['https://meetings.example/path', 'http://meetings.example', '*'])
    await expect(startServer({ ...place, env: { FRAME_ORIGINS: wrong } })).rejects.toThrow(
      'is not an origin',
    );
});
