import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Reference } from '#domain/record/chain.ts';
import { redactEntry, appendEntry, verifyAll } from '../../server/storage/queries/files.ts';
import { giveTask } from '../../server/storage/queries/tasks.ts';
import type { Storage } from '../../server/storage/storage.ts';
import { layUnit, type TestUnit } from '../support/people.ts';
import { ENGINES, freshStorage } from '../support/storage.ts';

/** A file of two entries, of which the first holds what must go, with its receipt and its task. */
async function fileWith(storage: Storage, unit: TestUnit, words: string): Promise<void> {
  const [file] = unit.children;
  const by = unit.people.delroy.id;
  for (const [index, text] of [words, 'What stays'].entries())
    await storage.write(async (trx) => {
      const entry = await appendEntry(trx, {
        file, at: 5, by, session: 's', board: 'b', boardSeq: 1, kind: 'Unit meeting', refers: null,
        body: { on: '2026-11-18', title: text, sections: [{ heading: 'Tasks', lines: [{ text: `Ask ${text}` }] }] },
      }); // prettier-ignore
      await trx
        .insertInto('commits')
        .values({
          id: String(index),
          family_id: unit.family,
          meeting_id: '',
          member_id: by,
          digest: 'd',
          at: 5,
          receipt: JSON.stringify({
            entries: [{ child: file, seq: entry.seq, hash: entry.hash, title: text }],
            tasks: 1,
          }),
        }) // prettier-ignore
        .execute();
      await giveTask(trx, {
        unit: unit.unit, family: unit.family, card: String(index), origin: 'decision', what: `Ask ${text}`, owner: null, due: null,
        children: [file], by, at: 5,
      }); // prettier-ignore
    });
}

/** Every word that stands anywhere in the tables. */
async function everyWord(storage: Storage): Promise<string> {
  const tables = ['entries', 'commits', 'tasks', 'task_acts', 'findable', 'audit'] as const;
  const rows = await Promise.all(tables.map((table) => storage.db.selectFrom(table).selectAll().execute()));
  return JSON.stringify(rows);
}

