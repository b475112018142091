import { randomUUID } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import * as Y from 'yjs';
import { addCard, setField, type NewFields } from '#domain/board/write.ts';
import type { CardKind } from '#domain/board/cards.ts';
import type { DateAct } from '#domain/dates.ts';
import { openMeeting } from '#domain/meeting/meeting.ts';
import type { TaskAct } from '#domain/views.ts';
import { familyDocument } from '#domain/wire.ts';
import { commit } from '../../server/record/commit.ts';
import { readReview } from '../../server/record/review.ts';
import { readMeetingOf } from '../../server/storage/queries/commits.ts';
import { actOnDate, addDate, readDates } from '../../server/storage/queries/dates.ts';
import { takeRoom } from '../../server/storage/queries/documents.ts';
import { mendChild } from '../../server/storage/queries/families.ts';
import { redactEntry } from '../../server/storage/queries/files.ts';
import { addMeeting } from '../../server/storage/queries/meetings.ts';
import { find } from '../../server/storage/queries/search.ts';
import { actOnTask } from '../../server/storage/queries/tasks.ts';
import { openStorage } from '../../server/storage/open.ts';
import { layFamily, layUnit } from '../support/people.ts';
import { ENGINES, freshPlace, type Engine } from '../support/storage.ts';

const at = (time: string) => Date.parse(`2026-${time}:00Z`);

/** A unit whose weeks are played by the hour: its meetings, its board, and what becomes of tasks and dates. */
async function playWeeks(engine: Engine) {
  const storage = await openStorage(await freshPlace(engine));
  onTestFinished(() => storage.close());
  const unit = await layUnit(storage);
  const by = unit.people.delroy.id;
  const doc = new Y.Doc();
  const name = familyDocument(unit.family);
  const { fence } = await takeRoom(storage, { doc: name, owner: 'test', now: 0 });
  let seq = 0;
  const write = async (when: string, change: () => void) => {
    const updates: Uint8Array[] = [];
    const keep = (update: Uint8Array) => void updates.push(update);
    doc.on('update', keep);
    doc.transact(change);
    doc.off('update', keep);
    for (const bytes of updates)
      await storage.append([
        {
          doc: name,
          seq: ++seq,
          fence,
          bytes,
          at: at(when),
          member: by,
          session: 's',
          claim: null,
          intake: null,
        },
      ]);
  };
  return {
    storage,
    ...unit,
    by,
    add: async (when: string, kind: CardKind, fields: NewFields) => {
      const id = randomUUID();
      await write(when, () => void addCard(doc, { id, kind, by, at: at(when), fields }));
      return id;
    },
    set: (when: string, card: string, fields: Record<string, string | boolean | null>) =>
      write(when, () => {
        for (const [key, value] of Object.entries(fields)) setField(doc, card, key, value);
      }),
    meet: async (on: string) => {
      const meeting = randomUUID();
      const state = openMeeting({ unit: unit.unit, on: `2026-${on}`, agenda: [] });
      await storage.write((trx) => addMeeting(trx, { meeting, state, at: at(`${on}T08:30`) }));
      return meeting;
    },
    /** Commits a family; answers with what became of things, by child. */
    commit: async (meeting: string, when: string, family = unit.family) => {
      const now = at(when);
      const row = await readMeetingOf(storage.db, { meeting, unit: unit.unit });
      const { entries, warnings } = await readReview(storage.db, { family, meeting: row, now });
      await storage.write((trx) =>
        commit(trx, {
          commit: randomUUID(),
          family,
          meeting: row,
          entries: entries.map(({ child, digest }) => ({ child, digest })),
          by,
          session: 's',
          now,
        }),
      );
      const lines = (heading: RegExp) =>
        Object.fromEntries(
          entries.map((entry) => [
            unit.children.indexOf(entry.child) === 0 ? 'Aylin' : 'Deniz',
            entry.sections
              .filter((section) => heading.test(section.heading))
              .flatMap((section) =>
                section.lines.map(({ text, note }) => (note ? `${text} (${note})` : text)),
              ),
          ]),
        );
      return { became: lines(/^What became/), entries, warnings };
    },
    date: (what: string, child: string | null, on: string, when: string) =>
      storage.write((trx) =>
        addDate(trx, {
          family: unit.family,
          child,
          kind: 'review',
          on: `2026-${on}`,
          what,
          basis: '',
          at: at(when),
        }),
      ),
    say: (date: string, when: string, act: DateAct) =>
      storage.write(async (trx) => {
        const row = await trx
          .selectFrom('dates')
          .select(['family_id', 'revision'])
          .where('id', '=', date)
          .executeTakeFirstOrThrow();
        const revision = Number(row.revision);
        await actOnDate(trx, { date, family: row.family_id, revision, act, by, at: at(when) });
      }),
    do: (card: string, when: string, act: TaskAct) =>
      storage.write(async (trx) => {
        const task = await trx
          .selectFrom('tasks')
          .select(['id', 'revision'])
          .where('card', '=', card)
          .executeTakeFirstOrThrow();
        const revision = Number(task.revision);
        await actOnTask(trx, { task: task.id, revision, act, by, at: at(when) });
      }),
    move: (child: string, to: string, when: string) =>
      storage.write((trx) =>
        mendChild(trx, {
          child,
          family: unit.family,
          facts: {},
          to,
          removed: undefined,
          by,
          at: at(when),
        }),
      ),
  };
}

