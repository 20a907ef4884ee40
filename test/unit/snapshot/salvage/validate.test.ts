import { expect } from 'chai';
import { Metric } from '../../../../src/gen/protovec/v1/collection.js';
import { SnapshotFormat } from '../../../../src/gen/protovec/v1/persistence.js';
import { StorageSnapshot } from '../../../../src/gen/protovec/v1/snapshot.js';
import { bodyOf, headerOf } from '../support.js';
import {
  binary,
  bodies,
  compressed,
  flipped,
  json,
  kindsOf,
  snapshotOf,
  validate,
} from './support.js';

const KiB = 1024;

/** What a program without a writer of ours makes: the same message, without checksums and footer. */
function unsealedOf(bytes: Uint8Array, change: Partial<StorageSnapshot> = {}): Buffer {
  const message = StorageSnapshot.decode(bytes);
  const cleared = { ...message, checksums: [], footers: [], ...change };
  return Buffer.from(StorageSnapshot.encode(cleared).finish());
}

describe('validating a snapshot', () => {
  it('finds nothing in whole files of every encoding, and says what they hold', async () => {
    for (const encoding of [binary, compressed, json]) {
      const report = await validate(await snapshotOf(bodies(10), encoding));
      expect(report).to.deep.include({
        valid: true,
        format: encoding.format,
        compressed: encoding.compressed,
        sealed: encoding.format === SnapshotFormat.BINARY,
        version: '1.0.0',
        partCount: 1,
        recordCount: 10n,
        dimension: 3,
        metric: Metric.COSINE,
        embeddingModel: 'model-a',
        collection: 'docs',
        logSequence: 42n,
        findingCount: 0n,
      });
      expect(report.createdAt).to.include(headerOf().createdAt);
    }
  });

  it('calls an empty snapshot valid and empty, and an empty file truncated', async () => {
    for (const encoding of [binary, compressed, json]) {
      const report = await validate(await snapshotOf([], encoding));
      expect([report.valid, ...kindsOf(report)]).to.deep.equal([true, 'EMPTY']);
    }
    const nothing = await validate(Buffer.alloc(0));
    expect([nothing.valid, nothing.format, ...kindsOf(nothing)]).to.deep.equal([
      false,
      SnapshotFormat.UNSPECIFIED,
      'TRUNCATED',
    ]);
  });

  it('tells of every record that breaks a rule, with its id and its offset', async () => {
    const bytes = await snapshotOf([
      bodyOf('good'),
      bodyOf('short', { embedding: [1] }),
      bodyOf('nan', { embedding: [1, Number.NaN, 1] }),
      bodyOf('zero', { embedding: [0, 0, 0] }),
      bodyOf(''),
      bodyOf('good'),
    ]);
    const report = await validate(bytes);
    expect(report.valid).to.equal(false);
    expect(report.recordCount).to.equal(1n);
    expect(report.findings.map(({ recordId }) => recordId)).to.deep.equal([
      'short',
      'nan',
      'zero',
      '',
      'good',
    ]);
    expect(kindsOf(report)).to.deep.equal([
      'WRONG_DIMENSION',
      'INVALID_EMBEDDING',
      'INVALID_EMBEDDING',
      'INVALID_RECORD',
      'DUPLICATE_ID',
    ]);
    const at = Number(report.findings[1]!.offset);
    expect(bytes.indexOf('nan')).to.equal(at + 2);
  });

  it('lets a later part replace records, and refuses parts that disagree', async () => {
    const one = await snapshotOf(bodies(10));
    const both = await validate(Buffer.concat([one, one]));
    expect(both).to.include({ valid: true, partCount: 2, recordCount: 20n });
    const other = await snapshotOf(bodies(5), binary, { metric: Metric.DOT });
    const report = await validate(Buffer.concat([one, other, one]));
    expect(report).to.include({ valid: false, partCount: 3, recordCount: 20n });
    expect(kindsOf(report)).to.deep.equal(['INCONSISTENT_PARTS']);
    expect(report.findings[0]!.offset).to.equal(BigInt(one.length));
  });

  it('lists a hundred findings and counts the others', async () => {
    const wrong = Array.from({ length: 150 }, (_, i) => bodyOf(`r${i}`, { embedding: [1] }));
    for (const encoding of [binary, json]) {
      const report = await validate(await snapshotOf(wrong, encoding));
      expect(report.findings.length).to.equal(100);
      expect(report).to.include({ findingCount: 150n, recordCount: 0n, valid: false });
    }
  });

  it('counts unsealed files as valid only where they are allowed', async () => {
    const bytes = unsealedOf(await snapshotOf(bodies(10)));
    const refused = await validate(bytes);
    expect(refused).to.include({ valid: false, sealed: false, recordCount: 10n });
    expect(kindsOf(refused)).to.deep.equal(['UNSEALED']);
    const allowed = await validate(bytes, { allowUnsealed: true });
    expect(allowed).to.include({ valid: true, recordCount: 10n, collection: 'docs' });
    const text = (await snapshotOf(bodies(10), json)).toString();
    const unsealed = Buffer.from(text.replace(/,\s*"footers": \[[^\]]*\]/, ''));
    expect(kindsOf(await validate(unsealed))).to.deep.equal(['UNSEALED']);
    expect((await validate(unsealed, { allowUnsealed: true })).valid).to.equal(true);
  });

  it('says of a file that was encoded again that its checksums have moved', async () => {
    const sealed = await snapshotOf(bodies(10));
    const again = Buffer.from(StorageSnapshot.encode(StorageSnapshot.decode(sealed)).finish());
    // With one block nothing moves but the fields after the records.
    const report = await validate(again, { allowUnsealed: true });
    expect(report.valid).to.equal(false);
    expect(report.recordCount).to.equal(0n);
    expect(kindsOf(report)).to.include('CHECKSUM');
    expect(report.findings[0]!.message).to.include('clear `checksums` and `footers`');
  });

  it('refuses a newer major version without guessing at the rest', async () => {
    const newer = unsealedOf(await snapshotOf(bodies(10)), { version: '2.0.0' });
    const report = await validate(newer, { allowUnsealed: true });
    expect(kindsOf(report)).to.deep.equal(['NEWER_VERSION']);
    const text = (await snapshotOf(bodies(10), json)).toString().replace('1.0.0', '2.0.0');
    expect(kindsOf(await validate(Buffer.from(text)))).to.deep.equal(['NEWER_VERSION']);
  });

  it('tells its progress and ends when it is told to', async () => {
    const bytes = await snapshotOf(bodies(3000, KiB));
    const told: number[] = [];
    await validate(bytes, { onProgress: (done) => told.push(done) });
    expect(told.at(-1)).to.equal(bytes.length);
    const controller = new AbortController();
    controller.abort(new Error('enough'));
    let failure: unknown;
    await validate(bytes, { signal: controller.signal }).catch((error) => {
      failure = error;
    });
    expect(failure).to.equal(controller.signal.reason);
  });
});

