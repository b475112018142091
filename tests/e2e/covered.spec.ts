import { readFile } from 'node:fs/promises';
import { expect } from '@playwright/test';
import { axe, fresh, fromMenu, lookRound, test } from './house.ts';

test('[H29] whoever was not reached is left over in one press as the meeting ends; they stand by when they were last talked about, and for any time it can be shown', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  await fromMenu(page, 'Close the meeting');
  const foot = page.getByRole('group', { name: 'The meeting' });
  await expect(foot.getByText('Not reached yet:')).toBeVisible();
  await foot.getByLabel('Why they are left over').fill('The panel took the morning');
  await page.keyboard.press('Enter');
  await expect(page.getByText('Every child was reached.')).toBeVisible();

  await page.goto(seats.get('Nasrin')!);
  const strip = page.getByRole('region', { name: 'When did we last talk about each child?' });
  await expect(
    strip.getByText('All of them were put off on 4 November by Delroy: The panel took the morning.'),
  ).toBeVisible();
  await axe(page, 'the unit’s page with children who were put off');
  await strip.getByRole('link', { name: 'Every Wednesday' }).click();
  await expect(page.getByRole('heading', { name: 'Each child, each Wednesday' })).toBeVisible();
  await expect(page.locator('#main').getByText(/^Nobody was passed over/)).toBeVisible();
  const row = page.getByRole('row', { name: /^Aylin/ });
  await expect(row.getByRole('cell').last()).toContainText(
    'put offThe panel took the morning, Delroy Pinnock',
  );
  await axe(page, 'each child at each meeting');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'As a list' }).click(),
  ]);
  const list = await readFile(await file.path(), 'utf8');
  expect(list).toContain('"Aylin","put off: The panel took the morning, Delroy Pinnock"');
  // Wrong days are told, and nothing goes.
  await page.getByLabel('From').fill('1990-01-01');
  await page.getByRole('button', { name: 'Show' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(row).toBeVisible();
  await end();
});
