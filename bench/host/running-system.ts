/**
 * One system while it is measured: its driver and its directory. A request that fails is remembered
 * and answered with the reason; the other systems go on.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dataset } from '../data/dataset.js';
import type { OpenRequest } from '../drivers/driver.js';
import { indexSettings, metric, timeouts } from '../plan.js';
import type { SystemInfo } from '../results.js';
import { DriverProcess, UnsupportedError } from './driver-process.js';
import { cacheDirectory } from './paths.js';
import type { SystemSpec } from './systems.js';

/** What came of a request: the answer, or why there is none. */
export type Outcome<Answer> = { answer: Answer } | { missing: string };

export class RunningSystem {
  readonly spec: SystemSpec;
  /** Set by the first start. */
  info: SystemInfo | undefined;
  #driver: DriverProcess | undefined;
  #directory: string | undefined;
  #failure: string | undefined;

  constructor(spec: SystemSpec) {
    this.spec = spec;
  }

  get name(): string {
    return this.spec.name;
  }

  /** Whether it is a ceiling that stores nothing and finds nothing. */
  get isEcho(): boolean {
    return this.name.startsWith('echo');
  }

  /** Whether its driver was started and not ended since. */
  get isRunning(): boolean {
    return this.#driver !== undefined;
  }

  /** Where the system keeps its files. */
  get directory(): string {
    return this.#directory!;
  }

  /** Ends what runs and starts with an empty directory. `settings`: other than the plan's. */
  async startFresh(
    dataset: Dataset,
    threads: number,
    settings: Partial<Pick<OpenRequest, 'quantization' | 'deferIndex'>> = {},
  ): Promise<Outcome<object>> {
    await this.stop();
    this.#failure = undefined;
    const runs = join(cacheDirectory, 'runs');
    await mkdir(runs, { recursive: true });
    this.#directory = await mkdtemp(join(runs, `${this.name}-`));
    this.#driver = new DriverProcess(this.spec.command);
    const hello = await this.ask<SystemInfo>('hello', {}, timeouts.hello);
    if ('missing' in hello) return hello;
    const opened = await this.ask<{ settings?: SystemInfo['settings'] }>(
      'open',
      {
        directory: this.#directory,
        dimension: dataset.description.dimension,
        metric,
        ...indexSettings,
        threads,
        deferIndex: false,
        ...settings,
      },
      timeouts.open,
    );
    if ('missing' in opened) {
      this.#failure ??= opened.missing;
      return opened;
    }
    this.info = { ...hello.answer, settings: opened.answer.settings ?? {} };
    return opened;
  }

  /** Sends a request. What fails, except for want of support, ends the system for this data set. */
  async ask<Answer>(request: string, fields: object, timeout: number): Promise<Outcome<Answer>> {
    if (this.#failure !== undefined) return { missing: this.#failure };
    try {
      return { answer: await this.#driver!.request<Answer>(request, fields, timeout) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (error instanceof UnsupportedError) return { missing: message };
      this.#failure = `${request} failed: ${message.split('\n').slice(0, 6).join(' ')}`;
      console.error(`${this.name}: ${request} failed: ${message}`);
      return { missing: this.#failure };
    }
  }

  async stop(): Promise<void> {
    await this.#driver?.close(timeouts.close);
    this.#driver = undefined;
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}
