/**
 * SIGKILL at a random moment under load, round after round on one data directory. After each
 * restart everything that was acknowledged before the kill is there, whole and searchable, what was
 * deleted stays deleted, and nothing that was under way is half there.
 *
 * A kill keeps what the kernel was given, so this tests the order of writing, applying and
 * answering, and the recovery; it cannot tell whether fdatasync was called.
 */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { randomOf } from '../../../bench/support/random.js';
import {
  type LaunchedProcess,
  launchProtovec,
  type ServerProcess,
} from '../../../bench/support/server-process.js';
import { BrokenGuarantee, type OnRound, type Torture, type TortureOptions } from '../torture.js';
import { Ledger } from '../writes/ledger.js';
import { Store } from '../writes/store.js';
import { type Verified, verify } from '../writes/verify.js';
import { Writer } from '../writes/writer.js';

const WRITERS = 6;
/** Changed records after which the server saves by itself. */
const AUTO_SAVE_THRESHOLD = 500n;
const LOAD_MS_MIN = 50;
const LOAD_MS_MAX = 1_500;
/** Within this after SIGTERM comes the kill, in rounds that kill a server which is stopping. */
const STOPPING_MS_MAX = 400;
const RESTART_KILLS_MAX = 3;
const SETTLED_SEARCHES_MAX = 2_000;

/** How a round may end. */
const endings = [
  { name: 'killed under load', stopFirst: false, restartKills: false },
  { name: 'killed, its restart too', stopFirst: false, restartKills: true },
  { name: 'killed while stopping', stopFirst: true, restartKills: false },
];
/** Share of the rounds after which the server is stopped in peace: the next starts from a base. */
const PEACEFUL_SHARE = 0.25;

export const torture: Torture = {
  about: 'SIGKILL at random moments while writes of every kind run and the server saves',
  rounds: 20,
  size: 32,
  run: async (options, onRound) => {
    const directory = await mkdtemp(join(tmpdir(), 'protovec-torture-'));
    const figures = await new KillRun(directory, options).run(onRound);
    await rm(directory, { recursive: true, force: true });
    return figures;
  },
};

class KillRun {
  readonly #directory: string;
  readonly #rounds: number;
  readonly #random: () => number;
  readonly #ledger = new Ledger();
  readonly #writers: readonly Writer[];
  #process: LaunchedProcess;
  #startMs = 1_000;
  #kills = 0;
  #kept = 0;
  #lost = 0;
  #lastSave = 0;
  #savedRounds = 0;
  #searches = 0;
  #unreached = 0;

  constructor(directory: string, options: TortureOptions) {
    this.#directory = directory;
    this.#rounds = options.rounds;
    this.#random = randomOf(options.seed);
    this.#writers = Array.from(
      { length: WRITERS },
      (_, number) => new Writer(number, this.#ledger, options),
    );
    this.#process = launchProtovec(directory);
  }

  async run(onRound: OnRound): Promise<string> {
    let round = 0;
    try {
      let server = await this.#process.listening;
      await this.#withStore(server, (store) => store.create(AUTO_SAVE_THRESHOLD));
      for (round = 1; round <= this.#rounds; round += 1) {
        const before = this.#ledger.acknowledgedSteps;
        const ending = this.#pick();
        await this.#load(server, ending.stopFirst);
        server = await this.#restart(ending.restartKills);
        const verified = await this.#verify(server, `round ${round}, ${ending.name}`);
        const acknowledged = this.#ledger.acknowledgedSteps - before;
        onRound(round, describe(ending.name, acknowledged, verified));
        if (this.#random() < PEACEFUL_SHARE) server = await this.#stopAndStart(server);
      }
      server = await this.#stopAndStart(server);
      await this.#verifyAtLast(server);
      await server.stop();
      return await this.#figures();
    } catch (error) {
      throw this.#explain(error, round);
    } finally {
      this.#process.signal('SIGKILL');
      await this.#process.ended;
    }
  }

  /** Writes until the server is killed, some time after its first answer. */
  async #load(server: ServerProcess, stopFirst: boolean): Promise<void> {
    const before = this.#ledger.acknowledgedSteps;
    let failing = false;
    const mayFail = (): boolean => failing;
    const writing = Promise.all(this.#writers.map((writer) => writer.run(server.address, mayFail)));
    const died = this.#process.ended.then((how) => {
      if (!failing) throw new Error(`the server ended by itself with ${how}`);
    });
    const span = LOAD_MS_MIN + this.#random() * (LOAD_MS_MAX - LOAD_MS_MIN);
    const due = async (): Promise<void> => {
      while (this.#ledger.acknowledgedSteps === before && !failing) await delay(5);
      await delay(span);
    };
    await Promise.race([due(), writing, died]);
    failing = true;
    if (stopFirst) {
      this.#process.signal('SIGTERM');
      await delay(this.#random() * STOPPING_MS_MAX);
    }
    this.#ledger.cut();
    await this.#kill();
    await writing;
  }

  async #kill(): Promise<void> {
    this.#process.signal('SIGKILL');
    await this.#process.ended;
    this.#kills += 1;
  }

