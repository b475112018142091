import { expect, type Locator, type Page } from '@playwright/test';
import { axe, fresh, lookRound, readThrough, sitDown, test } from './house.ts';

const pot = (page: Page) => page.locator('[data-capture]');
/** Opens a thought and changes its words, as somebody does who reads it. */
const catchUp = (page: Page) =>
  page.getByRole('navigation', { name: 'Places on this board' }).getByRole('button', { name: 'Catch up' });

async function changeWords(page: Page, holding: string) {
  const slip = page.locator('[data-slip]', { hasText: holding });
  await slip.focus();
  await page.keyboard.press('e');
  const words = page.getByRole('textbox', { name: 'The thought', exact: true });
  await expect(words).toBeFocused();
  return words;
}

test('[S29] two hands in one thought keep each other’s words, with an input method and on the way back', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const [nasrin, callum] = [windows.get('Nasrin')!, windows.get('Callum')!];
  await page.locator('body').press('2');
  for (const one of [nasrin, callum]) await expect(one.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await pot(nasrin).click();
  await nasrin.keyboard.type('What if the nights are hers');
  // Into the same thought, while it is still in the field at the foot of the one who began it.
  const words = await changeWords(callum, 'What if the nights are hers');
  await callum.keyboard.press('Control+End');
  await callum.keyboard.type(', says Deniz');
  await expect(pot(nasrin)).toHaveValue('What if the nights are hers, says Deniz');
  await pot(nasrin).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(0, 0));
  await nasrin.keyboard.type('Odd: ');
  await expect(words).toHaveValue('Odd: What if the nights are hers, says Deniz');

  // A word that is being composed is nobody's to touch, and arrives once, whole.
  const keys = await nasrin.context().newCDPSession(nasrin);
  await pot(nasrin).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(5, 5));
  await keys.send('Input.imeSetComposition', { text: 'やか', selectionStart: 2, selectionEnd: 2 });
  await callum.keyboard.press('Control+Home');
  await callum.keyboard.type('Perhaps. ');
  await callum.keyboard.press('Control+End');
  await callum.keyboard.type('!');
  await expect(words).toHaveValue('Perhaps. Odd: What if the nights are hers, says Deniz!');
  await expect(pot(nasrin)).toHaveValue('Odd: やかWhat if the nights are hers, says Deniz');
  await keys.send('Input.imeSetComposition', { text: '夜間', selectionStart: 2, selectionEnd: 2 });
  await keys.send('Input.insertText', { text: '夜間' });
  const whole = 'Perhaps. Odd: 夜間What if the nights are hers, says Deniz!';
  await expect(pot(nasrin)).toHaveValue(whole);
  await expect(words).toHaveValue(whole);

  // One's own way back takes one's own letters, wherever others wrote meanwhile.
  await nasrin.keyboard.press('Control+z');
  await expect(words).toHaveValue('Perhaps. Odd: What if the nights are hers, says Deniz!');
  await expect(pot(nasrin)).toHaveValue('Perhaps. Odd: What if the nights are hers, says Deniz!');
  await end();
});

