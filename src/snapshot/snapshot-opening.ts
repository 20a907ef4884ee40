/**
 * Tells by its first bytes how a snapshot is written. Detection is by content, never by the file's
 * name.
 */
import { tags } from './format.js';
import { versionProblem } from './snapshot-header.js';

/** How many bytes, if there are so many, the opening is judged by. */
export const openingBytes = 64;

/** How a snapshot is written; binary ones may have compressed fragments. */
export type Encoding = 'binary' | 'json';

/**
 * How a file that starts with `bytes` is written. Throws an Error that says why it cannot be read:
 * it is empty, of a newer format, or no snapshot.
 */
export function encodingOf(bytes: Uint8Array): Encoding {
  if (bytes.length === 0) throw new Error('the file is empty: it is truncated, copy it again');
  const length = bytes[1];
  if (bytes[0] === tags.version && 2 + length <= bytes.length) {
    const problem = versionProblem(bytes.subarray(2, 2 + length));
    if (problem === undefined) return 'binary';
    if (looksLikeVersion(bytes, length)) throw new Error(problem);
  }
  if (/^[ \t\r\n]*(\{|$)/.test(Buffer.from(bytes).toString('latin1'))) return 'json';
  throw new Error(
    'the file does not start with the version of a snapshot or, as JSON, with {: it is none, or it ' +
      'is cut or damaged',
  );
}

/** Whether the first field is a version, if one that we do not read. */
function looksLikeVersion(bytes: Uint8Array, length: number): boolean {
  return /^\d+\.\d+\.\d+$/.test(Buffer.from(bytes).toString('latin1', 2, 2 + length));
}
