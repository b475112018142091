import type { QuestionKind } from '#domain/board/board.ts';
import { Refusal } from '#domain/errors.ts';
import type { UnitQuestions } from '#domain/views.ts';
import type { Reader, Trx } from '../storage.ts';

/** So many questions a unit has of its own, favourites among them. */
const mostOwn = 500;

/** A unit's own questions and favourites, and how often each kind was asked in these families. */
export async function readQuestions(
  reader: Reader,
  ask: { unit: string; families: readonly string[] },
): Promise<UnitQuestions> {
  const stems = await reader
    .selectFrom('stems')
    .selectAll()
    .where('unit_id', '=', ask.unit)
    .orderBy('at')
    .execute();
  const asked = ask.families.length
    ? await reader
        .selectFrom('findable')
        .select(['sort', (eb) => eb.fn.countAll().as('many')])
        .where('family_id', 'in', ask.families)
        .where('kind', '=', 'question')
        .groupBy('sort')
        .execute()
    : [];
  return {
    own: stems
      .filter((stem) => stem.own)
      .map(({ text, kind, by_member }) => ({ text, kind: kind as QuestionKind, by: by_member })),
    favourites: stems.filter((stem) => stem.favourite).map((stem) => stem.text),
    asked: Object.fromEntries(asked.map((row) => [row.sort, Number(row.many)])),
  };
}

/** Puts a question into a unit's library, takes it out, or marks it as a favourite or not; what is not said stays. Whether anything was said. */
export async function keepQuestion(
  trx: Trx,
  ask: {
    unit: string;
    text: string;
    kind: QuestionKind;
    own?: boolean;
    favourite?: boolean;
    by: string;
    at: number;
  },
): Promise<boolean> {
  const { unit, text, kind } = ask;
  const set = {
    ...(ask.own !== undefined && { own: ask.own ? 1 : 0 }),
    ...(ask.favourite !== undefined && { favourite: ask.favourite ? 1 : 0 }),
  };
  if (Object.keys(set).length === 0) return false;
  const stems = await trx.selectFrom('stems').select('text').where('unit_id', '=', unit).execute();
  if (stems.length >= mostOwn && !stems.some((stem) => stem.text === text)) throw new Refusal('full');
  await trx
    .insertInto('stems')
    .values({ unit_id: unit, text, kind, own: 0, favourite: 0, by_member: ask.by, at: ask.at, ...set })
    .onConflict((conflict) => conflict.columns(['unit_id', 'text']).doUpdateSet(set))
    .execute();
  // What is neither the unit's own nor a favourite says nothing any more.
  await trx
    .deleteFrom('stems')
    .where('unit_id', '=', unit)
    .where('own', '=', 0)
    .where('favourite', '=', 0)
    .execute();
  return true;
}
