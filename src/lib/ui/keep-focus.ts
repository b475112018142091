import type { Attachment } from 'svelte/attachments';

/**
 * For a group whose buttons and fields come and go (it has a name and `tabindex="-1"`): when the one that has the focus goes,
 * the group itself takes it, and not the top of the page. Never a button beside it: whoever was typing would press it.
 */
export const keepFocus: Attachment<HTMLElement> = (group) => {
  let last: HTMLElement | null = null;
  const came = (event: FocusEvent) => (last = event.target as HTMLElement);
  // Focus that somebody has taken elsewhere is left there.
  const left = () =>
    requestAnimationFrame(() => {
      if (last?.isConnected && !group.contains(document.activeElement)) last = null;
    });
  const observer = new MutationObserver(() => {
    if (!last || last.isConnected) return;
    last = null;
    // What opened it, or a group within this one, may take it first.
    requestAnimationFrame(() => {
      if (document.activeElement === document.body || document.activeElement === null)
        group.focus({ preventScroll: true });
    });
  });
  observer.observe(group, { childList: true, subtree: true });
  group.addEventListener('focusin', came);
  group.addEventListener('focusout', left);
  return () => {
    observer.disconnect();
    group.removeEventListener('focusin', came);
    group.removeEventListener('focusout', left);
  };
};
