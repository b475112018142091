/** The table of contents: headers, sessions, one part after another, the page, the fallback, the errors. */
import { randomUUID } from 'node:crypto';
import {
  createServer as createHttp,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps } from 'node:https';
import type { Duplex } from 'node:stream';
import express, { type ErrorRequestHandler, type Express, type Request } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { readBoard } from '#domain/board/board.ts';
import { Refusal, type Refused } from '#domain/errors.ts';
import { mayManage } from '#domain/people/permissions.ts';
import { londonDate } from '#domain/time/civil.ts';
import type { Bus } from './bus/bus.ts';
import type { Config } from './config.ts';
import { watchEpochs } from './identity/epochs.ts';
import { Guard } from './identity/guard.ts';
import { Passkeys } from './identity/passkeys.ts';
import { identityRoutes } from './identity/routes.ts';
import { Cookies } from './identity/cookies.ts';
import { Live } from './live/live.ts';
import { liveRoutes } from './live/routes.ts';
import { explainPlainAddress, plainHeaders, serveAssets, servePage } from './page.ts';
import { recordRoutes } from './record/routes/record-routes.ts';
import { clearSample, makeSample } from './record/sample.ts';
import { reflectingRoutes } from './reflecting/routes.ts';
import { Sessions } from './reflecting/sessions.ts';
import { Acts } from './act.ts';
import { describeRoutes, mount, problemOf, route, type Route } from './routes.ts';
import type { Storage } from './storage/storage.ts';
import { noteArrivals } from './sync/arrivals.ts';
import { BOARDS, Door } from './sync/door.ts';
import { tellHarmEnds } from './sync/harm-news.ts';
import { syncMeasures, type SyncMeasures } from './sync/measures.ts';
import { documentRoutes } from './sync/routes.ts';
import { Rooms } from './sync/rooms.ts';
import { watchBoard } from './sync/watcher.ts';
import { wallRoutes } from './wall/routes.ts';
import { Walls } from './wall/walls.ts';

/** A server that can be listened on and closed. */
export interface App {
  http: Server;
  /** The figures, on a port of their own, where the operator wants them. */
  figures: Server | null;
  rooms: Rooms;
  routes: readonly Route[];
  close: () => Promise<void>;
}

interface Parts {
  config: Config;
  storage: Storage;
  bus: Bus;
  log: Logger;
  /** What sessions, limits, leases and codes go by. */
  now: () => number;
  /** What is written down with everything that people do. */
  recordNow: () => number;
}

