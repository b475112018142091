import type { Bus } from '../bus/bus.ts';
import type { Storage } from '../storage/storage.ts';

/** A right that was changed beside this server holds here within so long, milliseconds. */
const everyMs = 20_000;

/**
 * P10: Rights are changed at the command line too, where no bus reaches this server: every change raises the epoch of whom
 * it touches, in the same transaction, and here the epochs are looked at. Returns how to stop.
 */
export function watchEpochs(
  ask: { storage: Storage; bus: Bus; report: (what: string, facts: Record<string, unknown>) => void },
  every = everyMs,
): () => void {
  let known: Map<string, number> | null = null;
  let isBusy = false;
  async function look(): Promise<void> {
    const rows = await ask.storage.db.selectFrom('members').select(['id', 'epoch']).execute();
    const now = new Map(rows.map((row) => [row.id, Number(row.epoch)]));
    const before = known;
    known = now;
    const changed = before ? [...now.keys()].filter((id) => before.get(id) !== now.get(id)) : [];
    if (changed.length > 0) await ask.bus.publish({ about: 'rights', members: changed });
  }
  function turn(): void {
    if (isBusy) return;
    isBusy = true;
    look()
      .catch((error: unknown) =>
        ask.report('rights could not be looked at', { error: (error as Error).name }),
      )
      .finally(() => (isBusy = false));
  }
  turn();
  const timer = setInterval(turn, every);
  return () => clearInterval(timer);
}