test('[S29] what somebody else puts into the bin stays in the hand that writes it', async ({ page }) => {
  const { windows, end } = await sitDown(page);
  const [nasrin, callum] = [windows.get('Nasrin')!, windows.get('Callum')!];
  await page.locator('body').press('2');
  for (const one of [nasrin, callum]) await expect(one.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await pot(nasrin).click();
  await nasrin.keyboard.type('Half a thou');
  await callum.locator('[data-slip]', { hasText: 'Half a thou' }).click();
  await callum.getByRole('button', { name: 'What to do with this thought' }).click();
  await callum.getByRole('menuitem', { name: /bin/i }).click();
  await expect(callum.locator('[data-slip]', { hasText: 'Half a thou' })).toHaveCount(0);
  await expect(nasrin.getByText('This went into the bin.')).toBeVisible();
  await expect(pot(nasrin)).toBeFocused();
  await expect(pot(nasrin)).toHaveValue('Half a thou');
  await nasrin.keyboard.type('ght');
  await nasrin.keyboard.press('Enter');
  await expect(callum.locator('[data-slip]', { hasText: 'Half a thought' })).toHaveCount(1);
  await expect(pot(nasrin)).toHaveValue('');
  // Also where the words of one that stands there already are being changed.
  const words = await changeWords(nasrin, 'Half a thought');
  await callum.locator('[data-slip]', { hasText: 'Half a thought' }).click();
  await callum.getByRole('button', { name: 'What to do with this thought' }).click();
  await callum.getByRole('menuitem', { name: /bin/i }).click();
  await expect(nasrin.getByText('Somebody put this into the bin while you were writing.')).toBeVisible();
  await expect(words).toBeFocused();
  await nasrin.keyboard.press('Control+End');
  await nasrin.keyboard.type(' is whole');
  await expect(words).toHaveValue('Half a thought is whole');
  await nasrin.getByRole('button', { name: 'Put it back' }).click();
  await expect(callum.locator('[data-slip]', { hasText: 'Half a thought is whole' })).toHaveCount(1);
  await end();
});

test('[L10] a line is a line on the board, in the record and in the file, also one of a letter pasted in', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await page.locator('body').press('4');
  await page.getByRole('textbox', { name: 'A decision' }).click();
  await page.keyboard.type('We go on Friday.');
  await page.keyboard.press('Shift+Enter');
  // As a word processor's lines come out of the clipboard.
  await page.keyboard.insertText('Callum drives.\u2028Nasrin stays\vwith Isa.');
  await page.keyboard.press('Enter');
  const lines = 'We go on Friday.\nCallum drives.\nNasrin stays\nwith Isa.';
  const decision = page.locator('article', { hasText: 'We go on Friday.' });
  await decision.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => decision.innerText()).toContain(lines);
  await decision.getByRole('button', { name: /^All/ }).click();
  await page.locator('body').press('5');
  const entry = page.getByRole('tabpanel');
  await expect.poll(() => entry.innerText()).toContain(lines);
  await readThrough(page);
  await end();
});

test('[H22] a part that does not load says so and comes back by itself; whom to ring is there without it', async ({
  page,
}) => {
  const { link, end } = await fresh();
  let isGone = false;
  await page.context().route('**/_app/immutable/**', (route) => (isGone ? route.abort() : route.continue()));
  await lookRound(page, link);
  const desk = await page.context().newPage();
  await desk.goto(page.url().replace(/meetings\/.*/, ''));
  // Every part that came so far is in the page; what is wanted from now on is not on the server.
  await page.route('**/RiskNow*', (route) => route.abort());
  isGone = true;
  const gone = page.getByRole('alert').filter({ hasText: 'This part of the page did not load.' });
  await page.locator('body').press('4');
  await expect(gone).toBeVisible();
  await axe(page, 'a part that did not load');
  await page.getByRole('button', { name: 'Risk now' }).click();
  await expect(page.getByRole('link', { name: 'Ring 999' })).toBeVisible();
  isGone = false;
  // Nobody presses anything.
  await expect(page.getByLabel('What is happening')).toBeVisible();
  await expect(gone).toHaveCount(0);
  await end();
});

