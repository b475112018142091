import { expect } from '@playwright/test';
import { axe, familyOf, fresh, lookRound, readThrough, test } from './house.ts';

test('[F30] what happened is read by its day or by when we were told, two that cannot both be so stand side by side, and a file holds its own child’s', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  const shot = (name: string) =>
    process.env.SHOTS
      ? page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true })
      : undefined;
  const place = (name: string) =>
    page.getByRole('navigation', { name: 'Places on this board' }).getByRole('button', { name }).click();
  await place('Catch up');
  await page.locator('body').press('c');
  await expect(page.getByRole('heading', { name: 'What happened, and when' })).toBeFocused();
  const lines = page.getByRole('list', { name: 'What happened' });
  const line = (words: string) => lines.getByRole('listitem').filter({ hasText: words });
  await expect(line('convicted of driving after drinking')).toContainText(/March 2014\s*day not known/);
  await expect(line('pushed her against a door')).toContainText('The other says: It did not happen.');
  await expect(
    lines
      .getByRole('listitem')
      .filter({ hasText: /Nothing is written down for \d years/ })
      .first(),
  ).toContainText('2022 to 2026');
  await shot('chronology');
  await axe(page, 'the chronology');
  const order = () => lines.getByRole('listitem').allTextContents();
  const happened = await order();
  await page.getByRole('radio', { name: 'By the day it happened' }).press('ArrowRight');
  expect(await order()).not.toEqual(happened);
  await page.getByRole('radio', { name: 'By the day it happened' }).click();

  // A line of one's own: its year is enough, and nothing has to be invented.
  await page.getByRole('button', { name: 'Add a line' }).press('Enter');
  await page.keyboard.type('Selin had a job at the bakery');
  const happenedOn = page.getByLabel('happened', { exact: true });
  await happenedOn.fill('last summer');
  await happenedOn.press('Tab');
  await expect(page.getByRole('alert')).toContainText('“last summer” is no day that can be kept.');
  await happenedOn.fill('2020');
  await happenedOn.press('Tab');
  await page.getByRole('group', { name: 'Whom is it about?' }).getByLabel('Selin').check();
  await page.getByRole('button', { name: 'Add it' }).click();
  await expect(line('job at the bakery')).toContainText(/2020\s*month not known/);
  await expect(line('job at the bakery')).toContainText('by whom is not said');

  // Two that cannot both be so, by hand; from there to a question.
  await line('back on his own line for weight')
    .getByRole('button', { name: /^Set against/ })
    .click();
  await line('Breakfast club has a place')
    .getByRole('button', { name: /^Not both so/ })
    .click();
  const pair = line('These two cannot both be so. The board does not say which.');
  await expect(pair).toContainText('Breakfast club has a place');
  await expect(pair).toContainText('Ask Deniz and Isa nothing yet, if it may be for the police.');
  await shot('chronology-pair');
  await pair.getByRole('button', { name: 'They can both be so' }).click();
  await expect(pair).toHaveCount(0);
  await page.locator('body').press('Control+z');
  await pair.getByRole('button', { name: 'Ask about this' }).click();
  await expect(page.getByLabel('The question')).toHaveValue(/Breakfast club/);

  // On a page of its own it is read without a meeting, and printed with whose it is.
  const family = await familyOf(page);
  const [seat] = /^.*\/seat-[0-9a-f-]+/.exec(page.url())!;
  await page.goto(`${seat}/families/${family}/chronology`);
  await expect(line('job at the bakery')).toBeVisible();
  await page.setViewportSize({ width: 390, height: 844 });
  await axe(page, 'the chronology on a phone');
  await shot('chronology-phone');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('Kaya-Bright').last()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goBack();

  await place('Record');
  await readThrough(page);
  await page.getByRole('button', { name: /^Commit to/ }).click();
  await page.getByRole('link', { name: /^Read Aylin’s entry/ }).click();
  await page.getByRole('tab', { name: 'Chronology' }).press('Enter');
  const file = page.getByRole('tabpanel', { name: 'Chronology' });
  await expect(file).toContainText('The family moved to Fenn Road');
  await expect(file).toContainText('Marlon was convicted');
  // Her brother's line is not here, and neither is his number; hers are.
  await expect(file).not.toContainText('Breakfast club');
  await expect(file).not.toContainText('kg');
  await expect(file.getByRole('table', { name: 'Aylin: Attendance' }).getByRole('row').last()).toContainText(
    '100%the school register',
  );
  await shot('file-chronology');
  await axe(page, 'a child’s chronology in the file');
  await page.getByRole('tab', { name: 'Chronology' }).press('ArrowLeft');
  await expect(page.getByRole('tab', { name: 'What we saw' })).toBeFocused();
  await axe(page, 'what we saw in the file');
  await end();
});

