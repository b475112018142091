/** One way to declare a route: who may, what comes in, what is done. The permission table and the OpenAPI document are made from it. */
import type { Express, Request, Response } from 'express';
import { z } from 'zod';
import { DETAILS, REASONS, Refusal, refusalSays, type Refused } from '#domain/errors.ts';
import type { Person } from '#domain/people/permissions.ts';
import type { AnswerOf, BodyOf, Done, ParamsOf, ProblemDetails, QueryOf, RouteName } from '#contract';
import made from './answers.json' with { type: 'json' };

const { answers, schemas } = made;

/** Who a route is for: anyone at all, whoever is signed in, or (the ordinary case) a person with a seat. */
export type Audience = 'anyone' | 'signed-in';

/** What a route is given. */
export interface Call<Name extends RouteName, Body> {
  params: ParamsOf<Name>;
  query: Partial<QueryOf<Name>>;
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
export interface PersonCall<Name extends RouteName, Body> extends Call<Name, Body> {
  person: Person;
  session: SessionFacts;
}

/** A route as the table of contents holds it. */
export interface Route {
  name: RouteName;
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  path: string;
  audience: Audience;
  says: string;
  body: z.core.$ZodType | null;
  run: (call: Call<RouteName, unknown>) => Promise<unknown>;
}

/** What judges a body: it takes everything that the contract says may be sent, and knows each of its fields. */
type Judge<Name extends RouteName, Body extends z.core.$ZodType> =
  BodyOf<Name> extends z.input<Body>
    ? keyof BodyOf<Name> extends keyof z.input<Body>
      ? Body
      : never
    : never;

/** What a route says of itself; where the contract has a body there is a judge of it. */
interface Ask<Name extends RouteName, Body extends z.core.$ZodType, Given> {
  says: string;
  body?: BodyOf<Name> extends undefined ? never : Judge<Name, Body>;
  run: (call: Given) => Promise<AnswerOf<Name>>;
}
type Judged<Name extends RouteName> = BodyOf<Name> extends undefined ? unknown : { body: unknown };

/** Done, and there is nothing to say about it. */
export const DONE: Done = { ok: true };

/** A route for whoever is signed in; what they may do is decided inside, on the stored row. */
export function route<Name extends RouteName, Body extends z.core.$ZodType = z.ZodNull>(
  name: Name,
  ask: Ask<Name, Body, PersonCall<Name, z.infer<Body>>> & Judged<Name>,
): Route {
  return {
    ...named(name),
    audience: 'signed-in',
    says: ask.says,
    body: ask.body ?? null,
    run: ask.run as Route['run'],
  };
}

/** A route that is open before anybody is in. */
export function openRoute<Name extends RouteName, Body extends z.core.$ZodType = z.ZodNull>(
  name: Name,
  ask: Ask<Name, Body, Call<Name, z.infer<Body>>> & Judged<Name>,
): Route {
  return {
    ...named(name),
    audience: 'anyone',
    says: ask.says,
    body: ask.body ?? null,
    run: ask.run as Route['run'],
  };
}

function named(name: RouteName): Pick<Route, 'name' | 'method' | 'path'> {
  const [method = '', path = ''] = name.split(' ');
  return { name, method: method.toLowerCase() as Route['method'], path };
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
        params: request.params as ParamsOf<RouteName>,
        query: stringsOf(request.query) as Partial<QueryOf<RouteName>>,
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
  const read = z.safeParse(schema, request.body, { error: whatIsWrong });
  if (read.success) return read.data;
  const { path, message } = read.error.issues[0]!;
  const field = path.findLast((part) => typeof part === 'string') ?? '';
  throw new Refusal('not-understood', 'wrong-field', `${FIELDS[field] ?? 'One field'}: ${message}.`);
}

/** What is wrong with a field, where the field's own judge does not say it. */
function whatIsWrong({ code, origin }: { code?: string; origin?: string }): string {
  const isNumber = origin === 'number' || origin === 'int';
  if (code === 'too_big') return isNumber ? 'it is too large' : 'it is too long';
  if (code === 'too_small') return isNumber ? 'it is too small' : 'something is missing here';
  return 'it cannot be read';
}
/** What a field is called on the pages on which people fill it in. */
const FIELDS: Partial<Record<string, string>> = {
  name: 'Name',
  given: 'First name',
  surname: 'Surname',
  born: 'Born',
  due: 'Due',
  email: 'E-mail',
  what: 'What',
  why: 'Why',
  on: 'Day',
  until: 'Until',
  purpose: 'What is it for?',
  text: 'The words',
  sessionLimit: 'What has to be passed on',
  code: 'Code',
  route: 'Where it goes',
  plan: 'Weeks, with a plan or a status',
  otherwise: 'Weeks otherwise',
  usual: 'Minutes for a family',
  pressing: 'Minutes where it presses',
  outOfHours: 'Whom to ring out of hours',
  many: 'How many',
  source: 'Where it says so',
  meetingTime: 'Time',
  note: 'Skill, and whom they know',
};

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
        200: {
          description: 'Done',
          content:
            one.name in answers
              ? { 'application/json': { schema: answers[one.name as keyof typeof answers] } }
              : { 'application/octet-stream': {} },
        },
        default: {
          description: 'Refused: RFC 9457, with the reason and its detail as codes',
          content: { 'application/problem+json': { schema: problemSchema } },
        },
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Wednesday', version: '1' },
    components: {
      schemas,
      securitySchemes: { session: { type: 'apiKey', in: 'cookie', name: '__Host-wednesday' } },
    },
    paths,
  };
}

/** A refusal as it is answered (RFC 9457): `detail` is its sentence for people, `reason` and `code` are for the page. */
export function problemOf({ reason, detail = null, add = '' }: Refused): ProblemDetails {
  const { status, says } = REASONS[reason];
  const sentence = refusalSays({ reason, detail, add });
  return {
    type: `urn:wednesday:${reason}`,
    title: says,
    status,
    detail: sentence,
    reason,
    code: detail,
    add,
  };
}

const problemSchema = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'reason', 'code', 'add'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    reason: { enum: Object.keys(REASONS) },
    code: { enum: [...Object.keys(DETAILS), null] },
    add: { type: 'string' },
  },
};