describe.each(ENGINES)('the evidence on %s', (engine) => {
  it('[F16] a redaction takes the words out of everywhere, with an entry that says so; nothing else can', async () => {
    const storage = await freshStorage(engine);
    const unit = await layUnit(storage);
    const [file] = unit.children;
    await fileWith(storage, unit, 'Needleworth');
    const quietly = storage.db
      .updateTable('entries')
      .set({ body: null, salt: null })
      .where('file', '=', file)
      .execute();
    await expect(quietly).rejects.toThrow(/never changed/);

    const redact = (seq: number) =>
      storage.write((trx) =>
        redactEntry(trx, { file, seq, why: 'A court ordered it.', by: 'operator', at: 9 }),
      );
    await redact(1);
    const words = await everyWord(storage);
    expect(words).not.toContain('Needleworth');
    expect(words).toContain('Ask What stays');
    expect(words).toContain('A court ordered it.');
    expect((await verifyAll(storage.db)).broken).toEqual([]);
    // Once is enough, and what says so stays itself.
    await expect(redact(1)).rejects.toMatchObject({ reason: 'already-done' });
    await expect(redact(3)).rejects.toMatchObject({ reason: 'already-done' });
    await expect(redact(9)).rejects.toMatchObject({ reason: 'not-found' });
    // With the trigger out of the way words can be taken out, and that is named.
    const drop = engine === 'sqlite' ? 'entries_no_update' : 'entries_frozen on entries';
    await sql.raw(`drop trigger ${drop}`).execute(storage.db);
    await storage.db.updateTable('entries').set({ body: null, salt: null }).where('seq', '=', 2).execute();
    expect((await verifyAll(storage.db)).broken).toEqual([
      { file, seq: 2, why: 'its words were taken out and no entry says so' },
    ]);
  });

  it('[F16] why a risk now was over goes from the meeting and its acts with the entry that says it; nothing else there can be changed', async () => {
    const storage = await freshStorage(engine);
    const unit = await layUnit(storage);
    const [file] = unit.children;
    const by = unit.people.delroy.id;
    const why = 'Needleworth is with her aunt';
    const over = { does: 'risk-over', why, alarm: 'alarm' };
    const state = { risksOver: [{ family: unit.family, alarm: 'alarm', by, why, at: 4 }] };
    await storage.db
      .insertInto('meetings')
      .values({
        id: 'm',
        unit_id: unit.unit,
        on_date: '2026-11-18',
        state: JSON.stringify(state),
        version: 1,
        opened_at: 1,
        closed_at: null,
      }) // prettier-ignore
      .execute();
    await storage.db
      .insertInto('meeting_acts')
      .values({ meeting_id: 'm', version: 1, at: 4, member_id: by, act: JSON.stringify(over) })
      .execute();
    const write = (act: object) =>
      storage.db
        .updateTable('meeting_acts')
        .set({ act: JSON.stringify(act) })
        .where('version', '=', 1)
        .execute();
    const taken = { ...over, why: 'Taken out of the file' };
    await expect(write(taken)).rejects.toThrow(/never changed/);
    await fileWith(storage, unit, why);
    await storage.write((trx) =>
      redactEntry(trx, { file, seq: 1, why: 'A court ordered it.', by: 'operator', at: 9 }),
    );
    const words = JSON.stringify([
      await storage.db.selectFrom('meetings').selectAll().execute(),
      await storage.db.selectFrom('meeting_acts').selectAll().execute(),
    ]);
    expect(words).not.toContain('Needleworth');
    expect(words.match(/Taken out of the file/g)).toHaveLength(2);
    for (const other of [
      { ...taken, alarm: 'other' },
      { ...taken, why: 'Something else' },
      { ...taken, why: null },
      { does: taken.does, alarm: taken.alarm },
    ])
      await expect(write(other)).rejects.toThrow(/never changed/);
    await expect(storage.db.deleteFrom('meeting_acts').execute()).rejects.toThrow(/never/);
  });

  it('[F16] a redaction leaves what another entry gave out, and takes what was given out for everybody', async () => {
    const storage = await freshStorage(engine);
    const unit = await layUnit(storage);
    const [file] = unit.children;
    await fileWith(storage, unit, 'Needleworth');
    const give = (card: string, ask: { what: string; children: string[]; at: number }) =>
      storage.write((trx) =>
        giveTask(trx, {
          unit: unit.unit, family: unit.family, card, origin: 'decision', owner: null, due: null, by: unit.people.delroy.id, ...ask,
        }),
      ); // prettier-ignore
    // Its words stand inside the entry's by chance, and it was given out on another day.
    await give('short', { what: 'Ask', children: [file], at: 77 });
    await give('all', { what: 'Ask Needleworth', children: [], at: 5 });
    await storage.write((trx) =>
      redactEntry(trx, { file, seq: 1, why: 'A court ordered it.', by: 'operator', at: 9 }),
    );
    const tasks = await storage.db.selectFrom('tasks').select(['card', 'what']).orderBy('card').execute();
    expect(tasks).toEqual([
      { card: '0', what: 'Taken out of the file' },
      { card: '1', what: 'Ask What stays' },
      { card: 'all', what: 'Taken out of the file' },
      { card: 'short', what: 'Ask' },
    ]);
  });

  it('[F16] what was answered goes with what it quotes, and a task whose entry says it without a name goes too', async () => {
    const storage = await freshStorage(engine);
    const unit = await layUnit(storage);
    const [file] = unit.children;
    const append = (seq: number, words: string, refers: Reference | null) =>
      storage.write((trx) =>
        appendEntry(trx, {
          file, at: seq, by: 'm', session: 's', board: 'b', boardSeq: 1, kind: 'Unit meeting', refers, body: { text: words },
        }),
      ); // prettier-ignore
    await append(
      1,
      'Needleworth pays\nTo be done at once: Fetch [another child]’s coat from [another child]\n[another child] is safe',
      null,
    );
    await append(2, 'Something else', null);
    await append(3, 'On “Needleworth pays”: agreed.', { kind: 'answers', seq: 1 });
    await append(4, 'On “Something else”: agreed.', { kind: 'answers', seq: 2 });
    await storage.db
      .updateTable('children')
      .set({ given: 'Milda' })
      .where('id', '=', unit.children[1])
      .execute();
    await storage.db
      .insertInto('children')
      .values({
        id: 'third',
        family_id: unit.family,
        ref: null,
        given: 'Deniz',
        surname: '',
        born: null,
        due: null,
        gender: 'unknown',
        status: '',
        status_since: null,
        removed_at: 1,
        added_at: 0,
      }) // prettier-ignore
      .execute();
    for (const [card, what] of [
      ['named', 'Fetch Milda’s coat from Deniz'],
      ['also', 'Mum is safe'],
      ['other', 'Fetch the coat'],
    ] as const)
      await storage.write((trx) =>
        giveTask(trx, {
          unit: unit.unit, family: unit.family, card, origin: 'risk:1', owner: null, due: null, by: unit.people.delroy.id, what, children: [file], at: 1,
        }),
      ); // prettier-ignore
    await storage.write((trx) =>
      redactEntry(trx, { file, seq: 1, why: 'A court ordered it.', by: 'operator', at: 9 }),
    );
    const words = await everyWord(storage);
    for (const gone of ['Needleworth', 'Fetch Milda']) expect(words, gone).not.toContain(gone);
    expect(words).toContain('On “Something else”: agreed.');
    const tasks = await storage.db.selectFrom('tasks').select(['card', 'what']).orderBy('card').execute();
    expect(tasks).toEqual([
      { card: 'also', what: 'Mum is safe' },
      { card: 'named', what: 'Taken out of the file' },
      { card: 'other', what: 'Fetch the coat' },
    ]);
    expect((await verifyAll(storage.db)).broken).toEqual([]);
  });

  it('[F3] a file that cannot be read is named, and the others are verified', async () => {
    const storage = await freshStorage(engine);
    const unit = await layUnit(storage);
    await fileWith(storage, unit, 'One');
    const drop = engine === 'sqlite' ? 'entries_no_update' : 'entries_frozen on entries';
    await sql.raw(`drop trigger ${drop}`).execute(storage.db);
    await storage.write((trx) =>
      appendEntry(trx, {
        file: unit.children[1], at: 5, by: 'm', session: 's', board: 'b', boardSeq: 1, kind: 'Unit meeting', refers: null, body: { text: 'x' },
      }),
    ); // prettier-ignore
    await storage.db
      .updateTable('entries')
      .set({ header: 'null', body: 'no JSON' })
      .where('file', '=', unit.children[0])
      .execute();
    const { files, broken } = await verifyAll(storage.db);
    expect(files).toBe(2);
    expect(broken).toEqual([{ file: unit.children[0], seq: 1, why: 'its header cannot be read' }]);
  });

  it('[F17] nothing real can be made to count as made up', async () => {
    const storage = await freshStorage(engine);
    const unit = await layUnit(storage);
    await fileWith(storage, unit, 'One');
    const { db } = storage;
    const row = await db.selectFrom('units').selectAll().executeTakeFirstOrThrow();
    const sample = '00000000-0000-4000-8000-00000000abcd';
    await db
      .insertInto('units')
      .values({ ...row, id: sample, made_up: 1 })
      .execute();
    const never = /never counts as made up/;
    await expect(
      db.updateTable('units').set({ made_up: 1 }).where('id', '=', unit.unit).execute(),
    ).rejects.toThrow(never);
    await expect(db.updateTable('families').set({ unit_id: sample }).execute()).rejects.toThrow(never);
    await expect(db.deleteFrom('entries').execute()).rejects.toThrow(/never/);
    if (engine === 'sqlite') {
      await expect(sql`insert or replace into units select * from units`.execute(db)).rejects.toThrow(
        /never/,
      );
      await expect(sql`insert or replace into entries select * from entries`.execute(db)).rejects.toThrow(
        /never/,
      );
    }
    // What does not cross over is an ordinary change.
    await db
      .updateTable('units')
      .set({ name: 'Mulberry Two', made_up: 0 })
      .where('id', '=', unit.unit)
      .execute();
  });
});