export function openApp({ config, storage, bus, log, now, recordNow }: Parts): App {
  const today = () => londonDate(recordNow());
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const commits = new Counter({
    name: 'wednesday_commits_total',
    help: 'Families committed to their files',
    registers: [registry],
  });
  const report = (what: string, facts: Record<string, unknown>) => log.warn(facts, what);
  const alarm = (what: string, facts: Record<string, unknown>) => log.error(facts, what);

  const cookies = new Cookies({ publicUrl: config.publicUrl, isFramed: config.frameOrigins.length > 0 });
  const guard = new Guard({
    storage,
    cookies,
    origin: config.publicUrl.origin,
    now,
    failed: (error) =>
      report('the audit could not be written', { error: (error as { code?: string }).code ?? 'unknown' }),
  });
  const measures: SyncMeasures = syncMeasures(registry, () => rooms.count);
  const rooms: Rooms = new Rooms({
    storage,
    bus,
    owner: config.serverId,
    now,
    recordNow,
    report,
    alarm,
    measures,
    opened: (room) => {
      const failed = (error: unknown) =>
        report('a board could not be followed', { doc: room.name, error: (error as Error).name });
      noteArrivals(room, { now: recordNow, failed });
      tellHarmEnds(room, { tell: (family) => bus.publish({ about: 'harm-taken-off', family }), failed });
    },
  });
  const door = new Door({ rooms, guard, measures, bus, now });

  const unwatch = watchEpochs({ storage, bus, report });

  const app = express();
  const http = config.tls ? createHttps(config.tls, app) : createHttp(app);
  const live = new Live({ http, storage, guard, bus, now: recordNow, today, report });
  // Before all others, so that what socket.io answers by itself carries them too.
  const headers = new Map(Object.entries(plainHeaders(config)));
  http.prependListener('request', (_, response: ServerResponse) => response.setHeaders(headers));
  door.listen(live.of(BOARDS));
  const walls = new Walls(live.of('/wall'), {
    storage,
    bus,
    now,
    recordNow,
    tokenOf: (request) => cookies.read(request, cookies.wall),
    origin: config.publicUrl.origin,
    watch: (doc, changed) => watchBoard(rooms, doc, changed),
    report,
  });
  const sessions = new Sessions(live.of('/reflecting'), {
    storage,
    bus,
    now: recordNow,
    today,
    seatIn: (request, id) => guard.seatIn(request, id),
    read: async (doc) => {
      const room = await rooms.enter(doc);
      await room.settled();
      rooms.left(room);
      return readBoard(room.doc);
    },
    end: (doc) => rooms.end(doc),
    report,
  });
  new Gauge({
    name: 'wednesday_live_connections',
    help: 'Pages that follow a meeting',
    registers: [registry],
    collect() {
      this.set(live.connections);
    },
  });

  const acts = new Acts({ storage, guard, bus });
  const atTheDoor = identityRoutes({
    storage,
    guard,
    acts,
    bus,
    offline: config.offline,
    cookies,
    recordNow,
    passkeys: new Passkeys({ storage, url: config.publicUrl }),
    makeSample: async () => {
      const unit = await makeSample(storage, { now: recordNow(), today: today() });
      await rooms.takeInAll();
      return unit;
    },
    clearSample: async (unit) => {
      for (const doc of await clearSample(storage, unit)) rooms.end(doc);
    },
  });
  const ended = (docs: readonly string[]): void => {
    for (const doc of docs) rooms.end(doc);
    // They stand no longer in the store's own files either, once nobody waits for that.
    if (docs.length > 0)
      void storage
        .tidy()
        .catch((error: unknown) =>
          report('the store was not tidied', { error: (error as { code?: string }).code ?? 'unknown' }),
        );
  };
  const atTheTable: Route[] = [
    ...recordRoutes({ storage, guard, acts, bus, today, counted: () => commits.inc(), ended }),
    ...liveRoutes({ storage, acts }),
    ...wallRoutes({
      storage,
      walls,
      setCookie: (response, value) => cookies.set(response, cookies.wall, value),
    }),
    ...reflectingRoutes({
      storage,
      bus,
      sessions,
      today,
      now: recordNow,
      end: (doc) => rooms.end(doc),
      seatIn: (request, id) => guard.seatIn(request, id),
      maySee: (member, family) => guard.maySee(member, family),
      cookiesOf: (request) => cookies.guests(request),
      setCookie: (response, participant, value) =>
        value === null
          ? cookies.clear(response, cookies.guest(participant))
          : cookies.set(response, cookies.guest(participant), value.secret, { maxAge: value.maxAge }),
    }),
    ...documentRoutes({ rooms, guard, storage, bus }),
    route('GET /api/today', {
      says: 'The day and the time by the server',
      run: async () => ({ today: today(), now: recordNow() }),
    }),
  ];
  const routes = [...atTheDoor, ...atTheTable];

  wire(app, { config, log });
  app.get('/healthz', (_, response) => void response.type('text').send('ok'));
  app.get('/readyz', async (_, response) => {
    const isReady = await storage.db
      .selectFrom('settings')
      .select('key')
      .limit(1)
      .execute()
      .then(
        () => true,
        () => false,
      );
    response
      .status(isReady ? 200 : 503)
      .type('text')
      .send(isReady ? 'ready' : 'the store does not answer');
  });
  app.use('/api', (_, response, next) => {
    // Nothing that is answered here is anybody else's to keep.
    response.set('Cache-Control', 'no-store');
    next();
  });
  app.get('/api/openapi.json', (_, response) => void response.json(describeRoutes(routes)));
  // Whoever is not signed in yet can only ask, and each asking leaves a row: a council behind one address never meets this.
  app.use(['/api/sign-in', '/api/enrol', '/api/first-run', '/api/proof'], paced(600));
  // A screen's code is short: whoever tries more than a few has not been handed one.
  app.use('/api/wall', paced(20));
  app.use('/api/reflecting/come-in', paced(60));
  // Whoever was invited is nobody's member: more than any room full of people asks for, less than a flood.
  app.use(
    '/api/reflecting',
    paced(3_000, (request) => cookies.guests(request)[0] ?? null),
  );
  // A foreign page is turned away before a byte of its body is read; only an import, by who may bring one in, is large.
  app.use('/api', (request, _response, next) => {
    if (request.method !== 'GET' && !guard.isOurOrigin(request)) throw new Refusal('wrong-origin');
    next();
  });
  app.use('/api/units/:unit/import', async (request, _response, next) => {
    const known = await guard.whoAsks(request);
    if (!known) throw new Refusal('signed-out');
    if (!mayManage(known.person, request.params.unit)) throw new Refusal('not-found');
    next();
  });
  app.use('/api/units/:unit/import', express.json({ limit: '25mb' }));
  app.use('/api', express.json({ limit: '64kb' }));
  mount(app, { routes: atTheDoor, guard, now });
  mount(app, { routes: atTheTable, guard, now: recordNow });
  app.use('/api', () => {
    throw new Refusal('not-found');
  });
  servePage(app, config);
  app.use(answerErrors(log));

  http.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has taken its own listener away by now: a socket that breaks here would end the process.
    socket.on('error', () => socket.destroy());
    const path = (request.url ?? '').split('?')[0]!;
    if (path.startsWith('/sync/')) door.upgrade(request, socket, head);
    else if (!path.startsWith('/live'))
      socket.end('HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  });

  return {
    http,
    figures:
      config.metrics && createHttp((request, response) => void serveFigures(registry, request, response)),
    rooms,
    routes,
    close: async () => {
      unwatch();
      door.close();
      walls.close();
      sessions.close();
      await live.close();
      await rooms.close();
      http.closeAllConnections();
      await new Promise<void>((resolve) => (http.listening ? http.close(() => resolve()) : resolve()));
    },
  };
}

/** Turns an address away that asks more than so often a minute. */
const paced = (limit: number, by: (request: Request) => string | null = () => null) =>
  rateLimit({
    windowMs: 60_000,
    limit,
    // One who floods is slowed by themself, and not the room they sit in.
    keyGenerator: (request) => by(request) ?? ipKeyGenerator(request.ip ?? ''),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // Whether a proxy's word about the address is taken is decided by TRUST_PROXY.
    validate: { xForwardedForHeader: false },
    handler: () => {
      throw new Refusal('too-fast');
    },
  });

function wire(app: Express, { config, log }: { config: Config; log: Logger }): void {
  app.disable('x-powered-by');
  serveAssets(app);
  if (config.trustProxy !== false) app.set('trust proxy', config.trustProxy);
  app.use(
    helmet({
      // plainHeaders and the page's own policy say these, of every answer.
      contentSecurityPolicy: false,
      strictTransportSecurity: false,
      referrerPolicy: false,
      crossOriginResourcePolicy: false,
      xContentTypeOptions: false,
      // P23: the older header knows no list of who may show it in a frame.
      frameguard: false,
    }),
  );
  app.use((request, response, next) => {
    const began = performance.now();
    response.on('finish', () => {
      // The pattern of the route, never its address: an id is enough to find a fault and too much to keep.
      const path = (request.route as { path?: string } | undefined)?.path ?? 'page';
      log.debug(
        {
          method: request.method,
          route: path,
          status: response.statusCode,
          ms: Math.round(performance.now() - began),
        },
        'answered',
      );
    });
    next();
  });
  app.use(explainPlainAddress(config));
}

/** P17: The figures, for a collector; on a port of their own no proxy of the page leads to them. */
async function serveFigures(
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.url !== '/metrics') return void response.writeHead(404).end();
  try {
    const text = await registry.metrics();
    response.writeHead(200, { 'Content-Type': registry.contentType }).end(text);
  } catch {
    // A figure that cannot be read is a fault of ours; the collector asks again.
    response.writeHead(500).end();
  }
}

function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    const refuse = (refused: Refused, status?: number) => {
      const problem = problemOf(refused);
      response
        .status(status ?? problem.status)
        .type('application/problem+json')
        .json({ ...problem, ...(status && { status }) });
    };
    if (error instanceof Refusal) return refuse(error);
    const { status, type } = error as { status?: number; type?: string };
    if (type === 'entity.too.large') return refuse({ reason: 'too-large' }, 413);
    if (status && status < 500) return refuse({ reason: 'not-understood' }, status);
    // Ours: a number to tell, and nothing about a child in the answer or the log.
    const number = randomUUID().slice(0, 8);
    const { code, name } = error as { code?: string; name?: string };
    log.error(
      {
        number,
        error: code ?? name,
        stack: String((error as Error).stack)
          .split('\n')
          .slice(1, 5)
          .join(' '),
      },
      'a fault of ours',
    );
    const isStore = /^(SQLITE_|ECONN|57P|08|53)/.test(code ?? '');
    return refuse(
      { reason: 'try-again', ...(!isStore && { detail: 'fault', add: number }) },
      isStore ? 503 : 500,
    );
  };
}