test('[S30] what was begun in a form outlives a move, a crash and another window, and is sent to nobody else', async ({
  page,
}) => {
  const { windows, heard, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.locator('body').press('4');
  await nasrin.getByRole('textbox', { name: 'A decision' }).click();
  await nasrin.keyboard.type('We ask Marlon on Fri');
  // The unit moves on: it stands in no field, and is listed.
  await page.locator('body').press('2');
  await nasrin.getByRole('button', { name: /^Come along/ }).click();
  await expect(nasrin.getByRole('region', { name: 'Wonder' })).toBeVisible();
  const begun = nasrin.locator('summary', { hasText: 'You began something here and did not send it' });
  await begun.click();
  await expect(nasrin.locator('details', { has: begun })).toContainText('We ask Marlon on Fri');
  await axe(nasrin, 'what was begun and not sent');
  const slip = nasrin.locator('[data-slip]').first();
  await slip.focus();
  await nasrin.keyboard.press('a');
  await nasrin.getByLabel('Why do we set this aside?').fill('Nobody has asked');
  await expect(nasrin.locator('.saved')).toContainText('All saved');

  // The tab is gone without a goodbye; another one opens.
  const address = nasrin.url();
  await expect(begun).toBeVisible();
  const again = await page.context().newPage();
  await again.goto(address);
  const there = again.locator('summary', { hasText: 'You began 2 things here and did not send them' });
  await there.click();
  for (const words of ['We ask Marlon on Fri', 'Nobody has asked'])
    await expect(again.locator('details', { has: there })).toContainText(words);
  await nasrin.close({ runBeforeUnload: false });
  // Let go, it is gone for good; the other is in its field again, goes on, and is sent.
  await again.getByRole('button', { name: /^Let it go ?: Nobody has asked/ }).click();
  await again.locator('body').press('4');
  await expect(again.getByRole('textbox', { name: 'A decision' })).toHaveValue('We ask Marlon on Fri');
  await pot(again).click();
  await again.keyboard.press('Control+End');
  await again.keyboard.type('day.');
  await again.keyboard.press('Enter');
  await expect(page.locator('body')).toContainText('We ask Marlon on Friday.');
  await again.reload();
  await expect(again.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  await expect(pot(again)).toHaveValue('');
  await expect(again.locator('summary', { hasText: 'You began' })).toHaveCount(0);
  for (const [name, frames] of heard)
    if (name !== 'Nasrin') expect(frames.join('\n'), name).not.toContain('Nobody has asked');
  await end();
});

test('[S30] two windows of one person go on with what was begun, and send it once', async ({ page }) => {
  const { windows, end } = await sitDown(page);
  const first = windows.get('Nasrin')!;
  const second = await page.context().newPage();
  await page.locator('body').press('4');
  const field = (window: Page) => window.getByRole('textbox', { name: 'A decision' });
  await field(first).click();
  await first.keyboard.type('alpha');
  await expect(first.locator('.saved')).toContainText('All saved');
  await second.goto(first.url());
  await expect(field(second)).toHaveValue('alpha');
  await field(second).click();
  await second.keyboard.press('Control+End');
  await second.keyboard.type(' bravo');
  await expect(field(first)).toHaveValue('alpha bravo');
  await first.keyboard.press('Control+End');
  await first.keyboard.type(' charlie');
  await expect(field(second)).toHaveValue('alpha bravo charlie');
  // Sent in one of them there is nothing left to send in the other.
  await second.keyboard.press('Enter');
  await expect(field(first)).toHaveValue('');
  await first.keyboard.press('Enter');
  await expect(page.locator('article.dec', { hasText: 'alpha bravo charlie' })).toHaveCount(1);
  await expect(first.locator('summary', { hasText: 'You began' })).toHaveCount(0);
  await end();
});

test('[L9] a task is put on and the next one written, with Enter alone', async ({ page }) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await page.locator('body').press('4');
  await page.getByLabel('A decision or a task').selectOption('task');
  await pot(page).click();
  // As fast as hands go, and with one Enter too many.
  for (const words of ['Ring the school', 'Write to Marlon']) {
    await page.keyboard.type(words);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
  }
  const tasks = page.getByRole('region', { name: 'Who does what, by when' });
  await expect(tasks.getByRole('button', { name: 'Ring the school', exact: true })).toBeVisible();
  await expect(tasks.getByLabel('What is to be done')).toHaveValue('Write to Marlon');
  // Opened by hand its words have the caret, and Enter ends it with no line that nobody wrote.
  await tasks.getByRole('button', { name: 'Ring the school', exact: true }).click();
  const field = tasks.getByLabel('What is to be done');
  await expect(field).toBeFocused();
  await page.keyboard.press('End');
  await page.keyboard.type(' today');
  await page.keyboard.press('Enter');
  await expect(field).toHaveCount(0);
  await expect(tasks.getByRole('button', { name: 'Ring the school today', exact: true })).toBeVisible();
  await end();
});

test('[S30] what stands in a one-line field beside the words is kept too', async ({ page }) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await page.locator('body').press('2');
  await page.locator('[data-slip]').first().click();
  await page.getByRole('button', { name: /^Add what you saw ?that fits/ }).click();
  await page.getByLabel('What you saw').fill('She laughed');
  await page.getByLabel('Seen by, or where from').fill('the neighbour');
  await catchUp(page).click();
  const told = page.locator('#main').getByRole('button', { name: /^Change: Housing/ });
  await told.click();
  await page.getByLabel('Who told us, or saw it').fill('Mr Adu of housing');
  await expect(page.locator('.saved').first()).toContainText('All saved');
  // Nobody has left the field; the hand has rested.
  await expect
    .poll(async () => {
      const other = await page.context().newPage();
      await other.goto(page.url());
      await catchUp(other).click();
      await other
        .locator('#main')
        .getByRole('button', { name: /^Change: Housing/ })
        .click();
      const value = await other.getByLabel('Who told us, or saw it').inputValue();
      await other.close();
      return value;
    })
    .toBe('Mr Adu of housing');
  await page.reload();
  await expect(page.getByText('You began 2 things here and did not send them')).toBeVisible();
  await end();
});

