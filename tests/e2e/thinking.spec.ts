import { expect, type Page } from '@playwright/test';
import { axe, familyOf, fresh, lookRound, sitDown, test } from './house.ts';

test('[S15] five write in silence: no word reaches another window before the slips are turned over', async ({
  page,
}) => {
  const { windows, heard, end } = await sitDown(page);
  await page.locator('body').press('2');
  for (const window of windows.values())
    await expect(window.getByLabel('A thought', { exact: true })).toBeVisible();
  // By one key, and everyone is told.
  await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await page.locator('body').press('s');
  const silence = (window: Page) => window.getByRole('region', { name: 'Writing in silence' });
  for (const window of windows.values()) await expect(silence(window)).toBeVisible();
  const words = new Map(
    [...windows.keys()].map((name) => [name, `Perhaps ${name} alone thinks of Zanzibar`]),
  );
  for (const [name, window] of windows) {
    await window.locator('[data-capture]').pressSequentially(words.get(name)!);
    await window.keyboard.press('Enter');
    await expect(silence(window).getByLabel('Your slip')).toHaveValue(words.get(name)!);
  }
  const ines = windows.get('Inês')!;
  await silence(ines).getByRole('button', { name: 'I have finished' }).click();
  const callum = windows.get('Callum')!;
  await expect(silence(callum)).toContainText('Inês1 slip, has finished');
  await expect(silence(callum)).toContainText('Nasrin1 slip');
  await axe(callum, 'writing in silence');
  for (const [name, frames] of heard)
    for (const [other, said] of words)
      if (other !== name)
        expect(
          frames.some((frame) => frame.includes(said)),
          `${name} was sent a word of ${other}`,
        ).toBe(false);

  // A window that is closed and opened again finds its slip; a colleague's window shows the back alone.
  await ines.reload();
  await expect(silence(ines).getByLabel('Your slip')).toHaveValue(words.get('Inês')!);

  const nasrin = windows.get('Nasrin')!;
  // Who is in the middle of a word when they are turned loses none of it.
  const yewande = windows.get('Yewande')!;
  await yewande.locator('[data-capture]').pressSequentially('Half a thou');
  await expect(silence(callum)).toContainText('Yewande2 slips');
  await silence(callum).getByRole('button', { name: 'Turn them over' }).click();
  await expect(callum.locator('[data-slip]', { hasText: 'Half a thou' })).toBeVisible();
  await yewande.locator('[data-capture]').pressSequentially('ght, and the rest of it');
  await yewande.keyboard.press('Enter');
  await expect(callum.locator('[data-slip]', { hasText: 'Half a thought, and the rest of it' })).toHaveCount(
    1,
  );
  for (const window of windows.values()) {
    await expect(silence(window)).toHaveCount(0);
    for (const said of words.values())
      await expect(window.locator('[data-slip]', { hasText: said })).toBeVisible();
  }
  await expect(
    nasrin.getByRole('status').filter({ hasText: 'Callum turned the slips over.' }),
  ).toBeAttached();
  // Each slip is its author's: shown on asking.
  await nasrin.locator('[data-slip]', { hasText: words.get('Inês')! }).click();
  await nasrin.getByRole('button', { name: 'What to do with this thought' }).click();
  await nasrin.getByRole('menuitem', { name: 'Who put this in?' }).click();
  await expect(nasrin.getByText('Put in by Inês Carvalho')).toBeVisible();
  await end();
});

