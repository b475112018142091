import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayCommit, mayThink } from '#domain/people/permissions.ts';
import type { CommitReceipt } from '#domain/views.ts';
import { DONE, route, type Route } from '../../routes.ts';
import {
  countEntries,
  keepRead,
  reach,
  readMeetingOf,
  readReached,
  readReads,
} from '../../storage/queries/commits.ts';
import { mustBeOf } from '../../storage/queries/families.ts';
import { readChildren } from '../../storage/queries/units.ts';
import { commit } from '../commit.ts';
import { readReview } from '../review.ts';
import { childFor, type RecordTools } from './tools.ts';

const digest = z.string().length(64);

/** What is read and committed of a family at a meeting, and for whom nothing is. */
export function commitRoutes(tools: RecordTools): Route[] {
  const { storage, guard, acts } = tools;
  const { db } = storage;
  return [
    route('GET /api/families/:family/review', {
      says: 'The entries as they would be written now, with what is worth saying before',
      run: async ({ person, params: { family }, query: { meeting = '' }, now }) => {
        const right = await guard.familyFor(person, family);
        if (!mayThink(person, right)) throw new Refusal('not-allowed');
        const { entries, warnings, stays, boardSeq } = await readReview(db, {
          family,
          meeting: await readMeetingOf(db, { meeting, unit: right.unit }),
          now,
        });
        const counts = await countEntries(
          db,
          entries.map((entry) => entry.child),
        );
        return {
          read: await readReads(db, { meeting, member: person.member }),
          entries: entries.map((entry) => {
            const { count, meetings } = counts.get(entry.child) ?? { count: 0, meetings: 0 };
            return { ...entry, next: count + 1, meetings };
          }),
          warnings,
          stays,
          boardSeq,
          mayCommit: mayCommit(person, right, meeting),
        };
      },
    }),
    route('POST /api/families/:family/reads', {
      says: 'Keeps that somebody who may commit has read a child’s entry for this meeting, by its digest',
      body: z.object({ meeting: z.uuid(), child: z.uuid(), digest }),
      run: async ({ person, params: { family }, body, now }) => {
        const right = await guard.familyFor(person, family);
        if (!mayCommit(person, right, body.meeting)) throw new Refusal('not-allowed');
        const { child } = await childFor(tools, person, body.child);
        await readMeetingOf(db, { meeting: body.meeting, unit: right.unit });
        if (child.family !== family) throw new Refusal('not-found');
        await keepRead(db, { ...body, member: person.member, at: now });
        return DONE;
      },
    }),
    route('POST /api/families/:family/commit', {
      says: 'Commits what was read to every child’s file, or nothing',
      body: z.object({
        commit: z.uuid(),
        meeting: z.uuid(),
        entries: z
          .array(z.object({ child: z.uuid(), digest }))
          .min(1)
          .max(40),
      }),
      run: async ({ person, params: { family }, body, now, session }) => {
        const receipt = await acts.inFamily<CommitReceipt>(
          family,
          {
            by: person,
            at: now,
            may: (person, right) => mayCommit(person, right, body.meeting),
            act: 'committed',
          },
          async (trx, { unit }) => {
            const meeting = await readMeetingOf(trx, { meeting: body.meeting, unit });
            // Once per meeting is enough: nobody touches a key twenty times on a Wednesday.
            guard.needsProof(session, now - meeting.openedAt);
            return commit(trx, { ...body, family, meeting, by: person.member, session: session.id, now });
          },
        );
        tools.counted('commit');
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
      run: ({ person, params: { family }, body: { meeting, children, outcome, why }, now }) =>
        acts.inFamily(family, { by: person, at: now, may: mayThink, act: outcome }, async (trx, { unit }) => {
          if (outcome === 'deferred' && !why) throw new Refusal('not-understood', 'no-why');
          const found = await readMeetingOf(trx, { meeting, unit });
          if (found.closedAt !== null) throw new Refusal('not-found');
          mustBeOf(await readChildren(trx, [family]), children);
          // Somebody has committed them meanwhile: what is said here would be written nowhere.
          const recorded = (await readReached(trx, family)).filter(
            (one) => one.meeting === meeting && one.outcome === 'recorded',
          );
          if (children.every((child) => recorded.some((one) => one.child === child)))
            throw new Refusal('already-done');
          for (const child of children)
            await reach(trx, { meeting, family, child, outcome, why, by: person.member, at: now });
          return DONE;
        }),
    }),
  ];
}
