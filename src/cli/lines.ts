/**
 * Splits a stream of bytes into lines, in memory that a line's length bounds. Lines are cut as
 * bytes and decoded whole, so that a character that two pieces share is not damaged.
 */
import { TextDecoder } from 'node:util';

/** One line of a file. */
export interface Line {
  /** From 1. */
  readonly number: number;
  /** Its text without the line end; undefined when it is longer than allowed or no UTF-8. */
  readonly text: string | undefined;
  /** Bytes of the file up to and with this line. */
  readonly end: number;
}

const newline = 0x0a;

/** The lines of `source`. A line over `lineBytesMax` is passed over without being held. */
export async function* readLines(
  source: AsyncIterable<Uint8Array>,
  lineBytesMax: number,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let pieces: Uint8Array[] = [];
  let length = 0;
  let position = 0;
  let number = 0;

  const take = (piece: Uint8Array) => {
    length += piece.length;
    position += piece.length;
    if (length <= lineBytesMax) pieces.push(piece);
    else pieces = [];
  };
  const finish = (): Line => {
    const text = length > lineBytesMax ? undefined : decode(decoder, pieces);
    number += 1;
    pieces = [];
    length = 0;
    return { number, text, end: position };
  };

  for await (const chunk of source) {
    let start = 0;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, start)) {
      take(chunk.subarray(start, at));
      position += 1;
      yield finish();
      start = at + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  }
  if (length > 0) yield finish();
}

function decode(decoder: TextDecoder, pieces: readonly Uint8Array[]): string | undefined {
  try {
    const text = decoder.decode(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces));
    return text.endsWith('\r') ? text.slice(0, -1) : text;
  } catch {
    return undefined;
  }
}
