import type { Selectable } from 'kysely';
import { changedSettings, readSettings, type SettingsChange } from '#domain/people/settings.ts';
import { byBirth } from '#domain/time/birth.ts';
import { maySeeFamily, type Person } from '#domain/people/permissions.ts';
import { ROLES, type Role } from '#domain/people/roles.ts';
import type { ChildView, FamilyView, MemberView, UnitPage, UnitView } from '#domain/views.ts';
import type { Reader, Trx } from '../storage.ts';
import type { Tables } from '../tables.ts';
import { readFamilyRights } from './people.ts';

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

/** Whoever changes something of a unit waits here for who does so already. */
export async function lockUnit(trx: Trx, unit: string): Promise<void> {
  await trx
    .updateTable('units')
    .set((eb) => ({ name: eb.ref('name') }))
    .where('id', '=', unit)
    .execute();
}

/** Changes a unit's settings; what is not named stays. */
export async function saveSettings(
  trx: Trx,
  ask: {
    unit: string;
    name?: string | undefined;
    meetingDay?: number | undefined;
    meetingTime?: string | undefined;
    settings: SettingsChange;
  },
): Promise<void> {
  const { settings } = await trx
    .selectFrom('units')
    .select('settings')
    .where('id', '=', ask.unit)
    .executeTakeFirstOrThrow();
  await trx
    .updateTable('units')
    .set({
      ...(ask.name !== undefined && { name: ask.name }),
      ...(ask.meetingDay !== undefined && { meeting_day: ask.meetingDay }),
      ...(ask.meetingTime !== undefined && { meeting_time: ask.meetingTime }),
      settings: JSON.stringify(changedSettings(readSettings(settings), ask.settings)),
    })
    .where('id', '=', ask.unit)
    .execute();
}

/** The meetings of a unit, newest first. */
export async function readMeetings(reader: Reader, unit: string): Promise<UnitPage['meetings']> {
  const rows = await reader
    .selectFrom('meetings')
    .select(['id', 'on_date', 'closed_at'])
    .where('unit_id', '=', unit)
    .orderBy('on_date', 'desc')
    .limit(60)
    .execute();
  return rows.map((row) => ({ id: row.id, on: row.on_date, closed: row.closed_at !== null }));
}

/** When everything was last copied, and the files last signed elsewhere; `keyId` is the key that opens the copies. */
export async function readKeeping(
  reader: Reader,
  keyId: string | null,
): Promise<NonNullable<UnitPage['keeping']>> {
  const rows = await reader
    .selectFrom('settings')
    .selectAll()
    .where('key', 'in', ['last-backup', 'last-checkpoint', 'key-kept'])
    .execute();
  const at = (key: string) => Number(rows.find((row) => row.key === key)?.value ?? NaN) || null;
  return {
    copiedAt: at('last-backup'),
    signedAt: at('last-checkpoint'),
    // The key without which no copy opens, as long as nobody has said that it lies elsewhere too.
    keyToKeep: rows.some((row) => row.key === 'key-kept' && row.value === keyId) ? null : keyId,
  };
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

/** The families of a unit that this person may see, with their children; `ever` adds those the unit no longer works with. */
export async function readFamilies(reader: Reader, person: Person, ever = false): Promise<FamilyView[]> {
  const rights = await readFamilyRights(reader, person.unit, ever);
  return (await readAllFamilies(reader, person.unit, ever)).filter((family) => {
    const right = rights.get(family.id);
    return right !== undefined && maySeeFamily(person, right);
  });
}

/** Every family of a unit, restricted ones too: for the running order, never for a page. */
export async function readAllFamilies(reader: Reader, unit: string, ever = false): Promise<FamilyView[]> {
  let families = reader.selectFrom('families').selectAll().where('unit_id', '=', unit);
  if (!ever) families = families.where('closed_at', 'is', null);
  const rows = await families.orderBy('name').execute();
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
