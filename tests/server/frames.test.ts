import { expect, it } from 'vitest';
import { policyOf } from '../../server/page.ts';
import { freshPlace } from '../support/storage.ts';
import { startServer } from '../support/start-server.ts';
import { openWorld } from '../support/world.ts';

const headers = async (url: string) => (await fetch(url)).headers;

it('[P23] no frame shows the page unless the council allows its origin', async () => {
  const closed = await openWorld('sqlite');
  expect((await headers(closed.server.url)).get('content-security-policy')).toContain(
    "frame-ancestors 'none'",
  );
  const open = await openWorld('sqlite', {
    env: { FRAME_ORIGINS: 'https://meetings.example https://calls.example' },
  });
  const framed = await headers(open.server.url);
  expect(framed.get('content-security-policy')).toContain(
    'frame-ancestors https://meetings.example https://calls.example',
  );
  // The older header knows no list, and would shut the meeting application out.
  expect(framed.get('x-frame-options')).toBe(null);
  const place = await freshPlace('sqlite');
  for (const wrong of ['https://meetings.example/path', 'http://meetings.example', '*'])
    await expect(startServer({ ...place, env: { FRAME_ORIGINS: wrong } })).rejects.toThrow(
      'is not an origin',
    );
});

it('[P29] a page may run its own files and named markup alone; what is no page may do nothing', async () => {
  const world = await openWorld('sqlite');
  const page = (await headers(world.server.url)).get('content-security-policy')!;
  expect(page).not.toMatch(/unsafe-inline|unsafe-eval|\*|https?:/);
  for (const path of ['/api/today', '/api/openapi.json', '/healthz', '/api/nothing'])
    expect((await headers(world.server.url + path)).get('content-security-policy'), path).toBe(
      "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    );
  const parts = { publicUrl: new URL('https://wednesday.example'), frameOrigins: [] };
  expect(policyOf('<script>begin()</script>', parts)).not.toBe(policyOf('<script>end()</script>', parts));
  expect(policyOf('<script>begin()</script>', parts)).toContain("script-src 'self' 'sha256-");
  expect(policyOf('', parts)).toContain("script-src 'self'; ");
  expect(policyOf('', parts)).toContain("connect-src 'self' wss://wednesday.example");
});

it('[P29] an answer that no route of ours makes carries the same headers', async () => {
  const world = await openWorld('sqlite');
  for (const path of ['/live/?EIO=4&transport=polling', '/_app/immutable/nothing.js', '/_app/version.json']) {
    const told = await headers(world.server.url + path);
    expect(told.get('x-content-type-options'), path).toBe('nosniff');
    expect(told.get('content-security-policy'), path).toContain("default-src 'none'");
  }
});

it('[P29] over TLS a browser is told to stay there; over a plain address of one machine it is not', async () => {
  const plain = await openWorld('sqlite');
  expect((await headers(plain.server.url)).get('strict-transport-security')).toBe(null);
  const world = await openWorld('sqlite', { env: { PUBLIC_URL: 'https://wednesday.example' } });
  const told = await fetch(`http://127.0.0.1:${new URL(world.server.url).port}/`, {
    headers: { Accept: 'text/html' },
  });
  expect(told.headers.get('strict-transport-security')).toMatch(/^max-age=31536000; includeSubDomains$/);
});
