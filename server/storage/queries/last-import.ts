import { BOARD_HAND } from '#domain/board/policy.ts';
import { familyDocument } from '#domain/wire.ts';
import type { Reader, Trx } from '../storage.ts';

/** What an import writes as rows; all else it lays on boards as cards. */
const ROWS = ['members', 'families', 'children', 'dates'];
/** How many keys one statement names. */
const keysAtOnce = 500;

/** The families that one import made, which nobody has touched since. */
interface LastImport {
  at: number;
  families: string[];
  children: string[];
}

/** I8: What the last import of a unit made, as long as nothing was written on it; else null. */
export async function readLastImport(
  reader: Reader,
  ask: { unit: string; seen: ReadonlySet<string> },
): Promise<LastImport | null> {
  const last = await reader
    .selectFrom('audit')
    .select('at')
    .where('unit_id', '=', ask.unit)
    .where('act', '=', 'imported')
    .orderBy('at', 'desc')
    .executeTakeFirst();
  if (!last) return null;
  const at = Number(last.at);
  const made = await reader
    .selectFrom('families')
    .select(['id', 'revision'])
    .where('unit_id', '=', ask.unit)
    .where('created_at', '=', at)
    .where('ref', 'is not', null)
    .where('closed_at', 'is', null)
    .execute();
  const families = made.map((family) => family.id);
  if (families.length === 0 || made.some(({ id, revision }) => !ask.seen.has(id) || Number(revision) > 0))
    return null;
  const rows = await reader.selectFrom('children').select('id').where('family_id', 'in', families).execute();
  const brought = { at, families, children: rows.map((child) => child.id) };
  const isElsewhere =
    (await isTouched(reader, brought)) ||
    (await isInAMeeting(reader, { unit: ask.unit, ...brought })) ||
    (await isFromBefore(reader, ask.unit));
  return isElsewhere ? null : brought;
}

/** Whether a meeting has to do with these families: one that is open has them on its order, or it was risk now for one. */
async function isInAMeeting(reader: Reader, ask: LastImport & { unit: string }): Promise<boolean> {
  const open = await reader
    .selectFrom('meetings')
    .select('state')
    .where('unit_id', '=', ask.unit)
    .where('closed_at', 'is', null)
    .execute();
  const risks = await reader
    .selectFrom('meeting_acts')
    .innerJoin('meetings', 'meetings.id', 'meeting_acts.meeting_id')
    .select('act')
    .where('unit_id', '=', ask.unit)
    .where('at', '>', ask.at)
    .where('act', 'like', '%"risk"%')
    .execute();
  const texts = [...open.map(({ state }) => state), ...risks.map(({ act }) => act)];
  return texts.some((text) => ask.families.some((family) => text.includes(family)));
}

/** Whether the import remembers cards of which it is not kept on whose board they lie: they could not be brought in anew. */
async function isFromBefore(reader: Reader, unit: string): Promise<boolean> {
  const facts = await reader
    .selectFrom('imported')
    .select('fact')
    .where('unit_id', '=', unit)
    .where((eb) => eb.and(ROWS.map((table) => eb('key', 'not like', `${table}:%`))))
    .execute();
  return facts.some(({ fact }) => (JSON.parse(fact) as { family?: string }).family === undefined);
}

/** The council’s numbers of what an import made are free again: the same files bring it in as new. */
export async function forgetRefs(trx: Trx, ask: LastImport & { unit: string }): Promise<void> {
  const dates = await trx.selectFrom('dates').select('id').where('family_id', 'in', ask.families).execute();
  const isOfThis = new Set([...ask.families, ...ask.children, ...dates.map((date) => date.id)]);
  const facts = await trx
    .selectFrom('imported')
    .select(['key', 'fact'])
    .where('unit_id', '=', ask.unit)
    .execute();
  const keys = facts.flatMap(({ key, fact }) => {
    const { id, family } = JSON.parse(fact) as { id: string; family?: string };
    return isOfThis.has(id) || (family && isOfThis.has(family)) ? [key] : [];
  });
  for (let from = 0; from < keys.length; from += keysAtOnce)
    await trx
      .deleteFrom('imported')
      .where('unit_id', '=', ask.unit)
      .where('key', 'in', keys.slice(from, from + keysAtOnce))
      .execute();
}

/** Whether anybody wrote on these families' boards, or did anything with what was brought. */
async function isTouched(reader: Reader, { families, children, at }: LastImport): Promise<boolean> {
  const boards = families.map(familyDocument);
  const found = await Promise.all([
    reader.selectFrom('updates').select('doc').where('doc', 'in', boards).where('member_id', '<>', BOARD_HAND).executeTakeFirst(),
    // Rows that were folded away were somebody's once.
    reader.selectFrom('segments').select('doc').where('doc', 'in', boards).executeTakeFirst(),
    // Mended, moved here, added, said who may find it: each is told of in the audit.
    reader.selectFrom('audit').select('id').where('at', '>', at).where('subject', 'in', [...families, ...children]).executeTakeFirst(),
    reader.selectFrom('reached').select('family_id').where('family_id', 'in', families).executeTakeFirst(),
    reader.selectFrom('tasks').select('family_id').where('family_id', 'in', families).executeTakeFirst(),
    reader.selectFrom('reflecting').select('family_id').where('family_id', 'in', families).executeTakeFirst(),
    reader.selectFrom('dates').select('family_id').where('family_id', 'in', families)
      .where((eb) => eb.or([eb('made_at', '<>', at), eb('revision', '>', 0), eb('removed_at', 'is not', null)])).executeTakeFirst(),
    reader.selectFrom('children').select('family_id').where('family_id', 'in', families)
      .where((eb) => eb.or([eb('ref', 'is', null), eb('removed_at', 'is not', null)])).executeTakeFirst(),
    reader.selectFrom('entries').innerJoin('children', 'children.id', 'entries.file').select('file')
      .where('children.family_id', 'in', families).executeTakeFirst(),
  ]); // prettier-ignore
  return found.some((row) => row !== undefined);
}
