/** One way to declare a route: who may, what comes in, what is done. The permission table and the OpenAPI document are made from it. */
import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { DETAILS, REASONS, Refusal } from '#domain/errors.ts';
import type { Person } from '#domain/people/permissions.ts';

/** Who a route is for: anyone at all, whoever is signed in, or (the ordinary case) a person with a seat. */
export type Audience = 'anyone' | 'signed-in';

/** What a route is given. */
export interface Call<Body> {
  params: Record<string, string>;
  query: Record<string, string>;
  body: Body;
  /** Null only where the audience is `anyone` and nobody is signed in. */
  person: Person | null;
  /** The session that asks; null as above. */
  session: SessionFacts | null;
  now: number;
  request: Request;
  response: Response;
}

/** What is known of a session. */
export interface SessionFacts {
  id: string;
  proofAt: number;
  madeUp: boolean;
  /** When it ends at the latest, epoch milliseconds. */
  until: number;
}

/** A call by somebody who is signed in. */
export interface PersonCall<Body> extends Call<Body> {
  person: Person;
  session: SessionFacts;
}

/** A route as the table of contents holds it. */
export interface Route {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  audience: Audience;
  says: string;
  body: z.core.$ZodType | null;
  run: (call: Call<unknown>) => Promise<unknown>;
}

/** A route for whoever is signed in; what they may do is decided inside, on the stored row. */
export function route<B extends z.core.$ZodType = z.ZodNull>(
  method: Route['method'],
  path: string,
  ask: { says: string; body?: B; run: (call: PersonCall<z.infer<B>>) => Promise<unknown> },
): Route {
  return {
    method,
    path,
    audience: 'signed-in',
    says: ask.says,
    body: ask.body ?? null,
    run: (call) => ask.run(call as PersonCall<z.infer<B>>),
  };
}

/** A route that is open before anybody is in. */
export function openRoute<B extends z.core.$ZodType = z.ZodNull>(
  method: Route['method'],
  path: string,
  ask: { says: string; body?: B; run: (call: Call<z.infer<B>>) => Promise<unknown> },
): Route {
  return {
    method,
    path,
    audience: 'anyone',
    says: ask.says,
    body: ask.body ?? null,
    run: (call) => ask.run(call as Call<z.infer<B>>),
  };
}

/** What mounting needs from the identity part. */
export interface HttpGuard {
  isOurOrigin(request: Request): boolean;
  whoAsks(request: Request): Promise<{ person: Person; session: SessionFacts } | null>;
}

/** Mounts routes on the app. A handler that returns undefined has answered by itself. */
export function mount(
  app: Express,
  ask: { routes: readonly Route[]; guard: HttpGuard; now: () => number },
): void {
  for (const one of ask.routes)
    app[one.method](one.path, async (request, response) => {
      if (request.method !== 'GET' && !ask.guard.isOurOrigin(request)) throw new Refusal('wrong-origin');
      const who = await ask.guard.whoAsks(request);
      if (one.audience === 'signed-in' && !who) throw new Refusal('signed-out');
      const answer = await one.run({
        params: request.params as Record<string, string>,
        query: stringsOf(request.query),
        body: one.body ? readBody(one.body, request) : null,
        person: who?.person ?? null,
        session: who?.session ?? null,
        now: ask.now(),
        request,
        response,
      });
      if (answer !== undefined) response.set('Cache-Control', 'no-store').json(answer);
    });
}

function readBody(schema: z.core.$ZodType, request: Request): unknown {
  // Another charset would be read as other words than were judged.
  const charset = /charset="?([^";]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  if (!request.is('application/json') || (charset && charset.trim().toLowerCase() !== 'utf-8'))
    throw new Refusal('not-understood', 'not-json');
  const read = z.safeParse(schema, request.body);
  if (read.success) return read.data;
  const first = read.error.issues[0];
  throw new Refusal(
    'not-understood',
    'wrong-field',
    `${first?.path.join('.') || 'This'}: ${first?.message ?? 'not as expected'}`,
  );
}

function stringsOf(query: Request['query']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
}

/** The OpenAPI document of all routes. */
export function describeRoutes(routes: readonly Route[]): object {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const one of routes) {
    const path = one.path.replace(/:(\w+)/g, '{$1}');
    paths[path] ??= {};
    paths[path][one.method] = {
      summary: one.says,
      security: one.audience === 'signed-in' ? [{ session: [] }] : [],
      parameters: [...one.path.matchAll(/:(\w+)/g)].map(([, name]) => ({
        name,
        in: 'path',
        required: true,
        schema: { type: 'string' },
      })),
      ...(one.body && {
        requestBody: {
          required: true,
          content: {
            'application/json': { schema: z.toJSONSchema(one.body, { io: 'input', unrepresentable: 'any' }) },
          },
        },
      }),
      responses: {
        200: { description: 'Done' },
        default: {
          description: 'Refused: { reason, says, detail, add }',
          content: { 'application/json': { schema: refusalSchema } },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Wednesday', version: '1' },
    components: { securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-wednesday' } } },
    paths,
  };
}

const refusalSchema = {
  type: 'object',
  required: ['reason', 'says'],
  properties: {
    reason: { enum: Object.keys(REASONS) },
    says: { type: 'string' },
    detail: { enum: [...Object.keys(DETAILS), null] },
    add: { type: 'string' },
  },
};
