import { readFile } from 'node:fs/promises';
import { expect, type Page } from '@playwright/test';
import { axe, familyOf, fresh, lookRound, sitDown, test } from './house.ts';

/** Opens the large map in a window by its key, and waits until its people stand there. */
async function openMap(window: Page): Promise<void> {
  await expect(window.locator('main#main')).toBeVisible();
  await window.locator('body').press('m');
  await expect(window.getByRole('heading', { name: 'The Kaya-Bright family' })).toBeVisible();
  await expect(person(window, 'Selin')).toBeVisible();
}
const person = (window: Page, name: string) => window.locator(`[data-person][aria-label^="${name}"]`);
const place = async (window: Page, name: string) => {
  const box = await person(window, name).boundingBox();
  return Math.round(box!.x);
};

test('[M2] [M3] five draw the family together: people, lines, views beside each other, a circle refused', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  for (const window of windows.values()) await openMap(window);
  const [ines, callum, nasrin] = ['Inês', 'Callum', 'Nasrin'].map((name) => windows.get(name)!) as [
    Page,
    Page,
    Page,
  ];
  await axe(page, 'the family map');
  // Somebody more, by keyboard alone; everybody sees him.
  await page.getByRole('button', { name: 'A person' }).press('Enter');
  await page.keyboard.type('Yusuf Kaya');
  await page.getByLabel('What they are').selectOption({ label: 'is a child of' });
  await page.getByLabel('Of whom').selectOption({ label: 'Emine Kaya' });
  await page.getByRole('button', { name: 'Put on the map' }).press('Enter');
  for (const window of windows.values()) await expect(person(window, 'Yusuf')).toBeVisible();
  // Nobody becomes their own forebear.
  await page.getByRole('button', { name: 'A line' }).press('Enter');
  await page.getByRole('combobox', { name: 'Who', exact: true }).selectOption({ label: 'Yusuf Kaya' });
  await page.getByLabel('Is what to the other').selectOption({ label: 'is a parent of' });
  await page.getByRole('combobox', { name: 'Whom', exact: true }).selectOption({ label: 'Emine Kaya' });
  await page.getByRole('button', { name: 'Draw it' }).press('Enter');
  await expect(page.getByRole('alert')).toHaveText(
    'That would make somebody their own parent or grandparent.',
  );
  await page.getByRole('button', { name: 'Cancel' }).click();
  // Two views of one pair, each under its own author, stand beside each other for a third.
  await nasrin.getByRole('button', { name: 'Between Marlon and Selin: 2 views' }).click();
  const between = nasrin
    .getByRole('heading', { name: /^Between Marlon and Selin|^Harm, from (Marlon|Selin) to/ })
    .locator('..');
  await expect(between).toContainText('Heard on the doorstep, twice.');
  await expect(between).toContainText('They quarrel, and ring within the hour.');
  await between.getByRole('button', { name: 'How you see it' }).click();
  await between.getByLabel('How it is, as you see it').selectOption({ label: 'harm' });
  await between.getByLabel('Who harms whom').selectOption({ index: 1 });
  await between.getByLabel('What kind of harm').fill('control');
  await between.getByRole('button', { name: 'Put my view beside' }).click();
  await expect(between.getByRole('button', { name: /^Take this line away/ })).toHaveCount(1);
  await expect(between).toContainText('not said how sure');
  // Undo takes it back by a card, and says no more than that; it stays in the history, and is done again.
  await nasrin.keyboard.press('Control+z');
  await expect(between).toContainText('It was taken back.');
  await expect(between).not.toContainText('It was drawn by mistake');
  await nasrin.keyboard.press('Control+Shift+z');
  await expect(between.getByRole('button', { name: /^Take this line away/ })).toHaveCount(1);
  for (const window of [ines, callum])
    await expect(window.getByRole('button', { name: 'Between Selin and Marlon: one view' })).toBeVisible();
  // Where one harms the other, only what is safe is offered.
  await between.getByRole('button', { name: /questions$/ }).click();
  await expect(between).toContainText('See them apart.');
  await expect(between.getByRole('heading', { level: 2 })).toHaveText('Harm, from Selin to Marlon');
  for (const shared of ['fall out', 'last good', 'together', 'has not noticed'])
    await expect(between.getByRole('listitem').filter({ hasText: shared })).toHaveCount(0);
  await between.getByRole('button', { name: /^Ask it ?: Is it safe to talk now/ }).click();
  await expect(between.getByRole('button', { name: /^Asked ?: Is it safe to talk now/ })).toBeDisabled();
  await axe(nasrin, 'between two people');
  // Nasrin's own view is nobody else's to take back.
  await callum.getByRole('button', { name: 'Between Selin and Marlon: one view' }).click();
  await expect(callum.getByRole('heading', { name: /^Harm, from Selin to Marlon/ })).toBeVisible();
  await expect(callum.getByRole('button', { name: /^Take my view back ?: .* harms/ })).toHaveCount(0);
  // Anybody may take it away by saying why; it goes from every map, everybody is told, and anybody brings it back.
  await callum.getByRole('button', { name: /^Take this line away/ }).click();
  await callum.getByLabel('It was not so').check();
  await callum.getByLabel('Why, and who said so').fill('Selin says that it was a misunderstanding');
  await axe(callum, 'taking a harm line away');
  await callum.getByRole('button', { name: 'Take it off' }).click();
  await expect(nasrin.getByRole('button', { name: 'Between Selin and Marlon: one view' })).toHaveCount(0);
  await nasrin.getByRole('button', { name: 'Close', exact: true }).click();
  await nasrin.keyboard.press('Escape');
  const told = nasrin.locator('.notice', { hasText: 'Callum took a harm line away, from Selin to Marlon' });
  await expect(told).toContainText('Selin says that it was a misunderstanding');
  await told.getByRole('button', { name: /^Bring it back/ }).click();
  await expect(callum.getByRole('button', { name: 'Between Selin and Marlon: one view' })).toBeVisible();
  // Where somebody is harmed nobody's questions are on one sheet with another's.
  const seat = /\/seat-[^/]+/.exec(new URL(callum.url()).pathname)![0];
  const visit = `${seat}/families/${await familyOf(callum)}/visit`;
  await callum.goto(new URL(visit, callum.url()).href);
  await callum.getByLabel('Questions of').selectOption('all');
  await expect(callum.getByText('Somebody is harmed in this family. See them apart.')).toBeVisible();
  const asked = callum.getByText('Is it safe to talk now, and here?');
  await expect(asked).toHaveCount(0);
  await callum.getByLabel('Whom do you see?').selectOption('Marlon');
  await expect(asked).toBeVisible();
  await callum.getByLabel('Whom do you see?').selectOption('Selin');
  await expect(asked).toHaveCount(0);
  await axe(callum, 'for a visit where somebody is harmed');
  await end();
});

