import { flushSync } from 'svelte';

/** H21: Whether the page is just being printed: on paper all of it stands, also what is folded on the screen. Called while a component is made. */
export function onPaper(): { readonly now: boolean } {
  let now = $state(false);
  $effect(() => {
    const begin = () => flushSync(() => (now = true));
    const end = () => (now = false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  });
  return {
    get now() {
      return now;
    },
  };
}
