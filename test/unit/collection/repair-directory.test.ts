import {
  appendFile,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Collection } from '../../../src/collection/collection.js';
import {
  type RepairedDirectory,
  repairDirectory,
} from '../../../src/collection/recovery/repair-directory.js';
import type { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { RecordBatch } from '../../../src/gen/protovec/v1/snapshot_service.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import {
  configOf,
  inTemporaryDirectory,
  never,
  openRegistry,
  readAll,
  write,
} from '../../support/collection.js';
import { rejection } from '../snapshot/support.js';

const records = (from: number, to: number, content = '') =>
  Array.from({ length: to - from }, (_, i) => ({
    id: `id-${from + i}`,
    content,
    embedding: [Math.cos(from + i), Math.sin(from + i), 3],
  }));

async function merge(collection: Collection, from: number, to: number): Promise<void> {
  const staged = await collection.stageMerge(false);
  const batch = RecordBatch.fromPartial({ records: records(from, to) });
  await staged.addRecords(RecordBatch.encode(batch).finish());
  await collection.merge(await staged.finish(), {}, never);
}

/** The last file whose name starts so. */
async function fileIn(directory: string, prefix: string): Promise<string> {
  const names = (await readdir(directory)).filter((name) => name.startsWith(prefix));
  return join(directory, names.sort().at(-1)!);
}

async function flip(path: string, at: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[at < 0 ? bytes.length + at : at]! ^= 1;
  await writeFile(path, bytes);
}

interface Case {
  fill(collection: Collection): Promise<void>;
  damage(directory: string): Promise<unknown>;
  /** Leave it as a crash does, without a new base. */
  crash?: boolean;
  /** Whether a server refuses what is damaged. Default true. */
  refused?: boolean;
}

interface Repaired {
  result: RepairedDirectory;
  before: Map<string, VectorRecord>;
  after: Map<string, VectorRecord>;
}

/** Fills a collection, damages it, repairs it, puts it in place, and opens it twice. */
async function repaired({ fill, damage, crash, refused }: Case): Promise<Repaired> {
  return inTemporaryDirectory(async (data) => {
    let registry = await openRegistry(data);
    const collection = await registry.create('docs', configOf({ dimension: 3 }));
    await fill(collection);
    const before = readAll(collection);
    const directory = join(data, 'collections', collection.id);
    if (crash) await collection.abandon();
    else await registry.close();
    await damage(directory);
    if (refused ?? true) {
      registry = await openRegistry(data);
      expect(() => registry.get('docs')).to.throw();
      await registry.close();
    }

    const output = join(data, 'repaired');
    const result = await repairDirectory(nodeFileSystem, directory, output);
    await rename(directory, join(data, 'damaged'));
    await rename(output, directory);
    registry = await openRegistry(data);
    const after = readAll(registry.get('docs'));
    await write(registry.get('docs'), [{ id: 'new', embedding: [1, 2, 3] }]);
    await registry.close();
    registry = await openRegistry(data);
    expect(readAll(registry.get('docs')).size).to.equal(after.size + 1);
    await registry.close();
    for (const [id, record] of after) expect(record).to.deep.equal(before.get(id));
    return { result, before, after };
  });
}

