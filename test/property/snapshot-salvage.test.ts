/**
 * Validation and repair of damaged snapshots: whatever is cut, flipped or spliced, they end, tell
 * that the file is not valid, and of a file with checksums keep nothing that was not in it.
 */
import { expect } from 'chai';
import fc from 'fast-check';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import type { SnapshotReport } from '../../src/gen/protovec/v1/snapshot_report.js';
import { SnapshotWriter } from '../../src/snapshot/binary/snapshot-writer.js';
import { PartSeals } from '../../src/snapshot/salvage/salvage-seal.js';
import { openSalvage, validateSnapshot } from '../../src/snapshot/salvage/validate.js';
import { binary, bodies, compressed, json, snapshotOf } from '../unit/snapshot/salvage/support.js';
import { headerOf, sourceOf, written } from '../unit/snapshot/support.js';

/** Small blocks, so that a small file has several: each part is one block. */
async function parts(count: number): Promise<Buffer> {
  const files: Buffer[] = [];
  for (let i = 0; i < count; i++) files.push(await snapshotOf(bodies(3, 20, i * 3)));
  return Buffer.concat(files);
}

/** The bodies that are handed out, and the report. */
async function salvage(bytes: Uint8Array): Promise<{ kept: Buffer[]; report: SnapshotReport }> {
  const report = await validateSnapshot(sourceOf(bytes));
  const kept: Buffer[] = [];
  const found = (): void => {};
  const { blocks } = await openSalvage(sourceOf(bytes), new PartSeals(found), { found });
  for await (const block of blocks) {
    if (block.part.sealed !== true) continue;
    for (let i = 0; i < block.count; i++) {
      const [start, end] = [block.records[i * 2], block.records[i * 2 + 1]];
      kept.push(Buffer.from(block.bytes.subarray(start, end)));
    }
  }
  return { kept, report };
}

/** Everything kept of a damaged file must be a record of the whole one. */
async function expectOriginals(
  damaged: Uint8Array,
  originals: ReadonlySet<string>,
): Promise<SnapshotReport> {
  const { kept, report } = await salvage(damaged);
  for (const body of kept) expect(originals.has(body.toString('hex'))).to.equal(true);
  expect(report.findings.length).to.equal(Math.min(100, Number(report.findingCount)));
  return report;
}

describe('salvaging a damaged snapshot', function () {
  this.timeout(120_000);
  const originals = new Set(bodies(12, 20).map((body) => body.toString('hex')));

  for (const [name, encoding] of [
    ['binary', binary],
    ['compressed', compressed],
  ] as const) {
    it(`finds every flipped bit of a ${name} file, and keeps only what was written`, async () => {
      const bytes = await snapshotOf(bodies(6, 20), encoding);
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const damaged = Buffer.from(bytes);
        damaged[bit >>> 3]! ^= 1 << (bit & 7);
        const report = await expectOriginals(damaged, originals);
        expect(report.valid, `bit ${bit}`).to.equal(false);
      }
    });

    it(`finds every truncation of a ${name} file`, async () => {
      const bytes = await snapshotOf(bodies(6, 20), encoding);
      for (let length = 0; length < bytes.length; length++) {
        const report = await expectOriginals(bytes.subarray(0, length), originals);
        expect(report.valid, `length ${length}`).to.equal(false);
      }
    });
  }

  it('ends on every flipped byte and truncation of JSON, and truncations are found', async () => {
    const bytes = await snapshotOf(bodies(3), json);
    const end = bytes.lastIndexOf(0x7d);
    for (let at = 0; at < bytes.length; at++) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1 << (at & 7);
      await validateSnapshot(sourceOf(damaged));
      const cut = await validateSnapshot(sourceOf(bytes.subarray(0, at)));
      expect(cut.valid, `length ${at}`).to.equal(at > end);
    }
  });

  it('keeps every part but the damaged one, wherever one byte is flipped', async () => {
    const bytes = await parts(4);
    const partBytes = bytes.length / 4;
    for (let at = 0; at < bytes.length; at += 1) {
      const damaged = Buffer.from(bytes);
      damaged[at]! ^= 1 << (at % 8);
      const report = await expectOriginals(damaged, originals);
      expect(report.valid, `byte ${at} of part ${Math.floor(at / partBytes)}`).to.equal(false);
      expect(Number(report.recordCount), `byte ${at}`).to.be.at.least(9);
    }
  });

  it('keeps only what was written when anything is cut out, put in or written over', async () => {
    const bytes = await parts(4);
    const splice = fc.record({
      at: fc.nat(bytes.length),
      removed: fc.nat(120),
      added: fc.oneof(
        fc.uint8Array({ maxLength: 60 }),
        fc
          .tuple(fc.nat(bytes.length), fc.nat(200))
          .map(([from, n]) => bytes.subarray(from, from + n)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(splice, { minLength: 1, maxLength: 4 }), async (splices) => {
        let damaged: Buffer = bytes;
        for (const { at, removed, added } of splices) {
          const start = at % (damaged.length + 1);
          damaged = Buffer.concat([
            damaged.subarray(0, start),
            added,
            damaged.subarray(start + removed),
          ]);
        }
        await expectOriginals(damaged, originals);
      }),
      { numRuns: 1000 },
    );
  });

  it('ends on bytes of any kind', async () => {
    const byte = fc.constantFrom(
      0x0a,
      0x1a,
      0x52,
      0x62,
      0x5a,
      0x05,
      0x31,
      0x2e,
      0x30,
      0x10,
      0x08,
      0,
      255,
    );
    await fc.assert(
      fc.asyncProperty(fc.array(byte, { maxLength: 300 }), async (bytes) => {
        const { valid } = await validateSnapshot(sourceOf(Buffer.from(bytes)));
        expect(valid).to.equal(false);
      }),
      { numRuns: 1000 },
    );
  });

  it('keeps exactly the blocks whose checksums hold, of a part of many', async () => {
    const content = 'x'.repeat(400_000);
    const records = Array.from({ length: 12 }, (_, i) =>
      Buffer.from(
        VectorRecord.encode(
          VectorRecord.fromPartial({ id: `r${i}`, content, embedding: [1, 2, 3] }),
        ).finish(),
      ),
    );
    const { bytes } = await written(async (file) => {
      const writer = new SnapshotWriter(file, headerOf());
      for (const body of records) await writer.record(body, 0, body.length);
      await writer.finish();
    });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const damaged = Buffer.from(bytes);
        damaged[at]! ^= 1 << bit;
        const report = await validateSnapshot(sourceOf(damaged));
        expect(report.valid).to.equal(false);
        // A block holds two of them; a flipped checksum costs the one before it.
        expect(Number(report.recordCount)).to.be.within(8, 12);
      }),
      { numRuns: 60 },
    );
  });
});
