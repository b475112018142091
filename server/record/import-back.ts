import { z } from 'zod';
import { BOARD_HAND } from '#domain/board/policy.ts';
import { Refusal } from '#domain/errors.ts';
import { mayManage, type Person } from '#domain/people/permissions.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import { route, type Route, type SessionFacts } from '../routes.ts';
import { audit } from '../storage/queries/audit.ts';
import { raiseEpochs } from '../storage/queries/people.ts';
import { readFamilies, readMembers } from '../storage/queries/units.ts';
import type { Reader, Storage, Trx } from '../storage/storage.ts';

/** How many keys one statement names. */
const keysAtOnce = 500;

/** The families that one import made, which nobody has touched since. */
interface LastImport {
  at: number;
  families: string[];
  children: string[];
}

/** I8: What the last import of a unit made, as long as nothing was written on it; else null. */
async function readLastImport(
  reader: Reader,
  ask: { unit: string; seen: ReadonlySet<string> },
): Promise<LastImport | null> {
  const last = await reader
    .selectFrom('audit')
    .select('at')
    .where('unit_id', '=', ask.unit)
    .where('act', '=', 'imported')
    .orderBy('at', 'desc')
    .executeTakeFirst();
  if (!last) return null;
  const at = Number(last.at);
  const made = await reader
    .selectFrom('families')
    .select(['id', 'revision'])
    .where('unit_id', '=', ask.unit)
    .where('created_at', '=', at)
    .where('ref', 'is not', null)
    .where('closed_at', 'is', null)
    .execute();
  const families = made.map((family) => family.id);
  if (
    families.length === 0 ||
    made.some(({ id, revision }) => !ask.seen.has(id) || Number(revision) > 0) ||
    (await isTouched(reader, families, at))
  )
    return null;
  const children = await reader
    .selectFrom('children')
    .select('id')
    .where('family_id', 'in', families)
    .execute();
  return { at, families, children: children.map((child) => child.id) };
}

/** The council’s numbers of what an import made are free again: the same files bring it in as new. */
async function forgetRefs(trx: Trx, ask: LastImport & { unit: string }): Promise<void> {
  const dates = await trx.selectFrom('dates').select('id').where('family_id', 'in', ask.families).execute();
  const isOfThis = new Set([...ask.families, ...ask.children, ...dates.map((date) => date.id)]);
  const facts = await trx
    .selectFrom('imported')
    .select(['key', 'fact'])
    .where('unit_id', '=', ask.unit)
    .execute();
  const keys = facts.flatMap(({ key, fact }) => {
    const { id, family } = JSON.parse(fact) as { id: string; family?: string };
    return isOfThis.has(id) || (family && isOfThis.has(family)) ? [key] : [];
  });
  for (let from = 0; from < keys.length; from += keysAtOnce)
    await trx
      .deleteFrom('imported')
      .where('unit_id', '=', ask.unit)
      .where('key', 'in', keys.slice(from, from + keysAtOnce))
      .execute();
}

/** Whether anybody wrote on these families' boards, or did anything with what was brought. */
async function isTouched(reader: Reader, families: string[], at: number): Promise<boolean> {
  const boards = families.map(familyDocument);
  const found = await Promise.all([
    reader.selectFrom('updates').select('doc').where('doc', 'in', boards).where('member_id', '<>', BOARD_HAND).executeTakeFirst(),
    // Rows that were folded away were somebody's once.
    reader.selectFrom('segments').select('doc').where('doc', 'in', boards).executeTakeFirst(),
    reader.selectFrom('reached').select('family_id').where('family_id', 'in', families).executeTakeFirst(),
    reader.selectFrom('tasks').select('family_id').where('family_id', 'in', families).executeTakeFirst(),
    reader.selectFrom('reflecting').select('family_id').where('family_id', 'in', families).executeTakeFirst(),
    reader.selectFrom('dates').select('family_id').where('family_id', 'in', families)
      .where((eb) => eb.or([eb('made_at', '<>', at), eb('revision', '>', 0)])).executeTakeFirst(),
    reader.selectFrom('children').select('family_id').where('family_id', 'in', families)
      .where((eb) => eb.or([eb('ref', 'is', null), eb('removed_at', 'is not', null)])).executeTakeFirst(),
    reader.selectFrom('entries').innerJoin('children', 'children.id', 'entries.file').select('file')
      .where('children.family_id', 'in', families).executeTakeFirst(),
  ]); // prettier-ignore
  return found.some((row) => row !== undefined);
}

export function importBackRoutes({
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
    route('get', '/api/units/:unit/import', {
      says: 'The last import, as long as all of it can be taken out again',
      run: async ({ person, params }) => {
        const unit = managed(person, params.unit);
        const last = await readLastImport(storage.db, { unit, seen: await seenBy(storage.db, person) });
        return {
          last: last && { at: last.at, families: last.families.length, children: last.children.length },
        };
      },
    }),
    route('post', '/api/units/:unit/import/out', {
      says: 'Takes the families of the last import out again, while nothing was written on their boards',
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
          await audit(trx, { at: now, unit, member: person.member, act: 'import taken out', subject: unit });
        });
        await bus.publish({ about: 'rights', members });
        return { ok: true };
      },
    }),
  ];
}
