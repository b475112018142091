import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { MOST_OUT_OF_HOURS } from '#domain/people/out-of-hours.ts';
import { lastHeardOf } from '#domain/meeting/covered.ts';
import { mayManage } from '#domain/people/permissions.ts';
import { TIMESCALES, UNITS } from '#domain/record/timescales.ts';
import { LIMIT_LENGTH } from '#domain/reflecting/limit.ts';
import { DONE, route, type Route } from '../../routes.ts';
import { readAudit } from '../../storage/queries/audit.ts';
import { readOutcomes } from '../../storage/queries/commits.ts';
import { readDates } from '../../storage/queries/dates.ts';
import { removeDocuments, sealedOf } from '../../storage/queries/documents.ts';
import { readGone } from '../../storage/queries/gone.ts';
import { addMember, mendMember } from '../../storage/queries/members.ts';
import { readFallen } from '../../storage/queries/audit.ts';
import { keepFindable } from '../../storage/queries/people.ts';
import { readTasks } from '../../storage/queries/tasks.ts';
import { Parts } from '../../storage/unreadable.ts';
import {
  readFamilies,
  readKeeping,
  readMeetings,
  readMembers,
  saveSettings,
} from '../../storage/queries/units.ts';
import { email, name, once, role } from './fields.ts';
import { managed, ownUnit, type RecordTools } from './tools.ts';

const oneWeekMs = 7 * 86_400_000;
const days = (most: number) => z.number().int().min(1).max(most);

/** A unit, its members and its settings. */
export function unitRoutes({ storage, acts, ended }: RecordTools): Route[] {
  const { db } = storage;
  return [
    route('GET /api/units/:unit', {
      says: 'The unit: its people, families, dates, meetings, and tasks that are open or ended within a week',
      run: async ({ person, params, now }) => {
        const unit = await ownUnit(db, person, params.unit);
        const families = person.role === 'guest' ? [] : await readFamilies(db, person);
        const ids = families.map((family) => family.id);
        const manages = mayManage(person, unit.id);
        const parts = new Parts();
        return {
          unit,
          members: (await readMembers(db, unit.id)).map((member) =>
            manages || member.id === person.member ? member : { ...member, email: '' },
          ),
          families,
          dates: await parts.read('dates', readDates(db, ids), []),
          tasks: await parts.read('tasks', readTasks(db, { families: ids, endedSince: now - oneWeekMs }), []),
          meetings: await readMeetings(db, unit.id),
          lastHeard: lastHeardOf(await parts.read('reached', readOutcomes(db, { families: ids }), [])),
          fallen: await parts.read(
            'audit',
            readFallen(db, { member: person.member, since: now - 4 * oneWeekMs }),
            [],
          ),
          unreadable: parts.unreadable,
          keeping: manages && !unit.madeUp ? await readKeeping(db, storage.keyId) : null,
        };
      },
    }),
    route('PUT /api/units/:unit/settings', {
      says: 'Changes the unit’s settings: its name, when it meets, who decides what; what is not named stays',
      body: z.object({
        name: name.optional(),
        meetingDay: days(7).optional(),
        meetingTime: z
          .string()
          .regex(/^\d{2}:\d{2}$/)
          .optional(),
        settings: z.object({
          authorities: z
            .array(
              z.object({
                id: z.string().min(1).max(60),
                name,
                isUnit: z.boolean(),
                route: z.string().max(300),
              }),
            )
            .min(1)
            .max(20)
            .optional(),
          kinds: z
            .array(
              z.object({
                id: z.string().min(1).max(60),
                name,
                whose: z.string().trim().max(300),
                level: z.string().min(1).max(60).nullable(),
                words: z.array(z.string().trim().min(1).max(80)).max(40),
              }),
            )
            .max(60)
            .optional(),
          kindsFrom: z.string().trim().max(120).optional(),
          timescales: z
            .partialRecord(
              z.enum(TIMESCALES.map((one) => one.id)),
              z
                .object({
                  isOn: z.boolean(),
                  many: z.number().int().min(1).max(999).optional(),
                  unit: z.enum(UNITS).optional(),
                  isFirst: z.boolean().optional(),
                  source: z.string().trim().max(120).optional(),
                })
                .nullable(),
            )
            .optional(),
          driftWeeks: z.object({ plan: days(52), otherwise: days(52) }).optional(),
          outOfHours: z.string().trim().max(MOST_OUT_OF_HOURS).optional(),
          sessionLimit: z.string().trim().min(LIMIT_LENGTH.least).max(LIMIT_LENGTH.most).optional(),
          minutes: z.object({ usual: days(240), pressing: days(240) }).optional(),
        }),
      }),
      run: ({ person, params: { unit }, body, now }) =>
        acts.inUnit(unit, { by: person, at: now, act: 'settings changed' }, async (trx) => {
          await saveSettings(trx, { unit, ...body });
          return DONE;
        }),
    }),
    route('POST /api/units/:unit/members', {
      says: 'Adds a member',
      body: z.object({
        name,
        role,
        email: email.default(''),
        note: z.string().max(500).default(''),
        once,
      }),
      run: ({ person, params: { unit }, body: { once, ...says }, now }) =>
        acts.makeInUnit(unit, { by: person, at: now, act: 'member added', once, says }, (trx, id) =>
          addMember(trx, { id, unit, ...says, at: now }),
        ),
    }),
    route('PATCH /api/units/:unit/members/:member', {
      says: 'Mends a member, or notes that they have left; their open boards close at once',
      body: z.object({
        name: name.optional(),
        role: role.optional(),
        email: email.optional(),
        note: z.string().max(500).optional(),
        left: z.boolean().optional(),
      }),
      run: async ({ person, params: { unit, member }, body: { left, ...fields }, now, session }) => {
        managed(person, unit);
        if (left && member === person.member) throw new Refusal('not-allowed', 'somebody-else');
        const { sealed } = await acts.inUnit(
          unit,
          {
            by: person,
            at: now,
            proof: session,
            act: left ? 'member left' : left === false ? 'member given back' : 'member mended',
            subject: member,
            rights: ({ fallen }: { fallen: { member: string }[]; sealed: string[] }) => [
              member,
              ...fallen.map((one) => one.member),
            ],
          },
          async (trx) => {
            await mendMember(trx, { unit, member, fields, left, at: now });
            // S30: What was begun and not sent goes with the right to send it.
            const isOut = left || fields.role === 'guest';
            const sealed = isOut ? await sealedOf(trx, { members: [member] }) : [];
            await removeDocuments(trx, sealed);
            return { fallen: await keepFindable(trx, { unit, at: now }), sealed };
          },
        );
        ended(sealed);
        return DONE;
      },
    }),
    route('GET /api/units/:unit/audit', {
      says: 'Who came in, what was refused, and what was changed, newest first: ids and acts, no name of a child and no words',
      run: async ({ person, params }) => ({
        lines: await readAudit(db, { unit: managed(person, params.unit), since: 0, limit: 500 }),
      }),
    }),
    route('GET /api/units/:unit/gone', {
      says: 'Members who have left, children who were taken out and families that are closed, newest first, as far as whoever asks might find them',
      run: async ({ person, params }) => ({
        gone: await readGone(db, { unit: managed(person, params.unit), member: person.member }),
      }),
    }),
  ];
}
