import type { GoneView } from '#domain/views.ts';
import type { Reader } from '../storage.ts';

/** Who has gone from a unit, newest first; of a restricted family nothing to whoever might not find it. */
export async function readGone(reader: Reader, ask: { unit: string; member: string }): Promise<GoneView[]> {
  const members = await reader
    .selectFrom('members')
    .select(['id', 'name', 'left_at'])
    .where('unit_id', '=', ask.unit)
    .where('left_at', 'is not', null)
    .execute();
  const families = await reader
    .selectFrom('families')
    .select(['id', 'name', 'closed_at', 'restricted'])
    .where('unit_id', '=', ask.unit)
    .where('closed_at', 'is not', null)
    .execute();
  const access = await reader
    .selectFrom('family_access')
    .select('family_id')
    .where('member_id', '=', ask.member)
    .execute();
  const allowed = new Set(access.map((row) => row.family_id));
  const children = await reader
    .selectFrom('children')
    .innerJoin('families', 'families.id', 'children.family_id')
    .select([
      'children.id',
      'given',
      'surname',
      'removed_at',
      'family_id',
      'families.name as family',
      'restricted',
    ])
    .where('families.unit_id', '=', ask.unit)
    .where('families.closed_at', 'is', null)
    .where('removed_at', 'is not', null)
    .execute();
  const isFound = (family: string, restricted: number) => Number(restricted) === 0 || allowed.has(family);
  const gone: GoneView[] = [
    ...members.map(({ id, name, left_at }) => ({
      is: 'member' as const, id, name, family: '', at: Number(left_at),
    })), // prettier-ignore
    ...families
      .filter(({ id, restricted }) => isFound(id, restricted))
      .map(({ id, name, closed_at }) => ({
        is: 'family' as const, id, name, family: '', at: Number(closed_at),
      })), // prettier-ignore
    ...children
      .filter((child) => isFound(child.family_id, child.restricted))
      .map(({ id, given, surname, family, removed_at }) => ({
        is: 'child' as const, id, name: `${given} ${surname}`.trim(), family, at: Number(removed_at),
      })), // prettier-ignore
  ];
  return gone.sort((a, b) => b.at - a.at);
}
