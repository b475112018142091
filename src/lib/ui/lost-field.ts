/** As long as somebody goes on typing without a rest, ms. */
const restMs = 1500;

/**
 * Whether a letter was meant for a field that went away under the hand: another's act took it, and the keys go on. Asked at
 * every key that is pressed. A rest, or any key that writes nothing, makes letters commands again.
 */
export function lettersOfLostField(): (event: KeyboardEvent, isInField: boolean) => boolean {
  let field: Element | null = null;
  let lastAt = 0;
  const writes = ({ key }: KeyboardEvent) => [...key].length === 1;
  return (event, isInField) => {
    if (isInField) {
      // Enter, Escape and Tab leave a field by one's own will.
      field = ['Enter', 'Escape', 'Tab'].includes(event.key) ? null : (event.target as Element);
      lastAt = event.timeStamp;
      return false;
    }
    // A space on a button presses it.
    const presses =
      event.key === ' ' && (event.target as Element).closest('button, a, summary, input') !== null;
    if (
      field === null ||
      field.isConnected ||
      event.timeStamp - lastAt > restMs ||
      !writes(event) ||
      presses
    ) {
      field = null;
      return false;
    }
    lastAt = event.timeStamp;
    return true;
  };
}
