import { expect, type Browser, type Page } from '@playwright/test';
import { axe, fresh, lookRound, test } from './house.ts';

/** Every frame and body that reaches a window. */
function listen(page: Page): string[] {
  const heard: string[] = [];
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => heard.push(payload.toString())),
  );
  page.on('response', (response) => {
    if (/\/api\//.test(response.url()))
      void response.text().then(
        (text) => heard.push(text),
        () => undefined,
      );
  });
  return heard;
}

/** Makes an invitation in the lead's window and comes in with it on a device of one's own. */
async function invite(lead: Page, browser: Browser, name: string): Promise<{ page: Page; heard: string[] }> {
  await lead.getByRole('button', { name: `${name}: more` }).click();
  await lead.getByRole('menuitem', { name: 'Make a link and a code' }).click();
  const box = lead.locator('.invited');
  await expect(box).toContainText(name);
  const link = (await box.locator('.link').textContent())!;
  const code = (await box.locator('.code .seen').textContent())!;
  await box.getByRole('button', { name: 'Close the invitation' }).click();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const heard = listen(page);
  await page.goto(link);
  // The secret of the link stands in no address bar.
  await expect(page).not.toHaveURL(/#/);
  await page.getByLabel('Your code').fill('999 999');
  await page.getByRole('button', { name: 'Come in' }).click();
  await expect(page.getByRole('alert')).toContainText('does not go with this link');
  await axe(page, 'an invitation');
  await page.getByLabel('Your code').fill(code);
  await page.getByRole('button', { name: 'Come in' }).click();
  await expect(page.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  return { page, heard };
}

/** Opens the form of a new session in a window of Inês's, with these of the family invited. */
async function beginSession(
  page: Page,
  ask: { at: string; purpose: string; family: string; invited: readonly string[] },
): Promise<Page> {
  const ines = await page.context().newPage();
  await ines.setViewportSize({ width: 1440, height: 900 });
  await ines.goto(ask.at);
  await ines.getByRole('link', { name: 'Reflecting sessions' }).click();
  await ines.getByLabel('What is it for?').fill(ask.purpose);
  await ines.getByLabel('With which family?').selectOption(ask.family);
  for (const [index, name] of ask.invited.entries()) {
    await ines.getByRole('button', { name: 'Family' }).click();
    await ines.getByLabel(`Who is guest ${index + 1}`).selectOption(name);
  }
  return ines;
}
const shot = (of: Page, name: string) =>
  process.env.SHOTS ? of.screenshot({ path: `${process.env.SHOTS}/${name}.png` }) : undefined;

test('[R2] a reflecting session with the family: the circles change places, and with them who may write', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);

  // Inês sets it up.
  const ines = await beginSession(page, {
    at: seats.get('Inês')!,
    purpose: 'How mornings go at home, and what helps.',
    family: 'Kaya-Bright',
    invited: ['Selin Kaya', 'Emine Kaya', 'Marlon Bright'],
  });
  for (const [name, part] of [
    ['Callum', 'in the reflecting team'],
    ['Nasrin', 'in the reflecting team'],
    ['Yewande', 'asks the questions'],
  ] as const)
    await ines.getByLabel(name).selectOption(part);
  await ines.getByRole('checkbox', { name: /has a phone or laptop ?: Marlon/ }).uncheck();
  await ines.getByRole('checkbox', { name: /children’s files/ }).check();
  await axe(ines, 'setting a session up');
  await shot(ines, 'set-up');
  await ines.getByRole('button', { name: 'Set it up' }).click();
  await expect(ines.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  const path = /reflecting\/[0-9a-f-]+/.exec(ines.url())![0];

  // The team comes by their seats, the family by their invitations.
  const team = new Map<string, Page>();
  for (const name of ['Callum', 'Nasrin', 'Yewande']) {
    const window = await page.context().newPage();
    await window.goto(seats.get(name)! + path);
    await expect(window.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
    team.set(name, window);
  }
  const callum = team.get('Callum')!;
  const selin = await invite(ines, browser, 'Selin Kaya');
  const emine = await invite(ines, browser, 'Emine Kaya');
  await axe(selin.page, 'the agreement');

  // R10: with one press of her own, before she has said yes to anything; on a phone it is in reach.
  const yewandesDesk = await page.context().newPage();
  await yewandesDesk.goto(seats.get('Yewande')!);
  await selin.page.setViewportSize({ width: 390, height: 844 });
  await shot(selin.page, 'not-safe-before');
  await selin.page.getByRole('button', { name: 'Not safe now' }).click();
  await expect(selin.page.getByRole('status')).toHaveText('It is sent.');
  await expect(selin.page.getByRole('link', { name: 'Ring 999' })).toHaveAttribute('href', 'tel:999');
  await expect(selin.page.getByText('Inês')).toHaveCount(0);
  // Loaded anew it stays plain, and says nothing twice.
  await selin.page.reload();
  await expect(selin.page.getByRole('status')).toHaveText('It is sent.');
  await axe(selin.page, 'the plain page');
  await shot(selin.page, 'not-safe-plain');
  // Whoever leads, and the consultant in the session and at her desk: who it was is seen by opening it.
  const yewande = team.get('Yewande')!;
  for (const window of [ines, yewande, yewandesDesk]) {
    await expect(window.getByRole('alert')).toContainText('was pressed in a reflecting session');
    await expect(window.getByRole('group', { name: 'Not safe now' })).not.toContainText('Selin');
  }
  await ines.getByRole('button', { name: 'See who' }).press('Enter');
  await expect(ines.getByRole('group', { name: 'Not safe now' })).toContainText('Selin Kaya');
  await axe(ines, 'who leads is told');
  await shot(ines, 'not-safe-lead');
  for (const window of [callum, emine.page]) await expect(window.getByRole('alert')).toHaveCount(0);
  expect(emine.heard.join('')).not.toContain('not-safe');
  await yewandesDesk.getByRole('button', { name: 'I have it in hand' }).click();
  for (const window of [ines, yewande]) {
    await expect(window.getByText('Yewande Afolabi has it in hand')).toBeVisible();
    await expect(window.getByRole('alert')).toHaveCount(0);
    await expect(window.getByRole('group', { name: 'Not safe now' })).not.toContainText('Selin');
  }
  await expect(selin.page.getByRole('status')).toHaveText('They have it.');
  await yewandesDesk.close();
  await selin.page.getByRole('button', { name: 'Back' }).click();
  await expect(selin.page.getByRole('button', { name: 'Not safe now' })).toBeFocused();
  await selin.page.setViewportSize({ width: 1440, height: 900 });
  await expect(selin.page.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  await shot(selin.page, 'agreement');
  await shot(ines, 'agreement-lead');

  // It begins when everyone has said yes.
  await expect(ines.getByRole('button', { name: /Move to interview/ })).toHaveAttribute(
    'aria-disabled',
    'true',
  );
  await selin.page.getByRole('button', { name: 'Yes, I agree' }).click();
  await emine.page.getByRole('button', { name: 'Yes, I agree' }).click();
  await ines.getByRole('button', { name: 'Marlon says yes' }).click();
  await ines.getByRole('button', { name: /Move to interview/ }).click();
  await expect(callum.getByText('What is said here is not written on this page.')).toBeVisible();
  await selin.page.getByLabel('Where I am').selectOption('room');
  await team.get('Yewande')!.getByLabel('Where I am').selectOption({ label: 'beside Selin' });
  // The team has jottings, and nobody else is sent them.
  await callum.getByRole('textbox', { name: 'Your jottings' }).fill('Ask about the quokka first');
  await ines.getByRole('button', { name: /Move to reflecting/ }).click();

  // The team talks; the family reads, and has no place to write before the others.
  await expect(selin.page.getByRole('listitem').filter({ hasText: 'they talk, you listen' })).toBeVisible();
  await expect(selin.page.getByLabel(/Something you heard or saw/)).toHaveCount(0);
  // A family hears the movements by everyday names.
  await expect(selin.page.getByRole('listitem').filter({ hasText: 'You listen to us' })).toHaveAttribute(
    'aria-current',
    'step',
  );
  const nasrin = team.get('Nasrin')!;
  await nasrin
    .getByLabel(/Something you heard or saw/)
    .fill('I was struck by how many people wake up when Isa cries.');
  await nasrin.keyboard.press('Enter');
  // R13: what reads like a fact about somebody who listens comes back once, and can be said all the same.
  await nasrin.getByLabel(/Something you heard or saw/).fill('Emine is never on time.');
  await nasrin.keyboard.press('Enter');
  await expect(nasrin.getByRole('alert')).toContainText('This reads like a fact about Emine.');
  await shot(nasrin, 'verdict');
  await nasrin.getByLabel(/Something you heard or saw/).fill('');
  await expect(nasrin.getByRole('alert')).toHaveCount(0);
  await callum
    .getByLabel(/Something you heard or saw/)
    .fill('I found myself wondering whether coming at seven is how Emine says sorry.');
  await callum.getByRole('button', { name: 'Say it' }).click();
  await ines
    .getByLabel(/Something you heard or saw/)
    .fill(
      'When Selin said “I stay in bed”, I noticed Emine look at her hands. I wondered what her hands were remembering.',
    );
  await ines.getByRole('button', { name: 'Say it' }).click();
  await expect(selin.page.getByText('her hands were remembering')).toBeVisible();
  await nasrin.getByRole('button', { name: 'Raise my hand' }).click();
  await expect(ines.getByRole('button', { name: 'Give Nasrin the turn' })).toBeVisible();
  await callum.getByRole('button', { name: 'Raise my hand' }).click();
  await expect(ines.getByRole('button', { name: 'Give Callum the turn' })).toBeVisible();
  await selin.page
    .getByRole('textbox', { name: 'Your jottings' })
    .fill('She noticed Mum’s hands.\nI never asked her to come,\nbut I never said don’t, numbat.');
  await expect(selin.page.locator('.saved')).toContainText('All saved');
  await ines.getByRole('textbox', { name: 'Your jottings' }).fill('Ask Emine first, at response.');

  // A pause is asked for: who leads knows by whom, the others do not.
  await selin.page.getByRole('button', { name: 'Ask for a pause' }).click();
  await expect(ines.getByRole('alert')).toContainText('Selin asks for a pause.');
  await expect(emine.page.getByText(/asks for a pause/)).toHaveCount(0);
  for (const [name, window] of [
    ['selin', selin.page],
    ['ines', ines],
  ] as const)
    for (const scheme of ['light', 'dark'] as const) {
      await window.emulateMedia({ colorScheme: scheme });
      await axe(window, `reflecting as ${name}, ${scheme}`);
      await shot(window, `reflecting-${name}-${scheme}`);
      await window.emulateMedia({ colorScheme: 'light' });
    }
  await selin.page.setViewportSize({ width: 320, height: 700 });
  expect(await selin.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  await axe(selin.page, 'reflecting on a phone');
  if (process.env.SHOTS)
    await selin.page.screenshot({ path: `${process.env.SHOTS}/reflecting-320.png`, fullPage: true });
  await selin.page.setViewportSize({ width: 1440, height: 900 });
  await ines.getByRole('button', { name: 'Pause now' }).click();
  await expect(emine.page.locator('.paused')).toContainText('A pause.');
  await expect(callum.getByLabel(/Something you heard or saw/)).toHaveCount(0);
  await ines.getByRole('button', { name: 'Go on' }).first().click();

  // In mid-word the movement changes: the words stay with who wrote them.
  await callum.getByLabel(/Something you heard or saw/).fill('I wonder if the wallaby');
  await ines.getByRole('button', { name: /Move to response/ }).click();
  await expect(callum.getByLabel(/Something you heard or saw/)).toHaveCount(0);
  await expect(callum.getByRole('textbox', { name: /^Your jottings/ }).last()).toHaveValue(
    'I wonder if the wallaby',
  );
  // The field went under his hands: he goes on where his words are now, and they go to nobody.
  const his = callum.getByRole('textbox', { name: /^Your jottings/ }).last();
  await expect(his).toBeFocused();
  await callum.keyboard.type(' sleeps');
  await expect(his).toHaveValue('I wonder if the wallaby sleeps');

  // A jotting is said to everyone by no single press.
  await selin.page.getByRole('button', { name: /^Say this/ }).click();
  await expect(selin.page.getByText('Everyone here then reads it')).toBeVisible();
  await selin.page.getByRole('button', { name: 'Not now' }).click();
  // Selin says one of her jottings.
  await selin.page.getByLabel(/Something you heard or saw/).fill('I liked the hands.');
  await selin.page.keyboard.press('Enter');
  await expect(callum.getByText('I liked the hands.')).toBeVisible();
  await ines.getByRole('button', { name: /Move to closing/ }).click();
  await expect(selin.page.getByRole('button', { name: 'Keep this?' })).toHaveCount(4);
  const hands = (of: Page) => of.getByRole('listitem').filter({ hasText: 'hands were remembering' });
  await hands(selin.page).getByRole('button', { name: 'Keep this?' }).click();
  await hands(emine.page).getByRole('button', { name: 'Keep this?' }).click();
  await expect(hands(selin.page).getByText('it will be kept')).toHaveCount(0);
  await hands(ines).getByRole('button', { name: 'Marlon says keep it' }).click();
  await expect(
    hands(selin.page).getByText('it will be kept: Selin, Emine and Marlon said yes'),
  ).toBeVisible();
  await axe(selin.page, 'closing');
  await shot(selin.page, 'closing');
  await ines.getByRole('button', { name: 'Close the session…' }).click();
  await ines.getByRole('button', { name: 'Yes, close it now' }).click();
  await expect(ines.getByRole('complementary', { name: 'Only you see this' })).toBeFocused();
  await expect(emine.page.getByRole('heading', { name: 'The session is over.' })).toBeVisible();
  await expect(emine.page.getByText('her hands were remembering')).toBeVisible();
  await expect(emine.page.getByText('wake up when Isa cries')).toHaveCount(0);
  await axe(emine.page, 'after closing');
  await shot(emine.page, 'over');

  // What was kept stands on the family's board, among what happened.
  await page.getByRole('button', { name: /^\d+ more$/ }).click();
  await expect(page.getByText('her hands were remembering')).toBeVisible();

  // Nothing of anybody's own reached an invited person, nor anything of the unit's.
  for (const { heard } of [selin, emine]) {
    expect(heard.join('\n')).toContain('hands were remembering');
    expect(heard.join('\n')).not.toMatch(/quokka|wallaby|Deniz fights|@mulberry/);
  }
  expect(emine.heard.join('\n')).not.toContain('numbat');
  await end();
});

test('[R8] on her own phone: the link outlives a reload and is spent once she is in; Return says nothing to anybody', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const ines = await beginSession(page, {
    at: seats.get('Inês')!,
    purpose: 'How mornings go',
    family: 'Kaya-Bright',
    invited: ['Selin Kaya'],
  });
  await ines.setViewportSize({ width: 1280, height: 900 });
  await ines.getByRole('button', { name: 'Set it up' }).click();
  await ines.getByRole('button', { name: 'Selin Kaya: more' }).click();
  await ines.getByRole('menuitem', { name: 'Make a link and a code' }).click();
  const box = ines.locator('.invited');
  const to = (await box.locator('.link').textContent())!;
  const code = (await box.locator('.code .seen').textContent())!;
  const phone = await browser.newContext({
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const selin = await phone.newPage();
  await selin.goto(to);
  await expect(selin).not.toHaveURL(/#/);
  // She looks the code up in between, and the phone drops the page; she follows a link of it and comes back.
  await selin.reload();
  await selin.getByRole('link', { name: 'Accessibility' }).click();
  await expect(selin.getByRole('heading', { level: 1 })).not.toHaveText('You are invited.');
  await selin.goBack();
  await expect(selin.getByLabel('Your link')).toHaveCount(0);
  await selin.getByLabel('Your code').fill(code);
  await selin.getByRole('button', { name: 'Come in' }).click();
  await expect(selin.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  // What is used is shown no longer, and opens nothing on another phone.
  await expect(box).toHaveCount(0);
  const other = await (await browser.newContext()).newPage();
  await other.goto(to);
  await other.getByLabel('Your code').fill(code);
  await other.getByRole('button', { name: 'Come in' }).click();
  await expect(other.getByRole('alert')).toContainText('has been used');
  await expect(other.getByLabel('Your link')).toHaveValue('');
  // A new one, made while she is there, is to be seen until she has come by it.
  await ines.getByRole('button', { name: 'Selin Kaya: more' }).click();
  await ines.getByRole('menuitem', { name: /^Make a (link and a code|new link)/ }).click();
  await expect(selin.getByRole('heading', { name: 'This page is closed to you just now.' })).toBeVisible();
  await expect(box).toBeVisible();
  await selin.goto((await box.locator('.link').textContent())!);
  await selin.getByLabel('Your code').fill((await box.locator('.code .seen').textContent())!);
  await selin.getByRole('button', { name: 'Come in' }).click();
  await expect(selin.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  await expect(box).toHaveCount(0);
  // Two taps in one place are one yes.
  await selin.getByRole('button', { name: 'Yes, I agree' }).dblclick();
  await expect(selin.getByRole('button', { name: 'You said yes' })).toBeVisible();
  await axe(selin, 'a yes on a phone');
  for (const step of ['interview', 'reflecting', 'response'])
    await ines.getByRole('button', { name: new RegExp(`^Move to ${step}`) }).click();
  const field = selin.getByLabel(/Something you heard or saw/);
  await field.fill('I was tired');
  await selin.keyboard.press('Enter');
  await selin.keyboard.type('and she came');
  await expect(field).toHaveValue('I was tired\nand she came');
  await expect(selin.getByRole('button', { name: 'Not safe now' })).toBeInViewport();
  await expect(ines.getByText('I was tired')).toHaveCount(0);
  await selin.getByRole('button', { name: 'Say it', exact: true }).click();
  await expect(ines.getByText('I was tired')).toBeVisible();
  await selin.getByRole('link', { name: 'Pause, stop or leave' }).click();
  await expect(selin.getByRole('button', { name: 'Not safe now' })).toBeInViewport();
  await end();
});

test('[R9] who stops has stopped at once, also without a line; it goes on without them only if the others say so', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const ines = await beginSession(page, {
    at: seats.get('Inês')!,
    purpose: 'How the nights are.',
    family: 'Kaya-Bright',
    invited: ['Selin Kaya', 'Emine Kaya', 'Marlon Bright'],
  });
  await ines.getByLabel('Callum').selectOption('in the reflecting team');
  await ines.getByRole('checkbox', { name: /has a phone or laptop ?: Marlon/ }).uncheck();
  await ines.getByRole('button', { name: 'Set it up' }).click();
  await expect(ines.getByText('What we cannot keep to ourselves')).toBeVisible();
  const path = /reflecting\/[0-9a-f-]+/.exec(ines.url())![0];
  const callum = await page.context().newPage();
  await callum.goto(seats.get('Callum')! + path);
  const selin = await invite(ines, browser, 'Selin Kaya');
  const emine = await invite(ines, browser, 'Emine Kaya');
  await shot(selin.page, 'agreement-words');
  for (const one of [selin, emine]) await one.page.getByRole('button', { name: 'Yes, I agree' }).click();
  await ines.getByRole('button', { name: 'Marlon says yes' }).click();
  await ines.getByRole('button', { name: /Move to interview/ }).click();
  await ines.getByRole('button', { name: /Move to reflecting/ }).click();
  await selin.page.getByRole('textbox', { name: 'Your jottings' }).fill('The pangolin is mine');
  await expect(selin.page.locator('.saved')).toContainText('All saved');

  // In the underground: it has stopped here, and is sent when there is a line.
  await selin.page.setViewportSize({ width: 390, height: 844 });
  await selin.page.context().setOffline(true);
  await selin.page.getByRole('button', { name: 'I want to stop' }).click();
  await expect(selin.page.getByRole('heading', { name: 'It has stopped for you.' })).toBeFocused();
  await expect(selin.page.getByText('Inês does not know yet')).toBeVisible();
  await expect(selin.page.getByText('others see a pause')).toHaveCount(0);
  await callum.getByLabel(/Something you heard or saw/).fill('I heard a kookaburra.');
  await callum.keyboard.press('Enter');
  await selin.page.context().setOffline(false);
  await expect(ines.getByRole('heading', { name: 'Somebody has stopped.' })).toBeVisible();
  // Beside somebody's eyes no name stands there until it is asked for.
  const stopped = ines.getByRole('group', { name: 'Somebody has stopped' });
  await expect(stopped).not.toContainText('Selin');
  await stopped.getByRole('button', { name: 'See who' }).click();
  await expect(stopped).toContainText('Selin Kaya.');
  await expect(selin.page.getByText('Inês can see that you stopped')).toBeVisible();
  await expect(selin.page.getByRole('textbox', { name: 'Your jottings' })).toHaveValue(
    'The pangolin is mine',
  );
  await axe(selin.page, 'stopped');
  await shot(selin.page, 'stopped-phone');
  await axe(ines, 'who leads sees who has stopped');
  await shot(ines, 'stopped-lead');
  // The others see a pause, and no name.
  for (const window of [callum, emine.page]) {
    await expect(window.locator('.paused')).toContainText('A pause.');
    await expect(window.getByText(/has stopped/)).toHaveCount(0);
  }
  await expect(ines.getByRole('button', { name: 'Go on', exact: true })).toHaveCount(0);
  await ines.getByRole('button', { name: 'Offer to talk alone' }).click();
  await expect(selin.page.getByText('Inês would like to talk with you alone')).toBeVisible();
  await selin.page.getByRole('button', { name: 'Talk to Inês alone' }).click();
  await expect(ines.getByText('They would like to talk with you alone.')).toBeVisible();
  await ines.getByRole('button', { name: 'Ask the others whether to go on' }).click();
  await emine.page.getByRole('button', { name: 'Yes, go on' }).click();
  await ines.getByRole('button', { name: 'Marlon wants to go on' }).click();
  await expect(ines.getByText('The others want to go on.')).toBeVisible();
  await ines.getByRole('button', { name: 'Go on', exact: true }).first().click();
  await expect(selin.page.getByText('The others have chosen to go on.')).toBeVisible();
  await callum.getByLabel(/Something you heard or saw/).fill('I wondered about the wombat.');
  await callum.keyboard.press('Enter');
  await expect(emine.page.getByText('about the wombat')).toBeVisible();
  // What was on its way before the server knew is shown nowhere; since it knows, nothing is sent.
  expect(selin.heard.join('\n')).not.toContain('wombat');
  await expect(selin.page.getByText(/kookaburra|wombat/)).toHaveCount(0);
  // Only she goes on for herself.
  await selin.page.getByRole('button', { name: 'Go on' }).click();
  await expect(selin.page.getByText('about the wombat')).toBeVisible();
  await expect(ines.getByRole('heading', { name: 'Somebody has stopped.' })).toHaveCount(0);
  await expect(selin.page.getByRole('region', { name: 'The session' })).toBeFocused();
  // Loaded anew before it could be sent, it is still on its way, and nothing that is said is shown.
  await selin.page.route('**/acts', (route) => route.abort());
  await selin.page.getByRole('button', { name: 'I want to stop' }).click();
  await selin.page.reload();
  await expect(selin.page.getByRole('heading', { name: 'It has stopped for you.' })).toBeVisible();
  await expect(selin.page.getByText('Inês does not know yet')).toBeVisible();
  await expect(selin.page.getByText('wombat')).toHaveCount(0);
  await selin.page.unroute('**/acts');
  await expect(ines.getByRole('heading', { name: 'Somebody has stopped.' })).toBeVisible();
  await expect(selin.page.getByText('Inês can see that you stopped')).toBeVisible();
  await end();
});

test('[R11] two with a harm line are seen apart first, and together only with who asked alone, and when', async ({
  page,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const families = await page.evaluate(async () => {
    const headers = { 'Wednesday-Seat': /seat-([0-9a-f-]+)/.exec(location.pathname)![1]! };
    const asked = async <T>(path: string) => (await (await fetch(path, { headers })).json()) as T;
    const me = await asked<{ person: { unit: string } }>('/api/me');
    const unit = await asked<{ families: { id: string; name: string }[] }>(`/api/units/${me.person.unit}`);
    return Promise.all(
      unit.families.map(async ({ id, name }) => ({
        name,
        ...(await asked<{
          people: { id: string; name: string }[];
          harms: { harmed: string; harming: string }[];
        }>(`/api/families/${id}/whom-to-invite`)),
      })),
    );
  });
  const whom = families.find((one) => one.harms.length > 0)!;
  const called = (id: string) => whom.people.find((one) => one.id === id)!.name;
  const [harm] = whom.harms;
  const ines = await beginSession(page, {
    at: seats.get('Inês')!,
    purpose: 'How the nights are.',
    family: whom.name,
    invited: [harm!.harmed, harm!.harming].map(called),
  });
  const told = ines.getByRole('group', { name: 'Two you invite have a harm line' });
  await expect(told).toBeVisible();
  await axe(ines, 'two with a harm line');
  await shot(ines, 'harm-invited');
  await ines.getByRole('button', { name: 'Set it up' }).click();
  await expect(ines.getByText('Say who asked the one who is harmed')).toBeVisible();
  await told.getByLabel('Who asked').selectOption('Nasrin Chowdhury');
  await told.getByLabel('On', { exact: true }).fill('2026-01-02');
  await told.getByRole('button', { name: /wants .* there/ }).click();
  await expect(told).toContainText('asked');
  await told.getByRole('button', { name: /See them apart/ }).click();
  await expect(told).toHaveCount(0);
  await ines.getByRole('button', { name: 'Set it up' }).click();
  await expect(ines.getByRole('heading', { name: 'Before we begin' })).toBeVisible();
  await end();
});
