/** Allows so much a second, and so much at once. What is over it has to wait (`take`), or is not taken (`tryTake`). */
export class TokenBucket {
  readonly #perSecond: number;
  readonly #burst: number;
  #left: number;
  #at = performance.now();

  constructor({ perSecond, burst }: { perSecond: number; burst: number }) {
    this.#perSecond = perSecond;
    this.#burst = burst;
    this.#left = burst;
  }

  /** Takes an amount, owed where there is not enough; how long to wait until nothing is owed, milliseconds. */
  take(amount: number): number {
    this.#fill();
    this.#left -= amount;
    return Math.max(0, (-this.#left / this.#perSecond) * 1_000);
  }

  /** Takes an amount where there is enough, and nothing where there is not. */
  tryTake(amount: number): boolean {
    this.#fill();
    if (this.#left < amount) return false;
    this.#left -= amount;
    return true;
  }

  #fill(): void {
    const now = performance.now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#perSecond);
    this.#at = now;
  }
}
