declare global {
  namespace App {
    interface PageState {
      /** How many things lie open over the page (`backCloses`). */
      depth?: number;
      /** Whose entry it is: one load of one page. */
      of?: string;
    }
  }
}

export {};
