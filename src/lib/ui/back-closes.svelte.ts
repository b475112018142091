import { untrack } from 'svelte';
import { pushState } from '$app/navigation';
import { page } from '$app/state';

/**
 * Back closes what lies uppermost, and leaves the page only where nothing is open. `open` counts what lies over one another;
 * `close` closes the uppermost until so many are left. Called while a component is made.
 */
export function backCloses({ open, close }: { open: () => number; close: (left: number) => void }): void {
  /** How many entries of the history are ours. */
  let pushed = 0;
  // What an earlier load of the page left in the history is none of them.
  const of = crypto.randomUUID();
  $effect(() => {
    const many = open();
    untrack(() => {
      while (pushed < many) pushState('', { depth: ++pushed, of });
      if (pushed === many) return;
      const over = pushed - many;
      pushed = many;
      history.go(-over);
    });
  });
  $effect(() => {
    const at = page.state.of === of ? (page.state.depth ?? 0) : 0;
    untrack(() => {
      if (at === pushed) return;
      // Forward opens nothing again: what it stood for may be gone.
      if (at > pushed) return history.go(pushed - at);
      pushed = at;
      close(at);
    });
  });
}