describe('repairing a collection', function () {
  this.timeout(60_000);

  it('keeps the intact records of a damaged base, their times and revisions', async () => {
    const { result, after } = await repaired({
      fill: async (collection) => {
        await write(collection, records(0, 3000, 'c'.repeat(1500)));
      },
      damage: async (directory) => flip(await fileIn(directory, 'base-'), 2_000_000),
    });
    expect(result).to.include({ baseRecords: 3000, name: 'docs' });
    expect(after.size).to.equal(result.baseRecordsKept).and.to.be.within(2000, 2600);
    expect(result.leftOut).to.have.lengthOf(1);
    expect(result.leftOut[0]).to.match(/^base-\d+\.pb: \d+ of 3000 records/);
  });

  it('needs no header of the base, and makes an empty one of a base that is gone', async () => {
    const fill = async (collection: Collection) => {
      await write(collection, records(0, 3000, 'c'.repeat(1500)));
    };
    const headless = await repaired({
      fill,
      damage: async (directory) => flip(await fileIn(directory, 'base-'), 3),
    });
    expect(headless.after.size).to.be.within(2000, 2600);
    const gone = await repaired({
      fill,
      damage: async (directory) => rm(await fileIn(directory, 'base-')),
    });
    expect(gone.after.size).to.equal(0);
  });

  it('cuts the log at its first damage, and says what is behind it', async () => {
    const { result, after } = await repaired({
      crash: true,
      fill: async (collection) => {
        for (let i = 0; i < 10; i += 1) await write(collection, records(i * 10, i * 10 + 10));
      },
      damage: async (directory) => {
        const log = await fileIn(directory, 'log-');
        await flip(log, Math.floor((await stat(log)).size / 2));
      },
    });
    expect(after.size)
      .to.equal(result.entries * 10)
      .and.to.be.within(30, 60);
    const behind = 10 - result.entries - 1;
    expect(result.leftOut[0]).to.match(
      new RegExp(`^log-1\\.pb: from byte \\d+ on, .*, with ${behind} whole entries behind it$`),
    );
  });

  it('cuts a torn tail, which is no damage to a server', async () => {
    const { result, after } = await repaired({
      crash: true,
      refused: false,
      fill: async (collection) => {
        for (let i = 0; i < 4; i += 1) await write(collection, records(i, i + 1));
      },
      damage: async (directory) => {
        const log = await fileIn(directory, 'log-');
        await truncate(log, (await stat(log)).size - 5);
      },
    });
    expect(after.size).to.equal(3);
    expect(result.leftOut[0]).to.include('a write that was cut off');
  });

  it('ends the history before an entry whose staged file is damaged or missing', async () => {
    for (const damage of [
      async (directory: string) => appendFile(await fileIn(join(directory, 'staging'), ''), 'x'),
      async (directory: string) => rm(await fileIn(join(directory, 'staging'), '')),
    ]) {
      const { result, after } = await repaired({
        crash: true,
        fill: async (collection) => {
          await write(collection, records(0, 10));
          await merge(collection, 10, 20);
          await write(collection, records(20, 30));
        },
        damage,
      });
      expect(after.size).to.equal(10);
      expect(result.leftOut[0]).to.include('needs staging/');
    }
  });

  it('brings staged files along', async () => {
    const { after } = await repaired({
      crash: true,
      fill: async (collection) => {
        await merge(collection, 0, 10);
        await write(collection, records(10, 11));
        await write(collection, records(11, 12));
        await write(collection, records(12, 13));
      },
      damage: async (directory) => {
        const log = await fileIn(directory, 'log-');
        await flip(log, (await stat(log)).size - 150);
      },
    });
    expect(after.size).to.be.within(10, 12);
  });

  it('leaves out logs that are missing and those that follow', async () => {
    const { result, after } = await repaired({
      fill: async (collection) => {
        await write(collection, records(0, 10));
      },
      damage: async (directory) => rm(await fileIn(directory, 'log-')),
    });
    expect(after.size).to.equal(10);
    expect(result.leftOut[0]).to.include('missing');
  });

  it('refuses what is no collection, one without its manifest, and a target that is not empty', () =>
    inTemporaryDirectory(async (data) => {
      const none = repairDirectory(nodeFileSystem, data, join(data, 'out'));
      expect((await rejection(none)).reason).to.equal('STORAGE_CORRUPTED');
      await writeFile(join(data, 'manifest.pb'), 'damaged');
      const damaged = repairDirectory(nodeFileSystem, data, join(data, 'out'));
      expect((await rejection(damaged)).message).to.include('manifest.pb');
      const full = repairDirectory(nodeFileSystem, data, data);
      expect((await rejection(full)).reason).to.equal('ALREADY_EXISTS');
      expect(await readdir(data)).to.deep.equal(['manifest.pb']);
    }));
});
