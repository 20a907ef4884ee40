/**
 * Loads on a disk whose power goes at random calls: what is known of a load and what there is of its
 * records is always the same, so that going on applies no batch twice and leaves none out.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Registry } from '../../src/collection/registry.js';
import { operationsOf } from '../../src/engine/engine.js';
import { Durability, PersistenceConfig } from '../../src/gen/protovec/v1/persistence.js';
import { WriteMode } from '../../src/gen/protovec/v1/record.js';
import { IngestAckLevel } from '../../src/gen/protovec/v1/record_service.js';
import { configOf, inTemporaryDirectory, openRegistry, readAll } from '../support/collection.js';
import { batchMessage, LocalIngest, openMessage } from '../support/ingest.js';
import { Random } from '../support/random.js';
import { SimulatedDisk, writeImage } from '../support/simulated-disk/simulated-disk.js';
import { withSmallLimits } from '../torture/histories/small-limits.js';

const HISTORIES = 25;
const BATCHES = 12;
const CALLS_MAX = 60;
const { ALWAYS, INTERVAL, OS } = Durability;

/** Every record of a batch that another batch of the load has, too, is refused. */
const recordsOf = (number: number) =>
  Array.from({ length: 1 + (number % 3) }, (_, i) => ({
    id: number % 4 === 0 && i === 0 ? '1/0' : `${number}/${i}`,
    embedding: [1 + i, number],
  }));
const good = (number: number) => recordsOf(number).length - (number % 4 === 0 ? 1 : 0);
const upTo = (number: number, count: (number: number) => number) =>
  Array.from({ length: number }, (_, i) => count(i + 1)).reduce((sum, one) => sum + one, 0);

class History {
  readonly #random: Random;
  readonly #root: string;
  #directories = 0;
  /** Highest batch that was said to be durable. */
  #durable = 0;

  constructor(root: string, random: Random) {
    this.#root = root;
    this.#random = random;
  }

  async run(): Promise<void> {
    const durability = this.#random.pick([ALWAYS, ALWAYS, INTERVAL, OS]);
    let disk = await this.#disk();
    let registry = await openRegistry(disk.directory, [], disk.fs);
    const persistence = PersistenceConfig.fromPartial({ durability });
    await registry.create('docs', configOf({ dimension: 2, persistence }));
    for (let round = 0; ; round += 1) {
      const { fs } = disk;
      if (round < 6)
        fs.cutAt(fs.calls + this.#random.between(1, CALLS_MAX), this.#random.chance(0.5));
      const done = await this.#load(registry, fs);
      if (done && fs.on) break;
      fs.cut();
      await registry.close();
      const next = await this.#disk(() => fs.afterCrash(this.#random));
      registry = await openRegistry(next.directory, [], next.fs);
      disk = next;
      this.#verify(registry);
    }
    expect(this.#verify(registry)).to.equal(BATCHES);
    await registry.close();
  }

  /** Sends what is missing, saving now and then; whether all of it was acknowledged. */
  async #load(registry: Registry, fs: SimulatedDisk): Promise<boolean> {
    const ackLevel = this.#random.pick([IngestAckLevel.DURABLE, IngestAckLevel.WRITTEN]);
    const writeMode = WriteMode.INSERT;
    const first = openMessage('docs', { idempotencyKey: 'k', ackLevel, writeMode });
    const load = new LocalIngest(operationsOf(registry), first);
    await load.answered(1);
    const opened = load.answers[0];
    if (opened?.$case !== 'opened') return false;
    const saves: Promise<void>[] = [];
    for (let number = Number(opened.value.lastNumber) + 1; number <= BATCHES; number += 1) {
      load.send(batchMessage(number, recordsOf(number)));
      if (this.#random.chance(0.5)) await load.answered(load.answers.length + 1);
      if (this.#random.chance(0.2)) {
        saves.push(
          registry
            .get('docs')
            .checkpoint()
            .catch(() => {}),
        );
      }
    }
    const error = await load.end();
    await Promise.all(saves);
    for (const { number, durable, repeated, createdCount, errors } of load.acks) {
      const batch = Number(number);
      if (durable) this.#durable = Math.max(this.#durable, batch);
      expect([repeated, Number(createdCount)], `batch ${batch}`).to.deep.equal([
        false,
        good(batch),
      ]);
      expect(errors.length).to.equal(recordsOf(batch).length - good(batch));
      if (ackLevel === IngestAckLevel.DURABLE) expect(durable).to.equal(true);
    }
    if (error !== undefined && fs.on) throw error;
    return error === undefined;
  }

  /** Compares what is known of the load with the records; returns its number. */
  #verify(registry: Registry): number {
    const docs = registry.get('docs');
    const known = docs.ingest.find('k');
    const number = known?.number ?? 0;
    expect(number).to.be.at.least(this.#durable);
    const wanted = new Set<string>();
    for (let batch = 1; batch <= number; batch += 1) {
      for (const { id } of recordsOf(batch)) wanted.add(id);
    }
    expect(new Set(readAll(docs).keys())).to.deep.equal(wanted);
    if (known !== undefined) {
      const failed = upTo(number, (batch) => recordsOf(batch).length - good(batch));
      expect([known.created, known.updated, known.failed]).to.deep.equal([wanted.size, 0, failed]);
      expect([known.nextRecords, known.nextFailed]).to.deep.equal([0, 0]);
    }
    return number;
  }

  /** A disk in a new directory, with what `image` gives. */
  async #disk(image?: () => Parameters<typeof writeImage>[0]) {
    this.#directories += 1;
    const directory = join(this.#root, String(this.#directories));
    if (image === undefined) await mkdir(directory);
    else writeImage(image(), directory);
    const random = this.#random.fork();
    return { directory, fs: new SimulatedDisk(directory, () => random.chance(0.3)) };
  }
}

describe('loads and power cuts', function () {
  this.timeout(60_000);

  it('agree on what is kept, whenever the power goes', async () => {
    const seed = Math.floor(Math.random() * 2 ** 31);
    for (let number = 0; number < HISTORIES; number += 1) {
      await inTemporaryDirectory((root) =>
        withSmallLimits(() => new History(root, new Random(seed + number)).run()),
      ).catch((error: unknown) => {
        throw new Error(`history of seed ${seed + number}`, { cause: error });
      });
    }
  });
});
