import { expect } from 'chai';
import { inspectSnapshot } from '../../../../src/snapshot/salvage/inspect-snapshot.js';
import { sourceOf } from '../support.js';
import { binary, bodies, compressed, flipped, json, snapshotOf } from './support.js';

describe('inspecting a snapshot', () => {
  it('tells the parts of a file, their headers and what seals them', async () => {
    const plain = await snapshotOf(bodies(3000, 1024));
    const packed = await snapshotOf(bodies(10), compressed, { collection: 'more' });
    const { parts, problem, sizeBytes } = await inspectSnapshot(
      sourceOf(Buffer.concat([plain, packed])),
    );
    expect(problem).to.equal(undefined);
    expect(sizeBytes).to.equal(plain.length + packed.length);
    expect(parts.map(({ offset, length }) => [offset, length])).to.deep.equal([
      [0, plain.length],
      [plain.length, packed.length],
    ]);
    expect(parts.map(({ records, fragments }) => [records, fragments])).to.deep.equal([
      [3000, 0],
      [10, 1],
    ]);
    expect(parts.map(({ footer }) => footer?.recordCount)).to.deep.equal([3000, 10]);
    expect(parts[0]!.checksums).to.be.greaterThan(2);
    expect(parts.map(({ header }) => header?.collection)).to.deep.equal(['docs', 'more']);
  });

  it('counts the records of JSON', async () => {
    const { parts, problem } = await inspectSnapshot(sourceOf(await snapshotOf(bodies(10), json)));
    expect(problem).to.equal(undefined);
    expect(parts[0]).to.include({ records: 10 });
    expect(parts[0]!.footer?.recordCount).to.equal(10);
  });

  it('does not look at what checksums cover', async () => {
    const bytes = await snapshotOf(bodies(10, 100));
    const { problem, parts } = await inspectSnapshot(sourceOf(flipped(bytes, 150)));
    expect(problem).to.equal(undefined);
    expect(parts[0]!.records).to.equal(10);
  });

  it('ends on every truncation and flipped byte, and says where it had to stop', async () => {
    for (const encoding of [binary, compressed]) {
      const bytes = await snapshotOf(bodies(5), encoding);
      for (let at = 0; at < bytes.length; at++) {
        await inspectSnapshot(sourceOf(flipped(bytes, at, 1 << (at % 8))));
        const { problem, parts } = await inspectSnapshot(sourceOf(bytes.subarray(0, at)));
        if (problem !== undefined) expect(problem.offset).to.be.at.most(at);
        expect(parts.every(({ footer }) => footer === undefined)).to.equal(true);
      }
    }
  });
});
