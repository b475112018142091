import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { openWorld } from '../support/world.ts';

it('[P25] what is answered is nobody else’s to keep, and is read in one charset alone', async () => {
  const world = await openWorld('sqlite');
  const { delroy } = world.people;
  for (const path of ['/api/openapi.json', '/api/today', `/api/units/${world.unit}`, '/api/nothing']) {
    const response = await fetch(`${world.server.url}${path}`, { headers: { Cookie: delroy.cookie } });
    expect(response.headers.get('cache-control'), path).toBe('no-store');
    expect(response.headers.get('x-content-type-options'), path).toBe('nosniff');
    expect(response.headers.get('referrer-policy'), path).toBe('no-referrer');
  }
  const search = (charset: string) =>
    call(world.server, delroy, 'POST', '/api/search', {
      body: { query: 'x' },
      headers: { 'Content-Type': `application/json; charset=${charset}` },
    });
  expect((await search('utf-8')).status).toBe(200);
  for (const charset of ['utf-7', 'utf-16', 'iso-8859-1'])
    expect((await search(charset)).status, charset).not.toBe(200);
});

it('[I5] an import that is not what it seems is refused in words, and holds nobody up', async () => {
  const world = await openWorld('sqlite');
  const bring = (name: string, text: string) =>
    call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/import`, {
      body: { files: [{ name, text }], dryRun: true, seen: null },
    });
  const beside = async () => (await fetch(`${world.server.url}/healthz`)).status;
  const [commas, nested, health] = await Promise.all([
    bring('children.csv', ','.repeat(6_000_000)),
    bring('unit.json', `{"children":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`),
    beside(),
  ]);
  expect(health).toBe(200);
  for (const answer of [commas, nested]) expect(answer.status).toBeLessThan(500);
  expect(JSON.stringify(nested.body)).toContain('nested more deeply than any table');
  // Small in bytes and far more than that in memory: it is too much for its own thread alone.
  const many = await bring('unit.json', `{"children":[${'{},'.repeat(2_600_000)}{}]}`);
  expect([many.status, many.body.code]).toEqual([400, 'import-unreadable']);
  expect(await beside()).toBe(200);
});
