import type { Response } from 'express';
import { z } from 'zod';
import { Refusal } from '#domain/errors.ts';
import { SCREEN_CODE } from '#domain/meeting/screen-code.ts';
import { mayJoinMeeting } from '#domain/people/permissions.ts';
import { DONE, openRoute, route, type Route } from '../routes.ts';
import type { Storage } from '../storage/storage.ts';
import type { Walls } from './walls.ts';

/** Opening a shared screen. */
export function wallRoutes(tools: {
  storage: Storage;
  walls: Walls;
  setCookie: (response: Response, value: string) => void;
}): Route[] {
  const { storage, walls, setCookie } = tools;
  return [
    route('POST /api/meetings/:meeting/wall', {
      says: 'A code with which a screen in the room opens this meeting’s picture, once, within ten minutes',
      run: async ({ person, params }) => {
        const row = await storage.db
          .selectFrom('meetings')
          .select(['unit_id', 'closed_at'])
          .where('id', '=', params.meeting)
          .executeTakeFirst();
        if (!row || row.closed_at !== null || !mayJoinMeeting(person, row.unit_id))
          throw new Refusal('not-found');
        return walls.makeCode({ meeting: params.meeting, by: person.member });
      },
    }),
    openRoute('POST /api/wall', {
      says: 'Opens a shared screen with its code; the screen gets a cookie that opens the picture and nothing else',
      body: z.object({
        code: z.string().regex(new RegExp(`^[${SCREEN_CODE.signs}]{${SCREEN_CODE.length}}$`)),
      }),
      run: async ({ body, response }) => {
        const { token } = await walls.open(body.code);
        setCookie(response, token);
        return DONE;
      },
    }),
  ];
}