test('[S30] what was begun on the map and of a number is kept, each for what it is about', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await catchUp(page).click();
  const numbers = page.getByRole('region', { name: 'Numbers we follow' });
  await numbers.getByRole('button', { name: /^Next/ }).first().click();
  await numbers.getByLabel('The number').fill('77%');
  await numbers.getByRole('button', { name: 'Not now' }).click();
  // A number that was begun in one row stands in no other, nor does its row's name lie about as begun.
  await numbers.getByRole('button', { name: 'Note a number' }).click();
  await expect(numbers.getByLabel('The number')).toHaveValue('');
  await expect(numbers.getByLabel('What is measured')).toHaveValue('');
  await numbers.getByRole('button', { name: 'Not now' }).click();
  await expect(page.getByText('You began something here and did not send it')).toBeVisible();
  const seen = async () => {
    await page.locator('body').press('m');
    await page.getByRole('button', { name: 'Between Marlon and Selin: 2 views' }).click();
    await page.getByRole('button', { name: 'How you see it' }).click();
    return page.getByLabel('What you saw or heard');
  };
  await (await seen()).fill('He waits outside');
  await expect(page.locator('.saved').first()).toContainText('All saved');
  const another = await page.context().newPage();
  await expect
    .poll(async () => {
      await another.goto(page.url());
      return another.getByText(/^You began .* here and did not send/).textContent();
    })
    .toBe('You began 2 things here and did not send them');
  await page.reload();
  await expect(page.getByText('You began 2 things here and did not send them')).toBeVisible();
  await expect(await seen()).toHaveValue('He waits outside');
  await page.goto(page.url());
  await catchUp(page).click();
  await numbers.getByRole('button', { name: /^Next/ }).first().click();
  await expect(numbers.getByLabel('The number')).toHaveValue('77%');
  await end();
});