test('[M6] moved by hand and by keyboard; two move and take away the same person; undo and redo', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const [ines, callum] = [windows.get('Inês')!, windows.get('Callum')!];
  for (const window of [page, ines, callum]) await openMap(window);
  const away = async (window: Page) => (await place(window, 'Curtis')) - (await place(window, 'Marlon'));
  const before = await away(ines);
  // By hand: along the row, and never out of it.
  const box = (await person(page, 'Curtis').boundingBox())!;
  await page.mouse.move(box.x + 16, box.y + 16);
  await page.mouse.down();
  await page.mouse.move(box.x - 60, box.y + 90, { steps: 6 });
  await page.mouse.move(box.x - 104, box.y + 120, { steps: 6 });
  await page.mouse.up();
  await expect.poll(() => away(ines)).toBeLessThan(before - 60);
  const marlon = (await person(page, 'Marlon').boundingBox())!;
  expect(Math.round((await person(page, 'Curtis').boundingBox())!.y)).toBe(Math.round(marlon.y));
  // By keyboard: arrows go from person to person, Shift and an arrow moves.
  await person(page, 'Marlon').focus();
  await page.keyboard.press('ArrowRight');
  await expect(person(page, 'Selin')).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(page.locator('[data-person]:focus')).toHaveAttribute('aria-label', /parent of Selin/);
  await page.keyboard.press('ArrowDown');
  await expect(person(page, 'Selin')).toBeFocused();
  const selin = async () => (await place(ines, 'Selin')) - (await place(ines, 'Marlon'));
  const stood = await selin();
  await page.keyboard.press('Shift+ArrowRight');
  await expect.poll(selin).toBeGreaterThan(stood + 10);
  await page.keyboard.press('Control+z');
  await expect.poll(selin).toBe(stood);
  await page.keyboard.press('Control+Shift+z');
  await expect.poll(selin).toBeGreaterThan(stood + 10);
  // What a colleague has written over since is left; nothing older is touched by one's undo.
  await person(page, 'Marlon').click();
  await page.getByLabel('Beside the name').fill('at Curtis’s');
  await page.getByLabel('Beside the name').press('Tab');
  await person(page, 'Emine').click();
  await page.getByLabel('Beside the name').fill('Nene');
  // In a field Escape only leaves it, and what was typed is kept.
  await page.getByLabel('Beside the name').press('Escape');
  await expect(page.getByLabel('Beside the name')).toHaveValue('Nene');
  await person(ines, 'Emine').click();
  await ines.getByLabel('Beside the name').fill('Nene, in Izmir');
  await ines.getByLabel('Beside the name').press('Tab');
  await expect(person(page, 'Emine')).toHaveAttribute('aria-label', /Nene, in Izmir/);
  await page.getByRole('heading', { name: 'The Kaya-Bright family' }).click();
  await page.keyboard.press('Control+z');
  await expect(person(page, 'Emine')).toHaveAttribute('aria-label', /Nene, in Izmir/);
  await expect(person(page, 'Marlon')).toHaveAttribute('aria-label', /at Curtis’s/);
  await ines.getByRole('button', { name: 'Close', exact: true }).click();
  // Two hands on one person: one is still moving him while the other takes him off the map.
  const there = (await person(callum, 'Curtis').boundingBox())!;
  await callum.mouse.move(there.x + 16, there.y + 16);
  await callum.mouse.down();
  await callum.mouse.move(there.x - 40, there.y + 16, { steps: 5 });
  await person(ines, 'Curtis').press('Enter');
  await ines.getByRole('button', { name: 'Take Curtis off the map' }).click();
  await expect(person(page, 'Curtis')).toHaveCount(0);
  await callum.mouse.move(there.x - 80, there.y + 16, { steps: 5 });
  await callum.mouse.up();
  for (const window of [page, ines, callum]) await expect(person(window, 'Curtis')).toHaveCount(0);
  // A line to somebody who is being taken away is not drawn, and comes back with them.
  await ines.getByRole('button', { name: 'Undo' }).click();
  for (const window of [page, ines, callum]) await expect(person(window, 'Curtis')).toBeVisible();
  await expect(person(page, 'Beverley')).toHaveAttribute('aria-label', /parent of Curtis and Marlon/);
  await end();
});

