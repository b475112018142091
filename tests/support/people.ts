import { randomUUID } from 'node:crypto';
import type { Role } from '#domain/people/roles.ts';
import { initialsOf } from '#domain/people/roles.ts';
import { DEFAULT_SETTINGS } from '#domain/people/settings.ts';
import { beginSession } from '../../server/identity/sessions.ts';
import type { Storage } from '../../server/storage/storage.ts';

/** Somebody who is signed in. */
export interface Signed {
  id: string;
  name: string;
  cookie: string;
  session: string;
}

/** A unit of five with their sessions, and a family of two children. */
export interface TestUnit {
  unit: string;
  people: Record<'yewande' | 'callum' | 'nasrin' | 'ines' | 'delroy', Signed>;
  guest: Signed;
  family: string;
  children: [string, string];
}

const seats: [keyof TestUnit['people'], string, Role][] = [
  ['yewande', 'Yewande Afolabi', 'consultant'],
  ['callum', 'Callum Brannigan', 'social-worker'],
  ['nasrin', 'Nasrin Chowdhury', 'practitioner'],
  ['ines', 'Inês Carvalho', 'clinician'],
  ['delroy', 'Delroy Pinnock', 'coordinator'],
];

/** Before any day that a test plays. */
const CREATED_AT = Date.parse('2026-01-05T09:00:00Z');

/** Lays a unit into a storage directly, as an installation has it after its first weeks. */
export async function layUnit(storage: Storage): Promise<TestUnit> {
  const unit = randomUUID();
  await storage.db
    .insertInto('units')
    .values({
      id: unit,
      name: 'Mulberry',
      ref: null,
      meeting_day: 3,
      meeting_time: '09:30',
      settings: JSON.stringify(DEFAULT_SETTINGS),
      made_up: 0,
      created_at: CREATED_AT,
    })
    .execute();
  const people = {} as TestUnit['people'];
  for (const [key, name, role] of seats) people[key] = await layMember(storage, { unit, name, role });
  const guest = await layMember(storage, { unit, name: 'Pat Odell', role: 'guest' });
  const family = await layFamily(storage, { unit, name: 'Kaya-Bright', restricted: false });
  const children: [string, string] = [randomUUID(), randomUUID()];
  for (const [index, given] of (['Aylin', 'Deniz'] as const).entries()) {
    const child = {
      id: children[index]!,
      family_id: family,
      ref: null,
      given,
      surname: 'Kaya-Bright',
      born: `201${4 + index}-03-01`,
      due: null,
      gender: 'unknown',
      status: '',
      status_since: null,
      removed_at: null,
    };
    // A store that is still to be renewed does not know yet when a child came.
    await storage.db
      .insertInto('children')
      .values(child as typeof child & { added_at: number })
      .execute();
  }
  return { unit, people, guest, family, children };
}

/** A second unit beside one that is there. */
export async function layOtherUnit(storage: Storage, unit: string): Promise<string> {
  const id = randomUUID();
  const row = await storage.db
    .selectFrom('units')
    .selectAll()
    .where('id', '=', unit)
    .executeTakeFirstOrThrow();
  await storage.db
    .insertInto('units')
    .values({ ...row, id, name: 'Juniper' })
    .execute();
  return id;
}

export async function layFamily(
  storage: Storage,
  ask: { unit: string; name: string; restricted: boolean },
): Promise<string> {
  const id = randomUUID();
  await storage.db
    .insertInto('families')
    .values({
      id,
      unit_id: ask.unit,
      ref: null,
      name: ask.name,
      since: null,
      restricted: ask.restricted ? 1 : 0,
      closed_at: null,
      revision: 0,
      created_at: CREATED_AT,
    })
    .execute();
  return id;
}

/** A member with a session that has just begun. */
export async function layMember(
  storage: Storage,
  ask: { unit: string; name: string; role: Role },
): Promise<Signed> {
  const id = randomUUID();
  await storage.db
    .insertInto('members')
    .values({
      id,
      unit_id: ask.unit,
      ref: null,
      name: ask.name,
      initials: initialsOf(ask.name),
      role: ask.role,
      email: `${id}@example.org`,
      note: '',
      epoch: 0,
      left_at: null,
      created_at: CREATED_AT,
    })
    .execute();
  const token = await beginSession(storage.db, { member: id, unit: null, agent: 'test', now: Date.now() });
  const { id: session } = await storage.db
    .selectFrom('sessions')
    .select('id')
    .where('member_id', '=', id)
    .executeTakeFirstOrThrow();
  return { id, name: ask.name, cookie: `__Host-wednesday=${token}`, session };
}
