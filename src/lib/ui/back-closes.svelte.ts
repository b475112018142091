import { untrack } from 'svelte';
import { pushState } from '$app/navigation';
import { page } from '$app/state';

/** What lies over the page, one over the other, each with how to close it. */
const stack: { close: (left: number) => void }[] = [];
/** Everything that may lie over the page, the first of which answers to the history. */
const watching = new Set<object>();
/** What an earlier load of the page left in the history is none of ours. */
const of = crypto.randomUUID();

/**
 * Back closes what lies uppermost, and leaves the page only where nothing is open. `open` counts what of this component lies
 * over one another; `close` closes the uppermost of it until so many are left. Called while a component is made.
 */
export function backCloses({ open, close }: { open: () => number; close: (left: number) => void }): void {
  const own = { close };
  const mine = () => stack.filter((one) => one === own).length;
  $effect(() => {
    const many = open();
    untrack(() => {
      while (mine() < many) {
        stack.push(own);
        pushState('', { depth: stack.length, of });
      }
      const over = mine() - many;
      if (over === 0) return;
      for (let one = 0; one < over; one++) stack.splice(stack.lastIndexOf(own), 1);
      history.go(-over);
    });
  });
  watching.add(own);
  $effect(() => {
    const at = page.state.of === of ? (page.state.depth ?? 0) : 0;
    untrack(() => {
      // One of all does it: what several do to the history at once adds up.
      if ([...watching][0] !== own) return;
      // Forward opens nothing again: what it stood for may be gone.
      if (at > stack.length) return history.go(stack.length - at);
      while (stack.length > at) {
        const top = stack.pop()!;
        top.close(stack.filter((one) => one === top).length);
      }
    });
  });
  // With the component its entries are no more; whoever went to another page has left them behind.
  $effect(() => () => {
    watching.delete(own);
    const many = mine();
    for (let at = stack.indexOf(own); at !== -1; at = stack.indexOf(own)) stack.splice(at, 1);
    if (many > 0 && page.state.of === of) history.go(-many);
  });
}
