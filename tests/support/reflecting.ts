import { randomBytes } from 'node:crypto';
import type { Session } from '#domain/reflecting/session.ts';
import { londonDate } from '#domain/time/civil.ts';
import { reflectingDocument } from '#domain/wire.ts';
import { onTestFinished } from 'vitest';
import { BoardClient } from './board-client.ts';
import { call } from './call.ts';
import type { Signed } from './people.ts';
import type { World } from './world.ts';

/** A reflecting session with Inês leading, Callum in the team, Yewande interviewing, Selin and Emine of the family, and Marlon by phone. */
export interface TestSession {
  id: string;
  ines: Signed;
  callum: Signed;
  yewande: Signed;
  selin: Signed;
  emine: Signed;
  /** Has no page of their own. */
  marlon: string;
  links: { token: string; code: string; participant: string }[];
}

export const sessionPage = async (world: World, id: string, who: Signed | null) =>
  call(world.server, who, 'GET', `/api/reflecting/${id}`);

/** Does an act in a session; the status of the answer. */
export async function inSession(
  world: World,
  id: string,
  who: Signed | null,
  act: Record<string, unknown>,
): Promise<number> {
  return (await call(world.server, who, 'POST', `/api/reflecting/${id}/acts`, { body: act })).status;
}

/** Comes to a session with a link and a code, from a device that has been there before where `device` is its cookie. */
export async function comeIn(
  world: World,
  invitation: { token: string; code?: string },
  device?: string,
  secret?: string,
): Promise<{ status: number; cookie: string }> {
  const response = await fetch(`${world.server.url}/api/reflecting/come-in`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: world.server.url,
      ...(device && { cookie: device }),
    },
    body: JSON.stringify({
      token: invitation.token,
      ...(invitation.code && { code: invitation.code }),
      device: secret ?? randomBytes(32).toString('base64url'),
    }),
  });
  return { status: response.status, cookie: response.headers.get('set-cookie')?.split(';')[0] ?? '' };
}

export async function laySession(
  world: World,
  ask: { keep?: Session['keep']; on?: string; family?: string | null } = {},
): Promise<TestSession> {
  const { ines, callum, yewande } = world.people;
  const made = await call(world.server, ines, 'POST', `/api/units/${world.unit}/reflecting`, {
    body: {
      family: ask.family === undefined ? world.family : ask.family,
      on: ask.on ?? londonDate(Date.now()),
      purpose: 'How mornings go',
      part: 'team',
      people: [
        { member: callum.id, part: 'team' },
        { member: yewande.id, part: 'interviewer' },
        { name: 'Selin Kaya', part: 'family' },
        { name: 'Emine Kaya', part: 'family' },
        { name: 'Marlon Bright', part: 'family', where: 'phone', hasPage: false },
      ],
      minutes: { reflecting: 15 },
      keep: ask.keep ?? { files: true, until: null },
    },
  });
  if (made.status !== 200) throw new Error(made.text);
  const id = made.body.session as string;
  const { session } = (await sessionPage(world, id, ines)).body as unknown as { session: Session };
  const byName = (name: string) => session.people.find((one) => one.name.startsWith(name))!.id;
  const links: TestSession['links'] = [];
  const invited: Signed[] = [];
  for (const name of ['Selin', 'Emine']) {
    const participant = byName(name);
    const answer = await call(
      world.server,
      ines,
      'POST',
      `/api/reflecting/${id}/people/${participant}/invitation`,
      { body: {} },
    );
    const link = answer.body as { token: string; code: string };
    links.push({ ...link, participant });
    const { cookie } = await comeIn(world, link);
    invited.push({ id: participant, name, cookie, session: '' });
  }
  return {
    id,
    ines,
    callum,
    yewande,
    selin: invited[0]!,
    emine: invited[1]!,
    marlon: byName('Marlon'),
    links,
  };
}

const ORDER = [
  { movement: 'agreement', round: 1 },
  { movement: 'interview', round: 1 },
  { movement: 'reflecting', round: 1 },
  { movement: 'response', round: 1 },
  { movement: 'closing', round: 1 },
];
/** Moves a session on from the agreement to a movement, with everyone's yes. */
export async function moveTo(world: World, session: TestSession, movement: string): Promise<void> {
  const { id, ines } = session;
  for (const who of [session.selin, session.emine])
    await inSession(world, id, who, { does: 'agree', yes: true });
  await inSession(world, id, ines, { does: 'agree', yes: true, whom: session.marlon });
  for (let at = 0; ORDER[at]!.movement !== movement; at++) {
    const status = await inSession(world, id, ines, { does: 'move', from: ORDER[at], to: ORDER[at + 1] });
    if (status !== 200) throw new Error(`could not move to ${ORDER[at + 1]!.movement}: ${status}`);
  }
}

/** Somebody's page on what is said, or on their own jottings. */
export function pageOn(
  world: World,
  session: TestSession,
  who: Signed,
  more: { sealedFor?: string; hear?: (bytes: Buffer) => void } = {},
): BoardClient {
  const client = new BoardClient({
    server: world.server,
    family: world.family,
    document: reflectingDocument(session.id),
    member: who,
    ...more,
  });
  onTestFinished(() => client.close());
  return client;
}
