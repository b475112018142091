/** Waits for a condition and not for a time; says what it waited for when it never came. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  what: string,
  mostMs = 20_000,
): Promise<void> {
  const end = performance.now() + mostMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`this never came: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
