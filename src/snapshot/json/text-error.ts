/** What is wrong with a JSON text, and where in the bytes at hand; the reader adds file and offset. */
export class TextError extends Error {
  constructor(
    message: string,
    /** Offset in the bytes that were parsed. */
    readonly at: number,
  ) {
    super(message);
  }
}
