/** As long as somebody goes on typing without a rest, ms. */
const restMs = 1500;
const DELIBERATE = ['Enter', 'Escape', 'Tab'];

/**
 * Whether a letter was meant for a field that went away under the hand: another's act took it, and the keys go on. Asked at
 * every key that is pressed; a rest, or having left the field by a key of one's own, makes letters commands again.
 */
export function lettersOfLostField(): (event: KeyboardEvent, isInField: boolean) => boolean {
  let field: Element | null = null;
  let lastAt = 0;
  return (event, isInField) => {
    if (isInField) {
      field = DELIBERATE.includes(event.key) ? null : (event.target as Element);
      lastAt = event.timeStamp;
      return false;
    }
    if (field === null || field.isConnected || event.timeStamp - lastAt > restMs) {
      field = null;
      return false;
    }
    lastAt = event.timeStamp;
    return true;
  };
}
