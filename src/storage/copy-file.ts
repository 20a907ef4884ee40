/** Copies files, whole or from their start, so that a copy appears whole or not at all. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { publishFile } from './atomic-file.js';
import type { File, FileSystem } from './file-system.js';

const pieceBytes = 1024 * 1024;

/** Publishes the first `length` bytes of `from` as `to`. */
export async function copyFile(
  fs: FileSystem,
  from: File,
  to: string,
  length: number,
): Promise<void> {
  await publishFile(fs, to, async (target) => {
    await forEachPiece(from, length, (piece, at) => target.write([piece], at));
  });
}

/** SHA-256 of a whole file. */
export async function digestOf(file: File): Promise<Buffer> {
  const hash = createHash('sha256');
  await forEachPiece(file, await file.size(), async (piece) => {
    hash.update(piece);
  });
  return hash.digest();
}

/** Whether two paths are one file, under whatever names; a missing one is none. */
export async function isSameFile(a: string, b: string): Promise<boolean> {
  const [first, second] = await Promise.all(
    [a, b].map((path) => stat(path).catch(() => undefined)),
  );
  if (first === undefined || second === undefined) return false;
  return first.dev === second.dev && first.ino === second.ino;
}

async function forEachPiece(
  file: File,
  length: number,
  take: (piece: Buffer, at: number) => Promise<void>,
): Promise<void> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(pieceBytes, length)));
  for (let at = 0; at < length; ) {
    const count = await file.read(buffer.subarray(0, Math.min(buffer.length, length - at)), at);
    if (count === 0) throw new Error(`${file.path} became shorter while it was read`);
    await take(buffer.subarray(0, count), at);
    at += count;
  }
}
