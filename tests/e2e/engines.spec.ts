import { expect, test } from '@playwright/test';
import {
  firefoxHere,
  startFirefox,
  startWebKit,
  webkitHere,
  type EngineWindow,
  type Sought,
} from './engine.ts';
import { fresh } from './house.ts';

const ENGINES = [
  { name: 'Firefox', here: () => firefoxHere() !== undefined, start: startFirefox },
  { name: 'WebKit', here: webkitHere, start: startWebKit },
];

const control = (name: string): Sought => ({ kind: 'control', name });
const field = (name: string): Sought => ({ kind: 'field', name });
const place = (name: string): Sought => ({ kind: 'place', name });

/** The words on the page, as somebody reads them. */
const words = (window: EngineWindow) => window.ask(() => document.body.innerText);
const sees = async (window: EngineWindow, sought: Sought) => {
  try {
    await expect.poll(() => window.finds(sought)).toBe(true);
  } catch (cause) {
    throw new Error(`no ${sought.kind} ${sought.name} on: ${await words(window)}`, { cause });
  }
};
/** Presses what is called so; what was drawn anew between the look and the press was not pressed, and is looked for again. */
const press = async (window: EngineWindow, name: string) => {
  await sees(window, control(name));
  await expect(() => window.click(control(name))).toPass();
};
const reads = (window: EngineWindow, text: string | RegExp) =>
  typeof text === 'string'
    ? expect.poll(() => words(window)).toContain(text)
    : expect.poll(() => words(window)).toMatch(text);
/** No field has the caret: letters are keys of the board. */
const leave = (window: EngineWindow) =>
  window.ask(() => (document.activeElement as HTMLElement | null)?.blur());

for (const { name, here, start } of ENGINES)
  test(`[J9] one whole journey in ${name}: first start, two windows, letter by letter, risk now, map, record, wall, phone`, async () => {
    // An engine is the machine's own: where it is not installed a line says so, in the list and in the report.
    const missing = `There is no ${name} on this machine: nothing was tried in it.`;
    if (!here()) console.info(missing);
    test.skip(!here(), missing);
    const { link, end } = await fresh();
    const engine = await start();
    const delroy = await engine.open();
    await delroy.goTo(link);
    await press(delroy, '^Look round');
    await sees(delroy, control('Yewande'));
    const seats = await delroy.ask(() =>
      [...document.querySelectorAll<HTMLAnchorElement>('a[href^="/seat-"]')].map((one) => [
        one.textContent,
        one.href,
      ]),
    );
    const seatOf = (who: string) => seats.find(([text]) => text!.includes(who))![1]!;
    await delroy.goTo(seatOf('Delroy'));
    await press(delroy, '^Open the meeting');
    await press(delroy, '^Join in the room');
    await press(delroy, '^Begin with Kaya-Bright');
    await sees(delroy, place('^Kaya-Bright'));
    const address = await delroy.ask(() => location.pathname);
    const yewande = await engine.open();
    await yewande.goTo(`${seatOf('Yewande')}${/meetings\/.+/.exec(address)![0]}`);
    await sees(yewande, place('^Kaya-Bright'));

    // A thought, letter by letter: the other window reads it before it is sent.
    await press(delroy, '^Wonder');
    await sees(yewande, field('^A thought'));
    await yewande.click(field('^A thought'));
    await yewande.type('What if nobody asked Is');
    await reads(delroy, 'What if nobody asked Is');
    await yewande.type('a?');
    await yewande.press('Enter');
    await reads(delroy, 'What if nobody asked Isa?');

    // Risk now, for everybody, and out of it again.
    await press(delroy, '^Risk now');
    await sees(yewande, place('^Risk now'));
    await sees(delroy, field('^What is happening'));
    await delroy.type('A bruise on Aylin');
    await press(delroy, '^The meeting can go on');
    await sees(delroy, field('^Why can the meeting go on'));
    await delroy.type('Nasrin is with her');
    await delroy.press('Enter');
    await sees(yewande, field('^A thought'));

    // The family map, large.
    await leave(delroy);
    await delroy.type('m');
    await sees(delroy, place('^The Kaya-Bright family'));
    await expect
      .poll(() => delroy.ask(() => document.querySelectorAll('[data-person]').length))
      .toBeGreaterThan(6);
    await delroy.press('Escape');
    await sees(delroy, place('^Kaya-Bright'));

    // The record, read child by child, and the file.
    await press(delroy, '^Record');
    const next = control('^(Commit to|Read |I have read)');
    await sees(delroy, next);
    while (!(await delroy.finds(control('^Commit to')))) await press(delroy, next.name);
    await delroy.click(control('^Commit to'));
    await sees(delroy, place('^Recorded in three files'));

    // The screen in the room, by its code.
    await press(delroy, '^The meeting$');
    await press(delroy, '^Shared screen');
    await reads(delroy, /On the screen in the room open/);
    const code = /[2-9A-Z]{4} [2-9A-Z]{4}/.exec(await words(delroy))![0];
    const wall = await engine.open();
    await wall.goTo(new URL('/wall', link).href);
    await sees(wall, field('^Code'));
    await wall.click(field('^Code'));
    await wall.type(code);
    await press(wall, '^Show it here');
    await sees(wall, place('^Kaya-Bright'));

    // The file, as it was read.
    await press(delroy, '^Read Aylin’s entry');
    await sees(delroy, place('^Aylin'));
    await reads(delroy, 'Delroy Pinnock');

    // The same board on a phone.
    await yewande.resize(390, 844);
    // The window of one of them is never narrower than 447.
    expect(await yewande.ask(() => window.innerWidth)).toBeLessThan(460);
    await press(yewande, '^My tasks');
    await sees(yewande, place('^My tasks'));
    await engine.end();
    await end();
  });
