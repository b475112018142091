import { expect } from '@playwright/test';
import { axe, fresh, lookRound, test } from './house.ts';

test('[H17] a meeting that was left open is finished under its own day, and nobody is led into it as today’s', async ({
  page,
}) => {
  const { link, end } = await fresh();
  await lookRound(page, link);
  // As a window of this seat asks: the meeting of a week ago, opened and never closed.
  const seat = /seat-([^/]+)/.exec(page.url())![1]!;
  const unit = await page.evaluate(
    async ([inSeat]) => {
      const headers = { 'Content-Type': 'application/json', 'Wednesday-Seat': inSeat! };
      const ask = async (path: string, body?: object) =>
        (await (
          await fetch(path, { headers, ...(body && { method: 'POST', body: JSON.stringify(body) }) })
        ).json()) as never;
      const me: { person: { unit: string } } = await ask('/api/me');
      await ask(`/api/units/${me.person.unit}/meetings`, { on: '2026-10-28' });
      return me.person.unit;
    },
    [seat],
  );
  await page.goto(new URL(`/seat-${seat}/units/${unit}`, page.url()).href);
  const left = page.locator('.notice', { hasText: 'Wednesday 28 October was left open' });
  await expect(left).toBeVisible();
  await expect(page.getByRole('button', { name: 'Join in the room' })).toBeVisible();
  await axe(page, 'the desk with a meeting left open');
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/left-open-desk.png` });
  await left.getByRole('link').click();
  await expect(page.getByText('This is the meeting of 28 October 2026, which was left open.')).toBeVisible();
  for (const gone of ['Risk now', 'Ready to go on'])
    await expect(page.getByRole('button', { name: gone })).toHaveCount(0);
  await expect(page.getByText(/We finish about/)).toHaveCount(0);
  await axe(page, 'a meeting left open');
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/left-open.png` });
  await page.getByRole('button', { name: 'The meeting', exact: true }).click();
  await expect(page.getByRole('menuitem')).toHaveText(['Hand my pen over', 'Close the meeting']);
  await page.getByRole('menuitem', { name: 'Close the meeting' }).click();
  await expect(page.getByText('Not reached yet:').locator('..')).toContainText('Aylin (Kaya-Bright)');
  await page.getByRole('button', { name: 'Close it' }).click();
  await expect(page.getByText('This Wednesday is over.')).toBeVisible();
  await page.goBack();
  await expect(left).toHaveCount(0);
  await end();
});
