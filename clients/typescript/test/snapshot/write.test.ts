/** Writing snapshot files: the same bytes as a server writes, whole or not at all. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import fc from 'fast-check';
import { header, records } from '../../../../test/golden/content.js';
import { StorageSnapshot, VectorRecord } from '../../src/raw.js';
import {
  openSnapshot,
  type SnapshotRecord,
  type WriteOptions,
  writeSnapshot,
} from '../../src/snapshot/index.js';
import { comparable, golden, goldenPath, inDirectory, readAll, sized } from './support.js';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));

const goldenOptions: WriteOptions = {
  dimension: header.dimension,
  metric: 'euclidean',
  collection: header.collection,
  embeddingModel: header.embeddingModel,
  createdAt: header.createdAt,
  logSequence: header.logSequence,
  indexConfig: {
    kind: 'hnsw',
    connectivity: 24,
    expansionAdd: 160,
    efSearch: 128,
    quantization: 'bf16',
  },
};

const bodies = (list: readonly VectorRecord[]) =>
  list.map((record) => VectorRecord.encode(record).finish());

describe('writing snapshot files', () => {
  it('writes the golden file byte for byte', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'golden.pb');
      const written = await writeSnapshot(path, bodies(records), goldenOptions);
      expect(readFileSync(path).equals(golden('snapshot-v1.pb'))).to.equal(true);
      expect(written).to.deep.equal({
        recordCount: 10,
        sizeBytes: golden('snapshot-v1.pb').length,
        sha256: createHash('sha256').update(golden('snapshot-v1.pb')).digest(),
      });
      expect(readdirSync(directory)).to.deep.equal(['golden.pb']);
    }));

  it('writes the compressed golden file, whose deflated bytes depend on the version of zlib', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'golden.pb');
      const written = await writeSnapshot(pathToFileURL(path), bodies(records), {
        ...goldenOptions,
        compress: true,
      });
      const [mine, theirs] = [readFileSync(path), golden('snapshot-v1.compressed.pb')];
      expect(written.sizeBytes).to.equal(mine.length);
      const strip = (bytes: Uint8Array) => {
        const message = StorageSnapshot.decode(bytes);
        const fragments = message.fragments.map(({ codec, recordCount, inflatedSize }) => ({
          codec,
          recordCount,
          inflatedSize,
        }));
        return { ...message, fragments, checksums: message.checksums.length, footers: [] };
      };
      expect(strip(mine)).to.deep.equal(strip(theirs));
      const [a, b] = [await readAll(mine), await readAll(theirs)];
      expect(a.error).to.equal(undefined);
      expect(a.records.map(comparable)).to.deep.equal(b.records.map(comparable));
    }));

  it('copies a file byte for byte, and a part of one as it is', () =>
    inDirectory(async (directory) => {
      const source = await openSnapshot(goldenPath('snapshot-v1.compressed.pb'));
      const path = join(directory, 'copy.pb');
      await writeSnapshot(path, source.encoded(), goldenOptions);
      expect(readFileSync(path).equals(golden('snapshot-v1.pb'))).to.equal(true);
    }));

  it('keeps records that were read, times and revisions included', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'kept.pb');
      const before = (await readAll(golden('snapshot-v1.pb'))).records.filter(({ revision = 0 }) =>
        Number.isSafeInteger(revision),
      );
      const options = { ...goldenOptions, createdAt: new Date(0) };
      await writeSnapshot(path, before, options);
      const file = await openSnapshot(path);
      const after: SnapshotRecord[] = [];
      for await (const record of file) after.push(record);
      expect(after.map(comparable)).to.deep.equal(before.map(comparable));
      expect(file.header.createdAt?.getTime()).to.equal(0);
      expect(before.filter(({ revision }) => revision)).to.have.length(8);
    }));

  it('writes defaults that say so', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'none.pb');
      const begin = Date.now();
      expect(await writeSnapshot(path, [], { dimension: 3 })).to.include({ recordCount: 0 });
      const file = await openSnapshot(path);
      expect(file.header).to.deep.include({
        dimension: 3,
        metric: 'cosine',
        collection: '',
        embeddingModel: '',
        logSequence: 0,
      });
      expect(file.header).not.to.have.property('indexConfig');
      expect(file.header.createdAt?.getTime()).to.be.within(begin, Date.now());
      expect(await file.summary()).to.deep.equal({ recordCount: 0, parts: 1, sealed: true });
    }));

  for (const compress of [false, true]) {
    const how = compress ? 'compressed' : 'plain';
    it(`writes blocks of a MiB and records larger than one, ${how}`, () =>
      inDirectory(async (directory) => {
        const path = join(directory, 'large.pb');
        const large = [...sized(900, 4_000), ...sized(1, 2_900_000), ...sized(900, 4_000)];
        large.forEach((record, index) => {
          record.id = `r${index}`;
        });
        const { recordCount } = await writeSnapshot(path, large, { dimension: 3, compress });
        expect(recordCount).to.equal(1801);
        const file = await openSnapshot(path);
        let index = 0;
        for await (const { id, content, embedding } of file) {
          const { id: wanted, content: text, embedding: values } = large[index++];
          expect(id).to.equal(wanted);
          expect(content === text, id).to.equal(true);
          expect([...embedding]).to.deep.equal(values);
        }
        expect(await file.summary()).to.deep.equal({ recordCount, parts: 1, sealed: true });
        const { checksums, fragments, footers } = StorageSnapshot.decode(readFileSync(path));
        expect(footers).to.have.length(1);
        if (compress) expect(fragments.length).to.be.within(8, 12);
        else expect(checksums.length).to.be.within(8, 12);
      }));
  }

  it(`writes what it reads (seed ${seed})`, () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'any.pb');
      const text = fc.string({ unit: 'binary', maxLength: 60 });
      const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
      const value = fc.oneof(
        text,
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.boolean(),
        fc.array(text, { maxLength: 3 }),
      );
      const record = fc.record(
        {
          id: fc.string({ minLength: 1, maxLength: 60 }),
          content: text,
          title: text,
          filePath: text,
          extension: text,
          embedding: fc.float32Array({
            minLength: 4,
            maxLength: 4,
            noNaN: true,
            min: -1000,
            max: 1000,
          }),
          metadata: fc.dictionary(key, value, { maxKeys: 5 }),
          createTime: fc.date({ noInvalidDate: true, min: new Date(-1e13), max: new Date(1e13) }),
          revision: fc.nat(),
        },
        { requiredKeys: ['id', 'embedding'] },
      );
      const options = fc.record({
        dimension: fc.constant(4),
        metric: fc.constantFrom('dot' as const, 'euclidean' as const),
        compress: fc.boolean(),
      });
      const property = fc.asyncProperty(
        fc.array(record, { maxLength: 8 }),
        options,
        async (list, how) => {
          await writeSnapshot(path, list, how);
          const { records, error } = await readAll(readFileSync(path));
          expect(error).to.equal(undefined);
          const wanted = list.map((one): SnapshotRecord => {
            const { revision, ...rest } = one;
            const kept = revision !== undefined && revision > 0 && { revision };
            return { content: '', title: '', metadata: {}, ...rest, ...kept };
          });
          expect(records.map(comparable)).to.deep.equal(wanted.map(comparable));
        },
      );
      await fc.assert(property, { numRuns: 200, seed });
    })).timeout(60_000);

  it('makes ids for records without one', () =>
    inDirectory(async (directory) => {
      const path = join(directory, 'ids.pb');
      await writeSnapshot(path, [{ embedding: [1] }, { id: '', embedding: [2] }], { dimension: 1 });
      const { records } = await readAll(readFileSync(path));
      const ids = new Set(records.map(({ id }) => id));
      expect(ids.size).to.equal(2);
      for (const id of ids) expect(id).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    }));

  it('takes records no faster than it writes them', () =>
    inDirectory(async (directory) => {
      let given = 0;
      async function* source() {
        for (const record of sized(3000, 4_000)) {
          if (given > 0 && given % 1000 === 0) {
            const [temporary] = readdirSync(directory);
            const written = statSync(join(directory, temporary)).size;
            expect(written).to.be.above(given * 3_900 - 2 * 1024 * 1024);
          }
          given += 1;
          yield record;
        }
      }
      await writeSnapshot(join(directory, 'all.pb'), source(), { dimension: 3 });
      expect(given).to.equal(3000);
    }));
});
