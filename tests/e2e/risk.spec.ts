import { expect } from '@playwright/test';
import { axe, fresh, lookRound, readThrough, sitDown, test } from './house.ts';

test('[H7] risk now takes no letter from anybody; [H8] afterwards everyone is where the unit is; [F22] it stands in the record', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const [nasrin, callum] = [windows.get('Nasrin')!, windows.get('Callum')!];
  await page.locator('body').press('2');
  for (const one of [nasrin, callum]) await expect(one.getByRole('region', { name: 'Wonder' })).toBeVisible();
  const draft = nasrin.locator('[data-capture]');
  await draft.click();
  await draft.pressSequentially('What if the nigh');
  await page.getByRole('button', { name: 'Risk now' }).click();
  // Whoever pressed it writes what is happening; whoever was free sees it whole.
  await expect(page.getByLabel('What is happening')).toBeFocused();
  await expect(callum.getByRole('heading', { name: 'Risk now', level: 1 })).toBeAttached();
  // In the middle of a word: field, caret and focus stay, under a bar that says it and opens it.
  const bar = nasrin.getByRole('alert').filter({ hasText: 'Risk now, Kaya-Bright' });
  await expect(bar).toBeVisible();
  await expect(draft).toBeFocused();
  await nasrin.keyboard.type('ts are hers');
  await expect(draft).toHaveValue('What if the nights are hers');
  await axe(nasrin, 'the bar of a risk now');
  await page.keyboard.type('A bruise on Aylin, Deniz saw it');
  await page.getByRole('button', { name: 'Write what we know of Aylin' }).click();
  await page.keyboard.type('At school');
  await page.keyboard.press('Escape');
  await page.getByLabel('Who else has to be told?').fill('Police');
  await page.keyboard.press('Enter');
  await page.getByLabel('Has Police been told?').selectOption('told');
  await bar.getByRole('button', { name: 'Open it' }).click();
  await expect(nasrin.getByLabel('What is happening')).toHaveValue('A bruise on Aylin, Deniz saw it');

  // Somebody writes in it when another says that the meeting goes on.
  const happening = callum.getByLabel('What is happening');
  await happening.click();
  await callum.keyboard.press('End');
  await page.getByRole('button', { name: 'The meeting can go on' }).click();
  await page.getByLabel('Why can the meeting go on?').fill('Nasrin is with her');
  await page.keyboard.press('Enter');
  await expect(nasrin.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
  await callum.keyboard.type(', so did Isa');
  await expect(happening).toHaveValue('A bruise on Aylin, Deniz saw it, so did Isa');
  await expect(callum.getByText('The meeting goes on.', { exact: true }).last()).toBeVisible();
  await callum.getByRole('button', { name: /^Come along/ }).click();
  await expect(callum.getByRole('region', { name: 'Wonder' })).toBeVisible();

  // Everything that was written then stays readable on the board.
  await page.locator('body').press('1');
  await callum.locator('summary', { hasText: /^Risk now, .* to / }).click();
  for (const words of [
    'so did Isa',
    'At school',
    'Police, told, ',
    'The meeting went on: Nasrin is with her',
  ])
    await expect(callum.getByText(words).last()).toBeVisible();
  await axe(callum, 'a risk now that is over');
  if (process.env.SHOTS) await callum.screenshot({ path: `${process.env.SHOTS}/risk-before.png` });

  // Nobody said for whom: it is asked, and goes into the file of that child alone.
  await page.locator('body').press('5');
  const asks = page.locator('.warn', { hasText: 'For which child was Risk now?' });
  await expect(page.getByRole('tabpanel')).not.toContainText('A bruise');
  await asks.getByRole('button', { name: 'Aylin' }).click();
  const entry = page.getByRole('tabpanel');
  await expect(entry).toContainText('A bruise on Aylin, [another child] saw it, so did [another child]');
  await expect(entry).toContainText('Aylin: At school');
  await expect(entry).toContainText('The meeting went on: Nasrin is with her');
  await page.getByRole('tab', { name: /Deniz/ }).click();
  await expect(page.getByRole('tabpanel')).not.toContainText('bruise');
  await end();
});

