/** Allows so much a second, and so much at once; what is over it has to wait, and nothing is refused. */
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
    const now = performance.now();
    this.#left = Math.min(this.#burst, this.#left + ((now - this.#at) / 1_000) * this.#perSecond) - amount;
    this.#at = now;
    return Math.max(0, (-this.#left / this.#perSecond) * 1_000);
  }
}
