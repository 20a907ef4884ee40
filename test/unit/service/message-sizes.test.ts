import { expect } from 'chai';
import { MessageSizes } from '../../../src/service/message-sizes.js';
import { Random } from '../../support/random.js';

function framed(length: number): Buffer {
  const frame = Buffer.alloc(5 + length, 0xff);
  frame[0] = 0;
  frame.writeUInt32BE(length, 1);
  return frame;
}

describe('MessageSizes', () => {
  it('knows the size of a message as soon as its prefix is here', () => {
    const sizes = new MessageSizes();
    expect(sizes.take(Buffer.from([0, 0]))).equals(0);
    expect(sizes.take(Buffer.from([1, 0]))).equals(0);
    expect(sizes.take(Buffer.from([2]))).equals(65_538);
    expect([sizes.begun, sizes.whole]).deep.equals([1, 0]);
    sizes.take(Buffer.alloc(65_537));
    expect(sizes.whole).equals(0);
    sizes.take(Buffer.alloc(1));
    expect(sizes.whole).equals(1);
  });

  it('takes a length of all bits as the number that it is', () => {
    expect(new MessageSizes().take(Buffer.from([1, 255, 255, 255, 255]))).equals(2 ** 32 - 1);
  });

  it('finds the same messages however the bytes are cut', () => {
    const seed = Date.now() % 2 ** 32;
    const random = new Random(seed);
    for (let round = 0; round < 200; round++) {
      const lengths = Array.from(
        { length: 1 + random.below(6) },
        () => random.below(4) * random.below(40),
      );
      const bytes = Buffer.concat(lengths.map(framed));
      const sizes = new MessageSizes();
      let sum = 0;
      for (let at = 0; at < bytes.length; ) {
        const end = Math.min(bytes.length, at + 1 + random.below(20));
        sum += sizes.take(bytes.subarray(at, end));
        at = end;
      }
      const want = lengths.reduce((a, b) => a + b, 0);
      const context = `seed ${seed} round ${round}`;
      expect(sum, context).equals(want);
      expect([sizes.begun, sizes.whole], context).deep.equals([lengths.length, lengths.length]);
    }
  });
});
