import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { makeLink } from '../../server/identity/links.ts';
import { openStorage } from '../../server/storage/open.ts';
import { layUnit } from '../support/people.ts';
import { axe, fresh, lookRound, test } from './house.ts';
import { Seat, withPasskeys } from './seat.ts';

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
  // The device is not said to be hers alone: nothing of it is on the disk, and the page says so.
  await expect(ines.locator('.saved')).toContainText('kept in this page');
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

/** A unit with Delroy's one-time link, on a server whose council allows a cold start or not. */
async function withDelroy(offline: 'tab' | 'cold') {
  const { server, end } = await fresh({ env: { OFFLINE: offline } });
  const storage = await openStorage({
    dataDir: server.dataDir,
    databaseUrl: null,
    keyFile: join(server.dataDir, 'key'),
  });
  const unit = await layUnit(storage);
  const linkFor = async (member: string) =>
    `${server.url}/sign-in/link#${
      (await makeLink(storage.db, { purpose: 'enrol', member, madeBy: null, now: Date.now() })).token
    }`;
  return {
    server,
    storage,
    unit,
    linkFor,
    end: async () => {
      await storage.close();
      await end();
    },
  };
}
/** Callum's page at Wonder, on a machine of his own. */
async function callumAt(
  browser: Browser,
  { server, unit, linkFor }: Pick<Awaited<ReturnType<typeof withDelroy>>, 'server' | 'unit' | 'linkFor'>,
): Promise<Page> {
  const seat = await Seat.enrol(browser, {
    name: 'Callum Brannigan',
    link: await linkFor(unit.people.callum.id),
  });
  await seat.join(`${server.url}/units/${unit.unit}`);
  await wonderAt(seat.page, 'Kaya-Bright');
  return seat.page;
}
/** Makes a passkey on a device that is one's own. */
async function comeIn(page: Page, link: string): Promise<void> {
  await page.goto(link);
  await page.getByRole('checkbox', { name: /Only I use this device/ }).check();
  await page.getByRole('button', { name: 'Make my passkey' }).click();
}
/** The same, and opens the meeting. */
async function openToday(page: Page, link: string): Promise<void> {
  await comeIn(page, link);
  await page.getByRole('button', { name: 'Open the meeting' }).click();
}
/** The same, and goes to Wonder there. */
async function keepToday(page: Page, link: string): Promise<void> {
  await openToday(page, link);
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await wonderAt(page, 'Kaya-Bright');
}
/** What lies in the device's copy: the names, and with what each was sealed last. */
const onDevice = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<{ name: string; iv: string }[]>((resolve, reject) => {
        const opening = indexedDB.open('wednesday-kept', 1);
        opening.onerror = () => reject(opening.error!);
        opening.onsuccess = () => {
          const kept = opening.result.transaction('kept').objectStore('kept');
          const [names, values] = [kept.getAllKeys(), kept.getAll()];
          values.onsuccess = () => {
            const sealed = values.result as { iv?: Uint8Array }[];
            resolve(
              names.result.map((name, at) => ({ name: String(name), iv: String(sealed[at]!.iv ?? '') })),
            );
            opening.result.close();
          };
        };
      }),
  );
const namesKept = async (page: Page) => (await onDevice(page)).map(({ name }) => name);
/** Whether every script of the page is in the browser's cache. */
async function hasPage(page: Page): Promise<boolean> {
  const scripts = (await readdir('build/_app/immutable', { recursive: true })).filter((one) =>
    one.endsWith('.js'),
  );
  const cached = await page.evaluate(async () => {
    const [name] = await caches.keys();
    return name ? (await (await caches.open(name)).keys()).map(({ url }) => url) : [];
  });
  return scripts.every((script) => cached.some((url) => url.endsWith(script)));
}

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
  const { server, storage, unit, linkFor, end } = await withDelroy('cold');
  const dir = await mkdtemp(join(tmpdir(), 'wednesday-profile-'));
  const launch = async (): Promise<{ context: BrowserContext; page: Page }> => {
    const { executablePath, args } = test.info().project.use.launchOptions ?? {};
    const context = await chromium.launchPersistentContext(dir, { executablePath, args });
    const page = context.pages()[0] ?? (await context.newPage());
    await withPasskeys(page);
    return { context, page };
  };

  let { context, page } = await launch();
  await keepToday(page, await linkFor(unit.people.delroy.id));
  await think(page, 'The zebrafinch was saved');
  await expect(page.locator('.saved')).toContainText('All saved');
  await context.setOffline(true);
  await think(page, 'The yellowhammer was only here');
  // Said of what lies on the disk already: the page crashes, and gets no moment to put more there.
  await expect(page.locator('.saved')).toContainText(/\d changes? kept on this device/);
  const crashed = page.waitForEvent('crash');
  const devtools = await context.newCDPSession(page);
  void devtools.send('Page.crash').catch(() => undefined);
  await crashed;
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
  await rm(dir, { recursive: true, force: true });
  await end();
});

