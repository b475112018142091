import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayThink } from '#domain/people/permissions.ts';
import { dueFrom, timescalesOf, workedOut, type Trigger } from '#domain/record/timescales.ts';
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
          .object({
            rule: z.string().max(40),
            day: theDay,
            time: z.iso.time({ precision: -1 }).optional(),
            by: theDay,
          })
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
            const came = worked
              ? await workOut(trx, { unit: right.unit, worked, today: today() })
              : { basis: '' };
            await addDate(trx, { id, family, ...date, ...came, at: now });
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
            if (['held', 'missed'].includes(body.act.does))
              await mustHaveCome(trx, { date, revision: body.revision, today: today() });
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

/** S31: Nothing was held or missed on a day that has not come: it is moved first, to the day on which it was. */
async function mustHaveCome(trx: Trx, ask: { date: string; revision: number; today: string }): Promise<void> {
  const row = await trx
    .selectFrom('dates')
    .select('on_date')
    .where('id', '=', ask.date)
    .where('revision', '=', ask.revision)
    .executeTakeFirst();
  if (row && row.on_date > ask.today) throw new Refusal('not-understood', 'day-ahead');
}

/** What a date is by a timescale of the family's unit as it is now, and how its day was come to, in words. */
async function workOut(
  trx: Trx,
  { unit, worked, today }: { unit: string; worked: Trigger & { rule: string; by: string }; today: string },
): Promise<{ kind: string; what: string; basis: string }> {
  const { settings } = (await readUnit(trx, unit))!;
  const rule = timescalesOf(settings.timescales).find((one) => one.id === worked.rule);
  const refuse = (why: string) => new Refusal('not-understood', 'wrong-field', why);
  if (!rule?.isOn || !rule.offset) throw refuse('This timescale is not turned on in your unit.');
  const { kind, what, offset } = rule;
  if (worked.day > today && !rule.mayBeAhead)
    throw refuse('The day it is counted from has not come yet. A timescale counts from what has happened.');
  if (offset.unit === 'hours' && worked.time === undefined)
    throw refuse('Hours are counted from a time of day: say at what time.');
  // The words must be those that somebody read when they chose the day.
  if (dueFrom(offset, worked).day !== worked.by)
    throw refuse('This timescale was changed while you were writing. Choose it again.');
  return { kind, what, basis: workedOut({ ...rule, offset }, worked) };
}
