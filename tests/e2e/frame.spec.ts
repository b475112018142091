import { createServer, type Server } from 'node:http';
import { expect } from '@playwright/test';
import { freePort } from '../support/start-server.ts';
import { fresh, test } from './house.ts';

/** A meeting application: a page of another site with Wednesday in a frame. */
async function application(port: number, inside: () => string): Promise<Server> {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end(
      `<!doctype html><title>A call</title><iframe src="${inside()}" width="1400" height="800"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return server;
}

test('[P23] inside an allowed meeting application the page works; every other frame is refused', async ({
  page,
  violations,
}) => {
  const [allowed, other] = [await freePort(), await freePort()];
  const { link, end } = await fresh({ env: { FRAME_ORIGINS: `http://127.0.0.1:${allowed}` } });
  const servers = [await application(allowed, () => link), await application(other, () => link)];
  await page.goto(`http://127.0.0.1:${other}`);
  await expect(page.frameLocator('iframe').getByRole('button', { name: 'Look round' })).toHaveCount(0);
  await expect.poll(() => violations.length).toBeGreaterThan(0);
  for (const one of violations.splice(0)) expect(one).toContain('frame-ancestors');

  await page.goto(`http://127.0.0.1:${allowed}`);
  const inside = page.frameLocator('iframe');
  await inside.getByRole('button', { name: 'Look round' }).click();
  await expect(inside.locator('a[href^="/seat-"]')).toHaveCount(5);
  // The frame has a session: the board opens in it and takes a thought.
  const seat = await inside.locator('a[href^="/seat-"]', { hasText: 'Delroy' }).getAttribute('href');
  const frame = page.frames().find((one) => one.url().startsWith('http://localhost'))!;
  await frame.goto(new URL(seat!, link).href);
  await inside.getByRole('button', { name: 'Open the meeting' }).click();
  await inside.getByRole('button', { name: 'Join in the room' }).click();
  await inside
    .getByRole('navigation', { name: 'Families this Wednesday' })
    .getByRole('button', { name: 'Kaya-Bright' })
    .click();
  await inside.locator('body').press('2');
  await inside.getByRole('textbox', { name: 'A thought' }).fill('Said inside the call');
  await inside.getByLabel('A thought', { exact: true }).press('Enter');
  await expect(inside.locator('.saved')).toContainText('All saved');
  const cookies = await page.context().cookies();
  expect(cookies.find((one) => one.name === '__Host-wednesday')).toMatchObject({
    httpOnly: true,
    secure: true,
    sameSite: 'None',
  });
  for (const server of servers) server.close();
  await end();
});
