import { londonDate } from '../time/civil.ts';
import { inOrder, type Cards, type Figure } from './board.ts';

/** A number as it is read, with its day and who measured it. */
export type Measured = Pick<Figure, 'id' | 'value' | 'unit' | 'on' | 'at' | 'who' | 'note'>;

/** One number of a child followed over time, the oldest first. */
export interface Series {
  what: string;
  figures: Measured[];
}

/** F29: The numbers that are followed for a child, by what is measured; what has no day stands by the one on which it was written down. */
export function figuresOf(cards: Cards, child: string): Series[] {
  const all = new Map<string, Figure[]>();
  for (const figure of inOrder(cards, 'figure'))
    if (figure.childId === child) {
      const what = figure.what.trim().toLocaleLowerCase('en-GB');
      all.set(what, [...(all.get(what) ?? []), figure]);
    }
  const day = ({ on, at }: Measured) => on ?? londonDate(at);
  return [...all.values()].map((figures) => ({
    what: figures[0]!.what.trim(),
    figures: figures
      .map(({ id, value, unit, on, at, who, note }): Measured => ({ id, value, unit, on, at, who, note }))
      .sort((a, b) => day(a).localeCompare(day(b)) || a.at - b.at),
  }));
}

/** A number as it is read: 82%, 12.4 kg. */
export const figureInWords = ({ value, unit }: Pick<Figure, 'value' | 'unit'>): string =>
  unit.trim() === '%' ? `${value}%` : [value, unit.trim()].filter((part) => part !== '').join(' ');

/** What somebody typed as a number, with what it is measured in where they typed that too: “82%”, “12.4 kg”; null where it is none. */
export function readFigure(said: string): { value: string; unit: string } | null {
  const match = /^(-?\d{1,8}(?:\.\d{1,4})?)\s*(\D{0,20})$/u.exec(said.trim());
  return match ? { value: match[1]!, unit: match[2]!.trim() } : null;
}
