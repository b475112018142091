import { expect, type Page } from '@playwright/test';
import { fresh, lookRound, sitDown, test } from './house.ts';

const places = (page: Page) => page.getByRole('navigation', { name: 'Places on this board' });
const goTo = async (page: Page, place: string) => {
  await places(page)
    .getByRole('button', { name: new RegExp(`^${place}`) })
    .click();
  await expect(page.getByRole('region', { name: place })).toBeVisible();
};

test('[H30] at 1366 by 768 what is pressed often is in sight: the foot, what was opened, the first question', async ({
  page,
}) => {
  await page.setViewportSize({ width: 1366, height: 768 });
  const { link, end } = await fresh();
  await lookRound(page, link);
  const foot = page.getByRole('group', { name: 'The meeting' });
  for (const place of ['Catch up', 'Wonder', 'Ask', 'Decide']) {
    await goTo(page, place);
    await expect(foot, place).toBeInViewport({ ratio: 1 });
    await expect(page.locator('[data-capture]'), place).toBeInViewport({ ratio: 1 });
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(await over(), `${place}: nothing is wider than the window`).toBeLessThanOrEqual(0);
  }
  await goTo(page, 'Wonder');
  await page.locator('[data-slip]').last().click();
  await expect(page.getByRole('button', { name: 'Its story' })).toBeInViewport();
  await goTo(page, 'Ask');
  await page.locator('body').press('l');
  const library = page.getByRole('complementary', { name: 'Library of questions' });
  await expect(library.getByRole('button', { name: /^Use/ }).first()).toBeInViewport();
  await end();
});

test('[J13] in the reader’s own colours whatever has the focus shows it', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  const { link, end } = await fresh();
  await lookRound(page, link);
  const shown = () =>
    page.evaluate(() => {
      for (let one = document.activeElement; one; one = one.parentElement) {
        const style = getComputedStyle(one);
        if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) return true;
      }
      return false;
    });
  await goTo(page, 'Wonder');
  await page.locator('[data-capture]').focus();
  expect(await shown(), 'the field at the foot').toBe(true);
  await page.keyboard.press('Escape');
  await page.locator('body').press('Control+k');
  await expect(
    page.getByRole('dialog').getByRole('textbox').or(page.getByRole('searchbox')).first(),
  ).toBeFocused();
  for (let step = 0; step < 2; step++) {
    expect(await shown(), `step ${step}`).toBe(true);
    await page.keyboard.press('Tab');
  }
  await end();
});

test('[H21] printed to PDF, a board, a file and a visit have all of it, and pages', async ({ page }) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.setViewportSize({ width: 1180, height: 800 });
  const printed = async (one: Page) => {
    // Ours come first: what stands then is what is printed.
    await one.evaluate(() =>
      addEventListener('beforeprint', () => (document.title = document.querySelector('main')!.innerText)),
    );
    const before = await one.title();
    const pdf = (await one.pdf()).toString('latin1');
    const words = await one.title();
    await one.evaluate((title) => (document.title = title), before);
    return { pages: pdf.match(/\/Type\s*\/Page\b/g)?.length ?? 0, words };
  };
  for (let more = 1; more <= 8; more++) {
    await nasrin.locator('[data-capture]').fill(`More that happened, ${more}`);
    await nasrin.keyboard.press('Enter');
  }
  await expect(page.getByText('More that happened, 8')).toBeVisible();
  const catchUp = await printed(page);
  for (let more = 1; more <= 8; more++) expect(catchUp.words).toContain(`More that happened, ${more}`);
  expect(catchUp.words).toMatch(/Safety, for/);
  expect(catchUp.pages).toBeGreaterThan(0);
  await end();
});

test('[S22] a tab that the browser had frozen goes on with what was begun, and with what came meanwhile', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.locator('body').press('2');
  await expect(nasrin.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await nasrin.locator('[data-capture]').fill('Before it froze');
  const devtools = await nasrin.context().newCDPSession(nasrin);
  await devtools.send('Page.setWebLifecycleState', { state: 'frozen' });
  await page.locator('[data-capture]').fill('Said while it was frozen');
  await page.keyboard.press('Enter');
  await expect(page.locator('.saved')).toContainText('All saved');
  await devtools.send('Page.setWebLifecycleState', { state: 'active' });
  await expect(nasrin.locator('article', { hasText: 'Said while it was frozen' }).first()).toBeVisible({
    timeout: 60_000,
  });
  await expect(nasrin.locator('[data-capture]')).toHaveValue('Before it froze');
  await nasrin.keyboard.press('Enter');
  await expect(page.locator('article', { hasText: 'Before it froze' }).first()).toBeVisible();
  await end();
});
