import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { unreached } from '#domain/meeting/agenda.ts';
import { coveredBy } from '#domain/meeting/covered.ts';
import { mayRunMeeting } from '#domain/people/permissions.ts';
import { daysBetween, isCivil } from '#domain/time/civil.ts';
import { route, type Route } from '../../routes.ts';
import {
  leaveOver,
  readCoveredChildren,
  readCoveredMeetings,
  readMeetingOf,
  readOutcomes,
} from '../../storage/queries/commits.ts';
import { readFamilies } from '../../storage/queries/units.ts';
import { ownUnit, type RecordTools } from './tools.ts';

/** The longest time of which one page tells. */
const mostDays = 800;

/** That every child was reached: for any time, and by one press where a meeting ends. */
export function coveredRoutes({ storage, acts }: RecordTools): Route[] {
  const { db } = storage;
  return [
    route('GET /api/units/:unit/covered', {
      says: 'Each child of the families one may see at each meeting of a time (from, until): talked about, put off and why, or passed over',
      run: async ({ person, params, query: { from = '', until = '' } }) => {
        const unit = await ownUnit(db, person, params.unit);
        if (person.role === 'guest') throw new Refusal('not-found');
        if (!isCivil(from) || !isCivil(until) || from > until || daysBetween(from, until) > mostDays)
          throw new Refusal('not-understood');
        const families = await readFamilies(db, person, true);
        const ours = new Set((await readFamilies(db, person)).map((family) => family.id));
        const ids = families.map((family) => family.id);
        const children = await readCoveredChildren(db, ids);
        const meetings = await readCoveredMeetings(db, { unit: unit.id, from, until });
        const reached = await readOutcomes(db, { families: ids, from, until });
        return {
          meetings: meetings.map(({ id, on, isClosed }) => ({ id, on, isClosed })),
          families: families.map(({ id, name }) => ({ id, name, isOurs: ours.has(id) })),
          children: children.map(({ id, family, given, surname, born }) => ({
            id,
            family,
            given,
            surname,
            born,
          })),
          ...coveredBy({ children, meetings, reached }),
        };
      },
    }),
    route('POST /api/units/:unit/left-over', {
      says: 'Leaves every child over whom a meeting has not reached, with one why; they open the next one',
      body: z.object({ meeting: z.uuid(), why: z.string().trim().max(500) }),
      run: ({ person, params: { unit }, body: { meeting, why }, now }) =>
        acts.inUnit<{ children: string[] }>(
          unit,
          {
            by: person,
            at: now,
            may: mayRunMeeting,
            act: 'left over',
            subject: meeting,
            news: () => [{ about: 'meeting', meeting, unit, version: 0 }],
          },
          async (trx) => {
            const found = await readMeetingOf(trx, { meeting, unit });
            if (found.closedAt !== null) throw new Refusal('already-done', 'meeting-over');
            const families = (await readFamilies(trx, person)).map(({ id }) => id);
            const { on } = found.state;
            const reached = await readOutcomes(trx, { families, from: on, until: on });
            // Who came since was not passed over then.
            const there = (await readCoveredChildren(trx, families)).filter(
              (child) => child.from <= found.openedAt && child.until === null,
            );
            const left = unreached(
              there,
              reached.filter((one) => one.meeting === meeting),
            );
            for (const { id, family } of there)
              if (left.includes(id))
                await leaveOver(trx, { meeting, family, child: id, why, by: person.member, at: now });
            return { children: left };
          },
        ),
    }),
  ];
}
