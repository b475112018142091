import { expect, type Page } from '@playwright/test';
import { axe, fresh, lookRound, test } from './house.ts';

/** Asks the server as the seat of a window does. */
const ask = (page: Page, method: string, path: string, body: object) =>
  page.evaluate(
    async ({ method, path, body }) => {
      const seat = /seat-([0-9a-f-]+)/.exec(location.pathname)![1]!;
      const headers = { 'Wednesday-Seat': seat, 'Content-Type': 'application/json' };
      const me = (await (await fetch('/api/me', { headers })).json()) as { person: { unit: string } };
      const answer = await fetch(path.replace(':unit', me.person.unit), {
        method,
        headers,
        body: JSON.stringify(body),
      });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
      return (await answer.json()) as { meeting?: string };
    },
    { method, path, body },
  );

test('[S31] on the board of a meeting of before “today” is today, and a child’s words are mended, dated and taken away', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const family = await page.getByRole('heading', { level: 1 }).textContent();
  const { meeting } = await ask(page, 'POST', '/api/units/:unit/meetings', { on: '2026-10-28' });
  await page.goto(`${seats.get('Delroy')!.replace(/\/(units|$).*/, '')}/meetings/${meeting}`);
  await page
    .getByRole('navigation', { name: 'Families this Wednesday' })
    .getByRole('button', { name: family!.trim() })
    .click();
  await page
    .getByRole('button', { name: /^Say when seen/ })
    .first()
    .click();
  const seen = page.getByRole('form', { name: /^When was/ });
  await seen.getByRole('button', { name: 'Today' }).click();
  await expect(seen.getByLabel('Another day')).toHaveValue('2026-11-04');
  await seen.getByRole('button', { name: 'Yesterday' }).click();
  await expect(seen.getByLabel('Another day')).toHaveValue('2026-11-03');
  await page.keyboard.press('Escape');

  // Words that stand are mended, for a day that has come; one that has not says so.
  const band = page.getByRole('region', { name: 'The family' });
  await band
    .getByRole('button', { name: /^Newer words of Aylin/ })
    .first()
    .click();
  await page.keyboard.type('I want my bed');
  await band.getByRole('button', { name: 'Done' }).click();
  await band
    .getByText(/^(Chosen by the unit; all|All) words/)
    .first()
    .click();
  const words = band.getByRole('listitem').filter({ hasText: '“I want my bed”' });
  await words.getByRole('button', { name: /^Change/ }).click();
  await band.getByLabel('On which day').fill('2030-01-01');
  await expect(band.getByText('That day has not come.')).toBeVisible();
  await band.getByRole('button', { name: 'today', exact: true }).click();
  await expect(band.getByLabel('On which day')).toHaveValue('2026-11-04');
  await expect(band.getByText('That day has not come.')).toHaveCount(0);
  await axe(page, 'a child’s words being changed');
  await band.getByRole('button', { name: 'Put in the bin' }).click();
  await expect(band.getByText('“I want my bed”')).toHaveCount(0);
  await expect(band.getByRole('button', { name: /^Change ?: Aylin/ })).toBeVisible();

  // A press on a label beside its box takes no field away.
  await page.keyboard.press('/');
  await page.keyboard.type('Somebody rang');
  await page.keyboard.press('Enter');
  const box = page.getByRole('checkbox', { name: 'Aylin' }).first();
  await page.locator('label', { has: box }).click({ position: { x: 40, y: 8 } });
  await expect(box).toBeChecked();
  await end();
});

test('[H27] a week in which the unit meets on another day: the meeting is of today; a date that is to come is moved, and Back closes what lies over the page', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await page.goto(link);
  await page.getByRole('button', { name: 'Look round' }).click();
  const seat = page.locator('a[href^="/seat-"]', { hasText: 'Delroy' });
  await page.goto(new URL((await seat.getAttribute('href'))!, page.url()).href);
  await expect(page.getByRole('heading', { name: 'Before Wednesday' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'We meet today' })).toHaveCount(0);
  await ask(page, 'PUT', '/api/units/:unit/settings', {
    name: 'The made-up unit',
    meetingDay: 1,
    meetingTime: '09:30',
    settings: {},
  });
  await page.reload();
  await expect(page.getByText('the unit meets on Monday')).toBeVisible();

  const due = page.getByRole('list', { name: 'Dates that count' });
  const row = due.locator('li', { has: page.getByRole('button', { name: /^Change/ }) }).first();
  await row.getByRole('button', { name: /^Change/ }).click();
  await row.getByRole('button', { name: /^Move it/ }).click();
  await row.getByLabel('To which day').fill('2026-11-19');
  await row.getByLabel('Why is it moved?').fill('The chair is away');
  await row.getByRole('button', { name: 'Move it', exact: true }).click();
  await expect(due.getByText(/^Moved from .*: The chair is away/)).toBeVisible();

  await page.getByRole('button', { name: 'We meet today' }).click();
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await page.getByRole('button', { name: /^Begin with/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  const address = page.url();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Find' }).getByRole('textbox').fill('saturday');
  await expect(page.getByRole('dialog', { name: 'Find' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('dialog', { name: 'Find' })).toHaveCount(0);
  expect(page.url()).toBe(address);
  // Forward opens nothing again, and leaves nothing.
  await page.goForward();
  await expect(page.getByRole('dialog', { name: 'Find' })).toHaveCount(0);
  expect(page.url()).toBe(address);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await page.goBack();
  await expect(page.getByRole('dialog', { name: 'Keys' })).toHaveCount(0);
  expect(page.url()).toBe(address);
  await end();
});
