/**
 * Tells by its first bytes whether a file is a binary snapshot. Detection is by content, never by
 * the file's name.
 */
import { tags } from './format.js';
import { versionProblem } from './snapshot-header.js';

/** How many bytes, if there are so many, the opening is judged by. */
export const openingBytes = 64;

/** Why a file that starts with `bytes` cannot be read as a binary snapshot, or undefined. */
export function openingProblem(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0) return 'the file is empty: it is truncated, copy it again';
  const length = bytes[1];
  if (bytes[0] === tags.version && 2 + length <= bytes.length) {
    const problem = versionProblem(bytes.subarray(2, 2 + length));
    if (problem === undefined) return undefined;
    if (looksLikeVersion(bytes, length)) return problem;
  }
  if (/^\s*[{]/.test(Buffer.from(bytes).toString('latin1'))) {
    return 'the file is JSON, which is written but not read by this version: use a binary snapshot';
  }
  return 'the file does not start with the version of a snapshot: it is none, or it is cut or damaged';
}

/** Whether the first field is a version, if one that we do not read. */
function looksLikeVersion(bytes: Uint8Array, length: number): boolean {
  return /^\d+\.\d+\.\d+$/.test(Buffer.from(bytes).toString('latin1', 2, 2 + length));
}
