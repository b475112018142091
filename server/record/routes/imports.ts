import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { importSchema } from '#domain/people/import.ts';
import type { Person } from '#domain/people/permissions.ts';
import { DONE, openRoute, route, type Route } from '../../routes.ts';
import { audit } from '../../storage/queries/audit.ts';
import { setClosed } from '../../storage/queries/families.ts';
import { forgetRefs, readLastImport } from '../../storage/queries/last-import.ts';
import { readFamilies, readMembers } from '../../storage/queries/units.ts';
import type { Reader } from '../../storage/storage.ts';
import { importFiles } from '../import.ts';
import { managed, type RecordTools } from './tools.ts';

const fileName = z.string().max(300);

/** Bringing a unit's families in from the council's own files, and taking the last of it out again (I8). */
export function importRoutes({ storage, guard, bus, acts }: RecordTools): Route[] {
  const { db } = storage;
  const seenBy = async (reader: Reader, person: Person) =>
    new Set((await readFamilies(reader, person)).map((family) => family.id));
  const idsOf = async (reader: Reader, unit: string) =>
    (await readMembers(reader, unit)).map((member) => member.id);
  return [
    openRoute('GET /api/import-schema.json', {
      says: 'The JSON Schema of an import file',
      run: async () => importSchema(),
    }),
    route('POST /api/units/:unit/import', {
      says: 'Reads files: with dryRun it says what would come in, without it brings everything in or nothing',
      body: z.object({
        dryRun: z.boolean(),
        files: z
          .array(
            z.union([
              z.object({ name: fileName, text: z.string().max(20_000_000) }),
              // Whether it is base64 is looked at in the thread that reads it: of so much that takes too long here.
              z.object({ name: fileName, base64: z.string().max(24_000_000) }),
            ]),
          )
          .min(1)
          .max(20),
        mends: z
          .array(
            z.object({
              file: fileName,
              table: z.string().max(40),
              line: z.int(),
              values: z.record(z.string().max(300), z.string().max(5_000)),
            }),
          )
          .max(20_000)
          .default([]),
      }),
      run: async ({ person, params, body, now, session }) => {
        const unit = managed(person, params.unit);
        if (!body.dryRun) guard.needsProof(session);
        const seen = (reader: Reader) => seenBy(reader, person);
        const { ids, ...outcome } = await importFiles(storage, {
          ...body,
          seen,
          unit,
          by: person.member,
          now,
        });
        if (outcome.done) {
          for (const doc of outcome.boards) await bus.publish({ about: 'intake', doc });
          await bus.publish({ about: 'rights', members: await idsOf(db, unit) });
        }
        return { ...outcome, known: ids.size };
      },
    }),
    route('GET /api/units/:unit/import', {
      says: 'What the last import made, as long as it can be taken out again',
      run: async ({ person, params }) => {
        const unit = managed(person, params.unit);
        const last = await readLastImport(db, { unit, seen: await seenBy(db, person) });
        return {
          last: last && { at: last.at, families: last.families.length, children: last.children.length },
        };
      },
    }),
    route('POST /api/units/:unit/import/out', {
      says: 'Takes the families of the last import out again, while nobody has written on them, mended them or met about them',
      body: z.object({ at: z.int() }),
      run: async ({ person, params: { unit }, body, now, session }) => {
        await acts.inUnit(
          unit,
          {
            by: person,
            at: now,
            proof: session,
            act: 'import taken out',
            rights: (members: string[]) => members,
          },
          async (trx) => {
            const last = await readLastImport(trx, { unit, seen: await seenBy(trx, person) });
            if (last?.at !== body.at) throw new Refusal('changed');
            await setClosed(trx, { families: last.families, at: now, isRefFree: true });
            await forgetRefs(trx, { ...last, unit });
            for (const subject of last.families)
              await audit(trx, { at: now, unit, member: person.member, act: 'family closed', subject });
            return idsOf(trx, unit);
          },
        );
        return DONE;
      },
    }),
  ];
}
