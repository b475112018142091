import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { CardKind } from '#domain/board/cards.ts';
import type { IntakeFact } from '#domain/board/intake.ts';
import { addDays, daysBetween, nextOn } from '#domain/time/civil.ts';
import { familyDocument, reflectingDocument } from '#domain/wire.ts';
import { removeDocuments, sealedBeside } from '../storage/queries/documents.ts';
import { giveTask } from '../storage/queries/tasks.ts';
import type { Storage, Trx } from '../storage/storage.ts';
import { importFiles } from './import.ts';

/** The Wednesday on which the invented unit was written down. */
const writtenOn = '2025-11-12';

interface SampleBoard {
  family: string;
  lines: { by: string; words: string; on: string }[];
  pools: { ref: string; name: string }[];
  thoughts: {
    ref: string;
    text: string;
    by: string;
    pool: string | null;
    state: string;
    why: string | null;
    people: string[];
    marks: string[];
  }[];
  observations: { thought: string; fits: boolean; text: string; source: string; on: string; by: string }[];
  questions: {
    thought: string;
    kind: string;
    text: string;
    to: string;
    about: string[];
    by: string;
    asker: string | null;
    due: string | null;
    cameBack: null | { words: string; from: string; on: string; fits: boolean | null };
  }[];
  ties: { a: string; b: string; is: string; says: string; on: string; by: string }[];
  outsides: { ref: string; name: string; is: string }[];
  bonds: {
    outside: string;
    whom: string | null;
    is: string;
    flow: string;
    says: string;
    on: string;
    by: string;
  }[];
  decisions: {
    ref: string;
    text: string;
    because: string;
    children: string[];
    level: string;
    route: string;
    by: string;
    views: { by: string; words: string }[];
  }[];
  tasks: { text: string; owner: string; due: string; children: string[]; decision: string | null }[];
  lastWeek: {
    text: string;
    owner: string;
    due?: string | null;
    children?: string[];
    done?: boolean;
    note?: string | null;
  }[];
}

/** Makes the invented Mulberry unit, moved to this week; returns the unit. There is one at a time. */
export async function makeSample(storage: Storage, ask: { now: number; today: string }): Promise<string> {
  const there = await storage.db.selectFrom('units').select('id').where('made_up', '=', 1).executeTakeFirst();
  if (there) return there.id;
  const wednesday = nextOn(3, ask.today);
  const shift = daysBetween(writtenOn, wednesday);
  const moved = (text: string) =>
    text.replace(/\b20(0|1|2)\d-\d{2}-\d{2}\b/g, (date) => addDays(date, shift));
  const folder = new URL('./sample/', import.meta.url);
  const [people, board] = await Promise.all(
    ['sample.json', 'sample-board.json'].map((name) => readFile(new URL(name, folder), 'utf8')),
  );
  const outcome = await importFiles(storage, {
    files: [{ name: 'sample.json', text: moved(people!) }],
    unit: null,
    by: null,
    now: ask.now,
    today: wednesday,
    seen: null,
    dryRun: false,
    madeUp: true,
  });
  if (!outcome.done || !outcome.unit)
    throw new Error(`The made-up unit does not read: ${JSON.stringify(outcome.problems)}`);
  const unit = outcome.unit;
  await storage.write((trx) =>
    layBoard(trx, {
      unit,
      ids: outcome.ids,
      board: JSON.parse(moved(board!)) as SampleBoard,
      names: namesIn(JSON.parse(people!) as SamplePeople),
      wednesday: nextOn(3, ask.today),
      now: ask.now,
    }),
  );
  return unit;
}

interface SamplePeople {
  members: { ref: string; name: string }[];
  children: { ref: string; given: string }[];
  adults: { ref: string; given: string }[];
}

