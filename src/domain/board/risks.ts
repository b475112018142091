import { inOrder, type Alarm, type Cards, type ChildNow, type RiskOver, type Told } from './board.ts';

/** A time at which it was risk now, as the board keeps it. */
export interface RiskTime {
  alarm: Alarm;
  /** Null while it lasts, and of an alarm from before its end was kept. */
  over: RiskOver | null;
  calledBy: string;
  /** Epoch milliseconds. */
  calledAt: number;
  /** What was known of each child, and who was told, as it stood at the end. */
  nows: readonly ChildNow[];
  told: readonly Told[];
}

/** Every time at which it was risk now for this family, oldest first. */
export function risksOf(cards: Cards): RiskTime[] {
  const overs = new Map(inOrder(cards, 'riskOver').map((over) => [over.alarm, over]));
  const said = <C extends ChildNow | Told>(list: readonly C[], alarm: string) =>
    list.filter((card) => card.alarm === alarm && card.text.trim() !== '');
  return inOrder(cards, 'alarm')
    .map((alarm): RiskTime => {
      const over = overs.get(alarm.id) ?? null;
      return {
        alarm,
        over,
        calledBy: over?.calledBy ?? alarm.by,
        calledAt: over?.calledAt ?? alarm.at,
        nows: said(inOrder(cards, 'childNow'), alarm.id),
        told: said(inOrder(cards, 'told'), alarm.id),
      };
    })
    .sort((a, b) => a.calledAt - b.calledAt);
}

/** Whether something was said of it: one that was pressed by mistake, or that nobody followed, may hold nothing at all. */
export const saysSomething = ({ alarm, over, nows, told }: RiskTime): boolean =>
  (over !== null && over.how !== 'mistake') || alarm.text.trim() !== '' || nows.length + told.length > 0;

/** Whether somebody has been told, in words. */
export const TOLD_WORDS: Record<Told['state'], string> = {
  'not-yet': /* @wc-include */ 'not told yet',
  ringing: /* @wc-include */ 'being rung',
  told: /* @wc-include */ 'told',
  'on-purpose': /* @wc-include */ 'not told, on purpose',
};
