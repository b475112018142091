import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inShort } from '#domain/phrases.ts';
import { expect } from '@playwright/test';
import { freshDatabase, startPostgres } from '../support/postgres.ts';
import { freePort, startServer, type RunningServer } from '../support/start-server.ts';
import { WEEKS, type Week } from '../fixtures/case-c1-weeks.ts';
import caseC1 from '../fixtures/case-c1.json' with { type: 'json' };
import { Seat } from './seat.ts';
import { fromMenu, test } from './house.ts';

const run = promisify(execFile);
const admin = join(import.meta.dirname, '../../server/admin/admin.ts');
const fixture = join(import.meta.dirname, '../fixtures/case-c1.json');
const people = new Map([
  ...caseC1.members.map((one) => [one.ref, one.name] as const),
  ...caseC1.children.map((one) => [one.ref, one.given] as const),
  ...caseC1.adults.map((one) => [one.ref, one.given] as const),
]);
const called = (ref: string) => people.get(ref) ?? ref;
const levels = {
  unit: 'Unit',
  'group-manager': 'Group manager',
  'resource-panel': 'Resource Panel',
  legal: 'Legal',
};
const all = caseC1.children.length;

interface FilePage {
  child: { given: string };
  entries: { seq: number; body: unknown }[];
  broken: unknown;
}

for (const engine of ['sqlite', 'postgres'] as const)
  test(`[J1] four Wednesdays of case C1 with five people, on ${engine}`, async ({ browser }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'wednesday-c1-'));
    const database = engine === 'postgres' ? await startPostgres() : null;
    const databaseUrl = database ? await freshDatabase(database.url) : null;
    const port = await freePort();
    const env = {
      ...process.env,
      PORT: String(port),
      DATA_DIR: dataDir,
      ...(databaseUrl && { DATABASE_URL: databaseUrl }),
    };
    const operate = async (...words: string[]) =>
      (await run(process.execPath, [admin, ...words], { env })).stdout.trim();
    const start = (today: string) =>
      startServer({ dataDir, databaseUrl, port, env: { WEDNESDAY_TODAY: today } });

    expect(await operate('import', fixture)).toContain('children: 5 new');
    expect(await operate('import', fixture)).toContain('children: 0 new, 0 changed, 5 the same');
    let server: RunningServer = await start(WEEKS[0]!.on);
    const seats = new Map<string, Seat>();
    for (const member of caseC1.members)
      seats.set(
        member.ref,
        await Seat.enrol(browser, { name: member.name, link: await operate('sign-in-link', member.email) }),
      );
    const colin = seats.get('m-colin')!;
    const unitUrl = colin.page.url();

    for (const [index, week] of WEEKS.entries()) {
      if (index > 0) {
        await server.stop();
        server = await start(week.on);
      }
      await hold(seats, {
        week,
        previous: WEEKS[index - 1] ?? null,
        unitUrl,
        late: index === 0 ? 'm-lowri' : 'm-beth',
        dropped: index === 1,
      });
    }

    const unit = await colin.api<{ families: { children: { id: string; given: string }[] }[] }>(
      `/api/units/${unitUrl.split('/').at(-1)}`,
    );
    for (const child of unit.families[0]!.children) {
      const file = await colin.api<FilePage>(`/api/children/${child.id}/file`);
      expect(file.broken).toBeNull();
      expect(file.entries).toHaveLength(4);
      const text = JSON.stringify(file.entries);
      for (const week of WEEKS) {
        for (const words of week.words) {
          if (called(words.child) === child.given)
            expect(text, `${child.given} has their own words`).toContain(words.words);
          else
            expect(text, `${child.given}’s file has no words of a brother or sister`).not.toContain(
              words.words,
            );
        }
        week.thoughts.forEach((thought) =>
          expect(text, 'a thought stays on the board').not.toContain(thought.text),
        );
        for (const decision of week.decisions)
          if (decision.children.some((ref) => called(ref) === child.given))
            expect(text).toContain(decision.text.replace(/[.\s]+$/, ''));
          else expect(text).not.toContain(decision.text.replace(/[.\s]+$/, ''));
        for (const risk of week.riskToChild)
          if (called(risk.child) === child.given)
            expect(text).toContain(week.risk?.child === risk.child ? week.risk.text : risk.text);
        if (week.risk && called(week.risk.child) !== child.given) expect(text).not.toContain(week.risk.text);
        if (week.chosenThought) {
          const about = week.thoughts[week.chosenThought.index]!.people.map(called);
          if (about.includes(child.given)) expect(text).toContain(week.chosenThought.wordsForFile);
          else expect(text).not.toContain(week.chosenThought.wordsForFile);
        }
      }
    }
    expect(await operate('verify')).toContain('20 entries: every link holds');
    for (const seat of seats.values()) expect(seat.troubles, seat.name).toEqual([]);
    for (const seat of seats.values()) await seat.context.close();
    await server.stop();
    await database?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

