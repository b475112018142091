import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EntryDraft } from '#domain/record/entry.ts';
import { cardsOf, readBoard } from '#domain/board/board.ts';
import { setField, textOf } from '#domain/board/write.ts';
import type { FamilyPage, MeetingPage } from '#domain/views.ts';
import { verifyCheckpoints, writeCheckpoint } from '../../server/record/checkpoints.ts';
import { appendEntry, redactEntry, verifyAll } from '../../server/storage/queries/files.ts';
import { giveTask } from '../../server/storage/queries/tasks.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { LiveClient } from '../support/live-client.ts';
import type { Signed } from '../support/people.ts';
import { ENGINES } from '../support/storage.ts';
import { openWorld, type World } from '../support/world.ts';

const on = '2026-11-25';

async function openMeeting(world: World, day = on): Promise<string> {
  const answer = await call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/meetings`, {
    body: { on: day },
  });
  expect(answer.status).toBe(200);
  return answer.body.meeting as string;
}
async function board(world: World, member: Signed): Promise<BoardClient> {
  const client = new BoardClient({ server: world.server, family: world.family, member });
  onTestFinished(() => client.close());
  return client.synced();
}
async function review(world: World, meeting: string, who = world.people.delroy) {
  const answer = await call(
    world.server,
    who,
    'GET',
    `/api/families/${world.family}/review?meeting=${meeting}`,
  );
  expect(answer.status).toBe(200);
  return answer.body as unknown as {
    entries: EntryDraft[];
    warnings: { about: string; child?: string }[];
    mayCommit: boolean;
    read: Record<string, string>;
  };
}
const body = (meeting: string, entries: EntryDraft[], commit: string = crypto.randomUUID()) => ({
  commit,
  meeting,
  entries: entries.map(({ child, digest }) => ({ child, digest })),
});
const commit = (world: World, who: Signed, ask: ReturnType<typeof body>) =>
  call(world.server, who, 'POST', `/api/families/${world.family}/commit`, { body: ask });
const entriesOf = async (world: World) =>
  (await world.storage.db.selectFrom('entries').select(['file', 'body']).execute()).map((row) => ({
    file: row.file,
    body: row.body ?? '',
  }));

/** What a unit has on its board when it is ready to record. */
async function decide(world: World): Promise<{ ines: BoardClient; thought: string; decision: string }> {
  const ines = await board(world, world.people.ines);
  const [aylin, deniz] = world.children;
  ines.add('words', { text: 'For Mum to sleep', childId: aylin, to: 'Nasrin', on, means: 'said' });
  ines.add('words', { text: 'Dad comes Saturday', childId: deniz, to: 'Callum', on, means: 'said' });
  const thought = ines.add('thought', { text: 'Marlon drinks because nobody asks', state: 'pot' });
  const decision = ines.add('decision', {
    text: 'Nasrin walks in with Aylin',
    because: 'she asked',
    level: 'unit',
    [`child:${aylin}`]: true,
  });
  ines.add('view', { text: 'I would wait a week', decision });
  ines.add('decision', {
    text: 'Ask for Rapid Response',
    because: 'help may not sound like failing',
    level: 'resource-panel',
    route: 'Panel on Tuesday',
    [`child:${aylin}`]: true,
    [`child:${deniz}`]: true,
  });
  ines.add('task', {
    text: 'Walk in on Friday',
    owner: world.people.nasrin.id,
    due: '2026-11-27',
    [`child:${aylin}`]: true,
  });
  ines.add('question', {
    text: 'Who wakes first?',
    thought,
    qkind: 'ranking',
    to: 'Aylin',
    asker: world.people.callum.id,
    due: '2026-11-28',
  });
  await ines.allSaved();
  return { ines, thought, decision };
}

describe.each(ENGINES)('the record on %s', (engine) => {
  it('[F15] a view that came late is in the next entry; [T1] a task that was changed is what the file says, also changed back', async () => {
    const world = await openWorld(engine);
    const meeting = await openMeeting(world);
    const { delroy, nasrin, callum } = world.people;
    const { ines, decision } = await decide(world);
    expect((await commit(world, delroy, body(meeting, (await review(world, meeting)).entries))).status).toBe(
      200,
    );
    const his = await board(world, callum);
    his.add('view', { text: 'I would ask her first', decision });
    await his.allSaved();
    const task = [...readBoard(ines.doc).values()].find((card) => card.kind === 'task')!.id;
    const give = async (owner: Signed, due: string) => {
      setField(ines.doc, task, 'owner', owner.id);
      setField(ines.doc, task, 'due', due);
      await ines.allSaved();
      const { entries } = await review(world, meeting);
      expect((await commit(world, delroy, body(meeting, entries))).status).toBe(200);
      const rows = await world.storage.db.selectFrom('tasks').selectAll().where('card', '=', task).execute();
      expect(rows.map((row) => [row.owner_id, row.due])).toEqual([[owner.id, due]]);
      return entries.map((entry) =>
        entry.sections.flatMap((section) => section.lines.map((line) => `${line.text} ${line.note ?? ''}`)),
      );
    };
    const [aylin, ...others] = await give(callum, '2026-12-01');
    expect(aylin).toContain(`I would ask her first ${callum.name}, on “Nasrin walks in with Aylin”`);
    expect(aylin).toContain(`${callum.name}: Walk in on Friday by 1 December 2026`);
    // Of her brother there is nothing new: he gets no entry.
    expect(others).toEqual([]);
    const [again] = await give(nasrin, '2026-11-27');
    expect(again).toContain(`${nasrin.name}: Walk in on Friday by 27 November 2026`);
    expect(JSON.stringify(again)).not.toContain('I would ask her first');
  });

  it('[F5] what is committed is in each child’s file word for word, and a brother’s words are not', async () => {
    const world = await openWorld(engine);
    const meeting = await openMeeting(world);
    await decide(world);
    const { entries, warnings } = await review(world, meeting);
    expect(warnings.map((warning) => warning.about)).toEqual(['risk', 'risk', 'authority']);
    const answer = await commit(world, world.people.delroy, body(meeting, entries));
    expect(answer).toMatchObject({ status: 200, body: { tasks: 2 } });
    const files = await entriesOf(world);
    const of = (child: string) => files.find((file) => file.file === child)!.body;
    const [aylin, deniz] = world.children;
    expect(of(aylin)).toContain('“For Mum to sleep”');
    expect(of(aylin)).toContain('Nasrin walks in with Aylin, because she asked.');
    expect(of(aylin)).toContain('I would wait a week');
    expect(of(aylin)).toContain('Recommended to the Resource Panel, not yet agreed. Panel on Tuesday');
    // F6: a brother's words; F8: a thought that nobody chose.
    expect(of(aylin)).not.toContain('Saturday');
    expect(of(deniz)).toContain('“Dad comes Saturday”');
    expect(of(deniz)).not.toContain('For Mum');
    expect(of(deniz)).not.toContain('walks in');
    expect(JSON.stringify(files)).not.toContain('Marlon drinks');
    expect(JSON.stringify(files)).not.toContain('Who wakes first');
    const tasks = await world.storage.db
      .selectFrom('tasks')
      .select(['what', 'owner_id'])
      .orderBy('what')
      .execute();
    expect(tasks).toEqual([
      { what: 'Ask Aylin: Who wakes first?', owner_id: world.people.callum.id },
      { what: 'Walk in on Friday', owner_id: world.people.nasrin.id },
    ]);
    expect(await verifyAll(world.storage.db)).toMatchObject({ files: 2, entries: 2, broken: [] });
    expect((await review(world, meeting)).entries.flatMap((entry) => entry.cards)).toEqual([]);
  });

  it('[F23] an answer is an entry behind the one that holds the recommendation, in each of their files, once', async () => {
    const world = await openWorld(engine);
    const meeting = await openMeeting(world);
    const { ines } = await decide(world);
    const { delroy, nasrin } = world.people;
    const record = async () => {
      const { entries } = await review(world, meeting);
      expect((await commit(world, delroy, body(meeting, entries))).status).toBe(200);
    };
    await record();
    const asked = [...readBoard(ines.doc).values()].find(
      (card) => card.kind === 'decision' && card.level === 'resource-panel',
    )!;
    const hers = await board(world, nasrin);
    hers.add('answer', {
      decision: asked.id,
      says: 'agreed',
      asked: 'Ask for Rapid Response',
      text: 'six weeks',
      who: 'the chair',
      on,
    });
    await hers.allSaved();
    await record();
    expect((await review(world, meeting)).entries).toEqual([]);
    const rows = await world.storage.db
      .selectFrom('entries')
      .select(['file', 'seq', 'kind', 'header', 'body'])
      .where('kind', '=', 'Answer')
      .execute();
    expect(rows.map((row) => [row.file, Number(row.seq)]).sort()).toEqual(
      world.children.map((child) => [child, 3]).sort(),
    );
    for (const row of rows) {
      expect(JSON.parse(row.header)).toMatchObject({ v: 2, refers: { kind: 'answers', seq: 1 } });
      expect(row.body).toContain(
        'recommended to the Resource Panel: agreed, said on 25 November 2026: six weeks.',
      );
    }
    expect(await verifyAll(world.storage.db)).toMatchObject({ files: 2, entries: 6, broken: [] });
    const { child, copy } = { child: world.children[0], copy: { format: 'text' } };
    const text = await call(world.server, delroy, 'POST', `/api/children/${child}/copies`, { body: copy });
    expect(text.status).toBe(200);
  });

  it('[F7] a commit sent twice writes once, and two coordinators at once write once', async () => {
    const world = await openWorld(engine);
    const meeting = await openMeeting(world);
    await decide(world);
    const { entries } = await review(world, meeting);
    const ask = body(meeting, entries);
    const [first, twice] = await Promise.all([
      commit(world, world.people.delroy, ask),
      commit(world, world.people.delroy, ask),
    ]);
    expect(first.body).toEqual(twice.body);
    expect(first.status).toBe(200);
    const other = await commit(world, world.people.delroy, body(meeting, entries));
    expect(other).toMatchObject({ status: 409, body: { reason: 'changed' } });
    expect(await entriesOf(world)).toHaveLength(2);
  });

  it('[F11] if something changed since it was read nothing is written, for no child', async () => {
    const world = await openWorld(engine);
    const meeting = await openMeeting(world);
    const { ines, decision } = await decide(world);
    const { entries } = await review(world, meeting);
    textOf(ines.doc, decision, 'text')!.insert(0, 'Perhaps ');
    await ines.allSaved();
    expect(await commit(world, world.people.delroy, body(meeting, entries))).toMatchObject({
      status: 409,
      body: { reason: 'changed' },
    });
    expect(await entriesOf(world)).toEqual([]);
    expect(await world.storage.db.selectFrom('tasks').selectAll().execute()).toEqual([]);
  });

  it('[F3] a changed byte, a missing entry and a cut end are found, and the file takes no more', async () => {
    const world = await openWorld(engine);
    const meeting = await openMeeting(world);
    await decide(world);
    await commit(world, world.people.delroy, body(meeting, (await review(world, meeting)).entries));
    const { db } = world.storage;
    const drop =
      engine === 'sqlite' ? ['drop trigger entries_no_update'] : ['drop trigger entries_frozen on entries'];
    for (const statement of drop) await sql.raw(statement).execute(db);
    const row = await db
      .selectFrom('entries')
      .select('body')
      .where('file', '=', world.children[0])
      .executeTakeFirstOrThrow();
    await db
      .updateTable('entries')
      .set({ body: row.body!.replace('sleep', 'sweep') })
      .where('file', '=', world.children[0])
      .execute();
    expect((await verifyAll(db)).broken).toMatchObject([{ file: world.children[0], seq: 1 }]);
    const correction = await call(
      world.server,
      world.people.delroy,
      'POST',
      `/api/children/${world.children[0]}/corrections`,
      { body: { corrects: 1, text: 'x', once: crypto.randomUUID() } },
    );
    expect(correction).toMatchObject({ status: 409, body: { reason: 'chain-broken' } });
  });
});

it('[F13] a file that was written anew as a whole is found by what was signed elsewhere', async () => {
  const world = await openWorld('sqlite');
  const meeting = await openMeeting(world);
  await decide(world);
  const { db } = world.storage;
  const folder = await mkdtemp(join(tmpdir(), 'wednesday-signed-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [dir, keyFile] = [join(folder, 'elsewhere'), join(folder, 'key.pem')];
  const sign = (now: number) => writeCheckpoint({ storage: world.storage, dir, keyFile, now });
  const look = async () => (await verifyCheckpoints(db, { dir, keyFile })).broken;
  await sign(Date.now());
  await commit(world, world.people.delroy, body(meeting, (await review(world, meeting)).entries));
  // By a clock that was set back meanwhile: what is numbered comes in its order all the same.
  const second = await sign(Date.now() - 3_600_000);
  expect(await sign(Date.now() + 2)).toBe(null);
  expect(await look()).toEqual([]);
  const text = await readFile(second!, 'utf8');
  expect(text).not.toMatch(/Aylin|Deniz|Kaya|sleep/);

  // Somebody with the whole database in their hands makes a chain that holds in itself.
  for (const trigger of ['entries_no_update', 'entries_no_delete'])
    await sql.raw(`drop trigger if exists ${trigger}`).execute(db);
  await db.deleteFrom('entries').where('file', '=', world.children[0]).execute();
  await world.storage.write((trx) =>
    appendEntry(trx, {
      file: world.children[0], at: 1, by: world.people.delroy.id, session: 's', board: 'b', boardSeq: 1,
      kind: 'Unit meeting', refers: null, body: { on: '2026-11-18', title: 'Another story', sections: [] },
    }),
  ); // prettier-ignore
  expect((await verifyAll(db)).broken).toEqual([]);
  expect(await look()).toEqual([`File ${world.children[0]}: entry 1 is not the one that was signed.`]);

  await writeFile(second!, text.replace('"seq":1', '"seq":2'));
  expect((await look())[0]).toMatch(/was changed, or signed with another key/);
  await writeFile(second!, text);
  await rm(join(dir, (await readdir(dir)).sort()[0]!));
  expect((await look())[0]).toMatch(/one is missing or was changed/);
});

it('[P35] the consultant takes the coordinator’s pen for this meeting with a fresh proof; of two who commit, one is told', async () => {
  const world = await openWorld('sqlite');
  const { delroy, yewande, callum } = world.people;
  const [meeting, other] = [await openMeeting(world), await openMeeting(world, '2026-11-11')];
  await decide(world);
  const line = (who: Signed) => new LiveClient({ server: world.server, who, meeting });
  const [hers, his] = [line(yewande), line(delroy)];
  for (const who of [callum, delroy])
    expect(await line(who).act({ does: 'take-pen' })).toMatchObject({ ok: false, reason: 'not-allowed' });
  const proveAt = (at: number) =>
    world.storage.db
      .updateTable('sessions')
      .set({ proof_at: at })
      .where('member_id', '=', yewande.id)
      .execute();
  await proveAt(Date.now() - 6 * 60_000);
  expect(await hers.act({ does: 'take-pen' })).toMatchObject({ ok: false, reason: 'proof-needed' });
  await proveAt(Date.now());
  // Pressed twice, it is taken once.
  for (const _press of [1, 2]) expect(await hers.act({ does: 'take-pen' })).toMatchObject({ ok: true });
  const pens = async (who: Signed) =>
    ((await call(world.server, who, 'GET', `/api/meetings/${meeting}`)).body as unknown as MeetingPage).state
      .pens;
  expect(await pens(callum)).toMatchObject([{ power: 'record', to: yewande.id, taken: true }]);
  const { entries } = await review(world, meeting, yewande);
  expect((await commit(world, yewande, body(other, entries))).status).toBe(403);
  const answers = await Promise.all(
    [yewande, delroy].map((who) => commit(world, who, body(meeting, entries))),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  const files = await entriesOf(world);
  expect(files).toHaveLength(2);
  for (const file of files) expect(file.body).toContain('Yewande Afolabi took the coordinator’s pen.');
  const audit = await world.storage.db.selectFrom('audit').select(['act', 'member_id', 'subject']).execute();
  expect(audit.filter((row) => row.act === 'took the coordinator’s pen')).toEqual([
    { act: 'took the coordinator’s pen', member_id: yewande.id, subject: meeting },
  ]);
  // The coordinator is back, and has only to say so; nobody else has.
  expect(await line(callum).act({ does: 'take-pen-back', power: 'record' })).toMatchObject({ ok: true });
  expect(await pens(callum)).toHaveLength(1);
  expect(await his.act({ does: 'take-pen-back', power: 'record' })).toMatchObject({ ok: true });
  expect(await pens(callum)).toEqual([]);
  expect((await commit(world, yewande, body(meeting, entries))).status).toBe(403);
  // It ends where she leads no more.
  await hers.act({ does: 'take-pen' });
  await world.storage.db
    .updateTable('members')
    .set({ role: 'social-worker' })
    .where('id', '=', yewande.id)
    .execute();
  expect((await commit(world, yewande, body(meeting, entries))).status).toBe(403);
});

it('[F16] a redaction knows a brother or sister who stands on the map alone', async () => {
  const world = await openWorld('sqlite');
  const page = await board(world, world.people.ines);
  page.add('person', { name: 'Suleyma Ortiz', gender: 'female', isChild: true });
  page.add('person', { name: 'Bogdan Ortiz', gender: 'male', isChild: false });
  await page.allSaved();
  const [file] = world.children;
  const by = world.people.delroy.id;
  const at = Date.now();
  await world.storage.write((trx) =>
    appendEntry(trx, {
      file, at, by, session: 's', board: 'b', boardSeq: 1, kind: 'Unit meeting', refers: null,
      body: { text: 'Fetch [another child] from her gran, and [another child] from school' },
    }),
  ); // prettier-ignore
  for (const what of ['Fetch Suleyma from her gran', 'Fetch Bogdan from her gran'])
    await world.storage.write((trx) =>
      giveTask(trx, {
        unit: world.unit, family: world.family, card: what, origin: 'risk:1', owner: null, due: null, by, what, children: [file], at,
      }),
    ); // prettier-ignore
  await world.storage.write((trx) =>
    redactEntry(trx, { file, seq: 1, why: 'A court ordered it.', by: 'operator', at: at + 1 }),
  );
  const tasks = await world.storage.db.selectFrom('tasks').select('what').orderBy('card').execute();
  expect(tasks.map((task) => task.what)).toEqual(['Fetch Bogdan from her gran', 'Taken out of the file']);
});

it('[P5] only the coordinator commits, or who holds that pen; only they and the consultant choose for the file', async () => {
  const world = await openWorld('sqlite');
  const meeting = await openMeeting(world);
  const { ines, thought } = await decide(world);
  const { entries, mayCommit } = await review(world, meeting, world.people.callum);
  expect(mayCommit).toBe(false);
  for (const who of ['callum', 'nasrin', 'ines', 'yewande'] as const)
    expect((await commit(world, world.people[who], body(meeting, entries))).status, who).toBe(403);
  setField(ines.doc, thought, `about:${world.children[0]}`, true);
  await ines.allSaved();
  setField(ines.doc, thought, 'file', 'We are wondering whether anybody has asked Marlon.');
  await expect.poll(() => ines.closed?.code).toBe(4409);
  const yewande = await board(world, world.people.yewande);
  setField(yewande.doc, thought, 'file', 'We are wondering whether anybody has asked Marlon.');
  await yewande.allSaved();
  await commit(world, world.people.delroy, body(meeting, (await review(world, meeting)).entries));
  const files = JSON.stringify(await entriesOf(world));
  expect(files).toContain('We are wondering whether anybody has asked Marlon.');
  expect(files).toContain('Put forward by the clinician; still to be tested.');
  expect(files).not.toContain('Marlon drinks');
});

it('[F27] what a seat has read of each child is kept by its digest, for this meeting, and is nobody else’s', async () => {
  const world = await openWorld('sqlite');
  const meeting = await openMeeting(world);
  const { ines } = await decide(world);
  const { delroy, callum, yewande } = world.people;
  const [entry] = (await review(world, meeting)).entries;
  const read = (who: Signed, ask: object = {}) =>
    call(world.server, who, 'POST', `/api/families/${world.family}/reads`, {
      body: { meeting, child: entry!.child, digest: entry!.digest, ...ask },
    });
  expect((await review(world, meeting)).read).toEqual({});
  // Whoever does not commit has nothing to keep here; nor has another family’s child, or a meeting that is not there.
  for (const who of [callum, yewande]) expect((await read(who)).status).toBe(403);
  expect((await read(world.guest)).status).toBe(404);
  expect((await read(delroy, { child: crypto.randomUUID() })).status).toBe(404);
  expect((await read(delroy, { digest: 'short' })).status).toBe(400);
  expect((await read(delroy)).status).toBe(200);
  expect((await review(world, meeting)).read).toEqual({ [entry!.child]: entry!.digest });
  expect((await review(world, meeting, yewande)).read).toEqual({});
  // Changed since, it is another entry than the one that was read.
  ines.add('decision', { text: 'And one more', level: 'unit', [`child:${entry!.child}`]: true });
  await ines.allSaved();
  const later = await review(world, meeting);
  expect(later.entries.find((one) => one.child === entry!.child)!.digest).not.toBe(later.read[entry!.child]);
  // Committed, it is read no more: the entry that may come after it is another.
  await commit(world, delroy, body(meeting, later.entries));
  expect((await review(world, meeting)).read).toEqual({});
});

it('[F27] a second commit of one meeting writes of whom there is something new, and of nobody else', async () => {
  const world = await openWorld('sqlite');
  const meeting = await openMeeting(world);
  const { ines } = await decide(world);
  const { delroy } = world.people;
  const first = await review(world, meeting);
  expect(first.entries.length).toBe(world.children.length);
  await commit(world, delroy, body(meeting, first.entries));
  expect((await review(world, meeting)).entries).toEqual([]);
  ines.add('decision', {
    text: 'Callum rings the school',
    level: 'unit',
    [`child:${world.children[1]}`]: true,
  });
  await ines.allSaved();
  const second = await review(world, meeting);
  expect(second.entries.map((one) => one.child)).toEqual([world.children[1]]);
  expect(second.warnings.filter(({ about }) => about === 'wishes' || about === 'risk')).toEqual([]);
  await commit(world, delroy, body(meeting, second.entries));
  for (const [index, child] of world.children.entries()) {
    const { entries } = (await call(world.server, delroy, 'GET', `/api/children/${child}/file`)).body as {
      entries: { kind: string }[];
    };
    expect(entries.filter((one) => one.kind === 'Unit meeting').length).toBe(index === 1 ? 2 : 1);
  }
});

it('[F12] a correction is a new entry that names the old one, and the first words stay', async () => {
  const world = await openWorld('sqlite');
  const meeting = await openMeeting(world);
  await decide(world);
  await commit(world, world.people.delroy, body(meeting, (await review(world, meeting)).entries));
  const once = crypto.randomUUID();
  const ask = { body: { corrects: 1, text: 'She asked on Thursday.', once } };
  const path = `/api/children/${world.children[0]}/corrections`;
  expect((await call(world.server, world.people.nasrin, 'POST', path, ask)).body).toEqual(
    (await call(world.server, world.people.nasrin, 'POST', path, ask)).body,
  );
  const file = (
    await call(world.server, world.people.nasrin, 'GET', `/api/children/${world.children[0]}/file`)
  ).body as { entries: { seq: number; refers: object | null }[]; broken: unknown };
  expect(file.broken).toBeNull();
  expect(file.entries.map(({ seq, refers }) => [seq, refers])).toEqual([
    [1, null],
    [2, { kind: 'corrects', seq: 1 }],
  ]);
  const views = (
    await call(world.server, world.people.delroy, 'GET', `/api/children/${world.children[0]}/views`)
  ).body as { views: { by: string; what: string }[] };
  expect(views.views).toMatchObject([{ by: 'Nasrin Chowdhury', what: 'read' }]);
});

it('[F10] a file is copied as text, tagged PDF and JSON, with names that are hard to write', async () => {
  const world = await openWorld('sqlite');
  const meeting = await openMeeting(world);
  const { ines } = await decide(world);
  ines.add('decision', {
    text: 'مريم and “Олена” <b>see</b> Nene ਸਿੰਘ',
    because: `${'long '.repeat(90)}`,
    [`child:${world.children[0]}`]: true,
  });
  await ines.allSaved();
  await commit(world, world.people.delroy, body(meeting, (await review(world, meeting)).entries));
  const copy = (format: string) =>
    call(world.server, world.people.delroy, 'POST', `/api/children/${world.children[0]}/copies`, {
      body: { format },
    });
  expect((await copy('text')).text).toContain('مريم and “Олена” <b>see</b> Nene ਸਿੰਘ');
  expect((await copy('text')).text).not.toContain('Saturday');
  expect((await copy('text')).text).toMatch(
    /^Aylin Kaya-Bright\nBorn 1 March 2014\. No council’s number\.\n/,
  );
  expect(JSON.parse((await copy('json')).text)).toMatchObject({ born: '2014-03-01', number: null });
  expect((JSON.parse((await copy('json')).text) as { holds: boolean }).holds).toBe(true);
  const pdf = await copy('pdf');
  expect(pdf.text.slice(0, 5)).toBe('%PDF-');
  expect(pdf.text).toContain('/StructTreeRoot');
  expect(pdf.text).toContain('/FontFile');
  expect(pdf.text).not.toContain('/Figure');
});

it('[T2] a task is ticked, carried on, let go with why; two who press at once do not undo one another', async () => {
  const world = await openWorld('sqlite');
  const given = await call(world.server, world.people.ines, 'POST', `/api/families/${world.family}/tasks`, {
    body: { card: crypto.randomUUID(), what: 'Ring the school', due: on },
  });
  const path = `/api/tasks/${given.body.id as string}/acts`;
  const act = (who: Signed, revision: number, does: object) =>
    call(world.server, who, 'POST', path, { body: { revision, act: does } });
  expect((await act(world.people.callum, 0, { does: 'let-go', why: '' })).status).toBe(400);
  const both = await Promise.all([
    act(world.people.callum, 0, { does: 'carry-on' }),
    act(world.people.ines, 0, { does: 'done' }),
  ]);
  expect(both.map((answer) => answer.status).sort()).toEqual([200, 409]);
  expect((await act(world.guest, 1, { does: 'done' })).status).toBe(404);
});

it('[H9] children that were not reached are named when the meeting closes', async () => {
  const world = await openWorld('sqlite');
  const meeting = await openMeeting(world);
  const settle = (outcome: string, why: string, children: readonly string[]) =>
    call(world.server, world.people.callum, 'POST', `/api/families/${world.family}/reached`, {
      body: { meeting, children, outcome, why },
    });
  expect((await settle('deferred', '', [world.children[0]])).status).toBe(400);
  expect((await settle('deferred', 'Samir is off sick', [world.children[0]])).status).toBe(200);
  const page = (await call(world.server, world.people.callum, 'GET', `/api/meetings/${meeting}`)).body as {
    unreached: string[];
  };
  expect(page.unreached).toEqual([world.children[1]]);
  expect(cardsOf((await board(world, world.people.callum)).doc).size).toBe(0);
});

it.each(ENGINES)(
  '[T3] what became of a date is said once, with why, and its story stays, on %s',
  async (engine) => {
    const world = await openWorld(engine, { env: { WEDNESDAY_TODAY: '2026-11-21' } });
    const { delroy, callum } = world.people;
    const path = `/api/families/${world.family}/dates`;
    const added = await call(world.server, callum, 'POST', path, {
      body: { kind: 'conference', on: '2026-11-20', what: 'Review conference' },
    });
    const id = added.body.id as string;
    const say = (who: Signed, revision: number, act: object) =>
      call(world.server, who, 'POST', `${path}/${id}/acts`, { body: { revision, act } });
    expect((await say(callum, 0, { does: 'missed', why: ' ' })).status).toBe(400);
    // Nothing was held on a day that has not come.
    const ahead = (
      await call(world.server, callum, 'POST', path, {
        body: { kind: 'court', on: '2026-12-01', what: 'Hearing' },
      })
    ).body.id as string;
    for (const act of [{ does: 'held' }, { does: 'missed', why: 'no' }]) {
      const refused = await call(world.server, callum, 'POST', `${path}/${ahead}/acts`, {
        body: { revision: 0, act },
      });
      expect([refused.status, refused.body.code]).toEqual([400, 'day-ahead']);
    }
    expect((await call(world.server, callum, 'DELETE', `${path}/${ahead}`)).status).toBe(200);
    // What nobody has ended is not opened again.
    expect((await say(callum, 0, { does: 'open-again' })).status).toBe(409);
    // A day that has passed would be history, and asked after by nobody.
    expect((await say(callum, 0, { does: 'move', on: '2025-11-27', why: 'A slip' })).body.code).toBe(
      'day-passed',
    );
    const [one, other] = await Promise.all([
      say(callum, 0, { does: 'move', on: '2026-11-21', why: 'The chair was ill' }),
      say(delroy, 0, { does: 'held' }),
    ]);
    expect([one.status, other.status].sort()).toEqual([200, 409]);
    const read = async () =>
      (await call(world.server, callum, 'GET', `/api/families/${world.family}`))
        .body as unknown as FamilyPage;
    const [date] = (await read()).dates;
    expect(date!.story).toHaveLength(1);
    expect((await say(callum, 1, { does: 'missed', why: 'Nobody came' })).status).toBe(200);
    const [missed] = (await read()).dates;
    expect(missed).toMatchObject({ state: 'missed', revision: 2 });
    expect(missed!.story!.at(-1)).toMatchObject({ does: 'missed', why: 'Nobody came', by: callum.id });
    expect((await call(world.server, callum, 'DELETE', `${path}/${id}`)).status).toBe(200);
    // One that is not there is not taken away, and nothing is said of it.
    expect((await call(world.server, callum, 'DELETE', `${path}/${id}`)).status).toBe(404);
    expect((await say(callum, 2, { does: 'held' })).status).toBe(404);
    const acts = (
      await world.storage.db.selectFrom('audit').select('act').where('act', 'like', 'date%').execute()
    ).map((row) => row.act);
    expect(acts.filter((act) => act === 'date taken away')).toHaveLength(2);
    expect(acts).toContain('date: missed');
  },
);

it.each(ENGINES)(
  '[F30] a child’s chronology is of that child or the whole family, and what was taken out of the file by law does not come back into it, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { callum, delroy, yewande } = world.people;
    const [aylin, deniz] = world.children;
    const meeting = await openMeeting(world);
    const hers = await board(world, yewande);
    const fact = (text: string, about: string[], known: boolean | null = null) =>
      hers.add('news', { text, about, known, on: '2026-11-20', how: '', who: '' });
    fact('Needleworth was told of the bruise', [aylin], true);
    fact('Something about her brother', [deniz]);
    fact('Somebody rang', []);
    hers.add('figure', { childId: aylin, what: 'Attendance', value: '91.5', unit: '%', who: '' });
    hers.add('figure', { childId: deniz, what: 'Attendance', value: '31.5', unit: '%', who: '' });
    await hers.allSaved();
    const dates = `/api/families/${world.family}/dates`;
    const added = await call(world.server, callum, 'POST', dates, {
      body: { kind: 'court', on: '2026-11-24', what: 'Hearing' },
    });
    await call(world.server, callum, 'POST', `${dates}/${added.body.id as string}/acts`, {
      body: { revision: 0, act: { does: 'missed', why: 'Quillfeather was ill' } },
    });
    const read = async (child: string) =>
      JSON.stringify((await call(world.server, callum, 'GET', `/api/children/${child}/chronology`)).body);
    const before = await read(aylin);
    for (const says of ['Needleworth', 'Hearing: missed, Quillfeather was ill', '91.5'])
      expect(before, says).toContain(says);
    for (const says of ['brother', 'Somebody rang', '31.5', delroy.id, yewande.id])
      expect(before, says).not.toContain(says);
    expect(await read(deniz)).not.toMatch(/Needleworth|91\.5/);

    const { entries } = await review(world, meeting);
    expect(JSON.stringify(entries)).toContain('Hearing, 24 November 2026: missed');
    expect((await commit(world, delroy, body(meeting, entries))).status).toBe(200);
    const { seq } = await world.storage.db
      .selectFrom('entries')
      .select('seq')
      .where('file', '=', aylin)
      .executeTakeFirstOrThrow();
    await world.storage.write((trx) =>
      redactEntry(trx, {
        file: aylin,
        seq: Number(seq),
        why: 'A court ordered it.',
        by: 'operator',
        at: Date.now(),
      }),
    );
    const after = await read(aylin);
    for (const gone of ['Needleworth', 'Quillfeather', '91.5']) expect(after, gone).not.toContain(gone);
    expect(after).toContain('Hearing: missed, Taken out of the file');
    // That it was read is written down.
    const { body: seen } = await call(world.server, delroy, 'GET', `/api/children/${aylin}/views`);
    expect(JSON.stringify(seen)).toContain('read the chronology');
  },
);

it('[F11] somebody who goes, and the unit’s moving on, change nothing that was read', async () => {
  const world = await openWorld('sqlite', { env: { WEDNESDAY_TODAY: on } });
  const { callum, delroy, ines } = world.people;
  const meeting = await openMeeting(world);
  await decide(world);
  const at = (who: Signed) => new LiveClient({ server: world.server, who, meeting });
  const lead = at(world.people.yewande);
  await Promise.all([lead.join(), at(callum).join('home')]);
  const page = (await call(world.server, delroy, 'GET', `/api/meetings/${meeting}`))
    .body as unknown as MeetingPage;
  const item = page.state.agenda.find((one) => one.family === world.family)!;
  expect(await lead.act({ does: 'focus', item: item.id })).toMatchObject({ ok: true });
  const { entries } = await review(world, meeting);
  await at(ines).join();
  await lead.act({ does: 'focus', item: null });
  const now = await review(world, meeting);
  expect(now.entries.map((one) => one.digest)).toEqual(entries.map((one) => one.digest));
  expect((await commit(world, delroy, body(meeting, entries))).status).toBe(200);
  // What is sealed says who was there all the same.
  for (const { file, body: sealed } of await entriesOf(world))
    if (file) expect(sealed, file).toContain('From home: Callum Brannigan');
});
