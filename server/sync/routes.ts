import { brotliDecompressSync } from 'node:zlib';
import { Refusal } from '#domain/errors.ts';
import { mayThink, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import { route, type Route } from '../routes.ts';
import type { Rooms } from './rooms.ts';

interface FamilyGuard {
  familyFor(person: Person, family: string | undefined): Promise<FamilyRight>;
}

/** The state of a document in one answer, so that a long board opens with few bytes and the socket brings only the rest. */
export function documentRoutes({ rooms, guard }: { rooms: Rooms; guard: FamilyGuard }): Route[] {
  const roomFor = async (person: Person, name: string) => {
    const family = /^family:(.+)$/.exec(name)?.[1];
    if (!mayThink(person, await guard.familyFor(person, family))) throw new Refusal('not-found');
    const room = await rooms.enter(name);
    rooms.left(room);
    return room;
  };
  return [
    route('get', '/api/documents/:name/hands', {
      says: 'Whose hand was last in each card of a board since it was opened, and when',
      run: async ({ person, params }) => (await roomFor(person, params.name!)).hands(),
    }),
    route('get', '/api/documents/:name/state', {
      says: 'What is durable of a board, as one Yjs update, compressed; the header Wednesday-Generation names its generation',
      run: async ({ person, params, request, response }) => {
        const room = await roomFor(person, params.name!);
        const packed = await room.packedState();
        response.set({
          'Content-Type': 'application/octet-stream',
          'Cache-Control': 'no-store',
          Vary: 'Accept-Encoding',
          'Wednesday-Generation': room.generation,
        });
        if (request.acceptsEncodings('br')) response.set('Content-Encoding', 'br').end(packed);
        else response.end(brotliDecompressSync(packed));
      },
    }),
  ];
}
