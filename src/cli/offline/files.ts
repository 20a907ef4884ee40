/**
 * The files that offline commands work on: snapshots that are read, with a bar that shows how far,
 * and results that appear whole or not at all. Nothing that is read is ever written to.
 */
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SnapshotInput } from '../../snapshot/convert.js';
import { publishFile } from '../../storage/atomic-file.js';
import { type File, nodeFileSystem } from '../../storage/file-system.js';
import { UsageError } from '../failure.js';
import { startProgress } from '../progress.js';

/** What snapshots are read how. */
export interface InputOptions {
  /** Files. */
  readonly paths: readonly string[];
  readonly allowUnsealed?: boolean | undefined;
  /** What the bar says that is being done. */
  readonly label: string;
}

/** Characters of text that are written at once. */
const pieceCharacters = 64 * 1024;

/** Opens the files, lets `use` read them, and closes them in any case. */
export async function withInputs<T>(
  { paths, label, allowUnsealed }: InputOptions,
  use: (inputs: SnapshotInput[]) => Promise<T>,
): Promise<T> {
  const files: File[] = [];
  const progress = startProgress(label, 'bytes');
  try {
    let [done, total] = [0, 0];
    for (const path of paths) {
      const file = await nodeFileSystem.open(path, 'read');
      files.push(file);
      total += await file.size();
    }
    const inputs = files.map((file, i) => ({
      name: paths[i],
      allowUnsealed,
      file: {
        size: () => file.size(),
        read: async (target: Uint8Array, position: number) => {
          const count = await file.read(target, position);
          done += count;
          // Some work reads its files twice; then there is as much again to do.
          progress.update(done, total * Math.ceil(done / total));
          return count;
        },
      },
    }));
    return await use(inputs);
  } finally {
    progress.stop();
    for (const file of files) await file.close();
  }
}

/** Refuses to write a result over a file that it is made from. */
export async function refuseOverwriting(out: string, inputs: readonly string[]): Promise<void> {
  const written = await stat(out).catch(() => undefined);
  if (written === undefined) return;
  for (const path of inputs) {
    const { dev, ino } = await stat(path);
    if (dev !== written.dev || ino !== written.ino) continue;
    throw new UsageError(`${out} is the file that is read`, 'Write to another file');
  }
}

/** Writes lines to a new file, or in place of one. */
export async function publishLines(path: string, lines: Iterable<string>): Promise<void> {
  await nodeFileSystem.makeDirectory(dirname(path));
  await publishFile(nodeFileSystem, path, async (file) => {
    let position = 0;
    let piece = '';
    const flush = async () => {
      const bytes = Buffer.from(piece, 'utf8');
      await file.write([bytes], position);
      position += bytes.length;
      piece = '';
    };
    for (const line of lines) {
      piece += `${line}\n`;
      if (piece.length >= pieceCharacters) await flush();
    }
    if (piece !== '') await flush();
  });
}
