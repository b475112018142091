import { expect, type Page } from '@playwright/test';
import { axe, fresh, fromMenu, lookRound, sitDown, test } from './house.ts';

const placesOf = (page: Page) => page.getByRole('navigation', { name: 'Places on this board' });
const goTo = (page: Page, name: string) => placesOf(page).getByRole('button', { name }).click();

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

test('[H18] a first start that met no answer says so, and does not call its link used', async ({ page }) => {
  const { link, end } = await fresh();
  let lost = 0;
  await page.route('**/api/first-run/check', (route) => (lost++ < 1 ? route.abort() : route.continue()));
  await page.goto(link);
  await expect(page.getByRole('alert')).toContainText('There is no connection just now');
  await expect(page.getByText('This link no longer works.')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'Set up the unit' })).toBeVisible();
  await expect(page.getByRole('alert')).toHaveCount(0);
  await end();
});

test('[H19] who has an empty field goes along with the unit and writes on in the next; begun words hold a person back', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const [delroy, callum] = [windows.get('Delroy')!, windows.get('Callum')!];
  const moveTo = (name: string) => goTo(delroy, name);
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

  // What was begun in a form holds its writer back also where they stand at its next field.
  const nasrin = windows.get('Nasrin')!;
  await moveTo('Wonder');
  await nasrin.locator('[data-slip]').first().click();
  await nasrin.getByRole('button', { name: /^Add what you saw ?that fits/ }).click();
  await nasrin.getByLabel('What you saw').fill('She laughed');
  await nasrin.keyboard.press('Tab');
  await expect(nasrin.getByLabel('Seen by, or where from')).toBeFocused();
  await moveTo('Ask');
  await expect(nasrin.getByText('You are still where you were writing.').last()).toBeVisible();
  await expect(nasrin.getByLabel('What you saw')).toHaveValue('She laughed');
  await end();
});

test('[H20] Back closes what lies uppermost, and leaves the meeting only where nothing is open', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  const meeting = page.url();
  const map = page.locator('#map-title');
  await goTo(page, 'Wonder');
  await page.locator('[data-slip]').first().click();
  await page.getByRole('button', { name: 'Its story' }).click();
  const story = page.getByRole('heading', { name: 'What would change our mind' });
  await expect(story).toBeVisible();
  await page.keyboard.press('m');
  await expect(map).toBeVisible();
  await page.goBack();
  await expect(map).toHaveCount(0);
  await expect(story).toBeVisible();
  await page.goBack();
  await expect(story).toHaveCount(0);
  // Closed by its own key it leaves no step behind.
  await page.keyboard.press('m');
  await expect(map).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(map).toHaveCount(0);
  expect(page.url()).toBe(meeting);
  await page.goBack();
  await page.waitForURL('**/units/*');
  // Loaded anew with the map open, Back closes the next one all the same.
  await page.goto(meeting);
  await expect(page.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  await page.keyboard.press('m');
  await expect(map).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  await page.keyboard.press('m');
  await expect(map).toBeVisible();
  await page.goBack();
  await expect(map).toHaveCount(0);
  await end();
});

test('[L9] the words of a thought are changed by one key, and Enter ends it', async ({ page }) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await goTo(page, 'Wonder');
  const slip = page.locator('[data-slip]').last();
  const before = await slip.innerText();
  await slip.focus();
  await page.keyboard.press('e');
  const words = page.getByRole('textbox', { name: 'The thought', exact: true });
  await expect(words).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type(' or not');
  await page.keyboard.press('Enter');
  await expect(words).toHaveCount(0);
  const opened = page.getByRole('article', { name: 'The opened thought' });
  await expect(opened).toContainText(`${before.trim()} or not`);
  // Closed in the middle of a change, it is not opened again in one.
  await page.keyboard.press('e');
  await expect(words).toBeFocused();
  await page.locator('[data-slip]').first().click();
  await page.locator('[data-slip]', { hasText: 'or not' }).click();
  await expect(opened).toContainText('or not');
  await expect(words).toHaveCount(0);
  // Gathered from its menu with another.
  await opened.getByRole('button', { name: 'What to do with this thought' }).click();
  await page.getByRole('menuitem', { name: /^Gather with another thought/ }).click();
  await page.getByLabel('Gather it with which?').selectOption({ index: 1 });
  await page.getByRole('button', { name: 'Gather', exact: true }).click();
  await expect(page.getByText(/thoughts, gathered by the unit/)).not.toHaveCount(0);
  await end();
});

