/**
 * The Enter by which somebody says that they have finished; Shift Enter makes a line. The one that ends a composition finishes
 * nothing else: WebKit reports it after the composition, as key code 229.
 */
export const isFinishing = (event: KeyboardEvent): boolean =>
  event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.keyCode !== 229;

/** For fields in which somebody changes words that stand already: Enter ends it, as it does where words are put in. */
export function endsOnEnter(done: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (!isFinishing(event) || !(event.target instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    done();
  };
}
