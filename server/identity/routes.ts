import { randomUUID } from 'node:crypto';
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { HANDS } from '#domain/people/hands.ts';
import { mayManage, type Person } from '#domain/people/permissions.ts';
import { initialsOf, ROLES, type Role } from '#domain/people/roles.ts';
import { DEFAULT_SETTINGS } from '#domain/people/settings.ts';
import type { Me, Seat } from '#domain/views.ts';
import type { Acts } from '../act.ts';
import type { Bus } from '../bus/bus.ts';
import { DONE, openRoute, route, type Route } from '../routes.ts';
import { audit } from '../storage/queries/audit.ts';
import { mustBeFree, readPerson } from '../storage/queries/people.ts';
import { readMembers } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';
import type { Cookies } from './cookies.ts';
import { handOf, type Guard } from './guard.ts';
import { deviceKey, forgetDevices, isDeviceKept } from './devices.ts';
import {
  endFirstRun,
  makeLink,
  makeMemberLink,
  memberOfLink,
  readLink,
  readOpenLinks,
  resumeFirstRun,
  useLink,
  withdrawLink,
} from './links.ts';
import type { Passkeys } from './passkeys.ts';
import { beginSession, endSession, findSession, longestMs } from './sessions.ts';

const token = z.string().min(20).max(100);
const name = z.string().trim().min(1).max(500);
const role = z.enum(Object.keys(ROLES) as [Role, ...Role[]]);
const isObject = (value: unknown) => typeof value === 'object' && value !== null;
const made = z.custom<RegistrationResponseJSON>(isObject);
const used = z.custom<AuthenticationResponseJSON>(isObject);

interface Tools {
  storage: Storage;
  guard: Guard;
  acts: Acts;
  passkeys: Passkeys;
  /** What is written down of a unit and its members. */
  recordNow: () => number;
  bus: Bus;
  cookies: Cookies;
  /** Whether a member's own device may keep an encrypted copy. */
  offline: 'off' | 'tab' | 'cold';
  /** Makes the invented unit and returns its id; handed in, since it is the record's to know what a unit holds. */
  makeSample: () => Promise<string>;
  clearSample: (unit: string) => Promise<void>;
}

