/**
 * The exact vectors of a collection: float32 rows by slot, in chunks of a power of two of rows and
 * at most 8 MiB. Every chunk starts its own ArrayBuffer, because native scans ignore byte offsets.
 *
 * Invariants: a row stays as it is until its slot is set again, freed or not, so that scans may run
 * over dead rows; which rows are alive is the caller's knowledge. Values are finite and, under
 * cosine, no row is zero: vectors are validated before they come here.
 */
import { Metric } from '../gen/protovec/v1/collection.js';
import { grown } from './grow.js';

const chunkBytesMax = 8 * 1024 * 1024;
/** The first chunk starts with so many rows and grows, so that small collections stay small. */
const firstRows = 64;

export class VectorArena {
  readonly dimension: number;
  readonly metric: Metric;
  /** Rows of a full chunk; a power of two. Slot s is row s % rowsPerChunk of chunk s / rowsPerChunk. */
  readonly rowsPerChunk: number;
  readonly #shift: number;
  #chunks: Float32Array[] = [];
  #bytes: Uint8Array[] = [];
  #inverseNorms = new Float64Array(0);
  #rows = 0;
  #normMax = 0;

  constructor(dimension: number, metric: Metric) {
    this.dimension = dimension;
    this.metric = metric;
    this.#shift = 31 - Math.clz32(chunkBytesMax / (dimension * 4));
    this.rowsPerChunk = 2 ** this.#shift;
  }

  /** One more than the highest slot in use. */
  get rows(): number {
    return this.#rows;
  }

  /** Bytes allocated for vectors and norms. */
  get memoryBytes(): number {
    const chunks = this.#bytes.reduce((sum, chunk) => sum + chunk.byteLength, 0);
    return chunks + this.#inverseNorms.byteLength;
  }

  /** The longest Euclidean norm since the last `clear`; never less than that of a row. */
  get normMax(): number {
    return this.#normMax;
  }

  /** Copies `dimension` little-endian float32 values from `bytes[start]`, aligned or not. */
  set(slot: number, bytes: Uint8Array, start: number): void {
    const length = this.dimension * 4;
    if (start + length > bytes.length) throw new RangeError('the vector ends behind its bytes');
    const index = slot >>> this.#shift;
    const row = slot & (this.rowsPerChunk - 1);
    this.#reserve(index, row);
    this.#bytes[index].set(bytes.subarray(start, start + length), row * length);
    if (slot >= this.#rows) this.#rows = slot + 1;
    this.#measure(slot, this.#chunks[index], row * this.dimension);
  }

  /** The row of a slot below `rows`, as a view that the next `set` of the slot changes. */
  row(slot: number): Float32Array {
    const start = this.rowStart(slot);
    return this.chunkOf(slot).subarray(start, start + this.dimension);
  }

  /** The chunk that holds a slot's row. */
  chunkOf(slot: number): Float32Array {
    return this.#chunks[slot >>> this.#shift];
  }

  /** Where a slot's row starts in its chunk. */
  rowStart(slot: number): number {
    return (slot & (this.rowsPerChunk - 1)) * this.dimension;
  }

  /** 1 / Euclidean norm of a slot's row. Cosine only. */
  inverseNorm(slot: number): number {
    return this.#inverseNorms[slot];
  }

  /** The dense rows of the chunk that starts with slot `first`, as far as rows are in use. */
  rowsFrom(first: number): Float32Array {
    const count = Math.min(this.rowsPerChunk, this.#rows - first);
    return this.chunkOf(first).subarray(0, count * this.dimension);
  }

  /** The slot is out of use. Its row is kept; only the last row is no longer scanned. */
  free(slot: number): void {
    if (slot === this.#rows - 1) this.#rows--;
  }

  /** Forgets every row and releases the memory. */
  clear(): void {
    this.#chunks = [];
    this.#bytes = [];
    this.#inverseNorms = new Float64Array(0);
    this.#rows = 0;
    this.#normMax = 0;
  }

  #reserve(index: number, row: number): void {
    while (this.#chunks.length < index) this.#allocate(this.#chunks.length, this.rowsPerChunk);
    const capacity = (this.#chunks[index]?.length ?? 0) / this.dimension;
    if (row < capacity) return;
    const wanted = index > 0 ? this.rowsPerChunk : Math.max(row + 1, capacity * 2, firstRows);
    this.#allocate(index, Math.min(wanted, this.rowsPerChunk));
  }

  #allocate(index: number, rows: number): void {
    const chunk = new Float32Array(rows * this.dimension);
    if (index < this.#chunks.length) chunk.set(this.#chunks[index]);
    this.#chunks[index] = chunk;
    this.#bytes[index] = new Uint8Array(chunk.buffer);
  }

  #measure(slot: number, chunk: Float32Array, start: number): void {
    let squares = 0;
    for (let i = start; i < start + this.dimension; i++) squares += chunk[i] * chunk[i];
    const norm = Math.sqrt(squares);
    if (norm > this.#normMax) this.#normMax = norm;
    if (this.metric !== Metric.COSINE) return;
    this.#inverseNorms = grown(this.#inverseNorms, slot);
    this.#inverseNorms[slot] = 1 / norm;
  }
}
