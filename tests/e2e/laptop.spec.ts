import { join } from 'node:path';
import { expect } from '@playwright/test';
import { makeLink } from '../../server/identity/links.ts';
import { openStorage } from '../../server/storage/open.ts';
import { layMember, layOtherUnit, layUnit } from '../support/people.ts';
import { axe, fresh, lookRound, test } from './house.ts';
import { withPasskeys } from './seat.ts';

test('[P22] three people at one laptop: a tap says whose hand writes, and each has a mark, a turn and a name', async ({
  page,
  browser,
}) => {
  const { link, end } = await fresh();
  const seats = await lookRound(page, link);
  const meeting = /meetings\/[0-9a-f-]+/.exec(page.url())![0];
  const other = await browser.newContext({ storageState: await page.context().storageState() });
  const ines = await other.newPage();
  await ines.goto(`${seats.get('Inês')!}${meeting}?from=home`);
  await expect(ines.getByRole('heading', { name: 'Kaya-Bright', level: 1 })).toBeVisible();
  await page.locator('body').press('2');

  await expect(page.getByRole('region', { name: 'Wonder' })).toBeVisible();
  // By keyboard: what opens takes the focus, and gives it back.
  const beside = page.getByRole('button', { name: 'Somebody else at this device' });
  await beside.press('Enter');
  await expect(page.getByLabel('Who sits down here')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(beside).toBeFocused();
  for (const name of ['Callum Brannigan', 'Nasrin Chowdhury']) {
    await page.getByRole('button', { name: 'Somebody else at this device' }).click();
    await page.getByLabel('Who sits down here').selectOption(name);
    await page.getByRole('button', { name: 'Sit down' }).click();
    await expect(page.getByRole('button', { name: name.split(' ')[0]!, exact: true })).toBeVisible();
    // Everybody sees them at the table.
    await expect(ines.getByRole('img', { name: new RegExp(`^${name}, `) })).toBeVisible();
  }
  await axe(page, 'three at one laptop');
  const hand = (name: string) =>
    page.getByRole('group', { name: 'Whose hand writes here' }).getByRole('button', { name, exact: true });
  const pot = (of: typeof page, words: string) => of.locator('article.slip', { hasText: words });

  await hand('Callum').click();
  await expect(hand('Callum')).toHaveAttribute('aria-pressed', 'true');
  await page.getByRole('textbox', { name: 'A thought' }).fill('Callum thinks aloud');
  await page.keyboard.press('Enter');
  await expect(pot(ines, 'Callum thinks aloud')).toBeVisible();
  for (const name of ['Callum', 'Nasrin', 'Delroy']) {
    await hand(name).click();
    await expect(hand(name)).toHaveAttribute('aria-pressed', 'true');
    await pot(page, 'Callum thinks aloud')
      .first()
      .getByRole('button', { name: 'This resonates with me' })
      .click();
  }
  // Three marks make it resonate, and they are three people's.
  await expect(pot(ines, 'Callum thinks aloud').first()).toContainText('Resonating');
  await page.getByRole('button', { name: 'Raise my hand' }).click();
  await hand('Nasrin').click();
  await page.getByRole('button', { name: 'Raise my hand' }).click();
  await expect(ines.getByRole('img', { name: 'Delroy Pinnock, hand 1' })).toBeVisible();
  await expect(ines.getByRole('img', { name: 'Nasrin Chowdhury, hand 2' })).toBeVisible();

  // A reload finds the same people here; one gets up and the others stay.
  await page.reload();
  await expect(hand('Nasrin')).toBeVisible();
  await hand('Nasrin').click();
  await page.getByRole('button', { name: 'Nasrin leaves this device' }).click();
  await expect(hand('Nasrin')).toHaveCount(0);
  await expect(hand('Delroy')).toBeFocused();
  await expect(ines.getByRole('img', { name: /Nasrin Chowdhury, stepped away/ })).toBeVisible();
  await expect(hand('Callum')).toBeVisible();
  await end();
});

test('[P22] a passkey of somebody who is here already, or of another unit, seats nobody at the laptop', async ({
  browser,
}) => {
  const { server, end } = await fresh();
  const storage = await openStorage({
    dataDir: server.dataDir,
    databaseUrl: null,
    keyFile: join(server.dataDir, 'key'),
  });
  const unit = await layUnit(storage);
  const stranger = await layMember(storage, {
    unit: await layOtherUnit(storage, unit.unit),
    name: 'Maud Stranger',
    role: 'social-worker',
  });
  const linkFor = async (member: string) =>
    `${server.url}/sign-in/link#${
      (await makeLink(storage.db, { purpose: 'enrol', member, madeBy: null, now: Date.now() })).token
    }`;
  /** Somebody's passkey, made on a machine of their own. */
  const passkeyOf = async (member: string) => {
    const context = await browser.newContext();
    const page = await context.newPage();
    const { swap } = await withPasskeys(page);
    await page.goto(await linkFor(member));
    await page.getByRole('button', { name: 'Make my passkey' }).click();
    await page.waitForURL('**/units/*');
    const passkeys = await swap([]);
    await context.close();
    return passkeys;
  };
  const callum = await passkeyOf(unit.people.callum.id);
  const maud = await passkeyOf(stranger.id);

  const page = await (await browser.newContext()).newPage();
  const { swap } = await withPasskeys(page);
  await page.goto(await linkFor(unit.people.delroy.id));
  await page.getByRole('button', { name: 'Make my passkey' }).click();
  await page.getByRole('button', { name: 'Open the meeting' }).click();
  await page.getByRole('button', { name: 'Join in the room' }).click();
  await expect(page.getByRole('navigation', { name: 'Families this Wednesday' })).toBeVisible();
  const sessions = async (member: string) =>
    (
      await storage.db.selectFrom('sessions').select('ended_at').where('member_id', '=', member).execute()
    ).filter((row) => row.ended_at === null).length;
  const before = { delroy: await sessions(unit.people.delroy.id), maud: await sessions(stranger.id) };
  const sitDown = () => page.getByRole('button', { name: 'Come in with your passkey' }).click();

  await page.getByRole('button', { name: 'Somebody else at this device' }).click();
  await sitDown();
  await expect(page.getByText('Delroy is at this device already.')).toBeVisible();
  await swap(maud);
  await sitDown();
  await expect(page.getByText('Only somebody of this unit can sit down here.')).toBeVisible();
  // Neither is left behind signed in.
  await expect.poll(() => sessions(unit.people.delroy.id)).toBe(before.delroy);
  await expect.poll(() => sessions(stranger.id)).toBe(before.maud);

  await swap(callum);
  await sitDown();
  const hands = page.getByRole('group', { name: 'Whose hand writes here' });
  await expect(hands.getByRole('button', { name: 'Callum', exact: true })).toBeVisible();
  await storage.close();
  await end();
});
