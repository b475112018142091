import { Refusal } from '#domain/errors.ts';
import type { MeetingPen } from '#domain/meeting/meeting.ts';
import { ROLES, type Power, type Role } from '#domain/people/roles.ts';
import type { FamilyRight, Pen, Person } from '#domain/people/permissions.ts';
import type { Reader } from '../storage.ts';
import { audit, FELL } from './audit.ts';

/** A member who has a seat now, with the pens that were handed to them in a meeting that is open. */
export async function readPerson(
  reader: Reader,
  member: string,
): Promise<{ person: Person; epoch: number } | null> {
  const row = await reader
    .selectFrom('members')
    .select(['id', 'unit_id', 'name', 'initials', 'role', 'epoch'])
    .where('id', '=', member)
    .where('left_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  return {
    person: {
      member: row.id,
      name: row.name,
      initials: row.initials,
      unit: row.unit_id,
      role: row.role as Role,
      pens: await readPens(reader, row.unit_id, row.id),
    },
    epoch: Number(row.epoch),
  };
}

/** A pen counts while its meeting is open and whoever gave it still has that power by their own seat; a taken one, while its holder leads. */
async function readPens(reader: Reader, unit: string, member: string): Promise<Pen[]> {
  const meetings = await reader
    .selectFrom('meetings')
    .select(['id', 'state'])
    .where('unit_id', '=', unit)
    .where('closed_at', 'is', null)
    .execute();
  const handed = meetings.flatMap(({ id, state }) => {
    const { pens } = JSON.parse(state) as { pens: MeetingPen[] };
    return pens.filter((pen) => pen.to === member).map((pen) => ({ ...pen, meeting: id }));
  });
  if (handed.length === 0) return [];
  const givers = await reader
    .selectFrom('members')
    .select(['id', 'role'])
    .where(
      'id',
      'in',
      handed.map((pen) => pen.from),
    )
    .where('left_at', 'is', null)
    .execute();
  return handed
    .filter((pen) =>
      givers.some(
        (giver) => giver.id === pen.from && hasPower(giver.role as Role, pen.taken ? 'lead' : pen.power),
      ),
    )
    .map(({ power, meeting }) => ({ power, meeting }));
}

const hasPower = (role: Role, power: Power) => (ROLES[role].powers as readonly Power[]).includes(power);

/** Who may see a family, or null where there is none (or none any more). */
export async function readFamilyRight(reader: Reader, family: string): Promise<FamilyRight | null> {
  const row = await reader
    .selectFrom('families')
    .select(['unit_id', 'restricted'])
    .where('id', '=', family)
    .where('closed_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  const access = await reader
    .selectFrom('family_access')
    .innerJoin('members', 'members.id', 'family_access.member_id')
    .select(['members.id', 'members.role'])
    .where('family_id', '=', family)
    .execute();
  return rightOf(row, access);
}

/** The rights of all families with which a unit works, by their ids. */
export async function readFamilyRights(
  reader: Reader,
  unit: string,
  ever = false,
): Promise<Map<string, FamilyRight>> {
  let of = reader.selectFrom('families').select(['id', 'unit_id', 'restricted']).where('unit_id', '=', unit);
  if (!ever) of = of.where('closed_at', 'is', null);
  const families = await of.execute();
  const access = await reader
    .selectFrom('family_access')
    .innerJoin('families', 'families.id', 'family_access.family_id')
    .innerJoin('members', 'members.id', 'family_access.member_id')
    .select(['family_id', 'members.id', 'members.role'])
    .where('families.unit_id', '=', unit)
    .execute();
  const allowed = Map.groupBy(access, (one) => one.family_id);
  return new Map(families.map((row) => [row.id, rightOf(row, allowed.get(row.id) ?? [])]));
}

const rightOf = (
  row: { unit_id: string; restricted: number },
  access: readonly { id: string; role: string }[],
): FamilyRight => ({
  unit: row.unit_id,
  restricted: Number(row.restricted) === 1,
  allowed: access.filter((one) => one.role !== 'guest').map((one) => one.id),
  invited: access.filter((one) => one.role === 'guest').map((one) => one.id),
});

/** The members who have an e-mail, without regard to case: nobody has an empty one, nor whoever has left or is made up. */
export async function membersByEmail(reader: Reader, email: string): Promise<string[]> {
  const wanted = foldEmail(email);
  if (wanted === '') return [];
  return [...(await readEmails(reader))].flatMap(([id, has]) => (has === wanted ? [id] : []));
}

/** The e-mails of everybody who is here, folded, by their ids. */
export async function readEmails(reader: Reader): Promise<Map<string, string>> {
  // Compared here: the engines fold no letters but those of English alike.
  const rows = await reader
    .selectFrom('members')
    .innerJoin('units', 'units.id', 'members.unit_id')
    .select(['members.id', 'email'])
    .where('left_at', 'is', null)
    .where('made_up', '=', 0)
    .where('email', '<>', '')
    .execute();
  return new Map(rows.map(({ id, email }) => [id, foldEmail(email)]));
}
export const foldEmail = (email: string) => email.trim().normalize('NFC').toLowerCase();

/** Of two who are given one e-mail in the same moment the second waits here until the first is written. */
export async function holdEmails(reader: Reader): Promise<void> {
  await reader
    .insertInto('settings')
    .values({ key: 'an e-mail is being given', value: '' })
    .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: '' }))
    .execute();
}

