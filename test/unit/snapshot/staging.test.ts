import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { RecordBatch } from '../../../src/gen/protovec/v1/snapshot_service.js';
import { StagedMerge, type StageOptions } from '../../../src/snapshot/merge/staging.js';
import type { SnapshotHeader } from '../../../src/snapshot/snapshot-header.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { bytesField, join as concat, varintField } from '../../support/records.js';
import { bodyOf, headerOf, inDirectory, readAll, rejection, sealed, sourceOf } from './support.js';

/** Stages what `add` adds; the staged records, or the error, after which nothing may be left. */
async function stage(
  add: (merge: StagedMerge) => Promise<void>,
  header: SnapshotHeader = headerOf(),
  options?: StageOptions,
): Promise<VectorRecord[]> {
  return inDirectory(async (directory) => {
    const folder = join(directory, 'staging');
    const merge = await StagedMerge.begin(nodeFileSystem, folder, header, options);
    try {
      await add(merge);
      const { file, sha256, recordCount } = await merge.finish();
      expect(await readdir(folder)).to.deep.equal([file]);
      expect(file).to.match(/^[0-9a-f-]{36}\.pb$/);
      const { bodies, error } = await readAll(await readFile(join(folder, file)), { sha256 });
      expect(error).to.equal(undefined);
      expect(bodies).to.have.length(recordCount);
      await merge.abort();
      expect(await readdir(folder)).to.deep.equal([file]);
      return bodies.map((body) => VectorRecord.decode(body));
    } catch (error) {
      await merge.abort();
      expect(await readdir(folder)).to.deep.equal([]);
      throw error;
    }
  });
}

function batchOf(...bodies: Uint8Array[]): Uint8Array {
  return concat(...bodies.map((body) => bytesField(1, body)));
}

/** Sends a file as a client does. */
function chunks(bytes: Uint8Array, size = 1000): (merge: StagedMerge) => Promise<void> {
  return async (merge) => {
    for (let at = 0; at < bytes.length; at += size) {
      await merge.addSnapshotChunk(bytes.subarray(at, at + size));
    }
  };
}

const idsOf = (records: VectorRecord[]) => records.map((record) => record.id);