/** What people are called on a card that names them in words. */
function namesIn(people: SamplePeople): Map<string, string> {
  return new Map([
    ...people.members.map(({ ref, name }): [string, string] => [ref, name]),
    ...[...people.children, ...people.adults].map(({ ref, given }): [string, string] => [ref, given]),
  ]);
}

async function layBoard(
  trx: Trx,
  ask: {
    unit: string;
    ids: Map<string, string>;
    board: SampleBoard;
    names: Map<string, string>;
    /** The Wednesday that the unit is about to hold. */
    wednesday: string;
    now: number;
  },
): Promise<void> {
  const { board, ids } = ask;
  const member = (ref: string | null) => (ref ? (ids.get(`members:${ref}`) ?? null) : null);
  const person = (ref: string) => ids.get(`children:${ref}`) ?? ids.get(`adults:${ref}`) ?? ref;
  const named = (ref: string) => ask.names.get(ref) ?? ref;
  const family = ids.get(`families:${board.family}`)!;
  const made = new Map<string, string>();
  const facts: IntakeFact[] = [];
  const lay = (
    kind: CardKind,
    by: string | null,
    fields: IntakeFact['fields'],
    ref = randomUUID() as string,
  ) => {
    const card = randomUUID();
    made.set(ref, card);
    // Thoughts of this unit were put in two Wednesdays ago, so that there is a story to read.
    const at =
      kind === 'thought'
        ? { at: Date.parse(`${addDays(ask.wednesday, -14)}T09:30:00Z`) + made.size * 60_000 }
        : {};
    facts.push({ card, kind, fields, before: null, ...(by && { by }), ...at });
  };
  for (const one of board.lines) lay('news', member(one.by), { text: one.words, on: one.on, how: 'line' });
  for (const one of board.pools) lay('pool', null, { text: one.name }, one.ref);
  for (const one of board.thoughts)
    lay(
      'thought',
      member(one.by),
      {
        text: one.text,
        pool: one.pool ? made.get(one.pool)! : null,
        state: one.state,
        why: one.why ?? '',
        about: one.people.map(person),
        mark: one.marks.flatMap((mark) => member(mark) ?? []),
      },
      one.ref,
    );
  for (const one of board.observations)
    lay('observation', member(one.by), {
      text: one.text,
      thought: made.get(one.thought)!,
      fits: one.fits,
      source: one.source,
      on: one.on,
    });
  for (const one of board.questions)
    lay('question', member(one.by), {
      text: one.text, thought: made.get(one.thought) ?? null, qkind: one.kind, to: named(one.to), asker: member(one.asker), due: one.due, about: one.about.map(person),
      back: one.cameBack?.words ?? '', backBy: one.cameBack?.from ? person(one.cameBack.from) : null, backOn: one.cameBack?.on ?? null, backFits: one.cameBack?.fits ?? null,
    }); // prettier-ignore
  for (const one of board.ties)
    lay('tie', member(one.by), {
      a: person(one.a),
      b: person(one.b),
      is: one.is,
      says: one.says,
      on: one.on,
    });
  for (const one of board.outsides) lay('outside', null, { name: one.name, is: one.is }, one.ref);
  for (const one of board.bonds)
    lay('bond', member(one.by), {
      outside: made.get(one.outside)!,
      whom: one.whom ? person(one.whom) : null,
      is: one.is,
      flow: one.flow,
      says: one.says,
      on: one.on,
    });
  for (const one of board.decisions) {
    lay(
      'decision',
      member(one.by),
      {
        text: one.text,
        because: one.because,
        level: one.level,
        route: one.route ?? '',
        child: one.children.map(person),
      },
      one.ref,
    );
    for (const view of one.views)
      lay('view', member(view.by), { text: view.words, decision: made.get(one.ref)! });
  }
  for (const one of board.tasks)
    lay('task', null, {
      text: one.text,
      owner: member(one.owner),
      due: one.due,
      from: one.decision ? made.get(one.decision)! : null,
      child: one.children.map(person),
    });
  for (const one of board.lastWeek)
    await giveTask(trx, {
      unit: ask.unit, family, card: null, origin: 'decision', what: one.text, owner: member(one.owner), due: one.due ?? null, children: (one.children ?? []).map(person),
      by: member(one.owner) ?? ask.unit, at: ask.now, state: one.done ? 'done' : 'open',
    }); // prettier-ignore
  await trx
    .insertInto('intake')
    .values({
      id: randomUUID(),
      doc: familyDocument(family),
      by: 'sample',
      facts: JSON.stringify(facts),
      at: ask.now + 1,
    })
    .execute();
}