test('[S23] where the council allows it, a device that is one’s own opens without a line, with its member’s passkey and no other', async ({
  browser,
}) => {
  const { server, unit, linkFor, end } = await withDelroy('cold');
  const context = await browser.newContext();
  const page = await context.newPage();
  const { swap } = await withPasskeys(page);
  await keepToday(page, await linkFor(unit.people.delroy.id));
  await think(page, 'Said while there was a line');
  await expect(page.locator('.saved')).toContainText('All saved');
  await expect.poll(async () => (await namesKept(page)).includes('day'), { timeout: 40_000 }).toBe(true);
  await expect.poll(() => hasPage(page), { timeout: 40_000 }).toBe(true);

  // The train is in the tunnel, and the laptop was shut meanwhile.
  await context.setOffline(true);
  await page.goto(server.url);
  await expect(page.getByRole('heading', { name: 'There is no connection now.' })).toBeVisible();
  await axe(page, 'no connection');
  await expect(page.getByText('Kaya-Bright')).toHaveCount(0);

  await page.getByRole('button', { name: 'Open them with your passkey' }).click();
  await wonderAt(page, 'Kaya-Bright');
  await expect(page.getByText('Said while there was a line').first()).toBeVisible();
  await think(page, 'Written without a line');
  await expect(page.locator('.saved')).toContainText('kept on this device');

  await context.setOffline(false);
  await expect(page.locator('.saved')).toContainText(/Back together|All saved/);
  const callum = await callumAt(browser, { server, unit, linkFor });
  await expect(callum.locator('.voice', { hasText: 'Written without a line' })).toBeVisible();

  // Without the passkey that it was locked with it stays shut.
  await context.setOffline(true);
  await page.goto(server.url);
  await swap([]);
  await page.getByRole('button', { name: 'Open them with your passkey' }).click();
  await expect(page.getByRole('alert')).toContainText('The passkey was not used');
  await expect(page.getByText('Kaya-Bright')).toHaveCount(0);
  await end();
});

test('[S23] after a day, after going, and where the council does not allow it, nothing opens without a line', async ({
  browser,
}) => {
  for (const ask of ['a day later', 'gone', 'not allowed'] as const) {
    const { server, unit, linkFor, end } = await withDelroy(ask === 'not allowed' ? 'tab' : 'cold');
    const context = await browser.newContext();
    const page = await context.newPage();
    await withPasskeys(page);
    await keepToday(page, await linkFor(unit.people.delroy.id));
    await expect
      .poll(async () => (await namesKept(page)).some((name) => name.includes('#tab')), { timeout: 40_000 })
      .toBe(true);
    await expect.poll(() => hasPage(page), { timeout: 40_000 }).toBe(true);
    // Where it is not allowed there are boards for a gap, and no page of the record.
    await expect.poll(async () => (await namesKept(page)).includes('day'), ask).toBe(ask !== 'not allowed');
    if (ask === 'gone')
      await page.evaluate(() => fetch('/api/sign-out', { method: 'POST' }).then((answer) => answer.ok));
    if (ask === 'a day later') await page.clock.setFixedTime(Date.now() + 24 * 3_600_000 + 60_000);
    await context.setOffline(true);
    await page.goto(server.url).catch(() => undefined);
    await expect(page.getByRole('button', { name: 'Open them with your passkey' }), ask).toHaveCount(0);
    if (ask !== 'gone') await expect(page.getByRole('button', { name: 'Try again' }), ask).toBeVisible();
    await context.close();
    await end();
  }
});

test('[S20] whoever was signed out in a gap comes in again, and what they wrote meanwhile arrives', async ({
  browser,
}) => {
  const { server, storage, unit, linkFor, end } = await withDelroy('tab');
  const context = await browser.newContext();
  const page = await context.newPage();
  await withPasskeys(page);
  await keepToday(page, await linkFor(unit.people.delroy.id));
  await expect(page.locator('.saved')).toContainText('All saved');
  await context.setOffline(true);
  await think(page, 'Written in the gap');
  await expect(page.locator('.saved')).toContainText('kept on this device');
  await storage.db.updateTable('sessions').set({ ended_at: Date.now() }).execute();
  await context.setOffline(false);
  const again = page.getByRole('link', { name: 'Come in', exact: true });
  await expect(again).toBeVisible();
  // Whoever passes by the open laptop reads nothing of the family.
  await expect(page.getByText('Kaya-Bright')).toHaveCount(0);
  const unsent = page.getByRole('textbox', { name: 'Kept words' });
  await expect(unsent).toHaveCount(0);
  // Its author finds it.
  await page.getByText('Words of yours that have not been sent').click();
  await expect(unsent).toHaveValue('Written in the gap');
  await again.click();
  await page.getByRole('button', { name: 'Come in with your passkey' }).click();
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await wonderAt(page, 'Kaya-Bright');
  await expect(page.locator('.saved')).toContainText(/Back together|All saved/);
  const callum = await callumAt(browser, { server, unit, linkFor });
  await expect(callum.locator('.voice', { hasText: 'Written in the gap' })).toHaveCount(1);
  // Sent, it need not be copied any more.
  await expect(unsent).toHaveCount(0);
  await end();
});