test('[L1] a thought has a story: feedback moves it, it is set aside with why, taken up, split, and a notice is quieted', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.locator('body').press('2');
  const slip = (window: Page) => window.locator('[data-slip]', { hasText: 'Deniz fights at school' });
  await slip(nasrin).click();
  const opened = nasrin.getByRole('article', { name: 'The opened thought' });
  await expect(opened).toContainText(/Next:|No next conversation yet/);
  await opened.getByRole('button', { name: 'Its story' }).click();
  const story = (window: Page) => window.getByRole('region', { name: 'The story of a thought' });
  await expect(story(nasrin)).toContainText('Put in the pot');
  await expect(story(nasrin)).toContainText(/does not fit|fits/);
  await axe(nasrin, 'the story of a thought');
  await nasrin.getByRole('button', { name: 'Add', exact: true }).first().click();
  await nasrin.keyboard.type('A calm weekend, and a fight on Monday');
  await nasrin.keyboard.press('Escape');
  // Another window reads the same story, letter for letter.
  const callum = windows.get('Callum')!;
  await slip(callum).click();
  await callum.getByRole('button', { name: 'Its story' }).click();
  await expect(callum.getByText('A calm weekend, and a fight on Monday')).toBeVisible();
  await story(callum).getByRole('button', { name: 'Set aside, and why' }).click();
  await callum.keyboard.type('Nothing came back for weeks');
  await callum.keyboard.press('Enter');
  await expect(slip(callum)).toHaveCount(0);
  await expect(story(nasrin)).toContainText('Nothing came back for weeks');
  await story(nasrin).getByRole('button', { name: 'Take it up again' }).click();
  await expect(slip(callum)).toBeVisible();
  await story(nasrin).getByRole('button', { name: 'Split in two' }).click();
  await expect(slip(callum)).toHaveCount(2);
  // One press of undo takes back the whole of what one press did.
  await nasrin.locator('body').press('Control+z');
  await expect(slip(nasrin)).toHaveCount(1);
  await expect(slip(callum)).toHaveCount(1);
  // What is worth a thought is folded, says why, and can be quieted for all of this family.
  // They are looked for anew when the hands rest: it is this one notice that goes, in every window.
  const notice = (window: Page) => window.getByRole('listitem').filter({ hasText: says });
  await callum.locator('summary', { hasText: 'worth a thought' }).click();
  await nasrin.locator('summary', { hasText: 'worth a thought' }).click();
  const quiet = callum.getByRole('button', { name: /^Quiet for this family/ }).first();
  const says = (await quiet.textContent())!.replace(/^Quiet for this family: /, '').trim();
  await expect(notice(nasrin)).toBeVisible();
  await notice(callum)
    .getByRole('button', { name: /^Quiet for this family/ })
    .click();
  await expect(notice(callum)).toHaveCount(0);
  await expect(notice(nasrin)).toHaveCount(0);
  await end();
});

test('[L5] by one key a word is found in any family one may see, and one stands where it is', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await page.locator('body').press('2');
  await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await page.getByLabel('A thought', { exact: true }).pressSequentially('Perhaps Café Zanzibar is home');
  await page.keyboard.press('Enter');
  await expect(page.locator('.saved')).toHaveText('All saved');
  // Also from within a field.
  await page.keyboard.press('Control+k');
  const dialog = page.getByRole('dialog', { name: 'Find' });
  await expect(dialog).toBeVisible();
  await page.keyboard.type('cafe zanzi');
  await expect(dialog.getByRole('status')).toHaveText('One thing found');
  await axe(page, 'find');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('article', { name: 'The opened thought' })).toContainText('Café Zanzibar');
  // No word of it in the address or the title.
  expect(`${page.url()} ${await page.title()}`).not.toMatch(/zanzi/i);
  await page.locator('body').press('Control+k');
  await page.keyboard.type(' nowhere at all');
  await expect(dialog.getByRole('status')).toHaveText('0 found');
  await end();
});

test('[L4] the board as it was is a page that can only be read', async ({ page }) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  const family = await familyOf(page);
  const seat = /\/seat-[0-9a-f-]+/.exec(new URL(page.url()).pathname)![0];
  await page.goto(new URL(`${seat}/families/${family}?on=2099-01-01`, page.url()).href);
  await expect(page.getByText('Aylin is being the other parent')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'What has changed since' })).toBeVisible();
  await axe(page, 'as it was');
  await page.getByLabel('or another day').fill('2020-01-01');
  await expect(page.getByText('Nothing was on the board yet.')).toBeVisible();
  await end();
});

