import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished, vi } from 'vitest';
import { ApiRefusal, Client, fillPath } from './api.ts';

/** A server that answers each request in turn, and says in whose hand it was asked. */
async function serve(answers: readonly { status: number; body: object }[]): Promise<IncomingMessage[]> {
  const asked: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const { status, body } = answers[asked.push(request) - 1] ?? { status: 500, body: {} };
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  onTestFinished(() => void server.close());
  // A page asks its own origin.
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const real = fetch;
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) => real(`${origin}${path}`, init));
  onTestFinished(() => void vi.unstubAllGlobals());
  return asked;
}
const proofNeeded = { status: 403, body: { reason: 'proof-needed', code: null, add: '' } };
const handsOf = (asked: readonly IncomingMessage[]) =>
  asked.map(({ headers }) => [headers['wednesday-hand'] ?? null, headers['wednesday-member']]);

it('[P38] what waits for a passkey goes out as who asked for it, whoever holds the pen by then', async () => {
  const asked = await serve([
    proofNeeded,
    { status: 200, body: { ok: true } },
    { status: 200, body: { ok: true } },
  ]);
  let pen: Client | null = null;
  const callum = new Client({ hand: '2', member: 'callum' });
  const delroy = new Client({ member: 'delroy' }, async (client) => {
    expect(client).toBe(delroy);
    // While Delroy looks for his key the pen goes to Callum, who does something of his own.
    pen = callum;
    await pen.send('POST /api/sign-out', {});
  });
  pen = delroy;
  await pen.send('PATCH /api/families/:family', { family: 'f' }, { name: 'Kaya' });
  expect(handsOf(asked)).toEqual([
    [null, 'delroy'],
    ['2', 'callum'],
    [null, 'delroy'],
  ]);
});

it('[P38] a proof is asked for once; what is refused still is told, and nothing else is sent', async () => {
  const asked = await serve([proofNeeded, proofNeeded]);
  const client = new Client({}, async () => undefined);
  await expect(client.send('DELETE /api/devices', {})).rejects.toBeInstanceOf(ApiRefusal);
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    'DELETE /api/devices',
    'DELETE /api/devices',
  ]);
});

it('[P36] a path is filled by its names, and what is left over is asked after its question mark', () => {
  expect(fillPath('/api/families/:family/review', { family: 'a/b', meeting: 'm&1' })).toBe(
    '/api/families/a%2Fb/review?meeting=m%261',
  );
  expect(fillPath('/api/today', {})).toBe('/api/today');
  expect(fillPath('/api/families/:family', { family: 'f', endedSince: undefined })).toBe('/api/families/f');
});

it('[H18] what a gateway answers in the place of a server that does not is no answer; what the server says itself is', async () => {
  await serve([
    { status: 502, body: {} },
    { status: 503, body: {} },
    { status: 504, body: { error: 'upstream' } },
    { status: 503, body: { reason: 'try-again', code: null, add: '' } },
    { status: 500, body: {} },
  ]);
  const client = new Client({}, async () => undefined);
  const reasons: string[] = [];
  for (let time = 0; time < 5; time++)
    await client.get('/api/today', {}).catch((error: ApiRefusal) => reasons.push(error.reason));
  expect(reasons).toEqual(['offline', 'offline', 'offline', 'try-again', 'try-again']);
});
