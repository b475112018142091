import { expect, test, type Page } from '@playwright/test';
import { openBadLine } from '../support/bad-line.ts';
import { fresh, lookRound } from './house.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const capture = (window: Page) => window.locator('[data-capture]');
const slip = (window: Page, words: string) => window.locator('article.slip', { hasText: words });
const isSaved = (window: Page) =>
  expect(window.locator('.saved')).toContainText(/All saved|Back together/, { timeout: 90_000 });
async function think(window: Page, words: string): Promise<void> {
  await capture(window).fill(words);
  await capture(window).press('Enter');
}

/** Delroy in the room on a good line, and Inês at home on a bad one. */
async function atHome(page: Page) {
  console.info(`seed ${seed}`);
  const line = await openBadLine(seed);
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  await page.locator('body').press('2');
  const meeting = /meetings\/[0-9a-f-]+/.exec(page.url())![0];
  const context = await page
    .context()
    .browser()!
    .newContext({
      storageState: await page.context().storageState(),
      viewport: { width: 1440, height: 900 },
      proxy: { server: line.server, bypass: '<-loopback>' },
    });
  const ines = await context.newPage();
  await ines.goto(`${seats.get('Inês')!}${meeting}?from=home`);
  await expect(ines.getByRole('region', { name: 'Wonder' })).toBeVisible();
  return {
    ines,
    line,
    end: async () => {
      await context.close();
      await line.close();
      await end();
    },
  };
}

test('[S22] two seconds of delay, five in a hundred lost, 64 kbit/s: nothing is lost, and the page says the truth', async ({
  page,
}) => {
  const { ines, line, end } = await atHome(page);
  line.shape({ delayMs: 1_000, rate: 8_000, lossPercent: 5 });
  await think(ines, 'She hears him through the wall');
  // It is not saved before the server has said so, and that takes two seconds here.
  await expect(ines.locator('.saved')).toContainText('Saving');
  await expect(slip(page, 'She hears him through the wall').first()).toBeVisible({ timeout: 60_000 });
  await think(page, 'And he knows that she does');
  await expect(slip(ines, 'And he knows that she does').first()).toBeVisible({ timeout: 60_000 });
  // Both write at once, many words; both read the same afterwards.
  for (let n = 1; n <= 6; n++) {
    await think(ines, `From home, number ${n}`);
    await think(page, `From the room, number ${n}`);
  }
  await isSaved(ines);
  for (const window of [page, ines])
    for (let n = 1; n <= 6; n++)
      for (const where of ['home', 'the room'])
        await expect(slip(window, `From ${where}, number ${n}`).first()).toBeAttached({ timeout: 60_000 });
  await end();
});

test('[S22] a line that falls silent, and one that breaks as when a laptop wakes elsewhere: all of it comes together', async ({
  page,
}) => {
  const { ines, line, end } = await atHome(page);
  // Silent: nothing is refused, nothing comes. What is written is kept, and never called saved.
  line.shape(null);
  await think(ines, 'Written into the silence');
  await expect(ines.locator('.saved')).not.toContainText(/All saved|Back together/);
  await think(page, 'Said meanwhile in the room');
  line.cut();
  await expect(ines.locator('.saved')).toContainText('kept in this page');
  line.shape('good');
  await isSaved(ines);
  await expect(slip(page, 'Written into the silence').first()).toBeVisible({ timeout: 60_000 });
  await expect(slip(ines, 'Said meanwhile in the room').first()).toBeVisible({ timeout: 60_000 });
  // Where the meeting went, this page goes.
  for (const window of [ines, page])
    await window.getByRole('heading', { name: 'Kaya-Bright', level: 1 }).click();
  await page.locator('body').press('3');
  await expect(ines.getByRole('region', { name: 'Ask' })).toBeVisible({ timeout: 60_000 });
  // Ten breaks, each in the middle of something, lose none of it.
  await page.locator('body').press('2');
  await expect(ines.getByRole('region', { name: 'Wonder' })).toBeVisible({ timeout: 60_000 });
  for (let n = 0; n < 10; n++) {
    await think(ines, `Between two breaks ${n}`);
    line.cut();
  }
  await isSaved(ines);
  for (let n = 0; n < 10; n++)
    await expect(slip(page, `Between two breaks ${n}`).first()).toBeAttached({ timeout: 60_000 });
  await end();
});

test('[S22] a laptop that slept ten minutes wakes where the meeting is, with what was written before', async ({
  page,
}) => {
  const { ines, line, end } = await atHome(page);
  await ines.clock.install();
  line.shape(null);
  await think(ines, 'Before the lid closed');
  // The page's own clock stands while it sleeps; the world goes on.
  await think(page, 'While she was away');
  line.cut();
  await ines.clock.fastForward(10 * 60_000);
  line.shape('good');
  await ines.clock.runFor(30_000);
  await expect(slip(page, 'Before the lid closed').first()).toBeVisible({ timeout: 60_000 });
  await ines.clock.resume();
  await isSaved(ines);
  await expect(slip(ines, 'While she was away').first()).toBeVisible({ timeout: 60_000 });
  await end();
});
