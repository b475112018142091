declare module 'linebreak' {
  /** Unicode's line breaking: answers each place where a line may end. */
  export default class LineBreaker {
    constructor(text: string);
    nextBreak(): { position: number; required: boolean } | null;
  }
}