test('[M4] [M5] who is missing is shown, and a question between two people waits under Ask', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  await openMap(page);
  const missing = page.getByRole('region', { name: 'Who is missing from our thinking' });
  await expect(missing).toContainText('Curtis');
  await expect(person(page, 'Curtis')).toHaveAttribute('aria-label', /Missing from our thinking/);
  await person(page, 'Curtis').click();
  await person(page, 'Beverley').click({ modifiers: ['Shift'] });
  const between = page.getByRole('heading', { name: 'Between Curtis and Beverley' }).locator('..');
  await between.getByRole('button', { name: '6 questions' }).click();
  await between
    .getByRole('button', { name: /^Ask it ?: When was it last good between Curtis and Beverley/ })
    .click();
  await expect(missing.getByText('Curtis')).toHaveCount(0);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('body').press('3');
  for (const window of [page, windows.get('Yewande')!])
    await expect(window.getByText('When was it last good between Curtis and Beverley').first()).toBeVisible();
  await end();
});

test('[M1] in words it is read and changed as well, by keyboard alone; wrong dates are refused in words', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const callum = windows.get('Callum')!;
  await openMap(page);
  await page.getByRole('radio', { name: 'Drawn' }).focus();
  await page.keyboard.press('ArrowRight');
  const words = page.getByRole('region', { name: 'The family in words' });
  await expect(words).toContainText('Hasan, died 2017');
  await axe(page, 'the map in words');
  await words.getByRole('button', { name: 'Change Marlon Bright' }).press('Enter');
  const editing = words.locator('li', { has: page.getByLabel('Beside the name') }).last();
  await editing.getByLabel('Died', { exact: true }).fill('1900');
  await editing.getByLabel('Died', { exact: true }).press('Tab');
  await expect(editing.getByRole('alert')).toHaveText('Somebody cannot have died before they were born.');
  await editing.getByLabel('Died', { exact: true }).fill('');
  await editing.getByLabel('Died', { exact: true }).press('Tab');
  await expect(editing.getByRole('alert')).toHaveCount(0);
  await editing.locator('summary', { hasText: 'Marlon is a parent of Deniz' }).click();
  await editing.getByLabel('How: Marlon is a parent of Deniz').selectOption({ label: 'not agreed' });
  await editing.getByLabel('Who says so: Marlon is a parent of Deniz').fill('Selin');
  await editing.getByLabel('Who says so: Marlon is a parent of Deniz').press('Tab');
  // Escape closes the form, and what was typed last is kept.
  await editing.getByLabel('Safety: not to have').fill('the school’s address');
  await page.keyboard.press('Escape');
  await expect(words.getByRole('button', { name: 'Change Marlon Bright' })).toBeFocused();
  await openMap(callum);
  await expect(person(callum, 'Marlon')).toHaveAttribute(
    'aria-label',
    /Safety: not to have the school’s address/,
  );
  await expect(person(callum, 'Deniz')).toHaveAttribute('aria-label', /parent not agreed, may be Marlon/);
  await end();
});