it.each(ENGINES)(
  '[H17] a meeting of before that is written late swallows nothing that was said of a date or a task since, and tells nothing of it, on %s',
  async (engine) => {
    const weeks = await playWeeks(engine);
    const old = await weeks.meet('06-03');
    const task = await weeks.add('06-03T09:00', 'task', {
      text: 'Ring the school',
      [`child:${weeks.children[0]}`]: true,
    });
    const conference = await weeks.date('Review conference', null, '06-10', '06-01T09:00');
    await weeks.commit(old, '06-03T10:00');
    const today = await weeks.meet('06-10');
    await weeks.commit(today, '06-10T09:00');
    await weeks.say(conference, '06-10T09:30', { does: 'missed', why: 'the chair was never told' });
    await weeks.do(task, '06-10T09:40', { does: 'done', note: 'they ring back' });
    expect((await weeks.commit(old, '06-10T10:00')).became).toEqual({});
    const next = await weeks.meet('06-17');
    const missed = 'Review conference, 10 June 2026: missed (the chair was never told)';
    expect((await weeks.commit(next, '06-17T09:00')).became).toEqual({
      Aylin: ['Nobody: Ring the school (done 10 June 2026: they ring back)', missed],
      Deniz: [missed],
    });
    const after = await weeks.meet('06-24');
    expect((await weeks.commit(after, '06-24T09:00')).became).toEqual({ Aylin: [], Deniz: [] });
  },
);

it.each(ENGINES)(
  '[F24] what was said of a date stands in the order in which it was said, and taken back only where a file has it, on %s',
  async (engine) => {
    const weeks = await playWeeks(engine);
    const first = await weeks.meet('06-10');
    const conference = await weeks.date('Review conference', null, '06-09', '06-01T09:00');
    const visit = await weeks.date('Visit', null, '06-09', '06-01T09:00');
    await weeks.say(conference, '06-10T09:00', { does: 'missed', why: 'chair ill' });
    await weeks.commit(first, '06-10T10:00');
    await weeks.say(conference, '06-11T09:00', { does: 'open-again' });
    await weeks.say(conference, '06-11T09:01', { does: 'held' });
    // Nobody has read of this: it was said and taken back between two meetings.
    await weeks.say(visit, '06-11T09:02', { does: 'missed', why: 'no' });
    await weeks.say(visit, '06-11T09:03', { does: 'open-again' });
    const second = await weeks.meet('06-17');
    const told = [
      'Review conference, 9 June 2026: open again; what was said to have become of it is taken back',
      'Review conference, 9 June 2026: held',
    ];
    expect((await weeks.commit(second, '06-17T10:00')).became).toEqual({ Aylin: told, Deniz: told });
  },
);

