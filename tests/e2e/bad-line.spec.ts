import { expect, type Page } from '@playwright/test';
import { openBadLine } from '../support/bad-line.ts';
import { startServer } from '../support/start-server.ts';
import { fresh, lookRound, test } from './house.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const capture = (window: Page) => window.getByLabel('A thought', { exact: true });
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

test('[S22] a server that is started anew signs nobody out, and all goes on', async ({ page }) => {
  const { server, link, end } = await fresh();
  await lookRound(page, link);
  await page.locator('body').press('2');
  await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await think(page, 'Before it stopped');
  await isSaved(page);
  await server.stop();
  await expect(page.getByText('No connection to the meeting just now.')).toBeVisible();
  await expect(page.getByText('You have been signed out.')).toHaveCount(0);
  await think(page, 'While it was away');
  const again = await startServer({
    dataDir: server.dataDir,
    port: server.port,
    env: { WEDNESDAY_TODAY: '2026-11-04' },
  });
  await isSaved(page);
  await expect(page.getByText('No connection to the meeting just now.')).toHaveCount(0, { timeout: 60_000 });
  await page.reload();
  for (const words of ['Before it stopped', 'While it was away'])
    await expect(slip(page, words).first()).toBeVisible();
  await page.close();
  await again.stop();
  await end();
});

test('[S22] what must happen today, and could not be sent, lies in its field again', async ({ page }) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await page.getByRole('button', { name: 'Risk now' }).click();
  await expect(page.getByRole('region', { name: 'Risk now' })).toBeVisible();
  const field = page.getByRole('textbox', { name: 'Must happen' });
  await page.context().setOffline(true);
  await field.fill('Ring the school before three');
  await field.press('Enter');
  await expect(page.getByText('There is no connection just now.')).toBeVisible();
  await expect(field).toHaveValue('Ring the school before three');
  await page.context().setOffline(false);
  await field.press('Enter');
  await expect(page.getByRole('listitem').filter({ hasText: 'Ring the school before three' })).toHaveCount(1);
  await expect(field).toHaveValue('');
  await end();
});

test('[S22] a word that is written while the line is only just back is in its place, and nothing is refused', async ({
  page,
}) => {
  const { link, end } = await fresh();
  // What the server says waits, as on a slow line; what the page says goes at once.
  let isSlow = false;
  const waiting: (() => void)[] = [];
  const { promise: isBack, resolve: back } = Promise.withResolvers<void>();
  await page.routeWebSocket(/\/sync\//, (socket) => {
    const server = socket.connectToServer();
    if (isSlow) back();
    socket.onMessage((message) => server.send(message));
    server.onMessage((message) => {
      if (isSlow) waiting.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  await lookRound(page, link);
  await page.locator('body').press('2');
  await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await isSaved(page);
  await page.context().setOffline(true);
  await think(page, 'In the gap');
  isSlow = true;
  await page.context().setOffline(false);
  await isBack;
  await think(page, 'Just after it');
  isSlow = false;
  for (const say of waiting.splice(0)) say();
  await isSaved(page);
  await expect(page.getByText('Not accepted, and not lost.')).toHaveCount(0);
  await page.reload();
  for (const words of ['In the gap', 'Just after it']) await expect(slip(page, words).first()).toBeVisible();
  await end();
});
