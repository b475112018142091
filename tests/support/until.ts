import { setTimeout as sleep } from 'node:timers/promises';

/** Often enough that nobody waits, seldom enough that who is waited for has the processor. */
const betweenMs = 5;

/** Waits for a condition and not for a time; says what it waited for when it never came. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  mostMs = 60_000,
): Promise<void> {
  const end = performance.now() + mostMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`this never came: ${what}`);
    await sleep(betweenMs);
  }
}
