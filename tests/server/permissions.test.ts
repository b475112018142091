import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { londonDate } from '#domain/time/civil.ts';
import { readConfig } from '../../server/config.ts';
import { call } from '../support/call.ts';
import { freePort } from '../support/start-server.ts';
import { laySession } from '../support/reflecting.ts';
import { layFamily, layMember, layOtherUnit, type Signed } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';

/** What each kind of person is answered. `ours` is a member with a seat, `keeper` the coordinator. */
interface Row {
  body?: (world: World, ids: Ids) => unknown;
  nobody: number;
  guest: number;
  otherUnit: number;
  ours: number;
  keeper: number;
}
interface Ids {
  meeting: string;
  task: string;
}
const zero = '00000000-0000-4000-8000-000000000000';
const member = { nobody: 401, guest: 404, otherUnit: 404, ours: 200, keeper: 200 };
const keeper = { nobody: 401, guest: 404, otherUnit: 404, ours: 404, keeper: 200 };
const open = (status: number) => ({
  nobody: status,
  guest: status,
  otherUnit: status,
  ours: status,
  keeper: status,
});

const inSession = { ...open(404), nobody: 401 };

/** Every route of the server, as anyone may meet it. A route that is not here fails the last test. */
const TABLE: Record<string, Row> = {
  'post /api/first-run/check': { body: () => ({ token: 'x'.repeat(30) }), ...open(410) },
  'post /api/first-run/unit': {
    body: () => ({ token: 'x'.repeat(30), unit: 'x', members: [{ name: 'Eve', role: 'coordinator' }] }),
    ...open(410),
  },
  'post /api/first-run/look-round': { body: () => ({ token: 'x'.repeat(30) }), ...open(410) },
  'get /api/me': open(200),
  'post /api/sign-in/ask': open(200),
  'post /api/sign-in': { body: () => ({ id: zero, answer: {} }), ...open(400) },
  'post /api/enrol/ask': { body: () => ({ token: 'x'.repeat(30) }), ...open(410) },
  'post /api/enrol': { body: () => ({ token: 'x'.repeat(30), id: zero, answer: {} }), ...open(410) },
  'post /api/proof/ask': { ...open(200), nobody: 401 },
  'post /api/proof': { body: () => ({ id: zero, answer: {} }), ...open(400), nobody: 401 },
  'get /api/sessions': { ...open(200), nobody: 401 },
  'delete /api/sessions/:session': { ...open(404), nobody: 401 },
  'post /api/device': { body: () => ({ device: null }), ...open(200), nobody: 401, guest: 403 },
  'get /api/device/:device': open(200),
  'delete /api/devices': { ...open(200), nobody: 401 },
  'get /api/units/:unit/audit': keeper,
  'get /api/units/:unit/gone': keeper,
  'get /api/units/:unit/import': keeper,
  'post /api/units/:unit/import/out': { body: () => ({ at: 1 }), ...keeper, keeper: 409 },
  'post /api/units/:unit/families/:family/back': { ...keeper, keeper: 404 },
  'get /api/units/:unit/links': keeper,
  'post /api/units/:unit/links': { body: (world) => ({ member: world.people.ines.id }), ...keeper },
  'delete /api/units/:unit/links/:link': { ...keeper, keeper: 404 },
  'delete /api/made-up': open(404),
  'get /api/units/:unit': { ...member, guest: 200 },
  'put /api/units/:unit/settings': {
    body: () => ({
      name: 'Mulberry',
      meetingDay: 3,
      meetingTime: '09:30',
      settings: {
        authorities: [{ id: 'unit', name: 'Unit', isUnit: true, route: '' }],
        minutes: { usual: 15, pressing: 25 },
      },
    }),
    ...keeper,
  },
  'get /api/units/:unit/questions': member,
  'put /api/units/:unit/questions': {
    body: () => ({ text: 'Who would notice first?', kind: 'ranking', own: true }),
    ...member,
  },
  'post /api/units/:unit/members': { body: () => ({ name: 'New', role: 'clinician' }), ...keeper },
  'patch /api/units/:unit/members/:member': { body: () => ({ note: 'x' }), ...keeper },
  'post /api/units/:unit/families': { body: () => ({ name: 'New' }), ...keeper },
  'patch /api/families/:family': { body: () => ({ name: 'Kaya-Bright' }), ...keeper, ours: 403 },
  'post /api/families/:family/children': { body: () => ({ given: 'Isa' }), ...keeper, ours: 403 },
  'patch /api/children/:child': { body: () => ({ given: 'Aylin' }), ...keeper, ours: 403 },
  'post /api/families/:family/dates': {
    body: () => ({ kind: 'review', on: '2026-12-01', what: 'Review' }),
    ...member,
  },
  'delete /api/families/:family/dates/:date': { ...member, ours: 404, keeper: 404 },
  'post /api/families/:family/dates/:date/acts': {
    body: () => ({ revision: 0, act: { does: 'held' } }),
    ...member,
    ours: 404,
    keeper: 404,
  },
  'get /api/families/:family': member,
  'get /api/families/:family/review': member,
  'get /api/families/:family/whom-to-invite': member,
  'post /api/families/:family/reads': {
    body: (world, ids) => ({ meeting: ids.meeting, child: world.children[0], digest: 'a'.repeat(64) }),
    ...member,
    ours: 403,
  },
  'post /api/families/:family/commit': {
    body: (world, ids) => ({
      commit: randomUUID(),
      meeting: ids.meeting,
      entries: world.children.map((child) => ({ child, digest: 'a'.repeat(64) })),
    }),
    ...member,
    ours: 403,
    keeper: 409,
  },
  'get /api/units/:unit/covered': member,
  'post /api/units/:unit/left-over': {
    body: (_world, ids) => ({ meeting: ids.meeting, why: '' }),
    ...keeper,
  },
  'post /api/families/:family/reached': {
    body: (world, ids) => ({ meeting: ids.meeting, children: world.children, outcome: 'no-change', why: '' }),
    ...member,
  },
  'post /api/families/:family/tasks': { body: () => ({ card: randomUUID(), what: 'Ring' }), ...member },
  'post /api/tasks/:task/acts': {
    body: () => ({ revision: 99, act: { does: 'open-again' } }),
    ...member,
    ours: 409,
    keeper: 409,
  },
  'get /api/children/:child/file': member,
  'get /api/children/:child/chronology': member,
  'get /api/children/:child/views': member,
  'post /api/children/:child/corrections': {
    body: () => ({ corrects: 1, text: 'x', once: randomUUID() }),
    ...member,
    ours: 404,
    keeper: 404,
  },
  'post /api/children/:child/copies': { body: () => ({ format: 'text' }), ...member },
  'get /api/import-schema.json': open(200),
  'post /api/units/:unit/import': {
    body: () => ({ dryRun: true, files: [{ name: 'families.csv', text: 'ref,name\nf1,New' }] }),
    ...keeper,
  },
  'post /api/units/:unit/meetings': { body: () => ({ on: '2026-11-25' }), ...keeper, guest: 403, ours: 403 },
  'get /api/join/:code': { ...open(404), nobody: 401 },
  'get /api/meetings/:meeting': member,
  'post /api/meetings/:meeting/wall': member,
  'post /api/wall': { body: () => ({ code: '22222222' }), ...open(404) },
  'post /api/units/:unit/reflecting': {
    body: () => ({ on: londonDate(Date.now()), purpose: 'x', keep: { files: false, until: null } }),
    ...member,
  },
  'get /api/units/:unit/reflecting': member,
  'post /api/reflecting/come-in': {
    body: () => ({ token: 'x'.repeat(30), code: '000000', device: 'x'.repeat(43) }),
    ...open(410),
  },
  'post /api/reflecting/go': { body: () => ({ participant: randomUUID() }), ...open(200) },
  // Who is in a session is tried in tests/server/reflecting.test.ts; to everyone else there is none.
  'get /api/units/:unit/not-safe': member,
  'post /api/units/:unit/not-safe/:id/heard': { body: () => ({}), ...member, ours: 404, keeper: 404 },
  'get /api/reflecting/:session/not-safe': inSession,
  'post /api/reflecting/:session/not-safe': { body: () => ({}), ...inSession },
  'get /api/reflecting/:session': inSession,
  'post /api/reflecting/:session/acts': { body: () => ({ does: 'agree', yes: true }), ...inSession },
  'post /api/reflecting/:session/people': { body: () => ({ name: 'Eve', part: 'team' }), ...inSession },
  'delete /api/reflecting/:session/people/:participant': inSession,
  'post /api/reflecting/:session/people/:participant/invitation': { body: () => ({}), ...inSession },
  'post /api/families/:family/turn-over': {
    body: () => ({ silence: randomUUID() }),
    ...member,
    ours: 404,
    keeper: 404,
  },
  'post /api/search': { body: () => ({ query: 'hidden' }), ...open(200), nobody: 401 },
  'get /api/families/:family/board-on/:on': { ...member, ours: 400, keeper: 400 },
  'get /api/documents/:name/hands': member,
  'get /api/documents/:name/state': member,
  'get /api/today': { ...open(200), nobody: 401 },
  'post /api/sign-out': open(200),
};