/** P33: An e-mail is one member's. In a made-up unit anything goes: who looks round learns of nobody who is real. */
export async function mustBeFree(
  reader: Reader,
  ask: { email: string; member: string; unit: string },
): Promise<void> {
  if (foldEmail(ask.email) === '') return;
  const unit = await reader
    .selectFrom('units')
    .select('made_up')
    .where('id', '=', ask.unit)
    .executeTakeFirst();
  if (Number(unit?.made_up) === 1) return;
  await holdEmails(reader);
  const have = await membersByEmail(reader, ask.email);
  if (have.some((member) => member !== ask.member))
    throw new Refusal('not-understood', 'email-taken', ask.email.trim());
}

/** Raises the epochs of members whose right changed; to be told on the bus after the transaction. */
export async function raiseEpochs(reader: Reader, members: readonly string[]): Promise<void> {
  if (members.length === 0) return;
  await reader
    .updateTable('members')
    .set((eb) => ({ epoch: eb('epoch', '+', 1) }))
    .where('id', 'in', members)
    .execute();
}

/** P26: Restricted families, of one unit or of all, that nobody can find. */
export async function readLost(
  reader: Reader,
  unit: string | null,
): Promise<{ id: string; unit_id: string }[]> {
  const families = reader
    .selectFrom('families')
    .select(['id', 'unit_id'])
    .where('restricted', '=', 1)
    .where('id', 'not in', (eb) =>
      eb
        .selectFrom('family_access')
        .innerJoin('members', 'members.id', 'family_access.member_id')
        .select('family_id')
        .where('left_at', 'is', null)
        .where('role', '<>', 'guest'),
    );
  return unit === null ? families.execute() : families.where('unit_id', '=', unit).execute();
}

/**
 * P26: A restricted family is never one that nobody can find: where the last seat of those who may has ended it falls to the
 * consultant of its unit, else to who manages it, with a line in the audit. Answers with the families and who has them now.
 */
export async function keepFindable(
  trx: Reader,
  ask: { unit: string | null; at: number },
): Promise<{ family: string; member: string }[]> {
  const fallen: { family: string; member: string }[] = [];
  for (const { id, unit_id: unit } of await readLost(trx, ask.unit)) {
    const seats = await trx
      .selectFrom('members')
      .select(['id', 'role'])
      .where('unit_id', '=', unit)
      .where('left_at', 'is', null)
      .where('role', 'in', ['consultant', 'coordinator'])
      .orderBy('role')
      .orderBy('created_at')
      .execute();
    // By the alphabet too the consultant comes first; without either nobody is there whom it could fall to.
    const to = seats[0];
    if (!to) continue;
    await trx
      .insertInto('family_access')
      .values({ family_id: id, member_id: to.id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await audit(trx, {
      at: ask.at,
      unit,
      member: null,
      act: FELL,
      subject: to.id,
    });
    fallen.push({ family: id, member: to.id });
  }
  await raiseEpochs(
    trx,
    fallen.map(({ member }) => member),
  );
  return fallen;
}