/** First run, sign-in, sessions and links. */
export function identityRoutes(tools: Tools): Route[] {
  const { storage, guard, acts, passkeys, bus, cookies } = tools;

  /** P27: Who came in and went, in the audit of their unit; by id, never by name. */
  const note = async (line: {
    act: string;
    member: string | null;
    unit: string | null;
    at: number;
  }): Promise<void> => {
    // Also of somebody who has left: that they try is of their unit's business.
    const known = await storage.db
      .selectFrom('members')
      .select('unit_id')
      .where('id', '=', line.member ?? '')
      .executeTakeFirst();
    await audit(storage.db, {
      at: line.at,
      unit: known?.unit_id ?? line.unit,
      member: line.member,
      act: line.act,
      subject: line.member ?? line.unit ?? '',
    });
  };

  /** The link by which a passkey is made; one that works no longer is written down as tried, for whose seat it was. */
  const enrolLink = (secret: string, now: number) =>
    readLink(storage.db, { token: secret, purpose: 'enrol', now }).catch(async (error: unknown) => {
      const member = await memberOfLink(storage.db, secret);
      if (member)
        await note({ act: 'was refused: a link that works no longer', member, unit: null, at: now });
      throw error;
    });

  /** Ends the session of one hand at this device, with what is kept for it. */
  const endHand = async (
    hand: string | null,
    of: { request: Request; response: Response; now: number },
  ): Promise<void> => {
    const token = cookies.read(of.request, cookies.session(hand));
    const session = token ? await findSession(storage.db, { token, now: of.now }) : null;
    if (session) {
      await forgetDevices(storage.db, { session: session.id });
      await endSession(storage.db, { id: session.id, now: of.now });
      await note({ act: 'went out', member: session.member, unit: session.unit, at: of.now });
      await bus.publish({ about: 'session-ended', session: session.id });
    }
    if (token) cookies.clear(of.response, cookies.session(hand));
  };

  /** P22: Lets somebody in at this device: who was there in this hand is out, and beside a new face sits nobody of before. */
  const enter = async (ask: {
    member: string | null;
    unit: string | null;
    request: Request;
    response: Response;
    now: number;
  }): Promise<void> => {
    const hand = handOf(ask.request);
    const before = await guard.sessionOf(ask.request);
    const isSame = before !== null && before.member !== null && before.member === ask.member;
    if (isSame) {
      await endSession(storage.db, { id: before.id, now: ask.now });
      await bus.publish({ about: 'session-ended', session: before.id });
    } else for (const one of hand === null ? [null, ...HANDS] : [hand]) await endHand(one, ask);
    const value = await beginSession(storage.db, {
      member: ask.member,
      unit: ask.unit,
      agent: ask.request.get('user-agent') ?? '',
      now: ask.now,
    });
    await note({ act: 'came in', member: ask.member, unit: ask.unit, at: ask.now });
    cookies.set(ask.response, cookies.session(hand), value, { maxAge: longestMs });
  };

  return [
    openRoute('POST /api/first-run/check', {
      says: 'Whether the link of the first start can still be used; where a unit was set up with it and nobody has a passkey yet, the link by which its coordinator makes one',
      body: z.object({ token }),
      run: async ({ body, now }) => {
        const enrol = await storage.write((trx) => resumeFirstRun(trx, { token: body.token, now }));
        if (enrol === null) await readLink(storage.db, { token: body.token, purpose: 'first-run', now });
        return { enrol };
      },
    }),
    openRoute('POST /api/first-run/unit', {
      says: 'Sets up the first unit; answers with the link by which its coordinator makes a passkey',
      body: z.object({
        token,
        unit: name,
        meetingDay: z.number().int().min(1).max(7).default(3),
        meetingTime: z
          .string()
          .regex(/^\d{2}:\d{2}$/)
          .default('09:30'),
        members: z
          .array(z.object({ name, role, email: z.string().trim().max(200).default('') }))
          .min(1)
          .max(40),
      }),
      run: async ({ body, now }) => {
        const first =
          body.members.find((member) => member.role === 'coordinator') ??
          body.members.find((member) => member.role === 'consultant');
        if (!first) throw new Refusal('not-understood', 'needs-coordinator');
        return storage.write(async (trx) => {
          const link = await readLink(trx, { token: body.token, purpose: 'first-run', now });
          const unit = randomUUID();
          await trx
            .insertInto('units')
            .values({
              id: unit,
              name: body.unit,
              ref: null,
              meeting_day: body.meetingDay,
              meeting_time: body.meetingTime,
              settings: JSON.stringify(DEFAULT_SETTINGS),
              made_up: 0,
              created_at: tools.recordNow(),
            })
            .execute();
          let enrol = '';
          for (const member of body.members) {
            const id = randomUUID();
            await mustBeFree(trx, { email: member.email, member: id, unit });
            await trx
              .insertInto('members')
              .values({
                id,
                unit_id: unit,
                ref: null,
                name: member.name,
                initials: initialsOf(member.name),
                role: member.role,
                email: member.email,
                note: '',
                epoch: 0,
                left_at: null,
                created_at: tools.recordNow(),
              })
              .execute();
            if (member !== first) continue;
            await useLink(trx, { id: link.id, now, member: id });
            enrol = (await makeLink(trx, { purpose: 'enrol', member: id, madeBy: null, now })).token;
          }
          await audit(trx, { at: now, unit, member: null, act: 'unit set up', subject: unit });
          return { unit, enrol };
        });
      },
    }),
    openRoute('POST /api/first-run/look-round', {
      says: 'Opens the made-up unit in this browser',
      body: z.object({ token }),
      run: async ({ body, now, request, response }) => {
        await readLink(storage.db, { token: body.token, purpose: 'first-run', now }).catch(() =>
          readLink(storage.db, { token: body.token, purpose: 'look-round', now }),
        );
        const unit = await tools.makeSample();
        await enter({ member: null, unit, request, response, now });
        return { unit, seats: await seatsOf(storage, unit) };
      },
    }),
    openRoute('GET /api/me', {
      says: 'Who this window is, and which seats it may choose in a made-up unit',
      run: async ({ person, request }): Promise<Me> => {
        const session = await guard.sessionOf(request);
        if (!session) return { is: 'nobody', anyUnit: await hasRealUnit(storage) };
        const seats = session.unit ? await seatsOf(storage, session.unit) : [];
        // Whose seat has gone has nothing to choose between.
        if (!person)
          return session.unit
            ? { is: 'choosing-seat', unit: session.unit, seats }
            : { is: 'nobody', anyUnit: await hasRealUnit(storage) };
        return {
          is: 'somebody',
          // By their seat alone: a pen that was handed on is the meeting's, which says who holds it now.
          person: { ...person, powers: [...ROLES[person.role].powers] },
          madeUp: session.madeUp,
          seats,
          session: session.id,
        };
      },
    }),
    openRoute('POST /api/sign-in/ask', {
      says: 'Asks for a passkey',
      run: ({ now }) => passkeys.askToUse(now),
    }),
    openRoute('POST /api/sign-in', {
      says: 'Comes in with a passkey',
      body: z.object({ id: z.uuid(), answer: used }),
      run: async ({ body, now, request, response }) => {
        const member = await passkeys
          .use({ id: body.id, response: body.answer, now })
          .catch(async (error: unknown) => {
            if (error instanceof Refusal)
              await note({
                act: 'was refused: a key',
                member: await passkeys.memberOf(body.answer.id),
                unit: null,
                at: now,
              });
            throw error;
          });
        if (!(await readPerson(storage.db, member))) {
          await note({ act: 'was refused: no seat', member, unit: null, at: now });
          throw new Refusal('not-allowed');
        }
        await enter({ member, unit: null, request, response, now });
        return { member };
      },
    }),
    openRoute('POST /api/enrol/ask', {
      says: 'Asks to make a passkey with a one-time link',
      body: z.object({ token }),
      run: async ({ body, now }) => {
        const link = await enrolLink(body.token, now);
        const member = await storage.db
          .selectFrom('members')
          .select(['id', 'name', 'email'])
          .where('id', '=', link.member)
          .where('left_at', 'is', null)
          .executeTakeFirst();
        if (!member) throw new Refusal('link-used');
        return {
          name: member.name,
          ...(await passkeys.askToMake({ member: member.id, name: member.name, email: member.email, now })),
        };
      },
    }),
    openRoute('POST /api/enrol', {
      says: 'Keeps the passkey, uses the link up and comes in',
      body: z.object({ token, id: z.uuid(), answer: made }),
      run: async ({ body, now, request, response }) => {
        const link = await enrolLink(body.token, now);
        const key = await passkeys.readMade({
          id: body.id,
          member: link.member!,
          response: body.answer,
          now,
        });
        // The link is used up and the key kept together: of two answers to one link, one comes in.
        await storage.write(async (trx) => {
          await useLink(trx, { id: link.id, now });
          await trx.insertInto('passkeys').values(key).execute();
          await endFirstRun(trx, { member: link.member!, now });
          await audit(trx, {
            at: now,
            unit: null,
            member: link.member,
            act: 'passkey made',
            subject: link.member!,
          });
        });
        await enter({ member: link.member, unit: null, request, response, now });
        return { member: link.member! };
      },
    }),
    route('POST /api/proof/ask', {
      says: 'Asks for the passkey once more',
      run: ({ now }) => passkeys.askToUse(now),
    }),
    route('POST /api/proof', {
      says: 'A fresh proof for this session',
      body: z.object({ id: z.uuid(), answer: used }),
      run: async ({ body, now, person, session }) => {
        const whose = await passkeys.use({ id: body.id, response: body.answer, now });
        if (whose !== person.member) {
          await note({ act: 'was refused: a fresh proof', member: person.member, unit: null, at: now });
          throw new Refusal('not-allowed');
        }
        await storage.db
          .updateTable('sessions')
          .set({ proof_at: now })
          .where('id', '=', session.id)
          .execute();
        return DONE;
      },
    }),
    openRoute('POST /api/sign-out', {
      says: 'Ends this session; the first person’s ends those of everybody who came in beside them at this device',
      run: async ({ now, request, response }) => {
        const own = handOf(request);
        for (const hand of own === null ? [null, ...HANDS] : [own])
          await endHand(hand, { request, response, now });
        if (own === null) response.set('Clear-Site-Data', '"storage"');
        return DONE;
      },
    }),
    route('GET /api/sessions', {
      says: 'My open devices; for a coordinator with ?member= a member’s',
      run: async ({ person, query, session }) => {
        const member = await memberFor(storage, { person, member: query.member ?? person.member });
        const rows = await storage.db
          .selectFrom('sessions')
          .select(['id', 'agent', 'created_at', 'seen_at'])
          .where('member_id', '=', member)
          .where('ended_at', 'is', null)
          .orderBy('seen_at', 'desc')
          .execute();
        return {
          sessions: rows.map((row) => ({
            id: row.id,
            agent: row.agent,
            createdAt: Number(row.created_at),
            seenAt: Number(row.seen_at),
            isThis: row.id === session.id,
          })),
        };
      },
    }),
    route('DELETE /api/sessions/:session', {
      says: 'Ends one of them; its open boards close at once',
      run: async ({ person, params, now }) => {
        const row = await storage.db
          .selectFrom('sessions')
          .select(['id', 'member_id'])
          .where('id', '=', params.session)
          .executeTakeFirst();
        if (!row?.member_id) throw new Refusal('not-found');
        await memberFor(storage, { person, member: row.member_id });
        await forgetDevices(storage.db, { session: row.id });
        await endSession(storage.db, { id: row.id, now });
        await note({ act: 'a device was signed out', member: row.member_id, unit: null, at: now });
        await bus.publish({ about: 'session-ended', session: row.id });
        return DONE;
      },
    }),
    route('POST /api/device', {
      says: 'The key that unwraps what this device keeps for whoever asks, a new one where there is none any more; and whether it may open without a line',
      body: z.object({ device: z.uuid().nullable() }),
      run: async ({ person, session, body, now }) => {
        // In a made-up unit a window is a seat, and a seat is nobody's own device.
        if (tools.offline === 'off' || session.madeUp || person.role === 'guest')
          throw new Refusal('not-allowed', 'keeps-nothing');
        const key = await deviceKey(storage, {
          member: person.member,
          session: session.id,
          device: body.device,
          now,
        });
        return { ...key, member: person.member, cold: tools.offline === 'cold' };
      },
    }),
    openRoute('GET /api/device/:device', {
      says: 'Whether what a device keeps could still be read by its member; where not, the device deletes it',
      run: async ({ params, now }) => ({
        isKept:
          z.uuid().safeParse(params.device).success &&
          (await isDeviceKept(storage.db, { device: params.device, now })),
      }),
    }),
    route('DELETE /api/devices', {
      says: 'Forgets all devices of whoever asks: what they keep cannot be read any more',
      run: async ({ person }) => {
        await forgetDevices(storage.db, { member: person.member });
        return DONE;
      },
    }),
    route('GET /api/units/:unit/links', {
      says: 'Links that were made and can still be used or taken back',
      run: async ({ person, params, now }) => {
        if (!mayManage(person, params.unit)) throw new Refusal('not-found');
        return { links: await readOpenLinks(storage.db, { unit: params.unit, now }) };
      },
    }),
    route('POST /api/units/:unit/links', {
      says: 'Makes a one-time link for a member; one that was made before and not used ends',
      body: z.object({ member: z.uuid() }),
      run: ({ person, params: { unit }, body: { member }, now, session }) =>
        acts.inUnit(
          unit,
          { by: person, at: now, proof: session, act: 'link made', subject: member },
          async (trx) => {
            const found = (await readMembers(trx, unit)).find((one) => one.id === member && !one.left);
            if (!found) throw new Refusal('not-found');
            return makeMemberLink(trx, { member, madeBy: person.member, now });
          },
        ),
    }),
    route('DELETE /api/units/:unit/links/:link', {
      says: 'Takes a link back',
      run: ({ person, params: { unit, link }, now }) =>
        acts.inUnit(unit, { by: person, at: now, act: 'link taken back', subject: link }, async (trx) => {
          await withdrawLink(trx, { unit, link, now });
          return DONE;
        }),
    }),
    openRoute('DELETE /api/made-up', {
      says: 'Clears the made-up unit away, with everything in it',
      run: async ({ request, response }) => {
        const session = await guard.sessionOf(request);
        if (!session?.unit) throw new Refusal('not-found');
        await tools.clearSample(session.unit);
        cookies.clear(response, cookies.session(null));
        return DONE;
      },
    }),
  ];
}

async function seatsOf(storage: Storage, unit: string): Promise<Seat[]> {
  const rows = await storage.db
    .selectFrom('members')
    .select(['id', 'name', 'initials', 'role'])
    .where('unit_id', '=', unit)
    .where('left_at', 'is', null)
    .orderBy('created_at')
    .orderBy('ref')
    .execute();
  return rows.map((row) => ({
    member: row.id,
    name: row.name,
    initials: row.initials,
    role: row.role as Role,
  }));
}

async function hasRealUnit(storage: Storage): Promise<boolean> {
  return (
    (await storage.db
      .selectFrom('units')
      .select('id')
      .where('made_up', '=', 0)
      .limit(1)
      .executeTakeFirst()) !== undefined
  );
}

/** Oneself, or a member of the unit that one keeps. */
async function memberFor(storage: Storage, ask: { person: Person; member: string }): Promise<string> {
  if (ask.member === ask.person.member) return ask.member;
  const row = await storage.db
    .selectFrom('members')
    .select(['id', 'unit_id'])
    .where('id', '=', ask.member)
    .executeTakeFirst();
  if (!row || !mayManage(ask.person, row.unit_id)) throw new Refusal('not-found');
  return row.id;
}