test('[H21] a board prints with all that is on it, and none of what only a hand needs', async ({ page }) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await goTo(page, 'Decide');
  const decisions = page.locator('article.dec');
  await expect(decisions.last()).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  for (const bar of [
    placesOf(page),
    page.locator('.capture'),
    page.getByRole('navigation', { name: 'Families this Wednesday' }),
    page.getByRole('contentinfo', { name: 'The meeting' }),
    page.getByRole('button', { name: 'Risk now' }),
  ])
    await expect(bar).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  for (const words of ['Mulberry unit', 'Marlon sees the children on Saturdays', 'Nobody yet'])
    await expect(page.getByText(words).first()).toBeVisible();
  // Nothing lies over anything, and nothing is cut off at a screen’s height.
  const [last, height] = [await decisions.last().boundingBox(), (await page.locator('main').boundingBox())!];
  expect(last!.y + last!.height).toBeLessThanOrEqual(height.y + height.height);
  await end();
});

test('[S28] the Enter that ends a composition sends nothing, in whichever way an engine reports it', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await goTo(page, 'Wonder');
  const field = page.getByRole('textbox', { name: 'A thought' });
  await field.click();
  const input = await page.context().newCDPSession(page);
  await input.send('Input.imeSetComposition', { text: 'にほん', selectionStart: 3, selectionEnd: 3 });
  await field.evaluate((at) => {
    const enter = { key: 'Enter', bubbles: true, cancelable: true };
    at.dispatchEvent(new KeyboardEvent('keydown', { ...enter, isComposing: true }));
    // WebKit: the composition has ended, and the key says that an input method had it.
    at.dispatchEvent(new KeyboardEvent('keydown', { ...enter, keyCode: 229 }));
  });
  await expect(field).toHaveValue('にほん');
  await input.send('Input.insertText', { text: '日本' });
  await expect(field).toHaveValue('日本');
  await field.press('Enter');
  await expect(field).toHaveValue('');
  await expect(page.locator('.slip .voice', { hasText: '日本' })).toHaveCount(1);
  await end();
});

test('[H23] today’s order can leave a family out, and the meeting goes past it', async ({ page }) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const meeting = page.url();
  const desk = await page.context().newPage();
  await desk.goto(seats.get('Delroy')!);
  const order = desk.getByRole('listitem').filter({ hasText: 'Nowicki' }).filter({ hasText: 'min' });
  await order.getByRole('button', { name: 'Leave Nowicki out today' }).click();
  await expect(
    desk.getByRole('listitem').filter({ hasText: 'Nowicki' }).filter({ hasText: 'not today' }),
  ).toBeVisible();
  await axe(desk, 'a family that is left out');
  const rail = page.getByRole('navigation', { name: 'Families this Wednesday' });
  await expect(rail.getByRole('listitem').last()).toContainText('Not today');
  await rail.getByRole('button', { name: 'Kaya-Bright' }).click();
  await page.keyboard.press(']');
  await expect(page.getByRole('heading', { name: 'Petrauskas', level: 1 })).toBeVisible();
  // Whoever goes to it brings it in.
  await rail.getByRole('button', { name: 'Nowicki' }).click();
  await expect(page.getByRole('heading', { name: 'Nowicki', level: 1 })).toBeVisible();
  await expect(rail.getByText('Not today')).toHaveCount(0);
  await expect(desk.getByRole('button', { name: 'Bring in Nowicki' })).toHaveCount(0);
  expect(page.url()).toBe(meeting);
  await end();
});

test('[H26] a family that came after the meeting opened is put on today’s order', async ({ page }) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const desk = await page.context().newPage();
  await desk.goto(seats.get('Delroy')!);
  await desk.waitForURL('**/units/*');
  await expect(desk.getByText('came after the meeting opened')).toHaveCount(0);
  const unit = desk.url();
  await desk.goto(`${unit}/people`);
  await desk.getByLabel('Name of a new family').fill('Osei');
  await desk.getByRole('button', { name: 'Add a family' }).click();
  await expect(desk.getByText('Osei').first()).toBeVisible();
  await desk.goto(unit);
  await desk.getByRole('button', { name: /^Put on today’s order ?: Osei$/ }).click();
  await axe(desk, 'a family that was put on');
  await page
    .getByRole('navigation', { name: 'Families this Wednesday' })
    .getByRole('button', { name: 'Osei' })
    .click();
  await expect(page.getByRole('heading', { name: 'Osei', level: 1 })).toBeVisible();
  await end();
});

