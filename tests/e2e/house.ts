import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test as base, type BrowserContext, type Page } from '@playwright/test';
import { startServer, type RunningServer } from '../support/start-server.ts';
import { until } from '../support/until.ts';

/** A journey in which no page, of whichever window, may ask for what its policy does not allow (P29). */
export const test = base.extend<{ violations: string[] }>({
  violations: [
    async ({ browser }, use) => {
      const found: string[] = [];
      const watch = (context: BrowserContext) =>
        context.on('console', (message) => {
          if (/content security policy|trusted ?(type|html|script)/i.test(message.text()))
            found.push(message.text());
        });
      browser.contexts().forEach(watch);
      browser.on('context', watch);
      await use(found);
      browser.off('context', watch);
      expect(found, 'what the policy of the page refused').toEqual([]);
    },
    { auto: true },
  ],
});

/** A server on an empty data folder, and the one-time link that its start printed. */
export async function fresh(
  ask: { port?: number; env?: Record<string, string>; root?: string } = {},
): Promise<{ server: RunningServer; link: string; end: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wednesday-e2e-'));
  const server = await startServer({
    dataDir,
    ...(ask.port && { port: ask.port }),
    ...(ask.root && { root: ask.root }),
    env: { WEDNESDAY_TODAY: '2026-11-04', ...ask.env },
  });
  const end = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
  const printed = () => /http\S+first-run#\S+/.exec(server.output())?.[0];
  await until(() => printed() !== undefined, 'the link of the first start');
  return { server, link: printed()!, end };
}

/** Fails where a page breaks one of the accessibility rules. */
export async function axe(page: Page, where: string): Promise<void> {
  // What happens to lie under a bar that stays in sight is scrolled out from under it: it is no small target.
  const stick = (position: string) =>
    page.evaluate((value) => {
      for (const bar of document.querySelectorAll<HTMLElement>('.acts, .foot-of')) bar.style.position = value;
    }, position);
  await stick('static');
  const found = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  await stick('');
  expect(
    found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`),
    where,
  ).toEqual([]);
}

/** The made-up unit, with the coordinator's window at the table of Kaya-Bright; returns the seats' addresses by first name. */
export async function lookRound(page: Page, link: string): Promise<Map<string, string>> {
  await page.goto(link);
  await page.getByRole('button', { name: 'Look round' }).click();
  const links = page.locator('a[href^="/seat-"]');
  await expect(links).toHaveCount(5);
  const seats = new Map<string, string>();
  for (const seat of await links.all()) {
    const name = /(Yewande|Callum|Nasrin|Inês|Delroy)/.exec((await seat.textContent()) ?? '')![1]!;
    seats.set(name, new URL((await seat.getAttribute('href'))!, page.url()).href);
  }
  await page.goto(seats.get('Delroy')!);
  await page.getByRole('button', { name: 'Open the meeting' }).click();
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await page
    .getByRole('navigation', { name: 'Families this Wednesday' })
    .getByRole('button', { name: 'Kaya-Bright' })
    .click();
  await expect(page.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  return seats;
}

/** What is chosen from the menu of the meeting's foot. */
export async function fromMenu(page: Page, item: string): Promise<void> {
  await page
    .getByRole('group', { name: 'The meeting' })
    .getByRole('button', { name: 'The meeting' })
    .press('Enter');
  await page.getByRole('menuitem', { name: item }).press('Enter');
}

/** Reads every child's page of the record, until it can be committed. */
export async function readThrough(page: Page): Promise<void> {
  const commit = page.getByRole('button', { name: /^Commit to/ });
  const next = page.locator('.commit').getByRole('button', { name: /^(Read|I have read)/ });
  while (!(await commit.isVisible())) {
    await expect(commit.or(next).first()).toBeVisible();
    if (await commit.isVisible()) break;
    await next.first().click();
  }
}

/** The id of the made-up family, asked for by a window of one of its members. */
export async function familyOf(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const seat = /seat-([0-9a-f-]+)/.exec(location.pathname)![1]!;
    const me = (await (await fetch('/api/me', { headers: { 'Wednesday-Seat': seat } })).json()) as {
      person: { unit: string };
    };
    const unit = (await (
      await fetch(`/api/units/${me.person.unit}`, { headers: { 'Wednesday-Seat': seat } })
    ).json()) as { families: { id: string; name: string }[] };
    return unit.families.find((one) => one.name === 'Kaya-Bright')!.id;
  });
}

/** Five windows at one table of the made-up unit; `heard` holds every frame and body that reached a window. */
export async function sitDown(page: Page): Promise<{
  windows: Map<string, Page>;
  heard: Map<string, string[]>;
  end: () => Promise<void>;
}> {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const meeting = /meetings\/[0-9a-f-]+/.exec(page.url())![0];
  const windows = new Map([['Delroy', page]]);
  const heard = new Map<string, string[]>();
  for (const name of ['Yewande', 'Callum', 'Nasrin', 'Inês']) {
    const window = await page.context().newPage();
    windows.set(name, window);
    const frames: string[] = [];
    heard.set(name, frames);
    window.on('websocket', (socket) =>
      socket.on('framereceived', ({ payload }) => frames.push(payload.toString())),
    );
    window.on('response', (response) => {
      if (/\/api\//.test(response.url()))
        void response.text().then(
          (text) => frames.push(text),
          () => undefined,
        );
    });
    await window.goto(`${seats.get(name)!}${meeting}`);
    await expect(window.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  }
  return { windows, heard, end };
}