test('[F29] a number is noted with its day and who measured it; what a parent says stands as theirs; a child’s head is chosen', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  const place = (name: string) =>
    page.getByRole('navigation', { name: 'Places on this board' }).getByRole('button', { name }).click();
  await place('Catch up');
  await page.getByRole('button', { name: 'Note a number' }).press('Enter');
  await page.getByLabel('Whose number').selectOption({ label: 'Deniz' });
  await page.getByLabel('What is measured').fill('Nights at home');
  await page.getByLabel('The number').fill('most of them');
  await page.getByLabel('The number').press('Enter');
  await expect(page.getByRole('alert')).toContainText('“most of them” is no number.');
  await page.getByLabel('The number').fill('5 of 7');
  await page.getByLabel('The number').press('Enter');
  await expect(page.getByRole('alert')).toContainText('“5 of 7” is no number.');
  await page.getByLabel('The number').fill('5 nights');
  await page.getByLabel('The number').press('Enter');
  const numbers = page.getByRole('region', { name: 'Numbers we follow' });
  await expect(numbers).toContainText('Deniz, Nights at home 5 nights day not said');

  const theirs = page.getByRole('region', { name: 'What they say themselves' });
  await theirs.getByRole('button', { name: 'Marlon’s own words' }).press('Enter');
  await page.keyboard.type('I was asked to go');
  await theirs
    .getByLabel('At home, by phone…')
    .or(theirs.getByLabel('Where, or how'))
    .first()
    .fill('by phone');
  await theirs.getByRole('group', { name: 'For whose file' }).getByLabel('Deniz').check();
  await theirs.getByRole('button', { name: 'Done' }).click();
  await expect(theirs).toContainText('Marlon “I was asked to go”');
  await expect(theirs).toContainText('by phone, day not said');
  await axe(page, 'catch up with numbers and what they say');
  if (process.env.SHOTS)
    await page.screenshot({ path: `${process.env.SHOTS}/catch-up-more.png`, fullPage: true });

  const aylin = page
    .locator('article')
    .filter({ has: page.locator('.ask').getByText('Aylin', { exact: true }) });
  const newest = (await aylin.locator('.said').first().textContent()) ?? '';
  await aylin.locator('summary').click();
  await aylin
    .getByRole('button', { name: /^Put at the head/ })
    .last()
    .click();
  await expect(aylin.locator('.said').first()).not.toHaveText(newest);
  await expect(aylin.locator('summary')).toContainText('Chosen by the unit');

  await place('Record');
  await page.getByRole('tab', { name: /Deniz/ }).click();
  const entry = page.getByRole('tabpanel');
  await expect(entry).toContainText('Nights at home: 5 nights');
  await expect(entry).toContainText('Marlon');
  await expect(entry).toContainText('I was asked to go');
  await page.getByRole('tab', { name: /Aylin/ }).click();
  await expect(entry).not.toContainText('Nights at home');
  await expect(entry).not.toContainText('I was asked to go');
  await end();
});