  /** Starts the server again, and maybe kills it a few times before it listens. */
  async #restart(killed: boolean): Promise<ServerProcess> {
    const kills = killed ? 1 + Math.floor(this.#random() * RESTART_KILLS_MAX) : 0;
    for (let i = 0; i < kills; i += 1) {
      this.#process = launchProtovec(this.#directory);
      await delay(this.#random() * this.#startMs * 1.2);
      await this.#kill();
    }
    return this.#start();
  }

  async #start(): Promise<ServerProcess> {
    const start = performance.now();
    this.#process = launchProtovec(this.#directory);
    const server = await this.#process.listening;
    this.#startMs = performance.now() - start;
    return server;
  }

  async #stopAndStart(server: ServerProcess): Promise<ServerProcess> {
    await server.stop();
    return this.#start();
  }

  #verify(server: ServerProcess, when: string, searched?: Iterable<string>): Promise<Verified> {
    return this.#withStore(server, async (store) => {
      const verified = await verify(store, this.#ledger, searched);
      const lastSave = await store.lastSave();
      if (lastSave > this.#lastSave) this.#savedRounds += 1;
      this.#lastSave = lastSave;
      this.#kept += verified.kept;
      this.#lost += verified.lost;
      this.#searches += verified.searches;
      this.#unreached += verified.unreached;
      if (verified.problems.length > 0) throw new BrokenGuarantee(verified.problems, when);
      return verified;
    });
  }

  /** After a stop in peace, once the graph holds every record: the searches go through it. */
  async #verifyAtLast(server: ServerProcess): Promise<void> {
    await this.#withStore(server, async (store) => {
      while ((await store.pending()) > 0) await delay(100);
    });
    const searched = this.#some([...this.#ledger.liveIds()], SETTLED_SEARCHES_MAX);
    await this.#verify(server, 'after the stop in peace', searched);
  }

  #some(ids: readonly string[], count: number): string[] {
    const share = count / ids.length;
    return ids.filter(() => this.#random() < share);
  }

  #pick(): (typeof endings)[number] {
    return endings[Math.floor(this.#random() * endings.length)];
  }

  async #withStore<T>(server: ServerProcess, use: (store: Store) => Promise<T>): Promise<T> {
    const store = new Store(server.address);
    try {
      return await use(store);
    } finally {
      store.close();
    }
  }

  /** The error with what a person needs to look into it: the data is kept. */
  #explain(error: unknown, round: number): BrokenGuarantee {
    const problems =
      error instanceof BrokenGuarantee ? error.problems : [(error as Error).stack ?? String(error)];
    const log = this.#process.stderr.trim();
    const where =
      error instanceof BrokenGuarantee ? error.message.split('\n')[0] : `round ${round}`;
    const said = log === '' ? '' : `\nthe server said:\n${log}`;
    return new BrokenGuarantee(problems, `${where}; the data is in ${this.#directory}${said}`);
  }

  async #figures(): Promise<string> {
    const files = await readdir(this.#directory, { recursive: true });
    const torn = files.filter((file) => file.endsWith('.torn')).length;
    const { acknowledgedSteps, acknowledgedRows } = this.#ledger;
    return (
      `${this.#rounds} rounds, ${this.#kills} kills: ${acknowledgedSteps} messages with ` +
      `${acknowledgedRows} records acknowledged, all there; ${this.#kept + this.#lost} under way, ` +
      `${this.#kept} whole and ${this.#lost} absent, none half; ${torn} torn tails; ` +
      `a save was found in ${this.#savedRounds} rounds; ${this.#searches} searches, ${this.#unreached} found by exact search only`
    );
  }
}

function describe(ending: string, acknowledged: number, verified: Verified): string {
  const { kept, lost, records, searches } = verified;
  return (
    `${ending}; ${acknowledged} messages acknowledged, ${kept + lost} under way (${kept} whole), ` +
    `${records} records, ${searches} searches`
  );
}
