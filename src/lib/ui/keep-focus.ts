import type { Attachment } from 'svelte/attachments';

/** Whether nothing that somebody chose has the focus: it is at the top of the page, or was given to its main part. */
export const isFocusFree = (): boolean =>
  document.activeElement === null ||
  document.activeElement === document.body ||
  document.activeElement.id === 'main';

/** Watches `group`; calls `lost` when what had the focus in it went from the page and nobody has taken the focus since. */
function watchFocus(group: HTMLElement, lost: () => void): () => void {
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
      if (isFocusFree()) lost();
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
}

/**
 * For a group whose buttons and fields come and go (it has a name and `tabindex="-1"`): when the one that has the focus goes,
 * the group itself takes it, and not the top of the page. Never a button beside it: whoever was typing would press it.
 */
export const keepFocus: Attachment<HTMLElement> = (group) =>
  watchFocus(group, () => group.focus({ preventScroll: true }));

/**
 * For the whole page: where what had the focus is gone and no group has taken it, the page's main part does, and whoever goes
 * by keyboard or by ear goes on from there and not from the top.
 */
export const mainKeepsFocus: Attachment<HTMLElement> = (page) =>
  watchFocus(page, () => {
    if (giveTo(page)) return;
    // A page that is on its way has no main part yet.
    const coming = new MutationObserver(() => {
      if (!isFocusFree() || giveTo(page)) coming.disconnect();
    });
    coming.observe(page, { childList: true, subtree: true });
  });

function giveTo(page: HTMLElement): boolean {
  const main = page.querySelector<HTMLElement>('#main');
  if (!main) return false;
  main.tabIndex = -1;
  main.focus({ preventScroll: true });
  return true;
}
