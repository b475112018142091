/** Counts of durations in steps of one per cent, so that millions of them from several processes are added up cheaply. */
export class Histogram {
  readonly counts: number[];

  constructor(counts: number[] = []) {
    this.counts = counts;
  }

  add(ms: number): void {
    const step = ms <= shortestMs ? 0 : Math.round(Math.log(ms / shortestMs) / stepLog);
    this.counts[step] = (this.counts[step] ?? 0) + 1;
  }

  merge(counts: readonly (number | null)[]): void {
    for (let step = 0; step < counts.length; step++)
      if (counts[step]) this.counts[step] = (this.counts[step] ?? 0) + counts[step]!;
  }

  get size(): number {
    return this.counts.reduce((sum, count) => sum + (count ?? 0), 0);
  }

  /** The duration that this share of them does not exceed. */
  at(share: number): number {
    let left = this.size * share;
    for (let step = 0; step < this.counts.length; step++) {
      left -= this.counts[step] ?? 0;
      if (left <= 0) return shortestMs * Math.exp(step * stepLog);
    }
    return Infinity;
  }
}

const shortestMs = 0.01;
const stepLog = Math.log(1.01);
