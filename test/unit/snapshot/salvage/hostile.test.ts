/** Files that were made to cost time, memory or belief. */
import { expect } from 'chai';
import { Checksum } from '../../../../src/gen/protovec/v1/snapshot.js';
import { crc32 } from '../../../../src/storage/checksum.js';
import { bytesField, join } from '../../../support/records.js';
import { bodyOf } from '../support.js';
import { bodies, snapshotOf, validate } from './support.js';

const MiB = 1024 * 1024;

/** A checksum that says it covers the `length` bytes before `at`, which is its place in the part. */
function checksumAt(at: number, length: number, crc = 1): Buffer {
  const fields = { start: BigInt(at - length), length: BigInt(length), records: 1n, crc };
  return Buffer.from(bytesField(10, Checksum.encode(fields).finish()));
}

/** Bytes that a validation reads for the file it is given. */
async function bytesRead(file: Buffer): Promise<{ read: number; records: bigint }> {
  const { validateSnapshot } = await import('../../../../src/snapshot/salvage/validate.js');
  let read = 0;
  const report = await validateSnapshot({
    size: async () => file.length,
    async read(target, position) {
      const piece = file.subarray(position, position + target.length);
      target.set(piece);
      read += piece.length;
      return piece.length;
    },
  });
  return { read, records: report.recordCount };
}

describe('validating a hostile file', function () {
  this.timeout(60_000);

  it('reads a file that is all checksum tags a few times at most', async () => {
    const { read, records } = await bytesRead(Buffer.alloc(8 * MiB, 0x52));
    expect(records).to.equal(0n);
    expect(read).to.be.lessThan(4 * 8 * MiB);
  });

  it('does not verify false checksums over megabytes each', async () => {
    const size = 3 * MiB;
    const pieces: Buffer[] = [Buffer.alloc(100, 0xff)];
    let at = 100;
    while (at < size) {
      const fake = checksumAt(at, Math.min(at - 1, 2 * MiB));
      pieces.push(fake);
      at += fake.length;
    }
    const { read } = await bytesRead(Buffer.concat(pieces));
    // Verifying each of them would read more than a hundred gigabytes.
    expect(read).to.be.lessThan(400 * MiB);
  });

  it('does not walk again and again over fields that lead nowhere', async () => {
    const whole = await snapshotOf(bodies(3));
    const pieces: Buffer[] = [whole.subarray(0, 10)];
    let at = 10;
    for (let i = 0; i < 50_000; i++) {
      const inner = Buffer.from(bytesField(3, bodyOf('x')));
      const seal = checksumAt(at + 2 + inner.length, inner.length, crc32(inner));
      const outer = Buffer.from(bytesField(13, join(inner, seal)));
      pieces.push(outer);
      at += outer.length;
    }
    pieces.push(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
    const file = Buffer.concat(pieces);
    const { read } = await bytesRead(file);
    expect(read).to.be.lessThan(64 * file.length + 400 * MiB);
  });

  it('is not fooled by the starts of a million parts', async () => {
    const version = Buffer.from('\n\x051.0.0\x10\x03\x1a\xff\xff\x03', 'latin1');
    const { read, records } = await bytesRead(
      Buffer.concat([Buffer.from('?'), ...Array.from({ length: 300_000 }, () => version)]),
    );
    expect(records).to.equal(0n);
    expect(read).to.be.lessThan(400 * MiB);
  });

  it('answers other work while it counts a million bad records', async () => {
    const empty = Buffer.from([0x1a, 0x00]);
    const head = (await snapshotOf([])).subarray(0, 9);
    const file = Buffer.concat([head, ...Array.from({ length: 500_000 }, () => empty)]);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 1);
    const report = await validate(file, { allowUnsealed: true });
    clearInterval(timer);
    expect(report.recordCount).to.equal(0n);
    expect(report.findingCount).to.equal(500_001n);
    expect(turns).to.be.greaterThan(3);
  });
});
