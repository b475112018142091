/** One row of the answer: what was measured, what each reached, and whether the goal is met. */
export interface Row {
  what: string;
  relay: string;
  ours: string;
  ratio: string;
  goal: string;
  isMet: boolean;
}

/** Lays rows out as plain text. */
export function layOut(rows: readonly Row[]): string {
  const head = ['', 'relay', 'Wednesday', 'ratio', 'goal', ''];
  const lines = [
    head,
    ...rows.map((row) => [row.what, row.relay, row.ours, row.ratio, row.goal, row.isMet ? 'met' : 'missed']),
  ];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  return lines
    .map((line) =>
      line.map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  '),
    )
    .join('\n');
}

/** The middle of some figures. */
export function median(figures: readonly number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A figure for people: three digits that count. */
export const figure = (value: number) =>
  Number(value.toPrecision(3)).toLocaleString('en-GB', { maximumFractionDigits: 3 });
