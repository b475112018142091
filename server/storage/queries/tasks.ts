import type { TaskAct } from '#domain/views.ts';
import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Refusal } from '#domain/errors.ts';
import type { TaskView } from '#domain/views.ts';
import type { Reader, Trx } from '../storage.ts';
import { putFindable } from './search.ts';

/** Tasks of families, and of these children wherever they were given out, that are open, or ended since an instant. */
export async function readTasks(
  reader: Reader,
  ask: { families: readonly string[]; endedSince: number; children?: readonly string[] },
): Promise<TaskView[]> {
  if (ask.families.length === 0) return [];
  const rows = await reader
    .selectFrom('tasks')
    .selectAll()
    .where((eb) =>
      eb.or([
        eb('family_id', 'in', ask.families),
        ...(ask.children ?? []).map((child) => eb('children', 'like', `%${child}%`)),
      ]),
    )
    .where((eb) => eb.or([eb('state', '=', 'open'), eb('ended_at', '>=', ask.endedSince)]))
    .orderBy('due')
    .orderBy('given_at')
    .execute();
  return rows.map((row) => ({
    id: row.id, family: row.family_id, card: row.card, origin: row.origin, what: row.what, owner: row.owner_id, due: row.due, children: JSON.parse(row.children) as string[],
    state: row.state as TaskView['state'], note: row.note, carried: Number(row.carried), givenAt: Number(row.given_at), endedAt: row.ended_at === null ? null : Number(row.ended_at), revision: Number(row.revision),
  })); // prettier-ignore
}

/** The family whose task this is, or null where there is none of this id. */
export async function familyOfTask(reader: Reader, task: string): Promise<string | null> {
  const row = await reader.selectFrom('tasks').select('family_id').where('id', '=', task).executeTakeFirst();
  return row?.family_id ?? null;
}

/**
 * Gives a task out. A card gives out one task, however often it is asked (F7); where the card was changed and goes into the
 * file anew (`isRenewed`), the task that is still open becomes what the file says.
 */
export async function giveTask(
  trx: Trx,
  ask: {
    unit: string;
    family: string;
    card: string | null;
    origin: string;
    what: string;
    owner: string | null;
    due: string | null;
    children: readonly string[];
    by: string;
    at: number;
    state?: 'open' | 'done';
    isRenewed?: boolean;
  },
): Promise<string | null> {
  const id = randomUUID();
  const given = await trx
    .insertInto('tasks')
    .values({
      id,
      unit_id: ask.unit,
      family_id: ask.family,
      card: ask.card,
      origin: ask.origin,
      what: ask.what.replaceAll('\0', ''),
      owner_id: ask.owner,
      due: ask.due,
      children: JSON.stringify(ask.children),
      state: ask.state ?? 'open',
      note: '',
      carried: 0,
      given_at: ask.at,
      ended_at: ask.state === 'done' ? ask.at : null,
      revision: 0,
    }) // prettier-ignore
    .onConflict((conflict) => conflict.columns(['family_id', 'card']).doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!given) {
    if (ask.isRenewed && ask.card !== null) await renewTask(trx, { ...ask, card: ask.card });
    return null;
  }
  await noteTask(trx, { task: id, revision: 0, at: ask.at, by: ask.by, act: { does: 'given' } });
  await putFindable(trx, [
    { family: ask.family, ref: id, kind: 'given-task', text: ask.what, by: ask.owner ?? '', at: ask.at },
  ]);
  return id;
}

/** The board says that a task is for other children than it was given out for: no page asks for that by itself. */
interface GivenFor {
  does: 'for';
  children: readonly string[];
}

async function renewTask(
  trx: Trx,
  ask: {
    family: string;
    card: string;
    what: string;
    owner: string | null;
    due: string | null;
    children: readonly string[];
    by: string;
    at: number;
  },
): Promise<void> {
  const task = await trx
    .selectFrom('tasks')
    .select(['id', 'revision', 'what', 'owner_id', 'due', 'children'])
    .where('family_id', '=', ask.family)
    .where('card', '=', ask.card)
    .where('state', '=', 'open')
    .executeTakeFirst();
  if (!task) return;
  const what = ask.what.replaceAll('\0', '');
  const children = JSON.parse(task.children) as string[];
  const isForOthers = !isDeepStrictEqual(children.toSorted(), ask.children.toSorted());
  const acts: (TaskAct | GivenFor)[] = [
    ...(isForOthers ? [{ does: 'for' as const, children: ask.children }] : []),
    ...(task.owner_id === ask.owner ? [] : [{ does: 'hand-over' as const, owner: ask.owner }]),
    ...(task.due === ask.due ? [] : [{ does: 'move' as const, due: ask.due }]),
    ...(task.what === what ? [] : [{ does: 'reword' as const, what }]),
  ];
  for (const [index, act] of acts.entries())
    await actOnTask(trx, {
      task: task.id,
      revision: Number(task.revision) + index,
      act,
      by: ask.by,
      at: ask.at,
    });
}

/** Does one act on a task, once per revision: two people who tick at once do not undo one another. */
export async function actOnTask(
  trx: Trx,
  ask: { task: string; revision: number; act: TaskAct | GivenFor; by: string; at: number },
): Promise<void> {
  const { act } = ask;
  const row = await trx
    .selectFrom('tasks')
    .select(['carried', 'revision', 'family_id', 'owner_id'])
    .where('id', '=', ask.task)
    .executeTakeFirstOrThrow();
  const change =
    act.does === 'done' ? { state: 'done', ended_at: ask.at, ...(act.note && { note: act.note }) }
    : act.does === 'open-again' ? { state: 'open', ended_at: null, note: '' }
    : act.does === 'carry-on' ? { state: 'open', carried: Number(row.carried) + 1, ...(act.due !== undefined && { due: act.due }), ...(act.owner !== undefined && { owner_id: act.owner }) }
    : act.does === 'let-go' ? { state: 'let-go', ended_at: ask.at, note: act.why }
    : act.does === 'hand-over' ? { owner_id: act.owner }
    : act.does === 'move' ? { due: act.due }
    : act.does === 'for' ? { children: JSON.stringify(act.children) }
    : { what: act.what }; // prettier-ignore
  const changed = await trx
    .updateTable('tasks')
    .set({ ...change, revision: ask.revision + 1 })
    .where('id', '=', ask.task)
    .where('revision', '=', ask.revision)
    .returning('id')
    .executeTakeFirst();
  if (!changed) throw new Refusal('changed', 'task-changed');
  await noteTask(trx, { task: ask.task, revision: ask.revision + 1, at: ask.at, by: ask.by, act });
  if (act.does === 'reword')
    await putFindable(trx, [
      {
        family: row.family_id,
        ref: ask.task,
        kind: 'given-task',
        text: act.what,
        by: row.owner_id ?? '',
        at: ask.at,
      },
    ]);
}

async function noteTask(
  trx: Trx,
  ask: { task: string; revision: number; at: number; by: string; act: object },
): Promise<void> {
  await trx
    .insertInto('task_acts')
    .values({
      task_id: ask.task,
      revision: ask.revision,
      at: ask.at,
      member_id: ask.by,
      act: JSON.stringify(ask.act),
    })
    .execute();
}