describe('StagedMerge', () => {
  it('stages record batches in stored form with the times that they carry', async () => {
    const createTime = { seconds: 5n, nanos: 6 };
    const odd = concat(
      varintField(10, 99), // a revision, which is dropped
      bytesField(1, 'first id'),
      bytesField(1, 'b'),
      bodyOf('', { createTime }),
    );
    const records = await stage(async (merge) => {
      await merge.addRecords(batchOf(bodyOf('a'), odd));
      await merge.addRecords(RecordBatch.encode({ records: [] }).finish());
      await merge.addRecords(batchOf(bodyOf('c', { content: 'text' })));
    });
    expect(idsOf(records)).to.deep.equal(['a', 'b', 'c']);
    expect(records[1]).to.deep.include({ revision: 0n, embedding: [1, -0.5, 0.25] });
    expect(records[1].createTime).to.include(createTime);
    expect(records[1].updateTime).to.equal(undefined);
    expect(records[2].content).to.equal('text');
  });

  it('stages a snapshot file that comes in pieces', async () => {
    const times = { createTime: { seconds: -1n, nanos: 1 }, updateTime: { seconds: 9n, nanos: 0 } };
    const { bytes } = await sealed([bodyOf('a', { ...times, revision: 8n }), bodyOf('b')]);
    for (const size of [1, 1000]) {
      const records = await stage(chunks(bytes, size));
      expect(idsOf(records)).to.deep.equal(['a', 'b']);
      expect(records[0].revision).to.equal(0n);
      expect(records[0].createTime).to.include(times.createTime);
      expect(records[0].updateTime).to.include(times.updateTime);
    }
  });

  it('stages a snapshot file of the server', async () => {
    const { bytes } = await sealed([bodyOf('a')]);
    const records = await stage((merge) => merge.addSnapshot(sourceOf(bytes), 'x.pb'));
    expect(idsOf(records)).to.deep.equal(['a']);
  });

  it('keeps the later record of each id across parts, once', async () => {
    const part = async (name: string, ...ids: string[]) =>
      (await sealed(ids.map((id) => bodyOf(id, { title: name })))).bytes;
    const bytes = concat(
      await part('one', 'a', 'b', 'c'),
      await part('two', 'b', 'd'),
      await part('three', 'd', 'b'),
    );
    const records = await stage(chunks(bytes));
    expect(records.map(({ id, title }) => `${id} ${title}`)).to.deep.equal([
      'a one',
      'c one',
      'd three',
      'b three',
    ]);
  });

  describe('of which only some records are wanted', () => {
    const titled = (title: string) => (bytes: Uint8Array, start: number, end: number) =>
      VectorRecord.decode(bytes.subarray(start, end)).title === title;

    it('takes those, with their times, in stored form', async () => {
      const createTime = { seconds: 5n, nanos: 6 };
      const times: number[] = [];
      const { bytes } = await sealed([
        bodyOf('a', { title: 'x', createTime, revision: 3n }),
        bodyOf('b', { title: 'y' }),
        concat(bytesField(3, 'x'), bodyOf('c', { title: 'y' })),
        concat(bytesField(3, 'y'), bodyOf('d', { title: 'x' })),
      ]);
      const told: number[] = [];
      const records = await stage((merge) =>
        merge.addSnapshot(sourceOf(bytes), 'x.pb', {
          wanted: (body, start, end, { createSeconds }) => {
            times.push(createSeconds);
            return titled('x')(body, start, end);
          },
          onProgress: (count) => told.push(count),
        }),
      );
      expect(idsOf(records)).to.deep.equal(['a', 'd']);
      expect(records[0].createTime).to.include(createTime);
      expect(times).to.deep.equal([5, Number.NaN, Number.NaN, Number.NaN]);
      expect(told.at(-1)).to.equal(2);
    });

    it('lets the last record of an id decide', async () => {
      const part = async (...records: [string, string][]) =>
        (await sealed(records.map(([id, title]) => bodyOf(id, { title })))).bytes;
      const bytes = concat(
        await part(['a', 'x'], ['b', 'y'], ['c', 'x'], ['d', 'x'], ['e', 'y']),
        await part(['a', 'y'], ['b', 'x'], ['d', 'x']),
        await part(['b', 'x'], ['f', 'x'], ['d', 'y']),
      );
      const wanted = titled('x');
      const records = await stage((m) => m.addSnapshot(sourceOf(bytes), 'x.pb', { wanted }));
      expect(idsOf(records)).to.deep.equal(['c', 'b', 'f']);
    });

    it('checks all of them all the same', async () => {
      const wanted = () => false;
      const { bytes } = await sealed([bodyOf('a'), bodyOf('b', { embedding: [1, 2] })]);
      const add = (file: Uint8Array) =>
        rejection(stage((merge) => merge.addSnapshot(sourceOf(file), 'x.pb', { wanted })));
      expect((await add(bytes)).reason).to.equal('INVALID_EMBEDDING');
      const { bytes: twins } = await sealed([bodyOf('a'), bodyOf('a')]);
      expect((await add(twins)).reason).to.equal('SERIALIZATION_ERROR');
      const { bytes: whole } = await sealed([bodyOf('a')]);
      whole[whole.length - 5] ^= 1;
      expect((await add(whole)).reason).to.equal('SERIALIZATION_ERROR');
    });
  });

  it('stages nothing at all as an empty file', async () => {
    expect(await stage(async () => {})).to.deep.equal([]);
    expect(await stage(chunks((await sealed([])).bytes))).to.deep.equal([]);
  });

  it('refuses an id that occurs twice in a part or in the batches, by name', async () => {
    const { bytes } = await sealed([bodyOf('a'), bodyOf('twin'), bodyOf('twin')]);
    const batches = async (merge: StagedMerge) => {
      await merge.addRecords(batchOf(bodyOf('a'), bodyOf('twin')));
      await merge.addRecords(batchOf(bodyOf('twin')));
    };
    for (const add of [chunks(bytes), batches]) {
      const error = await rejection(stage(add));
      expect(error.reason).to.equal('SERIALIZATION_ERROR');
      expect(error.message).to.include('record 2 (id "twin"): its id is that of record 1');
      expect(error.field).to.equal('records[2].id');
    }
  });

  it('names the record and the field of what is refused', async () => {
    const bad = { embedding: [1, Number.NaN, 1] };
    const { bytes } = await sealed([bodyOf('a'), bodyOf('b', bad)]);
    const batches = async (merge: StagedMerge) => {
      await merge.addRecords(batchOf(bodyOf('a')));
      await merge.addRecords(batchOf(bodyOf('b', bad)));
    };
    for (const add of [chunks(bytes), batches]) {
      const error = await rejection(stage(add));
      expect(error.reason).to.equal('INVALID_EMBEDDING');
      expect(error.field).to.equal('records[1].embedding');
      expect(error.message).to.match(/^record 1 \(id "b"\): /);
      expect(error.metadata).to.include({ record: '1', id: 'b' });
    }
    const empty = await rejection(stage((merge) => merge.addRecords(batchOf(bodyOf('')))));
    expect(empty.field).to.equal('records[0].id');
  });

  for (const [what, fields, conflict] of [
    ['dimension', { dimension: 4 }, 'dimension 3 instead of 4'],
    ['metric', { metric: Metric.DOT }, 'metric COSINE instead of DOT'],
    ['model', { embeddingModel: 'z' }, 'embedding model "model-a" instead of "z"'],
  ] as const) {
    it(`refuses a snapshot of another ${what}, sealed or not`, async () => {
      const { bytes } = await sealed([bodyOf('a')]);
      const open = concat(
        bytesField(1, '1.0.0'),
        varintField(2, 3),
        bytesField(3, bodyOf('a', { embedding: [1, 2, 3] })),
        varintField(7, Metric.COSINE),
        bytesField(8, 'model-a'),
      );
      for (const file of [bytes, open]) {
        const error = await rejection(
          stage(chunks(file), headerOf(fields), { allowUnsealed: true }),
        );
        expect(error.reason).to.equal('INCOMPATIBLE_SNAPSHOT');
        expect(error.message).to.include(conflict);
      }
    });
  }

  it('takes snapshots of an unknown model, and any when its own is unknown', async () => {
    const { bytes } = await sealed([bodyOf('a')], headerOf({ embeddingModel: '' }));
    expect(await stage(chunks(bytes))).to.have.length(1);
    const { bytes: named } = await sealed([bodyOf('a')]);
    expect(await stage(chunks(named), headerOf({ embeddingModel: '' }))).to.have.length(1);
  });

  it('refuses damage, and unsealed files unless they are allowed', async () => {
    const { bytes } = await sealed([bodyOf('a')]);
    const cut = await rejection(stage(chunks(bytes.subarray(0, bytes.length - 1))));
    expect(cut.reason).to.equal('SERIALIZATION_ERROR');
    expect(cut.message).to.match(/^the snapshot, offset \d+: .*truncated/);
    expect((await rejection(stage(chunks(Buffer.from('{}'))))).message).to.include('no footers');
    const open = concat(bytesField(1, '1.0.0'), varintField(2, 3), bytesField(3, bodyOf('a')));
    expect((await rejection(stage(chunks(open)))).reason).to.equal('SERIALIZATION_ERROR');
    expect(await stage(chunks(open), headerOf(), { allowUnsealed: true })).to.have.length(1);
  });

  it('refuses a mixture of snapshot and batches', async () => {
    const error = await rejection(
      stage(async (merge) => {
        await merge.addRecords(batchOf(bodyOf('a')));
        await merge.addSnapshotChunk(Buffer.from('x'));
      }),
    );
    expect(error.reason).to.equal('INVALID_ARGUMENT');
    expect(error.field).to.equal('source');
  });

  it('stops before the disk is full', async () => {
    await inDirectory(async (directory) => {
      const full = { ...nodeFileSystem, freeBytes: async () => 1_000 };
      const error = await rejection(StagedMerge.begin(full, directory, headerOf()));
      expect(error.reason).to.equal('STORAGE_FULL');
      expect(await readdir(directory)).to.deep.equal([]);
    });
  });
});
