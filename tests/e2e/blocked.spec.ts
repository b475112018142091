import { expect, type Page } from '@playwright/test';
import { openProxy } from '../support/proxy.ts';
import { freePort } from '../support/start-server.ts';
import { fresh, lookRound, test } from './house.ts';

const saved = (window: Page) =>
  expect(window.locator('.saved')).toHaveText(/^(All saved|Back together, \d+ changes? sent)$/);

/** A made-up unit behind a proxy: one window gets through as it likes, the other is `blocked`. */
async function behindProxy(page: Page, ask: { fate: 'refuse' | 'swallow' | 'let'; idleMs?: number }) {
  const [port, inner] = [await freePort(), await freePort()];
  const proxy = await openProxy({
    to: () => inner,
    port,
    ...(ask.idleMs && { idleMs: ask.idleMs }),
    upgrade: (request) => (/Blocked/.test(request.headers['user-agent'] ?? '') ? ask.fate : 'let'),
  });
  const { link, end } = await fresh({ port: inner, env: { PUBLIC_URL: proxy.url } });
  const seats = await lookRound(page, link);
  await page.locator('body').press('2');
  const meeting = /meetings\/[0-9a-f-]+/.exec(page.url())![0];
  const context = await page
    .context()
    .browser()!
    .newContext({
      storageState: await page.context().storageState(),
      userAgent: 'Blocked',
      viewport: { width: 1440, height: 900 },
    });
  const blocked = await context.newPage();
  const polled: string[] = [];
  blocked.on('request', (request) => {
    if (/transport=polling/.test(request.url())) polled.push(request.method());
  });
  await blocked.goto(`${seats.get('Nasrin')!}${meeting}`);
  await expect(blocked.getByRole('region', { name: 'Wonder' })).toBeVisible();
  return {
    proxy,
    blocked,
    polled,
    context,
    end: async () => {
      await context.close();
      await end();
      await proxy.close();
    },
  };
}
const capture = (window: Page) => window.getByLabel('A thought', { exact: true });
const pot = (window: Page, words: string) => window.locator('article', { hasText: words });

for (const fate of ['refuse', 'swallow'] as const)
  test(`[S17] where a proxy ${fate}s WebSockets, everything goes over long polling by itself`, async ({
    page,
  }) => {
    const { proxy, blocked, polled, context, end } = await behindProxy(page, { fate });
    await saved(blocked);
    expect(proxy.upgrades.refused).toBeGreaterThan(0);
    expect(polled).toContain('POST');
    // Letter by letter, both ways, as over a WebSocket.
    await capture(blocked).pressSequentially('What if nobody asks him?');
    await expect(pot(page, 'What if nobody asks him?')).toBeVisible();
    await capture(blocked).press('Enter');
    await saved(blocked);
    await capture(page).fill('Or he waits to be asked.');
    await capture(page).press('Enter');
    await expect(pot(blocked, 'Or he waits to be asked.')).toBeVisible();
    // Where the meeting goes, this page goes, once nobody is writing on it.
    await blocked.getByRole('heading', { name: 'Kaya-Bright', level: 1 }).click();
    await page.getByRole('button', { name: 'Decide' }).click();
    await expect(blocked.getByRole('region', { name: 'Decide' })).toBeVisible();
    await blocked.locator('body').press('2');
    await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
    // A gap brings everything back together.
    await context.setOffline(true);
    await expect(blocked.locator('.saved')).toContainText('Offline');
    await capture(blocked).fill('Kept through the gap.');
    await capture(blocked).press('Enter');
    await context.setOffline(false);
    await saved(blocked);
    await expect(pot(page, 'Kept through the gap.')).toBeVisible();
    // A board that is left and opened again before its last words have arrived loses none, and goes on.
    const families = blocked.getByRole('navigation', { name: 'Families this Wednesday' });
    for (const words of ['Said in going.', 'Said in going again.']) {
      await capture(blocked).fill(words);
      await capture(blocked).press('Enter');
      for (const family of ['Nowicki', 'Kaya-Bright']) {
        await families.getByRole('button', { name: family }).click();
        await expect(blocked.getByRole('heading', { name: family, level: 1 })).toBeVisible();
      }
      await blocked.locator('body').press('2');
      for (const window of [blocked, page])
        await expect(window.getByRole('region', { name: 'Wonder' })).toBeVisible();
      await saved(blocked);
    }
    await capture(blocked).fill('Said in coming back.');
    await capture(blocked).press('Enter');
    await saved(blocked);
    for (const words of ['Said in going.', 'Said in going again.', 'Said in coming back.'])
      await expect(pot(page, words).first()).toBeVisible();
    await end();
  });

test('[S32] what is lost on its way to a page that polls comes all the same, and it is not called saved before', async ({
  page,
}) => {
  const { proxy, blocked, end } = await behindProxy(page, { fate: 'refuse' });
  await saved(blocked);
  await capture(page).fill('Said in the room.');
  proxy.loseAnswers();
  await capture(page).press('Enter');
  await expect.poll(() => proxy.lost()).toBeGreaterThan(0);
  await expect(pot(blocked, 'Said in the room.')).toBeVisible({ timeout: 30_000 });
  await capture(blocked).fill('Said at home.');
  const lost = proxy.lost();
  proxy.loseAnswers();
  await capture(blocked).press('Enter');
  await expect.poll(() => proxy.lost()).toBeGreaterThan(lost);
  await saved(blocked);
  await expect(pot(page, 'Said at home.')).toBeVisible();
  await end();
});

test('[S17] a proxy that cuts what is idle for three seconds loses nothing', async ({ page }) => {
  const { proxy, blocked, end } = await behindProxy(page, { fate: 'let', idleMs: 3_000 });
  await expect.poll(() => proxy.cut(), { timeout: 60_000 }).toBeGreaterThan(2);
  for (const [from, to, words] of [
    [blocked, page, 'Said after the first cut.'],
    [page, blocked, 'And answered.'],
  ] as const) {
    await capture(from).fill(words);
    await capture(from).press('Enter');
    await expect(pot(to, words)).toBeVisible();
    const cuts = proxy.cut();
    await expect.poll(() => proxy.cut(), { timeout: 60_000 }).toBeGreaterThan(cuts);
  }
  for (const window of [page, blocked]) await saved(window);
  await end();
});
