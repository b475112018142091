/** All requests to the server. A refusal is thrown with its sentence for people. */
import type { AnswerOf, BodyOf, ParamsOf, ProblemDetails, QueryOf, RouteName } from '#contract';
import { REASONS, refusalSays, type Reason, type Refused } from '#domain/errors.ts';

/** A refusal as the page meets it; `offline` where nothing answered at all. */
export class ApiRefusal extends Error {
  readonly reason: Reason | 'offline';
  constructor(reason: Reason | 'offline', says: string) {
    super(says);
    this.reason = reason;
  }
}

/** The made-up seat that this window has chosen: it stands in the path and goes with every request. */
function seatOfWindow(path: string = location.pathname): string | null {
  return /^\/seat-([0-9a-f-]{36})(\/|$)/.exec(path)?.[1] ?? null;
}

/** In whose hand something is done: in a made-up seat, or by one of several people who came in at this device. */
export interface Hand {
  seat?: string;
  hand?: string;
  /** Who this page takes itself for: where the cookie is somebody else's by now, the server answers that they are out. */
  member?: string;
}
let holding: Hand | null = null;
/** Whose hand this window is in just now. */
export function handOfWindow(): Hand {
  const seat = seatOfWindow();
  return holding ?? (seat ? { seat } : {});
}
/** From now on this window is in somebody's hand; null is whoever opened it. */
export function takeHand(hand: Hand | null): void {
  holding = hand;
}

/** A path of this window, in its seat if it has one. */
export function inSeat(path: string): string {
  const seat = seatOfWindow();
  return seat ? `/seat-${seat}${path}` : path;
}

/** On a line that has fallen silent nothing ever fails: after so long without an answer there is no line, milliseconds. */
const patienceMs = 45_000;

async function ask(
  method: string,
  path: string,
  body?: unknown,
  by = handOfWindow(),
  signal?: AbortSignal,
): Promise<Response> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), patienceMs);
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: {
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(by.seat && { 'Wednesday-Seat': by.seat }),
        ...(by.hand && { 'Wednesday-Hand': by.hand }),
        ...(by.member && { 'Wednesday-Member': by.member }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: signal ? AbortSignal.any([silence.signal, signal]) : silence.signal,
    });
  } catch {
    // fetch throws only where nothing answered, or not in time.
    throw noLine();
  } finally {
    // Once the answer has begun it may take as long as a slow line needs.
    clearTimeout(timer);
  }
  if (response.ok) return response;
  const said = (await response.json().catch(() => null)) as ProblemDetails | null;
  const refused: Refused =
    said && said.reason in REASONS
      ? { reason: said.reason, detail: said.code, add: said.add }
      : { reason: 'try-again' };
  throw new ApiRefusal(refused.reason, refusalSays(refused));
}

const noLine = () =>
  new ApiRefusal('offline', 'There is no connection just now. Nothing is lost; try again in a moment.');

/** An answer read as JSON; one that broke off in the middle is no answer. */
async function read<T>(response: Response): Promise<T> {
  try {
    return (await response.json()) as T;
  } catch {
    throw noLine();
  }
}

/** A route that is only read, by its path. */
export type ReadPath = RouteName extends infer Name
  ? Name extends `GET ${infer Path}`
    ? Path
    : never
  : never;
/** A route that changes something. */
export type ActName = Exclude<RouteName, `GET ${string}`>;
/** What fills the names of a path, and what is asked after its question mark. */
export type Filling<Name extends RouteName> = ParamsOf<Name> & QueryOf<Name>;
/** What is sent: nothing where the route takes no body. */
type Sent<Name extends RouteName> =
  BodyOf<Name> extends undefined ? [body?: undefined, by?: Hand] : [body: BodyOf<Name>, by?: Hand];

/** A path with its names filled in; what is left over goes after its question mark. */
export function fillPath(path: string, of: Record<string, string | undefined>): string {
  const left = new Map(Object.entries(of));
  const filled = path.replace(/:(\w+)/g, (_, name: string) => {
    const value = left.get(name);
    left.delete(name);
    return encodeURIComponent(value ?? '');
  });
  const query = [...left].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return query.length > 0 ? `${filled}?${new URLSearchParams(query)}` : filled;
}

/** Asks for something and reads it. */
export const get = async <Path extends ReadPath>(
  path: Path,
  of: Filling<`GET ${Path}`>,
  by?: Hand,
  signal?: AbortSignal,
): Promise<AnswerOf<`GET ${Path}`>> => read(await ask('GET', fillPath(path, of), undefined, by, signal));

/** Sends something; asks for the passkey once more where the server wants a fresh proof, then sends it again. */
export async function send<Name extends ActName>(
  name: Name,
  of: Filling<Name>,
  ...sent: Sent<Name>
): Promise<AnswerOf<Name>> {
  return read(await sendRaw(name, of, ...sent));
}

/** The same for what is answered in bytes. */
export async function sendRaw<Name extends ActName>(
  name: Name,
  of: Filling<Name>,
  ...[body, by]: Sent<Name>
): Promise<Response> {
  const [method = '', path = ''] = name.split(' ');
  const once = () => ask(method, fillPath(path, of), body, by);
  try {
    return await once();
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.reason !== 'proof-needed') throw error;
    const { proveAgain } = await import('./passkeys.ts');
    await proveAgain();
    return once();
  }
}

/** The durable state of a board, or null where a socket has to bring it all. */
export async function getState(doc: string, by?: Hand): Promise<{ bytes: Uint8Array; generation: string }> {
  const response = await ask('GET', fillPath('/api/documents/:name/state', { name: doc }), undefined, by);
  const bytes = await response.arrayBuffer().catch(() => {
    throw noLine();
  });
  return {
    bytes: new Uint8Array(bytes),
    generation: response.headers.get('Wednesday-Generation') ?? '',
  };
}