test('[L7] questions go along to the visit with first names alone, and what came back arrives on the board', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const family = await familyOf(page);
  await page.locator('body').press('3');
  const callum = windows.get('Callum')!;
  await callum.setViewportSize({ width: 390, height: 844 });
  const seat = /\/seat-[0-9a-f-]+/.exec(new URL(callum.url()).pathname)![0];
  await callum.goto(new URL(`${seat}/families/${family}/visit`, callum.url()).href);
  const main = callum.locator('main');
  await expect(main).toContainText('When Emine lets herself in');
  await expect(main).not.toContainText('Kaya');
  await axe(callum, 'for the visit');
  await main.getByLabel(/What came back: When Emine/).fill('It goes small. Like she’s fifteen.');
  // Its day is offered, and not said until somebody presses it.
  await main.getByRole('button', { name: 'today' }).press('Enter');
  await expect(callum.locator('.saved')).toHaveText('All saved');
  // At the table it stands under the question, in her words, with the day and who said it.
  const answer = page.locator('article.q', { hasText: 'When Emine lets herself in' });
  await expect(answer).toContainText('“It goes small. Like she’s fifteen.”');
  await expect(answer).toContainText('Marlon');
  // At the table an answer is typed without the question moving away from under the hand.
  const open = page.locator('article.q').filter({ hasNotText: 'When Emine lets herself in' }).first();
  await open.locator('button.words').click();
  const words = open.getByLabel('What came back', { exact: true });
  await words.click();
  await page.keyboard.type('He lets her sleep.');
  await expect(words).toHaveValue('He lets her sleep.');
  await main.getByLabel('The family’s name on paper').check();
  await expect(main).toContainText('Kaya-Bright');
  await end();
});

test('[L6] the unit puts a question of its own into the library, everyone has it, and a favourite is found', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.locator('body').press('3');
  for (const window of [page, nasrin])
    await expect(window.getByRole('region', { name: 'Ask' })).toBeVisible();
  await page.locator('body').press('l');
  const library = page.getByRole('complementary', { name: 'Library of questions' });
  await library.getByRole('button', { name: 'One of our own' }).press('Enter');
  await library.getByLabel(/^The question/).fill('What would X whisper to {Z} at bedtime?');
  await library.getByLabel('Its kind').selectOption({ label: 'Meaning' });
  await library.getByRole('button', { name: 'Keep it in the library' }).press('Enter');
  await library.getByRole('button', { name: /^Our own 1/ }).click();
  // A blank that nobody has named, or that nobody knows, is left to be written.
  await expect(library.getByText('What would … whisper to … at bedtime?').first()).toBeVisible();
  await library.getByLabel('Whose name in the question').selectOption({ label: 'Deniz' });
  await expect(library.getByText(/^What would Deniz whisper to … at bedtime\?/)).toBeVisible();
  await library.getByRole('button', { name: /^Favourite: What would/ }).press('Enter');
  await axe(page, 'the library with one of our own');
  await nasrin.locator('body').press('l');
  const hers = nasrin.getByRole('complementary', { name: 'Library of questions' });
  await hers.getByRole('button', { name: /^Favourites 1/ }).click();
  await hers.getByRole('button', { name: /^Use/ }).click();
  await expect(page.locator('article.q', { hasText: 'whisper to … at bedtime' })).toBeVisible();
  await end();
});

test('[L11] a thought can be about the school, and about ourselves', async ({ page }) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.locator('body').press('2');
  await expect(nasrin.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await page.locator('[data-slip]').last().click();
  await page.getByRole('button', { name: 'What to do with this thought' }).click();
  await page.getByRole('menuitem', { name: /^Whom is it about/ }).click();
  const whom = page.getByRole('group', { name: 'Whom this thought is about' });
  await whom.getByRole('checkbox', { name: 'Us', exact: true }).check();
  const school = whom.getByRole('checkbox', { name: /school/i }).first();
  await school.check();
  await axe(page, 'whom a thought is about');
  for (const name of ['Us', /school/i])
    await expect(nasrin.locator('.loose .names').getByText(name).first()).toBeVisible();
  await end();
});
