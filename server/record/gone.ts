import { Refusal } from '#domain/errors.ts';
import { mayManage, type Person } from '#domain/people/permissions.ts';
import type { Bus } from '../bus/bus.ts';
import { route, type Route, type SessionFacts } from '../routes.ts';
import { audit } from '../storage/queries/audit.ts';
import { readGone } from '../storage/queries/gone.ts';
import { raiseEpochs } from '../storage/queries/people.ts';
import { readMembers } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';

/** P32: Who has gone from a unit, and the way back of a family; a member's and a child's is where they are mended. */
export function goneRoutes({
  storage,
  bus,
  needsProof,
}: {
  storage: Storage;
  bus: Bus;
  needsProof: (session: SessionFacts) => void;
}): Route[] {
  const managed = (person: Person, unit: string | undefined) => {
    if (!unit || !mayManage(person, unit)) throw new Refusal('not-found');
    return unit;
  };
  return [
    route('get', '/api/units/:unit/gone', {
      says: 'Members who have left, children who were taken out and families that are closed, newest first, as far as whoever asks might find them',
      run: async ({ person, params }) => ({
        gone: await readGone(storage.db, { unit: managed(person, params.unit), member: person.member }),
      }),
    }),
    route('post', '/api/units/:unit/families/:family/back', {
      says: 'Gives a family that was closed its place in the unit back',
      run: async ({ person, params, now, session }) => {
        const unit = managed(person, params.unit);
        needsProof(session);
        const members = (await readMembers(storage.db, unit)).map((member) => member.id);
        await storage.write(async (trx) => {
          const gone = await readGone(trx, { unit, member: person.member });
          const family = gone.find((one) => one.is === 'family' && one.id === params.family);
          if (!family) throw new Refusal('not-found');
          await trx.updateTable('families').set({ closed_at: null }).where('id', '=', family.id).execute();
          await raiseEpochs(trx, members);
          await audit(trx, {
            at: now,
            unit,
            member: person.member,
            act: 'family given back',
            subject: family.id,
          });
        });
        await bus.publish({ about: 'rights', members });
        return { ok: true };
      },
    }),
  ];
}