test('[J11] by keyboard from the first press on: what goes under the hand leaves the focus where one is', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await page.goto(link);
  await page.getByRole('button', { name: 'Look round' }).press('Enter');
  const seat = page.locator('a[href^="/seat-"]', { hasText: 'Delroy' });
  await expect(seat).toBeVisible();
  await page.goto(new URL((await seat.getAttribute('href'))!, page.url()).href);
  const main = page.locator('#main');
  await page.getByRole('button', { name: 'Open the meeting' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Join in the room' })).toBeVisible();
  await expect(main).toBeFocused();
  await page.getByRole('button', { name: 'Join in the room' }).press('Enter');
  const first = page.getByRole('button', { name: /^Begin with/ });
  await expect(first).toBeVisible();
  await expect(main).toBeFocused();
  await first.press('Enter');
  await expect(page.getByRole('region', { name: 'Wonder' }).or(page.getByText('Since'))).not.toHaveCount(0);
  await expect(main).toBeFocused();
  // Keys are commands to the board from there.
  await page.keyboard.press('4');
  await page.getByLabel('A decision or a task').selectOption('decision');
  await page.getByPlaceholder(/^We decide to/).fill('Somebody walks in with them because mornings are hard');
  await page.keyboard.press('Enter');
  const whom = page.getByRole('group', { name: 'For whom it is' }).last();
  await whom.getByRole('button').first().press('Enter');
  await expect(whom).toBeFocused();
  await expect(whom.getByRole('button')).toHaveCount(0);
  await end();
});

test('[H24] between Wednesdays a family’s board is opened from the unit’s page, and what is put in stays', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  await fromMenu(page, 'Close the meeting');
  await page.getByRole('button', { name: 'Close it' }).click();
  await expect(page.getByText('This Wednesday is over.')).toBeVisible();
  const nasrin = await page.context().newPage();
  await nasrin.goto(seats.get('Nasrin')!);
  await axe(nasrin, 'between Wednesdays');
  await nasrin
    .getByRole('region', { name: 'Between Wednesdays' })
    .getByRole('link', { name: 'Nowicki' })
    .click();
  await expect(nasrin.getByRole('heading', { name: 'Nowicki', level: 1 })).toBeVisible();
  await nasrin.locator('body').press('2');
  await nasrin.getByRole('textbox', { name: 'A thought' }).fill('Said on a Thursday');
  await nasrin.keyboard.press('Enter');
  await expect(nasrin.locator('.saved')).toContainText('All saved');
  await nasrin.reload();
  // A key that is pressed before the page is there is nobody's.
  await expect(nasrin.getByRole('heading', { name: 'Nowicki', level: 1 })).toBeVisible();
  await nasrin.locator('body').press('2');
  await expect(nasrin.locator('.voice', { hasText: 'Said on a Thursday' })).toBeVisible();
  await expect(nasrin.getByRole('button', { name: 'Find' })).toBeVisible();
  // A task of last week is ticked there too.
  await nasrin.goto(seats.get('Nasrin')!);
  await nasrin.getByRole('link', { name: 'Kaya-Bright', exact: true }).click();
  const task = nasrin.getByRole('checkbox', { name: /^Done: / }).first();
  await task.check();
  await nasrin.reload();
  await expect(nasrin.getByRole('checkbox', { name: /^Done: /, checked: true }).first()).toBeVisible();
  await end();
});

test('[H25] of two of us who share a first name each is called by the whole one', async ({ page }) => {
  const { windows, end } = await sitDown(page);
  const desk = await page.context().newPage();
  const unit = /.*\/seat-[0-9a-f-]+\//.exec(page.url())![0];
  await desk.goto(unit);
  await desk.getByRole('link', { name: 'People and settings' }).click();
  const callum = desk.getByRole('listitem').filter({ has: desk.getByLabel('Seat of Callum Brannigan') });
  await callum.getByLabel('Name', { exact: true }).fill('Nasrin Brannigan');
  await callum.getByLabel('Name', { exact: true }).press('Tab');
  await expect(desk.getByLabel('Seat of Nasrin Brannigan')).toBeVisible();
  await windows.get('Callum')!.locator('body').press('h');
  await page.reload();
  await expect(page.getByRole('button', { name: 'Give Nasrin Brannigan the turn' })).toBeVisible();
  await end();
});
