import { expect, it } from 'vitest';
import { makeLink } from '../../server/identity/links.ts';
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

it('[P30] a cookie is bound to a secure address; on a plain localhost alone it goes by another name, which opens nothing elsewhere', async () => {
  const cameIn = async (env: Record<string, string>) => {
    const { server, storage } = await openWorld('sqlite', { env });
    const { token } = await makeLink(storage.db, {
      purpose: 'look-round',
      member: null,
      madeBy: null,
      now: Date.now(),
    });
    const origin = env.PUBLIC_URL ?? server.url;
    const ask = (method: string, path: string, cookie: string, body?: object) =>
      fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        headers: { Origin: origin, Cookie: cookie, 'Content-Type': 'application/json' },
        body: body ? JSON.stringify(body) : null,
      });
    const set = (await ask('POST', '/api/first-run/look-round', '', { token })).headers.getSetCookie();
    expect(set).toHaveLength(1);
    const value = /=([^;]+)/.exec(set[0]!)![1]!;
    const isIn = async (cookie: string) =>
      ((await (await ask('GET', '/api/me', cookie)).json()) as { is: string }).is !== 'nobody';
    const known = [await isIn(`__Host-wednesday=${value}`), await isIn(`wednesday=${value}`)];
    const gone = (await ask('POST', '/api/sign-out', set[0]!.split(';')[0]!, {})).headers.getSetCookie();
    return { set: set[0]!, known, gone, after: await isIn(`__Host-wednesday=${value}`) };
  };
  const plain = await cameIn({});
  expect(plain.set).toMatch(/^wednesday=[\w-]+; .*HttpOnly; SameSite=Lax$/);
  expect(plain.set).not.toMatch(/Secure/);
  const secure = await cameIn({ PUBLIC_URL: 'https://wednesday.example' });
  expect(secure.set).toMatch(/^__Host-wednesday=[\w-]+; .*Path=\/; .*HttpOnly; Secure; SameSite=Lax$/);
  // In a frame it must be secure, also on this machine.
  const framed = await cameIn({ FRAME_ORIGINS: 'https://call.example' });
  expect(framed.set).toMatch(/^__Host-wednesday=.*Secure; .*SameSite=None/);
  expect(framed.set).toMatch(/Partitioned/);
  // Signed out, nothing is left under either name.
  expect(plain.gone.map((one) => one.split('=')[0])).toEqual(['wednesday', '__Host-wednesday']);
  expect(secure.gone.map((one) => one.split('=')[0])).toEqual(['__Host-wednesday']);
  expect([plain.known, secure.known, framed.known]).toEqual([
    [true, true],
    [true, false],
    [true, false],
  ]);
  expect([plain.after, secure.after]).toEqual([false, false]);
});