it('[P13] every route is closed to whoever has no right to it, and says nothing of what it hides', async () => {
  const world = await openWorld('sqlite');
  const other = await layMember(world.storage, {
    unit: await layOtherUnit(world.storage, world.unit),
    name: 'Eve',
    role: 'coordinator',
  });
  const restricted = await layFamily(world.storage, {
    unit: world.unit,
    name: 'Hidden-Name',
    restricted: true,
  });
  const { id: finder } = await layMember(world.storage, {
    unit: world.unit,
    name: 'Who may find it',
    role: 'clinician',
  });
  await world.storage.db
    .insertInto('family_access')
    .values({ family_id: restricted, member_id: finder })
    .execute();
  const meeting = (
    await call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/meetings`, {
      body: { on: '2026-11-25' },
    })
  ).body.meeting as string;
  const task = (
    await call(world.server, world.people.delroy, 'POST', `/api/families/${world.family}/tasks`, {
      body: { card: randomUUID(), what: 'Ring' },
    })
  ).body.id as string;
  const session = await laySession(world);
  const whos: [keyof Omit<Row, 'body'>, Signed | null][] = [
    ['nobody', null],
    ['guest', world.guest],
    ['otherUnit', other],
    ['ours', world.people.nasrin],
    ['keeper', world.people.delroy],
  ];
  for (const [key, row] of Object.entries(TABLE)) {
    const [method, pattern] = key.split(' ') as [string, string];
    const path = pattern
      .replace(':unit', world.unit)
      .replace(':family', world.family)
      .replace(':child', world.children[0])
      .replace(':meeting', meeting)
      .replace(':task', task)
      .replace(':session', session.id)
      .replace(':participant', session.ines.id)
      .replace(':member', world.people.ines.id)
      .replace(':id', zero)
      .replace(':name', `family:${world.family}`)
      .replace(/:\w+$/, zero)
      .replace(`family${':'}`, 'family:');
    const query = pattern.endsWith('/review')
      ? `?meeting=${meeting}`
      : pattern.endsWith('/covered')
        ? '?from=2026-11-01&until=2026-11-30'
        : '';
    for (const [who, signed] of whos) {
      // Signing out would end the session of the rest of the table.
      if (key === 'post /api/sign-out' && signed) continue;
      const answer = await call(world.server, signed, method.toUpperCase(), path + query, {
        body: row.body?.(world, { meeting, task }),
      });
      expect(answer.status, `${key} as ${who}: ${answer.text.slice(0, 120)}`).toBe(row[who]);
      if (answer.status >= 400) expect(answer.text).not.toMatch(/Kaya|Aylin|Deniz|Inês/);
      if (who !== 'keeper') expect(answer.text).not.toContain('Hidden-Name');
      if (method !== 'get' && row[who] === 200) continue;
      if (method !== 'get') {
        const foreign = await call(world.server, signed, method.toUpperCase(), path, {
          body: row.body?.(world, { meeting, task }),
          origin: 'https://evil.example',
        });
        expect(foreign.status, `${key} from elsewhere`).toBe(403);
      }
    }
  }
  for (const who of ['yewande', 'nasrin', 'delroy'] as const) {
    const page = await call(world.server, world.people[who], 'GET', `/api/units/${world.unit}`);
    expect(page.text, who).not.toContain('Hidden-Name');
    expect(
      (await call(world.server, world.people[who], 'GET', `/api/families/${restricted}`)).status,
      who,
    ).toBe(404);
  }
});

it('[P14] the table above holds every route that there is', async () => {
  const world = await openWorld('sqlite');
  const { paths } = (await call(world.server, null, 'GET', '/api/openapi.json')).body as {
    paths: Record<string, Record<string, unknown>>;
  };
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`),
  );
  expect(routes.sort()).toEqual(Object.keys(TABLE).sort());
});

