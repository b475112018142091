import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayThink } from '#domain/people/permissions.ts';
import { Before } from '../../act.ts';
import { DONE, route, type Route } from '../../routes.ts';
import { mustBeOf } from '../../storage/queries/families.ts';
import { actOnTask, familyOfTask, giveTask } from '../../storage/queries/tasks.ts';
import { readChildren } from '../../storage/queries/units.ts';
import { day, name, why } from './fields.ts';
import { isColleague, type RecordTools } from './tools.ts';

/** Tasks that were given out, and those that cannot wait for the commit. */
export function taskRoutes({ storage, acts }: RecordTools): Route[] {
  return [
    route('POST /api/families/:family/tasks', {
      says: 'Gives a task out at once: what must happen today',
      body: z.object({
        card: z.uuid(),
        what: name,
        owner: z.uuid().nullable().default(null),
        due: day.default(null),
        children: z.array(z.uuid()).max(40).default([]),
        origin: z.string().max(60).default('risk-now'),
        done: z.boolean().default(false),
      }),
      run: ({ person, params: { family }, body: { done, ...task }, now }) =>
        acts.inFamily<{ id: string | null }>(
          family,
          { by: person, at: now, may: mayThink, act: 'task given out' },
          async (trx, { unit }) => {
            if (!(await isColleague(trx, unit, task.owner))) throw new Refusal('not-found');
            mustBeOf(await readChildren(trx, [family]), task.children);
            const given = { ...task, unit, family, by: person.member, at: now };
            const id = await giveTask(trx, { ...given, state: done ? 'done' : 'open' });
            return id === null ? new Before({ id }) : { id };
          },
        ),
    }),
    route('POST /api/tasks/:task/acts', {
      says: 'Ticks a task, carries it on, lets it go with why, hands it over or moves its date',
      body: z.object({
        revision: z.number().int().min(0),
        act: z.discriminatedUnion('does', [
          z.object({ does: z.literal('done'), note: z.string().max(500).optional() }),
          z.object({ does: z.literal('open-again') }),
          z.object({
            does: z.literal('carry-on'),
            due: day.optional(),
            owner: z.uuid().nullable().optional(),
          }),
          z.object({ does: z.literal('let-go'), why }),
          z.object({ does: z.literal('hand-over'), owner: z.uuid().nullable() }),
          z.object({ does: z.literal('move'), due: day }),
          z.object({ does: z.literal('reword'), what: name }),
        ]),
      }),
      run: async ({ person, params: { task }, body: { revision, act }, now }) => {
        const family = await familyOfTask(storage.db, task);
        if (family === null) throw new Refusal('not-found');
        return acts.inFamily(
          family,
          { by: person, at: now, may: mayThink, act: `task: ${act.does}`, subject: task },
          async (trx, { unit }) => {
            if ('owner' in act && !(await isColleague(trx, unit, act.owner ?? null)))
              throw new Refusal('not-found');
            await actOnTask(trx, { task, revision, act, by: person.member, at: now });
            return DONE;
          },
        );
      },
    }),
  ];
}
