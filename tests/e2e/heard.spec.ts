import { expect, type BrowserContext, type Page } from '@playwright/test';
import { fresh, lookRound, test } from './house.ts';

/** Keeps what a screen reader would say by itself: every live region's words, each time that they change. */
async function listen(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const heard: string[] = [];
    (window as unknown as { heard: string[] }).heard = heard;
    const say = (element: Element | null) => {
      const live = element?.closest('[role=status], [role=alert], [aria-live=polite], [aria-live=assertive]');
      const words = live?.textContent?.replace(/\s+/g, ' ').trim();
      if (words && heard.at(-1) !== words) heard.push(words);
    };
    new MutationObserver((changes) => {
      for (const change of changes) {
        say(change.target instanceof Element ? change.target : change.target.parentElement);
        // An alert is heard when it comes; a status only when its words change.
        for (const node of change.addedNodes)
          if (node instanceof Element)
            for (const alert of [node, ...node.querySelectorAll('[role=alert]')])
              if (alert.matches('[role=alert]')) say(alert);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
}
const heardBy = (page: Page) => page.evaluate(() => (window as unknown as { heard: string[] }).heard);
const hears = (page: Page, words: string | RegExp) =>
  expect
    .poll(
      async () =>
        (await heardBy(page)).some((one) =>
          typeof words === 'string' ? one.includes(words) : words.test(one),
        ),
      {
        message: `hears ${words}`,
      },
    )
    .toBe(true);

/** What somebody goes by who moves from heading to heading and from landmark to landmark. */
async function isWalkable(page: Page, where: string): Promise<void> {
  // What is only just opening has its heading a moment later.
  await expect(
    page.locator('h1').filter({ visible: true }).first(),
    `${where}: a first heading`,
  ).toBeVisible();
  const found = await page.evaluate(() => ({
    mains: document.querySelectorAll('main').length,
    levels: [...document.querySelectorAll('h1, h2, h3, h4')]
      .filter((one) => (one as HTMLElement).checkVisibility())
      .map((one) => Number(one.tagName[1])),
    nameless: [...document.querySelectorAll('button, a[href], input, select, textarea')]
      .filter((one) => (one as HTMLElement).checkVisibility())
      .filter((one) => {
        const input = one as HTMLInputElement;
        return !(
          one.getAttribute('aria-label') ||
          one.getAttribute('aria-labelledby') ||
          one.textContent?.trim() ||
          input.labels?.length ||
          one.getAttribute('title')
        );
      })
      .map((one) => one.outerHTML.slice(0, 120)),
  }));
  expect(found.mains, `${where}: one main part`).toBe(1);
  expect(found.levels.filter((level) => level === 1).length, `${where}: a first heading`).toBeGreaterThan(0);
  for (const [index, level] of found.levels.entries())
    if (index > 0)
      expect(level, `${where}: heading ${index + 1} skips a level`).toBeLessThanOrEqual(
        found.levels[index - 1]! + 1,
      );
  expect(found.nameless, `${where}: controls without a name`).toEqual([]);
}

test('[J6] the journeys by ear: roles and names, and what is said by itself, once and in words', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  await listen(page.context());
  await page.goto(link);
  await isWalkable(page, 'first run');
  const seats = await lookRound(page, link);
  const meeting = /meetings\/[0-9a-f-]+/.exec(page.url())![0];
  const callum = await page.context().newPage();
  await callum.goto(`${seats.get('Callum')!}${meeting}`);
  await expect(callum.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();

  // The meeting: where it goes, what others put in, and that all is saved; never a letter at a time.
  await page.locator('body').press('2');
  await hears(callum, 'wonder');
  await callum.getByRole('textbox', { name: 'A thought' }).pressSequentially('He listens at the door');
  await callum.keyboard.press('Enter');
  await hears(page, 'Callum put in: He listens at the door');
  await hears(callum, 'It is in the pot.');
  await hears(callum, 'All saved');
  const said = (await heardBy(page)).filter((one) => one.includes('He listens'));
  expect(said).toEqual(['Callum put in: He listens at the door']);
  for (const place of ['Catch up', 'Wonder', 'Ask', 'Decide', 'Record']) {
    await page
      .getByRole('navigation', { name: 'Places on this board' })
      .getByRole('button', { name: place })
      .click();
    await expect(
      page.getByRole('navigation', { name: 'Places on this board' }).getByRole('button', { name: place }),
    ).toHaveAttribute('aria-current', 'page');
    await isWalkable(page, place);
  }
  await callum.getByRole('button', { name: 'Risk now' }).click();
  await hears(page, 'Risk now. Safety comes first on every screen.');
  await isWalkable(callum, 'risk now');

  // A phone.
  const phone = await page.context().newPage();
  await phone.setViewportSize({ width: 390, height: 844 });
  await phone.goto(`${seats.get('Nasrin')!}${meeting}`);
  // Whoever comes while a risk is called stands before it first.
  await expect(phone.getByRole('region', { name: 'Risk now' })).toBeVisible();
  const tabs = phone.getByRole('navigation', { name: 'On this phone' });
  for (const tab of ['My tasks', 'The pot']) {
    await tabs.getByRole('button', { name: tab }).click();
    await expect(tabs.getByRole('button', { name: tab })).toHaveAttribute('aria-current', 'page');
    await isWalkable(phone, `phone: ${tab}`);
  }

  // A reflecting session, as somebody of the team and as somebody who was invited hear it.
  const ines = await page.context().newPage();
  await ines.goto(seats.get('Inês')!);
  await ines.getByRole('link', { name: 'Reflecting sessions' }).click();
  await isWalkable(ines, 'setting a session up');
  await ines.getByLabel('What is it for?').fill('How mornings go');
  await ines.getByLabel('Callum').selectOption('in the reflecting team');
  await ines.getByRole('button', { name: 'Family' }).click();
  await expect(ines.getByLabel('Name of guest 1')).toBeFocused();
  await ines.getByLabel('Name of guest 1').fill('Mrs Kaya');
  await ines.getByRole('button', { name: 'Set it up' }).click();
  await ines.getByRole('button', { name: 'Mrs Kaya: more' }).click();
  await ines.getByRole('menuitem', { name: 'Make a link and a code' }).click();
  await expect(ines.getByRole('group', { name: 'Invitation for Mrs Kaya' })).toBeFocused();
  const invited = await browser.newContext();
  await listen(invited);
  const gran = await invited.newPage();
  await gran.goto((await ines.locator('.invited .link').textContent())!);
  await isWalkable(gran, 'an invitation');
  await gran.getByLabel('Your code').fill((await ines.locator('.code .seen').textContent())!);
  await gran.keyboard.press('Enter');
  await expect(gran.getByText('You are here as Mrs Kaya')).toBeVisible();
  await isWalkable(gran, 'the agreement');
  await gran.getByRole('button', { name: 'Yes, I agree' }).press('Enter');
  await hears(gran, 'You said yes.');
  // What was pressed is still there, and says what it does now.
  await expect(gran.getByRole('button', { name: 'You said yes' })).toBeFocused();
  // Pressed twice in the same place, by a hand that shakes, it is still yes.
  await gran.keyboard.press('Enter');
  await expect(gran.getByRole('button', { name: 'I have changed my mind' })).toBeVisible();
  const path = /reflecting\/[0-9a-f-]+/.exec(ines.url())![0];
  await callum.goto(seats.get('Callum')! + path);
  await expect(callum.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  for (const step of ['interview', 'reflecting'])
    await ines.getByRole('button', { name: new RegExp(`^Move to ${step}`) }).click();
  await hears(gran, 'You listen to us: they talk, you listen.');
  await hears(callum, 'Reflecting: you talk, they listen.');
  await expect(
    gran.getByRole('img', { name: /^Talking with each other: .*Listening: Mrs Kaya, you/ }),
  ).toBeVisible();
  await callum.getByLabel(/Something you heard or saw/).fill('I noticed her hands.');
  await callum.keyboard.press('Enter');
  await hears(gran, 'I noticed her hands.');
  await isWalkable(gran, 'listening');
  await isWalkable(ines, 'leading');
  await gran.getByRole('button', { name: 'Ask for a pause' }).press('Enter');
  await hears(gran, /You asked for a pause\. Only Inês, who leads this, can see that it was you\./);
  await expect(gran.getByRole('button', { name: 'I am all right now' })).toBeFocused();
  await hears(ines, 'Mrs Kaya asks for a pause.');
  await ines.getByRole('button', { name: 'Pause now' }).click();
  await hears(callum, 'A pause. Nobody writes until we go on.');
  expect((await heardBy(callum)).join('\n')).not.toContain('Mrs Kaya asks');
  await invited.close();
  await end();
});