test('[S30] a correction of a file that was begun outlives a reload, each under its own entry', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await page.locator('body').press('5');
  await readThrough(page);
  await page.getByRole('button', { name: /^Commit to/ }).click();
  await page
    .getByRole('link', { name: /^Read Aylin’s entry/ })
    .first()
    .click();
  // That it was read is written down once, however often the page looks who is before it.
  await page.getByRole('button', { name: 'Who read this file' }).click();
  await expect(page.getByRole('complementary', { name: 'Find and copy' }).getByRole('listitem')).toHaveText([
    /Delroy Pinnock, read/,
  ]);
  const field = page.getByLabel('The correction');
  const correct = page.getByRole('button', { name: 'Correct this' });
  await correct.first().click();
  await field.fill('It was Tuesday');
  // Kept beside the board: on the server, for whoever began it alone.
  const another = await page.context().newPage();
  await expect
    .poll(async () => {
      await another.goto(page.url());
      await another.getByRole('button', { name: 'Correct this' }).first().click();
      return another.getByLabel('The correction').inputValue();
    })
    .toBe('It was Tuesday');
  await page.reload();
  await correct.first().click();
  await expect(field).toHaveValue('It was Tuesday');
  // A brother's file has a field of its own.
  const deniz = await page.context().newPage();
  const path = new URL(page.url()).pathname.replace(/children\/.*/, '');
  await deniz.goto(new URL(path, page.url()).href);
  await deniz.getByRole('link', { name: 'Deniz' }).first().click();
  await deniz.getByRole('button', { name: 'Correct this' }).first().click();
  await expect(deniz.getByLabel('The correction')).toHaveValue('');
  await page.getByRole('button', { name: 'Add the correction' }).click();
  await expect(page.getByText('It was Tuesday')).toBeVisible();
  await expect(field).toHaveCount(0);
  await correct.first().click();
  await expect(field).toHaveValue('');
  // What was sent here is begun nowhere else.
  await expect(another.getByLabel('The correction')).toHaveValue('');
  await end();
});

test('[S29] no field goes from under a hand: others empty it, bin it or turn the unit elsewhere', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const [nasrin, callum] = [windows.get('Nasrin')!, windows.get('Callum')!];
  const both = [nasrin, callum];
  const isAt = async (place: string, name: string) => {
    // Whoever is in the middle of a word stays where they are.
    for (const one of both) await one.keyboard.press('Escape');
    await page.locator('body').press(place);
    for (const one of both)
      await expect(
        one.getByRole('navigation', { name: 'Places on this board' }).locator('[aria-current="page"]'),
      ).toContainText(name);
  };
  // Who puts it on the board has it open; the other opens it and writes; the first takes all the words away.
  const tried = async (foot: string, field: string, open: (words: string) => Promise<void>) => {
    const words = `${foot}, said once`;
    await callum.getByRole('textbox', { name: foot, exact: true }).fill(words);
    await callum.keyboard.press('Enter');
    await open(words);
    const [hers, his] = both.map((one) =>
      one
        .locator('#main')
        .getByRole('textbox', { name: field, exact: true })
        .and(one.locator('[data-shared]')),
    ) as [Locator, Locator];
    await expect(hers).toHaveValue(words);
    await hers.focus();
    await his.fill('');
    await expect(hers).toHaveValue('');
    await expect(hers).toBeFocused();
    await nasrin.keyboard.type('Said again');
    await expect(his).toHaveValue('Said again');
  };
  await isAt('1', 'Catch up');
  await tried('What happened', 'What happened', (words) =>
    nasrin.getByRole('button', { name: `Change: ${words}` }).click(),
  );
  // Seven more that came in push nothing out from under the hand.
  for (let more = 1; more <= 7; more++) {
    await callum.locator('[data-capture]').fill(`More that happened, ${more}`);
    await callum.keyboard.press('Enter');
  }
  await expect(nasrin.getByText('More that happened, 7')).toBeVisible();
  await expect(nasrin.getByRole('textbox', { name: 'What happened', exact: true }).first()).toHaveValue(
    'Said again',
  );
  await nasrin.getByRole('button', { name: 'Done', exact: true }).click();
  await isAt('4', 'Decide');
  await tried('A decision', 'What we decide', (words) =>
    nasrin
      .locator('article', { hasText: words })
      .getByRole('button', { name: /^Change/ })
      .click(),
  );
  await callum.getByRole('combobox', { name: 'A decision or a task' }).selectOption('task');
  await tried('A task', 'What is to be done', (words) =>
    nasrin.locator('[data-opens^="task-"]', { hasText: words }).click(),
  );
  await isAt('3', 'Ask');
  await tried('A question', 'The question', (words) =>
    nasrin.locator('[data-opens^="question-"]', { hasText: words }).click(),
  );

  // Two in one line beside the words: each keeps their own, and a word that is being written is not taken away.
  const [hers, his] = both.map((one) => one.getByLabel('Ask whom?')) as [Locator, Locator];
  await his.fill('Nan');
  await expect(hers).toHaveValue('Nan');
  await hers.focus();
  await nasrin.keyboard.press('End');
  await nasrin.keyboard.type(' and Grandad');
  await callum.keyboard.press('Home');
  await callum.keyboard.type('Her ');
  for (const one of [hers, his]) await expect(one).toHaveValue('Her Nan and Grandad');

  // What is begun at the foot about one thought is not another's because somebody put that one into the bin.
  await nasrin.getByRole('button', { name: 'Done', exact: true }).click();
  const about = (await nasrin.locator('#main .about .voice').innerText()).slice(0, 30);
  await pot(nasrin).click();
  await nasrin.keyboard.type('Who would miss it most');
  await callum
    .getByRole('navigation', { name: 'Places on this board' })
    .getByRole('button', { name: /^Wonder/ })
    .click();
  await callum.locator('[data-slip]', { hasText: about }).click();
  await callum.getByRole('button', { name: 'What to do with this thought' }).click();
  await callum.getByRole('menuitem', { name: /bin/i }).click();
  await expect(nasrin.getByText('This goes where you began it')).toBeVisible();
  await expect(pot(nasrin)).toHaveValue('Who would miss it most');
  // A question of a thought that is in the bin is asked about the whole family, and not lost with it.
  await nasrin.keyboard.press('Enter');
  await expect(
    nasrin.locator('article', { hasText: 'Who would miss it most' }).getByText(/about the whole family/),
  ).toBeVisible();
  await end();
});