/** One Wednesday, from opening to the children's files. */
async function hold(
  seats: Map<string, Seat>,
  ask: { week: Week; previous: Week | null; unitUrl: string; late: string; dropped: boolean },
): Promise<void> {
  const { week, previous, unitUrl } = ask;
  const seat = (ref: string) => seats.get(ref)!;
  const here = [...seats.keys()].filter((ref) => !week.absent.includes(ref));
  const colin = seat('m-colin');
  await colin.page.goto(unitUrl);
  await colin.page.getByRole('button', { name: 'Open the meeting' }).click();
  await expect(colin.page.getByRole('heading', { name: 'This Wednesday' })).toBeVisible();
  for (const ref of here)
    if (ref !== ask.late) await seat(ref).join(unitUrl, ref === 'm-lowri' ? 'home' : 'room');
  await colin.page.getByRole('button', { name: /^Begin with/ }).click();
  await colin.isAt('Catch up');

  // Catch up: what happened, and each child's own words.
  for (const news of week.news) await seat('m-margaret').capture(news.text);
  if (previous)
    for (const task of previous.tasks.filter((one) => one.owner !== null).slice(0, 1))
      await seat('m-margaret')
        .page.locator('.todo li', { hasText: task.text })
        .getByRole('button', { name: 'Done' })
        .click();
  for (const words of week.words)
    await seat(
      here.includes(words.to) ? (words.to === ask.late ? 'm-margaret' : words.to) : 'm-margaret',
    ).hear(called(words.child), words);
  await seat(ask.late).join(unitUrl);
  await seat(ask.late).isAt('Catch up');
  await expect(seat(ask.late).page.getByText(week.words[0]!.words).first()).toBeVisible();

  // Wonder: everyone, one of them for a while without a network.
  await colin.moveTo('Wonder');
  if (ask.dropped) await seat('m-lowri').context.setOffline(true);
  for (const thought of week.thoughts) await seat(thought.by).capture(thought.text);
  if (ask.dropped) {
    await expect(seat('m-lowri').page.getByText(/Offline, \d+ change/)).toBeVisible();
    await seat('m-lowri').context.setOffline(false);
    await seat('m-lowri').allSaved();
    await seat('m-lowri').isAt('Wonder');
  }
  for (const ref of here)
    for (const thought of week.thoughts) await expect(seat(ref).slip(thought.text).first()).toBeVisible();
  for (const mark of week.marks)
    for (const by of mark.by) if (here.includes(by)) await seat(by).mark(week.thoughts[mark.thought]!.text);
  const resonating = week.marks.find((mark) => mark.by.filter((by) => here.includes(by)).length >= 3);
  if (resonating)
    await expect(colin.slip(week.thoughts[resonating.thought]!.text).getByText('Resonating')).toBeVisible();
  if (ask.week.aside) {
    const thought = WEEKS[ask.week.aside.week]!.thoughts[ask.week.aside.thought]!.text;
    const lowri = seat('m-lowri');
    await lowri.slip(thought).getByRole('button', { name: thought }).first().click();
    await lowri.page.getByRole('button', { name: 'What to do with this thought' }).click();
    await lowri.page.getByRole('menuitem', { name: /^Set aside/ }).click();
    await lowri.page.getByLabel(/Why do we set this aside/).fill(ask.week.aside.why);
    await lowri.page.keyboard.press('Enter');
    await expect(colin.slip(thought)).toHaveCount(0);
  }

  // Ask: last week's answers first, then this week's questions.
  await colin.moveTo('Ask');
  const margaret = seat('m-margaret');
  await margaret.isAt('Ask');
  for (const question of previous?.questions ?? [])
    if (question.cameBack)
      await margaret.cameBack(question.text, {
        ...question.cameBack,
        from: called(question.cameBack.from),
        fits: question.cameBack.fits ?? true,
      });
  for (const question of week.questions)
    await margaret.ask({
      thought: week.thoughts[question.thought]!.text,
      text: question.text,
      to: called(question.to),
      about: question.about.map(called),
      asker: called(question.asker),
      due: question.due,
    });

  // Decide.
  await colin.moveTo('Decide');
  await margaret.isAt('Decide');
  for (const decision of week.decisions)
    await margaret.decide({
      ...decision,
      children: decision.children.map(called),
      authority: levels[decision.authority],
      all,
    });
  for (const decision of week.decisions)
    if (decision.view && here.includes(decision.view.by))
      await seat(decision.view.by).differ(decision.text.replace(/[.\s]+$/, ''), decision.view.words);
  for (const task of week.tasks)
    await margaret.give({
      ...task,
      owner: task.owner && called(task.owner),
      children: task.children.map(called),
    });

  // Risk now, if somebody rings.
  if (week.risk) {
    const beth = seat('m-beth');
    await beth.page.getByRole('button', { name: 'Risk now' }).click();
    await beth.page.getByLabel('What is happening').fill(week.risk.text);
    await beth.page
      .getByRole('group', { name: 'For which child' })
      .getByLabel(called(week.risk.child))
      .check();
    for (const must of week.risk.must) await beth.capture(must.text);
    await expect(colin.page.getByText('Risk now', { exact: false }).first()).toBeVisible();
    await expect(colin.page.getByLabel('What is happening')).toHaveValue(week.risk.text);
    for (const must of week.risk.must)
      await expect(colin.page.locator('.today li', { hasText: must.text })).toBeVisible();
    await beth.page.getByRole('button', { name: 'The meeting can go on' }).click();
    await beth.page.getByLabel('Why can the meeting go on?').fill('Margaret is on her way.');
    await beth.page.getByRole('button', { name: 'Go on', exact: true }).click();
    await expect(colin.page.getByRole('region', { name: 'Risk now' })).toHaveCount(0);
    // Everyone is where the unit is, without pressing anything.
    for (const ref of here)
      await expect(seat(ref).page.getByRole('button', { name: /Back to the unit/ })).toHaveCount(0);
  }

  // Record.
  await colin.moveTo('Record');
  // What the risk to a child is was said while it was risk now for them.
  const isSaid = (child: string) => week.risk?.child === child;
  for (const risk of week.riskToChild)
    if (!isSaid(risk.child)) await colin.sayRisk(called(risk.child), risk.text);
  if (week.chosenThought) {
    await margaret.isAt('Record');
    await margaret.page.getByRole('button', { name: /^Choose.*thoughts/ }).click();
    const thought = week.thoughts[week.chosenThought.index]!.text;
    const row = margaret.page.locator('.stays li', { hasText: inShort(thought).replace('…', '') });
    await row.getByRole('checkbox').check();
    await row.getByLabel('Words made for the file').fill(week.chosenThought.wordsForFile);
    await row.getByLabel('Words made for the file').blur();
    await margaret.allSaved();
    // Nobody has said which children it is about: it is asked, and goes nowhere until somebody does.
    const about = week.thoughts[week.chosenThought.index]!.people.filter((ref) => ref.startsWith('c-'));
    await colin.page
      .locator('.warn', { hasText: `For whom is “${inShort(thought)}”?` })
      .getByRole('button', { name: about.length === 5 ? 'All 5' : called(about[0]!) })
      .click();
    await colin.page.getByRole('tab', { name: new RegExp(`^${called(about[0]!)}`) }).click();
    await expect(colin.page.locator('#entry').getByText(week.chosenThought.wordsForFile)).toBeVisible();
  }
  await expect(seat('m-beth').page.getByText('Colin is preparing the record.')).toBeVisible();
  await colin.commit();
  await expect(seat('m-beth').page.getByRole('heading', { name: /^Recorded in/ })).toBeVisible();
  await fromMenu(colin.page, 'Close the meeting');
  await expect(colin.page.getByText('Every child was reached.')).toBeVisible();
  await colin.page.getByRole('button', { name: 'Close it' }).click();
  await expect(margaret.page.getByText('This Wednesday is over.')).toBeVisible();
}
