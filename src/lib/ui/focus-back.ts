import type { Attachment } from 'svelte/attachments';
import { isFocusFree } from './keep-focus.ts';

/**
 * For a form that somebody opened: Escape closes it, where `close` is given; and when it goes, the focus goes back to
 * what opened it (`data-opens={name}`) and not to the top of the page. Focus that has gone elsewhere is left there.
 */
export function focusBackTo(name: string, close?: () => void): Attachment<HTMLElement> {
  return (form) => {
    const keys = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || !close) return;
      event.stopPropagation();
      // Leaving the field first, so that what was typed in it is kept.
      (event.target as HTMLElement).blur();
      close();
    };
    form.addEventListener('keydown', keys);
    return () => {
      form.removeEventListener('keydown', keys);
      requestAnimationFrame(() => {
        if (isFocusFree()) document.querySelector<HTMLElement>(`[data-opens="${CSS.escape(name)}"]`)?.focus();
      });
    };
  };
}
