import { z } from 'zod';
import { QUESTION_KINDS } from '#domain/board/cards.ts';
import { Refusal } from '#domain/errors.ts';
import type { Person } from '#domain/people/permissions.ts';
import { Before } from '../../act.ts';
import { DONE, route, type Route } from '../../routes.ts';
import { keepQuestion, readQuestions } from '../../storage/queries/questions.ts';
import { readFamilies } from '../../storage/queries/units.ts';
import { ownUnit, type RecordTools } from './tools.ts';

const hasSeat = (person: Person, unit: string) => person.role !== 'guest' && person.unit === unit;

/** L6: What the unit itself puts into the library of questions, its favourites, and which kinds it asks much and never. */
export function questionRoutes({ storage, acts }: RecordTools): Route[] {
  const { db } = storage;
  return [
    route('GET /api/units/:unit/questions', {
      says: 'The unit’s own questions and favourites, and how often it has asked each kind in families one may see',
      run: async ({ person, params }) => {
        if (!hasSeat(person, params.unit)) throw new Refusal('not-found');
        const unit = await ownUnit(db, person, params.unit);
        const families = await readFamilies(db, person);
        return readQuestions(db, { unit: unit.id, families: families.map((family) => family.id) });
      },
    }),
    route('PUT /api/units/:unit/questions', {
      says: 'Puts a question of the unit’s own into its library, takes one out, or marks any question as a favourite',
      body: z.object({
        text: z.string().trim().min(3).max(300),
        kind: z.enum(QUESTION_KINDS),
        own: z.boolean().optional(),
        favourite: z.boolean().optional(),
      }),
      run: ({ person, params: { unit }, body, now }) =>
        acts.inUnit(unit, { by: person, at: now, may: hasSeat, act: 'library changed' }, async (trx) => {
          const isChange = await keepQuestion(trx, { unit, ...body, by: person.member, at: now });
          return isChange ? DONE : new Before(DONE);
        }),
    }),
  ];
}
