import { expect } from 'chai';
import { IngestLoads, type KnownLoad } from '../../../src/collection/state/ingest-loads.js';
import type { IngestMark } from '../../../src/gen/protovec/storage/v1/log.js';
import { limits } from '../../../src/limits.js';

const START = 1_800_000_000;
const DAY = 24 * 60 * 60;

const mark = (key: string, number: number, fields: Partial<IngestMark> = {}): IngestMark => ({
  key,
  number: BigInt(number),
  recordCount: 10,
  failedCount: 0,
  complete: true,
  ...fields,
});
const at = (seconds: number) => ({ seconds: START + seconds, nanos: 0 });
const ten = { created: 10, updated: 0 };

describe('the loads that a collection knows', () => {
  let loads: IngestLoads;
  beforeEach(() => {
    loads = new IngestLoads();
  });
  const find = (key: string, seconds = 0): KnownLoad | undefined =>
    loads.find(key, (START + seconds) * 1000);

  it('are counted batch by batch', () => {
    loads.apply(mark('a', 1), ten, at(0));
    loads.apply(mark('a', 2, { failedCount: 3 }), { created: 2, updated: 5 }, at(1));
    expect(find('a')).to.deep.equal({
      number: 2,
      created: 12,
      updated: 5,
      failed: 3,
      nextRecords: 0,
      nextFailed: 0,
      ...at(1),
    });
    expect(find('b')).to.equal(undefined);
  });

  it('are between two numbers while a batch takes several entries', () => {
    loads.apply(mark('a', 1), ten, at(0));
    const part = { recordCount: 4, failedCount: 1, complete: false };
    loads.apply(mark('a', 2, part), { created: 3, updated: 0 }, at(1));
    expect(find('a')).to.include({ number: 1, created: 13, failed: 1, nextRecords: 4 });
    const rest = { recordCount: 9, failedCount: 3 };
    loads.apply(mark('a', 2, rest), { created: 0, updated: 3 }, at(2));
    expect(find('a')).to.include({ number: 2, created: 13, updated: 3, failed: 3 });
    expect(find('a')).to.include({ nextRecords: 0, nextFailed: 0 });
  });

  it('begin anew where a position does not follow', () => {
    loads.apply(mark('a', 7), ten, at(0));
    expect(find('a')).to.include({ number: 7, created: 10 });
    loads.apply(mark('a', 1), ten, at(1));
    expect(find('a')).to.include({ number: 1, created: 10 });
    loads.apply(mark('a', 2, { recordCount: 8, complete: false }), ten, at(2));
    loads.apply(mark('a', 2, { recordCount: 5, complete: false }), ten, at(3));
    expect(find('a')).to.include({ number: 1, created: 10, nextRecords: 5 });
  });

  it('are forgotten a day after their last batch', () => {
    loads.apply(mark('a', 1), ten, at(0));
    loads.apply(mark('b', 1), ten, at(10));
    expect(find('a', DAY)).to.include({ number: 1 });
    expect(find('a', DAY + 1)).to.equal(undefined);
    loads.apply(mark('b', 2), ten, at(DAY + 5));
    expect([loads.size, find('b', 2 * DAY)?.number]).to.deep.equal([1, 2]);
    // A load whose stream slept for longer goes on: nobody else has its numbers.
    loads.apply(mark('b', 3), ten, at(3 * DAY));
    expect(find('b', 3 * DAY)).to.include({ number: 3, created: 30 });
  });

  it('are so many at most, the oldest ones going first', () => {
    for (let i = 0; i < limits.ingestKeysMax; i += 1) loads.apply(mark(`k${i}`, 1), ten, at(i / 8));
    loads.apply(mark('k0', 2), ten, at(2_000));
    loads.apply(mark('new', 1), ten, at(2_000));
    expect(loads.size).to.equal(limits.ingestKeysMax);
    expect([find('k0')?.number, find('k1')]).to.deep.equal([2, undefined]);
    expect(find('k2')?.number).to.equal(1);
  });

  it('are the same after they were in a manifest, in the same order', () => {
    loads.apply(mark('a', 1), ten, at(0));
    loads.apply(mark('b', 5, { recordCount: 6, failedCount: 2, complete: false }), ten, at(1));
    loads.apply(mark('a', 2), ten, { seconds: START + 2, nanos: 5 });
    const copy = new IngestLoads();
    copy.take(loads.toManifest());
    expect(copy.toManifest()).to.deep.equal(loads.toManifest());
    expect(copy.toManifest().map(({ key }) => key)).to.deep.equal(['b', 'a']);
    for (const key of ['a', 'b']) {
      expect(copy.find(key, START * 1000)).to.deep.equal(find(key));
    }
  });
});