it.each(ENGINES)(
  '[F15] a task is for the children for whom its card was filed last: what became of it goes into their files and no other, on %s',
  async (engine) => {
    const weeks = await playWeeks(engine);
    const [aylin, deniz] = weeks.children;
    const first = await weeks.meet('06-10');
    const task = await weeks.add('06-10T09:00', 'task', {
      text: 'Book the paediatrician',
      [`child:${aylin}`]: true,
    });
    const question = await weeks.add('06-10T09:01', 'question', {
      text: 'What happens at bedtime?',
      qkind: 'finding-out',
      to: 'Selin',
      asker: weeks.by,
    });
    await weeks.commit(first, '06-10T10:00');
    await weeks.set('06-10T10:10', task, { [`child:${aylin}`]: false, [`child:${deniz}`]: true });
    await weeks.set('06-10T10:10', question, { [`child:${deniz}`]: true });
    await weeks.commit(first, '06-10T10:20');
    await weeks.do(task, '06-12T09:00', { does: 'done', note: 'burns on both hands' });
    await weeks.do(question, '06-12T09:00', { does: 'let-go', why: 'she would not open' });
    const second = await weeks.meet('06-17');
    expect((await weeks.commit(second, '06-17T10:00')).became).toEqual({
      Aylin: [],
      Deniz: [
        'Nobody: Book the paediatrician (done 12 June 2026: burns on both hands)',
        'Delroy Pinnock: Ask Selin: What happens at bedtime? (let go 12 June 2026: she would not open)',
      ],
    });
  },
);

it.each(ENGINES)(
  '[F31] a child who moves takes their dates and tasks along, and what is found of their file; what became of all of it is told in their file, on %s',
  async (engine) => {
    const weeks = await playWeeks(engine);
    const [aylin, deniz] = weeks.children;
    const osei = await layFamily(weeks.storage, { unit: weeks.unit, name: 'Osei', restricted: true });
    const first = await weeks.meet('06-10');
    const hers = await weeks.add('06-10T09:00', 'task', { text: 'Ring Nan', [`child:${aylin}`]: true });
    const both = await weeks.add('06-10T09:01', 'task', {
      text: 'Ring the school',
      [`child:${aylin}`]: true,
      [`child:${deniz}`]: true,
    });
    await weeks.add('06-10T09:02', 'decision', {
      text: 'The platypus stays',
      level: 'unit',
      [`child:${aylin}`]: true,
    });
    const hearing = await weeks.date('Hearing', aylin, '06-30', '06-10T09:30');
    await weeks.commit(first, '06-10T10:00');
    // Osei is written down before anything is said of what comes along.
    const second = await weeks.meet('06-17');
    await weeks.do(hers, '06-16T09:00', { does: 'done', note: '' });
    await weeks.move(aylin, osei, '06-17T12:00');
    const { db } = weeks.storage;
    expect((await readDates(db, [osei])).map((date) => date.id)).toEqual([hearing]);
    expect(await readDates(db, [weeks.family])).toEqual([]);
    const found = async (family: string, term: string) =>
      (await find(db, { families: [family], terms: [term] })).map((hit) => hit.kind).sort();
    expect(await found(osei, 'platypus')).toEqual(['entry']);
    expect(await found(weeks.family, 'platypus')).toEqual([]);
    expect(await found(osei, 'nan')).toContain('given-task');
    await weeks.do(both, '07-01T08:00', { does: 'let-go', why: 'Deniz told his teacher' });
    await weeks.say(hearing, '07-01T08:00', { does: 'missed', why: 'nobody told the solicitor' });
    await weeks.commit(second, '06-17T13:00');
    const third = await weeks.meet('07-01');
    const school = (who: string) => `Nobody: Ring the school (let go 1 July 2026: ${who} told his teacher)`;
    expect((await weeks.commit(third, '07-01T09:00')).became).toEqual({ Deniz: [school('Deniz')] });
    expect((await weeks.commit(third, '07-01T09:05', osei)).became).toEqual({
      Aylin: [
        'Nobody: Ring Nan (done 16 June 2026)',
        // A brother's name from the family that they left stands in no file of theirs.
        school('[another child]'),
        'Hearing, 30 June 2026: missed (nobody told the solicitor)',
      ],
    });
  },
);

