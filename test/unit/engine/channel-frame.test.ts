import { expect } from 'chai';
import fc from 'fast-check';
import {
  type Frame,
  frameKind,
  packFrames,
  unpackFrames,
} from '../../../src/engine/channel-frame.js';
import { limits } from '../../../src/limits.js';

type Received = { kind: number; call: number; method: number; value: number; payload: string };

function unpack(batch: ArrayBuffer[]): Received[] {
  const frames: Received[] = [];
  unpackFrames(batch, ({ kind, call, method, value, payload }) =>
    frames.push({ kind, call, method, value, payload: payload.toString('base64') }),
  );
  return frames;
}

const plain = ({ kind, call, method, value, payload }: Frame): Received => ({
  kind,
  call,
  method,
  value,
  payload: Buffer.from(payload).toString('base64'),
});

function frame(payload: Uint8Array): Frame {
  return { kind: frameKind.message, call: 7, method: 0, value: 0, payload };
}

/** Payloads of every size class, at every offset of a buffer that they may or may not fill. */
const payloads = fc
  .tuple(
    fc.oneof(fc.nat(300), fc.constantFrom(65_535, 65_536, 70_000)),
    fc.nat(8),
    fc.nat(8),
    fc.nat(255),
  )
  .map(([length, before, after, fill]) => {
    const whole = new Uint8Array(before + length + after).fill(fill);
    return whole.subarray(before, before + length);
  });

const frames = fc.record({
  kind: fc.constantFrom(...Object.values(frameKind)),
  call: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  method: fc.nat(65_535),
  value: fc.oneof(fc.nat(), fc.constant(Number.POSITIVE_INFINITY)),
  payload: payloads,
});

describe('frames between threads', () => {
  it('arrive as they were sent, in order', () => {
    fc.assert(
      fc.property(fc.array(frames, { minLength: 1, maxLength: 12 }), (sent) => {
        const expected = sent.map(plain);
        expect(unpack(packFrames(sent))).deep.equals(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('share one buffer when they are small', () => {
    const batch = packFrames([frame(Buffer.from('a')), frame(Buffer.from('b'))]);
    expect(batch.length).equals(1);
  });

  it('never give away a buffer that others use', () => {
    const shared = Buffer.alloc(limits.transferBytesMin * 2);
    const batch = packFrames([frame(shared.subarray(0, limits.transferBytesMin))]);
    expect(batch).not.includes(shared.buffer);
  });

  it('move a large payload with its buffer, also behind the 5 bytes that grpc-js leaves', () => {
    const own = new Uint8Array(limits.transferBytesMin);
    const fromGrpc = new Uint8Array(limits.transferBytesMin + 5).subarray(5);
    const batch = packFrames([frame(own), frame(fromGrpc)]);
    expect(batch.slice(1)).deep.equals([own.buffer, fromGrpc.buffer]);
  });
});
