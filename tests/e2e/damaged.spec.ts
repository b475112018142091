import { join } from 'node:path';
import { expect } from '@playwright/test';
import { openStorage } from '../../server/storage/open.ts';
import { startServer } from '../support/start-server.ts';
import { axe, fresh, lookRound, test } from './house.ts';

test('[D17] a damaged board says so, is shown as it was before, and keeps what somebody writes with them', async ({
  page,
}) => {
  const { server, link, end } = await fresh();
  await lookRound(page, link);
  await page.locator('body').press('2');
  const capture = page.getByLabel('A thought', { exact: true });
  for (const words of ['Written before', 'Gone bad on the disk']) {
    await capture.fill(words);
    await page.keyboard.press('Enter');
    await expect(page.locator('[data-slip]', { hasText: words })).toBeVisible();
    await expect(page.locator('.saved')).toHaveText('All saved');
  }
  await server.kill();
  const storage = await openStorage({
    databaseUrl: null,
    dataDir: server.dataDir,
    keyFile: join(server.dataDir, 'key'),
  });
  const rows = await storage.db.selectFrom('updates').selectAll().orderBy('seq', 'desc').execute();
  const bad = rows.find((row) => Buffer.from(row.bytes).includes('Gone bad'))!;
  await storage.db
    .updateTable('updates')
    .set({
      bytes: Buffer.from(bad.bytes.map((byte, at) => (at === bad.bytes.length >> 1 ? byte ^ 1 : byte))),
    })
    .where('doc', '=', bad.doc)
    .where('seq', '=', bad.seq)
    .execute();
  await storage.close();
  const { dataDir, port } = server;
  const again = await startServer({ dataDir, port, env: { WEDNESDAY_TODAY: '2026-11-04' } });
  await page.reload();
  await expect(
    page.getByText('A part of this board cannot be read any more.', { exact: false }),
  ).toBeVisible();
  const slip = (words: string) => page.locator('[data-slip]', { hasText: words });
  await expect(slip('Written before')).toBeVisible();
  await expect(slip('Gone bad on the disk')).toHaveCount(0);
  await axe(page, 'a damaged board');

  // What is written all the same is not lost, and is not called saved.
  await capture.fill('Written afterwards');
  await page.keyboard.press('Enter');
  const tray = page.getByRole('region', { name: /kept for you/i });
  await expect(tray.getByLabel('Kept words').last()).toHaveValue('Written afterwards');
  await expect(page.locator('.saved')).toHaveText('Not saved');

  // The unit goes on with its other families.
  await page
    .getByRole('navigation', { name: 'Families this Wednesday' })
    .getByRole('button', { name: 'Nowicki' })
    .click();
  await expect(page.getByRole('heading', { name: 'Nowicki', level: 1 })).toBeVisible();
  await expect(page.locator('.saved')).toHaveText('All saved');
  await again.stop();
  await end();
});