test('[H7] what is happening is whole on every screen; [H8] whoever called it takes it back, and is told who ended it', async ({
  page,
}) => {
  const { windows, end } = await sitDown(page);
  const nasrin = windows.get('Nasrin')!;
  await nasrin.setViewportSize({ width: 390, height: 844 });
  await page.getByRole('button', { name: 'Risk now' }).click();
  const long = 'School rang: Aylin did not come in this morning, and Selin’s phone is off. '.repeat(4);
  await page.getByLabel('What is happening').fill(long);
  const theirs = nasrin.getByLabel('What is happening');
  await expect(theirs).toHaveValue(long);
  const hidden = () => theirs.evaluate((field) => field.scrollHeight - field.clientHeight);
  await expect.poll(hidden).toBeLessThanOrEqual(1);
  // A slip of the finger is its own hand's to take back; everybody else says why it can go on.
  await expect(page.getByRole('button', { name: 'Pressed by mistake' })).toBeVisible();
  await expect(nasrin.getByRole('button', { name: 'Pressed by mistake' })).toHaveCount(0);
  await page.getByLabel('What is happening').focus();
  await nasrin.getByRole('button', { name: 'The meeting can go on' }).click();
  await nasrin.getByLabel('Why can the meeting go on?').fill('She is at the clinic');
  await nasrin.getByRole('button', { name: 'Go on', exact: true }).click();
  const told = page.getByRole('alert').filter({ hasText: 'The meeting goes on' });
  await expect(told).toContainText('Nasrin');
  await expect(told).toContainText('She is at the clinic');
  await expect(page.getByText('Safety comes first on every screen.')).toHaveCount(0);
  await axe(page, 'a risk now that somebody else ended');
  await told.getByRole('button', { name: 'It is still Risk now' }).click();
  await expect(nasrin.getByRole('heading', { name: 'Risk now', level: 1 })).toBeAttached();
  await end();
});

test('[F27] what was committed is read no more: what goes into no file yet stands above it, and its answer is a page to read', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  await page.getByRole('button', { name: 'Risk now' }).click();
  await expect(page.getByLabel('What is happening')).toBeFocused();
  await page.keyboard.type('A bruise on Aylin');
  await page.getByRole('button', { name: 'The meeting can go on' }).click();
  await page.getByLabel('Why can the meeting go on?').fill('Nasrin is with her');
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Why can the meeting go on?')).toHaveCount(0);
  const places = page.getByRole('navigation', { name: 'Places on this board' });
  await places.getByRole('button', { name: 'Record' }).click();
  // A reason that was sent is not a thing one began.
  await expect(page.getByText('You began something here')).toHaveCount(0);
  await readThrough(page);
  await page.getByRole('button', { name: /^Commit to/ }).click();
  await expect(page.getByRole('heading', { name: 'Recorded in three files.' })).toBeVisible();
  await expect(page.getByText('after you read this page')).toHaveCount(0);
  const out = page.getByRole('list', { name: 'What goes into no file yet' });
  await axe(page, 'a record of which something is left');
  await out.getByRole('button', { name: 'Aylin', exact: true }).click();
  await expect(out).toHaveCount(0);
  // Another entry, of her alone and of which nobody has read anything: on this page, and on one that is loaded now.
  for (const again of [false, true]) {
    if (again) await page.reload();
    const tab = page.getByRole('tab', { name: /^Aylin/ });
    await expect(tab).toContainText('to read');
    await expect(page.getByRole('tab')).toHaveCount(1);
    await tab.click();
    await expect(page.getByRole('tabpanel')).toContainText('A bruise on Aylin');
    await expect(page.getByText('after you read this page')).toHaveCount(0);
  }
  await readThrough(page);
  await page.getByRole('button', { name: 'Commit to one file' }).click();
  await expect(page.getByRole('heading', { name: 'Recorded in three files.' })).toBeVisible();
  await expect(page.getByRole('link', { name: /^Read .*’s entry/ })).toHaveCount(4);
  await end();
});
