import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import type { Signed } from '../support/people.ts';
import { ENGINES } from '../support/storage.ts';
import { openWorld, type World } from '../support/world.ts';

const ask = (world: World, who: Signed | null, device: string | null) =>
  call(world.server, who, 'POST', '/api/device', { body: { device } });
const isKept = async (world: World, device: string) =>
  (await call(world.server, null, 'GET', `/api/device/${device}`)).body.isKept;

it.each(ENGINES)(
  '[S21] a device’s key comes to its own member alone and is gone for good, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { ines, callum, delroy } = world.people;
    const first = (await ask(world, ines, null)).body as { device: string; key: string };
    expect(Buffer.from(first.key, 'base64').length).toBe(32);
    expect((await ask(world, ines, first.device)).body).toEqual(first);
    // Another member who names the device gets a device of their own, with another key.
    const his = (await ask(world, callum, first.device)).body as { device: string; key: string };
    expect([his.device === first.device, his.key === first.key]).toEqual([false, false]);
    expect([await isKept(world, first.device), await isKept(world, his.device)]).toEqual([true, true]);

    // Forgotten, signed out, taken out of the unit: no key any more.
    expect((await call(world.server, ines, 'DELETE', '/api/devices')).status).toBe(200);
    expect([await isKept(world, first.device), await isKept(world, his.device)]).toEqual([false, true]);
    const next = (await ask(world, ines, first.device)).body as { device: string; key: string };
    expect([next.device === first.device, next.key === first.key]).toEqual([false, false]);
    await call(world.server, ines, 'POST', '/api/sign-out');
    expect(await isKept(world, next.device)).toBe(false);
    const left = await call(world.server, delroy, 'PATCH', `/api/units/${world.unit}/members/${callum.id}`, {
      body: { left: true },
    });
    expect(left.status).toBe(200);
    expect(await isKept(world, his.device)).toBe(false);
    // Nobody has asked for a day: it cannot be read any more.
    const hers = (await ask(world, world.people.nasrin, null)).body as { device: string };
    await world.storage.db
      .updateTable('devices')
      .set({ until: Date.now() - 1 })
      .execute();
    expect(await isKept(world, hers.device)).toBe(false);
  },
);

it('[S23] whether a device may open without a line is the council’s to say, and is not said by mistake', async () => {
  for (const [offline, cold] of [
    [{}, false],
    [{ OFFLINE: 'tab' }, false],
    [{ OFFLINE: 'cold' }, true],
  ] as const) {
    const world = await openWorld('sqlite', { env: offline });
    expect((await ask(world, world.people.ines, null)).body.cold).toBe(cold);
  }
  await expect(openWorld('sqlite', { env: { OFFLINE: 'yes' } })).rejects.toThrow(/OFFLINE/);
});

it('[S21] a council that wants nothing kept on devices has nothing kept', async () => {
  const world = await openWorld('sqlite', { env: { OFFLINE: 'off' } });
  expect((await ask(world, world.people.ines, null)).status).toBe(403);
  expect(await world.storage.db.selectFrom('devices').selectAll().execute()).toEqual([]);
});
