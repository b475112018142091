import { expect, type Browser, type BrowserContext, type CDPSession, type Page } from '@playwright/test';
import { readThrough } from './house.ts';

const passkeysIn = async (devtools: CDPSession, authenticatorId: string) =>
  (await devtools.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
type Passkeys = Awaited<ReturnType<typeof passkeysIn>>;

/** Gives a browser an authenticator that says yes by itself; `swap` takes its passkeys away and gives it others. */
export async function withPasskeys(page: Page): Promise<{ swap: (others: Passkeys) => Promise<Passkeys> }> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('WebAuthn.enable');
  const { authenticatorId } = await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
      hasPrf: true,
    },
  });
  return {
    swap: async (others) => {
      const before = await passkeysIn(devtools, authenticatorId);
      await devtools.send('WebAuthn.clearCredentials', { authenticatorId });
      for (const credential of others)
        await devtools.send('WebAuthn.addCredential', { authenticatorId, credential });
      return before;
    },
  };
}

/** One person at the table, in a browser of their own with a passkey of their own. */
export class Seat {
  readonly name: string;
  readonly first: string;
  readonly page: Page;
  readonly context: BrowserContext;
  /** Console errors and page errors of this browser: there must be none. */
  readonly troubles: string[] = [];

  private constructor(name: string, page: Page) {
    this.name = name;
    this.first = name.split(' ')[0]!;
    this.page = page;
    this.context = page.context();
    page.on('pageerror', (error) => this.troubles.push(error.message));
    page.on('console', (message) => {
      // A dropped network and a refusal are told in the console by the browser itself.
      if (message.type() === 'error' && !/Failed to load resource|WebSocket|net::ERR/.test(message.text()))
        this.troubles.push(message.text());
    });
  }

  /** Opens a browser with a virtual authenticator and comes in with a one-time link. */
  static async enrol(browser: Browser, ask: { name: string; link: string }): Promise<Seat> {
    const seat = await Seat.open(browser, ask.name);
    await seat.page.goto(ask.link);
    await seat.page.getByRole('button', { name: 'Make my passkey' }).click();
    await seat.page.waitForURL('**/units/*');
    return seat;
  }

  static async open(browser: Browser, name: string): Promise<Seat> {
    const context = await browser.newContext();
    const page = await context.newPage();
    await withPasskeys(page);
    return new Seat(name, page);
  }

  async join(unitUrl: string, from: 'room' | 'home' = 'room'): Promise<void> {
    await this.page.goto(unitUrl);
    await this.page
      .getByRole('button', { name: from === 'room' ? 'Join in the room' : 'Join from home' })
      .click();
    await expect(this.page.getByRole('navigation', { name: 'Families this Wednesday' })).toBeVisible();
  }

