/** Somebody is in the middle of a word, wherever on the page: in the field that has the focus, or in its form. */
export function hasBegunWords(): boolean {
  const field = document.activeElement;
  const form = (field as HTMLInputElement | null)?.form;
  // What was begun in a form is begun also while somebody stands at its next field, or its button.
  return [field, ...(form ? form.elements : [])].some(
    (one) =>
      (one instanceof HTMLTextAreaElement ||
        (one instanceof HTMLInputElement && /^(text|search|email|tel|url|number)$/.test(one.type))) &&
      !one.readOnly &&
      one.value.trim() !== '',
  );
}
