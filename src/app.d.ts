declare global {
  namespace App {
    interface PageState {
      /** How many things lie open over the page (`backCloses`). */
      depth?: number;
    }
  }
}

export {};
