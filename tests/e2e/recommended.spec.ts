import { expect } from '@playwright/test';
import { axe, fresh, lookRound, readThrough, test } from './house.ts';

test('[F23] what we recommended is asked after until somebody says what was answered, and the answer hangs from its entry', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  const shot = (name: string) =>
    process.env.SHOTS ? page.screenshot({ path: `${process.env.SHOTS}/${name}.png` }) : undefined;
  const place = (name: string) =>
    page.getByRole('navigation', { name: 'Places on this board' }).getByRole('button', { name }).click();
  const record = async () => {
    await place('Record');
    await readThrough(page);
  };
  await record();
  await page.getByRole('button', { name: /^Commit to/ }).click();
  await place('Catch up');
  const answers = page.getByRole('region', { name: 'What became of what we recommended' });
  const one = answers.getByRole('article').first();
  await expect(one).toContainText(/Recommended on \d+ \w+ to /);
  await axe(page, 'what became of what we recommended');
  await one.getByRole('button', { name: 'Not heard yet' }).press('Enter');
  await page.keyboard.press('Escape');
  await expect(one).toContainText('Not heard yet');
  await one.getByRole('button', { name: 'Agreed with changes' }).press('Enter');
  await page.keyboard.type('four weeks, then look again');
  await one.getByLabel('Who said it').fill('the chair');
  // Nothing of it lies under the field at the foot.
  await one.evaluate((node) => node.scrollIntoView({ block: 'center' }));
  await axe(page, 'an answer that is being written');
  await shot('answer-writing');
  // A press on another recommendation lands, although the fields above it go.
  const other = answers.getByRole('article').nth(1);
  await other.getByRole('button', { name: 'Not heard yet' }).click();
  await expect(other).toContainText('Not heard yet, written by');
  // Its day is offered, and not said until somebody presses it.
  await expect(one).toContainText('Agreed with changes, day not said, the chair');
  await shot('answer-written');
  await record();
  const panel = page.getByRole('tabpanel');
  await expect(panel).toContainText('agreed with changes, day not said: four weeks, then look again.');
  await shot('answer-record');
  await page.getByRole('button', { name: /^Commit to/ }).click();
  await page.getByRole('link', { name: /^Read Aylin’s entry ?2$/ }).click();
  const hung = page.locator('.fix', { hasText: 'What was answered' });
  await expect(hung).toContainText('Said by the chair; written down by');
  await axe(page, 'a file with an answer');
  await shot('answer-file');
  await end();
});
