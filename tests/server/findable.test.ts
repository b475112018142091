import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { layFamily, layMember, layOtherUnit } from '../support/people.ts';
import { ENGINES } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld } from '../support/world.ts';

it.each(ENGINES)(
  '[P26] a restricted family whose last named member goes falls to the consultant alone, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { delroy, nasrin, callum, yewande } = world.people;
    const db = world.storage.db;
    const family = await layFamily(world.storage, { unit: world.unit, name: 'Osei', restricted: true });
    await db.insertInto('family_access').values({ family_id: family, member_id: nasrin.id }).execute();
    const finds = async (who: typeof delroy) =>
      JSON.stringify((await call(world.server, who, 'GET', `/api/units/${world.unit}`)).body).includes(
        'Osei',
      );
    expect([await finds(nasrin), await finds(yewande)]).toEqual([true, false]);
    await call(world.server, delroy, 'POST', `/api/units/${world.unit}/links`, {
      body: { member: nasrin.id },
    });

    const patch = (body: object) =>
      call(world.server, delroy, 'PATCH', `/api/units/${world.unit}/members/${nasrin.id}`, { body });
    expect((await patch({ role: 'guest' })).status).toBe(200);
    expect([await finds(yewande), await finds(callum), await finds(delroy)]).toEqual([true, false, false]);
    expect((await patch({ left: true })).status).toBe(200);
    // The link that was handed to them is no good any more, whether they come back or not.
    const links = await db
      .selectFrom('links')
      .select('withdrawn_at')
      .where('member_id', '=', nasrin.id)
      .execute();
    expect(links.map((link) => link.withdrawn_at === null)).toEqual([false]);
    const audit = await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`);
    const acts = (audit.body as { lines: { act: string; subject: string }[] }).lines;
    expect(acts).toContainEqual(
      expect.objectContaining({ act: 'restricted family fell to them', subject: yewande.id }),
    );
    // Only who manages reads it, and it holds no family and no child by name.
    expect(audit.text).not.toMatch(/Osei|Kaya|Aylin|Deniz/);
    expect((await call(world.server, yewande, 'GET', `/api/units/${world.unit}/audit`)).status).not.toBe(500);
    expect((await call(world.server, callum, 'GET', `/api/units/${world.unit}/audit`)).status).toBe(404);
  },
);

it('[P26] a family that is restricted without a name is found by whoever said so', async () => {
  const world = await openWorld('sqlite');
  const { delroy } = world.people;
  const path = `/api/families/${world.family}`;
  expect((await call(world.server, delroy, 'PATCH', path, { body: { restricted: true } })).status).toBe(200);
  const found = await call(world.server, delroy, 'GET', `/api/units/${world.unit}`);
  expect(found.text).toContain('Kaya-Bright');
});

it('[P27] who signs out is in the audit of their unit', async () => {
  const world = await openWorld('sqlite');
  const { ines, delroy } = world.people;
  await call(world.server, ines, 'POST', '/api/sign-out', { body: {} });
  const { lines } = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`)).body as {
    lines: { act: string; member: string }[];
  };
  expect(lines).toContainEqual(expect.objectContaining({ act: 'went out', member: ines.id }));
});

it('[P27] who asks for a family that is not theirs is in the audit of its unit, once, by page and by socket', async () => {
  const world = await openWorld('sqlite');
  const { delroy, callum } = world.people;
  const unit = await layOtherUnit(world.storage, world.unit);
  const other = await layMember(world.storage, { unit, name: 'Eve', role: 'coordinator' });
  const path = `/api/families/${world.family}`;
  const turnedAway = async () => {
    const { lines } = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}/audit`)).body as {
      lines: { act: string; member: string; subject: string }[];
    };
    return lines.filter(({ act }) => act === 'was turned away');
  };
  await call(world.server, callum, 'GET', path);
  expect(await turnedAway()).toEqual([]);
  // A family that there is not leaves no trace: it is nobody's.
  await call(world.server, other, 'GET', `/api/families/${randomUUID()}`);
  for (let time = 0; time < 3; time++)
    expect((await call(world.server, other, 'GET', path)).status).toBe(404);
  const socket = new BoardClient({ server: world.server, family: world.family, member: other });
  onTestFinished(() => socket.close());
  await until(() => socket.closed !== null, 'the board stays shut');
  expect(await turnedAway()).toEqual([expect.objectContaining({ member: other.id, subject: world.family })]);
});
