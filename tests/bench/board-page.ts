import { chromium } from '@playwright/test';
import { findChromium } from '../support/chromium.ts';
import { freePort, startServer } from '../support/start-server.ts';
import { until } from '../support/until.ts';
import { figure, median, type Row } from './table.ts';

/** The board page's compressed JavaScript, in kB, and the time from navigation to a readable board with the CPU slowed four times. */
export async function measureBoardPage(
  dataDir: string,
  ask: { times: number },
): Promise<{ rows: Row[]; facts: object }> {
  const server = await startServer({ dataDir, port: await freePort() });
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const browser = await chromium.launch({
    executablePath: findChromium() ?? undefined,
    args: ['--disable-background-networking', ...root],
  });
  try {
    const printed = () => /http\S+first-run#\S+/.exec(server.output())?.[0];
    await until(() => printed() !== undefined, 'the link of the first start');
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(printed()!);
    await page.getByRole('button', { name: 'Look round' }).click();
    const seat = await page.getByRole('link', { name: /Delroy Pinnock/ }).getAttribute('href');
    await page.goto(`${server.url}${seat}`);
    await page.getByRole('button', { name: 'Open the meeting' }).click();
    await page.getByRole('button', { name: 'Join in the room' }).click();
    await page
      .getByRole('navigation', { name: 'Families this Wednesday' })
      .getByRole('button', { name: 'Kaya-Bright' })
      .click();
    await page.getByRole('button', { name: 'Wonder' }).click();
    await page.locator('[data-slip]').first().waitFor();
    const address = page.url();
    const readable: number[] = [];
    const kilobytes: number[] = [];
    for (let time = 0; time < ask.times; time++) {
      // Nothing is cached: each time is somebody's first.
      const fresh = await browser.newContext({
        storageState: await context.storageState(),
        serviceWorkers: 'block',
      });
      const opened = await fresh.newPage();
      const devtools = await fresh.newCDPSession(opened);
      await devtools.send('Emulation.setCPUThrottlingRate', { rate: 4 });
      // What had come when the first slip stood on the page, by the browser's own clock and count, without headers.
      await opened.addInitScript(`new MutationObserver((_, looker) => {
        if (!document.querySelector('[data-slip]')) return;
        looker.disconnect();
        performance.mark('readable');
      }).observe(document, { childList: true, subtree: true })`);
      await opened.goto(address, { waitUntil: 'commit' });
      await opened.locator('[data-slip]').first().waitFor();
      const [bytes, ms] = await opened.evaluate<[number, number]>(`(() => {
        const at = performance.getEntriesByName('readable')[0].startTime;
        const scripts = performance
          .getEntriesByType('resource')
          .filter((one) => new URL(one.name).pathname.endsWith('.js') && one.responseEnd <= at);
        return [scripts.reduce((sum, one) => sum + one.encodedBodySize, 0), at];
      })()`);
      readable.push(ms);
      kilobytes.push(bytes / 1000);
      await fresh.close();
    }
    return {
      rows: [
        {
          what: 'board page, compressed JavaScript until it can be read, kB',
          relay: '',
          ours: figure(median(kilobytes)),
          ratio: '',
          goal: '≤ 150',
          isMet: median(kilobytes) <= 150,
        },
        {
          what: 'navigation to a readable board, CPU 4× slower, ms',
          relay: '',
          ours: figure(median(readable)),
          ratio: '',
          goal: '',
          isMet: true,
        },
      ],
      facts: { kilobytes: kilobytes.map(Math.round), readableMs: readable.map(Math.round) },
    };
  } finally {
    await browser.close();
    await server.stop();
  }
}
