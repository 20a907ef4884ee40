/**
 * Gives records that come without an embedding the one of their title and content, before they are
 * checked as all records are. In a collection without an embedder nothing here costs anything.
 */
import type { Collection } from '../collection/collection.js';
import { ProtovecError } from '../errors.js';
import { limits } from '../limits.js';
import { embeddableText, lacksEmbedding } from '../record/embeddable.js';
import { ByteWriter } from '../storage/bytes.js';
import type { CallContext } from './operation.js';

/** Tag of a packed embedding. */
const EMBEDDING_TAG = 0x32;
/** Tag and length of an embedding. */
const HEAD_BYTES_MAX = 6;

/** Some records of a request, which become one write. */
export interface RecordRanges {
  readonly bytes: Uint8Array;
  /** Start and end of each record in `bytes`. */
  readonly records: readonly number[];
}

/** Records that have their embeddings. */
export interface EmbeddedRanges extends RecordRanges {
  /** Why a record cannot get an embedding, by its place in `records`; then its range has none. */
  readonly refused: ReadonlyMap<number, ProtovecError>;
}

const nothing: ReadonlyMap<number, ProtovecError> = new Map();

/**
 * Cuts the records of a request into runs that fit a log entry even with the embeddings that are
 * going to be made; as a rule, and without an embedder always, there is one.
 */
export function writesOf(
  { embedder }: Collection,
  bytes: Uint8Array,
  records: readonly number[],
): RecordRanges[] {
  if (embedder === undefined) return [{ bytes, records }];
  const writes: RecordRanges[] = [];
  let first = 0;
  let size = 0;
  for (let i = 0; i < records.length; i += 2) {
    const [start, end] = [records[i], records[i + 1]];
    const added = lacksEmbedding(bytes, start, end) ? embedder.dimension * 4 : 0;
    const recordSize = end - start + added + 2 * HEAD_BYTES_MAX;
    if (size + recordSize > limits.embeddedBatchBytesMax && i > first) {
      writes.push({ bytes, records: records.slice(first, i) });
      first = i;
      size = 0;
    }
    size += recordSize;
  }
  writes.push({ bytes, records: records.slice(first) });
  return writes;
}

/**
 * The same records, all with an embedding; the records as they are, at once, when the collection has
 * no embedder. `idOptional`: an id may be missing. When the embedder fails, this rejects and nothing
 * of the write may be done.
 */
export function embedMissing(
  { embedder }: Collection,
  write: RecordRanges,
  call: Pick<CallContext, 'signal'>,
  idOptional = false,
): EmbeddedRanges | Promise<EmbeddedRanges> {
  if (embedder === undefined) return { ...write, refused: nothing };
  const { bytes, records } = write;
  const texts: string[] = [];
  /** Places in `records` of those texts. */
  const places: number[] = [];
  const refused = new Map<number, ProtovecError>();
  for (let place = 0; place < records.length / 2; place += 1) {
    const [start, end] = [records[2 * place], records[2 * place + 1]];
    if (!lacksEmbedding(bytes, start, end)) continue;
    const text = textOf(bytes, start, end, idOptional);
    if (text === undefined) continue;
    if (text.trim() === '') refused.set(place, nothingToEmbed());
    else {
      texts.push(text);
      places.push(place);
    }
  }
  if (texts.length === 0) return { bytes, records, refused };
  const embedded = (matrix: Float32Array): EmbeddedRanges => ({
    ...copyWith(bytes, records, places, matrix),
    refused,
  });
  const matrix = embedder.embed(texts, call.signal);
  return matrix instanceof Promise ? matrix.then(embedded) : embedded(matrix);
}

/** Throws why the record at this place of a write cannot get an embedding, if so. */
export function checkEmbeddable({ refused }: EmbeddedRanges, place: number): void {
  const error = refused.get(place);
  if (error !== undefined) throw error;
}

/** Undefined: the record is refused for something else, by whoever checks it next. */
function textOf(
  bytes: Uint8Array,
  start: number,
  end: number,
  idOptional: boolean,
): string | undefined {
  try {
    return embeddableText(bytes, start, end, idOptional);
  } catch (error) {
    if (error instanceof ProtovecError) return undefined;
    throw error;
  }
}

/** Copies the records; those at `places` get a row of the matrix each. */
function copyWith(
  bytes: Uint8Array,
  records: readonly number[],
  places: readonly number[],
  matrix: Float32Array,
): RecordRanges {
  const rowBytes = matrix.byteLength / places.length;
  const values = new Uint8Array(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  const out = new ByteWriter(bytes.length + places.length * (rowBytes + HEAD_BYTES_MAX));
  const copied: number[] = [];
  let row = 0;
  for (let place = 0; place < records.length / 2; place += 1) {
    const start = out.length;
    out.copy(bytes, records[2 * place], records[2 * place + 1]);
    if (places[row] === place) {
      out.byte(EMBEDDING_TAG);
      out.varint(rowBytes);
      out.copy(values, row * rowBytes, (row + 1) * rowBytes);
      row += 1;
    }
    copied.push(start, out.length);
  }
  return { bytes: out.finish(), records: copied };
}

function nothingToEmbed(): ProtovecError {
  return new ProtovecError(
    'INVALID_EMBEDDING',
    'the record has no embedding, and neither title nor content to make one of; send one of them',
    { field: 'content' },
  );
}
