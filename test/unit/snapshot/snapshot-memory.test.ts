import { join } from 'node:path';
import { expect } from 'chai';
import { readSnapshot } from '../../../src/snapshot/snapshot-reader.js';
import { SnapshotWriter } from '../../../src/snapshot/snapshot-writer.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { bodyOf, headerOf, inDirectory } from './support.js';

const MiB = 1024 * 1024;

describe('a snapshot of 64 MiB on disk', () => {
  it('is written and read in little memory', () =>
    inDirectory(async (directory) => {
      const file = await nodeFileSystem.open(join(directory, 'snapshot.pb'), 'create');
      const before = used();
      let most = 0;
      try {
        const writer = new SnapshotWriter(file, headerOf());
        const body = bodyOf('id', { content: 'x'.repeat(2000) });
        const count = Math.ceil((64 * MiB) / body.length);
        for (let i = 0; i < count; i++) {
          const flushed = writer.record(body, 0, body.length);
          if (flushed === undefined) continue;
          await flushed;
          most = Math.max(most, used() - before);
        }
        const { size } = await writer.finish();
        expect(size).to.be.greaterThan(64 * MiB);
        let read = 0;
        for await (const block of readSnapshot(file)) {
          read += block.count;
          most = Math.max(most, used() - before);
        }
        expect(read).to.equal(count);
        expect(most).to.be.lessThan(24 * MiB);
      } finally {
        await file.close();
      }
    }));
});

/** Bytes of the JavaScript heap and of buffers outside it. */
function used(): number {
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
