/**
 * A load through `ingest` while the connection is cut and the server killed, both at random moments:
 * at the end every record is there, whole and created once, and the counts say exactly that.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type LaunchedProcess, launchProcess } from '../../../bench/support/server-process.js';
import {
  type Client,
  connect,
  type IngestProgress,
  type IngestResult,
  type VectorRecord,
} from '../../../clients/typescript/src/index.js';
import { type CuttingProxy, startCuttingProxy } from '../../support/cutting-proxy.js';
import { Random } from '../../support/random.js';
import { BrokenGuarantee, type OnRound, type Torture, type TortureOptions } from '../torture.js';

const cli = new URL('../../../dist/cli/main.js', import.meta.url).pathname;
const COLLECTION = 'load';
const DIMENSION = 6;
/** Blows fall while up to this share is acknowledged; the rest of the source comes after them. */
const BLOWS_UNTIL = 0.85;
const SOURCE_WAITS_AT = 0.95;
/** The longest between the moment that a blow waits for and the blow, in milliseconds. */
const DELAY_MS_MAX = 150;
const GIVE_UP_AFTER_MS = 120_000;

const blowCounts = { cuts: 50, kills: 10 };

export const torture: Torture = {
  about: 'one load, with its connection cut and the server killed meanwhile',
  unit: 'records',
  rounds: 1_000_000,
  size: 32,
  more: blowCounts,
  run: async (options, onRound) => {
    const directory = await mkdtemp(join(tmpdir(), 'protovec-torture-'));
    const figures = await new IngestRun(directory, options).run(onRound);
    await rm(directory, { recursive: true, force: true });
    return figures;
  },
};

/** What happens when so many records are acknowledged. */
interface Blow {
  readonly at: number;
  readonly kill: boolean;
}

class IngestRun {
  readonly #directory: string;
  readonly #options: TortureOptions;
  readonly #counts: typeof blowCounts;
  readonly #random: Random;
  #process: LaunchedProcess | undefined;
  #address = '127.0.0.1:0';
  #acknowledged = 0;
  #isOver = false;
  /** Resolves when no blow follows. */
  #blows: Promise<void> = Promise.resolve();

  constructor(directory: string, options: TortureOptions) {
    this.#directory = directory;
    this.#options = options;
    this.#counts = { ...blowCounts, ...options.more };
    this.#random = new Random(options.seed);
  }

