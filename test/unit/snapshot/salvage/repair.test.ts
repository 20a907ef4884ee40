import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Metric } from '../../../../src/gen/protovec/v1/collection.js';
import { StorageSnapshot } from '../../../../src/gen/protovec/v1/snapshot.js';
import { repairSnapshot, sealSnapshot } from '../../../../src/snapshot/salvage/repair.js';
import { nodeFileSystem } from '../../../../src/storage/file-system.js';
import { bodyOf, inDirectory, readAll, rejection } from '../support.js';
import { binary, bodies, compressed, flipped, json, snapshotOf, validate } from './support.js';

/** Repairs bytes; the new file's bytes and its bodies. */
async function repaired(bytes: Uint8Array, options: { metric?: Metric } = {}) {
  return inDirectory(async (directory) => {
    const [input, output] = [join(directory, 'in'), join(directory, 'out')];
    await writeFile(input, bytes);
    const result = await repairSnapshot(nodeFileSystem, input, output, options);
    expect(Buffer.from(bytes).equals(await readFile(input))).to.equal(true);
    const written = await readFile(output);
    const { bodies: kept, headers, error } = await readAll(written);
    expect(error).to.equal(undefined);
    return { result, written, kept, header: headers[0]! };
  });
}

const texts = (records: readonly Uint8Array[]) =>
  records.map((body) => Buffer.from(body).toString('hex'));

describe('repairing a snapshot', () => {
  it('writes the intact records, byte for byte, and the header as it was', async () => {
    const all = bodies(3000, 2048);
    const whole = await snapshotOf(all);
    const { kept, header, result, written } = await repaired(flipped(whole, 3_000_000));
    expect(kept.length).to.be.within(2400, 2600);
    expect(kept.length).to.equal(Number(result.report.recordCount));
    const originals = new Set(texts(all));
    for (const text of texts(kept)) expect(originals.has(text)).to.equal(true);
    expect(header).to.deep.include({ dimension: 3, metric: Metric.COSINE, collection: 'docs' });
    expect(header.logSequence).to.equal(42);
    expect((await validate(written)).valid).to.equal(true);
  });

  it('writes a whole file as it was, in every encoding', async () => {
    const all = bodies(10, 30);
    for (const encoding of [binary, compressed, json]) {
      const bytes = await snapshotOf(all, encoding);
      const { kept, written } = await repaired(bytes);
      expect(texts(kept)).to.deep.equal(texts(all));
      if (encoding === binary) expect(written.equals(bytes)).to.equal(true);
      expect((await validate(written)).compressed).to.equal(encoding.compressed);
    }
  });

  it('keeps the first of the records with one id in a part, and the last over parts', async () => {
    const named = (id: string, title: string) => bodyOf(id, { title });
    const first = await snapshotOf([named('a', 'a1'), named('b', 'b1'), named('a', 'a2')]);
    const second = await snapshotOf([named('b', 'b2'), named('b', 'b3')]);
    const { kept } = await repaired(Buffer.concat([first, second]));
    expect(texts(kept)).to.deep.equal(texts([named('a', 'a1'), named('b', 'b2')]));
  });

  it('leaves out parts that disagree, and then what they replaced stays', async () => {
    const one = await snapshotOf(bodies(3));
    const other = await snapshotOf(bodies(3), binary, { metric: Metric.DOT });
    const { kept } = await repaired(Buffer.concat([one, other]));
    expect(texts(kept)).to.deep.equal(texts(bodies(3)));
  });

  it('asks for the metric when the header is damaged, and takes it then', async () => {
    const broken = flipped(await snapshotOf(bodies(3000, 2048)), 8);
    const refused = await rejection(repaired(broken));
    expect(refused.reason).to.equal('SERIALIZATION_ERROR');
    expect(refused.message).to.include('metric');
    const { header, kept } = await repaired(broken, { metric: Metric.EUCLIDEAN });
    expect(header.metric).to.equal(Metric.EUCLIDEAN);
    expect(kept.length).to.be.within(2400, 2600);
    const contradicted = repaired(await snapshotOf(bodies(3)), { metric: Metric.DOT });
    expect((await rejection(contradicted)).field).to.equal('metric');
  });

  it('refuses what has nothing intact, and its own input, and leaves no file', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'file');
      await writeFile(path, Buffer.alloc(1000, 7));
      const output = join(directory, 'out');
      const refused = await rejection(repairSnapshot(nodeFileSystem, path, output));
      expect(refused.message).to.include('nothing of it is intact');
      const whole = await snapshotOf(bodies(3));
      await writeFile(path, whole);
      const same = await rejection(
        repairSnapshot(nodeFileSystem, path, join(directory, '.', 'x', '..', 'file')),
      );
      expect(same.reason).to.equal('ALREADY_EXISTS');
      expect((await readFile(path)).equals(whole)).to.equal(true);
      expect(await readdir(directory)).to.deep.equal(['file']);
    }));
});

describe('sealing a snapshot', () => {
  const seal = (bytes: Uint8Array) =>
    inDirectory(async (directory) => {
      const [input, output] = [join(directory, 'in'), join(directory, 'out')];
      await writeFile(input, bytes);
      await sealSnapshot(nodeFileSystem, input, output);
      return readFile(output);
    });

  it('adds checksums and a footer to what another program wrote', async () => {
    const whole = await snapshotOf(bodies(10));
    const message = StorageSnapshot.decode(whole);
    const unsealed = StorageSnapshot.encode({ ...message, checksums: [], footers: [] }).finish();
    expect((await validate(unsealed)).valid).to.equal(false);
    const sealed = await seal(unsealed);
    expect((await validate(sealed)).valid).to.equal(true);
    expect(texts((await readAll(sealed)).bodies)).to.deep.equal(texts(bodies(10)));
  });

  it('refuses a file with anything else wrong', async () => {
    const unsealed = StorageSnapshot.decode(await snapshotOf([bodyOf('a'), bodyOf('a')]));
    const bytes = StorageSnapshot.encode({ ...unsealed, checksums: [], footers: [] }).finish();
    const refused = await rejection(seal(bytes));
    expect(refused.message).to.include('repair it instead').and.include('id occurs before');
  });
});
