import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { expect } from 'chai';
import fc from 'fast-check';
import { decodeErrorDetails } from '../src/error-details.js';
import { encodeStatus } from './support/status.js';

describe('error details', () => {
  const encoded = encodeStatus({
    reason: 'INVALID_EMBEDDING',
    metadata: { file: 'log-1.pb', offset: '12' },
    violations: [{ field: 'record.embedding', description: 'has 2 of 3 values' }],
    retryDelay: { seconds: 1, nanos: 500_000_001 },
  });

  it('are reason, metadata, violations and the delay before a retry', () => {
    expect(decodeErrorDetails(encoded)).to.deep.equal({
      reason: 'INVALID_EMBEDDING',
      metadata: { file: 'log-1.pb', offset: '12' },
      fieldViolations: [{ field: 'record.embedding', description: 'has 2 of 3 values' }],
      retryAfterMs: 1501,
    });
  });

  it('of kinds that are not known are skipped', () => {
    const any = new BinaryWriter()
      .tag(1, WireType.LengthDelimited)
      .string('type.googleapis.com/google.rpc.Help')
      .tag(2, WireType.LengthDelimited)
      .bytes(Uint8Array.of(1, 2, 3))
      .finish();
    const other = new BinaryWriter().tag(3, WireType.LengthDelimited).bytes(any).finish();
    expect(decodeErrorDetails(Buffer.concat([other, encoded])).reason).to.equal(
      'INVALID_EMBEDDING',
    );
  });

  it('that are damaged never throw', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (cutAt, flipAt) => {
        const flipped = Uint8Array.from(encoded);
        flipped[flipAt % encoded.length] ^= 1 << (flipAt % 8);
        decodeErrorDetails(flipped);
        decodeErrorDetails(encoded.subarray(0, cutAt % encoded.length));
      }),
      { numRuns: 1000 },
    );
  });
});
