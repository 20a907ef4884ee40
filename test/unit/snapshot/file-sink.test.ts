import { expect } from 'chai';
import { limits } from '../../../src/limits.js';
import { FileSink } from '../../../src/snapshot/binary/file-sink.js';
import type { File } from '../../../src/storage/file-system.js';

/** A file that counts its syncs, which end when they are told to. */
function fileOf(sync: () => Promise<void>): { file: File; syncs: () => number } {
  let syncs = 0;
  const file: Partial<File> = {
    path: 'sink',
    write: async () => {},
    sync: () => {
      syncs += 1;
      return sync();
    },
  };
  return { file: file as File, syncs: () => syncs };
}

async function fill(sink: FileSink, bytes: number): Promise<void> {
  const piece = Buffer.alloc(1024 * 1024);
  for (let done = 0; done < bytes; done += piece.length) {
    sink.append(piece);
    await sink.flush();
  }
}

describe('FileSink', () => {
  it('lets the disk begin while more is written, one sync at a time', async () => {
    let finish = (): void => {};
    const { file, syncs } = fileOf(() => new Promise((resolve) => (finish = resolve)));
    const sink = new FileSink(file, 1024);
    await fill(sink, limits.writeBackBytes - 1);
    expect(syncs()).to.equal(1);
    await fill(sink, 3 * limits.writeBackBytes);
    expect(syncs()).to.equal(1);
    finish();
    await sink.settle();
    await fill(sink, 1);
    expect(syncs()).to.equal(2);
  });

  it('leaves a small file to the sync of its caller', async () => {
    const { file, syncs } = fileOf(async () => {});
    const sink = new FileSink(file, 1024);
    await fill(sink, 1);
    await sink.settle();
    expect(syncs()).to.equal(0);
  });

  it('tells of a sync that failed, and tries none again', async () => {
    const { file, syncs } = fileOf(() => Promise.reject(new Error('EIO')));
    const sink = new FileSink(file, 1024);
    await fill(sink, 3 * limits.writeBackBytes);
    const outcome = await sink.settle().catch((error: Error) => error.message);
    expect([outcome, syncs()]).to.deep.equal(['EIO', 1]);
  });
});