test('[S20] a family that is not somebody’s to see any more goes from their screen and their device at once', async ({
  browser,
}) => {
  const { unit, linkFor, end } = await withDelroy('tab');
  const delroy = await Seat.enrol(browser, {
    name: 'Delroy Pinnock',
    link: await linkFor(unit.people.delroy.id),
  });
  const page = await (await browser.newContext()).newPage();
  await withPasskeys(page);
  await delroy.page.getByRole('button', { name: 'Open the meeting' }).click();
  await expect(delroy.page.getByRole('button', { name: 'Join in the room' })).toBeVisible();
  await comeIn(page, await linkFor(unit.people.callum.id));
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await wonderAt(page, 'Kaya-Bright');
  await think(page, 'The zebrafinch was only for some');
  await expect(page.locator('.saved')).toContainText('All saved');
  const boards = async () => (await namesKept(page)).filter((name) => name.includes('#tab'));
  await expect.poll(boards, { timeout: 40_000 }).not.toEqual([]);
  const restricted = await delroy.page.evaluate(
    async (family) =>
      (
        await fetch(`/api/families/${family}`, {
          method: 'PATCH',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ restricted: true }),
        })
      ).ok,
    unit.family,
  );
  expect(restricted).toBe(true);
  await expect(page.getByText('This is not yours to do any more.').first()).toBeVisible();
  for (const word of ['zebrafinch', 'Kaya-Bright', 'Aylin'])
    await expect(page.getByText(word), word).toHaveCount(0);
  await expect.poll(boards).toEqual([]);
  await end();
});

test('[S20] what a device kept never takes the place of what has just been read', async ({ browser }) => {
  const { unit, linkFor, end } = await withDelroy('tab');
  const page = await (await browser.newContext()).newPage();
  await withPasskeys(page);
  await openToday(page, await linkFor(unit.people.delroy.id));
  await expect(page.getByRole('button', { name: 'Join in the room' })).toBeVisible();
  // The first look at the meeting is never answered, the next is; only then does the device's copy open.
  let looks = 0;
  const { promise: hasRead, resolve: read } = Promise.withResolvers<void>();
  await page.route('**/api/meetings/*', async (route) => {
    if (looks++ === 0) return;
    await route.fulfill({ response: await route.fetch() });
    read();
  });
  await page.route('**/api/device', async (route) => {
    await hasRead;
    await route.continue();
  });
  const opened = page.waitForResponse('**/api/device');
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await opened;
  await wonderAt(page, 'Kaya-Bright');
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await end();
});

test('[S20] two tabs that are cut off and crash lose nobody’s words', async ({ browser }) => {
  const { server, unit, linkFor, end } = await withDelroy('tab');
  const context = await browser.newContext();
  const page = await context.newPage();
  await withPasskeys(page);
  await keepToday(page, await linkFor(unit.people.delroy.id));
  const second = await context.newPage();
  await second.goto(page.url());
  await wonderAt(second, 'Kaya-Bright');
  await expect(second.locator('.saved')).toContainText('All saved');
  const before = await namesKept(page);
  await context.setOffline(true);
  await think(page, 'From the first tab');
  await think(second, 'From the second tab');
  await expect
    .poll(async () => (await namesKept(page)).filter((name) => name.includes(`${unit.family}#tab`)).length)
    .toBe(2);
  expect(before.length).toBeGreaterThan(0);
  for (const tab of [page, second]) {
    await tab.goto('chrome://crash').catch(() => undefined);
    await tab.close();
  }
  await context.setOffline(false);
  const third = await context.newPage();
  await third.goto(server.url);
  await third.getByRole('button', { name: 'Join in the room' }).click();
  await wonderAt(third, 'Kaya-Bright');
  for (const words of ['From the first tab', 'From the second tab'])
    await expect(third.getByText(words).first()).toBeVisible();
  await expect(third.locator('.saved')).toContainText(/All saved|Back together/);
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
