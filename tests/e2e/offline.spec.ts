import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, test, type BrowserContext, type Page } from '@playwright/test';
import { makeLink } from '../../server/identity/links.ts';
import { openStorage } from '../../server/storage/open.ts';
import { layUnit } from '../support/people.ts';
import { fresh, lookRound } from './house.ts';
import { withPasskeys } from './seat.ts';

/** Opens a family's board in a window and goes to Wonder there. */
async function wonderAt(page: Page, family: string): Promise<void> {
  await page
    .getByRole('navigation', { name: 'Families this Wednesday' })
    .getByRole('button', { name: family })
    .click();
  await expect(page.getByRole('heading', { name: family, level: 1 })).toBeVisible();
  await page.locator('body').press('2');
  await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
}
async function think(page: Page, words: string): Promise<void> {
  await page.getByRole('textbox', { name: 'A thought' }).fill(words);
  await page.keyboard.press('Enter');
}

test('[S20] an open tab goes on through a gap, with every family of today, and all of it arrives later', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const meeting = /meetings\/[0-9a-f-]+/.exec(page.url())![0];
  // Inês at home, on another machine.
  const home = await browser.newContext({ storageState: await page.context().storageState() });
  const ines = await home.newPage();
  const held = new Set<string>();
  ines.on('response', (response) => {
    const doc = /api\/documents\/(family%3A[0-9a-f-]+)\/state/.exec(response.url());
    if (doc && response.ok()) held.add(doc[1]!);
  });
  await ines.goto(`${seats.get('Inês')!}${meeting}?from=home`);
  await expect(ines.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  await expect.poll(() => held.size, { timeout: 40_000 }).toBe(9);
  await wonderAt(ines, 'Kaya-Bright');

  await home.setOffline(true);
  await think(ines, 'What if the quarrels keep them together');
  await expect(ines.locator('.saved')).toContainText('kept on this device');
  // The unit goes on without her; she reads and writes another family's board that she had not opened.
  await wonderAt(page, 'Nowicki');
  await think(page, 'Said in the room meanwhile');
  await wonderAt(ines, 'Nowicki');
  await think(ines, 'Written in the tunnel');
  await wonderAt(ines, 'Kaya-Bright');
  await expect(ines.getByText('What if the quarrels keep them together').first()).toBeVisible();

  await home.setOffline(false);
  await expect(page.locator('.voice', { hasText: 'Written in the tunnel' })).toBeVisible();
  await expect(ines.getByText(/Back together, \d changes? sent/)).toBeVisible();
  await wonderAt(page, 'Kaya-Bright');
  const hers = page.locator('.voice', { hasText: 'What if the quarrels keep them together' });
  await expect(hers).toBeVisible();
  await end();
});

/** Every byte that a browser has on disk, as it could be read there. */
async function profileBytes(dir: string): Promise<Buffer> {
  const files = (await readdir(dir, { recursive: true, withFileTypes: true })).filter((one) => one.isFile());
  const all = await Promise.all(
    files.map((one) => readFile(join(one.parentPath, one.name)).catch(() => Buffer.alloc(0))),
  );
  return Buffer.concat(all);
}
const holds = (bytes: Buffer, word: string) =>
  bytes.includes(Buffer.from(word, 'utf8')) || bytes.includes(Buffer.from(word, 'utf16le'));

test('[S21] on one’s own device what is kept is encrypted, comes back after a crash, and is noise once it is forgotten', async () => {
  const { server, end } = await fresh();
  const storage = await openStorage({ dataDir: server.dataDir, databaseUrl: null, keyFile: null });
  const unit = await layUnit(storage);
  const { token } = await makeLink(storage.db, {
    purpose: 'enrol',
    member: unit.people.delroy.id,
    madeBy: null,
    now: Date.now(),
  });
  const dir = await mkdtemp(join(tmpdir(), 'wednesday-profile-'));
  const launch = async (): Promise<{ context: BrowserContext; page: Page }> => {
    const { executablePath, args } = test.info().project.use.launchOptions ?? {};
    const context = await chromium.launchPersistentContext(dir, { executablePath, args });
    const page = context.pages()[0] ?? (await context.newPage());
    await withPasskeys(page);
    return { context, page };
  };
  const kept = (page: Page) =>
    page.evaluate(
      () =>
        new Promise<string[]>((resolve, reject) => {
          const opening = indexedDB.open('wednesday-kept', 1);
          opening.onerror = () => reject(opening.error!);
          opening.onsuccess = () => {
            const all = opening.result.transaction('kept').objectStore('kept').getAll();
            all.onsuccess = () => {
              resolve(
                (all.result as { iv?: Uint8Array }[]).flatMap((one) => (one.iv ? [one.iv.join('.')] : [])),
              );
              opening.result.close();
            };
          };
        }),
    );

  let { context, page } = await launch();
  await page.goto(`${server.url}/sign-in/link#${token}`);
  await page.getByRole('checkbox', { name: /Only I use this device/ }).check();
  await page.getByRole('button', { name: 'Make my passkey' }).click();
  await page.getByRole('button', { name: 'Open the meeting' }).click();
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await wonderAt(page, 'Kaya-Bright');
  await think(page, 'The zebrafinch was saved');
  await expect(page.locator('.saved')).toContainText('All saved');
  const before = await kept(page).catch(() => []);
  await context.setOffline(true);
  await think(page, 'The yellowhammer was only here');
  await expect(page.locator('.saved')).toContainText('kept on this device');
  await expect
    .poll(async () => (await kept(page)).filter((iv) => !before.includes(iv)).length)
    .toBeGreaterThan(0);
  await context.close();

  // Nothing of the board is on the disk: not a word, not the family's name.
  const bytes = await profileBytes(dir);
  expect(bytes.length).toBeGreaterThan(100_000);
  expect(holds(bytes, 'wednesday-kept'), 'that something was kept can be seen').toBe(true);
  for (const word of ['zebrafinch', 'yellowhammer', 'Kaya-Bright', 'Aylin'])
    expect(holds(bytes, word), word).toBe(false);

  // What had not been sent is there again, and goes.
  ({ context, page } = await launch());
  await page.goto(server.url);
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await wonderAt(page, 'Kaya-Bright');
  await expect(page.getByText('The yellowhammer was only here').first()).toBeVisible();
  await expect(page.locator('.saved')).toContainText('All saved');
  expect((await storage.db.selectFrom('devices').selectAll().execute()).length).toBe(1);

  // Forgotten: the key is gone at the server, and what lay here is deleted when the browser runs.
  await page.goto(`${server.url}/units/${unit.unit}/people`);
  await page.getByRole('button', { name: 'Forget my devices' }).click();
  await expect(page.getByText(/Forgotten\./)).toBeVisible();
  expect(await storage.db.selectFrom('devices').selectAll().execute()).toEqual([]);
  await page.reload();
  await expect
    .poll(() => page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name)))
    .toEqual([]);
  await context.close();
  await storage.close();
  await rm(dir, { recursive: true, force: true });
  await end();
});

test('[S21] on a device that nobody has said is theirs nothing is kept', async ({ page }) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await wonderAt(page, 'Kaya-Bright');
  await think(page, 'Not on this disk');
  await expect(page.locator('.saved')).toContainText('All saved');
  expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
  expect(await page.evaluate(() => Object.keys(localStorage).join())).not.toMatch(/Not on this/);
  await end();
});
