import { expect } from '@playwright/test';
import { axe, fresh, fromMenu, lookRound, sitDown, test } from './house.ts';

test('[S18] a screen in the room shows the meeting, follows it, and is blanked from any device', async ({
  page,
  browser,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await page.locator('body').press('2');
  for (const window of windows.values())
    await expect(window.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await fromMenu(page, 'Shared screen');
  const told = await page.getByText(/On the screen in the room open/).textContent();
  const code = /[2-9A-Z]{4} [2-9A-Z]{4}/.exec(told!)![0];
  // A machine of the room, where nobody is signed in.
  const room = await browser.newContext({ viewport: { width: 1920, height: 1080 } });
  const screen = await room.newPage();
  const heard: string[] = [];
  screen.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => heard.push(payload.toString()));
  });
  const devtools = await room.newCDPSession(screen);
  await devtools.send('Network.enable');
  /** How long the headers of each script were: what counts is the JavaScript. */
  const headers = new Map<string, number>();
  let bytes = 0;
  devtools.on('Network.responseReceived', (event) => {
    if (event.type === 'Script') headers.set(event.requestId, event.response.encodedDataLength);
  });
  devtools.on('Network.loadingFinished', (event) => {
    const head = headers.get(event.requestId);
    if (head !== undefined) bytes += event.encodedDataLength - head;
  });
  await screen.goto(new URL('/wall', page.url()).href);
  await screen.getByLabel('Code').fill('000 000');
  await screen.getByRole('button', { name: 'Show it here' }).click();
  await expect(screen.getByRole('alert')).toContainText('does not open anything');
  await axe(screen, 'the screen before its code');
  await screen.getByLabel('Code').fill(code);
  await screen.getByRole('button', { name: 'Show it here' }).click();
  await expect(screen.getByRole('heading', { name: 'Kaya-Bright' })).toBeVisible();
  await expect(screen.getByRole('region', { name: 'What the unit looks at' })).toContainText(
    'the other parent',
  );
  await expect(screen.getByRole('img', { name: /With .*Nasrin/ })).toBeVisible();
  await axe(screen, 'the shared screen');
  // Letter by letter, with whose hand it is.
  const beside = screen.getByRole('list', { name: 'Beside it' });
  await nasrin.locator('[data-capture]').pressSequentially('What if the quarrels are how');
  await expect(beside).toContainText('Nasrin is writing');
  await expect(beside).toContainText('What if the quarrels are how');
  // It goes where the meeting goes.
  await page.getByRole('button', { name: 'Decide' }).click();
  await expect(screen.getByText('Decide', { exact: true })).toBeVisible();
  // Larger words, fewer lines, and none made smaller.
  await screen.keyboard.press('+');
  await screen.keyboard.press('+');
  await expect(beside.getByRole('listitem')).toHaveCount(2);
  // What was set aside, another family's name and a different view never came near it.
  await windows.get('Callum')!.locator('body').press('b');
  await expect(screen.getByText('The screen is blank.')).toBeAttached();
  await expect(screen.getByText('Kaya-Bright')).toHaveCount(0);
  await page.locator('body').press('b');
  await expect(screen.getByRole('heading', { name: 'Kaya-Bright' })).toBeVisible();
  expect(heard.length).toBeGreaterThan(2);
  for (const word of ['Whitlock', 'Adomako', 'family:', 'set aside'])
    expect(heard.join('\n'), word).not.toContain(word);
  console.info(`the shared screen’s scripts: ${bytes} bytes`);
  expect(bytes).toBeLessThan(60_000);
  await room.close();
  await end();
});

test('[H12] a call beside the meeting is one press away for everybody, and what is no call is refused in words', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  await fromMenu(page, 'Add a call');
  await page.keyboard.type('javascript:alert(1)');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('alert')).toHaveText('A link to a call begins with https://.');
  await page.getByLabel('Link of the call').fill('https://calls.example.gov.uk/room/7');
  await page.keyboard.press('Enter');
  const link = windows.get('Inês')!.getByRole('link', { name: /^Join the call/ });
  await expect(link).toHaveAttribute('href', 'https://calls.example.gov.uk/room/7');
  await expect(link).toHaveAttribute('rel', 'noopener noreferrer');
  await axe(page, 'the call');
  await end();
});

test('[S18] another window of somebody at the table is its shared screen at once; nobody else’s is', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await fromMenu(page, 'Shared screen');
  const [screen] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'show it in another window here' }).click(),
  ]);
  await expect(screen.getByRole('heading', { name: 'Kaya-Bright' })).toBeVisible();
  await expect(screen).toHaveURL(/\/wall$/);
  // The window that opened it goes on as it was.
  await expect(page.getByRole('navigation', { name: 'Families this Wednesday' })).toBeVisible();
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(`${page.url().replace(/\?.*/, '')}/wall`);
  await expect(stranger.getByLabel('Code')).toBeVisible();
  await expect(stranger.getByText('Kaya-Bright')).toHaveCount(0);
  await end();
});