describe('validating a damaged snapshot', () => {
  let big: Buffer;
  /** Ends of the blocks: where each checksum starts. */
  let blocks: number[];

  before(async () => {
    big = await snapshotOf(bodies(3000, 2 * KiB));
    blocks = [];
    for (let at = 0; at < big.length; at += 1000) {
      const { findings } = await validate(flipped(big.subarray(0, big.length), at)).catch(() => ({
        findings: [],
      }));
      if (findings.length === 0) break;
      const { message, offset } = findings[0]!;
      const length = /the (\d+) bytes from here/.exec(message)?.[1];
      if (length === undefined) continue;
      blocks.push(Number(offset));
      at = Number(offset) + Number(length);
    }
  });

  it('loses one block to a flipped byte and keeps the others', async () => {
    expect(blocks.length).to.be.greaterThan(3);
    const report = await validate(flipped(big, blocks[2]! + 500_000));
    expect(kindsOf(report)).to.deep.equal(['CHECKSUM']);
    expect(report.findings[0]!.offset).to.equal(BigInt(blocks[2]!));
    expect(Number(report.recordCount)).to.be.within(2400, 2600);
    expect(report.metric).to.equal(Metric.COSINE);
  });

  it('finds the blocks behind damage that hides where fields end', async () => {
    const record = big.indexOf(Buffer.from('\n\x05r1500'));
    const report = await validate(flipped(big, record - 1, 0x40));
    expect(report.findings.length).to.be.at.least(1);
    expect(Number(report.recordCount)).to.be.within(2400, 2600);
    const zeros = Buffer.from(big);
    zeros.fill(0, 2_500_000, 2_600_000);
    const zeroed = await validate(zeros);
    expect(Number(zeroed.recordCount)).to.be.within(2400, 2600);
  });

  it('counts what a truncated file still has', async () => {
    const report = await validate(big.subarray(0, 3_500_000));
    expect(kindsOf(report)).to.deep.equal(['TRUNCATED']);
    expect(Number(report.recordCount)).to.be.within(1400, 1700);
  });

  it('takes the dimension from the records when the header is damaged, and not the metric', async () => {
    for (const at of [0, 3, 8]) {
      const report = await validate(flipped(big, at));
      expect(report).to.include({ valid: false, sealed: true, dimension: 3, metric: 0 });
      expect(Number(report.recordCount)).to.be.within(2400, 2600);
      expect(report.findings.map(({ message }) => message).join()).to.include('metric');
    }
  });

  it('reads the part after one that was cut, with and without its first block', async () => {
    const small = await snapshotOf(bodies(10));
    const cut = big.subarray(0, 3_500_000);
    const alone = await validate(cut);
    const both = await validate(Buffer.concat([cut, small]));
    expect(both.partCount).to.equal(2);
    expect(both.recordCount).to.equal(alone.recordCount + 10n);
    const headless = await validate(Buffer.concat([cut, flipped(big, 200_000)]));
    expect(Number(headless.recordCount - alone.recordCount)).to.be.within(2400, 2600);
  });

  it('keeps the records of JSON before the damage, with the offset in the text', async () => {
    const text = await snapshotOf(bodies(100), json);
    const at = text.indexOf('"r50"');
    const broken = Buffer.from(text);
    broken[at - 2] = 0x3b;
    const report = await validate(broken);
    expect(kindsOf(report)).to.deep.equal(['MALFORMED']);
    expect(report.recordCount).to.equal(50n);
    expect(Math.abs(Number(report.findings[0]!.offset) - at)).to.be.lessThan(300);
    const cut = await validate(text.subarray(0, at));
    expect(kindsOf(cut)).to.deep.equal(['TRUNCATED']);
    expect(cut.recordCount).to.equal(50n);
    expect(cut.findings[0]!.offset).to.equal(BigInt(at));
  });

  it('counts what the footer of JSON does not', async () => {
    const text = (await snapshotOf(bodies(10), json)).toString();
    const report = await validate(
      Buffer.from(text.replace('"recordCount": "10"', '"recordCount": "11"')),
    );
    expect(kindsOf(report)).to.deep.equal(['CHECKSUM']);
    expect(report.recordCount).to.equal(10n);
  });
});
