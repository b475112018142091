import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayManage, type Person } from '#domain/people/permissions.ts';
import type { Bus } from '../bus/bus.ts';
import { DONE, route, type Route, type SessionFacts } from '../routes.ts';
import { audit } from '../storage/queries/audit.ts';
import { readGone } from '../storage/queries/gone.ts';
import { forgetRefs, readLastImport } from '../storage/queries/last-import.ts';
import { raiseEpochs } from '../storage/queries/people.ts';
import { readFamilies, readMembers } from '../storage/queries/units.ts';
import type { Reader, Storage } from '../storage/storage.ts';

/** P32: Who has gone from a unit, and the way back of a family; a member's and a child's is where they are mended. I8: What the last import brought goes at once. */
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
  const seenBy = async (reader: Reader, person: Person) =>
    new Set((await readFamilies(reader, person)).map((family) => family.id));
  return [
    route('GET /api/units/:unit/gone', {
      says: 'Members who have left, children who were taken out and families that are closed, newest first, as far as whoever asks might find them',
      run: async ({ person, params }) => ({
        gone: await readGone(storage.db, { unit: managed(person, params.unit), member: person.member }),
      }),
    }),
    route('POST /api/units/:unit/families/:family/back', {
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
        return DONE;
      },
    }),
    route('GET /api/units/:unit/import', {
      says: 'What the last import made, as long as it can be taken out again',
      run: async ({ person, params }) => {
        const unit = managed(person, params.unit);
        const last = await readLastImport(storage.db, { unit, seen: await seenBy(storage.db, person) });
        return {
          last: last && { at: last.at, families: last.families.length, children: last.children.length },
        };
      },
    }),
    route('POST /api/units/:unit/import/out', {
      says: 'Takes the families of the last import out again, while nobody has written on them, mended them or met about them',
      body: z.object({ at: z.int() }),
      run: async ({ person, params, body, now, session }) => {
        const unit = managed(person, params.unit);
        needsProof(session);
        const members = (await readMembers(storage.db, unit)).map((member) => member.id);
        await storage.write(async (trx) => {
          const last = await readLastImport(trx, { unit, seen: await seenBy(trx, person) });
          if (last?.at !== body.at) throw new Refusal('changed');
          await trx
            .updateTable('families')
            .set({ closed_at: now, ref: null })
            .where('id', 'in', last.families)
            .execute();
          await forgetRefs(trx, { ...last, unit });
          await raiseEpochs(trx, members);
          for (const subject of last.families)
            await audit(trx, { at: now, unit, member: person.member, act: 'family closed', subject });
          await audit(trx, { at: now, unit, member: person.member, act: 'import taken out', subject: unit });
        });
        await bus.publish({ about: 'rights', members });
        return DONE;
      },
    }),
  ];
}