  async run(onRound: OnRound): Promise<string> {
    let proxy: CuttingProxy | undefined;
    let client: Client | undefined;
    try {
      await this.#launch();
      proxy = await startCuttingProxy(() => this.#address);
      client = connect(proxy.address);
      const start = performance.now();
      const result = await this.#load(client, proxy, onRound);
      const seconds = (performance.now() - start) / 1000;
      const problems = await this.#verify(client, result);
      if (problems.length > 0) throw new BrokenGuarantee(problems, 'after the load');
      return this.#figures(result, proxy.cuts, seconds);
    } catch (error) {
      throw this.#explain(error);
    } finally {
      this.#isOver = true;
      client?.close();
      await proxy?.close();
      this.#process?.signal('SIGKILL');
      await this.#process?.ended;
    }
  }

  /** Starts the server on the same data and, after the first time, on the same port. */
  async #launch(): Promise<void> {
    const data = ['--data-dir', this.#directory];
    this.#process = launchProcess([cli, 'serve', '--listen', this.#address, ...data]);
    this.#address = (await this.#process.listening).address;
  }

  async #load(client: Client, proxy: CuttingProxy, onRound: OnRound): Promise<IngestResult> {
    const { rounds: count } = this.#options;
    const persistence = { autoSaveThreshold: Math.ceil(count / 5) };
    await client.createCollection(COLLECTION, {
      dimension: DIMENSION,
      metric: 'euclidean',
      persistence,
    });
    const striking = this.#strike(proxy);
    // A blow that fails must not be noticed only when the source waits for it.
    const failing = striking.then(() => new Promise<never>(() => {}));
    this.#blows = striking;
    const onProgress = (progress: IngestProgress): void => {
      this.#acknowledged = progress.acknowledged;
      onRound(progress.acknowledged, describe(progress));
    };
    const options = { mode: 'insert', giveUpAfterMs: GIVE_UP_AFTER_MS, onProgress } as const;
    const loading = client.collection(COLLECTION).ingest(this.#records(), options);
    return Promise.race([loading, failing]);
  }

  /** Cuts and kills, one after the other, each at its moment. */
  async #strike(proxy: CuttingProxy): Promise<void> {
    for (const blow of this.#plan()) {
      while (this.#acknowledged < blow.at && !this.#isOver) await delay(1);
      await delay(this.#random.below(DELAY_MS_MAX));
      if (this.#isOver) return;
      if (blow.kill) {
        this.#process?.signal('SIGKILL');
        await this.#process?.ended;
        await this.#launch();
      } else {
        const before = proxy.cuts;
        for (proxy.cut(); proxy.cuts === before && !this.#isOver; proxy.cut()) await delay(1);
      }
    }
  }

  #plan(): Blow[] {
    const { rounds } = this.#options;
    const blows = (count: number, kill: boolean): Blow[] =>
      Array.from({ length: count }, () => ({
        at: this.#random.below(rounds * BLOWS_UNTIL),
        kill,
      }));
    return [...blows(this.#counts.cuts, false), ...blows(this.#counts.kills, true)].sort(
      (a, b) => a.at - b.at,
    );
  }

  async *#records(): AsyncGenerator<VectorRecord> {
    const { rounds, size } = this.#options;
    const waitsAt = Math.floor(rounds * SOURCE_WAITS_AT);
    const content = 'x'.repeat(size);
    for (let index = 0; index < rounds; index += 1) {
      if (index === waitsAt) await this.#blows;
      yield { id: idOf(index), content, embedding: vectorOf(index) };
    }
  }

  async #verify(client: Client, result: IngestResult): Promise<string[]> {
    const { rounds, size } = this.#options;
    const problems: string[] = [];
    const { created, updated, failed, errors } = result;
    if (created !== rounds) problems.push(`${created} created of ${rounds}`);
    if (updated + failed > 0) {
      problems.push(`${updated} replaced and ${failed} refused, such as ${errors[0]?.message}`);
    }
    const collection = client.collection(COLLECTION);
    const count = await collection.count();
    if (count !== rounds) problems.push(`${count} records are counted`);
    const seen = new Uint8Array(rounds);
    for await (const { id, content, embedding } of collection.export()) {
      const index = Number(id.slice(1));
      const isWhole = content.length === size && embedding?.join() === vectorOf(index).join();
      if (seen[index] !== 0 || id !== idOf(index)) problems.push(`${id} is not one of the source`);
      else if (!isWhole) problems.push(`${id} is damaged`);
      seen[index] = 1;
    }
    const missing = seen.indexOf(0);
    if (missing >= 0) problems.push(`${idOf(missing)} is lost`);
    return problems;
  }

  #figures(result: IngestResult, cuts: number, seconds: number): string {
    const { created, acknowledgedBatches, reconnects, failed } = result;
    return (
      `${created} records in ${acknowledgedBatches} batches created, each once and all there, ` +
      `${failed} refused; ${cuts} cuts, ${this.#counts.kills} kills, ${reconnects} reconnects, ` +
      `${seconds.toFixed(1)} s`
    );
  }

  /** The error with what a person needs to look into it: the data is kept. */
  #explain(error: unknown): BrokenGuarantee {
    const problems =
      error instanceof BrokenGuarantee ? error.problems : [(error as Error).stack ?? String(error)];
    const log = this.#process?.stderr.trim() ?? '';
    const said = log === '' ? '' : `\nthe server said:\n${log}`;
    const where = `${this.#acknowledged} records acknowledged; the data is in ${this.#directory}`;
    return new BrokenGuarantee(problems, `${where}${said}`);
  }
}

function idOf(index: number): string {
  return `r${index}`;
}

/** Exact in 32 bits, and different for each record. */
function vectorOf(index: number): number[] {
  return [index, ...Array.from({ length: DIMENSION - 1 }, (_, place) => (index >> place) & 15)];
}

function describe({ sent, paused, reconnects }: IngestProgress): string {
  return `${sent} sent, ${reconnects} reconnects${paused ? ', waiting' : ''}`;
}
