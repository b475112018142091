import { expect, it } from 'vitest';
import { cardsOf } from '#domain/board/board.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import type { Signed } from '../support/people.ts';
import { until } from '../support/until.ts';
import { openWorld } from '../support/world.ts';

it('[P22] each hand at one device is its own person, and leaves without the others', async () => {
  const world = await openWorld('sqlite');
  const { nasrin, callum } = world.people;
  // Nasrin opened the window; Callum came in beside her.
  const cookie = `${nasrin.cookie}; ${callum.cookie.replace('=', '-b=')}`;
  const laptop: Signed = { ...nasrin, cookie };
  const me = async (hand?: string) => {
    const answer = await call(world.server, laptop, 'GET', '/api/me', {
      headers: hand ? { 'Wednesday-Hand': hand } : {},
    });
    return (answer.body as { person?: { name: string } }).person?.name ?? answer.body.is;
  };
  expect([await me(), await me('b'), await me('c'), await me('z')]).toEqual([
    nasrin.name,
    callum.name,
    'nobody',
    nasrin.name,
  ]);

  // On the board each writes under their own name and no other.
  const ask = { server: world.server, family: world.family };
  const his = await new BoardClient({
    ...ask,
    member: { ...callum, cookie },
    params: { hand: 'b' },
  }).synced();
  const thought = his.add('thought', { text: 'His own', state: 'pot' });
  await his.allSaved();
  const hers = await new BoardClient({ ...ask, member: laptop }).synced();
  expect(cardsOf(hers.doc).get(thought)!.get('by')).toBe(callum.id);
  const forged = await new BoardClient({ ...ask, member: { ...callum, cookie } }).synced();
  forged.add('thought', { text: 'In her hand, under his name', state: 'pot' });
  await until(() => forged.closed?.code === 4409, 'a name that is not this hand’s');

  await call(world.server, laptop, 'POST', '/api/sign-out', { headers: { 'Wednesday-Hand': 'b' } });
  await until(() => his.closed?.code === 4401, 'he is out');
  expect([await me(), await me('b')]).toEqual([nasrin.name, 'nobody']);
  expect(hers.closed).toBeNull();
  // Who opened the window signs everybody out.
  const ines = { ...laptop, cookie: `${nasrin.cookie}; ${world.people.ines.cookie.replace('=', '-c=')}` };
  await call(world.server, ines, 'POST', '/api/sign-out');
  for (const hand of [undefined, 'c'])
    expect(
      (
        await call(world.server, ines, 'GET', '/api/me', {
          headers: hand ? { 'Wednesday-Hand': hand } : {},
        })
      ).body.is,
    ).toBe('nobody');
  for (const client of [his, hers, forged]) client.close();
});

it('[P24] a page that was opened by somebody else than the cookie says is out, over HTTP and on a board', async () => {
  const world = await openWorld('sqlite');
  const { nasrin, callum } = world.people;
  const as = (member: string) =>
    call(world.server, callum, 'GET', `/api/units/${world.unit}`, {
      headers: { 'Wednesday-Member': member },
    });
  expect([(await as(callum.id)).status, (await as(nasrin.id)).status]).toEqual([200, 401]);
  const ask = { server: world.server, family: world.family, member: callum };
  // Nasrin's page is still open, and Callum has come in meanwhile: nothing of hers is taken for his.
  const page = new BoardClient({ ...ask, params: { member: nasrin.id } });
  await until(() => page.closed?.code === 4401, 'the page of somebody else');
  await new BoardClient({ ...ask, params: { member: callum.id } }).synced();
});
