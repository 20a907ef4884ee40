import { expect } from 'chai';
import { ByteWindow } from '../../src/snapshot/byte-window.js';

const KiB = 1024;

/** So many bytes in chunks of a length; each byte follows from its offset. */
async function* source(length: number, chunk: number) {
  for (let at = 0; at < length; at += chunk) {
    const piece = Buffer.alloc(Math.min(chunk, length - at));
    for (let i = 0; i < piece.length; i++) piece[i] = byteAt(at + i);
    yield piece;
  }
}

const byteAt = (offset: number) => (offset * 31 + (offset >> 8)) & 255;

/** Bytes that `run` moves from one place of a buffer to another. */
async function moved(run: () => Promise<void>): Promise<number> {
  const { copy } = Buffer.prototype;
  let bytes = 0;
  Buffer.prototype.copy = function (this: Buffer, ...args: Parameters<typeof copy>) {
    const count = copy.apply(this, args);
    bytes += count;
    return count;
  } as typeof copy;
  try {
    await run();
  } finally {
    Buffer.prototype.copy = copy;
  }
  return bytes;
}

describe('ByteWindow', () => {
  for (const chunk of [1, 1000, 64 * KiB, 1024 * KiB]) {
    it(`slides over chunks of ${chunk} without a gap`, async () => {
      const length = chunk === 1 ? 5000 : 3000 * KiB;
      const window = new ByteWindow(source(length, chunk));
      let offset = 0;
      while (!window.atEnd) {
        await window.more();
        expect(window.offset(window.start)).to.equal(offset);
        // Keeps a third, so that bytes are moved.
        const over = Math.floor(((window.end - window.start) * 2) / 3);
        for (let i = 0; i < over; i += 97) {
          if (window.bytes[window.start + i] !== byteAt(offset + i))
            expect.fail(`at ${offset + i}`);
        }
        window.start += over;
        offset += over;
      }
      expect(window.offset(window.end)).to.equal(length);
    });
  }

  it('moves no more for tiny pieces after a large one than for large ones', async () => {
    const length = 8192 * KiB;
    const window = new ByteWindow(source(length, 64 * KiB));
    const bytes = await moved(async () => {
      while (window.end - window.start < 4096 * KiB) await window.more();
      while (!window.atEnd) {
        if (window.end - window.start >= 70) window.start += 70;
        else await window.more();
      }
    });
    expect(bytes).to.be.below(2 * length);
  });

  it('refuses a source that gives no bytes, and lets it go', async () => {
    let closed = false;
    async function* texts() {
      try {
        yield 'text' as never;
      } finally {
        closed = true;
      }
    }
    const window = new ByteWindow(texts());
    const error = await window.more().then(
      () => expect.fail('it did not fail'),
      (error: unknown) => error,
    );
    expect(error).to.be.instanceOf(TypeError);
    await window.close();
    expect(closed).to.equal(true);
  });
});
