import { expect, it, onTestFinished } from 'vitest';
import { endFirstRun } from '../../server/identity/links.ts';
import { openStorage } from '../../server/storage/open.ts';
import { call } from '../support/call.ts';
import { startServer } from '../support/start-server.ts';
import { ENGINES, freshPlace } from '../support/storage.ts';
import { until } from '../support/until.ts';

it.each(ENGINES)(
  '[P31] the first start goes on where it was: its link leads to the coordinator’s passkey until there is one, on %s',
  async (engine) => {
    const place = await freshPlace(engine);
    const server = await startServer(place);
    onTestFinished(() => server.stop());
    const printed = () => /first-run#(\S+)/.exec(server.output())?.[1];
    await until(() => printed() !== undefined, 'the link of the first start');
    const token = printed()!;
    const check = async (of: string) => {
      const { status, body } = await call(server, null, 'POST', '/api/first-run/check', {
        body: { token: of },
      });
      return { status, enrol: body.enrol as string | null };
    };
    const mayEnrol = async (link: string) =>
      (await call(server, null, 'POST', '/api/enrol/ask', { body: { token: link } })).status;

    expect(await check(token)).toEqual({ status: 200, enrol: null });
    expect((await check('x'.repeat(40))).status).toBe(410);
    const { body } = await call(server, null, 'POST', '/api/first-run/unit', {
      body: { token, unit: 'Hawthorn', members: [{ name: 'Ruth Adeyemi', role: 'coordinator' }] },
    });
    const first = body.enrol as string;
    expect(await mayEnrol(first)).toBe(200);
    // Loaded anew, or pasted again: the newest link works, and no other.
    const { enrol } = await check(token);
    expect(enrol).not.toBe(first);
    expect([await mayEnrol(first), await mayEnrol(enrol!)]).toEqual([410, 200]);
    // It sets up no second unit.
    const again = await call(server, null, 'POST', '/api/first-run/unit', {
      body: { token, unit: 'Rowan', members: [{ name: 'Eve', role: 'coordinator' }] },
    });
    expect(again.status).toBe(410);

    const storage = await openStorage(place);
    onTestFinished(() => storage.close());
    // It ends with a passkey, or with who was to make it: whatever becomes of either, it leads nowhere again.
    const { id: member } = await storage.db.selectFrom('members').select('id').executeTakeFirstOrThrow();
    await endFirstRun(storage.db, { member, now: Date.now() });
    expect((await check(token)).status).toBe(410);
    const firstRun = storage.db.updateTable('links').where('purpose', '=', 'first-run');
    await firstRun.set({ withdrawn_at: null }).execute();
    expect((await check(token)).status).toBe(200);
    // And after a day in any case.
    await firstRun.set({ expires_at: 1 }).execute();
    expect((await check(token)).status).toBe(410);
  },
);
