import { expect } from 'chai';
import fc from 'fast-check';
import { writeFully } from '../../../src/storage/write-fully.js';

describe('writeFully', () => {
  it('goes on after short counts, wherever they end', async () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 6 });
    const counts = fc.infiniteStream(fc.integer({ min: 1, max: 7 }));
    await fc.assert(
      fc.asyncProperty(pieces, counts, async (given, stream) => {
        const written: number[] = [];
        await writeFully(
          async (rest, position) => {
            expect(position).to.equal(100 + written.length);
            const all = Buffer.concat(rest);
            const count = Math.min(all.length, stream.next().value ?? 1);
            written.push(...all.subarray(0, count));
            return count;
          },
          given,
          100,
        );
        expect(Buffer.from(written).equals(Buffer.concat(given))).to.equal(true);
      }),
      { numRuns: 200 },
    );
  });

  it('passes on the error that follows a short count', async () => {
    let calls = 0;
    const write = async () => {
      if (++calls === 2) throw new Error('no room');
      return 2;
    };
    const error = await writeFully(write, [Buffer.from('abcd')], 0).catch((e: unknown) => e);
    expect(error).to.have.property('message', 'no room');
  });

  it('does not loop for ever on a write that takes nothing', async () => {
    const error = await writeFully(async () => 0, [Buffer.from('a')], 7).catch((e: unknown) => e);
    expect(error).to.have.property('message').that.includes('offset 7 took no bytes');
  });
});
