import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Response } from 'express';
import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayJoinMeeting } from '#domain/people/permissions.ts';
import { initialsOf } from '#domain/people/roles.ts';
import { SessionAct } from '#domain/reflecting/acts.ts';
import {
  goneAfter,
  isKept,
  mayHear,
  mayJot,
  mayReflect,
  MOVEMENTS,
  newParticipant,
  openSession,
  PARTS,
  personIn,
  sessionFor,
  SITTING,
  type AskedAlone,
  type Participant,
  type Session,
} from '#domain/reflecting/session.ts';
import { askedOf } from '#domain/reflecting/together.ts';
import { addDays, isCivil } from '#domain/time/civil.ts';
import { DONE, openRoute, route, type Route } from '../routes.ts';
import type { Bus } from '../bus/bus.ts';
import { readSession } from '../storage/queries/reflecting.ts';
import { readMembers, readUnit } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';
import { comeIn, forget, invite, lockedOut } from './invitations.ts';
import { hearNotSafe, isHeard, readNotSafe, sayNotSafe } from './not-safe.ts';
import type { Sessions } from './sessions.ts';

/** An id that the same words always give (RFC 9562, version 8). */
function idOf(words: string): string {
  const hex = createHash('sha256').update(words).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

interface Seat {
  person: { member: string };
  reflecting: Session;
}

const name = z.string().trim().min(1).max(80);
const civil = z.string().refine(isCivil, 'write the day as 2026-11-25');
/** A member of the unit by their id, or somebody who is invited by name. */
const Person = z.object({
  member: z.uuid().optional(),
  name: name.optional(),
  /** Who of the family's map it is. */
  person: z.uuid().nullable().default(null),
  part: z.enum(PARTS),
  where: z.enum(SITTING).default('room'),
  hasPage: z.boolean().default(true),
});
/** R11: who asked the one who is harmed, alone, and when; nobody yet where both are null. */
const Asked = z
  .array(
    z
      .object({ harmed: z.uuid(), harming: z.uuid(), by: z.uuid().nullable(), on: civil.nullable() })
      .refine(({ by, on }) => (by === null) === (on === null), 'say who asked and on which day'),
  )
  .max(60)
  .default([]);
const mostPeople = 30;
const oneHourMs = 3_600_000;
/** The longest that anything of a session may stay, days. */
const longestDays = 90;

/** Reflecting sessions: set up, come to, acted in. */
export function reflectingRoutes(tools: {
  storage: Storage;
  bus: Bus;
  sessions: Sessions;
  seatIn: (request: IncomingMessage, reflecting: string) => Promise<Seat>;
  /** Lays somebody's cookie into their browser for so many milliseconds, or takes it out. */
  setCookie: (
    response: Response,
    participant: string,
    value: { secret: string; maxAge: number } | null,
  ) => void;
  cookiesOf: (request: IncomingMessage) => string[];
  /** Whether a member may see a family, restricted or not. */
  maySee: (member: string, family: string) => Promise<boolean>;
  today: () => string;
  now: () => number;
  /** Sends everybody away from a document that is no more. */
  end: (doc: string) => void;
}): Route[] {
  const { storage, sessions } = tools;
  const seatIn = async (request: IncomingMessage, id: string | undefined): Promise<Seat> => {
    if (!z.uuid().safeParse(id).success) throw new Refusal('not-found');
    return tools.seatIn(request, id!);
  };
  const made = async (
    at: { unit: string; family: string | null },
    of: z.input<typeof Person>,
  ): Promise<Participant> => {
    const { unit, family } = at;
    const { part, where = 'room', hasPage = true, person = null } = of;
    if (of.member) {
      const member = (await readMembers(storage.db, unit)).find((one) => one.id === of.member && !one.left);
      if (!member || member.role === 'guest') throw new Refusal('not-found');
      if (family && !(await tools.maySee(member.id, family)))
        throw new Refusal('not-allowed', 'may-not-see-family');
      return newParticipant({
        id: member.id,
        name: member.name,
        initials: member.initials,
        part,
        where,
        isMember: true,
        hasPage: true,
      });
    }
    if (!of.name) throw new Refusal('not-understood', 'no-name');
    return newParticipant({
      id: randomUUID(),
      name: of.name,
      initials: initialsOf(of.name),
      person: family ? person : null,
      part,
      where,
      isMember: false,
      hasPage,
    });
  };
  /** Each of these is on the family's map, and there once. */
  const mustBeOnMap = async (family: string | null, people: readonly Participant[]): Promise<void> => {
    const ids = people.flatMap((one) => one.person ?? []);
    if (new Set(ids).size < ids.length) throw new Refusal('not-understood', 'there-twice');
    if (ids.length === 0 || family === null) return;
    const onMap = new Set((await sessions.whom(family)).people.map((one) => one.id));
    if (!ids.every((one) => onMap.has(one))) throw new Refusal('not-found');
  };
  /** Whoever is said to have asked is one of the unit and asked on a day that has been, of two with a harm line. */
  const mayHaveAsked = async (
    { unit, family }: { unit: string; family: string | null },
    asked: readonly AskedAlone[],
  ): Promise<void> => {
    if (asked.length === 0) return;
    const members = (await readMembers(storage.db, unit)).filter((one) => !one.left && one.role !== 'guest');
    const harms = family ? (await sessions.whom(family)).harms : [];
    for (const one of asked)
      if (
        !harms.some((pair) => askedOf([one], pair)) ||
        (one.by === null) !== (one.on === null) ||
        (one.by !== null && (!members.some((member) => member.id === one.by) || one.on! > tools.today()))
      )
        throw new Refusal('not-understood', 'harm-line');
  };
  return [
    route('POST /api/units/:unit/reflecting', {
      says: 'Sets up a reflecting session, led by whoever sets it up',
      body: z.object({
        family: z.uuid().nullable().default(null),
        on: civil,
        purpose: z.string().trim().min(1).max(600),
        part: z.enum(PARTS).default('team'),
        people: z.array(Person).max(mostPeople).default([]),
        minutes: z.partialRecord(z.enum(MOVEMENTS), z.number().int().min(1).max(240)).default({}),
        keep: z.object({ files: z.boolean(), until: civil.nullable() }),
        asked: Asked,
        once: z.uuid().optional(),
      }),
      run: async ({ person, params, body: { once, ...body } }) => {
        if (!mayJoinMeeting(person, params.unit)) throw new Refusal('not-found');
        if (body.family && !(await tools.maySee(person.member, body.family))) throw new Refusal('not-found');
        const today = tools.today();
        if (body.on < addDays(today, -1) || body.on > addDays(today, longestDays))
          throw new Refusal('not-understood', 'day-from-today', String(longestDays));
        const { until } = body.keep;
        if (until !== null && (until < body.on || until > addDays(body.on, longestDays)))
          throw new Refusal('not-understood', 'day-after-session', String(longestDays));
        const others = body.people.filter((one) => one.member !== person.member);
        const at = { unit: person.unit, family: body.family };
        const people = [
          await made(at, { member: person.member, part: body.part, where: 'room', hasPage: true }),
          ...(await Promise.all(others.map((one) => made(at, one)))),
        ];
        if (new Set(people.map((one) => one.id)).size < people.length)
          throw new Refusal('not-understood', 'there-twice');
        await mustBeOnMap(body.family, people);
        await mayHaveAsked(at, body.asked);
        const { family, on, purpose, minutes, keep, asked } = body;
        const session = openSession({
          unit: person.unit,
          family,
          on,
          purpose,
          lead: person.member,
          people,
          minutes,
          keep,
          limit: (await readUnit(storage.db, person.unit))!.settings.sessionLimit,
          asked,
        });
        return { session: await sessions.open({ session, by: person.member, once, says: body }) };
      },
    }),
    route('GET /api/units/:unit/reflecting', {
      says: 'The reflecting sessions in which whoever asks takes part',
      run: async ({ person, params }) => {
        if (!mayJoinMeeting(person, params.unit)) throw new Refusal('not-found');
        const rows = await storage.db
          .selectFrom('participants')
          .innerJoin('reflecting', 'reflecting.id', 'participants.session_id')
          .leftJoin('families', 'families.id', 'reflecting.family_id')
          .select(['reflecting.id', 'family_id', 'on_date', 'reflecting.closed_at', 'families.name'])
          .where('participants.id', '=', person.member)
          .where('gone_at', 'is', null)
          .orderBy('on_date', 'desc')
          .execute();
        const seen = [];
        for (const row of rows)
          if (!row.family_id || (await tools.maySee(person.member, row.family_id))) seen.push(row);
        return {
          sessions: seen.map((row) => ({
            id: row.id,
            on: row.on_date,
            familyName: row.name,
            isOver: row.closed_at !== null,
          })),
        };
      },
    }),
    route('GET /api/families/:family/whom-to-invite', {
      says: 'Who is on a family’s map, and between whom there is harm: for whoever sets up a reflecting session',
      run: async ({ person, params }) => {
        const { family } = params;
        if (!mayJoinMeeting(person, person.unit) || !z.uuid().safeParse(family).success)
          throw new Refusal('not-found');
        if (!(await tools.maySee(person.member, family!))) throw new Refusal('not-found');
        return sessions.whom(family!);
      },
    }),
    openRoute('POST /api/reflecting/come-in', {
      says: 'Comes to a session with an invitation’s link and its code; the cookie opens that session and nothing else',
      body: z.object({
        token: z.string().min(20).max(100),
        /** Not asked of a device that came by this link before. */
        code: z
          .string()
          .regex(/^\d{6}$/)
          .optional(),
        /** What the page made for this coming in: where an answer was lost, the same press is the same device. */
        device: z.string().regex(/^[\w-]{43}$/),
      }),
      run: async ({ body, request, response, now }) => {
        const { session, participant, cookie } = await comeIn(tools, {
          ...body,
          cookies: tools.cookiesOf(request),
        });
        const kept = await readSession(storage.db, session);
        const until = kept ? Date.parse(`${addDays(goneAfter(kept.session), 1)}T12:00:00Z`) : now;
        // Also where the browser was closed in between: for as long as anything of the session is there.
        tools.setCookie(response, participant, { secret: cookie, maxAge: Math.max(oneHourMs, until - now) });
        return { session, participant };
      },
    }),
    openRoute('POST /api/reflecting/go', {
      says: 'Forgets on this device that somebody was invited',
      body: z.object({ participant: z.uuid() }),
      run: async ({ body, request, response }) => {
        await forget(tools, { participant: body.participant, cookies: tools.cookiesOf(request) });
        tools.setCookie(response, body.participant, null);
        return DONE;
      },
    }),
    openRoute('GET /api/reflecting/:session', {
      says: 'A reflecting session as whoever asks is shown it',
      run: async ({ params, request, now }) => {
        const { person, reflecting } = await seatIn(request, params.session);
        const me = person.member;
        const family = reflecting.family
          ? await storage.db
              .selectFrom('families')
              .select('name')
              .where('id', '=', reflecting.family)
              .executeTakeFirst()
          : undefined;
        const unit = await readUnit(storage.db, reflecting.unit);
        return {
          id: params.session,
          now,
          me,
          familyName: family?.name ?? null,
          session: sessionFor(reflecting, me),
          here: await sessions.here(params.session),
          lockedOut: reflecting.lead === me ? await lockedOut(storage.db, params.session) : [],
          kept: Object.keys(reflecting.keeps).filter((one) => isKept(reflecting, one)),
          mayReflect: mayReflect(reflecting, me),
          mayHear: mayHear(reflecting, me),
          mayJot: mayJot(reflecting, me),
          goneAfter: goneAfter(reflecting),
          // H22: whom to ring, for everybody there: it is nobody's secret, and on nobody's page but where it is needed.
          outOfHours: unit?.settings.outOfHours ?? '',
        };
      },
    }),
    openRoute('POST /api/reflecting/:session/acts', {
      says: 'Does something in a session: moves it, raises a hand, asks for a pause, says what may be kept',
      body: SessionAct,
      run: async ({ params, body, request }) => {
        const { person, reflecting } = await seatIn(request, params.session);
        if (body.does === 'asked-alone' && person.member === reflecting.lead)
          await mayHaveAsked(reflecting, [body]);
        await sessions.act({ id: params.session, participant: person.member, act: body });
        return DONE;
      },
    }),
    openRoute('POST /api/reflecting/:session/not-safe', {
      says: 'Says that it is not safe: who leads and the consultant are told at once, and nobody else there; answers how many',
      run: async ({ params, request }) => {
        const { person, reflecting } = await seatIn(request, params.session);
        return sayNotSafe(tools, { id: params.session, session: reflecting, participant: person.member });
      },
    }),
    openRoute('GET /api/reflecting/:session/not-safe', {
      says: 'Whether somebody has in hand that whoever asks said that it is not safe',
      run: async ({ params, request }) => {
        const { person } = await seatIn(request, params.session);
        return { isHeard: await isHeard(storage, { id: params.session, participant: person.member }) };
      },
    }),
    route('GET /api/units/:unit/not-safe', {
      says: 'Where somebody in a reflecting session said that it was not safe; for who leads it and for the consultant',
      run: async ({ person, params }) => {
        if (!mayJoinMeeting(person, params.unit)) throw new Refusal('not-found');
        return { notSafe: await readNotSafe(tools, { unit: person.unit, member: person.member }) };
      },
    }),
    route('POST /api/units/:unit/not-safe/:id/heard', {
      says: 'Says that one has it in hand; for who leads and for the consultant',
      run: async ({ person, params }) => {
        if (!mayJoinMeeting(person, params.unit)) throw new Refusal('not-found');
        await hearNotSafe(tools, { id: params.id, unit: person.unit, member: person.member });
        return DONE;
      },
    }),
    openRoute('POST /api/reflecting/:session/people', {
      says: 'Puts somebody into a session; for who leads it',
      body: Person.extend({ asked: Asked, once: z.uuid().optional() }),
      run: async ({ params, body, request }) => {
        const { person, reflecting } = await seatIn(request, params.session);
        // Before anybody is looked up: who may see a family is told to nobody who only sits in.
        if (person.member !== reflecting.lead) throw new Refusal('not-allowed');
        const one = await made(reflecting, body);
        // D26: The form that is sent again is the same person.
        const isForm = body.once !== undefined && !one.isMember;
        if (isForm) one.id = idOf(`${params.session} ${body.once}`);
        const there = isForm ? personIn(reflecting, one.id) : null;
        if (there) {
          const isSame = there.name === one.name && there.part === one.part && there.person === one.person;
          if (!isSame) throw new Refusal('already-done');
          return { participant: one.id };
        }
        await mustBeOnMap(reflecting.family, [one]);
        await mayHaveAsked(reflecting, body.asked);
        await sessions.change({
          id: params.session,
          participant: person.member,
          people: (people) => {
            if (people.length >= mostPeople) throw new Refusal('full', 'no-room');
            if (people.some((other) => other.id === one.id)) {
              if (isForm) return [...people];
              throw new Refusal('already-done');
            }
            if (one.person !== null && people.some((other) => other.person === one.person))
              throw new Refusal('not-understood', 'there-twice');
            return [...people, one];
          },
          asked: body.asked,
        });
        return { participant: one.id };
      },
    }),
    openRoute('DELETE /api/reflecting/:session/people/:participant', {
      says: 'Takes somebody out of a session, with their jottings; for who leads it',
      run: async ({ params, request }) => {
        const { person, reflecting } = await seatIn(request, params.session);
        if (params.participant === reflecting.lead || !personIn(reflecting, params.participant))
          throw new Refusal(person.member === reflecting.lead ? 'not-found' : 'not-allowed');
        await sessions.change({
          id: params.session,
          participant: person.member,
          people: (people) => people.filter((one) => one.id !== params.participant),
        });
        return DONE;
      },
    }),
    openRoute('POST /api/reflecting/:session/people/:participant/invitation', {
      says: 'A link and a code for somebody who is invited; an earlier one opens nothing any more',
      run: async ({ params, request }) => {
        const { person } = await seatIn(request, params.session);
        return invite(tools, {
          id: params.session,
          lead: person.member,
          participant: params.participant,
        });
      },
    }),
  ];
}
