/**
 * Reads something whenever there is news of it. Asked while it reads, it reads once more afterwards, so that the newest is
 * never missed; after a new connection it begins afresh, since what was asked on a line that is gone may never be answered.
 */
export class LookAgain {
  readonly #read: (signal: AbortSignal) => Promise<void>;
  #looking: { done: Promise<void>; stop: AbortController } | null = null;
  #again = false;

  constructor(read: (signal: AbortSignal) => Promise<void>) {
    this.#read = read;
  }

  look(): Promise<void> {
    if (this.#looking) {
      this.#again = true;
      return this.#looking.done;
    }
    const stop = new AbortController();
    const looking = {
      stop,
      done: this.#read(stop.signal).finally(() => {
        if (this.#looking !== looking) return;
        this.#looking = null;
        if (this.#again) {
          this.#again = false;
          void this.look();
        }
      }),
    };
    this.#looking = looking;
    return looking.done;
  }

  afresh(): Promise<void> {
    this.#looking?.stop.abort();
    this.#looking = null;
    this.#again = false;
    return this.look();
  }
}
