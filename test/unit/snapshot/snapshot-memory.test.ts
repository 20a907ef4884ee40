import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect } from 'chai';
import { createSnapshotWriter } from '../../../src/snapshot/create-writer.js';
import { readSnapshot } from '../../../src/snapshot/snapshot-reader.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { bodyOf, encodings, headerOf, inDirectory } from './support.js';

const MiB = 1024 * 1024;
/** Blocks between two looks at the memory. */
const LOOK_EVERY = 8;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a large snapshot on disk', () => {
  for (const [name, encoding] of Object.entries(encodings)) {
    it(`is written and read in little memory as ${name}`, () =>
      inDirectory(async (directory) => {
        const file = await nodeFileSystem.open(join(directory, 'snapshot'), 'create');
        const before = used();
        let most = 0;
        let blocks = 0;
        const look = (): void => {
          blocks += 1;
          if (blocks % LOOK_EVERY === 0) most = Math.max(most, used() - before);
        };
        try {
          const writer = createSnapshotWriter(file, headerOf(), encoding);
          const body = bodyOf('id', { content: 'x'.repeat(2000) });
          const count = Math.ceil((64 * MiB) / body.length);
          for (let i = 0; i < count; i++) {
            const flushed = writer.record(body, 0, body.length);
            if (flushed === undefined) continue;
            await flushed;
            look();
          }
          const { size } = await writer.finish();
          if (!encoding.compressed) expect(size).to.be.greaterThan(64 * MiB);
          let read = 0;
          for await (const block of readSnapshot(file)) {
            read += block.count;
            look();
          }
          expect(read).to.equal(count);
          expect(most).to.be.lessThan(24 * MiB);
        } finally {
          await file.close();
        }
      }));
  }
});

/** Bytes of the JavaScript heap and of buffers outside it that are in use. */
function used(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
