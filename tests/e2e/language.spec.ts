import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, type Page } from '@playwright/test';
import { startServer } from '../support/start-server.ts';
import { fresh, lookRound, sitDown, test } from './house.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** The page as it is before it is built, and the server that shows it. */
const parts =
  'src static server package.json svelte.config.js vite.config.ts wuchale.config.js tsconfig.json';

/** Each sentence in marks, so that whatever is not in the catalogue can be seen. */
const marked = (catalogue: string) =>
  catalogue
    .split('\n\n')
    .map((entry) => {
      const one = /^msgid "(.+)"$/m.exec(entry)?.[1];
      const many = /^msgid_plural "(.+)"$/m.exec(entry)?.[1] ?? one;
      return one
        ? entry
            .replace(/^msgstr(\[0\])? ".*"$/m, (line) => line.replace(/".*"/, () => `"⟦${one}⟧"`))
            .replace(/^msgstr\[[1-9]\] ".*"$/gm, (line) => line.replace(/".*"/, () => `"⟦${many}⟧"`))
        : entry;
    })
    .join('\n\n');

/** The words on a page that are in no marks, and those that only say what something is called. */
const unmarked = (page: Page) =>
  page.evaluate(() => {
    const plain = (text: string) => {
      let depth = 0;
      return [...text]
        .filter((letter) => {
          if (letter === '⟦') depth++;
          else if (letter === '⟧') depth--;
          else return depth === 0;
          return false;
        })
        .join('')
        .trim();
    };
    const names = [...document.querySelectorAll('[aria-label], [placeholder], [title]')].flatMap((one) =>
      ['aria-label', 'placeholder', 'title'].map((name) => one.getAttribute(name) ?? ''),
    );
    return [plain(document.querySelector('main')!.innerText), ...names.map(plain)]
      .flatMap((text) => text.split('\n'))
      .filter((text) => /\p{L}{2}/u.test(text));
  });

test('[J7] no sentence of the catalogue hangs on a space at its edge, which is lost where another has the same words', async () => {
  const catalogue = await readFile(join(root, 'src/text/en-GB.po'), 'utf8');
  expect(catalogue.match(/^msgid "( .*|.* )"$/gm) ?? []).toEqual([]);
});

/** The same page built again in another language: a build whose every part has another name. */
let copy = '';
test.beforeAll(async () => {
  copy = await mkdtemp(join(tmpdir(), 'wednesday-language-'));
  for (const part of parts.split(' ')) await cp(join(root, part), join(copy, part), { recursive: true });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  await rm(join(copy, 'src/text/.wuchale'), { recursive: true, force: true });
  const at = { cwd: copy, env: { ...process.env, LANGUAGES: 'cy,en-GB' } };
  const sentences = await readFile(join(copy, 'src/text/en-GB.po'), 'utf8');
  await writeFile(join(copy, 'src/text/cy.po'), marked(sentences).replace('Language: en-GB', 'Language: cy'));
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await run(process.execPath, [vite, 'build', '--logLevel', 'error'], at);
});
test.afterAll(() => rm(copy, { recursive: true, force: true }));

test('[H22] a page that was open when Wednesday was renewed keeps what was begun, and then loads the new one by itself', async ({
  page,
}) => {
  const { server, link, end } = await fresh();
  const seats = await lookRound(page, link);
  // Where no worker keeps the parts of the build before.
  const context = await page
    .context()
    .browser()!
    .newContext({
      storageState: await page.context().storageState(),
      serviceWorkers: 'block',
    });
  const callum = await context.newPage();
  await callum.goto(seats.get('Callum')! + /meetings\/[0-9a-f-]+/.exec(page.url())![0]);
  await expect(callum.getByRole('region', { name: 'Catch up' })).toBeVisible();
  await callum.locator('[data-capture]').fill('Half a sentence');
  await server.stop();
  const renewed = await startServer({
    dataDir: server.dataDir,
    port: server.port,
    root: copy,
    env: { WEDNESDAY_TODAY: '2026-11-04' },
  });
  // A place of which nothing had come yet: the new page comes by itself, with what was begun where it was begun.
  const places = callum.getByRole('navigation', { name: 'Places on this board' });
  await places.getByRole('button', { name: 'Record' }).click();
  const renamed = callum.getByRole('navigation', { name: '⟦Places on this board⟧' });
  await renamed.getByRole('button', { name: '⟦Catch up⟧' }).click({ timeout: 60_000 });
  // Under what the field is called in this language it is another field: it is listed, whole.
  await expect(callum.locator('.begun').getByText('Half a sentence', { exact: true })).toBeAttached();
  await context.close();
  await renewed.stop();
  await end();
});

