import { expect } from '@playwright/test';
import { ANNOUNCER_STYLE } from '../../server/page.ts';
import { fresh, lookRound, test } from './house.ts';

test('[P29] what the page’s policy does not name neither runs nor loads, and each place works within it', async ({
  page,
  violations,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  const at = (path: string) => new URL(path, page.url()).href;
  const unit = await page.locator('header a[href*="/units/"]').first().getAttribute('href');
  for (const path of [
    '/accessibility',
    '/sign-in',
    '/sign-in/link',
    '/come-in',
    '/wall',
    '/nowhere',
    unit!,
    `${unit}/people`,
    `${unit}/import`,
    `${unit}/reflecting`,
  ]) {
    const answer = await page.goto(at(path));
    expect(answer!.headers()['content-security-policy'], path).toContain(
      "require-trusted-types-for 'script'",
    );
    await expect(page.locator('main, h1').first(), path).toBeVisible();
  }
  // From one place to another within the page: what is announced is written by SvelteKit, with the one style that it needs.
  await page.goto(at(unit!));
  await page.locator(`a[href="${unit}/people"]`).first().click();
  await expect(page).toHaveURL(/people$/);
  await expect(page.locator('#svelte-announcer')).toHaveAttribute('style', ANNOUNCER_STYLE);
  await expect(page.locator('#svelte-announcer')).toHaveCSS('position', 'absolute');
  // Kept by the service worker, the page comes with its policy.
  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.reload();
  await expect(page.locator('main, h1').first()).toBeVisible();
  expect(violations).toEqual([]);

  // Each of these is what somebody would try who got words of theirs into the page.
  await page.evaluate(() => {
    const refused = new Set<string>();
    Object.assign(window, { refused });
    document.addEventListener('securitypolicyviolation', (event) => refused.add(event.effectiveDirective));
    const put = (name: string, attributes: Record<string, string>, text = '') => {
      const element = document.createElement(name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.append(text);
      document.body.append(element);
    };
    const attempts: (() => unknown)[] = [
      () => put('style', {}, 'body { display: none }'),
      () => put('p', { style: 'position: fixed' }),
      () => put('iframe', { src: 'https://elsewhere.example' }),
      () => put('img', { src: 'https://elsewhere.example/seen.png' }),
      () => put('object', { data: '/icon.svg' }),
      () => put('base', { href: 'https://elsewhere.example' }),
      () => put('button', { onclick: 'window.taken = true' }),
      () => void fetch('https://elsewhere.example').catch(() => undefined),
      () => (document.body.lastElementChild!.innerHTML = '<b>words</b>'),
      () => put('script', {}, 'window.taken = true'),
      () =>
        (
          window as unknown as { trustedTypes: { createPolicy: (name: string, rules: object) => void } }
        ).trustedTypes.createPolicy('default', {}),
    ];
    for (const attempt of attempts)
      try {
        attempt();
      } catch {
        // Thrown or silently left undone: the event tells of both.
      }
  });
  const refused = () =>
    page.evaluate(() => [...(window as unknown as { refused: Set<string> }).refused].sort());
  await expect
    .poll(refused)
    .toEqual([
      'base-uri',
      'connect-src',
      'frame-src',
      'img-src',
      'require-trusted-types-for',
      'style-src-attr',
      'style-src-elem',
      'trusted-types',
    ]);
  expect(await page.evaluate(() => 'taken' in window)).toBe(false);
  expect(violations.length).toBeGreaterThan(8);
  violations.length = 0;
  await end();
});
