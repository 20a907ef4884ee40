/**
 * A table of 32-bit integers, so many to a row, that grows in pieces: no row is ever moved, and at
 * most one piece is allocated beyond what is used. For millions of rows outside the JavaScript heap.
 */

const pieceRows = 8192;

export class IntRows {
  readonly #width: number;
  readonly #pieces: Int32Array[] = [];

  /** `width`: integers of a row. */
  constructor(width: number) {
    this.#width = width;
  }

  /** The piece that holds the row; missing rows up to it are made, all zero. */
  piece(row: number): Int32Array {
    const index = Math.floor(row / pieceRows);
    while (this.#pieces.length <= index) this.#pieces.push(new Int32Array(pieceRows * this.#width));
    return this.#pieces[index];
  }

  /** Where in its piece the row starts. */
  offset(row: number): number {
    return (row % pieceRows) * this.#width;
  }
}
