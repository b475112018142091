import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayCommit, mayManage, mayThink, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import { initialsOf } from '#domain/people/roles.ts';
import { importSchema } from '#domain/people/import.ts';
import { MOST_OUT_OF_HOURS } from '#domain/people/out-of-hours.ts';
import { readSettings } from '#domain/people/settings.ts';
import { LIMIT_LENGTH } from '#domain/reflecting/limit.ts';
import { isBirth, whyNotBorn } from '#domain/time/birth.ts';
import { isCivil } from '#domain/time/civil.ts';
import type { CommitReceipt } from '#domain/views.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import { DONE, openRoute, route, type Route, type SessionFacts } from '../routes.ts';
import { audit, readAudit } from '../storage/queries/audit.ts';
import { actOnDate, addDate, readDates, removeDate } from '../storage/queries/dates.ts';
import { appendEntry, noteView, readFile } from '../storage/queries/files.ts';
import { keepFindable, mustBeFree, raiseEpochs } from '../storage/queries/people.ts';
import { makeOnce, type Form } from '../storage/queries/once.ts';
import { actOnTask, giveTask, readTasks } from '../storage/queries/tasks.ts';
import { readChild, readChildren, readFamilies, readMembers, readUnit } from '../storage/queries/units.ts';
import type { Reader, Storage, Trx } from '../storage/storage.ts';
import { commit, digestOf, reach, readReview } from './commit.ts';
import { exportFile, FORMATS, readFileForExport } from './export.ts';
import { importFiles } from './import.ts';

/** What the record asks of whoever answers for rights. */
export interface RecordGuard {
  familyFor(person: Person, family: string | undefined, reader?: Reader): Promise<FamilyRight>;
  needsProof(session: SessionFacts, longerMs?: number): void;
}

interface Tools {
  storage: Storage;
  guard: RecordGuard;
  bus: Bus;
  /** The civil date in London that is today. */
  today: () => string;
  counted: (what: 'commit') => void;
}

const name = z.string().trim().min(1, 'a name is needed').max(500);
const email = z
  .string()
  .trim()
  .max(200)
  .regex(/^$|^[^\s@]+@[^\s@]+$/, 'write it as name@council.gov.uk');
const why = z.string().trim().min(1, 'say in a few words why').max(500);
const day = z.string().refine(isCivil, 'write the day as 2026-11-25').nullable();
const birth = z
  .string()
  .refine(
    isBirth,
    'write a day, a month, a year or an age: 3/6/2014, June 2014, 2014, or about 3 in June 2024',
  )
  .nullable();
const gender = z.enum(['female', 'male', 'other', 'unknown']);
/** The id of the form that makes something: however often it is sent, it makes one. */
const once = z.uuid().optional();
const role = z.enum(['consultant', 'social-worker', 'practitioner', 'clinician', 'coordinator', 'guest']);

