/** Takes the focus when a field appears that somebody has just asked for; `autofocus` does so only where nothing has it. */
export function takeFocus(field: HTMLElement): void {
  field.focus();
}
