import { join } from 'node:path';
import { expect } from 'chai';
import { createSnapshotWriter } from '../../../src/snapshot/create-writer.js';
import { readSnapshot } from '../../../src/snapshot/snapshot-reader.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { bodyOf, encodings, headerOf, inDirectory } from './support.js';

const MiB = 1024 * 1024;

describe('a large snapshot on disk', () => {
  for (const [name, encoding] of Object.entries(encodings)) {
    it(`is written and read in little memory as ${name}`, () =>
      inDirectory(async (directory) => {
        const file = await nodeFileSystem.open(join(directory, 'snapshot'), 'create');
        const before = used();
        let most = 0;
        try {
          const writer = createSnapshotWriter(file, headerOf(), encoding);
          const body = bodyOf('id', { content: 'x'.repeat(2000) });
          const count = Math.ceil((64 * MiB) / body.length);
          for (let i = 0; i < count; i++) {
            const flushed = writer.record(body, 0, body.length);
            if (flushed === undefined) continue;
            await flushed;
            most = Math.max(most, used() - before);
          }
          const { size } = await writer.finish();
          if (!encoding.compressed) expect(size).to.be.greaterThan(64 * MiB);
          let read = 0;
          for await (const block of readSnapshot(file)) {
            read += block.count;
            most = Math.max(most, used() - before);
          }
          expect(read).to.equal(count);
          // Garbage of texts is collected later than that of bytes.
          expect(most).to.be.lessThan((encoding === encodings.binary ? 24 : 48) * MiB);
        } finally {
          await file.close();
        }
      }));
  }
});

/** Bytes of the JavaScript heap and of buffers outside it. */
function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
