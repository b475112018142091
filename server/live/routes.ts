import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { inOrder } from '#domain/board/board.ts';
import { risksOf, saysSomething } from '#domain/board/risks.ts';
import { lastHeardOf } from '#domain/meeting/covered.ts';
import { isSafetyStatus, nextPrepared, suggestAgenda, unreached } from '#domain/meeting/agenda.ts';
import { joinCode, openMeeting, readMeeting, type MeetingState } from '#domain/meeting/meeting.ts';
import { mayJoinMeeting, mayRunMeeting } from '#domain/people/permissions.ts';
import { isCivil, londonDate } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import { Before, type Acts } from '../act.ts';
import { route, type Route } from '../routes.ts';
import { addMeeting, readMeetingOn } from '../storage/queries/meetings.ts';
import { readDates } from '../storage/queries/dates.ts';
import { readCards } from '../storage/building.ts';
import { readOutcomes } from '../storage/queries/commits.ts';
import { readDocument } from '../storage/queries/documents.ts';
import { Parts, unlessUnreadable } from '../storage/unreadable.ts';
import { readAllFamilies, readFamilies, readUnit } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';

/** Opening a meeting and reading its state; everything that changes it goes over the socket. */
export function liveRoutes({ storage, acts }: { storage: Storage; acts: Acts }): Route[] {
  const { db } = storage;
  return [
    route('POST /api/units/:unit/meetings', {
      says: 'Opens the meeting of a day, with a suggested running order; there is one a day',
      body: z.object({ on: z.string().refine(isCivil, 'write the day as 2026-11-25') }),
      run: async ({ person, params: { unit }, body: { on }, now }) => {
        // Before any board is read for it.
        if (!mayRunMeeting(person, unit))
          throw new Refusal(unit === person.unit ? 'not-allowed' : 'not-found');
        const facts = await agendaFacts(storage, { unit: person.unit, on });
        return acts.inUnit<{ meeting: string }>(
          unit,
          {
            by: person,
            at: now,
            may: mayRunMeeting,
            act: 'meeting opened',
            news: ({ meeting }) => [{ about: 'meeting', meeting, unit, version: 0 }],
            subjectOf: ({ meeting }) => meeting,
          },
          async (trx) => {
            const known = await readMeetingOn(trx, { unit, on });
            if (known) return new Before({ meeting: known });
            const { settings } = (await readUnit(trx, unit))!;
            const agenda = suggestAgenda(facts, { on, minutes: settings.minutes, newId: () => randomUUID() });
            const meeting = randomUUID();
            await addMeeting(trx, { meeting, state: openMeeting({ unit, on, agenda }), at: now });
            return { meeting };
          },
        );
      },
    }),
    route('GET /api/join/:code', {
      says: 'The open meeting of one’s own unit whose six numbers stand on the shared screen',
      run: async ({ person, params }) => {
        const open = mayJoinMeeting(person, person.unit)
          ? await db
              .selectFrom('meetings')
              .select('id')
              .where('unit_id', '=', person.unit)
              .where('closed_at', 'is', null)
              .execute()
          : [];
        const found = open.find(({ id }) => joinCode(id) === params.code);
        if (!found) throw new Refusal('not-found');
        return { meeting: found.id };
      },
    }),
    route('GET /api/meetings/:meeting', {
      says: 'The meeting as it is now: running order, focus, who is here, which children were reached',
      run: async ({ person, params, now }) => {
        const row = await db
          .selectFrom('meetings')
          .selectAll()
          .where('id', '=', params.meeting)
          .executeTakeFirst();
        if (!row || !mayJoinMeeting(person, row.unit_id)) throw new Refusal('not-found');
        const state = readMeeting(row.state);
        const families = await readFamilies(db, person);
        const seen = new Set(families.map((family) => family.id));
        const parts = new Parts();
        const reached = await parts.read(
          'reached',
          db
            .selectFrom('reached')
            .select(['child_id', 'family_id', 'outcome', 'why', 'by', 'at'])
            .where('meeting_id', '=', row.id)
            .execute(),
          [],
        );
        const here = await parts.read(
          'attendance',
          db
            .selectFrom('attendance')
            .select(['member_id', 'place', 'here', 'last_at'])
            .where('meeting_id', '=', row.id)
            .orderBy('first_at')
            .execute(),
          [],
        );
        const previous = await db
          .selectFrom('meetings')
          .select(['id', 'on_date', 'opened_at'])
          .where('unit_id', '=', row.unit_id)
          .where('on_date', '<', row.on_date)
          .orderBy('on_date', 'desc')
          .executeTakeFirst();
        const lastHere = await unlessUnreadable(
          db
            .selectFrom('attendance')
            .innerJoin('meetings', 'meetings.id', 'attendance.meeting_id')
            .select('meetings.on_date')
            .where('attendance.member_id', '=', person.member)
            .where('meetings.unit_id', '=', row.unit_id)
            .where('meetings.on_date', '<', row.on_date)
            .orderBy('meetings.on_date', 'desc')
            .limit(1)
            .execute(),
        );
        const mine = reached.filter((one) => seen.has(one.family_id));
        return {
          id: row.id,
          version: Number(row.version),
          now,
          previous: previous ? { on: previous.on_date, openedAt: Number(previous.opened_at) } : null,
          lastHere: lastHere?.[0]?.on_date ?? null,
          state: withoutHidden(state, seen),
          unreadable: parts.unreadable,
          here: here.map((one) => ({
            member: one.member_id,
            place: one.place,
            here: Number(one.here) === 1,
            lastAt: Number(one.last_at),
          })),
          reached: mine.map((one) => ({
            child: one.child_id,
            family: one.family_id,
            outcome: one.outcome,
            why: one.why,
            by: one.by,
            at: Number(one.at),
          })),
          unreached: unreached(
            families.flatMap((family) =>
              family.children.map((child) => ({ id: child.id, family: family.id })),
            ),
            mine.map((one) => ({ child: one.child_id })),
          ),
        };
      },
    }),
  ];
}

