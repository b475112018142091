import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import { freePort, startServer, type RunningServer } from '../support/start-server.ts';
import { until } from '../support/until.ts';
import { FILES, MUST_READ } from '../fixtures/cases-d.ts';
import { fromMenu, test } from './house.ts';
import { Seat } from './seat.ts';

interface Line {
  text: string;
  note?: string;
}
interface Entry {
  seq: number;
  kind: string;
  refers: { kind: string; seq: number } | null;
  body: { title: string; sections: { heading: string; lines: Line[] }[] } | { text: string };
}

const WEDNESDAYS = ['2026-11-04', '2026-11-11', '2026-11-18', '2026-11-25'] as const;

test('[J8] two families over four Wednesdays, brought in from the council’s files; each child’s file reads word for word', async ({
  browser,
}) => {
  const dataDir = await mkdtemp(join(tmpdir(), 'wednesday-d-'));
  const port = await freePort();
  const start = (today: string) => startServer({ dataDir, port, env: { WEDNESDAY_TODAY: today } });
  let server: RunningServer = await start(WEDNESDAYS[0]);
  const printed = () => /http\S+first-run#\S+/.exec(server.output())?.[0];
  await until(() => printed() !== undefined, 'the link of the first start');
  const ruth = await Seat.open(browser, 'Ruth Adeyemi');
  const { page } = ruth;
  await page.goto(printed()!);
  await page.getByLabel('What is your unit called?').fill('Hawthorn');
  await page.getByRole('button', { name: 'Set up the unit' }).click();
  await page.getByLabel('Name of the unit coordinator').fill(ruth.name);
  await page.getByLabel('Name of the consultant').fill('Ade Bello');
  await page.getByRole('button', { name: 'Set the table' }).click();
  await page.getByRole('button', { name: 'Make my passkey' }).click();
  await page.waitForURL('**/units/*');
  const unitUrl = page.url();
  await page.goto(`${unitUrl}/people`);
  await page
    .locator('li', { has: page.getByLabel('Seat of Ade Bello') })
    .getByRole('button', { name: 'Make a link' })
    .click();
  const ade = await Seat.enrol(browser, {
    name: 'Ade Bello',
    link: await page.getByLabel('The link').inputValue(),
  });
  await page.goto(`${unitUrl}/import`);
  await page.locator('input[type=file]').setInputFiles(
    Object.entries(FILES).map(([name, text]) => ({
      name,
      mimeType: 'text/csv',
      buffer: Buffer.from(text),
    })),
  );
  await expect(page.getByRole('heading', { name: 'Ready to come in.' })).toBeVisible();
  await page.getByRole('button', { name: /^Bring in/ }).click();
  await expect(page.getByRole('heading', { name: 'Everything is in.' })).toBeVisible();

  const open = async () => {
    await page.goto(unitUrl);
    await page.getByRole('button', { name: 'Open the meeting' }).click();
    await expect(page.getByRole('button', { name: 'Join in the room' })).toBeVisible();
    await ruth.join(unitUrl);
    await ade.join(unitUrl);
  };
  const close = async () => {
    await fromMenu(page, 'Close the meeting');
    await page.getByRole('button', { name: 'Close it' }).click();
    await expect(page.getByText('This Wednesday is over.')).toBeVisible();
  };
  const family = async (name: string) => {
    await page
      .getByRole('navigation', { name: 'Families this Wednesday' })
      .getByRole('button', { name })
      .click();
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible();
    await expect(ade.page.getByRole('heading', { name, level: 1 })).toBeVisible();
  };
  const next = async (today: string) => {
    await server.stop();
    server = await start(today);
  };
  const sayWhy = async (label: string, why: string) => {
    await page.getByLabel(label).fill(why);
    await page.keyboard.press('Enter');
    await expect(page.getByLabel(label)).toHaveCount(0);
  };
  const known = async (...facts: string[]) => {
    for (const fact of facts) await ade.page.getByLabel(`Into the file: ${fact}`).check();
    await ade.allSaved();
  };

  // The first Wednesday: what is not known is not invented; a recommendation, and a different view.
  await open();
  await family('Vaz');
  await ruth.hear('Ana', { words: 'Anabel cries and nobody comes', on: '2026-11-03' });
  await ruth.moveTo('Decide');
  await ruth.decide({
    text: 'Anabel has a place at the nursery for six weeks',
    because: 'nobody else is there in the mornings',
    children: ['Anabel'],
    authority: 'Resource Panel',
    route: 'Resource Panel',
    all: 2,
  });
  await ade.differ('Anabel has a place at the nursery', 'I would ask Zélia’s aunt first.');
  await ruth.give({ text: 'Ring the aunt', owner: 'Ade Bello', due: '2026-11-10', children: ['Anabel'] });
  await ruth.moveTo('Record');
  await ade.isAt('Record');
  await known('Muhammad was acquitted');
  await page
    .locator('.warn', { hasText: 'For whom is “Muhammad was acquitted”?' })
    .getByRole('button', { name: 'Both' })
    .click();
  await sayWhy('Why has nobody heard Anabel?', 'she was asleep both times');
  await ruth.sayRisk('Ana', 'She gets up at night to her sister.');
  await ruth.sayRisk('Anabel', 'Nobody is there in the mornings.');
  await ruth.commit();
  await family('Prewett');
  await ruth.moveTo('Record');
  await sayWhy('Why has nobody heard Tyra?', 'she did not want to talk');
  await ruth.commit();
  await close();

  // The second: risk now for Tyrone, in the middle of it all.
  await next(WEDNESDAYS[1]);
  await open();
  await family('Prewett');
  await ade.page.getByRole('button', { name: 'Risk now' }).click();
  await ade.page
    .getByLabel('What is happening')
    .fill('Kyle rang from a car. He has Tyrone with him, and Tyra saw it.');
  await ade.page.getByRole('group', { name: 'For which child' }).getByLabel('Tyrone').check();
  await ade.page.getByLabel('Who else has to be told?').fill('Police');
  await ade.page.keyboard.press('Enter');
  await ade.page.getByRole('button', { name: 'The meeting can go on' }).click();
  await ade.page
    .getByLabel('Why can the meeting go on?')
    .fill('He is back at Maureen’s, a police officer is there.');
  await ade.page.getByRole('button', { name: 'Go on', exact: true }).click();
  await expect(page.getByRole('region', { name: 'Risk now' })).toHaveCount(0);
  await ruth.moveTo('Record');
  await ruth.commit();
  await family('Vaz');
  await ruth.moveTo('Record');
  await ruth.commit();
  await close();

  // The third: what the panel said, two weeks after it was asked.
  await next(WEDNESDAYS[2]);
  await open();
  await family('Vaz');
  await ruth.moveTo('Catch up');
  const asked = page.getByRole('region', { name: 'What became of what we recommended' });
  await asked.getByRole('button', { name: 'Agreed with changes' }).press('Enter');
  await page.keyboard.type('four mornings, then look again');
  await asked.getByLabel('Who said it').fill('the chair');
  await asked.getByLabel('Who said it').press('Tab');
  await page.keyboard.press('Escape');
  await ruth.moveTo('Record');
  await ruth.commit();
  await close();

  // The fourth: somebody has heard Tyra at last.
  await next(WEDNESDAYS[3]);
  await open();
  await family('Prewett');
  await ruth.hear('Tyra', { words: 'I count the cars', on: '2026-11-24' });
  await ruth.moveTo('Record');
  await ruth.commit();
  await close();

  const unit = await ruth.api<{ families: { name: string; children: { id: string; given: string }[] }[] }>(
    `/api/units/${unitUrl.split('/').at(-1)}`,
  );
  const read = async (given: string) => {
    const child = unit.families.flatMap((one) => one.children).find((one) => one.given === given)!;
    const file = await ruth.api<{ entries: Entry[]; broken: unknown }>(`/api/children/${child.id}/file`);
    expect(file.broken).toBeNull();
    return file.entries.flatMap(({ seq, refers, body }) =>
      'sections' in body
        ? [
            `${seq}. ${body.title}`,
            ...body.sections.flatMap(({ heading, lines }) =>
              lines.map(({ text, note }) => `${heading} | ${text}${note ? ` | ${note}` : ''}`),
            ),
          ]
        : [`${seq}. ${refers?.kind} ${refers?.seq}: ${body.text}`],
    );
  };
  const files = Object.fromEntries(
    await Promise.all(
      ['Ana', 'Anabel', 'Tyra', 'Tyrone', 'Baby'].map(async (given) => [given, await read(given)] as const),
    ),
  );
  // A time of the clock is a time: every other word is as it must be.
  const withoutClock = (line: string) => line.replace(/\b\d{1,2}\.\d{2}(?![\d%])/g, 'HH.MM');
  for (const [given, lines] of Object.entries(files))
    expect(lines.map(withoutClock), `${given}’s file`).toEqual(MUST_READ[given]);
  for (const seat of [ruth, ade]) {
    expect(seat.troubles, seat.name).toEqual([]);
    await seat.context.close();
  }
  await server.stop();
  await rm(dataDir, { recursive: true, force: true });
});
