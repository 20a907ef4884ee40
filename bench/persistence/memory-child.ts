/**
 * Does one kind of work on snapshot files in a process of its own and prints by how much the
 * process grew: the most resident memory that was seen, less that before the work.
 *
 *   node --expose-gc --import tsx bench/persistence/memory-child.ts KIND DIRECTORY BYTES
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MergePolicy } from '../../src/gen/protovec/v1/merge.js';
import { diffFiles, writeChanges } from '../../src/snapshot/diff/diff-files.js';
import { mergeFiles } from '../../src/snapshot/merge/merge-files.js';
import { nodeFileSystem } from '../../src/storage/file-system.js';
import { Bodies } from './bodies.js';
import { encodings, inFile, readFile, writeFile } from './snapshot-files.js';

const sampleEveryMs = 10;
const [kind, directory, size] = process.argv.slice(2);
const seed = 1;

/** A file of about the size and one that shares half of its records. */
const first = join(directory, 'first.pb');
const second = join(directory, 'second.pb');
const fileSystem = nodeFileSystem;

const bodies = new Bodies(seed);
const records = Math.round(Number(size) / bodies.meanBytes);

async function work(): Promise<void> {
  switch (kind) {
    case 'save': {
      await writeFile(first, bodies, [0, records], encodings.binary);
      return;
    }
    case 'prepare': {
      const half = Math.round(records / 2);
      await writeFile(second, bodies, [half, half + records], encodings.binary);
      return;
    }
    case 'load': {
      await readFile(first, { scan: true });
      return;
    }
    case 'merge':
      return inBoth(async (inputs) => {
        const output = {
          fileSystem,
          path: join(directory, 'merged.pb'),
          encoding: encodings.binary,
        };
        await mergeFiles(inputs, output, MergePolicy.OVERWRITE);
      });
    case 'diff':
      return inBoth(async ([before, after]) => {
        const difference = await diffFiles(before, after);
        const path = join(directory, 'changes.pb');
        await writeChanges(difference, after, { fileSystem, path, encoding: encodings.binary });
      });
    default:
      throw new Error(`unknown work ${kind}`);
  }
}

type Input = Parameters<typeof diffFiles>[0];

function inBoth(use: (inputs: [Input, Input]) => Promise<void>): Promise<void> {
  return inFile(first, (a) =>
    inFile(second, (b) =>
      use([
        { file: a, name: 'first' },
        { file: b, name: 'second' },
      ]),
    ),
  );
}

(globalThis as { gc?: () => void }).gc?.();
const before = process.memoryUsage.rss();
let most = before;
const sample = (): void => {
  most = Math.max(most, process.memoryUsage.rss());
};
const timer = setInterval(sample, sampleEveryMs);
const start = performance.now();
await work();
sample();
clearInterval(timer);
const { size: fileBytes } = await stat(kind === 'prepare' ? second : first);
console.log(
  JSON.stringify({ growth: most - before, seconds: (performance.now() - start) / 1000, fileBytes }),
);
