import type { Selectable } from 'kysely';
import { readSettings } from '#domain/people/settings.ts';
import { byBirth } from '#domain/time/birth.ts';
import { maySeeFamily, type Person } from '#domain/people/permissions.ts';
import { ROLES, type Role } from '#domain/people/roles.ts';
import type { ChildView, FamilyView, MemberView, UnitView } from '#domain/views.ts';
import type { Reader } from '../storage.ts';
import type { Tables } from '../tables.ts';
import { readFamilyRight } from './people.ts';

export async function readUnit(reader: Reader, unit: string): Promise<UnitView | null> {
  const row = await reader.selectFrom('units').selectAll().where('id', '=', unit).executeTakeFirst();
  return row
    ? {
        id: row.id,
        name: row.name,
        meetingDay: Number(row.meeting_day),
        meetingTime: row.meeting_time,
        madeUp: Number(row.made_up) === 1,
        settings: readSettings(row.settings),
      }
    : null;
}

/** All members, those who have left too: their names stand in old entries. */
export async function readMembers(reader: Reader, unit: string): Promise<MemberView[]> {
  const rows = await reader
    .selectFrom('members')
    .selectAll()
    .where('unit_id', '=', unit)
    .orderBy('created_at')
    .orderBy('ref')
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    id: row.id, name: row.name, initials: row.initials, role: row.role as Role, roleName: ROLES[row.role as Role].name, email: row.email, note: row.note, left: row.left_at !== null,
  })); // prettier-ignore
}

/** The families of a unit that this person may see, with their children. */
export async function readFamilies(reader: Reader, person: Person): Promise<FamilyView[]> {
  const seen = [];
  for (const family of await readAllFamilies(reader, person.unit)) {
    const right = await readFamilyRight(reader, family.id);
    if (right && maySeeFamily(person, right)) seen.push(family);
  }
  return seen;
}

/** Every family of a unit, restricted ones too: for the running order, never for a page. */
export async function readAllFamilies(reader: Reader, unit: string): Promise<FamilyView[]> {
  const rows = await reader
    .selectFrom('families')
    .selectAll()
    .where('unit_id', '=', unit)
    .where('closed_at', 'is', null)
    .orderBy('name')
    .execute();
  const children = await readChildren(
    reader,
    rows.map((row) => row.id),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    since: row.since,
    restricted: Number(row.restricted) === 1,
    children: children.filter((child) => child.family === row.id),
  }));
}

/** The children of families, eldest first; those not yet born last. */
export async function readChildren(reader: Reader, families: readonly string[]): Promise<ChildView[]> {
  if (families.length === 0) return [];
  const rows = await reader
    .selectFrom('children')
    .selectAll()
    .where('family_id', 'in', families)
    .where('removed_at', 'is', null)
    .execute();
  return rows.map(childView).sort((a, b) => byBirth(a.born, b.born) || a.given.localeCompare(b.given));
}

/** A child, also one who was taken out of the family. */
export async function readChild(reader: Reader, child: string): Promise<ChildView | null> {
  const row = await reader.selectFrom('children').selectAll().where('id', '=', child).executeTakeFirst();
  return row ? childView(row) : null;
}

const childView = (row: Selectable<Tables['children']>): ChildView => ({
  id: row.id,
  family: row.family_id,
  given: row.given,
  surname: row.surname,
  born: row.born,
  due: row.due,
  gender: row.gender as ChildView['gender'],
  status: row.status,
  statusSince: row.status_since,
  number: row.ref,
});

/** Families in which a child was talked about before they came to the one they are in. */
export async function readFamiliesBefore(
  reader: Reader,
  ask: { child: string; family: string },
): Promise<{ id: string; name: string }[]> {
  return reader
    .selectFrom('reached')
    .innerJoin('families', 'families.id', 'reached.family_id')
    .select(['families.id', 'families.name'])
    .where('child_id', '=', ask.child)
    .where('family_id', '<>', ask.family)
    .where('closed_at', 'is', null)
    .distinct()
    .orderBy('families.name')
    .execute();
}

/** The unit that a child's family is with. */
export async function unitOfChild(reader: Reader, child: string): Promise<string> {
  const { unit_id: unit } = await reader
    .selectFrom('children')
    .innerJoin('families', 'families.id', 'children.family_id')
    .select('unit_id')
    .where('children.id', '=', child)
    .executeTakeFirstOrThrow();
  return unit;
}
