import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { IndexFile } from '../../../src/gen/protovec/storage/v1/manifest.js';
import { Metric } from '../../../src/gen/protovec/v1/collection.js';
import { HnswIndex } from '../../../src/index/hnsw-index.js';
import { keepIndex, loadIndex, saveIndex } from '../../../src/index/index-file.js';
import { VectorArena } from '../../../src/index/vector-arena.js';
import { nodeFileSystem } from '../../../src/storage/file-system.js';
import { clustered, hnswConfig, setRow } from './vectors.js';

const dimension = 8;
const vectors = clustered(300, dimension, 21);
const config = hnswConfig();

function arenaOf(rows: Float32Array[], metric = Metric.EUCLIDEAN): VectorArena {
  const arena = new VectorArena(dimension, metric);
  for (const [slot, row] of rows.entries()) setRow(arena, slot, row);
  return arena;
}

/** 300 rows of which slots 40..49 were removed and the last 20 are pending. */
function sample(): { index: HnswIndex; order: number[] } {
  const index = new HnswIndex(arenaOf(vectors), config);
  for (let slot = 0; slot < 280; slot++) index.insert(slot);
  while (index.buildSlice(50));
  for (let slot = 40; slot < 50; slot++) index.remove(slot);
  for (let slot = 280; slot < 300; slot++) index.insert(slot);
  const order = [...vectors.keys()].filter((slot) => slot < 40 || slot >= 50).reverse();
  return { index, order };
}

