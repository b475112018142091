import { tick } from 'svelte';
import { riskCalled, riskEnded, unitMoves } from '#domain/meeting/following.ts';
import { hasBegunWords } from '$lib/ui/begun-words.ts';
import type { Table } from './table.svelte.ts';

const isInField = () =>
  document.activeElement?.matches(
    '#main :is(textarea, input, select), #main form button, .cap :is(textarea, input, select)',
  ) ?? false;

/**
 * Takes a window along with the unit: its family's board, its place, a risk. What becomes of the window is decided in
 * `following.ts`; here it is looked at what the hand does. It looks before the page is redrawn: afterwards the field is gone
 * and nobody seems to write. Called while the room is made.
 */
export function followUnit(table: Table, { movedOn }: { movedOn: () => string }): void {
  /** The place that this window shows. */
  let shown = table.place;
  /** Whether this window stays where it is, because of a hand that writes. */
  function staysBehind(): boolean {
    const next = unitMoves(table.following, {
      at: table.board && { family: table.board.id, place: shown },
      isWriting: isInField() && hasBegunWords(),
    });
    if (next === table.following) return false;
    table.following = next;
    table.says = movedOn();
    return true;
  }
  $effect.pre(() => {
    const family = table.familyId;
    if (!family || !table.unit) return;
    const isOther = table.board !== null && table.board.id !== family;
    if (isOther && staysBehind()) return;
    if (isOther) table.atFoot = isInField();
    table.openBoard(family);
  });
  $effect.pre(() => {
    const place = table.place;
    if (place === shown || staysBehind()) return;
    if (document.activeElement?.closest('.places'))
      void tick().then(() => document.querySelector<HTMLElement>('.places [aria-current]')?.focus());
    table.atFoot = isInField() && place !== 'record';
    shown = place;
    table.map = table.chronology = false;
    table.says = `${place.replace('-', ' ')}`;
  });
  let alarm = '';
  $effect.pre(() => {
    const state = table.meeting?.state;
    const called = state?.risk ?? null;
    if ((called?.alarm ?? '') === alarm) return;
    alarm = called?.alarm ?? '';
    const me = table.me.person.member;
    const hasBegun = hasBegunWords();
    if (called) {
      table.following = riskCalled(table.following, called, {
        isMine: called.by === me,
        hasBegun,
        place: table.place,
      });
      if (table.following.risk === called) table.chosen = null;
      return;
    }
    table.following = riskEnded(table.following, { isMine: state?.risksOver.at(-1)?.by === me, hasBegun });
    if (!table.hasMoved) table.says = table.isOver ? 'This Wednesday is over.' : 'The meeting goes on.';
  });
}
