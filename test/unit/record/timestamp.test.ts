import { expect } from 'chai';
import fc from 'fast-check';
import { Timestamp } from '../../../src/gen/google/protobuf/timestamp.js';
import { now, writeTimestamp } from '../../../src/record/timestamp.js';
import { ByteWriter } from '../../../src/storage/bytes.js';

describe('timestamps', () => {
  it('are written as the generated codec writes them', () => {
    const seconds = fc.integer({ min: -62_135_596_800, max: 253_402_300_799 });
    fc.assert(
      fc.property(seconds, fc.nat(999_999_999), (s, nanos) => {
        const out = new ByteWriter(1);
        writeTimestamp(out, 0x42, s, nanos);
        const bytes = out.finish();
        expect(bytes[0]).to.equal(0x42);
        expect(bytes[1]).to.equal(bytes.length - 2);
        const expected = Timestamp.encode(Timestamp.fromPartial({ seconds: BigInt(s), nanos }));
        expect([...bytes.subarray(2)]).to.deep.equal([...expected.finish()]);
      }),
    );
  });

  it('are written empty at the epoch and not at all when there is none', () => {
    const out = new ByteWriter();
    writeTimestamp(out, 0x42, 0, 0);
    expect([...out.finish()]).to.deep.equal([0x42, 0]);
    out.reset();
    writeTimestamp(out, 0x42, Number.NaN, 0);
    expect(out.length).to.equal(0);
  });

  it('tell the present', () => {
    const before = Date.now();
    const { seconds, nanos } = now();
    expect(seconds * 1000 + nanos / 1_000_000).to.be.within(before, Date.now());
    expect(nanos).to.be.within(0, 999_999_999);
  });
});
