import { expect } from '@playwright/test';
import { axe, fresh, lookRound, test } from './house.ts';

test('[F21] when a child was seen, how and by whom is said by somebody, and who only tried has not seen them', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  const band = page.getByRole('region', { name: 'The family', exact: true });
  const deniz = band
    .getByRole('article')
    .filter({ has: page.locator('.ask').getByText('Deniz', { exact: true }) });
  const before = await deniz.locator('.met').first().innerText();
  const open = () => deniz.getByRole('button', { name: 'Say when seen' }).press('Enter');
  const form = page.getByRole('form', { name: 'When was Deniz seen?' });
  // Nothing is taken, and nothing is written until it is saved.
  await open();
  await expect(form.getByRole('radio', { checked: true })).toHaveCount(0);
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled();
  await axe(page, 'when a child was seen');
  await form.getByText('Tried, not seen').click();
  await page.keyboard.press('Escape');
  await expect(form).toHaveCount(0);
  await expect(deniz.getByText('Tried, not seen')).toHaveCount(0);
  await expect(deniz.getByRole('button', { name: 'Say when seen' })).toBeFocused();
  // By its key, of the child that has the focus; with none, nothing opens for a child that nobody meant.
  await page.keyboard.press('v');
  await expect(form).toHaveCount(1);
  await page.keyboard.press('Escape');
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page.keyboard.press('v');
  await expect(page.getByRole('form', { name: /^When was/ })).toHaveCount(0);
  await expect(band.getByRole('button', { name: 'Say when seen' }).first()).toBeFocused();

  await open();
  await form.getByText('Tried, not seen').click();
  await form.getByRole('button', { name: 'Today' }).click();
  await form.getByLabel('By whom').selectOption({ label: 'Callum Brannigan' });
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(deniz.locator('.met').filter({ hasText: 'Tried, not seen,' })).toContainText(
    '4 November, Callum.',
  );
  // The last time that he was seen is what it was.
  await expect(deniz.locator('.met').first()).toHaveText(before);

  await open();
  await form.getByText('With somebody').click();
  for (const one of ['Selin', 'Emine'])
    await form.getByRole('group', { name: 'With whom' }).getByText(one, { exact: true }).click();
  await form.getByRole('button', { name: 'Today' }).click();
  await form.getByLabel('By whom').selectOption({ label: 'Not one of us' });
  await form.getByLabel('Who saw Deniz').fill('Health visitor');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(deniz.locator('.met').first()).toContainText(
    'Seen with Emine and Selin, 4 November, Health visitor.',
  );
  await expect(deniz.getByText('Tried, not seen')).toHaveCount(0);
  await end();
});
