import { expect } from '@playwright/test';
import { axe, fresh, lookRound, test } from './house.ts';

test('[F26] words that look like the panel’s say whose they are, and one press takes them there', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const shot = (name: string) =>
    process.env.SHOTS
      ? page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true })
      : undefined;
  const place = (name: string) =>
    page.getByRole('navigation', { name: 'Places on this board' }).getByRole('button', { name }).click();
  await place('Decide');
  const field = page.getByRole('textbox', { name: 'A decision' });
  await field.fill('Isa comes into care until his nights are safe because nobody could tell us who wakes');
  await field.press('Enter');
  const card = page.locator('article.dec').last();
  await expect(card).toContainText('“into care” is usually for: Resource Panel; in an emergency at once');
  // The list that came with the board is nobody’s until somebody says whose.
  await expect(card).toContainText('Whose list says so is not said yet.');
  // Nothing is chosen by itself.
  await expect(card).toContainText('Level not said.');
  await axe(page, 'a decision whose words look like the panel’s');
  await card.getByRole('button', { name: 'Done', exact: true }).click();
  await shot('who-decides');
  // By its key one stands at whose it is, and has chosen nothing.
  await card.getByRole('combobox', { name: /^Kind of decision/ }).evaluate((at: HTMLElement) => at.blur());
  await page.keyboard.press('o');
  await expect(page.locator('article.dec :focus')).toHaveAttribute('type', 'radio');
  await expect(card).toContainText('Level not said.');
  // Taken as the unit’s own, it is still said.
  await card.getByRole('radio', { name: 'Unit', exact: true }).check();
  await expect(card).toContainText('is usually for');
  await card.getByRole('button', { name: /^Take it to Resource Panel/ }).press('Enter');
  await expect(card).toContainText('Recommended to the Resource Panel, not yet agreed.');
  await expect(card).not.toContainText('is usually for');
  await expect(card.getByRole('combobox', { name: /^Kind of decision/ })).toHaveValue('into-care');
  await card.getByRole('combobox', { name: /^Kind of decision/ }).selectOption('None of these');
  await card.getByRole('radio', { name: 'Unit', exact: true }).check();
  await expect(card).not.toContainText('is usually for');
  await page.setViewportSize({ width: 390, height: 844 });
  await shot('who-decides-phone');
  // The unit’s own list.
  await page.setViewportSize({ width: 1440, height: 900 });
  const seat = seats.get('Delroy')!;
  await page.goto(seat);
  await page.getByRole('link', { name: 'People and settings' }).click();
  await page.getByLabel('Whose list, and of which day').fill('Ashmere’s list of 1 September 2026');
  const row = page
    .getByRole('listitem')
    .filter({ has: page.getByLabel('Words that look like it: Into care') });
  await row.getByLabel('Whose it usually is: Into care').fill('The director');
  await row.getByLabel('Whose it usually is: Into care').blur();
  await axe(page, 'the list of who decides what');
  await shot('who-decides-list');
  await page.getByRole('button', { name: 'Save' }).last().click();
  await expect(page.getByText('The settings are saved.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Whose it usually is: Into care')).toHaveValue('The director');
  await end();
});
