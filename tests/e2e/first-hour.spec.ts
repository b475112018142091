import { expect } from '@playwright/test';
import { fresh, lookRound, sitDown, test } from './house.ts';

test('[H18] a page that was opened while nobody answered comes by itself', async ({ page }) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const meeting = page.url();
  await page.goto(seats.get('Delroy')!);
  await page.waitForURL('**/units/*');
  const ask = '**/api/me';
  for (const [address, waits] of [
    [page.url(), page.getByRole('alert')],
    [meeting, page.getByRole('heading', { name: 'There is no connection now.' })],
  ] as const) {
    await page.route(ask, (route) => route.abort());
    await page.goto(address);
    await expect(waits).toBeVisible();
    await page.unroute(ask);
    await expect(page.getByText('Kaya-Bright').first()).toBeVisible();
    await expect(waits).toHaveCount(0);
  }
  await end();
});

test('[H19] who has an empty field goes along with the unit and writes on in the next; begun words hold a person back', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const [delroy, callum] = [windows.get('Delroy')!, windows.get('Callum')!];
  const moveTo = (name: string) =>
    delroy.getByRole('navigation', { name: 'Places on this board' }).getByRole('button', { name }).click();
  const field = callum.locator('[data-capture]');
  await moveTo('Wonder');
  await field.click();
  await moveTo('Ask');
  await expect(callum.getByRole('textbox', { name: 'A question' })).toBeFocused();
  // None of these letters is a key of the board.
  await callum.keyboard.type('gar 3');
  await expect(field).toHaveValue('gar 3');
  await moveTo('Decide');
  await expect(callum.getByText('You are still where you were writing.').last()).toBeVisible();
  await expect(field).toHaveValue('gar 3');
  await end();
});
