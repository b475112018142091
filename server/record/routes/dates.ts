import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayThink } from '#domain/people/permissions.ts';
import { DONE, route, type Route } from '../../routes.ts';
import { actOnDate, addDate, removeDate } from '../../storage/queries/dates.ts';
import { readChild } from '../../storage/queries/units.ts';
import { name, once, theDay, why } from './fields.ts';
import type { RecordTools } from './tools.ts';

/** Dates that count. */
export function dateRoutes({ acts, today }: RecordTools): Route[] {
  return [
    route('POST /api/families/:family/dates', {
      says: 'Adds a date that counts',
      body: z.object({
        child: z.uuid().nullable().default(null),
        kind: z.enum(['conference', 'court', 'review', 'visit', 'health', 'panel', 'other']),
        on: theDay,
        what: name,
        once,
      }),
      run: ({ person, params: { family }, body: { once, ...says }, now }) =>
        acts.makeInFamily(
          family,
          { by: person, at: now, may: mayThink, act: 'date added', once, says },
          async (trx, id) => {
            // Also of a child who was taken out: what was agreed may still be to come.
            if (says.child && (await readChild(trx, says.child))?.family !== family)
              throw new Refusal('not-found');
            await addDate(trx, { id, family, ...says, at: now });
          },
        ),
    }),
    route('POST /api/families/:family/dates/:date/acts', {
      says: 'Says what became of a date: held, missed or let go with why, moved to another day',
      body: z.object({
        revision: z.number().int().min(0),
        act: z.discriminatedUnion('does', [
          z.object({ does: z.literal('held') }),
          z.object({ does: z.literal('missed'), why }),
          z.object({ does: z.literal('let-go'), why }),
          z.object({ does: z.literal('move'), on: theDay, why }),
          z.object({ does: z.literal('open-again') }),
        ]),
      }),
      run: ({ person, params: { family, date }, body, now }) =>
        acts.inFamily(
          family,
          { by: person, at: now, may: mayThink, act: `date: ${body.act.does}`, subject: date },
          async (trx) => {
            if (body.act.does === 'move' && body.act.on < today())
              throw new Refusal('not-understood', 'day-passed');
            await actOnDate(trx, { date, family, ...body, by: person.member, at: now });
            return DONE;
          },
        ),
    }),
    route('DELETE /api/families/:family/dates/:date', {
      says: 'Takes a date away',
      run: ({ person, params: { family, date }, now }) =>
        acts.inFamily(
          family,
          { by: person, at: now, may: mayThink, act: 'date taken away', subject: date },
          async (trx) => {
            await removeDate(trx, { date, family, at: now });
            return DONE;
          },
        ),
    }),
  ];
}
