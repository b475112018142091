import { expect } from '@playwright/test';
import { axe, fresh, lookRound, test } from './house.ts';

test('[T5] a date is worked out from a timescale, says how, and stands beside the others for everybody', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  await page.goto(seats.get('Nasrin')!);
  const add = page.getByRole('button', { name: 'Add a date' });
  await add.press('Enter');
  await expect(page.getByRole('combobox', { name: 'Family' })).toBeFocused();
  // Escape closes it and gives the focus back.
  await page.keyboard.press('Escape');
  await expect(add).toBeFocused();
  await add.press('Enter');
  await page.getByRole('combobox', { name: 'Family' }).selectOption({ label: 'The Kaya-Bright family' });
  // For whom is said by somebody, and not taken.
  await expect(page.getByRole('combobox', { name: 'For whom' })).toHaveValue('');
  await page.getByRole('combobox', { name: 'For whom' }).selectOption({ label: 'All of them' });
  const what = page.getByRole('combobox', { name: 'What', exact: true });
  // What nobody has confirmed is not offered.
  await expect(what.locator('option', { hasText: 'Initial child protection conference' })).toHaveCount(0);
  await what.selectOption({ label: 'Care plan' });
  await page.getByLabel(/Counted from/).fill('2026-10-30');
  const how =
    'By Friday 13 November 2026: 10 working days after Friday 30 October 2026 (the first placement began). Care Planning Regulations 2010, reg 4(2).';
  await expect(page.getByText(how)).toBeVisible();
  const on = page.getByLabel('On which day');
  await expect(on).toHaveValue('2026-11-13');
  // A later day can be written down, and is told as late.
  await on.fill('2026-11-16');
  await expect(page.getByText('That is after the last day, 13 November.')).toBeVisible();
  await on.fill('2026-11-12');
  await expect(page.getByText('That is after the last day')).toHaveCount(0);
  await axe(page, 'a date being worked out');
  await page.getByRole('button', { name: 'Write it down' }).click();
  const row = page.getByRole('list', { name: 'Dates that count' }).locator('li', { hasText: 'Care plan' });
  await expect(row).toContainText(how);
  await expect(row).toContainText('12 Nov');
  await expect(add).toBeFocused();
  // By the hour it goes on through the weekend; a day of its own needs no timescale.
  await add.press('Enter');
  await page.getByRole('combobox', { name: 'Family' }).selectOption({ label: 'The Kaya-Bright family' });
  await page.getByRole('combobox', { name: 'For whom' }).selectOption({ label: 'All of them' });
  await what.selectOption({ label: 'Return home interview' });
  await page.getByLabel(/Counted from/).fill('2026-11-03');
  await page.getByLabel('At what time').fill('21:15');
  await expect(page.getByText('By Friday 6 November 2026 at 21.15: 72 hours after')).toBeVisible();
  await what.selectOption({ label: 'Another date, by its day' });
  await page.getByRole('combobox', { name: 'Kind' }).selectOption({ label: 'Court' });
  await page.getByLabel('Called').fill('Hearing');
  await on.fill('2026-11-20');
  await page.getByRole('button', { name: 'Write it down' }).click();
  const other = await page.context().newPage();
  await other.goto(seats.get('Yewande')!);
  await other.getByRole('button', { name: /more in these four weeks/ }).click();
  const theirs = other.getByRole('list', { name: 'Dates that count' });
  await expect(theirs.locator('li', { hasText: 'Hearing' })).toContainText('20 Nov');
  await expect(theirs.locator('li', { hasText: 'Care plan' })).toContainText('10 working days after');
  await end();
});

test('[T6] who manages the unit turns a timescale on, sets its own number, and takes it back', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  await page.goto(seats.get('Delroy')!);
  await page.getByRole('link', { name: 'People and settings' }).click();
  const scales = page.locator('section', {
    has: page.getByRole('heading', { name: 'How dates are worked out' }),
  });
  const conference = scales.locator('li', {
    has: page.getByRole('checkbox', { name: 'Initial child protection conference', exact: true }),
  });
  await expect(conference).toContainText('not confirmed yet');
  await conference.getByRole('checkbox').check();
  await expect(page.getByText('The settings are saved.')).toBeAttached();
  // A visit without a national number is empty until somebody sets one.
  const visit = scales.locator('li', {
    has: page.getByRole('checkbox', { name: 'Child protection visit', exact: true }),
  });
  await expect(visit.getByRole('checkbox')).toBeDisabled();
  await visit.getByRole('button', { name: /^Change/ }).press('Enter');
  await expect(scales.getByLabel('How many')).toBeFocused();
  // Nobody’s number is offered.
  await expect(scales.getByLabel('How many')).toHaveValue('');
  await scales.getByLabel('How many').fill('10');
  await scales.getByLabel('the day itself is counted').check();
  await scales.getByLabel('Where your council says so').fill('Your council, p. 44');
  await axe(page, 'timescales');
  await scales.getByRole('button', { name: 'Save' }).click();
  await expect(visit).toContainText(
    '10 working days, counting the day itself, after the child was last visited',
  );
  await expect(visit.getByRole('checkbox')).toBeChecked();
  await page.goto(seats.get('Nasrin')!);
  await page.getByRole('button', { name: 'Add a date' }).click();
  await page
    .getByRole('combobox', { name: 'What', exact: true })
    .selectOption({ label: 'Child protection visit' });
  await page.getByLabel(/Counted from/).fill('2026-11-02');
  await expect(
    page.getByText('By Friday 13 November 2026: 10 working days that begin with Monday 2 November 2026'),
  ).toBeVisible();
  await page
    .getByRole('combobox', { name: 'What', exact: true })
    .selectOption({ label: 'Initial child protection conference' });
  await expect(page.getByText('nobody has confirmed this rule')).toBeVisible();
  await page.goto(seats.get('Delroy')!);
  await page.getByRole('link', { name: 'People and settings' }).click();
  await visit.getByRole('button', { name: /^As it came/ }).click();
  await expect(visit).toContainText('as your council says');
  await end();
});