/** Clears the made-up unit away with everything in it; a real unit is never touched. */
export async function clearSample(storage: Storage, unit: string): Promise<string[]> {
  return storage.write(async (trx) => {
    const row = await trx
      .selectFrom('units')
      .select('id')
      .where('id', '=', unit)
      .where('made_up', '=', 1)
      .executeTakeFirst();
    if (!row) return [];
    const families = (
      await trx.selectFrom('families').select('id').where('unit_id', '=', unit).execute()
    ).map((one) => one.id);
    const children = families.length
      ? (await trx.selectFrom('children').select('id').where('family_id', 'in', families).execute()).map(
          (one) => one.id,
        )
      : [];
    const members = (await trx.selectFrom('members').select('id').where('unit_id', '=', unit).execute()).map(
      (one) => one.id,
    );
    const meetings = (
      await trx.selectFrom('meetings').select('id').where('unit_id', '=', unit).execute()
    ).map((one) => one.id);
    const tasks = (await trx.selectFrom('tasks').select('id').where('unit_id', '=', unit).execute()).map(
      (one) => one.id,
    );
    const sessions = (
      await trx.selectFrom('reflecting').select('id').where('unit_id', '=', unit).execute()
    ).map((one) => one.id);
    const open = [...families.map(familyDocument), ...sessions.map(reflectingDocument)];
    const docs = [...open, ...(await sealedBeside(trx, open))];
    await removeDocuments(trx, docs);
    if (sessions.length) {
      await trx.deleteFrom('participants').where('session_id', 'in', sessions).execute();
      await trx.deleteFrom('reflecting').where('id', 'in', sessions).execute();
    }
    if (children.length) {
      await trx.deleteFrom('entries').where('file', 'in', children).execute();
      await trx.deleteFrom('views').where('child_id', 'in', children).execute();
    }
    if (tasks.length) await trx.deleteFrom('task_acts').where('task_id', 'in', tasks).execute();
    await trx.deleteFrom('tasks').where('unit_id', '=', unit).execute();
    if (meetings.length)
      for (const table of ['meeting_acts', 'attendance', 'reached', 'reads', 'walls'] as const)
        await trx.deleteFrom(table).where('meeting_id', 'in', meetings).execute();
    await trx.deleteFrom('meetings').where('unit_id', '=', unit).execute();
    if (families.length)
      for (const table of ['commits', 'committed', 'dates', 'family_access', 'findable', 'children'] as const)
        await trx.deleteFrom(table).where('family_id', 'in', families).execute();
    await trx.deleteFrom('families').where('unit_id', '=', unit).execute();
    await trx.deleteFrom('imported').where('unit_id', '=', unit).execute();
    await trx.deleteFrom('stems').where('unit_id', '=', unit).execute();
    await trx.deleteFrom('not_safe').where('unit_id', '=', unit).execute();
    await trx.deleteFrom('sessions').where('unit_id', '=', unit).execute();
    await trx.deleteFrom('audit').where('unit_id', '=', unit).execute();
    if (members.length)
      for (const table of ['links', 'once'] as const)
        await trx.deleteFrom(table).where('member_id', 'in', members).execute();
    await trx.deleteFrom('members').where('unit_id', '=', unit).execute();
    await trx.deleteFrom('units').where('id', '=', unit).execute();
    return docs;
  });
}
