import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { brotliDecompress } from 'node:zlib';
import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { mayThink, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import { readBoard } from '#domain/board/board.ts';
import { MOST_QUERY, termsOf } from '#domain/board/fold.ts';
import { chronologyOfChild } from '#domain/record/child-chronology.ts';
import { isCivil, londonDate } from '#domain/time/civil.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Bus } from '../bus/bus.ts';
import { openRoute, route, type Route } from '../routes.ts';
import { readDates } from '../storage/queries/dates.ts';
import { noteView, readTakenOut } from '../storage/queries/files.ts';
import { find } from '../storage/queries/search.ts';
import { readChildren, readFamilies, readFamiliesBefore, readMembers } from '../storage/queries/units.ts';
import type { Storage } from '../storage/storage.ts';
import { boardAsOf } from './memory.ts';
import type { Rooms } from './rooms.ts';
import { turnOver } from './sealed.ts';
import { States, type PackedState } from './states.ts';

const inflated = promisify(brotliDecompress);

interface FamilyGuard {
  familyFor(person: Person, family: string | undefined): Promise<FamilyRight>;
  mayThinkIn(person: Person, doc: string): Promise<void>;
  admit(request: IncomingMessage, doc: string): Promise<unknown>;
  maySee(member: string, family: string): Promise<boolean>;
}

/** The state of a document in one answer, so that a long board opens with few bytes and the socket brings only the rest. */
export function documentRoutes(tools: {
  rooms: Rooms;
  guard: FamilyGuard;
  storage: Storage;
  bus: Bus;
}): Route[] {
  const { rooms, guard, storage } = tools;
  const roomFor = async (person: Person, name: string) => {
    await guard.mayThinkIn(person, name);
    const room = await rooms.enter(name);
    rooms.left(room);
    return room;
  };
  const states = new States(storage);
  const stateOf = async (name: string): Promise<PackedState> => {
    const kept = rooms.opened(name) ? null : await states.of(name);
    if (kept) return kept;
    const room = await rooms.enter(name);
    rooms.left(room);
    return { generation: room.generation, bytes: await room.packedState() };
  };
  return [
    route('POST /api/families/:family/turn-over', {
      says: 'Turns over what the unit wrote in silence beside this board',
      body: z.object({ silence: z.uuid() }),
      run: async ({ person, params, body, now }) => {
        const right = await guard.familyFor(person, params.family);
        if (!mayThink(person, right)) throw new Refusal('not-found');
        const members = (await readMembers(storage.db, right.unit)).filter((member) => !member.left);
        const turned = await turnOver(tools, {
          family: params.family,
          silence: body.silence,
          by: person.member,
          members: members.map((member) => member.id),
          now,
        });
        return { turned };
      },
    }),
    route('POST /api/search', {
      says: 'Finds thoughts, questions, answers, decisions, tasks and entries in the families that whoever asks may see',
      body: z.object({ query: z.string().max(MOST_QUERY) }),
      run: async ({ person, body }) => {
        const families = person.role === 'guest' ? [] : await readFamilies(storage.db, person);
        const ids = families.map((family) => family.id);
        const terms = termsOf(body.query);
        if (terms.length > 0) await rooms.search.catchUp(ids, rooms.opened);
        return { hits: await find(storage.db, { families: ids, terms }) };
      },
    }),
    route('GET /api/families/:family/board-on/:on', {
      says: 'A family’s board as it was at the end of a day, and what has changed since, by whom',
      run: async ({ person, params }) => {
        const { family, on } = params as { family: string; on: string };
        const room = await roomFor(person, familyDocument(family));
        if (!isCivil(on)) throw new Refusal('not-understood');
        return boardAsOf(storage, { family, on, room });
      },
    }),
    route('GET /api/children/:child/chronology', {
      says: 'What happened to a child or to the whole family, and the numbers followed for that child, from the board; that it was read is written down',
      run: async ({ person, params, now }) => {
        const child = await storage.db
          .selectFrom('children')
          .select(['id', 'family_id'])
          .where('id', '=', params.child)
          .executeTakeFirst();
        if (!child) throw new Refusal('not-found');
        await guard.familyFor(person, child.family_id);
        const room = await roomFor(person, familyDocument(child.family_id));
        await room.settled();
        await noteView(storage.db, {
          child: child.id,
          member: person.member,
          now,
          what: 'read the chronology',
        });
        const takenOut = await readTakenOut(storage.db, child.id);
        const before = [];
        for (const one of await readFamiliesBefore(storage.db, { child: child.id, family: child.family_id }))
          if (await guard.maySee(person.member, one.id)) before.push(one);
        const chronology = chronologyOfChild({
          child: child.id,
          // What was taken out of this file by law does not come back into it from the board.
          cards: new Map([...readBoard(room.doc)].filter(([id]) => !takenOut.has(id))),
          dates: await readDates(storage.db, [child.family_id]),
          children: await readChildren(storage.db, [child.family_id]),
          on: londonDate(now),
        });
        return { ...chronology, before };
      },
    }),
    route('GET /api/documents/:name/hands', {
      says: 'Whose hand was last in each card of a board since it was opened, and when',
      run: async ({ person, params }) => (await roomFor(person, params.name)).hands(),
    }),
    openRoute('GET /api/documents/:name/state', {
      says: 'What is durable of a board, as one Yjs update, compressed; the header Wednesday-Generation names its generation',
      run: async ({ params, request, response }) => {
        // Open to whoever was invited to a reflecting session too; the guard knows which document is whose.
        await guard.admit(request, params.name);
        const { generation, bytes } = await stateOf(params.name);
        response.set({
          'Content-Type': 'application/octet-stream',
          'Cache-Control': 'no-store',
          Vary: 'Accept-Encoding',
          'Wednesday-Generation': generation,
        });
        if (request.acceptsEncodings('br')) response.set('Content-Encoding', 'br').end(bytes);
        else response.end(await inflated(bytes));
      },
    }),
  ];
}