it.each(ENGINES)(
  '[F31] what is to be asked of a child who moved is given out once, also where they come back, on %s',
  async (engine) => {
    const weeks = await playWeeks(engine);
    const [aylin, deniz] = weeks.children;
    const osei = await layFamily(weeks.storage, { unit: weeks.unit, name: 'Osei', restricted: false });
    const first = await weeks.meet('06-10');
    const question = await weeks.add('06-10T09:00', 'question', {
      text: 'What happens at bedtime?',
      qkind: 'finding-out',
      to: 'Selin',
      asker: weeks.by,
      [`child:${aylin}`]: true,
    });
    const task = await weeks.add('06-10T09:00', 'task', { text: 'Ring Nan', [`child:${aylin}`]: true });
    await weeks.commit(first, '06-10T10:00');
    await weeks.move(aylin, osei, '06-11T09:00');
    await weeks.set('06-12T09:00', task, { [`child:${aylin}`]: false, [`child:${deniz}`]: true });
    await weeks.commit(await weeks.meet('06-17'), '06-17T10:00');
    const tasks = async () =>
      (
        await weeks.storage.db
          .selectFrom('tasks')
          .select(['family_id', 'what', 'children'])
          .orderBy('what')
          .orderBy('children')
          .execute()
      ).map((row) => [row.family_id === osei ? 'Osei' : 'Kaya', row.what.slice(0, 8), row.children]);
    const given = [
      ['Osei', 'Ask Seli', `["${aylin}"]`],
      ['Osei', 'Ring Nan', `["${aylin}"]`],
      ['Kaya', 'Ring Nan', `["${deniz}"]`],
    ];
    expect((await tasks()).sort()).toEqual(given.sort());
    await weeks.storage.write((trx) =>
      mendChild(trx, {
        child: aylin,
        family: osei,
        facts: {},
        to: weeks.family,
        removed: undefined,
        by: weeks.by,
        at: at('06-18T09:00'),
      }),
    );
    expect((await tasks()).map(([family]) => family)).toEqual(['Kaya', 'Kaya', 'Kaya']);
    expect(question).toBeTruthy();
  },
);

it.each(ENGINES)(
  '[F16] what became of a task goes with the entry that told it, and the title from the receipt also after the child has moved, on %s',
  async (engine) => {
    const weeks = await playWeeks(engine);
    const [aylin] = weeks.children;
    const first = await weeks.meet('06-10');
    const task = await weeks.add('06-10T09:00', 'task', { text: 'See the GP', [`child:${aylin}`]: true });
    await weeks.add('06-10T09:02', 'decision', {
      text: 'The platypus stays',
      level: 'unit',
      [`child:${aylin}`]: true,
    });
    await weeks.commit(first, '06-10T10:00');
    await weeks.do(task, '06-12T09:00', { does: 'let-go', why: 'burns on both hands' });
    const second = await weeks.meet('06-17');
    await weeks.commit(second, '06-17T10:00');
    const osei = await layFamily(weeks.storage, { unit: weeks.unit, name: 'Osei', restricted: false });
    await weeks.move(aylin, osei, '06-17T12:00');
    for (const seq of [1, 2])
      await weeks.storage.write((trx) =>
        redactEntry(trx, { file: aylin, seq, why: 'a court’s order', by: 'operator', at: at('06-18T09:00') }),
      );
    const { db } = weeks.storage;
    const left = JSON.stringify([
      await db.selectFrom('tasks').selectAll().execute(),
      await db.selectFrom('task_acts').selectAll().execute(),
      await db.selectFrom('commits').select('receipt').execute(),
      await db.selectFrom('entries').select('body').where('file', '=', aylin).execute(),
    ]);
    expect(left).not.toContain('burns');
    expect(left).not.toContain('platypus');
    expect(left).not.toContain('See the GP');
  },
);

it.each(ENGINES)(
  '[F24] the whole family’s safety plan goes into the file of a child who came later, once, on %s',
  async (engine) => {
    const weeks = await playWeeks(engine);
    const { db } = weeks.storage;
    const [, deniz] = weeks.children;
    const gone = (removed_at: number | null) =>
      db.updateTable('children').set({ removed_at }).where('id', '=', deniz).execute();
    await gone(1);
    const first = await weeks.meet('06-10');
    await weeks.add('06-10T09:00', 'safety', { text: 'Never alone with Carl' });
    const plans = async (meeting: string, when: string) =>
      (await weeks.commit(meeting, when)).entries.map((entry) =>
        entry.sections.flatMap(({ heading, lines }) =>
          heading === 'Safety' ? lines.map((line) => line.text) : [],
        ),
      );
    expect(await plans(first, '06-10T10:00')).toEqual([['Never alone with Carl']]);
    await gone(null);
    expect(await plans(await weeks.meet('06-17'), '06-17T10:00')).toEqual([[], ['Never alone with Carl']]);
    expect(await plans(await weeks.meet('06-24'), '06-24T10:00')).toEqual([[], []]);
  },
);
