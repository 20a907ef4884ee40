/** Reading whole snapshot files: every golden one, from every kind of source. */
import { createReadStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { header, moreRecords, records } from '../../../../test/golden/content.js';
import type { VectorRecord } from '../../src/raw.js';
import { openSnapshot, type SnapshotRecord } from '../../src/snapshot/index.js';
import {
  chunksOf,
  comparable,
  fromProto,
  golden,
  goldenPath,
  inDirectory,
  readAll,
  rejection,
  sealedFiles,
} from './support.js';

const wantedOf = (list: readonly VectorRecord[]) =>
  list.map((record) => comparable(fromProto(record)));

const files = [
  { name: 'snapshot-v1.pb', parts: 1, sealed: true, wanted: records },
  { name: 'snapshot-v1.compressed.pb', parts: 1, sealed: true, wanted: records },
  { name: 'snapshot-v1.unsealed.pb', parts: 1, sealed: false, wanted: records },
  {
    name: 'snapshot-v1.two-parts.pb',
    parts: 2,
    sealed: true,
    wanted: [...records, ...moreRecords],
  },
];

describe('reading snapshot files', () => {
  for (const { name, parts, sealed, wanted } of files) {
    it(`reads ${name}, every field of it`, async () => {
      const file = await openSnapshot(goldenPath(name), { allowUnsealed: !sealed });
      const { version, dimension, metric, collection, createdAt, logSequence } = file.header;
      expect({ version, dimension, metric, collection, logSequence }).to.deep.equal({
        version: '1.0.0',
        dimension: header.dimension,
        metric: 'euclidean',
        collection: header.collection,
        logSequence: header.logSequence,
      });
      expect(createdAt?.toISOString()).to.equal('2026-09-21T14:13:20.123Z');
      expect(file.header.embeddingModel).to.equal(header.embeddingModel);
      expect(file.header.indexConfig).to.deep.equal({
        kind: 'hnsw',
        connectivity: 24,
        expansionAdd: 160,
        efSearch: 128,
        quantization: 'bf16',
      });
      const read: SnapshotRecord[] = [];
      for await (const record of file) read.push(record);
      expect(read.map(comparable)).to.deep.equal(wantedOf(wanted));
      expect(await file.summary()).to.deep.equal({ recordCount: wanted.length, parts, sealed });
      expect(file.recordCount).to.equal(wanted.length);
    });
  }

  it('reads the same from chunks of every length', async () => {
    for (const name of sealedFiles) {
      const whole = await readAll(golden(name));
      for (const length of [1, 2, 3, 7, 64, 1000]) {
        const { records, error } = await readAll(golden(name), {}, length);
        expect(error).to.equal(undefined);
        expect(records.map(comparable)).to.deep.equal(whole.records.map(comparable));
      }
    }
  });

  it('reads from a URL and from a stream', async () => {
    const path = goldenPath('snapshot-v1.pb');
    for (const source of [pathToFileURL(path), createReadStream(path)]) {
      const file = await openSnapshot(source);
      expect(await file.summary()).to.deep.include({ recordCount: 10, sealed: true });
    }
  });

  it('tells the header of the part that is being read', async () => {
    const file = await openSnapshot(goldenPath('snapshot-v1.two-parts.pb'));
    const models = [];
    for await (const _ of file) models.push(`${file.parts} ${file.header.embeddingModel}`);
    expect(models.slice(0, 10)).to.deep.equal(Array(10).fill(`1 ${header.embeddingModel}`));
    expect(models.slice(10)).to.deep.equal(['2 ', '2 ']);
  });

  it('gives the encoded records as they stand in the file', async () => {
    const { VectorRecord } = await import('../../src/raw.js');
    for (const name of sealedFiles.slice(0, 2)) {
      const file = await openSnapshot(goldenPath(name));
      const bodies = [];
      for await (const body of file.encoded()) bodies.push(VectorRecord.decode(body));
      expect(bodies.map(fromProto).map(comparable)).to.deep.equal(wantedOf(records));
      expect(bodies[1].revision).to.equal(2n ** 64n - 1n);
    }
  });

  it('keeps what it gave when it reads on', async () => {
    // Of many parts, so that the memory of the first ones is used again, and for other bytes.
    const name = (i: number) => (i % 7 < 3 ? 'snapshot-v1.pb' : 'snapshot-v1.two-parts.pb');
    const many = Buffer.concat(Array.from({ length: 100 }, (_, i) => golden(name(i))));
    const file = await openSnapshot(chunksOf(many, 100));
    const bodies = [];
    for await (const body of file.encoded()) bodies.push(Buffer.from(body).toString('hex'), body);
    for (let i = 0; i < bodies.length; i += 2) {
      expect(Buffer.from(bodies[i + 1] as Uint8Array).toString('hex')).to.equal(bodies[i]);
    }
  });

  it('reads no further than it must', async () => {
    const one = golden('snapshot-v1.pb');
    let given = 0;
    async function* endless() {
      for (; given < 1000; given++) yield one;
    }
    const file = await openSnapshot(endless());
    let read = 0;
    for await (const _ of file) {
      read += 1;
      // Of the part that follows, the version tells that the one before has ended.
      expect(given * 10).to.be.at.most(read + 20);
      if (read === 500) break;
    }
    expect(given).to.be.at.most(52);
    expect(await rejection(file.summary())).to.include({ codeName: 'CANCELLED' });
  });

  it('is iterated once, and closes its source when the loop is left', async () => {
    let closed = 0;
    async function* source() {
      try {
        yield* chunksOf(golden('snapshot-v1.pb'), 10);
      } finally {
        closed += 1;
      }
    }
    const file = await openSnapshot(source());
    for await (const { id } of file) if (id === 'record 0') break;
    expect(closed).to.equal(1);
    const again = await rejection(file[Symbol.asyncIterator]().next());
    expect(again).to.include({ codeName: 'FAILED_PRECONDITION' });
    {
      await using other = await openSnapshot(source());
      expect(other.header.dimension).to.equal(5);
    }
    expect(closed).to.equal(2);
  });

  it('fails in the middle when it is closed there, and says no damage', async () => {
    const file = await openSnapshot(
      chunksOf(Buffer.concat([golden('snapshot-v1.pb'), golden('snapshot-v1.pb')]), 3000),
    );
    const reading = (async () => {
      for await (const { id } of file) if (id === 'record 0') await file.close();
    })();
    expect(await rejection(reading)).to.include({ codeName: 'CANCELLED' });
  });

  it('throws what the source throws, and the errors of the system, as they are', async () => {
    const gone = new Error('the disk is gone');
    async function* source(length: number) {
      yield golden('snapshot-v1.two-parts.pb').subarray(0, length);
      throw gone;
    }
    const caught = async (run: Promise<unknown>) =>
      run.then(
        () => expect.fail('it did not fail'),
        (error: unknown) => error,
      );
    expect(await caught(openSnapshot(source(100)))).to.equal(gone);
    const file = await openSnapshot(source(3000));
    expect(await caught(file.summary())).to.equal(gone);
    expect(await caught(file.summary())).to.equal(gone);
    await inDirectory(async (directory) => {
      const missing = await caught(openSnapshot(join(directory, 'none.pb')));
      expect(missing).to.have.property('code', 'ENOENT');
      const path = join(directory, 'empty.pb');
      await writeFile(path, '');
      const empty = await rejection(openSnapshot(path));
      expect(empty.message).to.contain('the file is empty');
      expect(empty.metadata).to.deep.equal({ file: path, offset: '0', records_read: '0' });
    });
  });
});
