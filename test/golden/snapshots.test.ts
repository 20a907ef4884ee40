/** Snapshots of every released format stay readable, by this version and by others' tools. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import protobuf from 'protobufjs';
import { SnapshotFormat } from '../../src/gen/protovec/v1/persistence.js';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { encodeHeader } from '../../src/snapshot/snapshot-header.js';
import { readSnapshot } from '../../src/snapshot/snapshot-reader.js';
import { expectRefused, readAll, sourceOf } from '../unit/snapshot/support.js';
import { header, records } from './content.js';
import { goldenFiles } from './files.js';

const protoRoot = fileURLToPath(new URL('../../proto', import.meta.url));

const golden = (file: string) => readFileSync(new URL(file, import.meta.url));

/** Every field of a record, floats by their bits. */
function fieldsOf({ embedding, ...rest }: VectorRecord) {
  return { ...rest, embedding: [...new Uint32Array(Float32Array.from(embedding).buffer)] };
}

/** The schema as any program would read it: from the .proto files alone. */
function storageSnapshot(): protobuf.Type {
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) =>
    target.startsWith('google/') ? target : join(protoRoot, target);
  root.loadSync('protovec/v1/snapshot.proto');
  return root.lookupType('protovec.v1.StorageSnapshot');
}

for (const { file, write, format, sealed, parts, compressed } of goldenFiles) {
  describe(`the golden file ${file}`, () => {
    const bytes = golden(file);

    it('is read, every field of it', async () => {
      const read: VectorRecord[][] = [];
      for await (const block of readSnapshot(sourceOf(bytes), { allowUnsealed: !sealed })) {
        const { part, count } = block;
        expect(part.sealed).to.equal(sealed);
        read[part.index] ??= [];
        for (let i = 0; i < count; i++) {
          const [start, end] = block.records.subarray(i * 2, i * 2 + 2);
          read[part.index].push(VectorRecord.decode(block.bytes.slice(start, end)));
        }
        const model = part.index === 0 ? header.embeddingModel : '';
        const wanted = { ...header, embeddingModel: model };
        expect(encodeHeader(part.header)).to.deep.equal(encodeHeader(wanted));
      }
      expect(read.map((list) => list.map(fieldsOf))).to.deep.equal(
        parts.map((list) => list.map(fieldsOf)),
      );
    });

    if (!sealed) {
      it('is read only when unsealed files are allowed', () =>
        expectRefused(bytes, 'allow_unsealed'));
    }

    it(
      compressed ? 'is written today with the same records' : 'is written today byte for byte',
      async () => {
        const today = Buffer.from(await write());
        if (!compressed) return expect(today.equals(bytes)).to.equal(true);
        expect((await readAll(today)).bodies).to.deep.equal((await readAll(bytes)).bodies);
      },
    );

    if (format !== SnapshotFormat.BINARY) return;

    it('is read by protobufjs from the .proto files alone', () => {
      const type = storageSnapshot();
      const message = type.toObject(type.decode(bytes), { longs: String, enums: String });
      expect(message).to.deep.include({
        dimension: 5,
        collection: 'golden',
        metric: 'METRIC_EUCLIDEAN',
      });
      const inflated = (message.fragments ?? []).map(({ data }: { data: Buffer }) =>
        gunzipSync(data),
      );
      const { records: more } = type.toObject(type.decode(Buffer.concat(inflated)), {
        longs: String,
      });
      const read = [...(message.records ?? []), ...(more ?? [])];
      const wanted = parts.flat();
      expect(read).to.have.length(wanted.length);
      for (const [i, record] of read.entries()) {
        const { id, content, title, revision, embedding } = wanted[i];
        expect({ content: '', title: '', revision: '0', ...record }).to.deep.include({
          id,
          content,
          title,
          revision: String(revision),
        });
        expect(record.embedding.map(Math.fround)).to.deep.equal(embedding.map(Math.fround));
      }
      expect(message.footers?.length ?? 0).to.equal(sealed ? parts.length : 0);
    });

    it('is read by protoc --decode', function () {
      if (spawnSync('protoc', ['--version']).error !== undefined) {
        console.log('        skipped: protoc is not installed');
        this.skip();
      }
      const args = ['--decode=protovec.v1.StorageSnapshot', `-I${protoRoot}`];
      const schema = join(protoRoot, 'protovec/v1/snapshot.proto');
      const text = execFileSync('protoc', [...args, schema], { input: bytes }).toString();
      const plain = file === 'snapshot-v1.compressed.pb' ? 0 : records.length;
      expect(text.match(/^records \{/gm) ?? []).to.have.length(plain);
      expect(text.match(/^fragments \{/gm) ?? []).to.have.length(compressed ? 1 : 0);
    });
  });
}
