import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayThink } from '#domain/people/permissions.ts';
import { timescalesOf, workedOut, type Trigger } from '#domain/record/timescales.ts';
import { DONE, route, type Route } from '../../routes.ts';
import { actOnDate, addDate, removeDate } from '../../storage/queries/dates.ts';
import { readChild, readUnit } from '../../storage/queries/units.ts';
import { name, once, theDay, why } from './fields.ts';
import type { Trx } from '../../storage/storage.ts';
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
        worked: z
          .object({ rule: z.string().max(40), day: theDay, time: z.iso.time({ precision: -1 }).optional() })
          .nullable()
          .default(null),
        once,
      }),
      run: ({ person, params: { family }, body: { once, ...says }, now }) =>
        acts.makeInFamily(
          family,
          { by: person, at: now, may: mayThink, act: 'date added', once, says },
          async (trx, id, right) => {
            // Also of a child who was taken out: what was agreed may still be to come.
            if (says.child && (await readChild(trx, says.child))?.family !== family)
              throw new Refusal('not-found');
            const { worked, ...date } = says;
            const basis = worked ? await basisOf(trx, { unit: right.unit, worked, today: today() }) : '';
            await addDate(trx, { id, family, ...date, basis, at: now });
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

/** How a day was come to, in words, by the timescales of the family's unit as they are now. */
async function basisOf(
  trx: Trx,
  ask: { unit: string; worked: Trigger & { rule: string }; today: string },
): Promise<string> {
  const { worked } = ask;
  const unit = await readUnit(trx, ask.unit);
  const rule = timescalesOf(unit!.settings.timescales).find((one) => one.id === worked.rule);
  if (!rule?.isOn || !rule.offset)
    throw new Refusal('not-understood', 'wrong-field', 'This timescale is not turned on in your unit.');
  if (worked.day > ask.today && !rule.mayBeAhead)
    throw new Refusal(
      'not-understood',
      'wrong-field',
      'The day it is counted from has not come yet. A timescale counts from what has happened.',
    );
  return workedOut({ ...rule, offset: rule.offset }, worked);
}