/** P19: a restricted family is not on the running order of somebody who may not find it, and nothing says that it is missing. */
function withoutHidden(state: MeetingState, seen: ReadonlySet<string>): MeetingState {
  const shown = (family: string | null) => family === null || seen.has(family);
  const agenda = state.agenda.filter((item) => shown(item.family));
  const focused = agenda.some((item) => item.id === state.focus.item);
  return {
    ...state,
    agenda,
    focus: focused ? state.focus : { item: null, place: 'catch-up', by: null, since: null },
    spent: Object.fromEntries(
      Object.entries(state.spent).filter(([item]) => agenda.some((line) => line.id === item)),
    ),
    risk: state.risk && shown(state.risk.family) ? state.risk : null,
    risksOver: state.risksOver.filter((risk) => shown(risk.family)),
    preparing: state.preparing && shown(state.preparing.family) ? state.preparing : null,
  };
}

/** Reads from the record and the boards what the running order is suggested from. */
async function agendaFacts(storage: Storage, { unit, on }: { unit: string; on: string }) {
  const { db } = storage;
  // The running order is the unit's: families that only some may find are on it for those who may.
  const families = await readAllFamilies(db, unit);
  const ids = families.map((family) => family.id);
  // D17: The order is suggested from what can be read; the unit meets in any case.
  const dates = (await unlessUnreadable(readDates(db, ids))) ?? [];
  const heard = lastHeardOf((await unlessUnreadable(readOutcomes(db, { families: ids }))) ?? []);
  return Promise.all(
    families.map(async (family) => {
      const { hasSafetyPlan, lastRisk } = await safetyOf(storage, family.id);
      const days = family.children.map(({ id }) => heard[id]?.on ?? '').sort();
      return {
        id: family.id,
        name: family.name,
        lastRisk,
        hasSafetyConcern: family.children.some((child) => isSafetyStatus(child.status)) || hasSafetyPlan,
        next: nextPrepared(
          dates.filter((date) => date.family === family.id),
          on,
        ),
        lastHeard: days.at(-1) || null,
        longestSince: days[0] || null,
        wasPutOff: family.children.some(({ id }) => heard[id]?.putOff),
      };
    }),
  );
}

/** What a board says of safety, for the running order. */
async function safetyOf(
  storage: Storage,
  family: string,
): Promise<{ hasSafetyPlan: boolean; lastRisk: string | null }> {
  const kept = await unlessUnreadable(readDocument(storage.db, familyDocument(family)));
  // A family whose board cannot be read is heard early, and keeps no other from the meeting.
  if (kept === null) return { hasSafetyPlan: true, lastRisk: null };
  const { cards } = await readCards(kept);
  const risk = risksOf(cards).findLast(saysSomething);
  return {
    hasSafetyPlan: inOrder(cards, 'safety').some((card) => card.text.trim() !== ''),
    lastRisk: risk ? londonDate(risk.calledAt) : null,
  };
}
