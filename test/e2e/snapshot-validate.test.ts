/** ValidateSnapshot on a real server whose snapshot files are damaged under it. */
import { readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../clients/typescript/src/index.js';
import { failureOf, type Served, serve, summary } from '../support/client.js';
import { dimension, open, recordsOf } from './durability-fixture.js';

describe('validating a snapshot on the server', function () {
  this.timeout(60_000);
  let served: Served;
  let docs: Collection;

  before(async () => {
    served = await serve();
    docs = await open(served.client, 'docs');
    await docs.upsertMany(recordsOf(0, 500));
  });
  after(() => served.close());

  const pathOf = async (id: string): Promise<string> => {
    const { id: uuid } = await docs.describe();
    const directory = join(served.server.dataDirectory, 'collections', uuid, 'snapshots');
    const name = (await readdir(directory)).find((file) => file.startsWith(id));
    return join(directory, name!);
  };

  it('reports whole ones of every encoding as valid, with progress', async () => {
    for (const options of [
      { format: 'binary', compression: false },
      { format: 'binary', compression: true },
      { format: 'json' },
    ] as const) {
      const { id, sizeBytes, sequence } = await docs.snapshots.create(options);
      const told: number[] = [];
      const onProgress = ({ bytes }: { bytes: number }) => told.push(bytes);
      const report = await docs.snapshots.validate(id, { onProgress });
      expect(report).to.deep.include({
        valid: true,
        format: options.format,
        compressed: options.format === 'binary' && options.compression,
        sealed: options.format === 'binary',
        recordCount: 500,
        dimension,
        metric: 'euclidean',
        collection: 'docs',
        sizeBytes,
        sequence,
        findings: [],
      });
      expect(told.at(-1)).to.equal(sizeBytes);
    }
  });

  it('reports damage and truncation, and goes on serving', async () => {
    const { id, sizeBytes } = await docs.snapshots.create({ format: 'binary' });
    const path = await pathOf(id);
    const bytes = await readFile(path);
    bytes[20_000]! ^= 1;
    await writeFile(path, bytes);
    const damaged = await docs.snapshots.validate(id);
    expect(damaged.valid).to.equal(false);
    expect(damaged.findings.map(({ kind }) => kind)).to.include('checksum');
    await truncate(path, sizeBytes - 10);
    const cut = await docs.snapshots.validate(id);
    expect(cut.valid).to.equal(false);
    expect(await docs.count()).to.equal(500);
  });

  it('reports JSON of another content, which only the digest on record can tell', async () => {
    const { id } = await docs.snapshots.create({ format: 'json' });
    const path = await pathOf(id);
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('content 17"', 'content 71"'));
    const report = await docs.snapshots.validate(id);
    expect(report).to.include({ valid: false, recordCount: 500, findingCount: 1 });
    expect(report.findings[0]!.kind).to.equal('checksum');
  });

  it('reports a file that is gone as missing, and knows no other snapshots', async () => {
    const { id } = await docs.snapshots.create();
    await rm(await pathOf(id));
    const report = await docs.snapshots.validate(id);
    expect(report).to.include({ valid: false, format: undefined, recordCount: 0 });
    expect(report.findings.map(({ kind }) => kind)).to.deep.equal(['missing']);
    const bytes = async () => {
      for await (const piece of docs.snapshots.download(id)) expect(piece).to.equal(undefined);
    };
    const compared = async () => docs.snapshots.diff(id).summary();
    for (const call of [bytes, compared, () => docs.snapshots.restore(id)]) {
      expect(summary(await failureOf(call()))).to.equal('DATA_LOSS STORAGE_CORRUPTED');
    }
    const unknown = '00000000-0000-7000-8000-000000000000';
    expect(summary(await failureOf(docs.snapshots.validate(unknown)))).to.equal(
      'NOT_FOUND SNAPSHOT_NOT_FOUND snapshot_id',
    );
    expect(summary(await failureOf(docs.snapshots.validate('../x')))).to.equal(
      'INVALID_ARGUMENT INVALID_ARGUMENT snapshot_id',
    );
  });
});