  /** Goes to a place, with everyone. */
  async moveTo(place: 'Catch up' | 'Wonder' | 'Ask' | 'Decide' | 'Record'): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Places on this board' })
      .getByRole('button', { name: place })
      .click();
    await this.isAt(place);
  }
  async isAt(place: string): Promise<void> {
    await expect(
      this.page
        .getByRole('navigation', { name: 'Places on this board' })
        .getByRole('button', { name: place }),
    ).toHaveAttribute('aria-current', 'page');
  }

  async allSaved(): Promise<void> {
    await expect(this.page.locator('.saved')).toHaveText(/^(All saved|Back together, \d+ changes? sent)$/);
  }

  /** Writes in the field at the foot and puts it on the board. */
  async capture(words: string): Promise<void> {
    const field = this.page.locator('[data-capture]');
    await field.click();
    await field.fill(words);
    await this.page.keyboard.press('Enter');
    await expect(field).toHaveValue('');
  }
  slip(words: string) {
    return this.page.locator('article.slip', { hasText: words });
  }
  async mark(words: string): Promise<void> {
    await this.slip(words).first().getByRole('button', { name: 'This resonates with me' }).click();
  }

  /** Writes a child's own words. */
  async hear(child: string, ask: { words: string; on: string }): Promise<void> {
    const band = this.page
      .getByRole('region', { name: 'The family' })
      .locator('article')
      .filter({ has: this.page.locator('.ask').getByText(child, { exact: true }) });
    await band
      .getByRole('button', { name: /Write|Newer/ })
      .first()
      .click();
    const field = this.page.getByLabel(`${child}’s words`);
    await field.fill(ask.words);
    await band.getByLabel('On which day').fill(ask.on);
    await band.getByRole('button', { name: 'Done' }).click();
    await expect(band.getByText(ask.words).first()).toBeVisible();
  }

  async ask(ask: {
    thought: string;
    text: string;
    to: string;
    about: readonly string[];
    asker: string;
    due: string;
  }): Promise<void> {
    const page = this.page;
    for (
      let turns = 0;
      turns < 12 && !(await page.locator('.about', { hasText: ask.thought }).isVisible());
      turns++
    )
      await page.getByRole('button', { name: 'Next thought' }).click();
    await this.capture(ask.text);
    const card = page.locator('article.q.sel');
    await card.getByLabel('Ask whom?').fill(ask.to);
    await card.getByLabel('Who will ask?').selectOption({ label: ask.asker });
    await card.getByLabel('By when?').fill(ask.due);
    for (const person of ask.about)
      await card.getByRole('group', { name: 'About whom?' }).getByLabel(person, { exact: true }).check();
    await card.getByRole('button', { name: 'Done', exact: true }).click();
  }
  async cameBack(
    question: string,
    ask: { words: string; from: string; on: string; fits: boolean },
  ): Promise<void> {
    const page = this.page;
    const found = page.locator('article.q', { hasText: question });
    for (let turns = 0; turns < 16 && !(await found.isVisible()); turns++)
      await page.getByRole('button', { name: 'Next thought' }).click();
    await found.getByRole('button', { name: 'Write what came back' }).click();
    const card = page.locator('article.q.sel');
    await card.getByRole('textbox', { name: 'What came back' }).fill(ask.words);
    await card.getByLabel('Who said it?').selectOption({ label: ask.from });
    await card.getByLabel('Heard on').fill(ask.on);
    await card.getByRole('button', { name: ask.fits ? 'Fits' : 'Does not fit', exact: true }).click();
    await card.getByRole('button', { name: 'Done', exact: true }).click();
  }

  async decide(ask: {
    text: string;
    because: string;
    children: readonly string[];
    authority: string;
    route?: string;
    all: number;
  }): Promise<void> {
    const page = this.page;
    await page.getByLabel('A decision or a task').selectOption('decision');
    await this.capture(`${ask.text} because ${ask.because}`);
    const card = page.locator('article.dec', { has: page.getByRole('textbox', { name: 'What we decide' }) });
    await expect(card.getByText('Level not said.')).toBeVisible();
    if (ask.children.length === ask.all)
      await card
        .getByRole('group', { name: 'For whom it is' })
        .getByRole('button', { name: /^(All|Both)/ })
        .click();
    else
      for (const child of ask.children)
        await card.getByRole('group', { name: 'For which children' }).getByLabel(child).check();
    await card.getByRole('radio', { name: ask.authority }).check();
    if (ask.route) await card.getByLabel('Where it goes, and how').fill(ask.route);
    await card.getByRole('button', { name: 'Done', exact: true }).click();
  }
  async differ(decision: string, words: string): Promise<void> {
    const card = this.page.locator('article.dec', { hasText: decision });
    await card.getByRole('button', { name: 'I see it differently' }).click();
    const field = this.page.getByLabel('My different view, in my own words');
    // One's own field, and never the words of the decision.
    await expect(field).toBeFocused();
    await field.fill(words);
    await this.page
      .locator('article.dec', { has: field })
      .getByRole('button', { name: 'Done', exact: true })
      .click();
  }
  async give(ask: {
    text: string;
    owner: string | null;
    due: string;
    children: readonly string[];
  }): Promise<void> {
    const page = this.page;
    await page.getByLabel('A decision or a task').selectOption('task');
    await this.capture(ask.text);
    const card = page.locator('li.best');
    await card.getByLabel('By when').fill(ask.due);
    for (const child of ask.children)
      await card.getByRole('group', { name: 'For which children' }).getByLabel(child).check();
    if (ask.owner)
      await card
        .locator('ol li', { hasText: ask.owner.split(' ')[0]! })
        .getByRole('button', { name: 'Choose' })
        .click();
    await card.getByRole('button', { name: 'Done', exact: true }).click();
  }

  /** Says the risk to a child on the page of the record. */
  async sayRisk(child: string, words: string): Promise<void> {
    const warning = this.page.locator('.warn', { hasText: `The risk to ${child} today is not stated` });
    await warning.getByLabel(`The risk to ${child} today, said plainly`).fill(words);
    await this.page.keyboard.press('Enter');
    await expect(warning).toHaveCount(0);
  }
  /** Reads every child's page and commits. */
  async commit(): Promise<void> {
    const page = this.page;
    await this.allSaved();
    await readThrough(page);
    await page.getByRole('button', { name: /^Commit to/ }).click();
    await expect(page.getByRole('heading', { name: /^Recorded in/ })).toBeVisible();
  }

  /** Asks our own API as this person's page does. */
  async api<T>(path: string): Promise<T> {
    return this.page.evaluate(
      async (address) => (await fetch(address)).json() as Promise<unknown>,
      path,
    ) as Promise<T>;
  }
}