it('[P36] the API document says what each route answers, and every schema that it names is there', async () => {
  const world = await openWorld('sqlite');
  const { paths, components } = (await call(world.server, null, 'GET', '/api/openapi.json')).body as {
    paths: Record<string, Record<string, { responses: { 200: object } }>>;
    components: { schemas: Record<string, object> };
  };
  const inBytes: string[] = [];
  for (const [path, methods] of Object.entries(paths))
    for (const [method, { responses }] of Object.entries(methods))
      if (!JSON.stringify(responses[200]).includes('"schema":')) inBytes.push(`${method} ${path}`);
  expect(inBytes.sort()).toEqual(['get /api/documents/{name}/state', 'post /api/children/{child}/copies']);
  const named = [...JSON.stringify({ paths, components }).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
  expect(named.length).toBeGreaterThan(20);
  for (const [, name] of named) expect(Object.keys(components.schemas), name).toContain(name);
  expect(Object.keys(components.schemas.FilePage!)).toContain('required');
});

it('[P36] a refusal is a problem with its sentence for people and its codes for a page', async () => {
  const world = await openWorld('sqlite');
  const { delroy } = world.people;
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${world.server.url}${path}`, {
      ...init,
      headers: { Cookie: delroy.cookie, Origin: world.server.url, ...(init.headers ?? {}) },
    });
  const json = { 'Content-Type': 'application/json' };
  for (const [response, reason, status] of [
    [await ask('/api/families/none'), 'not-found', 404],
    [await ask('/api/search', { method: 'POST', headers: json, body: '{' }), 'not-understood', 400],
    [await ask('/api/search', { method: 'POST', headers: json, body: '{}' }), 'not-understood', 400],
    [await fetch(`${world.server.url}/api/today`), 'signed-out', 401],
  ] as const) {
    expect(response.headers.get('content-type'), reason).toContain('application/problem+json');
    const problem = (await response.json()) as Record<string, unknown>;
    expect(problem, reason).toMatchObject({ type: `urn:wednesday:${reason}`, reason, status });
    expect(response.status).toBe(status);
    expect(String(problem.detail)).toMatch(/^[A-Z].*[.?]$/s);
  }
});

it('[P17] the figures of the server are read on a port of their own, and nowhere where none is named', async () => {
  const port = await freePort();
  const world = await openWorld('sqlite', { env: { METRICS_PORT: String(port) } });
  const figures = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  expect(figures).toContain('wednesday_append_seconds');
  expect(figures).not.toMatch(/Kaya|Aylin|family:/);
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(404);
  // At the page's own port they are a page that there is not, like any other.
  expect((await call(world.server, null, 'GET', '/metrics')).text).not.toContain('wednesday_append');
});

it('[P34] an address under which Wednesday cannot live is refused at the start, in words', () => {
  const read = (PUBLIC_URL: string) => readConfig({ DATA_DIR: tmpdir(), PUBLIC_URL }).publicUrl.origin;
  expect(read('https://wednesday.example/')).toBe('https://wednesday.example');
  for (const [address, says] of [
    ['https://council.example/wednesday', /has a path.*Write it as https:\/\/council\.example/],
    ['https://council.example/?unit=1', /has a path/],
    ['https://192.0.2.7', /a name, never to a number/],
    ['http://council.example', /must begin with https/],
    ['council', /is not an address/],
  ] as const)
    expect(() => read(address), address).toThrow(says);
});

it('[P28] whose word about an address is taken is said by the operator, and by nobody else', () => {
  const read = (env: Record<string, string>) => {
    const { host, trustProxy } = readConfig({ DATA_DIR: tmpdir(), ...env });
    return { host, trustProxy };
  };
  const PUBLIC_URL = 'https://wednesday.example.gov.uk';
  // Without a certificate nobody elsewhere reaches a port on which words would go in plain.
  expect(read({ PUBLIC_URL })).toEqual({ host: '127.0.0.1', trustProxy: false });
  const [TLS_CERT, TLS_KEY] = ['cert', 'key'].map((name) => {
    const path = join(mkdtempSync(join(tmpdir(), 'wednesday-')), name);
    writeFileSync(path, name);
    return path;
  }) as [string, string];
  expect(read({ PUBLIC_URL, TLS_CERT, TLS_KEY })).toEqual({ host: '0.0.0.0', trustProxy: false });
  expect(read({ PUBLIC_URL, TRUST_PROXY: '1' })).toEqual({ host: '127.0.0.1', trustProxy: 1 });
  // Whoever reached it directly would say themselves which address they come from.
  expect(read({ PUBLIC_URL, TRUST_PROXY: '1', TLS_CERT, TLS_KEY })).toEqual({
    host: '127.0.0.1',
    trustProxy: 1,
  });
  expect(read({ PUBLIC_URL, TRUST_PROXY: '1', HOST: '10.0.0.5' })).toEqual({
    host: '10.0.0.5',
    trustProxy: 1,
  });
  expect(read({ PUBLIC_URL, TRUST_PROXY: '10.0.0.0/8 fd00::/8' })).toEqual({
    host: '0.0.0.0',
    trustProxy: ['10.0.0.0/8', 'fd00::/8'],
  });
  expect(() => read({ TRUST_PROXY: 'everybody' })).toThrow(/is not a network/);
});

it('[P21] who is not signed in and asks without end is told to wait, and the others go on', async () => {
  const world = await openWorld('sqlite');
  const asked = await Promise.all(
    Array.from({ length: 620 }, () => call(world.server, null, 'POST', '/api/sign-in/ask', { body: {} })),
  );
  const tally = (status: number) => asked.filter((answer) => answer.status === status).length;
  expect([tally(200), tally(429)]).toEqual([600, 20]);
  expect(asked.find((answer) => answer.status === 429)!.body.reason).toBe('too-fast');
  expect((await call(world.server, world.people.ines, 'GET', '/api/sessions')).status).toBe(200);
});