/** Units, families, tasks, the commit and the children's files. */
export function recordRoutes(tools: Tools): Route[] {
  const { storage, guard, bus, today } = tools;
  const { db } = storage;
  /** What a form makes, in one transaction and once. */
  const making = (form: Form, make: (trx: Trx, id: string) => Promise<void>) =>
    storage.write((trx) => makeOnce(trx, form, (id) => make(trx, id)));

  const ownUnit = async (person: Person, unit: string | undefined) => {
    const found = unit === person.unit ? await readUnit(db, unit) : null;
    if (!found) throw new Refusal('not-found');
    return found;
  };
  const managed = (person: Person, unit: string | undefined) => {
    if (!unit || !mayManage(person, unit)) throw new Refusal('not-found');
    return unit;
  };
  /** A child whose family this person may see. */
  const childFor = async (person: Person, id: string) => {
    const child = await readChild(db, id);
    if (!child) throw new Refusal('not-found');
    return { ...child, right: await guard.familyFor(person, child.family) };
  };
  /** A day that has not come is nobody's birth. */
  const mustBeBorn = (born: string | null) => {
    const why = born && whyNotBorn(born, today());
    if (why) throw new Refusal('not-understood', 'wrong-field', `Born: ${why}`);
  };
  /** When everything was last copied, and the files last signed elsewhere. */
  const readKeeping = async () => {
    const rows = await db
      .selectFrom('settings')
      .selectAll()
      .where('key', 'in', ['last-backup', 'last-checkpoint', 'key-kept'])
      .execute();
    const at = (key: string) => Number(rows.find((row) => row.key === key)?.value ?? NaN) || null;
    const { keyId } = storage;
    return {
      copiedAt: at('last-backup'),
      signedAt: at('last-checkpoint'),
      /** The key without which no copy opens, as long as nobody has said that it lies elsewhere too. */
      keyToKeep: rows.some((row) => row.key === 'key-kept' && row.value === keyId) ? null : keyId,
    };
  };
  const tellFamily = (family: string, unit: string) => bus.publish({ about: 'family', family, unit });
  const tellRights = async (members: readonly string[]) => {
    await bus.publish({ about: 'rights', members });
  };
  const mayKeepFamily = async (person: Person, family: string | undefined) => {
    const right = await guard.familyFor(person, family);
    if (!mayManage(person, right.unit)) throw new Refusal('not-allowed');
    return right;
  };

  return [
    route('GET /api/units/:unit', {
      says: 'The unit: its people, families, dates, meetings, and tasks that are open or ended within a week',
      run: async ({ person, params, now }) => {
        const unit = await ownUnit(person, params.unit);
        const families = person.role === 'guest' ? [] : await readFamilies(db, person);
        const ids = families.map((family) => family.id);
        const meetings = await db
          .selectFrom('meetings')
          .select(['id', 'on_date', 'closed_at'])
          .where('unit_id', '=', unit.id)
          .orderBy('on_date', 'desc')
          .limit(60)
          .execute();
        const reached = ids.length
          ? await db
              .selectFrom('reached')
              .innerJoin('meetings', 'meetings.id', 'reached.meeting_id')
              .select(['child_id', 'outcome', 'on_date'])
              .where('family_id', 'in', ids)
              .orderBy('on_date')
              .execute()
          : [];
        return {
          unit,
          members: (await readMembers(db, unit.id)).map((member) =>
            mayManage(person, unit.id) || member.id === person.member ? member : { ...member, email: '' },
          ),
          families,
          dates: await readDates(db, ids),
          tasks: await readTasks(db, { families: ids, endedSince: now - 7 * 86_400_000 }),
          meetings: meetings.map((meeting) => ({
            id: meeting.id,
            on: meeting.on_date,
            closed: meeting.closed_at !== null,
          })),
          lastHeard: Object.fromEntries(
            reached.map((one) => [one.child_id, { on: one.on_date, outcome: one.outcome }]),
          ),
          keeping: mayManage(person, unit.id) && !unit.madeUp ? await readKeeping() : null,
        };
      },
    }),
    route('PUT /api/units/:unit/settings', {
      says: 'Changes the unit’s settings: its name, when it meets, who decides what; what is not named stays',
      body: z.object({
        name,
        meetingDay: z.number().int().min(1).max(7),
        meetingTime: z.string().regex(/^\d{2}:\d{2}$/),
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
          driftWeeks: z
            .object({ plan: z.number().int().min(1).max(52), otherwise: z.number().int().min(1).max(52) })
            .optional(),
          outOfHours: z.string().trim().max(MOST_OUT_OF_HOURS).optional(),
          sessionLimit: z.string().trim().min(LIMIT_LENGTH.least).max(LIMIT_LENGTH.most).optional(),
          minutes: z
            .object({
              usual: z.number().int().min(1).max(240),
              pressing: z.number().int().min(1).max(240),
            })
            .optional(),
        }),
      }),
      run: async ({ person, params, body, now }) => {
        const unit = managed(person, params.unit);
        await storage.write(async (trx) => {
          // The row is touched first, so that two who save at once come one after the other.
          await trx
            .updateTable('units')
            .set({ name: body.name, meeting_day: body.meetingDay, meeting_time: body.meetingTime })
            .where('id', '=', unit)
            .execute();
          const { settings } = await trx
            .selectFrom('units')
            .select('settings')
            .where('id', '=', unit)
            .executeTakeFirstOrThrow();
          await trx
            .updateTable('units')
            .set({ settings: JSON.stringify({ ...readSettings(settings), ...body.settings }) })
            .where('id', '=', unit)
            .execute();
          await audit(trx, { at: now, unit, member: person.member, act: 'settings changed', subject: unit });
        });
        return DONE;
      },
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
      run: async ({ person, params, body: { once, ...body }, now }) => {
        const unit = managed(person, params.unit);
        const id = await making({ once, member: person.member, now, says: [unit, body] }, async (trx, id) => {
          await mustBeFree(trx, { email: body.email, member: id, unit });
          await trx
            .insertInto('members')
            .values({
              id,
              unit_id: unit,
              ref: null,
              initials: initialsOf(body.name),
              epoch: 0,
              left_at: null,
              created_at: now,
              ...body,
            })
            .execute();
          await audit(trx, { at: now, unit, member: person.member, act: 'member added', subject: id });
        });
        return { id };
      },
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
      run: async ({ person, params, body, now, session }) => {
        const unit = managed(person, params.unit);
        guard.needsProof(session);
        const { left, ...fields } = body;
        if (left && params.member === person.member) throw new Refusal('not-allowed', 'somebody-else');
        const fallen = await storage.write(async (trx) => {
          const member = await trx
            .selectFrom('members')
            .select(['id', 'email'])
            .where('id', '=', params.member)
            .where('unit_id', '=', unit)
            .executeTakeFirst();
          if (!member) throw new Refusal('not-found');
          if (fields.email !== undefined || left === false)
            await mustBeFree(trx, { email: fields.email ?? member.email, member: member.id, unit });
          await trx
            .updateTable('members')
            .set({
              ...fields,
              ...(fields.name && { initials: initialsOf(fields.name) }),
              ...(left !== undefined && { left_at: left ? now : null }),
            })
            .where('id', '=', member.id)
            .execute();
          if (left)
            await trx
              .updateTable('sessions')
              .set({ ended_at: now })
              .where('member_id', '=', member.id)
              .where('ended_at', 'is', null)
              .execute();
          // Who comes back one day is let in by a new link.
          if (left) await trx.deleteFrom('devices').where('member_id', '=', member.id).execute();
          if (left) await trx.deleteFrom('passkeys').where('member_id', '=', member.id).execute();
          await raiseEpochs(trx, [member.id]);
          await audit(trx, {
            at: now,
            unit,
            member: person.member,
            act: left ? 'member left' : left === false ? 'member given back' : 'member mended',
            subject: member.id,
          });
          // A link that was handed out opens nothing for who has gone, also where they come back one day.
          // That of the first start is among them: used up, it still leads on to a passkey.
          if (left)
            await trx
              .updateTable('links')
              .set({ withdrawn_at: now })
              .where('member_id', '=', member.id)
              .where('withdrawn_at', 'is', null)
              .execute();
          return keepFindable(trx, { unit, at: now });
        });
        await tellRights([params.member, ...fallen.map(({ member }) => member)]);
        return DONE;
      },
    }),
    route('GET /api/units/:unit/audit', {
      says: 'Who came in, what was refused, and what was changed, newest first: ids and acts, no name of a child and no words',
      run: async ({ person, params }) => {
        const unit = managed(person, params.unit);
        return { lines: await readAudit(db, { unit, since: 0, limit: 500 }) };
      },
    }),
    route('POST /api/units/:unit/families', {
      says: 'Adds a family',
      body: z.object({ name, since: day.default(null), restricted: z.boolean().default(false), once }),
      run: async ({ person, params, body: { once, ...body }, now }) => {
        const unit = managed(person, params.unit);
        const id = await making({ once, member: person.member, now, says: [unit, body] }, async (trx, id) => {
          await trx
            .insertInto('families')
            .values({
              id,
              unit_id: unit,
              ref: null,
              name: body.name,
              since: body.since,
              restricted: body.restricted ? 1 : 0,
              closed_at: null,
              revision: 0,
              created_at: now,
            })
            .execute();
          if (body.restricted)
            await trx
              .insertInto('family_access')
              .values({ family_id: id, member_id: person.member })
              .execute();
          await audit(trx, { at: now, unit, member: person.member, act: 'family added', subject: id });
        });
        return { id };
      },
    }),
    route('PATCH /api/families/:family', {
      says: 'Mends a family, says who may find it, or notes that the unit no longer works with it',
      body: z.object({
        name: name.optional(),
        since: day.optional(),
        restricted: z.boolean().optional(),
        allowed: z.array(z.uuid()).max(60).readonly().optional(),
        closed: z.boolean().optional(),
      }),
      run: async ({ person, params, body, now, session }) => {
        const right = await mayKeepFamily(person, params.family);
        if (body.restricted !== undefined || body.allowed || body.closed) guard.needsProof(session);
        const members = (await readMembers(db, right.unit)).map((member) => member.id);
        await storage.write(async (trx) => {
          await trx.updateTable('families').set((eb) => ({
            revision: eb('revision', '+', 1), ...(body.name && { name: body.name }), ...(body.since !== undefined && { since: body.since }),
            ...(body.restricted !== undefined && { restricted: body.restricted ? 1 : 0 }), ...(body.closed && { closed_at: now }),
          })).where('id', '=', params.family).execute(); // prettier-ignore
          if (body.allowed) {
            await trx.deleteFrom('family_access').where('family_id', '=', params.family).execute();
            for (const member of new Set([
              ...body.allowed.filter((one) => members.includes(one)),
              person.member,
            ]))
              await trx
                .insertInto('family_access')
                .values({ family_id: params.family, member_id: member })
                .execute();
          }
          // Restricted without anybody named it would be nobody's: whoever says so is the first who may find it.
          if (body.restricted && !body.allowed)
            await trx
              .insertInto('family_access')
              .values({ family_id: params.family, member_id: person.member })
              .onConflict((conflict) => conflict.doNothing())
              .execute();
          await raiseEpochs(trx, members);
          await audit(trx, {
            at: now,
            unit: right.unit,
            member: person.member,
            act: body.closed ? 'family closed' : 'family mended',
            subject: params.family,
          });
        });
        await tellRights(members);
        return DONE;
      },
    }),
    route('POST /api/families/:family/children', {
      says: 'Adds a child; the child stands on the family’s map at once',
      body: z.object({
        given: name,
        surname: z.string().trim().max(500).default(''),
        born: birth.default(null),
        due: day.default(null),
        gender: gender.default('unknown'),
        status: z.string().max(300).default(''),
        statusSince: day.default(null),
        once,
      }),
      run: async ({ person, params, body: { once, ...body }, now }) => {
        const right = await mayKeepFamily(person, params.family);
        mustBeBorn(body.born);
        const { statusSince, ...fields } = body;
        const says = [params.family, body];
        const id = await making({ once, member: person.member, now, says }, async (trx, id) => {
          await trx
            .insertInto('children')
            .values({
              id,
              family_id: params.family,
              ref: null,
              removed_at: null,
              status_since: statusSince,
              ...fields,
            })
            .execute();
          await intoBoard(trx, {
            family: params.family,
            by: person.member,
            now,
            card: id,
            before: null,
            fields: { name: body.given, gender: body.gender, born: body.born, due: body.due, isChild: true },
          });
          await audit(trx, {
            at: now,
            unit: right.unit,
            member: person.member,
            act: 'child added',
            subject: id,
          });
        });
        await bus.publish({ about: 'intake', doc: familyDocument(params.family) });
        await tellFamily(params.family, right.unit);
        return { id };
      },
    }),
    route('PATCH /api/children/:child', {
      says: 'Mends what is known of a child, moves them to another family, or takes them out of it; their file stays',
      body: z.object({
        given: name.optional(),
        surname: z.string().max(500).optional(),
        born: birth.optional(),
        due: day.optional(),
        gender: gender.optional(),
        status: z.string().max(300).optional(),
        statusSince: day.optional(),
        family: z.uuid().optional(),
        removed: z.boolean().optional(),
      }),
      run: async ({ person, params, body, now }) => {
        const child = await childFor(person, params.child);
        if (!mayManage(person, child.right.unit)) throw new Refusal('not-allowed');
        // Both families are asked about: the one they leave and the one they come to.
        if (body.family) await mayKeepFamily(person, body.family);
        mustBeBorn(body.born ?? null);
        const { statusSince, removed, family: to, ...fields } = body;
        // Who is where they are already does not move.
        const family = to === child.family ? undefined : to;
        const target = family ?? child.family;
        await storage.write(async (trx) => {
          const row = await trx
            .selectFrom('children')
            .selectAll()
            .where('id', '=', child.id)
            .executeTakeFirstOrThrow();
          await trx
            .updateTable('children')
            .set({
              ...fields,
              family_id: target,
              ...(statusSince !== undefined && { status_since: statusSince }),
              ...(removed !== undefined && { removed_at: removed ? now : null }),
            })
            .where('id', '=', child.id)
            .execute();
          const before = { name: row.given, gender: row.gender, born: row.born, due: row.due, isChild: true };
          const after = {
            name: fields.given ?? row.given,
            gender: fields.gender ?? row.gender,
            born: fields.born === undefined ? row.born : fields.born,
            due: fields.due === undefined ? row.due : fields.due,
            isChild: true,
          };
          if (removed || family)
            await intoBoard(trx, {
              family: child.family,
              by: person.member,
              now,
              card: child.id,
              before: {},
              fields: {},
              gone: true,
            });
          if (!removed)
            await intoBoard(trx, {
              family: target,
              by: person.member,
              now,
              card: child.id,
              before,
              fields: after,
              // Who comes back to a board stands on its map again.
              ...((family || removed === false) && { gone: false }),
            });
          await audit(trx, {
            at: now,
            unit: child.right.unit,
            member: person.member,
            act: removed ? 'child taken out' : removed === false ? 'child given back' : 'child mended',
            subject: child.id,
          });
        });
        for (const one of new Set([child.family, target])) {
          await bus.publish({ about: 'intake', doc: familyDocument(one) });
          await tellFamily(one, child.right.unit);
        }
        return DONE;
      },
    }),
    route('POST /api/families/:family/dates', {
      says: 'Adds a date that counts',
      body: z.object({
        child: z.uuid().nullable().default(null),
        kind: z.enum(['conference', 'court', 'review', 'visit', 'health', 'panel', 'other']),
        on: z.string().refine(isCivil),
        what: name,
        once,
      }),
      run: async ({ person, params, body: { once, ...body }, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        if (body.child && (await childFor(person, body.child)).family !== params.family)
          throw new Refusal('not-found');
        const says = [params.family, body];
        const id = await making({ once, member: person.member, now, says }, async (trx, id) => {
          await audit(trx, {
            at: now,
            unit: right.unit,
            member: person.member,
            act: 'date added',
            subject: params.family,
          });
          await addDate(trx, { id, family: params.family, ...body, at: now });
        });
        await tellFamily(params.family, right.unit);
        return { id };
      },
    }),
    route('POST /api/families/:family/dates/:date/acts', {
      says: 'Says what became of a date: held, missed or let go with why, moved to another day',
      body: z.object({
        revision: z.number().int().min(0),
        act: z.discriminatedUnion('does', [
          z.object({ does: z.literal('held') }),
          z.object({ does: z.literal('missed'), why }),
          z.object({ does: z.literal('let-go'), why }),
          z.object({
            does: z.literal('move'),
            on: z.string().refine(isCivil, 'write the day as 2026-11-25'),
            why,
          }),
          z.object({ does: z.literal('open-again') }),
        ]),
      }),
      run: async ({ person, params, body, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        if (body.act.does === 'move' && body.act.on < today())
          throw new Refusal('not-understood', 'day-passed');
        await storage.write(async (trx) => {
          await audit(trx, {
            at: now,
            unit: right.unit,
            member: person.member,
            act: `date: ${body.act.does}`,
            subject: params.family,
          });
          await actOnDate(trx, {
            date: params.date,
            family: params.family,
            ...body,
            by: person.member,
            at: now,
          });
        });
        await tellFamily(params.family, right.unit);
        return DONE;
      },
    }),
    route('DELETE /api/families/:family/dates/:date', {
      says: 'Takes a date away',
      run: async ({ person, params, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        await storage.write(async (trx) => {
          await audit(trx, {
            at: now,
            unit: right.unit,
            member: person.member,
            act: 'date taken away',
            subject: params.family,
          });
          await removeDate(trx, { date: params.date, family: params.family, at: now });
        });
        await tellFamily(params.family, right.unit);
        return DONE;
      },
    }),
    route('GET /api/families/:family', {
      says: 'What the record knows of a family: children, dates, tasks, what was committed, how each child was reached',
      run: async ({ person, params, query }) => {
        const right = await guard.familyFor(person, params.family);
        const family = await db
          .selectFrom('families')
          .select(['id', 'name', 'since', 'restricted'])
          .where('id', '=', params.family)
          .executeTakeFirstOrThrow();
        const children = await readChildren(db, [family.id]);
        const receipts = await db
          .selectFrom('commits')
          .select(['meeting_id', 'receipt'])
          .where('family_id', '=', family.id)
          .where('meeting_id', '<>', '')
          .orderBy('at')
          .execute();
        const committed = await db
          .selectFrom('committed')
          .innerJoin('commits', 'commits.id', 'committed.commit_id')
          .leftJoin('meetings', 'meetings.id', 'commits.meeting_id')
          .select(['card', 'on_date'])
          .where('committed.family_id', '=', family.id)
          .orderBy('commits.at')
          .execute();
        const reached = await db
          .selectFrom('reached')
          .innerJoin('meetings', 'meetings.id', 'reached.meeting_id')
          .select(['child_id', 'outcome', 'why', 'by', 'meeting_id', 'on_date'])
          .where('family_id', '=', family.id)
          .orderBy('on_date')
          .execute();
        return {
          family: {
            id: family.id,
            name: family.name,
            since: family.since,
            restricted: Number(family.restricted) === 1,
            allowed: right.allowed,
          },
          children,
          dates: await readDates(db, [family.id]),
          tasks: await readTasks(db, {
            families: [family.id],
            endedSince: Number(query.endedSince ?? Number.MAX_SAFE_INTEGER) || 0,
          }),
          committed: committed.map((row) => row.card),
          committedOn: Object.fromEntries(
            committed.flatMap((row) => (row.on_date ? [[row.card, row.on_date]] : [])),
          ),
          receipts: receipts.map((row) => ({
            meeting: row.meeting_id,
            ...(JSON.parse(row.receipt) as CommitReceipt),
          })),
          reached: reached.map((row) => ({
            child: row.child_id,
            outcome: row.outcome,
            why: row.why,
            by: row.by,
            meeting: row.meeting_id,
            on: row.on_date,
          })),
        };
      },
    }),
    route('GET /api/families/:family/review', {
      says: 'The entries as they would be written now, with what is worth saying before',
      run: async ({ person, params, query, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        const { entries, warnings, stays, boardSeq } = await readReview(db, {
          family: params.family,
          meeting: query.meeting ?? '',
          now,
        });
        const counts = await db
          .selectFrom('entries')
          .select((eb) => [
            'file',
            eb.fn.countAll<number>().as('count'),
            eb.fn.countAll<number>().filterWhere('kind', '=', 'Unit meeting').as('meetings'),
          ])
          .where('file', 'in', entries.map((entry) => entry.child).concat(''))
          .groupBy('file')
          .execute();
        const reads = await db
          .selectFrom('reads')
          .select(['child_id', 'digest'])
          .where('meeting_id', '=', query.meeting ?? '')
          .where('member_id', '=', person.member)
          .execute();
        return {
          read: Object.fromEntries(reads.map((one) => [one.child_id, one.digest])),
          entries: entries.map((entry) => ({
            ...entry,
            next: Number(counts.find((one) => one.file === entry.child)?.count ?? 0) + 1,
            meetings: Number(counts.find((one) => one.file === entry.child)?.meetings ?? 0),
          })),
          warnings,
          stays,
          boardSeq,
          mayCommit: mayCommit(person, right, query.meeting ?? ''),
        };
      },
    }),
    route('POST /api/families/:family/reads', {
      says: 'Keeps that somebody who may commit has read a child’s entry for this meeting, by its digest',
      body: z.object({ meeting: z.uuid(), child: z.uuid(), digest: z.string().length(64) }),
      run: async ({ person, params, body, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayCommit(person, right, body.meeting)) throw new Refusal('not-allowed');
        const [meeting, child] = [
          await db.selectFrom('meetings').select('unit_id').where('id', '=', body.meeting).executeTakeFirst(),
          await childFor(person, body.child),
        ];
        if (meeting?.unit_id !== right.unit || child.family !== params.family) throw new Refusal('not-found');
        await db
          .insertInto('reads')
          .values({
            meeting_id: body.meeting,
            member_id: person.member,
            child_id: body.child,
            digest: body.digest,
            at: now,
          })
          .onConflict((conflict) =>
            conflict
              .columns(['meeting_id', 'member_id', 'child_id'])
              .doUpdateSet({ digest: body.digest, at: now }),
          )
          .execute();
        return DONE;
      },
    }),
    route('POST /api/families/:family/commit', {
      says: 'Commits what was read to every child’s file, or nothing',
      body: z.object({
        commit: z.uuid(),
        meeting: z.uuid(),
        entries: z
          .array(z.object({ child: z.uuid(), digest: z.string().length(64) }))
          .min(1)
          .max(40),
      }),
      run: async ({ person, params, body, now, session }) => {
        const right = await guard.familyFor(person, params.family);
        const opened = await db
          .selectFrom('meetings')
          .select('opened_at')
          .where('id', '=', body.meeting)
          .where('unit_id', '=', right.unit)
          .executeTakeFirst();
        if (!opened) throw new Refusal('not-found');
        // Once per meeting is enough: nobody touches a key twenty times on a Wednesday.
        guard.needsProof(session, now - Number(opened.opened_at));
        const receipt = await commit(storage, {
          ...body,
          family: params.family,
          person,
          right,
          session: session.id,
          now,
        });
        tools.counted('commit');
        await tellFamily(params.family, right.unit);
        return receipt;
      },
    }),
    route('POST /api/families/:family/reached', {
      says: 'Notes for some children that nothing changed, or that they wait for next Wednesday and why',
      body: z.object({
        meeting: z.uuid(),
        children: z.array(z.uuid()).min(1),
        outcome: z.enum(['no-change', 'deferred']),
        why: z.string().trim().max(500),
      }),
      run: async ({ person, params, body, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        if (body.outcome === 'deferred' && !body.why) throw new Refusal('not-understood', 'no-why');
        const own = (await readChildren(db, [params.family])).map((child) => child.id);
        await storage.write(async (trx) => {
          const meeting = await trx
            .selectFrom('meetings')
            .select('id')
            .where('id', '=', body.meeting)
            .where('unit_id', '=', right.unit)
            .where('closed_at', 'is', null)
            .executeTakeFirst();
          if (!meeting || body.children.some((child) => !own.includes(child))) throw new Refusal('not-found');
          for (const child of body.children)
            await reach(trx, {
              meeting: meeting.id,
              family: params.family,
              child,
              outcome: body.outcome,
              why: body.why,
              by: person.member,
              at: now,
            });
          await audit(trx, {
            at: now,
            unit: right.unit,
            member: person.member,
            act: body.outcome,
            subject: params.family,
          });
        });
        await tellFamily(params.family, right.unit);
        return DONE;
      },
    }),
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
      run: async ({ person, params, body, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        const own = (await readChildren(db, [params.family])).map((child) => child.id);
        if (
          !(await isColleague(db, right.unit, body.owner)) ||
          body.children.some((child) => !own.includes(child))
        )
          throw new Refusal('not-found');
        const { done, ...task } = body;
        const id = await storage.write(async (trx) => {
          await audit(trx, {
            at: now,
            unit: right.unit,
            member: person.member,
            act: 'task given out',
            subject: params.family,
          });
          return giveTask(trx, {
            ...task,
            unit: right.unit,
            family: params.family,
            by: person.member,
            at: now,
            state: done ? 'done' : 'open',
          });
        });
        await tellFamily(params.family, right.unit);
        return { id };
      },
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
      run: async ({ person, params, body, now }) => {
        const task = await db
          .selectFrom('tasks')
          .select(['id', 'family_id'])
          .where('id', '=', params.task)
          .executeTakeFirst();
        const right = await guard.familyFor(person, task?.family_id);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        if ('owner' in body.act && !(await isColleague(db, right.unit, body.act.owner ?? null)))
          throw new Refusal('not-found');
        await storage.write((trx) =>
          actOnTask(trx, {
            task: task!.id,
            revision: body.revision,
            act: body.act,
            by: person.member,
            at: now,
          }),
        );
        await tellFamily(task!.family_id, right.unit);
        return DONE;
      },
    }),
    route('GET /api/children/:child/file', {
      says: 'A child’s file, oldest entry first, with whether every link holds; that it was read is written down',
      run: async ({ person, params, now }) => {
        const { right, ...child } = await childFor(person, params.child);
        await noteView(db, { child: child.id, member: person.member, now, what: 'read' });
        const file = await readFile(db, child.id);
        const [siblings, members] = [
          await readChildren(db, [child.family]),
          await readMembers(db, right.unit),
        ];
        const family = await db
          .selectFrom('families')
          .select(['id', 'name'])
          .where('id', '=', child.family)
          .executeTakeFirstOrThrow();
        return {
          child,
          siblings: siblings.filter((one) => one.id !== child.id),
          family,
          members: members.map(({ id, name: called, roleName }) => ({ id, name: called, roleName })),
          checkedAt: now,
          ...file,
        };
      },
    }),
    route('GET /api/children/:child/views', {
      says: 'Who read or copied this file, and when',
      run: async ({ person, params }) => {
        const child = await childFor(person, params.child);
        const rows = await db
          .selectFrom('views')
          .innerJoin('members', 'members.id', 'views.member_id')
          .select(['views.at', 'views.what', 'members.name'])
          .where('child_id', '=', child.id)
          .orderBy('views.at', 'desc')
          .limit(200)
          .execute();
        return { views: rows.map((row) => ({ at: Number(row.at), what: row.what, by: row.name })) };
      },
    }),
    route('POST /api/children/:child/corrections', {
      says: 'Adds a correction that names the entry it corrects; the first words stay',
      body: z.object({
        corrects: z.number().int().min(1),
        text: z.string().trim().min(1).max(5_000),
        once: z.uuid(),
      }),
      run: async ({ person, params, body, now, session }) => {
        const child = await childFor(person, params.child);
        if (!mayThink(person, child.right)) throw new Refusal('not-allowed');
        const written = await storage.write(async (trx) => {
          await trx
            .updateTable('families')
            .set((eb) => ({ revision: eb('revision', '+', 1) }))
            .where('id', '=', child.family)
            .execute();
          const digest = digestOf([child.id, body.corrects, body.text.toWellFormed()]);
          const twice = await trx
            .selectFrom('commits')
            .select(['receipt', 'digest'])
            .where('id', '=', body.once)
            .executeTakeFirst();
          if (twice && twice.digest !== digest) throw new Refusal('already-done');
          if (twice) return JSON.parse(twice.receipt) as { seq: number; hash: string };
          const corrected = await trx
            .selectFrom('entries')
            .select('seq')
            .where('file', '=', child.id)
            .where('seq', '=', body.corrects)
            .executeTakeFirst();
          if (!corrected) throw new Refusal('not-found');
          const entry = await appendEntry(trx, {
            file: child.id,
            at: now,
            by: person.member,
            session: session.id,
            board: '',
            boardSeq: 0,
            kind: 'Correction',
            refers: { kind: 'corrects', seq: body.corrects },
            body: { text: body.text.toWellFormed() },
          });
          await trx
            .insertInto('commits')
            .values({
              id: body.once,
              family_id: child.family,
              meeting_id: '',
              member_id: person.member,
              digest,
              receipt: JSON.stringify(entry),
              at: now,
            })
            .execute();
          await audit(trx, {
            at: now,
            unit: child.right.unit,
            member: person.member,
            act: 'corrected',
            subject: child.id,
          });
          return entry;
        });
        await tellFamily(child.family, child.right.unit);
        return written;
      },
    }),
    route('POST /api/children/:child/copies', {
      says: 'Makes a copy of the file: text, PDF or JSON',
      body: z.object({ format: z.enum(FORMATS), withMap: z.boolean().default(false) }),
      run: async ({ person, params, body, now, session, response }) => {
        const child = await childFor(person, params.child);
        guard.needsProof(session);
        await noteView(db, { child: child.id, member: person.member, now, what: `copied as ${body.format}` });
        const { bytes, type, fileName } = await exportFile(
          await readFileForExport(db, { child: child.id, by: person.name, now, withMap: body.withMap }),
          body.format,
        );
        response
          .set({
            'Content-Type': type,
            'Content-Disposition': `attachment; filename="${fileName}"`,
            'Cache-Control': 'no-store',
          })
          .send(bytes);
      },
    }),
    openRoute('GET /api/import-schema.json', {
      says: 'The JSON Schema of an import file',
      run: async () => importSchema(),
    }),
    route('POST /api/units/:unit/import', {
      says: 'Reads files: with dryRun it says what would come in, without it brings everything in or nothing',
      body: z.object({
        dryRun: z.boolean(),
        files: z
          .array(
            z.union([
              z.object({ name: z.string().max(300), text: z.string().max(20_000_000) }),
              z.object({ name: z.string().max(300), base64: z.base64().max(24_000_000) }),
            ]),
          )
          .min(1)
          .max(20),
        mends: z
          .array(
            z.object({
              file: z.string().max(300),
              table: z.string().max(40),
              line: z.int(),
              values: z.record(z.string().max(300), z.string().max(5_000)),
            }),
          )
          .max(20_000)
          .default([]),
      }),
      run: async ({ person, params, body, now, session }) => {
        const unit = managed(person, params.unit);
        if (!body.dryRun) guard.needsProof(session);
        const seen = new Set((await readFamilies(db, person)).map((family) => family.id));
        const { ids, ...outcome } = await importFiles(storage, {
          seen,
          files: body.files,
          mends: body.mends,
          unit,
          by: person.member,
          now,
          dryRun: body.dryRun,
        });
        if (outcome.done) {
          for (const doc of outcome.boards) await bus.publish({ about: 'intake', doc });
          await tellRights((await readMembers(db, unit)).map((member) => member.id));
        }
        return { ...outcome, known: ids.size };
      },
    }),
  ];
}

async function intoBoard(
  trx: Trx,
  ask: {
    family: string;
    by: string;
    now: number;
    card: string;
    before: object | null;
    fields: object;
    gone?: boolean;
  },
): Promise<void> {
  const facts = [
    {
      card: ask.card,
      kind: 'person',
      fields: ask.fields,
      before: ask.before,
      ...(ask.gone !== undefined && { gone: ask.gone }),
    },
  ];
  await trx
    .insertInto('intake')
    .values({
      id: randomUUID(),
      doc: familyDocument(ask.family),
      by: ask.by,
      facts: JSON.stringify(facts),
      at: ask.now,
    })
    .execute();
}

/** Whether a task can be this person's: a member with a seat, or nobody yet. */
async function isColleague(db: Reader, unit: string, member: string | null): Promise<boolean> {
  if (member === null) return true;
  return (await readMembers(db, unit)).some((one) => one.id === member && !one.left && one.role !== 'guest');
}
