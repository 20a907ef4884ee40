import { expect } from 'chai';
import { StorageSnapshot } from '../../../src/gen/protovec/v1/snapshot.js';
import type { ReadOptions } from '../../../src/snapshot/snapshot-reader.js';
import { bodyOf, encoded, encodings, headerOf, readAll, sealed } from './support.js';

/** Refused, and nothing wrong was handed out before. */
async function expectCaught(
  bytes: Uint8Array,
  truth: readonly Buffer[],
  what: string,
  options: ReadOptions = {},
): Promise<void> {
  const { bodies, error } = await readAll(bytes, options);
  if (error?.reason !== 'SERIALIZATION_ERROR') expect.fail(`${what} was not noticed`);
  const right = bodies.every((body, i) => body.equals(truth[i]));
  if (!right) expect.fail(`${what} gave a wrong record`);
}

/** Every bit of `bytes` between the offsets, flipped one at a time. */
async function flipEach(
  bytes: Buffer,
  from: number,
  to: number,
  check: (at: number, bit: number) => Promise<void>,
): Promise<void> {
  for (let at = from; at < to; at++) {
    for (let bit = 0; bit < 8; bit++) {
      bytes[at] ^= 1 << bit;
      await check(at, bit);
      bytes[at] ^= 1 << bit;
    }
  }
}

describe('a damaged snapshot', () => {
  const truth = [bodyOf('a', { content: 'one' }), bodyOf('b', { title: 'two', revision: 7n })];

  it('is refused after every truncation', async () => {
    const { bytes } = await sealed(truth);
    for (let length = 0; length < bytes.length; length++) {
      await expectCaught(bytes.subarray(0, length), truth, `a cut at ${length}`);
    }
  });

  it('is refused after every flip of one bit', async () => {
    const { bytes } = await sealed(truth, headerOf({ logSequence: 300 }));
    await flipEach(bytes, 0, bytes.length, async (at, bit) => {
      await expectCaught(bytes, truth, `bit ${bit} of byte ${at}`);
      await expectCaught(bytes, truth, `bit ${bit} of byte ${at}`, { allowUnsealed: true });
    });
    expect((await readAll(bytes)).error).to.equal(undefined);
  });

  it('is refused after every flip in a second, empty part', async () => {
    const first = await sealed(truth);
    const second = await sealed([]);
    const bytes = Buffer.concat([first.bytes, second.bytes]);
    await flipEach(bytes, first.bytes.length, bytes.length, (at, bit) =>
      expectCaught(bytes, truth, `bit ${bit} of byte ${at}`),
    );
  });

  it('without digests is refused after every flip except in the digest itself', async () => {
    const { bytes } = await sealed(truth);
    await flipEach(bytes, 0, bytes.length - 32, (at, bit) =>
      expectCaught(bytes, truth, `bit ${bit} of byte ${at}`, { verifyDigest: false }),
    );
  });

  it('is refused after every truncation and flip when it is compressed', async () => {
    const bytes = await encoded(encodings.compressed, truth);
    for (let length = 0; length < bytes.length; length++) {
      await expectCaught(bytes.subarray(0, length), truth, `a cut at ${length}`);
    }
    await flipEach(bytes, 0, bytes.length, (at, bit) =>
      expectCaught(bytes, truth, `bit ${bit} of byte ${at}`, { allowUnsealed: at % 2 === 0 }),
    );
  });

  it('is refused or read after every flip when it is JSON, and refused after every cut', async () => {
    const bytes = await encoded(encodings.json, truth);
    for (let length = 0; length < bytes.length - 1; length++) {
      await expectCaught(bytes.subarray(0, length), truth, `a cut at ${length}`, {
        allowUnsealed: true,
      });
    }
    let refused = 0;
    await flipEach(bytes, 0, bytes.length, async (at, bit) => {
      const { error, bodies } = await readAll(bytes);
      if (error === undefined && bodies.length === truth.length) return;
      refused++;
      expect(error?.reason, `bit ${bit} of byte ${at}`).to.equal('SERIALIZATION_ERROR');
    });
    expect(refused).to.be.greaterThan(bytes.length * 2);
  });

  it('of many blocks is refused after flips at and around each checksum', async () => {
    const many = Array.from({ length: 6 }, (_, i) =>
      bodyOf(`${i}`, { content: String(i).repeat(400_000) }),
    );
    const { bytes } = await sealed(many);
    const ends = StorageSnapshot.decode(bytes).checksums.map(({ start, length }) =>
      Number(start + length),
    );
    expect(ends).to.have.length(3);
    for (const end of ends.slice(0, 2)) {
      await flipEach(bytes, end - 1, end + 20, (at, bit) =>
        expectCaught(bytes, many, `bit ${bit} of byte ${at}`, { verifyDigest: false }),
      );
    }
    for (const cut of [ends[0], ends[1] + 18, ends[1] + 400_000]) {
      await expectCaught(bytes.subarray(0, cut), many, `a cut at ${cut}`);
    }
  });
});
