import { expect } from '@playwright/test';
import { workbook } from '../support/workbook.ts';
import { axe, fresh, lookRound, test } from './house.ts';

const shots = process.env.SHOTS;

test('[I7] a workbook is brought in: like things are mended together where they stand, and the children are shown by name', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const unit = await page.evaluate(async () => {
    const seat = /seat-([0-9a-f-]+)/.exec(location.pathname)![1]!;
    const me = (await (await fetch('/api/me', { headers: { 'Wednesday-Seat': seat } })).json()) as {
      person: { unit: string };
    };
    return me.person.unit;
  });
  await page.goto(`${seats.get('Delroy')!}units/${unit}/import`);
  await axe(page, 'an import before any file');
  if (shots) await page.screenshot({ path: `${shots}/import-blank.png`, fullPage: true });
  // A file to fill in, with our headings.
  await page.locator('summary', { hasText: /^Children$/ }).click();
  const blank = page.waitForEvent('download');
  await page.getByRole('button', { name: 'children.csv' }).click();
  expect((await blank).suggestedFilename()).toBe('children.csv');

  const rows = Array.from({ length: 12 }, (_, n) => [
    `C${n}`, 'F1', `Child${n}`, 'Okoro', { serial: 41032 + n }, n < 9 ? 'lad' : 'F', 'North', '=cmd()',
  ]); // prettier-ignore
  const book = workbook({
    Families: [['ref', 'name'], ['F1', 'Okoro'], ['F2', 'Okoro-Bell']],
    Children: [
      ['Children open to the unit'],
      ['ref', 'family', 'given', 'surname', 'Date of birth', 'gender', 'Team', 'status'],
      ...rows,
      ['C20', 'F2', 'CHILD3', 'Okoro', { serial: 41035 }, 'F'],
    ],
  }); // prettier-ignore
  const choose = page.locator('input[type=file]');
  await choose.setInputFiles({
    name: 'caseload.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: Buffer.from(book),
  });
  await expect(page.getByRole('heading', { name: '10 rows need you.' })).toBeVisible();
  const list = page.locator('main section ul').first();
  await expect(list.locator(':scope > li')).toHaveCount(2);
  await axe(page, 'an import with what stands in the way');
  if (shots) await page.screenshot({ path: `${shots}/import-problems.png`, fullPage: true });
  // The heading once, the nine rows that say "lad" once.
  await expect(list).toContainText('There is no column “Team” in children.');
  await expect(list).toContainText('F3');
  const mendBy = async (choice: string, at: string) => {
    await page.getByRole('button', { name: RegExp(`^Choose what it is ?, ${at}, gender`) }).click();
    await page.getByRole('combobox', { name: `What ${at}, gender should say` }).selectOption(choice);
  };
  // One of them is not like the others: it is mended by itself, and the rest together.
  await page.getByRole('button', { name: /^Each by itself ?, F3, gender and 8 more/ }).click();
  await expect(list.locator(':scope > li')).toHaveCount(10);
  await mendBy('unknown', 'F3');
  await page.getByRole('button', { name: 'Mend', exact: true }).click();
  await expect(list.locator(':scope > li')).toHaveCount(9);
  await page
    .getByRole('button', { name: /^Together again/ })
    .first()
    .click();
  await expect(list.locator(':scope > li')).toHaveCount(2);
  await mendBy('male', 'F4');
  const at = await page.evaluate(() => scrollY);
  await page.getByRole('button', { name: 'Mend all 8' }).click();
  await expect(list.locator(':scope > li')).toHaveCount(1);
  expect(await page.evaluate(() => scrollY)).toBe(at);
  const leave = page.getByRole('button', { name: /^Leave this column out/ });
  await expect(leave).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Ready to come in.' })).toBeVisible();
  // Who would come in, by name; a child in two families is told.
  await expect(page.locator('.kids')).toContainText('Child0 Okoro, 3 May 2012');
  await expect(page.getByText(/CHILD3 Okoro|Child3 Okoro/).first()).toBeVisible();
  await expect(page.getByText('is in two families: Okoro and Okoro-Bell', { exact: false })).toBeVisible();
  await expect(
    page.getByText('In caseload.xlsx, Children these were stepped over: one row of titles.'),
  ).toBeVisible();
  if (shots) await page.screenshot({ path: `${shots}/import-ready.png`, fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await axe(page, 'an import that is ready, on a phone in the dark');
  if (shots) await page.screenshot({ path: `${shots}/import-ready-phone.png`, fullPage: true });
  await page.getByRole('button', { name: /^Bring in/ }).click();
  await expect(page.getByRole('heading', { name: 'Everything is in.' })).toBeVisible();
  // By one press it is out again, and its files come in as new.
  const out = page.getByRole('button', { name: 'Take them out again' });
  await axe(page, 'an import that can be taken out again');
  await out.click();
  await expect(page.getByRole('heading', { name: 'Bring your families in.' })).toBeFocused();
  await expect(out).toHaveCount(0);
  await end();
});
