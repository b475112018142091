import { Refusal } from '#domain/errors.ts';
import { mayManage, type FamilyRight, type Person } from '#domain/people/permissions.ts';
import { whyNotBorn } from '#domain/time/birth.ts';
import type { ChildView, UnitView } from '#domain/views.ts';
import type { Bus } from '../../bus/bus.ts';
import { readChild, readMembers, readUnit } from '../../storage/queries/units.ts';
import type { Reader, Storage } from '../../storage/storage.ts';
import type { ActGuard, Acts } from '../../act.ts';

/** What the routes of the record are made from. */
export interface RecordTools {
  storage: Storage;
  guard: ActGuard;
  bus: Bus;
  acts: Acts;
  /** The civil date in London that is today. */
  today: () => string;
  counted: (what: 'commit') => void;
  /** Called with documents that were taken out of the store: nobody goes on with what they hold of them. */
  ended: (docs: readonly string[]) => void;
}

/** The unit of whoever asks; to everybody else it is not there. */
export async function ownUnit(reader: Reader, person: Person, unit: string): Promise<UnitView> {
  const found = unit === person.unit ? await readUnit(reader, unit) : null;
  if (!found) throw new Refusal('not-found');
  return found;
}

/** A unit for who manages it; to everybody else it is not there. */
export function managed(person: Person, unit: string): string {
  if (!mayManage(person, unit)) throw new Refusal('not-found');
  return unit;
}

/** A child whose family this person may find. */
export async function childFor(
  { guard, storage }: Pick<RecordTools, 'guard' | 'storage'>,
  person: Person,
  id: string,
): Promise<{ child: ChildView; right: FamilyRight }> {
  const child = await readChild(storage.db, id);
  if (!child) throw new Refusal('not-found');
  return { child, right: await guard.familyFor(person, child.family) };
}

/** A day that has not come is nobody's birth. */
export function mustBeBorn(born: string | null, today: string): void {
  const why = born && whyNotBorn(born, today);
  if (why) throw new Refusal('not-understood', 'wrong-field', `Born: ${why}`);
}

/** Whether something can be this person's to do: a member with a seat, or nobody yet. */
export async function isColleague(reader: Reader, unit: string, member: string | null): Promise<boolean> {
  if (member === null) return true;
  return (await readMembers(reader, unit)).some(
    (one) => one.id === member && !one.left && one.role !== 'guest',
  );
}

export const manages = (person: Person, right: FamilyRight): boolean => mayManage(person, right.unit);
