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
/** In whose hand a window was opened: in a made-up seat, or by whoever came in at this device. */
export function handOfWindow(): Hand {
  const seat = seatOfWindow();
  return seat ? { seat } : {};
}

/** A path of this window, in its seat if it has one. */
export function inSeat(path: string): string {
  const seat = seatOfWindow();
  return seat ? `/seat-${seat}${path}` : path;
}

/** On a line that has fallen silent nothing ever fails: after so long without an answer there is no line, milliseconds. */
const patienceMs = 45_000;
/** What the server works on by itself, beside all others, may take as long as it gives its workers. */
const workedOn: ReadonlySet<string> = new Set<ActName>([
  'POST /api/units/:unit/import',
  'POST /api/children/:child/copies',
]);
const workMs = 11 * 60_000;

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
type Sent<Name extends RouteName> = BodyOf<Name> extends undefined ? [] : [body: BodyOf<Name>];

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

/**
 * P38: Asks the server as one person. In whose hand it asks is given once and for all: whoever takes the pen while somebody
 * else's request waits for a passkey, or for the line, changes nothing of whose it is.
 */
export class Client {
  readonly hand: Hand;
  readonly #prove: (client: Client) => Promise<void>;

  /** `prove` asks for the passkey once more. */
  constructor(hand: Hand, prove: (client: Client) => Promise<void> = proveAgain) {
    this.hand = hand;
    this.#prove = prove;
  }

  /** Asks for something and reads it. */
  async get<Path extends ReadPath>(
    path: Path,
    of: Filling<`GET ${Path}`>,
    signal?: AbortSignal,
  ): Promise<AnswerOf<`GET ${Path}`>> {
    return read(await this.#ask('GET', fillPath(path, of), { signal }));
  }

  /** Sends something; asks for the passkey once more where the server wants a fresh proof, then sends it again. */
  async send<Name extends ActName>(
    name: Name,
    of: Filling<Name>,
    ...sent: Sent<Name>
  ): Promise<AnswerOf<Name>> {
    return read(await this.sendRaw(name, of, ...sent));
  }

  /** The same for what is answered in bytes. */
  async sendRaw<Name extends ActName>(
    name: Name,
    of: Filling<Name>,
    ...[body]: Sent<Name>
  ): Promise<Response> {
    const [method = '', path = ''] = name.split(' ');
    const patience = workedOn.has(name) ? workMs : patienceMs;
    const once = () => this.#ask(method, fillPath(path, of), { body, patience });
    try {
      return await once();
    } catch (error) {
      if (!(error instanceof ApiRefusal) || error.reason !== 'proof-needed') throw error;
      await this.#prove(this);
      return once();
    }
  }

  /** The durable state of a board. */
  async state(doc: string): Promise<{ bytes: Uint8Array; generation: string }> {
    const response = await this.#ask('GET', fillPath('/api/documents/:name/state', { name: doc }), {});
    const bytes = await response.arrayBuffer().catch(() => {
      throw noLine();
    });
    return {
      bytes: new Uint8Array(bytes),
      generation: response.headers.get('Wednesday-Generation') ?? '',
    };
  }

  async #ask(
    method: string,
    path: string,
    { body, signal, patience = patienceMs }: { body?: unknown; signal?: AbortSignal; patience?: number },
  ): Promise<Response> {
    const { seat, hand, member } = this.hand;
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), patience);
    let response: Response;
    try {
      response = await fetch(path, {
        method,
        headers: {
          ...(body !== undefined && { 'Content-Type': 'application/json' }),
          ...(seat && { 'Wednesday-Seat': seat }),
          ...(hand && { 'Wednesday-Hand': hand }),
          ...(member && { 'Wednesday-Member': member }),
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
    // A gateway answers in the place of a server that does not.
    if (response.status >= 502 && response.status <= 504 && !(said && said.reason in REASONS)) throw noLine();
    const refused: Refused =
      said && said.reason in REASONS
        ? { reason: said.reason, detail: said.code, add: said.add }
        : { reason: 'try-again' };
    throw new ApiRefusal(refused.reason, refusalSays(refused));
  }
}

/** Asks as whoever opened this window. */
export const windowClient = (): Client => new Client(handOfWindow());

/** The passkey's part of the page is loaded only where it is asked for. */
const proveAgain = async (client: Client) =>
  (await loadPart(() => import('./passkeys.ts'))).proveAgain(client);

/** H22: Loads a part of the page that is wanted now; throws a refusal that says whether there is no line, or a newer page. */
export async function loadPart<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  try {
    return await load();
  } catch {
    const isThere = await fetch('/healthz', { cache: 'no-store' }).then(
      (response) => response.ok,
      () => false,
    );
    if (isThere) throw new ApiRefusal('old-page', REASONS['old-page'].says);
    throw noLine();
  }
}
