import { channel } from 'node:diagnostics_channel';
import type { UnreadablePart } from '#domain/views.ts';

/** The engine’s codes for a page that its disk or its cipher does not hold for. */
const UNREADABLE = /^(SQLITE_(CORRUPT|NOTADB|IOERR)|XX001|XX002|58030)/;

/** Told each time that a page of the store could not be read, with the engine's code; whoever runs the server hears of it. */
export const unreadable = channel('wednesday:unreadable');

/** What a reading gives, or null where a page of it cannot be read: that is damage to be told of, and no failure to be tried again. */
export async function unlessUnreadable<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (!UNREADABLE.test(code)) throw error;
    unreadable.publish(code);
    return null;
  }
}

/** D17: Reads what is shown together; a part that cannot be read is left out and named, and the rest is shown. */
export class Parts {
  readonly unreadable: UnreadablePart[] = [];

  async read<T>(part: UnreadablePart, reading: Promise<T>, without: T): Promise<T> {
    const read = await unlessUnreadable(reading);
    if (read === null) this.unreadable.push(part);
    return read ?? without;
  }
}
