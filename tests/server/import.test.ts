import type { KyselyPlugin } from 'kysely';
import { readFile } from 'node:fs/promises';
import { expect, it, onTestFinished } from 'vitest';
import { inOrder, readBoard } from '#domain/board/board.ts';
import type { Mend, Problem } from '#domain/people/import.ts';
import { setField } from '#domain/board/write.ts';
import { importFiles } from '../../server/record/import.ts';
import { actOnDate, readDates } from '../../server/storage/queries/dates.ts';
import { mendChild } from '../../server/storage/queries/families.ts';
import type { Storage, Trx } from '../../server/storage/storage.ts';
import { BoardClient } from '../support/board-client.ts';
import { call } from '../support/call.ts';
import { LiveClient } from '../support/live-client.ts';
import { layFamily } from '../support/people.ts';
import { ENGINES, freshStorage } from '../support/storage.ts';
import { until } from '../support/until.ts';
import { openWorld } from '../support/world.ts';

const caseC4 = () => readFile(new URL('../fixtures/case-c4.json', import.meta.url), 'utf8');
const by = { unit: null, seen: null, by: null, now: Date.parse('2026-11-25T10:00:00Z'), dryRun: false };

it('[I1] each bad row is named with its line, column and reason, and nothing is half imported', async () => {
  const storage = await freshStorage('sqlite');
  const files = [
    { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
    { name: 'families.csv', text: 'ref,name\nF1,Haque-Ellis\nF1,Twice\n' },
    {
      name: 'mulberry-children.csv',
      text: 'ref;family;given;Date of birth;gender\nC1;F1;Rory;31/02/2019;male\nC2;F9;Safa;01/03/2020;princess\n',
    },
    { name: 'relations.csv', text: 'family,person,is,of\nF1,C1,mother,P-2217\n' },
    {
      name: 'households.csv',
      text: 'ref,family,name,people,from,until\nH1,F1,Home,C1,12/09/2025,03/09/2025\n',
    },
    { name: 'pets.csv', text: 'a,b\n' },
    { name: 'broken.json', text: '{"families": [\n{"ref": 1,,}]}' },
  ];
  const outcome = await importFiles(storage, { ...by, files });
  expect(outcome.done).toBe(false);
  const told = outcome.problems.map((one) => `${one.file} ${one.line} ${one.column}: ${one.why}`);
  for (const [where, why] of [
    ['families.csv 3 ref', 'stands in another row'],
    ['mulberry-children.csv 2 born', 'February 2019 has no day 31'],
    ['mulberry-children.csv 3 family', 'ref F9'],
    ['mulberry-children.csv 3 gender', 'one of: female'],
    ['relations.csv 2 is', 'one of: child'],
    ['relations.csv 2 of', 'P-2217'],
    ['households.csv 2 until', 'ends before it begins'],
    ['pets.csv', 'name of a CSV file'],
    ['broken.json 2', 'not JSON'],
  ] as const)
    expect(
      told.find((line) => line.startsWith(where) && line.includes(why)),
      where,
    ).toBeDefined();
  for (const table of ['units', 'families', 'children', 'intake'] as const)
    expect(await storage.db.selectFrom(table).selectAll().execute()).toEqual([]);
});

it('[F25] a birth comes in as far as it is known, and goes on the map as it is', async () => {
  const storage = await freshStorage('sqlite');
  const unit = { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' };
  const families = { name: 'families.csv', text: 'ref,name\nF1,Haque-Ellis\n' };
  const children = (born: string) => ({
    name: 'children.csv',
    text: `ref,family,given,born\nC1,F1,Rory,2014\nC2,F1,Safa,June 2016\nC3,F1,Amal,${born}\n`,
  });
  const adults = { name: 'adults.csv', text: 'ref,family,given,born,died\nA1,F1,Mo,1984,3/2019\n' };
  const refused = await importFiles(storage, { ...by, files: [unit, families, children('about 3'), adults] });
  expect(refused.problems.map((one) => `${one.line} ${one.column}: ${one.why}`)).toEqual([
    '4 born: Write of when this age is: about 3 in June 2024, about 18 months in June 2024.',
  ]);
  for (const notYet of ['Dec 9999', '2027', 'about 3 in May 2030'])
    expect(
      (await importFiles(storage, { ...by, files: [unit, families, children(notYet), adults] })).problems.map(
        (one) => `${one.line} ${one.column}: ${one.why}`,
      ),
      notYet,
    ).toEqual(['4 born: This day has not come yet. For somebody who is not born, write when they are due.']);
  // A year within which somebody was born and died, and an age that leaves it open, stand.
  const deaths = {
    name: 'adults.csv',
    text: 'ref,family,given,born,died\nA1,F1,Mo,2014-06-03,2014\nA2,F1,Al,about 40 in June 2024,2025-01-01\n',
  };
  expect(
    (await importFiles(storage, { ...by, dryRun: true, files: [unit, families, children('2019'), deaths] }))
      .problems,
  ).toEqual([]);
  const outcome = await importFiles(storage, {
    ...by,
    files: [unit, families, children('about 3 in June 2024'), adults],
  });
  expect(outcome.problems).toEqual([]);
  expect(
    (await storage.db.selectFrom('children').select('born').orderBy('ref').execute()).map((row) => row.born),
  ).toEqual(['2014', '2016-06', '~3@2024-06']);
  const facts = await storage.db.selectFrom('intake').select('facts').execute();
  for (const words of ['"1984"', '"2019-03"', '"~3@2024-06"'])
    expect(
      facts.some((row) => String(row.facts).includes(words)),
      words,
    ).toBe(true);
  const again = await importFiles(storage, {
    ...by,
    files: [unit, families, children('about 3 in June 2024'), adults],
  });
  expect(again.counts.children).toEqual({ new: 0, changed: 0, same: 3 });
});

it('[F28] a fact comes in with the day on which it happened, as far as it is known, and the day on which we were told', async () => {
  const storage = await freshStorage('sqlite');
  const files = (on: string, told: string) => [
    { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
    { name: 'families.csv', text: 'ref,name\nF1,Haque-Ellis\n' },
    { name: 'news.csv', text: `ref,family,on,told,text\nN1,F1,${on},${told},Was in care elsewhere\n` },
  ];
  const refused = await importFiles(storage, { ...by, files: files('long ago', 'March 2026') });
  expect(refused.problems.map((one) => `${one.column}: ${one.why}`)).toEqual([
    'on: Write a day, a month or a year: 28/02/2019, 2019-02 or 2019.',
    'told: Write the day as 28/02/2019 or 2019-02-28.',
  ]);
  expect(await importFiles(storage, { ...by, files: files('June 2019', '17/11/2026') })).toMatchObject({
    done: true,
  });
  const { facts } = await storage.db.selectFrom('intake').select('facts').executeTakeFirstOrThrow();
  expect(facts).toContain('"on":"2019-06"');
  expect(facts).toContain('"toldOn":"2026-11-17"');
});

it('[F5] words that nobody said were said, and a child that nobody said how was seen, come in as not said', async () => {
  const storage = await freshStorage('sqlite');
  const files = [
    { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
    { name: 'families.csv', text: 'ref,name\nF1,Haque-Ellis\n' },
    { name: 'children.csv', text: 'ref,family,given,born\nC1,F1,Rory,2019-02-03\n' },
    { name: 'words.csv', text: 'ref,family,child,words,means\nW1,F1,C1,Settled,\nW2,F1,C1,Quiet,saw\n' },
    { name: 'seen.csv', text: 'ref,family,child,on,by,how\nS1,F1,C1,2026-11-18,,\n' },
  ];
  expect(await importFiles(storage, { ...by, files })).toMatchObject({
    done: true,
    problems: [],
    // Whoever brings them in is told of each row.
    unsaid: [
      { file: 'words.csv', table: 'words', line: 2, what: 'said-or-seen' },
      { file: 'seen.csv', table: 'seen', line: 2, what: 'seen-how' },
    ],
  });
  const { facts } = await storage.db.selectFrom('intake').select('facts').executeTakeFirstOrThrow();
  for (const says of ['"means":null', '"means":"saw"', '"how":null']) expect(facts).toContain(says);
});

it('[M9] harm comes in with how sure it is and who says so; a fact, a parent’s view and a number with all that was said of them', async () => {
  const storage = await freshStorage('sqlite');
  const files = (more: { name: string; text: string }[]) => [
    { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
    { name: 'families.csv', text: 'ref,name\nF1,Haque-Ellis\n' },
    { name: 'children.csv', text: 'ref,family,given,born\nC1,F1,Rory,2019-02-03\n' },
    {
      name: 'adults.csv',
      text: 'ref,family,given,Not to have\nA1,F1,Marlon,Donna’s address\nA2,F1,Donna,\n',
    },
    ...more,
  ];
  const refused = await importFiles(storage, {
    ...by,
    files: files([
      { name: 'figures.csv', text: 'ref,family,child,what,value\nG1,F1,C1,Attendance,82%\n' },
      { name: 'relations.csv', text: 'ref,family,person,is,of,sure\nR1,F1,A1,harm,A2,proved\n' },
    ]),
  });
  expect(refused.problems.map((one) => `${one.column}: ${one.why}`)).toEqual([
    'value: Write the number alone, such as 82 or 12.4; what it is measured in has its own column.',
    'sure: It must be one of: fact, seen, reported, view, alleged, denied, admitted, found, convicted, acquitted.',
  ]);
  const good = files([
    { name: 'figures.csv', text: 'ref,family,child,what,value,unit,on,by\nG1,F1,C1,Attendance,82,%,13/11/2026,School register\n' },
    { name: 'relations.csv', text: 'ref,family,person,is,of,sure,source,harm\nR1,F1,A1,harm,A2,acquitted,Court list,violence\n' },
    { name: 'accounts.csv', text: 'ref,family,person,words,children\nV1,F1,A2,He held my wrists,C1\n' },
    { name: 'news.csv', text: 'ref,family,on,text,sure,otherSays\nN1,F1,2019,Donna says Marlon pushed her,alleged,He denies it\nN2,F1,2020,Moved,,\n' },
  ]); // prettier-ignore
  expect(await importFiles(storage, { ...by, files: good })).toMatchObject({ done: true, problems: [] });
  const { facts } = await storage.db.selectFrom('intake').select('facts').executeTakeFirstOrThrow();
  expect(facts).toContain('Donna’s address');
  const laid = (JSON.parse(facts) as { kind: string; fields: Record<string, unknown> }[])
    .filter((fact) => ['figure', 'tie', 'account', 'news'].includes(fact.kind))
    .map(({ kind, fields }) => [
      kind,
      fields.value ?? fields.sure ?? fields.text,
      fields.standing ?? fields.source ?? fields.child ?? fields.who,
    ]);
  expect(laid).toEqual([
    ['tie', 'acquitted', 'Court list'],
    ['account', 'He held my wrists', [expect.any(String)]],
    ['figure', '82', 'School register'],
    ['news', 'Donna says Marlon pushed her', 'alleged'],
    ['news', 'Moved', ''],
  ]);
  const again = await importFiles(storage, { ...by, files: good });
  expect(Object.values(again.counts).every((count) => count.new + count.changed === 0)).toBe(true);
});

it('[I2] what a later report leaves out was said all the same; harm stays harm, and a number names the one who said it', async () => {
  const world = await openWorld('sqlite');
  let week = 0;
  const bring = (more: Record<string, string>) =>
    importFiles(world.storage, {
      ...by,
      now: by.now + 604_800_000 * week++,
      unit: world.unit,
      files: Object.entries({
        'families.csv': 'ref,name\nF1,Nowicki\n',
        // The refs of one table say nothing of another's.
        'children.csv': 'ref,family,given\n1,F1,Tom\n',
        'adults.csv': 'ref,family,given\n1,F1,Marlon\n2,F1,Ewa\n3,F1,Jan\n',
        ...more,
      }).map(([name, text]) => ({ name, text })),
    });
  const first = await bring({
    'accounts.csv': 'ref,family,person,words,children\nV,F1,1,I was asked to go,1\n',
    'seen.csv': 'ref,family,child,on,how\nS,F1,1,2026-11-03,alone\n',
    'news.csv': 'ref,family,on,told,text,sure\nN,F1,2019,2026-11-02,Pushed her,alleged\n',
    'relations.csv': 'ref,family,person,is,of,sure\nR,F1,3,harm,2,convicted\n',
  });
  await bring({
    'seen.csv': 'ref,family,child,on,how\nS,F1,1,2026-11-03,\n',
    'news.csv': 'ref,family,on,text\nN,F1,2019,Pushed her\n',
    'relations.csv': 'ref,family,person,is,of,sure\nR,F1,3,close,2,\n',
  });
  const family = first.ids.get('families:F1')!;
  const page = await new BoardClient({ server: world.server, family, member: world.people.callum }).synced();
  await until(() => inOrder(readBoard(page.doc), 'tie').length > 0, 'the board has taken it in');
  const cards = readBoard(page.doc);
  expect(inOrder(cards, 'account')[0]!.who).toBe(first.ids.get('adults:1'));
  expect(inOrder(cards, 'seen')[0]!.how).toBe('alone');
  expect(inOrder(cards, 'news')[0]).toMatchObject({ toldOn: '2026-11-02', standing: 'alleged' });
  expect(inOrder(cards, 'tie').map((tie) => tie.is)).toEqual(['harm']);
});

it('[I3] a value is mended on the page, one press takes what was meant, and only then does all come in', async () => {
  const world = await openWorld('sqlite');
  const files = [
    { name: 'families.csv', text: 'ref,name\nF1,Haque-Ellis\n' },
    { name: 'children.csv', text: 'ref,family,given,born\nC12,F1,Rory,31/02/2019\n' },
    { name: 'adults.csv', text: 'ref,family,given\nP-2271,F1,Ieva\n' },
    { name: 'relations.csv', text: 'family,person,is,of\nF1,C12,child,P-2217\n' },
    {
      name: 'households.csv',
      text: 'ref,family,name,people,from,until\nH1,F1,Home,C12,12/09/2025,03/09/2025\n',
    },
  ];
  const ask = async (dryRun: boolean, mends: Mend[]) =>
    (
      await call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/import`, {
        body: { dryRun, files, mends },
      })
    ).body as { problems: Problem[]; done: boolean };
  const first = await ask(true, []);
  const found = (column: string) => first.problems.find((one) => one.column === column)!;
  expect(found('born').cell).toBe('31/02/2019');
  expect(found('of').offers.map((offer) => offer.says)).toEqual(['It is P-2271']);
  expect(found('until').offers.map((offer) => offer.says)).toEqual(['Swap the days', 'Leave it open']);
  const taken = (one: Problem, values: Mend['values']): Mend => ({
    file: one.file,
    table: one.table,
    line: one.line,
    values,
  });
  const mends = [
    taken(found('of'), found('of').offers[0]!.values),
    taken(found('until'), found('until').offers[0]!.values),
    taken(found('born'), { born: '30/02/2019' }),
  ];
  const second = await ask(false, mends);
  expect([second.done, second.problems.map((one) => one.column)]).toEqual([false, ['born']]);
  expect((await ask(false, [...mends, taken(found('born'), { born: '28/02/2019' })])).done).toBe(true);
  const child = await world.storage.db
    .selectFrom('children')
    .select('born')
    .where('ref', '=', 'C12')
    .executeTakeFirstOrThrow();
  expect(child.born).toBe('2019-02-28');
});

it('[I2] the same file again doubles nobody, and what was changed here is left and told', async () => {
  const world = await openWorld('sqlite');
  const text = await caseC4();
  const files = [{ name: 'c4.json', text }];
  const bring = (dryRun: boolean, body = files) =>
    call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/import`, {
      body: { dryRun, files: body },
    });
  const first = await bring(true);
  expect(first.status, first.text).toBe(200);
  const tried = first.body as {
    done: boolean;
    counts: Record<string, { new: number; same: number; changed: number }>;
  };
  expect([tried.done, tried.counts.children!.new]).toEqual([false, 2]);
  expect(await world.storage.db.selectFrom('families').select('name').execute()).toHaveLength(1);
  expect((await bring(false)).body.done).toBe(true);
  const family = (
    await world.storage.db
      .selectFrom('families')
      .select(['id', 'name'])
      .where('ref', 'is not', null)
      .executeTakeFirstOrThrow()
  ).id;
  const client = await new BoardClient({ server: world.server, family, member: world.people.ines }).synced();
  onTestFinished(() => client.close());
  const before = readBoard(client.doc);
  expect(inOrder(before, 'person').length).toBe(6);
  const adult = inOrder(before, 'person').find((person) => !person.isChild)!;
  setField(client.doc, adult.id, 'name', 'Changed here');
  await client.allSaved();
  const child = await world.storage.db
    .selectFrom('children')
    .select('id')
    .where('family_id', '=', family)
    .executeTakeFirstOrThrow();
  await call(world.server, world.people.delroy, 'PATCH', `/api/children/${child.id}`, {
    body: { given: 'Samantha-Jane' },
  });
  const again = (
    await bring(false, [
      {
        name: 'c4.json',
        text: text
          .replaceAll('"Samantha"', '"Sam"')
          .replaceAll('"Sean"', '"Sean P"')
          .replaceAll('"Carrie"', '"Caroline"'),
      },
    ])
  ).body as { counts: Record<string, { new: number }>; differences: { here: string; report: string }[] };
  expect(Object.values(again.counts).every((count) => count.new === 0)).toBe(true);
  expect(again.differences.length).toBeGreaterThan(0);
  const after = readBoard(
    (await new BoardClient({ server: world.server, family, member: world.people.callum }).synced()).doc,
  );
  expect(inOrder(after, 'person').length).toBe(6);
  expect(inOrder(after, 'person').map((person) => person.name)).toContain('Changed here');
});

it('[I2] a child whom the report has in another family stays where they are, and it is told', async () => {
  const world = await openWorld('sqlite');
  const bring = (family: string) =>
    importFiles(world.storage, {
      ...by,
      unit: world.unit,
      files: [
        { name: 'families.csv', text: 'ref,name\nF1,Nowicki\nF2,Berger\n' },
        { name: 'children.csv', text: `ref,family,given\nC1,${family},Tom\n` },
      ],
    });
  const first = await bring('F1');
  const again = await bring('F2');
  expect(again.differences).toEqual([
    { table: 'children', ref: 'C1', column: 'family', here: 'Nowicki', report: 'Berger' },
  ]);
  const tom = await world.storage.db
    .selectFrom('children')
    .select('family_id')
    .where('ref', '=', 'C1')
    .executeTakeFirstOrThrow();
  expect(tom.family_id).toBe(first.ids.get('families:F1'));
  // His place on the map is in the family where he is.
  const boards = await world.storage.db.selectFrom('intake').select(['doc', 'facts']).execute();
  expect(
    boards.filter((one) => one.doc.endsWith(again.ids.get('families:F2')!) && one.facts.includes('Tom')),
  ).toEqual([]);
});

it('[I4] an import shows and opens no restricted family to a coordinator who may not find it', async () => {
  const world = await openWorld('sqlite');
  const files = [
    { name: 'families.csv', text: 'ref,name,restricted\nF7,Lindo,yes\n' },
    { name: 'children.csv', text: 'ref,family,given,status\nC7,F7,Micah,secret-status\n' },
  ];
  await importFiles(world.storage, { ...by, unit: world.unit, files });
  expect(await layFamily(world.storage, { unit: world.unit, name: 'Other', restricted: false })).toBeTruthy();
  const answer = await call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/import`, {
    body: {
      dryRun: true,
      files: files.map((file) => ({
        ...file,
        text: file.text.replace('yes', 'no').replace('secret-status', 'none'),
      })),
    },
  });
  expect(answer.status).toBe(400);
  expect(answer.text).not.toMatch(/Micah|secret/);
  // Nor by taking a child or a date of it into a family of one's own.
  await importFiles(world.storage, {
    ...by,
    unit: world.unit,
    files: [{ name: 'dates.csv', text: 'ref,family,kind,on,what\nD7,F7,court,2026-12-01,secret hearing\n' }],
  });
  for (const [name, text] of [
    ['children.csv', 'ref,family,given\nC7,F1,Micah\n'],
    ['dates.csv', 'ref,family,kind,on,what\nD7,F1,court,2026-12-02,mine\n'],
  ]) {
    const taken = await call(world.server, world.people.delroy, 'POST', `/api/units/${world.unit}/import`, {
      body: {
        dryRun: false,
        files: [
          { name: 'families.csv', text: 'ref,name\nF1,Mine\n' },
          { name, text },
        ],
      },
    });
    expect([taken.status, taken.body.code], name).toEqual([400, 'no-such-ref']);
    expect(taken.text).not.toMatch(/secret|Lindo/);
  }
  const allowed = await importFiles(world.storage, {
    ...by,
    unit: world.unit,
    files: [{ name: 'families.csv', text: 'ref,name,restricted\nF7,Lindo,no\n' }],
  });
  expect(allowed.done).toBe(true);
  expect(
    await world.storage.db
      .selectFrom('families')
      .select('restricted')
      .where('ref', '=', 'F7')
      .executeTakeFirstOrThrow(),
  ).toEqual({ restricted: 1 });
});

it.each(['sqlite', 'postgres'] as const)(
  '[I8] what the last import made is taken out again, while nothing was written on it, and can come in anew, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { delroy, ines } = world.people;
    const path = `/api/units/${world.unit}/import`;
    const files = [
      { name: 'families.csv', text: 'ref,name\nF1,Haque-Ellis\nF2,Osei\n' },
      {
        name: 'children.csv',
        text: 'ref,family,given,born\nC1,F1,Rory,2019\nC2,F1,Safa,\nC3,F2,Kofi,2020-05-03\n',
      },
      { name: 'adults.csv', text: 'ref,family,given\nA1,F1,Nadia\n' },
      { name: 'dates.csv', text: 'ref,family,kind,on,what\nD1,F2,court,2027-01-12,Hearing\n' },
    ];
    const bring = async () => {
      const { status, body } = await call(world.server, delroy, 'POST', path, {
        body: { dryRun: false, files },
      });
      expect([status, body.problems]).toEqual([200, []]);
      return (body.counts as Record<string, { new: number }>).families!;
    };
    const last = async () =>
      (await call(world.server, delroy, 'GET', path)).body.last as { at: number; families: number } | null;
    const out = async (at: number) =>
      (await call(world.server, delroy, 'POST', `${path}/out`, { body: { at } })).status;
    const names = async () =>
      (
        (await call(world.server, ines, 'GET', `/api/units/${world.unit}`)).body.families as {
          name: string;
        }[]
      ).map((family) => family.name);
    expect(await last()).toBeNull();
    expect((await bring()).new).toBe(2);
    const first = (await last())!;
    expect(first).toMatchObject({ families: 2, children: 3 });
    expect(await names()).toContain('Osei');
    // Said of another import than the one that stands there now.
    expect(await out(first.at - 1)).toBe(409);
    expect(await names()).toContain('Osei');
    // Somebody who only looks at a board has written nothing.
    const familyOf = async (name: string) =>
      (
        await world.storage.db
          .selectFrom('families')
          .select('id')
          .where('name', '=', name)
          .where('closed_at', 'is', null)
          .executeTakeFirstOrThrow()
      ).id;
    const look = await new BoardClient({
      server: world.server,
      family: await familyOf('Haque-Ellis'),
      member: ines,
    }).synced();
    await until(() => inOrder(readBoard(look.doc), 'person').length === 3, 'the board has taken it in');
    look.close();
    expect(await out(first.at)).toBe(200);
    expect(await names()).not.toContain('Osei');
    expect(await last()).toBeNull();
    expect(await out(first.at)).toBe(409);
    // The same files come in as new, with their numbers; what was taken out stays where its place can be given back.
    expect((await bring()).new).toBe(2);
    const second = (await last())!;
    const gone = (await call(world.server, delroy, 'GET', `/api/units/${world.unit}/gone`)).body.gone as {
      name: string;
    }[];
    expect(gone.map((one) => one.name).sort()).toEqual(['Haque-Ellis', 'Osei']);
    // On the order of an open meeting they are the meeting’s.
    const meeting = (
      await call(world.server, delroy, 'POST', `/api/units/${world.unit}/meetings`, {
        body: { on: '2026-11-25' },
      })
    ).body.meeting as string;
    expect(await last()).toBeNull();
    expect(await out(second.at)).toBe(409);
    const live = new LiveClient({ server: world.server, who: delroy, meeting });
    expect(await live.act({ does: 'close' })).toMatchObject({ ok: true });
    expect(await last()).toMatchObject({ at: second.at });
    // One word on one board, and it is somebody’s.
    const writes = await new BoardClient({
      server: world.server,
      family: await familyOf('Osei'),
      member: ines,
    }).synced();
    onTestFinished(() => writes.close());
    writes.add('thought', { text: 'Who is at home?' });
    await writes.allSaved();
    expect(await last()).toBeNull();
    expect(await out(second.at)).toBe(409);
    expect(await names()).toContain('Osei');
  },
);

it.each(ENGINES)(
  '[I9] an import is worked out beside everybody’s writing and holds the store for few statements, however long it is (%s)',
  async (engine) => {
    const storage = await freshStorage(engine);
    const held: number[] = [];
    const counting: Storage = {
      ...storage,
      write: (work) =>
        storage.write((trx) => {
          const at = held.push(0) - 1;
          const count: KyselyPlugin = {
            transformQuery: ({ node }) => (held[at]!++, node),
            transformResult: async ({ result }) => result,
          };
          return work(trx.withPlugin(count) as Trx);
        }),
    };
    const filesOf = (families: number) => {
      const many = Array.from({ length: families }, (_, at) => at);
      return [
        { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
        { name: 'families.csv', text: `ref,name\n${many.map((at) => `F${at},Name ${at}`).join('\n')}\n` },
        {
          name: 'children.csv',
          text: `ref,family,given\n${many.map((at) => `C${at},F${at},Tom`).join('\n')}\n`,
        },
        {
          name: 'words.csv',
          text: `ref,family,child,words\n${many.flatMap((at) => [1, 2, 3].map((one) => `W${at}-${one},F${at},C${at},“I stay” ${one}`)).join('\n')}\n`,
        },
      ];
    };
    for (const families of [2, 400]) await importFiles(counting, { ...by, files: filesOf(families) });
    // The same again writes nothing and asks for as little; a trial run makes nobody wait at all.
    await importFiles(counting, { ...by, files: filesOf(400) });
    await importFiles(counting, { ...by, dryRun: true, files: filesOf(420) });
    const rowsOf = (families: number) => families * 5;
    expect(held.length).toBe(3);
    expect(held[1]! - held[0]!).toBeLessThan(rowsOf(400) / 60);
    expect(held[2]!).toBeLessThan(held[1]!);
  },
);

it.each(ENGINES)(
  '[I9] what somebody changed here while an import was worked out is not written over (%s)',
  async (engine) => {
    const storage = await freshStorage(engine);
    const filesOf = (name: string) => [
      { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
      { name: 'families.csv', text: `ref,name\nF1,${name}\n` },
    ];
    await importFiles(storage, { ...by, files: filesOf('Nowicki') });
    let writes = 0;
    const late: Storage = {
      ...storage,
      write: async (work) => {
        if (writes++ === 0)
          await storage.db.updateTable('families').set({ name: 'Nowicki-Berger' }).execute();
        return storage.write(work);
      },
    };
    const outcome = await importFiles(late, { ...by, files: filesOf('Novicki') });
    expect(writes).toBe(2);
    expect(outcome.differences).toEqual([
      { table: 'families', ref: 'F1', column: 'name', here: 'Nowicki-Berger', report: 'Novicki' },
    ]);
    expect((await storage.db.selectFrom('families').select('name').executeTakeFirstOrThrow()).name).toBe(
      'Nowicki-Berger',
    );
  },
);

it.each(ENGINES)(
  '[I8] an import of which somebody took a date away is taken out no more, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { delroy, callum } = world.people;
    const path = `/api/units/${world.unit}/import`;
    const files = [
      { name: 'families.csv', text: 'ref,name\nF1,Osei\n' },
      { name: 'dates.csv', text: 'ref,family,kind,on,what\nD1,F1,court,2027-01-12,Hearing\n' },
    ];
    await call(world.server, delroy, 'POST', path, { body: { dryRun: false, files } });
    const last = async () => (await call(world.server, delroy, 'GET', path)).body.last;
    expect(await last()).toMatchObject({ families: 1 });
    const date = await world.storage.db
      .selectFrom('dates')
      .select(['id', 'family_id'])
      .where('ref', '=', 'D1')
      .executeTakeFirstOrThrow();
    const away = await call(
      world.server,
      callum,
      'DELETE',
      `/api/families/${date.family_id}/dates/${date.id}`,
    );
    expect(away.status).toBe(200);
    expect(await last()).toBeNull();
  },
);

it('[I1] a ref that came in before stands in one row too: of two nobody knows which is meant', async () => {
  const storage = await freshStorage('sqlite');
  const filesOf = (rows: string) => [
    { name: 'unit.json', text: '{"unit":{"ref":"u","name":"Mulberry"}}' },
    { name: 'families.csv', text: `ref,name\n${rows}` },
  ];
  expect((await importFiles(storage, { ...by, files: filesOf('F1,Osei\n') })).done).toBe(true);
  const twice = await importFiles(storage, { ...by, files: filesOf('F1,Osei-Boateng\nF1,Osei\n') });
  expect([twice.done, twice.problems.map((one) => one.column)]).toEqual([false, ['ref']]);
  expect((await storage.db.selectFrom('families').select('name').execute()).map((one) => one.name)).toEqual([
    'Osei',
  ]);
});

it.each(ENGINES)(
  '[P19] what the report says of a child who was moved goes where they live now, and what concerns several who live apart goes nowhere and is told, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { storage, unit } = world;
    const bring = (name: string, text: string) =>
      importFiles(storage, { ...by, unit, files: [{ name, text }] });
    const { ids } = await bring('families.csv', 'ref,name\nF1,Kaya\nF2,Placement\n');
    const { ids: kids } = await bring('children.csv', 'ref,family,given\nC1,F1,Tom\nC2,F1,Mia\n');
    await bring('words.csv', 'ref,family,child,words,means\nW1,F1,C1,at home,said\n');
    const [kaya, placement] = [ids.get('families:F1')!, ids.get('families:F2')!];
    await storage.write((trx) =>
      mendChild(trx, {
        child: kids.get('children:C1')!,
        family: kaya,
        facts: {},
        to: placement,
        removed: undefined,
        by: world.people.delroy.id,
        at: 1,
      }),
    );
    await storage.db.deleteFrom('intake').execute();
    const answers = [
      await bring(
        'words.csv',
        'ref,family,child,words,means\nW1,F1,C1,at home then,said\nW2,F1,C1,safe at number 14,said\n',
      ),
      await bring('dates.csv', 'ref,family,child,kind,on,what\nD1,F1,C1,court,2026-12-01,Final hearing\n'),
      await bring('safety.csv', 'ref,family,children,text\nS1,F1,C1;C2,Never alone with Carl\n'),
    ];
    const laid = await storage.db.selectFrom('intake').select(['doc', 'facts']).execute();
    expect(laid.filter((one) => one.doc.endsWith(kaya))).toEqual([]);
    expect(laid.map((one) => one.facts).join()).toMatch(/number 14/);
    expect(
      await storage.db.selectFrom('dates').select('family_id').where('what', '=', 'Final hearing').execute(),
    ).toEqual([{ family_id: placement }]);
    expect(answers[2]!.differences).toContainEqual(expect.objectContaining({ table: 'safety', ref: 'S1' }));
  },
);

it.each(ENGINES)(
  '[T3] a line of the council’s that is used again for the next date is a date of its own: what was said of the old day stays with it, on %s',
  async (engine) => {
    const world = await openWorld(engine);
    const { storage, unit } = world;
    const bring = (name: string, text: string) =>
      importFiles(storage, { ...by, unit, files: [{ name, text }] });
    await bring('families.csv', 'ref,name\nF1,Kaya\n');
    const list = (on: string) =>
      bring('dates.csv', `ref,family,kind,on,what\nD1,F1,review,${on},Review conference\n`);
    await list('2026-11-10');
    const { id, family_id: family } = await storage.db
      .selectFrom('dates')
      .select(['id', 'family_id'])
      .executeTakeFirstOrThrow();
    await storage.write((trx) =>
      actOnDate(trx, {
        date: id,
        family,
        revision: 0,
        act: { does: 'held' },
        by: world.people.delroy.id,
        at: 1,
      }),
    );
    await list('2026-11-10');
    await list('2027-05-12');
    await list('2027-05-12');
    const dates = await readDates(storage.db, [family]);
    expect(dates.map(({ on, state }) => [on, state])).toEqual([
      ['2026-11-10', 'held'],
      ['2027-05-12', 'open'],
    ]);
    await list('2027-05-19');
    expect((await readDates(storage.db, [family])).map(({ on, state }) => [on, state])).toEqual([
      ['2026-11-10', 'held'],
      ['2027-05-19', 'open'],
    ]);
  },
);
