import { join } from 'node:path';
import { expect, type Browser, type BrowserContext, type Page } from '@playwright/test';
import { openStorage } from '../../server/storage/open.ts';
import { call } from '../support/call.ts';
import { layMember, layUnit, type Signed } from '../support/people.ts';
import { openProxy } from '../support/proxy.ts';
import { freePort, type RunningServer } from '../support/start-server.ts';
import { fresh, fromMenu, test } from './house.ts';

/** Everything that the server sends to a window. */
function listen(page: Page): string[] {
  const heard: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => heard.push(payload.toString('utf8'))),
  );
  page.on('response', (response) => {
    if (/\/(api|live)\//.test(response.url()))
      void response.text().then(
        (text) => heard.push(text),
        () => undefined,
      );
  });
  return heard;
}

async function sitDown(
  browser: Browser,
  url: string,
  people: Record<string, Signed>,
  more: Parameters<Browser['newContext']>[0] = {},
): Promise<{ context: BrowserContext; page: Page; heard: string[] }> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...more,
  });
  await context.addCookies(
    Object.entries(people).map(([hand, who]) => ({
      name: hand === 'a' ? '__Host-wednesday' : `__Host-wednesday-${hand}`,
      value: who.cookie.split('=')[1]!,
      url: url.replace('http:', 'https:'),
      secure: true,
    })),
  );
  const beside = Object.keys(people).filter((hand) => hand !== 'a');
  if (beside.length > 0)
    await context.addInitScript((hands) => {
      if (location.protocol.startsWith('http'))
        sessionStorage.setItem('people-at-this-device', JSON.stringify(hands.map((hand) => ({ hand }))));
    }, beside);
  const page = await context.newPage();
  return { context, page, heard: listen(page) };
}
const capture = (page: Page) => page.getByLabel('A thought', { exact: true });
async function think(page: Page, words: string): Promise<void> {
  await capture(page).fill(words);
  await capture(page).press('Enter');
}

