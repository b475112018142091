import { expect } from '@playwright/test';
import { axe, readThrough, sitDown, test } from './house.ts';

test('[P35] the consultant takes the coordinator’s pen, commits, and the coordinator takes it back', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const [yewande, callum] = [windows.get('Yewande')!, windows.get('Callum')!];
  await yewande.locator('body').press('5');
  const foot = yewande.getByRole('contentinfo', { name: 'The meeting' });
  const take = yewande.getByRole('button', { name: 'Take the coordinator’s pen' });
  await expect(take).toHaveCount(2);
  await expect(callum.getByRole('button', { name: 'Take the coordinator’s pen' })).toHaveCount(0);
  await yewande.bringToFront();
  // From the record's page: it asks first, and Escape leaves it.
  await take.first().click();
  const yes = yewande.getByRole('button', { name: 'Take it', exact: true });
  await expect(yes).toBeFocused();
  await yewande.keyboard.press('Escape');
  await expect(yes).toHaveCount(0);
  await expect(take.first()).toBeFocused();
  await take.first().click();
  await axe(yewande, 'taking the pen');
  await yes.click();
  for (const one of [yewande, callum, page])
    await expect(one.getByText('Yewande has taken the coordinator’s pen.')).toBeVisible();
  await expect(take).toHaveCount(0);
  await readThrough(yewande);
  await yewande.getByRole('button', { name: /^Commit to/ }).click();
  await expect(page.getByText('Yewande has taken the coordinator’s pen.')).toBeVisible();
  await expect(callum.getByRole('button', { name: 'Take it back' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Take it back' }).click();
  await expect(foot.getByText('Yewande has taken the coordinator’s pen.')).toHaveCount(0);
  await expect(take.first()).toBeVisible();
  await end();
});
