import { z } from 'zod';
import { mayThink } from '#domain/people/permissions.ts';
import { route, type Route } from '../../routes.ts';
import { audit } from '../../storage/queries/audit.ts';
import { correctEntry, type Corrected } from '../../storage/queries/commits.ts';
import { readFamilyHead } from '../../storage/queries/families.ts';
import { noteView, readFile, readViews } from '../../storage/queries/files.ts';
import { readChildren, readMembers } from '../../storage/queries/units.ts';
import { Before } from '../../act.ts';
import { digestOf } from '../review.ts';
import { exportFile, FORMATS, readFileForExport } from '../export.ts';
import { childFor, type RecordTools } from './tools.ts';

/** A child's file: read, corrected and copied, and who did. */
export function fileRoutes(tools: RecordTools): Route[] {
  const { storage, guard, acts } = tools;
  const { db } = storage;
  return [
    route('GET /api/children/:child/file', {
      says: 'A child’s file, oldest entry first, with whether every link holds; that it was read is written down',
      run: async ({ person, params, now }) => {
        const { child, right } = await childFor(tools, person, params.child);
        await noteView(db, { child: child.id, member: person.member, now, what: 'read' });
        const { id, name } = await readFamilyHead(db, child.family);
        const members = await readMembers(db, right.unit);
        return {
          child,
          siblings: (await readChildren(db, [child.family])).filter((one) => one.id !== child.id),
          family: { id, name },
          members: members.map(({ id, name, roleName }) => ({ id, name, roleName })),
          checkedAt: now,
          ...(await readFile(db, child.id)),
        };
      },
    }),
    route('GET /api/children/:child/views', {
      says: 'Who read or copied this file, and when',
      run: async ({ person, params }) => {
        const { child } = await childFor(tools, person, params.child);
        return { views: await readViews(db, child.id) };
      },
    }),
    route('POST /api/children/:child/corrections', {
      says: 'Adds a correction that names the entry it corrects; the first words stay',
      body: z.object({
        corrects: z.number().int().min(1),
        text: z.string().trim().min(1).max(5_000),
        once: z.uuid(),
      }),
      run: async ({ person, params, body: { corrects, once, ...said }, now, session }) => {
        const { child } = await childFor(tools, person, params.child);
        const text = said.text.toWellFormed();
        return acts.inFamily<Corrected>(
          child.family,
          { by: person, at: now, may: mayThink, act: 'corrected', subject: child.id },
          async (trx) => {
            const { entry, wasBefore } = await correctEntry(trx, {
              family: child.family,
              file: child.id,
              corrects,
              text,
              once,
              digest: digestOf([child.id, corrects, text]),
              by: person.member,
              session: session.id,
              at: now,
            });
            return wasBefore ? new Before(entry) : entry;
          },
        );
      },
    }),
    route('POST /api/children/:child/copies', {
      says: 'Makes a copy of the file: text, PDF or JSON',
      body: z.object({ format: z.enum(FORMATS), withMap: z.boolean().default(false) }),
      run: async ({ person, params, body: { format, withMap }, now, session, response }) => {
        const { child } = await childFor(tools, person, params.child);
        guard.needsProof(session);
        await noteView(db, { child: child.id, member: person.member, now, what: `copied as ${format}` });
        const { bytes, type, fileName } = await exportFile(
          await readFileForExport(db, { child: child.id, by: person.name, now, withMap }),
          format,
        );
        await audit(db, {
          at: now,
          unit: person.unit,
          member: person.member,
          act: `a file was copied as ${format}`,
          subject: child.id,
        });
        response
          .set({
            'Content-Type': type,
            'Content-Disposition': `attachment; filename="${fileName}"`,
            'Cache-Control': 'no-store',
          })
          .send(bytes);
      },
    }),
  ];
}
