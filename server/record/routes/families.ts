import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { familyDocument } from '#domain/wire.ts';
import { DONE, route, type Route } from '../../routes.ts';
import { readCommitted, readReached, readReceipts } from '../../storage/queries/commits.ts';
import { readDates } from '../../storage/queries/dates.ts';
import {
  addChild,
  addFamily,
  mendChild,
  mendFamily,
  readFamilyHead,
  setClosed,
} from '../../storage/queries/families.ts';
import { removeDocuments, sealedOf } from '../../storage/queries/documents.ts';
import { readGone } from '../../storage/queries/gone.ts';
import { readFamilyRight } from '../../storage/queries/people.ts';
import { readTasks } from '../../storage/queries/tasks.ts';
import { readChildren, readMembers } from '../../storage/queries/units.ts';
import type { Reader } from '../../storage/storage.ts';
import { Parts } from '../../storage/unreadable.ts';
import { birth, day, gender, name, once } from './fields.ts';
import { childFor, manages, mustBeBorn, type RecordTools } from './tools.ts';

/** Families and their children. */
export function familyRoutes(tools: RecordTools): Route[] {
  const { storage, guard, acts, today, ended } = tools;
  const { db } = storage;
  const idsOf = async (reader: Reader, unit: string) =>
    (await readMembers(reader, unit)).map((member) => member.id);
  return [
    route('POST /api/units/:unit/families', {
      says: 'Adds a family',
      body: z.object({ name, since: day.default(null), restricted: z.boolean().default(false), once }),
      run: ({ person, params: { unit }, body: { once, ...says }, now }) =>
        acts.makeInUnit(unit, { by: person, at: now, act: 'family added', once, says }, (trx, id) =>
          addFamily(trx, { id, unit, ...says, by: person.member, at: now }),
        ),
    }),
    route('GET /api/families/:family', {
      says: 'What the record knows of a family: children, dates, tasks, what was committed, how each child was reached',
      run: async ({ person, params: { family }, query }) => {
        const { allowed } = await guard.familyFor(person, family);
        const parts = new Parts();
        const endedSince = Number(query.endedSince ?? Number.MAX_SAFE_INTEGER) || 0;
        return {
          family: { ...(await readFamilyHead(db, family)), allowed },
          children: await readChildren(db, [family]),
          dates: await parts.read('dates', readDates(db, [family]), []),
          tasks: await parts.read('tasks', readTasks(db, { families: [family], endedSince }), []),
          ...(await readCommitted(db, family)),
          receipts: await readReceipts(db, family),
          reached: await parts.read('reached', readReached(db, family), []),
          unreadable: parts.unreadable,
        };
      },
    }),
    route('PATCH /api/families/:family', {
      says: 'Mends a family, says who may find it, or notes that the unit no longer works with it',
      body: z.object({
        name: name.optional(),
        since: day.optional(),
        restricted: z.boolean().optional(),
        allow: z.array(z.uuid()).max(60).readonly().optional(),
        disallow: z.uuid().optional(),
        closed: z.boolean().optional(),
        // What pages of before sent as the whole list: it could give a right back that somebody else had taken away.
        allowed: z.undefined({ error: 'load the page again' }).optional(),
      }),
      run: async ({ person, params: { family }, body, now, session }) => {
        const changesWho =
          body.restricted !== undefined || body.allow !== undefined || body.disallow !== undefined;
        const { sealed } = await acts.inFamily(
          family,
          {
            by: person,
            at: now,
            may: manages,
            proof: (changesWho || body.closed) && session,
            act: body.closed ? 'family closed' : 'family mended',
            rights: ({ members }: { members: string[]; sealed: string[] }) => members,
          },
          async (trx, right) => {
            const members = await idsOf(trx, right.unit);
            if (body.allow?.some((one) => !members.includes(one))) throw new Refusal('not-found');
            await mendFamily(trx, { family, ...body, by: person.member, at: now });
            if (!changesWho || body.closed) return { members, sealed: [] };
            // S30: What was begun and not sent goes with the right to send it.
            const { restricted, allowed } = (await readFamilyRight(trx, family))!;
            const shut = restricted ? members.filter((member) => !allowed.includes(member)) : [];
            const sealed = await sealedOf(trx, { members: shut, family });
            await removeDocuments(trx, sealed);
            return { members, sealed };
          },
        );
        ended(sealed);
        return DONE;
      },
    }),
    route('POST /api/units/:unit/families/:family/back', {
      says: 'Gives a family that was closed its place in the unit back',
      run: async ({ person, params: { unit, family }, now, session }) => {
        await acts.inUnit(
          unit,
          {
            by: person,
            at: now,
            proof: session,
            act: 'family given back',
            subject: family,
            rights: (members: string[]) => members,
          },
          async (trx) => {
            const gone = await readGone(trx, { unit, member: person.member });
            if (!gone.some((one) => one.is === 'family' && one.id === family)) throw new Refusal('not-found');
            await setClosed(trx, { families: [family], at: null });
            return idsOf(trx, unit);
          },
        );
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
      run: async ({ person, params: { family }, body: { once, ...says }, now }) => {
        const { statusSince: status_since, ...facts } = says;
        return acts.makeInFamily(
          family,
          {
            by: person,
            at: now,
            may: manages,
            act: 'child added',
            once,
            says,
            news: () => [{ about: 'intake', doc: familyDocument(family) }],
          },
          async (trx, id) => {
            mustBeBorn(says.born, today());
            await addChild(trx, {
              id,
              family,
              facts: { ...facts, status_since },
              by: person.member,
              at: now,
            });
          },
        );
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
        const { child } = await childFor(tools, person, params.child);
        const { statusSince, removed, family, ...facts } = body;
        // Who is where they are already does not move.
        const to = family === child.family ? undefined : family;
        const boards = [child.family, ...(to ? [to] : [])];
        await acts.inFamily(
          child.family,
          {
            by: person,
            at: now,
            may: manages,
            act: removed ? 'child taken out' : removed === false ? 'child given back' : 'child mended',
            subject: child.id,
            news: (unit: string) => [
              ...boards.map((one) => ({ about: 'intake' as const, doc: familyDocument(one) })),
              ...(to ? [{ about: 'family' as const, family: to, unit }] : []),
            ],
          },
          async (trx, { unit }) => {
            // Both families are asked about: the one they leave and the one they come to.
            if (to && !manages(person, await guard.familyFor(person, to, trx)))
              throw new Refusal('not-allowed');
            mustBeBorn(body.born ?? null, today());
            await mendChild(trx, {
              child: child.id,
              family: child.family,
              facts: { ...facts, ...(statusSince !== undefined && { status_since: statusSince }) },
              to,
              removed,
              by: person.member,
              at: now,
            });
            return unit;
          },
        );
        return DONE;
      },
    }),
  ];
}
