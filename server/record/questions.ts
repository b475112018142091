import { z } from 'zod';
import { QUESTION_KINDS } from '#domain/board/cards.ts';
import { Refusal } from '#domain/errors.ts';
import type { Person } from '#domain/people/permissions.ts';
import type { UnitQuestions } from '#domain/views.ts';
import { DONE, route, type Route } from '../routes.ts';
import { readFamilies, readUnit } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';

const mostOwn = 500;
const text = z.string().trim().min(3).max(300);

/** L6: What the unit itself puts into the library of questions, its favourites, and which kinds it asks much and never. */
export function questionRoutes({ storage }: { storage: Storage }): Route[] {
  const { db } = storage;
  const ownUnit = async (person: Person, unit: string | undefined) => {
    if (person.role === 'guest' || unit !== person.unit || !(await readUnit(db, unit)))
      throw new Refusal('not-found');
    return unit;
  };

  return [
    route('GET /api/units/:unit/questions', {
      says: 'The unit’s own questions and favourites, and how often it has asked each kind in families one may see',
      run: async ({ person, params }): Promise<UnitQuestions> => {
        const unit = await ownUnit(person, params.unit);
        const stems = await db
          .selectFrom('stems')
          .selectAll()
          .where('unit_id', '=', unit)
          .orderBy('at')
          .execute();
        const families = (await readFamilies(db, person)).map((family) => family.id);
        const asked = families.length
          ? await db
              .selectFrom('findable')
              .select(['sort', (eb) => eb.fn.countAll().as('many')])
              .where('family_id', 'in', families)
              .where('kind', '=', 'question')
              .groupBy('sort')
              .execute()
          : [];
        return {
          own: stems
            .filter((stem) => stem.own)
            .map(({ text, kind, by_member }) => ({
              text,
              kind: kind as UnitQuestions['own'][number]['kind'],
              by: by_member,
            })),
          favourites: stems.filter((stem) => stem.favourite).map((stem) => stem.text),
          asked: Object.fromEntries(asked.map((row) => [row.sort, Number(row.many)])),
        };
      },
    }),
    route('PUT /api/units/:unit/questions', {
      says: 'Puts a question of the unit’s own into its library, takes one out, or marks any question as a favourite',
      body: z.object({
        text,
        kind: z.enum(QUESTION_KINDS),
        own: z.boolean().optional(),
        favourite: z.boolean().optional(),
      }),
      run: async ({ person, params, body, now }) => {
        const unit = await ownUnit(person, params.unit);
        await storage.write(async (trx) => {
          const known = await trx
            .selectFrom('stems')
            .select('text')
            .where('unit_id', '=', unit)
            .where('text', '=', body.text)
            .executeTakeFirst();
          const { many } = await trx
            .selectFrom('stems')
            .select((eb) => eb.fn.countAll().as('many'))
            .where('unit_id', '=', unit)
            .executeTakeFirstOrThrow();
          if (!known && Number(many) >= mostOwn) throw new Refusal('full');
          const set = {
            ...(body.own !== undefined && { own: body.own ? 1 : 0 }),
            ...(body.favourite !== undefined && { favourite: body.favourite ? 1 : 0 }),
          };
          if (Object.keys(set).length === 0) return;
          await trx
            .insertInto('stems')
            .values({
              unit_id: unit,
              text: body.text,
              kind: body.kind,
              own: 0,
              favourite: 0,
              by_member: person.member,
              at: now,
              ...set,
            })
            .onConflict((conflict) => conflict.columns(['unit_id', 'text']).doUpdateSet(set))
            .execute();
          // What is neither the unit's own nor a favourite says nothing any more.
          await trx
            .deleteFrom('stems')
            .where('unit_id', '=', unit)
            .where('own', '=', 0)
            .where('favourite', '=', 0)
            .execute();
        });
        return DONE;
      },
    }),
  ];
}
