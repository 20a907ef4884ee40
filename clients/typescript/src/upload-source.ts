/**
 * What a snapshot file is uploaded from. An upload says length and SHA-256 of the file before its
 * first byte and may have to go back to any offset, so every source can be read again.
 */
import { createHash } from 'node:crypto';
import { abortedError } from './errors.js';

/** A Blob, a File, or anything that can be cut like one. */
export interface BlobLike {
  readonly size: number;
  slice(start: number, end: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** Gives the bytes of a file from an offset on, in pieces of any size; may be called again. */
export type ReadFrom = (offset: number) => Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/** A snapshot file: its bytes, a Blob, or a function that reads it from an offset on. */
export type UploadSource = Uint8Array | BlobLike | ReadFrom;

/** A source whose length and digest are known. */
export interface KnownSource {
  readonly size: number;
  readonly sha256: Buffer;
  readonly read: ReadFrom;
}

const pieceBytes = 1024 * 1024;

/** Reads the source once, from its start to its end. */
export async function knowSource(
  source: UploadSource,
  signal: AbortSignal | undefined,
): Promise<KnownSource> {
  const read = readerOf(source);
  const hash = createHash('sha256');
  let size = 0;
  for await (const piece of read(0)) {
    if (signal?.aborted) throw abortedError(signal);
    hash.update(piece);
    size += piece.length;
  }
  return { size, sha256: hash.digest(), read };
}

function readerOf(source: UploadSource): ReadFrom {
  if (typeof source === 'function') return source;
  if (source instanceof Uint8Array) return (offset) => [source.subarray(offset)];
  return (offset) => blobPieces(source, offset);
}

async function* blobPieces(blob: BlobLike, offset: number): AsyncGenerator<Uint8Array> {
  for (let start = offset; start < blob.size; start += pieceBytes) {
    const end = Math.min(blob.size, start + pieceBytes);
    yield new Uint8Array(await blob.slice(start, end).arrayBuffer());
  }
}

/**
 * The bytes in pieces of 1 MiB, the last one shorter. A piece is valid until the next one is asked
 * for.
 */
export async function* inPieces(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const piece = Buffer.allocUnsafeSlow(pieceBytes);
  let filled = 0;
  for await (const bytes of source) {
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + pieceBytes - filled);
      piece.set(bytes.subarray(start, end), filled);
      filled += end - start;
      start = end;
      if (filled < pieceBytes) continue;
      yield piece;
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