test('[S29] words made for the file stay under the hand when somebody else takes the thought out of it, and are not put in over theirs', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const yewande = windows.get('Yewande')!;
  for (const one of [page, yewande]) {
    await one
      .getByRole('navigation', { name: 'Places on this board' })
      .getByRole('button', { name: /^Record/ })
      .click();
    await one.getByRole('button', { name: /^Choose.*thoughts/ }).click();
  }
  const tick = (one: Page) => one.locator('.stays input[type="checkbox"]').first();
  const words = (one: Page) => one.getByRole('textbox', { name: /^Words made for the file/ });
  await tick(page).check();
  await expect(words(yewande)).toBeVisible();
  await words(page).fill('We wonder what');
  await tick(yewande).uncheck();
  await expect(page.getByText('It was taken out of the file meanwhile.')).toBeVisible();
  await expect(words(page)).toHaveValue('We wonder what');
  // Leaving the field puts nothing in; a press does.
  await words(page).blur();
  await expect(tick(yewande)).not.toBeChecked();
  await page.getByRole('button', { name: 'Put these words in' }).click();
  await expect(words(yewande)).toHaveValue('We wonder what');
  // What another wrote there meanwhile is shown, and not written over; not even after the window was left.
  await words(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.type(' she sees');
  await words(yewande).fill('We ask what she hears');
  await words(yewande).blur();
  await expect(page.getByText('Other words were written meanwhile: “We ask what she hears”.')).toBeVisible();
  await words(page).blur();
  await words(page).focus();
  await page.keyboard.press('End');
  await page.keyboard.type(' at night');
  await words(page).blur();
  await expect(words(yewande)).toHaveValue('We ask what she hears');
  await expect(words(page)).toHaveValue('We wonder what she sees at night');
  await end();
});