test('[M8] [M7] around the family: circles and ties; the map goes out as a picture and on paper', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const ines = windows.get('Inês')!;
  for (const window of [page, ines]) {
    await openMap(window);
    await window.getByRole('radio', { name: 'Around' }).click();
  }
  await page.getByRole('button', { name: 'A circle' }).click();
  await page.getByLabel('Who or what').fill('Football on Saturdays');
  await page.getByLabel('Sort').selectOption({ label: 'friends or neighbours' });
  await page.getByRole('button', { name: 'Put on the map' }).click();
  await page.getByLabel('Tie with').selectOption({ label: 'Deniz' });
  await page.getByLabel('As you see it').selectOption({ label: 'strong' });
  await page.getByLabel('Which way').selectOption({ label: 'it gives to them' });
  await page.getByRole('button', { name: 'Draw the tie' }).click();
  await expect(
    ines.getByRole('button', {
      name: 'Football on Saturdays (friends); strong tie with Deniz, giving to the family.',
    }),
  ).toBeVisible();
  await axe(page, 'around the family');
  await page.getByRole('radio', { name: 'Drawn' }).click();
  const out = async (says: string) => {
    await page.getByRole('button', { name: 'Take the map out' }).click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: says }).click(),
    ]);
    expect(download.suggestedFilename()).toMatch(/^family-map-\d{4}-\d\d-\d\d\.(svg|png)$/);
    return readFile(await download.path());
  };
  const svg = (await out('As a drawing (SVG)')).toString();
  expect(svg).toContain('Selin');
  const png = await out('As a picture (PNG)');
  expect(png.subarray(1, 4).toString()).toBe('PNG');
  await end();
});

test('[L4] the map as it was on any day: read only, with who came since', async ({ page }) => {
  const { end } = await sitDown(page);
  await openMap(page);
  await expect(page.getByRole('list', { name: 'Wednesdays' })).toContainText('Aylin, Deniz and');
  await page.getByLabel('Another day, by what we know now').fill('2015-01-01');
  await expect(person(page, 'Hasan')).not.toHaveAttribute('aria-label', /died/);
  await expect(person(page, 'Isa')).toHaveCount(0);
  await expect(page.getByRole('button', { name: 'A person' })).toHaveCount(0);
  await page.getByRole('list', { name: 'Wednesdays' }).getByRole('button').last().click();
  await expect(person(page, 'Isa')).toBeVisible();
  await end();
});

