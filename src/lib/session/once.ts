/** D26: The id of a form that makes something: the same however often it is sent, and another one once it has been made. */
export class Once {
  #id = crypto.randomUUID() as string;

  /** Sends under this id; what was refused as made already is another form from then on. */
  async make<T>(send: (once: string) => Promise<T>): Promise<T> {
    try {
      const made = await send(this.#id);
      this.#id = crypto.randomUUID();
      return made;
    } catch (error) {
      if ((error as { reason?: unknown }).reason === 'already-done') this.#id = crypto.randomUUID();
      throw error;
    }
  }
}