test('[J7] every sentence of the page comes from the catalogue: in another language nothing is left in English', async ({
  page,
}) => {
  const { link, server, end } = await fresh({ root: copy });
  for (const path of ['/sign-in', '/come-in', '/wall', '/accessibility', '/sign-in/link', '/nowhere']) {
    await page.goto(server.url + path);
    await expect(page.locator('main')).toContainText('⟦');
    expect(await unmarked(page), path).toEqual([]);
  }
  await page.goto(link);
  await page.getByRole('button', { name: 'Look round' }).click();
  const seat = await page.locator('a[href^="/seat-"]', { hasText: 'Delroy' }).getAttribute('href');
  await page.goto(server.url + seat!);
  await page.getByRole('button', { name: '⟦Open the meeting⟧' }).click();
  await page.getByRole('button', { name: '⟦Join in the room⟧' }).click();
  await page.getByRole('button', { name: 'Kaya-Bright', exact: true }).click();
  const places = page.getByRole('navigation', { name: '⟦Places on this board⟧' }).getByRole('button');
  await expect(places).toHaveText([/⟦Catch up⟧/, /⟦Wonder⟧/, /⟦Ask⟧/, /⟦Decide⟧/, /⟦Record⟧/]);
  for (const button of await page.locator('footer button').all())
    expect(await button.innerText(), 'what concerns the whole meeting').toMatch(/^\s*⟦.*⟧\s*$/s);
  await end();
});

test('[J10] a page that the browser translates lives on: what people wrote and what is saved stay as they are', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.locator('body').press('2');
  await expect(nasrin.getByRole('region', { name: 'Wonder' })).toBeVisible();
  // As a translator leaves a page and goes on: other words, wrapped, in place of every text that it may touch.
  await nasrin.evaluate(() => {
    const translate = (root: Node) => {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      const found: Text[] = [];
      while (texts.nextNode()) found.push(texts.currentNode as Text);
      for (const text of found) {
        const parent = text.parentElement;
        if (!parent || !text.data.trim() || parent.closest('[translate="no"], textarea, script, style, font'))
          continue;
        const [outer, inner] = [document.createElement('font'), document.createElement('font')];
        inner.append(`‹${text.data}›`);
        outer.append(inner);
        text.replaceWith(outer);
      }
    };
    document.documentElement.lang = 'pl';
    translate(document.body);
    new MutationObserver((changes) => {
      for (const { addedNodes } of changes) addedNodes.forEach((node) => translate(node));
    }).observe(document.body, { childList: true, subtree: true });
  });
  await expect(nasrin.getByText('‹Risk now›').first()).toBeVisible();
  // Another writes, letter by letter, and changes what stood there.
  await page.locator('[data-capture]').click();
  await page.keyboard.type('What if the dog decides');
  const slip = nasrin.locator('[data-slip]').last();
  await expect(slip).toHaveText('What if the dog decides');
  await page.keyboard.type(' who sleeps');
  await page.keyboard.press('Enter');
  await expect(slip).toHaveText('What if the dog decides who sleeps');
  // The page goes where the unit goes, and its own hands write on.
  await page
    .getByRole('navigation', { name: 'Places on this board' })
    .getByRole('button', { name: 'Decide' })
    .click();
  await expect(nasrin.locator('article.dec').first()).toContainText('Nasrin walks in with Aylin');
  await page
    .getByRole('navigation', { name: 'Places on this board' })
    .getByRole('button', { name: 'Wonder' })
    .click();
  await expect(nasrin.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await nasrin.locator('[data-capture]').fill('I can still write');
  await nasrin.keyboard.press('Enter');
  await expect(page.locator('.voice', { hasText: 'I can still write' })).toBeVisible();
  await expect(nasrin.locator('.saved')).toHaveText(/All saved/);
  // Nothing of an entry is anybody’s but the unit’s words.
  await page
    .getByRole('navigation', { name: 'Places on this board' })
    .getByRole('button', { name: 'Record' })
    .click();
  await expect(nasrin.getByRole('tabpanel')).toContainText('Nasrin walks in with Aylin');
  await expect(nasrin.getByRole('tabpanel')).not.toContainText('‹');
  await end();
});
