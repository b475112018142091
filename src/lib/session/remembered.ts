/** Small choices that this browser remembers. In the frame of another site a browser may refuse it: then nothing is remembered. */
export const remembered = (key: string, by: 'browser' | 'window' = 'browser'): string | null => {
  try {
    return (by === 'browser' ? localStorage : sessionStorage).getItem(key);
  } catch {
    return null;
  }
};

/** Remembers a choice; null forgets it. */
export function remember(key: string, value: string | null, by: 'browser' | 'window' = 'browser'): void {
  try {
    const store = by === 'browser' ? localStorage : sessionStorage;
    if (value === null) store.removeItem(key);
    else store.setItem(key, value);
  } catch {
    // Refused in this frame: the choice holds for as long as the page is open.
  }
}

/** Of several who were invited and share a browser each has a window: whose this one is, from coming in on. */
export const keptSeat = (session: string) => remembered(`seat-in-${session}`, 'window');
export function keepSeat(session: string, participant: string): void {
  remember(`seat-in-${session}`, participant, 'window');
}

/** The browser's database in which a member's own device keeps today's boards. */
export const KEPT = 'wednesday-kept';
/** Whether anything is kept on this device. */
export const keptHere = async (): Promise<boolean> =>
  ((await indexedDB.databases?.()) ?? []).some(({ name }) => name === KEPT);
