/**
 * The engines that are not Chromium, where a machine has them: Firefox over WebDriver BiDi (through puppeteer), WebKit over
 * plain WebDriver (Debian's `webkit2gtk-driver`, which needs a screen: `xvfb`). One interface, so that a journey is written once.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import puppeteer, { type ElementHandle, type Page as FirefoxPage } from 'puppeteer-core';
import { freePort } from '../support/start-server.ts';
import { until } from '../support/until.ts';

/** What is looked for: a thing to press, a field to write in, by its name as a screen reader says it. */
export interface Sought {
  kind: 'control' | 'field' | 'place';
  /** A regular expression over its name. */
  name: string;
}

/** One window of an engine. */
export interface EngineWindow {
  goTo: (address: string) => Promise<void>;
  /** What a function answers that runs in the page: it knows nothing of what is around it. */
  ask: <Answer>(inPage: () => Answer) => Promise<Answer>;
  /** Whether something that is called so can be seen. */
  finds: (sought: Sought) => Promise<boolean>;
  /** A press of the hand on the first that can be seen. */
  click: (sought: Sought) => Promise<void>;
  /** Letter by letter, to what has the focus. */
  type: (words: string) => Promise<void>;
  press: (key: keyof typeof KEYS) => Promise<void>;
  resize: (width: number, height: number) => Promise<void>;
}

export interface Engine {
  open: () => Promise<EngineWindow>;
  end: () => Promise<void>;
}

/** Keys by their name, with their WebDriver code (W3C WebDriver, 17.4.2). */
const KEYS = { Enter: '\uE007', Escape: '\uE00C', ArrowDown: '\uE015', Tab: '\uE004' } as const;
const FIREFOX = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
];
const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver';
const SCREEN = '/usr/bin/xvfb-run';

export const firefoxHere = () => FIREFOX.find((path) => existsSync(path));
export const webkitHere = () => existsSync(WEBKIT_DRIVER) && existsSync(SCREEN);

/** The first thing that can be seen and is called so; runs in the page. */
function seek({ kind, name }: Sought): Element | null {
  const called = new RegExp(name);
  const among = {
    control: 'button, a[href], summary, [role="menuitem"], [role="tab"], [role="button"], [data-slip]',
    field: 'input, textarea, select, [contenteditable="true"]',
    place:
      'h1, h2, h3, [role="heading"], [role="region"], section[aria-label], [role="dialog"], dialog, article',
  }[kind];
  const nameOf = (one: Element) => {
    const by = one.getAttribute('aria-labelledby');
    const labels = 'labels' in one ? [...((one as HTMLInputElement).labels ?? [])] : [];
    return (
      one.getAttribute('aria-label') ??
      (by && document.getElementById(by)?.textContent) ??
      (labels.length > 0 ? labels.map((label) => label.textContent).join(' ') : one.textContent)
    )
      ?.replaceAll(/\s+/g, ' ')
      .trim();
  };
  for (const one of document.querySelectorAll(among)) {
    if (!one.checkVisibility({ visibilityProperty: true }) || !called.test(nameOf(one) ?? '')) continue;
    one.scrollIntoView({ block: 'center' });
    return one;
  }
  return null;
}

export async function startFirefox(): Promise<Engine> {
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath: firefoxHere()!,
    defaultViewport: null,
    args: ['--width=1440', '--height=900'],
    extraPrefsFirefox: {
      'app.update.enabled': false,
      'datareporting.policy.dataSubmissionEnabled': false,
      'network.captive-portal-service.enabled': false,
      'network.connectivity-service.enabled': false,
    },
  });
  return { open: async () => firefoxWindow(await browser.newPage()), end: () => browser.close() };
}

function firefoxWindow(page: FirefoxPage): EngineWindow {
  return {
    goTo: async (address) => {
      await page.goto(address);
    },
    ask: (inPage) => page.evaluate(inPage) as never,
    finds: async (sought) => (await page.evaluateHandle(seek, sought)).asElement() !== null,
    click: async (sought) => {
      // What lies in a tab behind another is not drawn, and nothing on it is pressed.
      await page.bringToFront();
      const found = await page.evaluateHandle(seek, sought);
      await (found as ElementHandle<Element>).click();
    },
    type: (words) => page.keyboard.type(words),
    press: (key) => page.keyboard.press(key),
    // The size is set, and then puppeteer asks for a turn of the screen, which this Firefox does not know.
    resize: (width, height) =>
      page.setViewport({ width, height }).catch((error: Error) => {
        if (!error.message.includes('unknown command')) throw error;
      }),
  };
}

export async function startWebKit(): Promise<Engine> {
  const port = await freePort();
  const driver: ChildProcess = spawn(
    SCREEN,
    ['-a', '-s', '-screen 0 1600x1100x24', WEBKIT_DRIVER, `--port=${port}`],
    // A group of its own: the screen, the driver and the browser end together.
    { detached: true, stdio: 'ignore' },
  );
  const leaveNone = () => process.kill(-driver.pid!, 'SIGKILL');
  process.once('exit', leaveNone);
  const ended = new Promise<void>((resolve) => driver.once('exit', () => resolve()));
  const call = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body) }),
    });
    const { value } = (await answer.json()) as { value: Answer };
    if (!answer.ok) throw new Error(`WebKit: ${method} ${path}: ${JSON.stringify(value)}`);
    return value;
  };
  await until(
    () =>
      fetch(`http://127.0.0.1:${port}/status`).then(
        ({ ok }) => ok,
        () => false,
      ),
    'the driver of WebKit',
  );
  const { sessionId } = await call<{ sessionId: string }>('POST', '/session', {
    capabilities: { alwaysMatch: {} },
  });
  const session = `/session/${sessionId}`;
  const open = async (): Promise<EngineWindow> => {
    const { handle } = await call<{ handle: string }>('POST', `${session}/window/new`, { type: 'window' });
    /** One command to this window: a driver looks at one window at a time. */
    const here = async <Answer>(method: string, path: string, body: object): Promise<Answer> => {
      await call('POST', `${session}/window`, { handle });
      return call(method, `${session}${path}`, body);
    };
    const keys = (letters: string[]) =>
      here<void>('POST', '/actions', {
        actions: [
          {
            type: 'key',
            id: 'keyboard',
            actions: letters.flatMap((value) => [
              { type: 'keyDown', value },
              { type: 'keyUp', value },
            ]),
          },
        ],
      });
    const run = <Answer>(inPage: (...given: never[]) => Answer, given: unknown[]) =>
      here<Answer>('POST', '/execute/sync', {
        script: `return (${String(inPage)})(...arguments)`,
        args: given,
      });
    return {
      goTo: (address) => here('POST', '/url', { url: address }),
      ask: (inPage) => run(inPage, []),
      finds: async (sought) => (await run(seek, [sought])) !== null,
      click: async (sought) => {
        // The key is the one by which WebDriver says that a value is an element (W3C WebDriver, 12.1).
        const found = await run(seek, [sought]);
        await here('POST', `/element/${Object.values(found!)[0]}/click`, {});
      },
      type: (words) => keys([...words]),
      press: (key) => keys([KEYS[key]]),
      resize: async (width, height) => {
        await here('POST', '/window/rect', { width, height });
      },
    };
  };
  return {
    open,
    end: async () => {
      await call('DELETE', session);
      process.off('exit', leaveNone);
      process.kill(-driver.pid!);
      await ended;
    },
  };
}