test('[M10] somebody whose name nobody knows, and twins of whom nobody knows which, stand on the map as they are', async ({
  page,
}) => {
  const { end } = await sitDown(page);
  await openMap(page);
  await page.getByRole('button', { name: 'A person' }).press('Enter');
  await page.getByRole('checkbox', { name: 'The name is not known' }).check();
  await page.getByLabel('What we do know').fill('in Izmir');
  await page.getByLabel('What they are').selectOption({ label: 'is a parent of' });
  await page.getByLabel('Of whom').selectOption({ label: 'Emine Kaya' });
  await page.getByRole('button', { name: 'Put on the map' }).press('Enter');
  await expect(person(page, 'Not known')).toBeVisible();
  await page.getByRole('button', { name: 'A line' }).press('Enter');
  await page.getByRole('combobox', { name: 'Who', exact: true }).selectOption({ label: 'Not known' });
  await page.getByLabel('Is what to the other').selectOption({ label: 'is a twin of' });
  await page.getByRole('combobox', { name: 'Whom', exact: true }).selectOption({ label: 'Marlon Bright' });
  await page.getByRole('button', { name: 'Draw it' }).press('Enter');
  await expect(page.locator('[data-person][aria-label*="twin, not known which, of Marlon"]')).toBeVisible();
  await axe(page, 'a map with somebody unnamed');
  // A brother under another council's orders, and a grandmother with nobody known between.
  const more = page.getByRole('form', { name: 'Somebody more' });
  await page.getByRole('button', { name: 'A person' }).press('Enter');
  await more.getByLabel('Name', { exact: true }).fill('Lee');
  await more.getByLabel('Symbol').selectOption('male');
  await page.getByLabel('What they are').selectOption({ label: 'is a child of' });
  await page.getByLabel('Of whom').selectOption({ label: 'Marlon Bright' });
  await page.getByRole('button', { name: 'Put on the map' }).press('Enter');
  await page.getByLabel('A child elsewhere, under whose orders').fill('care order, Cornmere');
  await page.keyboard.press('Tab');
  const lee = page.locator('[data-person][aria-label*="with no file here: care order, Cornmere"]');
  await expect(lee.locator('.pale')).toHaveCount(1);
  await expect(page.getByText('pale: a child elsewhere, not ours')).toBeVisible();
  await page.getByRole('button', { name: 'A person' }).press('Enter');
  await more.getByLabel('Name', { exact: true }).fill('Nan');
  await page.getByLabel('What they are').selectOption({ label: 'is a grandparent of' });
  await page.getByLabel('Of whom').selectOption({ label: 'Lee' });
  await page.getByRole('button', { name: 'Put on the map' }).press('Enter');
  await expect(page.locator('[data-person][aria-label*="grandchild of Nan"]')).toBeVisible();
  await expect(page.getByText('Nan is a grandparent of Lee').first()).toBeVisible();
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/map-unnamed.png` });
  await end();
});

/** How small the smallest word of a drawing is, in pixels of the screen, and which words lie over one another. */
const wordsOf = (page: Page) =>
  page.evaluate(() => {
    const words = [...document.querySelectorAll<SVGTextElement>('svg text')].flatMap((word) => {
      const [box, scale] = [word.getBoundingClientRect(), word.getScreenCTM()];
      const size = parseFloat(getComputedStyle(word).fontSize) * Math.hypot(scale?.a ?? 0, scale?.b ?? 0);
      return box.width > 0 ? [{ said: word.textContent, box, size }] : [];
    });
    const over = words.flatMap(({ said, box: a }, at) =>
      words
        .slice(at + 1)
        .filter(
          ({ box: b }) =>
            Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2 &&
            Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4,
        )
        .map((other) => `${said} and ${other.said}`),
    );
    return { many: words.length, least: Math.min(...words.map(({ size }) => size)), over };
  });

test('[M6] every word of the map can be read: 11 pixels beside the board, 13 in the large map, none over another', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await page.setViewportSize({ width: 1440, height: 900 });
  await lookRound(page, link);
  await page.locator('body').press('1');
  await expect(page.locator('svg text', { hasText: 'Emine' })).toBeVisible();
  for (const [least, open] of [
    [11, null],
    [13, 'm'],
  ] as const) {
    if (open) {
      await page.locator('body').press(open);
      await expect(page.getByRole('button', { name: 'A person' })).toBeVisible();
    }
    const words = await wordsOf(page);
    expect(words.many).toBeGreaterThan(15);
    expect(words.least).toBeGreaterThanOrEqual(least);
    expect(words.over).toEqual([]);
  }
  await end();
});