describe('index files', () => {
  let directory: string;
  let entry: IndexFile;
  let order: number[];

  const load = (changed: Partial<IndexFile> = {}, count = order.length) => {
    const arena = arenaOf(order.map((slot) => vectors[slot]));
    return loadIndex(nodeFileSystem, directory, { ...entry, ...changed }, count, arena);
  };
  const reasonOf = async (loading: ReturnType<typeof load>): Promise<string> => {
    const loaded = await loading;
    return 'reason' in loaded ? loaded.reason : 'was loaded';
  };

  before(async () => {
    directory = mkdtempSync(join(tmpdir(), 'protovec-index-'));
    const made = sample();
    order = made.order;
    const base = { sequence: 77, recordCount: order.length, slotAt: (i: number) => order[i] };
    const saved = await saveIndex(nodeFileSystem, directory, made.index, dimension, base);
    if (saved === undefined) throw new Error('was not saved');
    entry = saved;
  });
  after(() => rmSync(directory, { recursive: true }));

  it('writes two files and says what the manifest has to list', () => {
    expect(readdirSync(directory).sort()).to.deep.equal(['index-77.keys', 'index-77.usearch']);
    expect(entry.file).to.equal('index-77.usearch');
    expect(entry.keysFile).to.equal('index-77.keys');
    expect(entry.sha256).to.have.length(32);
    expect([entry.baseSequence, entry.indexedRecords]).to.deep.equal([77n, 270n]);
  });

  it('takes the graph back under other slots, what was pending stays pending', async () => {
    const loaded = await load();
    if ('reason' in loaded) throw new Error(loaded.reason);
    const { index } = loaded;
    expect([index.indexedCount, index.pendingCount]).to.deep.equal([270, 20]);
    for (const [slot, former] of order.entries()) {
      expect([...index.candidates(vectors[former], 1)], `slot ${slot}`).to.include(slot);
    }
  });

  it('goes on with a loaded index: updates, removals and new slots', async () => {
    const loaded = await load();
    if ('reason' in loaded) throw new Error(loaded.reason);
    const { index } = loaded;
    for (let slot = 0; slot < 100; slot++) index.insert(slot);
    for (let slot = 100; slot < 200; slot++) index.remove(slot);
    for (let slot = 150; slot < 200; slot++) index.insert(slot);
    while (index.buildSlice(50));
    expect(index.indexedCount).to.equal(240);
    const found = [...index.candidates(vectors[0], 1_000)].sort((a, b) => a - b);
    const alive = [...order.keys()].filter((slot) => slot < 100 || slot >= 150);
    expect(found.every((slot) => alive.includes(slot))).to.equal(true);
    expect(found.length).to.be.at.least(238);
  });

  it('refuses every truncation and every flipped bit of both files, and never throws', async () => {
    for (const name of [entry.file, entry.keysFile]) {
      const path = join(directory, name);
      const whole = readFileSync(path);
      const step = Math.ceil(whole.length / 60);
      for (let at = 0; at < whole.length; at += step) {
        writeFileSync(path, whole.subarray(0, at));
        expect(await reasonOf(load()), `cut at ${at}`).to.include(name);
        const flipped = Buffer.from(whole);
        flipped[at] ^= 1 << (at % 8);
        writeFileSync(path, flipped);
        expect(await reasonOf(load()), `flip at ${at}`).to.match(/(SHA-256|checksum) differs/);
      }
      writeFileSync(path, Buffer.concat([whole, Buffer.alloc(4)]));
      expect(await reasonOf(load())).to.include(name);
      writeFileSync(path, whole);
    }
    expect(await load()).to.have.property('index');
  });

  it('refuses a missing file', async () => {
    expect(await reasonOf(load({ file: 'index-1.usearch' }))).to.include('ENOENT');
    expect(await reasonOf(load({ keysFile: 'index-1.keys' }))).to.include('ENOENT');
  });

  it('refuses keys of another number of records', async () => {
    expect(await reasonOf(load({}, order.length + 1))).to.equal(
      'index-77.keys: it has 1164 bytes instead of 1168',
    );
  });

  it('refuses a graph of another dimension or connectivity', async () => {
    const other = hnswConfig({ connectivity: 32 });
    expect(await reasonOf(load({ config: other }))).to.include("the graph's connectivity is 16");
    const wide = new VectorArena(dimension + 1, Metric.EUCLIDEAN);
    const loading = loadIndex(nodeFileSystem, directory, entry, order.length, wide);
    expect(await reasonOf(loading)).to.include("the graph's dimension is 8");
  });

  it('refuses keys that are not those of the graph', async () => {
    const { index } = sample();

    index.remove(0);
    const slotAt = (i: number) => (order[i] === 0 ? -1 : order[i]);
    const later = { sequence: 6, recordCount: 290, slotAt };
    const second = await saveIndex(nodeFileSystem, directory, index, dimension, later);
    if (second === undefined) throw new Error('was not saved');
    expect(await reasonOf(load({ keysFile: second.keysFile }))).to.equal(
      "index-77.usearch: the graph's 270 keys are not the 269 listed",
    );
  });

  it('saves nothing when the graph is empty or has no record of the base', async () => {
    const empty = new HnswIndex(arenaOf([]), config);
    const base = { sequence: 9, recordCount: 0, slotAt: () => -1 };
    expect(await saveIndex(nodeFileSystem, directory, empty, dimension, base)).to.equal(undefined);
    const { index } = sample();
    const none = { sequence: 9, recordCount: 20, slotAt: (i: number) => 280 + i };
    expect(await saveIndex(nodeFileSystem, directory, index, dimension, none)).to.equal(undefined);
    expect(index.changedSinceSaved).to.equal(270);
    expect(readdirSync(directory).filter((name) => name.startsWith('index-9'))).to.deep.equal([]);
  });

  it('takes out, when it is loaded, what the base lacks', async () => {
    const { index } = sample();
    const part = { sequence: 10, recordCount: 100, slotAt: (i: number) => order[i] };
    const saved = await saveIndex(nodeFileSystem, directory, index, dimension, part);
    expect([saved?.indexedRecords, saved?.graphRecords]).to.deep.equal([80n, 270n]);
    const arena = arenaOf(order.slice(0, 100).map((slot) => vectors[slot]));
    const loaded = await loadIndex(nodeFileSystem, directory, saved!, 100, arena);
    if ('reason' in loaded) throw new Error(loaded.reason);
    expect([loaded.index.indexedCount, loaded.index.pendingCount]).to.deep.equal([80, 20]);
    const found = loaded.index.candidates(vectors[0], 1_000);
    expect([...found].every((slot) => slot >= 0 && slot < 100)).to.equal(true);
    for (let slot = 0; slot < 100; slot++) loaded.index.insert(slot);
    while (loaded.index.buildSlice(50));
    expect(loaded.index.indexedCount).to.equal(100);
  });

  it('does not start without room on the disk', async () => {
    const { index } = sample();
    const base = { sequence: 11, recordCount: 290, slotAt: (i: number) => order[i] };
    const full = { ...nodeFileSystem, freeBytes: async () => 1_000 };
    const error = await saveIndex(full, directory, index, dimension, base).catch((e) => e);
    expect(error).to.include({ reason: 'STORAGE_FULL' });
    expect(error.message).to.include('1000 are free');
  });

  it('stays of use for a later base: rows that changed are new, rows that went are ignored', async () => {
    const { index } = sample();
    const base = { sequence: 20, recordCount: 290, slotAt: (i: number) => order[i] };
    const saved = await saveIndex(nodeFileSystem, directory, index, dimension, base);
    expect(index.changedSinceSaved).to.equal(0);
    // Slot 1 is written again, slot 2 goes, slot 3 becomes the place of another record.
    for (const slot of [2, 3]) index.remove(slot);
    for (const slot of [1, 3]) index.insert(slot);
    while (index.buildSlice(50));
    expect(index.changedSinceSaved).to.equal(3 + 22);
    const later = order.filter((slot) => slot !== 2);
    const next = { sequence: 21, recordCount: 289, slotAt: (i: number) => later[i] };
    const kept = await keepIndex(nodeFileSystem, directory, index, next, saved!);
    expect(kept).to.deep.include({ file: 'index-20.usearch', keysFile: 'index-21.keys' });
    expect([kept?.indexedRecords, kept?.graphRecords]).to.deep.equal([267n, 270n]);
    const arena = arenaOf(later.map((slot) => vectors[slot]));
    const loaded = await loadIndex(nodeFileSystem, directory, kept!, 289, arena);
    if ('reason' in loaded) throw new Error(loaded.reason);
    expect([loaded.index.indexedCount, loaded.index.pendingCount]).to.deep.equal([267, 22]);
    for (const [slot, former] of later.entries()) {
      expect([...loaded.index.candidates(vectors[former], 1)], `slot ${slot}`).to.include(slot);
    }
    // And once more, from what was loaded.
    loaded.index.remove(0);
    const third = { sequence: 22, recordCount: 288, slotAt: (i: number) => i + 1 };
    const again = await keepIndex(nodeFileSystem, directory, loaded.index, third, kept!);
    const smaller = arenaOf(later.slice(1).map((slot) => vectors[slot]));
    const second = await loadIndex(nodeFileSystem, directory, again!, 288, smaller);
    expect(second).to.have.property('index');
  });

  it('has the configuration that it was built with, and refuses to guess it', async () => {
    const loaded = await load();
    if ('reason' in loaded) throw new Error(loaded.reason);
    expect(loaded.index.config).to.deep.equal(config);
    expect(await reasonOf(load({ config: undefined }))).to.equal(
      'index-77.usearch: nothing says what it was built with',
    );
  });

  it('counts removed nodes across files: those in the graph and those that are taken out', async () => {
    const { index } = sample();
    expect(index.tombstoneCount).to.equal(10);
    const base = { sequence: 25, recordCount: 290, slotAt: (i: number) => order[i] };
    const saved = await saveIndex(nodeFileSystem, directory, index, dimension, base);
    expect(saved?.graphTombstones).to.equal(10n);
    for (const slot of [2, 3, 4]) index.remove(slot);
    const left = order.filter((slot) => slot < 2 || slot > 4);
    const next = { sequence: 26, recordCount: 287, slotAt: (i: number) => left[i] };
    const kept = await keepIndex(nodeFileSystem, directory, index, next, saved!);
    const arena = arenaOf(left.map((slot) => vectors[slot]));
    const loaded = await loadIndex(nodeFileSystem, directory, kept!, 287, arena);
    if ('reason' in loaded) throw new Error(loaded.reason);
    expect([loaded.index.tombstoneCount, loaded.index.pendingCount]).to.deep.equal([13, 20]);
    while (loaded.index.buildSlice(50));
    expect(loaded.index.tombstoneCount).to.equal(0);
  });

  it('is of no use once every row of its file changed or went', async () => {
    const { index } = sample();
    const base = { sequence: 30, recordCount: 290, slotAt: (i: number) => order[i] };
    const saved = await saveIndex(nodeFileSystem, directory, index, dimension, base);
    for (const slot of order) index.insert(slot);
    expect(await keepIndex(nodeFileSystem, directory, index, base, saved!)).to.equal(undefined);
    for (const slot of order) index.remove(slot);
    expect(index.saved).to.equal(undefined);
  });

  it('is saved again beside the files that the manifest lists', async () => {
    const { index } = sample();
    const base = { sequence: 40, recordCount: 290, slotAt: (i: number) => order[i] };
    const save = (current?: IndexFile) =>
      saveIndex(nodeFileSystem, directory, index, dimension, base, current);
    const first = await save();
    const second = await save(first);
    const third = await save(second);
    expect([first?.file, second?.file, third?.file]).to.deep.equal([
      'index-40.usearch',
      'index-40-again.usearch',
      'index-40.usearch',
    ]);
  });
});
