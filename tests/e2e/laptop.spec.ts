import { expect, test } from '@playwright/test';
import { axe, fresh, lookRound } from './house.ts';

test('[P22] three people at one laptop: a tap says whose hand writes, and each has a mark, a turn and a name', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const meeting = /meetings\/[0-9a-f-]+/.exec(page.url())![0];
  const other = await browser.newContext({ storageState: await page.context().storageState() });
  const ines = await other.newPage();
  await ines.goto(`${seats.get('Inês')!}${meeting}?from=home`);
  await expect(ines.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  await page.locator('body').press('2');

  for (const name of ['Callum Brannigan', 'Nasrin Chowdhury']) {
    await page.getByRole('button', { name: 'Somebody else at this device' }).click();
    await page.getByLabel('Who sits down here').selectOption(name);
    await page.getByRole('button', { name: 'Sit down' }).click();
    await expect(page.getByRole('button', { name: name.split(' ')[0]!, exact: true })).toBeVisible();
    // Everybody sees them at the table.
    await expect(ines.getByRole('img', { name: new RegExp(`^${name}, `) })).toBeVisible();
  }
  await axe(page, 'three at one laptop');
  const hand = (name: string) =>
    page.getByRole('group', { name: 'Whose hand writes here' }).getByRole('button', { name, exact: true });
  const pot = (of: typeof page, words: string) => of.locator('article.slip', { hasText: words });

  await hand('Callum').click();
  await expect(hand('Callum')).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('textbox', { name: 'A thought' }).fill('Callum thinks aloud');
  await page.keyboard.press('Enter');
  await expect(pot(ines, 'Callum thinks aloud')).toBeVisible();
  for (const name of ['Callum', 'Nasrin', 'Delroy']) {
    await hand(name).click();
    await expect(hand(name)).toHaveAttribute('aria-pressed', 'true');
    await pot(page, 'Callum thinks aloud')
      .first()
      .getByRole('button', { name: 'This resonates with me' })
      .click();
  }
  // Three marks make it resonate, and they are three people's.
  await expect(pot(ines, 'Callum thinks aloud').first()).toContainText('Resonating');
  await page.getByRole('button', { name: 'Raise my hand' }).click();
  await hand('Nasrin').click();
  await page.getByRole('button', { name: 'Raise my hand' }).click();
  await expect(ines.getByRole('img', { name: 'Delroy Pinnock, hand 1' })).toBeVisible();
  await expect(ines.getByRole('img', { name: 'Nasrin Chowdhury, hand 2' })).toBeVisible();

  // A reload finds the same people here; one gets up and the others stay.
  await page.reload();
  await expect(hand('Nasrin')).toBeVisible();
  await hand('Nasrin').click();
  await page.getByRole('button', { name: 'Nasrin leaves this device' }).click();
  await expect(hand('Nasrin')).toHaveCount(0);
  await expect(ines.getByRole('img', { name: /Nasrin Chowdhury, stepped away/ })).toBeVisible();
  await expect(hand('Callum')).toBeVisible();
  await end();
});
