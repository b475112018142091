import { expect } from '@playwright/test';
import { axe, fresh, fromMenu, lookRound, sitDown, test } from './house.ts';

const PHONE = { width: 390, height: 844 };

test('[H15] on a phone: what the unit looks at, one large mark, the field, the child’s words, my tasks', async ({
  page,
  browser,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  const shot = (name: string) =>
    process.env.SHOTS ? nasrin.screenshot({ path: `${process.env.SHOTS}/${name}.png` }) : undefined;
  await nasrin.setViewportSize(PHONE);
  await page.locator('body').press('2');
  const looked = nasrin.getByRole('article').first();
  await expect(looked).toContainText('the other parent');
  await expect(nasrin.getByText('Said by Aylin')).toBeVisible();
  await expect(nasrin.getByRole('heading', { name: /Yours this week/ })).toBeVisible();

  // The mark is the one of the whole board.
  const mark = nasrin.getByRole('button', { name: 'Resonates with me' });
  const before = await mark.getAttribute('aria-pressed');
  await mark.click();
  await expect(mark).toHaveAttribute('aria-pressed', before === 'true' ? 'false' : 'true');
  await mark.click();

  // A thought from the car park reaches everybody; what we saw goes with the thought; a child's words go to the child.
  await nasrin.getByRole('textbox', { name: 'A thought' }).fill('Fridays are when Isa’s gran comes');
  await nasrin.getByRole('button', { name: 'Put in the pot' }).click();
  await expect(page.locator('.voice', { hasText: 'Fridays are when Isa’s gran comes' })).toBeVisible();
  await nasrin.getByRole('button', { name: 'We saw' }).click();
  await nasrin.getByRole('textbox', { name: 'We saw' }).fill('Deniz carried the bag');
  await nasrin.keyboard.press('Enter');
  await nasrin.getByRole('button', { name: 'A child’s words' }).click();
  await nasrin.getByRole('group', { name: 'Whose words' }).getByRole('button', { name: 'Deniz' }).click();
  // To whom and when is offered, and not said until it is pressed.
  await nasrin.getByRole('button', { name: 'said to me' }).click();
  await nasrin.getByRole('textbox', { name: 'Deniz’s words' }).fill('I want to see Dad on my own');
  await nasrin.keyboard.press('Enter');
  const heard = page.locator('article', { hasText: 'I want to see Dad on my own' });
  await expect(heard.getByText(/to Nasrin, day not said/).first()).toBeVisible();
  for (const scheme of ['light', 'dark'] as const) {
    await nasrin.emulateMedia({ colorScheme: scheme });
    await axe(nasrin, `now, ${scheme}`);
    await shot(`phone-now-${scheme}`);
  }
  await nasrin.emulateMedia({ colorScheme: 'light' });
  await nasrin.getByRole('button', { name: 'My tasks' }).click();
  await expect(nasrin.getByRole('heading', { name: 'My tasks', level: 1 })).toBeVisible();
  await expect(nasrin.getByRole('link', { name: /For a visit.*Kaya-Bright/ })).toBeVisible();
  await axe(nasrin, 'my tasks');
  await shot('phone-tasks');
  await nasrin.getByRole('button', { name: 'The pot' }).click();
  await expect(nasrin.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await axe(nasrin, 'the pot on a phone');
  await shot('phone-pot');
  // At 320 wide, as at 400 % zoom of a wide screen, nothing lies outside and nothing is hidden beneath the foot.
  for (const [width, height] of [
    [320, 640],
    [320, 256],
  ] as const) {
    await nasrin.setViewportSize({ width, height });
    for (const tab of ['Now', 'My tasks', 'The pot']) {
      await nasrin
        .getByRole('navigation', { name: 'On this phone' })
        .getByRole('button', { name: tab })
        .click();
      expect(
        await nasrin.evaluate(() => document.documentElement.scrollWidth),
        `${tab} at ${width}`,
      ).toBeLessThanOrEqual(width);
    }
  }
  await nasrin
    .getByRole('navigation', { name: 'On this phone' })
    .getByRole('button', { name: 'Now' })
    .click();
  await shot('phone-zoomed');

  // The numbers on the shared screen bring a phone to the table, if its person is signed in.
  await fromMenu(page, 'Shared screen');
  const told = await page.getByText(/On the screen in the room open/).textContent();
  const screen = await (await browser.newContext({ viewport: { width: 1920, height: 1080 } })).newPage();
  await screen.goto(new URL('/wall', page.url()).href);
  await screen.getByLabel('Code').fill(/[2-9A-Z]{4} [2-9A-Z]{4}/.exec(told!)![0]);
  await screen.getByRole('button', { name: 'Show it here' }).click();
  const numbers = /\d{3} \d{3}/.exec((await screen.getByText('Join this table with').textContent())!)![0];
  await expect(screen.getByRole('img', { name: 'The same as a picture for a phone' })).toBeVisible();
  const callum = windows.get('Callum')!;
  const seat = new URL(callum.url()).href.split('/').slice(0, 4).join('/');
  await callum.goto(`${seat}/join/${numbers.replace(' ', '')}`);
  await expect(callum.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  await callum.goto(`${seat}/join/${numbers.replace(' ', '') === '123456' ? '654321' : '123456'}`);
  await expect(callum.getByRole('alert')).toContainText('No meeting of your unit has these numbers');
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(new URL(`/join/${numbers.replace(' ', '')}`, page.url()).href);
  await expect(stranger.getByRole('heading', { name: /Your seat/ })).toBeVisible();

  // One order of turns, on the phone's board as on the wide one, and on the wall.
  await page.getByRole('button', { name: 'Raise my hand' }).click();
  await page.getByRole('button', { name: 'I speak now' }).click();
  await expect(screen.getByRole('img', { name: /Delroy is speaking/ })).toBeVisible();
  if (process.env.SHOTS) await screen.screenshot({ path: `${process.env.SHOTS}/wall.png` });
  await end();
});

test('[H7] risk now in a hand: whom to ring, what is happening and where each child is, at once and whole', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await nasrin.setViewportSize(PHONE);
  await page.getByRole('button', { name: 'Risk now' }).click();
  await page.getByLabel('What is happening').fill('Marlon is at the gate');
  // Without a finger moved: the telephone stands first, and nothing lies over it.
  const ring = nasrin.getByRole('link', { name: 'Ring 999' });
  await expect(ring).toBeInViewport({ ratio: 1 });
  await expect(nasrin.getByLabel('What is happening')).toHaveValue('Marlon is at the gate');
  await expect(nasrin.getByLabel('What is happening')).toBeInViewport({ ratio: 1 });
  await ring.click({ trial: true });
  for (const child of ['Aylin', 'Deniz', 'Isa']) {
    const where = nasrin.getByRole('button', { name: `Write what we know of ${child}` });
    await where.scrollIntoViewIfNeeded();
    await where.click({ trial: true });
  }
  // A name is a word and no column of letters.
  for (const name of await nasrin.getByText('Kaya-Bright').all()) {
    if (!(await name.isVisible())) continue;
    const box = (await name.boundingBox())!;
    expect(box.height).toBeLessThan(box.width * 1.5);
  }
  await axe(nasrin, 'risk now on a phone');
  await end();
});

test('[H16] the page opens without a line, and nothing of a family is in its cache', async ({ page }) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  await page.evaluate(async () => {
    const ready = await navigator.serviceWorker.ready;
    ready.active!.postMessage('keep the page');
  });
  // The scripts of every place are kept while there is a line.
  await expect
    .poll(() =>
      page.evaluate(async () => {
        const names = await caches.keys();
        const all = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
        return all.flat().length;
      }),
    )
    .toBeGreaterThan(100);
  const texts = await page.evaluate(async () => {
    const found: string[] = [];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        if (!/woff2|png/.test(request.url)) found.push(await (await cache.match(request))!.text());
    }
    return found.join('\n');
  });
  expect(texts).not.toMatch(/Kaya-Bright|Aylin|Delroy Pinnock/);
  const unit = seats.get('Delroy')!;
  await page.context().setOffline(true);
  await page.goto(unit);
  await expect(page.getByRole('heading', { name: 'There is no connection now.' })).toBeVisible();
  await page.context().setOffline(false);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'This Wednesday' })).toBeVisible();
  const manifest = (await (
    await page.request.get(new URL('/manifest.webmanifest', page.url()).href)
  ).json()) as { display: string };
  expect(manifest.display).toBe('standalone');
  await end();
});
