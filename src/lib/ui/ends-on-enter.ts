/**
 * For fields in which somebody changes words that stand already: Enter ends it, as it does where words are put in; Shift Enter
 * makes a line. The Enter that ends a composition ends nothing else (WebKit reports it as key code 229).
 */
export function endsOnEnter(done: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    if (!(event.target instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    done();
  };
}