test('[J5] everyone at once: three at one laptop, a wall, a phone, two at home behind bad networks, and an invited grandmother', async ({
  browser,
}) => {
  const inner = await freePort();
  const proxy = await openProxy({
    to: () => inner,
    upgrade: (request) => (/Blocked/.test(request.headers['user-agent'] ?? '') ? 'refuse' : 'let'),
  });
  const { server: own, end } = await fresh({ port: inner, env: { PUBLIC_URL: proxy.url } });
  const server: RunningServer = { ...own, url: proxy.url };
  const storage = await openStorage({
    dataDir: own.dataDir,
    databaseUrl: null,
    keyFile: join(own.dataDir, 'key'),
  });
  const { unit, people, family } = await layUnit(storage);
  const sol = await layMember(storage, { unit, name: 'Sol Whitaker', role: 'social-worker' });
  const { delroy, callum, nasrin, yewande, ines } = people;
  const { meeting } = (
    await call(server, delroy, 'POST', `/api/units/${unit}/meetings`, { body: { on: '2026-11-04' } })
  ).body as { meeting: string };
  const address = `${proxy.url}/meetings/${meeting}`;

  // Round the laptop in the room: Delroy, Callum and Nasrin.
  const laptop = await sitDown(browser, proxy.url, { a: delroy, b: callum, c: nasrin });
  await laptop.page.goto(address);
  await laptop.page.getByRole('button', { name: /^Begin with/ }).click();
  await laptop.page.locator('body').press('2');
  const hand = (name: string) =>
    laptop.page
      .getByRole('group', { name: 'Whose hand writes here' })
      .getByRole('button', { name, exact: true });
  await expect(hand('Nasrin')).toBeVisible();
  // The wall, the phone, and two at home: one where WebSockets are refused.
  await fromMenu(laptop.page, 'Shared screen');
  const told = (await laptop.page.getByText(/On the screen in the room open/).textContent())!;
  const wall = await sitDown(browser, proxy.url, {}, { viewport: { width: 1920, height: 1080 } });
  await wall.page.goto(`${proxy.url}/wall`);
  await wall.page.getByLabel('Code').fill(/[2-9A-Z]{4} [2-9A-Z]{4}/.exec(told)![0]);
  await wall.page.getByRole('button', { name: 'Show it here' }).click();
  const phone = await sitDown(browser, proxy.url, { a: yewande }, { viewport: { width: 390, height: 844 } });
  await phone.page.goto(address);
  const blocked = await sitDown(browser, proxy.url, { a: ines }, { userAgent: 'Blocked' });
  await blocked.page.goto(`${address}?from=home`);
  const away = await sitDown(browser, proxy.url, { a: sol });
  await away.page.goto(`${address}?from=home`);
  for (const { page } of [phone, blocked, away]) await expect(capture(page)).toBeVisible();

  // Inês holds a reflecting session beside it; the grandmother has come to that and to nothing else.
  const made = await call(server, ines, 'POST', `/api/units/${unit}/reflecting`, {
    body: {
      family,
      on: '2026-11-04',
      purpose: 'How mornings go',
      people: [{ name: 'Emine Kaya', part: 'family' }],
      keep: { files: false, until: null },
    },
  });
  const session = made.body.session as string;
  const opened = await call(server, ines, 'GET', `/api/reflecting/${session}`);
  const emine = (opened.body.session as { people: { id: string; name: string }[] }).people.find(
    (one) => one.name === 'Emine Kaya',
  )!;
  const invitation = (
    await call(server, ines, 'POST', `/api/reflecting/${session}/people/${emine.id}/invitation`, { body: {} })
  ).body as { token: string; code: string };
  const gran = await sitDown(browser, proxy.url, {});
  await gran.page.goto(`${proxy.url}/come-in#${invitation.token}`);
  await gran.page.getByLabel('Your code').fill(invitation.code);
  await gran.page.getByRole('button', { name: 'Come in' }).click();
  await gran.page.getByRole('button', { name: 'Yes, I agree' }).click();
  const lead = await blocked.context.newPage();
  await lead.goto(`${proxy.url}/reflecting/${session}`);
  for (const step of ['interview', 'reflecting'])
    await lead.getByRole('button', { name: new RegExp(`^Move to ${step}`) }).click();
  await lead.getByLabel(/Something you heard or saw/).fill('I wondered what her hands were remembering.');
  await lead.keyboard.press('Enter');
  await expect(gran.page.getByText('her hands were remembering')).toBeVisible();
  await gran.page.getByRole('textbox', { name: 'Your jottings' }).fill('Nobody asks me, capybara');

  // All at once. Sol writes in a tunnel.
  await away.context.setOffline(true);
  await Promise.all([
    (async () => {
      for (const name of ['Callum', 'Nasrin', 'Delroy']) {
        await hand(name).click();
        await expect(hand(name)).toHaveAttribute('aria-pressed', 'true');
        await think(laptop.page, `${name} at the laptop`);
      }
    })(),
    think(phone.page, 'Yewande on a phone'),
    think(blocked.page, 'Inês behind the proxy'),
    think(away.page, 'Sol in a tunnel'),
  ]);
  await expect(away.page.locator('.saved')).toContainText('kept in this page');
  await away.context.setOffline(false);
  const all = [
    'Callum at the laptop',
    'Nasrin at the laptop',
    'Delroy at the laptop',
    'Yewande on a phone',
    'Inês behind the proxy',
    'Sol in a tunnel',
  ];
  for (const { page } of [laptop, blocked, away])
    for (const words of all)
      await expect(page.locator('article.slip', { hasText: words }).first()).toBeVisible({ timeout: 40_000 });
  await expect(away.page.locator('.saved')).toContainText('Back together');
  expect(proxy.upgrades.refused).toBeGreaterThan(0);

  // One thought, four hands' marks: the wall says with whom it is.
  const slip = (page: Page) => page.locator('article.slip', { hasText: 'Sol in a tunnel' }).first();
  for (const name of ['Callum', 'Nasrin', 'Delroy']) {
    await hand(name).click();
    await expect(hand(name)).toHaveAttribute('aria-pressed', 'true');
    await slip(laptop.page).getByRole('button', { name: 'This resonates with me' }).click();
  }
  await expect(
    wall.page.getByRole('img', { name: /With Delroy, Callum, Nasrin\.|With .*Nasrin/ }),
  ).toBeVisible();
  await expect(wall.page.getByRole('region', { name: 'What the unit looks at' })).toContainText(
    'Sol in a tunnel',
  );
  // On the phone it is what the unit looks at; the large mark there is Yewande's.
  await expect(phone.page.getByRole('article').first()).toContainText('Sol in a tunnel');
  await phone.page.getByRole('button', { name: 'Resonates with me' }).click();
  await expect(slip(away.page).getByRole('img', { name: 'Resonates with Yewande Afolabi' })).toBeVisible();

  // Each thought stands under the name of the hand that wrote it.
  const rows = await storage.db
    .selectFrom('updates')
    .select(['member_id', 'bytes'])
    .where('doc', '=', `family:${family}`)
    .execute();
  for (const [who, words] of [
    [callum, 'Callum at the laptop'],
    [nasrin, 'Nasrin at the laptop'],
    [delroy, 'Delroy at the laptop'],
  ] as const) {
    const said = rows.filter((row) => Buffer.from(row.bytes).includes(words));
    expect(said.map((row) => row.member_id)).toEqual(said.map(() => who.id));
    expect(said.length).toBeGreaterThan(0);
  }

  // What must not be sent: to the grandmother nothing of the board, to the wall and the board nothing of the session.
  expect(gran.heard.join('\n')).toContain('hands were remembering');
  expect(gran.heard.join('\n')).not.toMatch(/at the laptop|in a tunnel|behind the proxy|Deniz|example\.org/);
  for (const { heard } of [laptop, wall, phone, away])
    expect(heard.join('\n')).not.toMatch(/capybara|hands were remembering|How mornings go/);
  expect(blocked.heard.join('\n')).not.toContain('capybara');
  for (const { context } of [laptop, wall, phone, blocked, away, gran]) await context.close();
  await storage.close();
  await end();
  await proxy.close();
});
