import { remember, remembered } from './remembered.ts';

/** The server's clock less this page's, as it was last measured, ms; a page that opens without a line goes by the measure before. */
let offset = Number(remembered('clock-offset') ?? 0);

/** Says by how much the server's clock is ahead of this page's. */
export function measureClock(serverMs: number): number {
  offset = serverMs - Date.now();
  remember('clock-offset', String(offset));
  return offset;
}

/** What the server's clock says now, as far as this page knows; without a line, as it was last measured. */
export const serverNow = (): number => Math.round(Date.now() + offset);
