import type { Signed } from './people.ts';
import type { RunningServer } from './start-server.ts';

/** What a request was answered. */
export interface Answered {
  status: number;
  body: Record<string, unknown>;
  text: string;
}

/** Asks the server as somebody, or as nobody; from our own page unless another origin is named. */
export async function call(
  server: RunningServer,
  who: Signed | null,
  method: string,
  path: string,
  ask: { body?: unknown; origin?: string | null; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const origin = ask.origin === undefined ? server.url : ask.origin;
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: {
      ...(who && { Cookie: who.cookie }),
      ...(origin !== null && { Origin: origin }),
      ...(ask.body !== undefined && { 'Content-Type': 'application/json' }),
      ...ask.headers,
    },
    body: ask.body === undefined ? undefined : JSON.stringify(ask.body),
  });
  const text = await response.text();
  let body: Record<string, unknown> = {};
  if (response.headers.get('content-type')?.includes('json'))
    body = JSON.parse(text) as Record<string, unknown>;
  return { status: response.status, body, text };
}
