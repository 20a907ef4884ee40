/** The steps of the demonstration: what each language does, and what must come of it. */
import { join } from 'node:path';
import { type VectorFile, writeVectors } from '../../bench/clients/vectors.js';
import { startProtovec } from '../../bench/support/server-process.js';
import { type Changes, changesOf, writeChanges } from './changes.js';
import { CommandLine } from './command-line.js';
import { flipBit } from './damage.js';
import { checkCounts, DemoFailure } from './failure.js';
import { numbersIn, Program } from './program.js';
import type { Languages } from './toolchains.js';

/** How long Python searches: the load of a slow machine, and some. */
const SEARCH_SECONDS = 10;
const SEED = 42;
const LIBRARY = 'library';
const CHANGES = 'changes';

export class Steps {
  readonly #directory: string;
  readonly #languages: Languages;
  readonly #vectors: VectorFile;
  readonly #changes: Changes;
  #server: Awaited<ReturnType<typeof startProtovec>> | undefined;

  constructor(directory: string, languages: Languages, records: number, dimension: number) {
    this.#directory = directory;
    this.#languages = languages;
    this.#vectors = { path: join(directory, 'vectors.f32'), count: records, dimension };
    this.#changes = changesOf(records);
  }

  async prepare(): Promise<void> {
    await writeVectors(this.#vectors, SEED);
    await writeChanges(this.#file('changes.jsonl'), this.#changes, this.#vectors);
    this.#server = await startProtovec(this.#file('data'));
    console.log(`   the server listens on ${this.#address}`);
    await this.#create(LIBRARY);
  }

  /** Go begins as soon as Python says that it searches, which it does for a while after the load. */
  async loadAndSearch(): Promise<void> {
    const { path, count, dimension } = this.#vectors;
    const { go, python } = this.#languages;
    const searches = new Program('polyglot', python);
    let begins = (): void => {};
    const searching = new Promise<void>((resolve) => {
      begins = resolve;
    });
    const search = [this.#address, LIBRARY, `${SEARCH_SECONDS}`];
    const searched = searches.run(search, (line) => line.startsWith('searching') && begins());
    const load = [this.#address, LIBRARY, path, `${count}`, `${dimension}`];
    const loaded = Promise.race([searching, searched]).then(() =>
      new Program('load', go).run(load),
    );
    const [seen, counted] = await Promise.all([searched, loaded]);
    checkCounts('Go', JSON.parse(counted), { records: count });
    const { first, last } = numbersIn(seen, /records: (?<first>\d+) first, (?<last>\d+) last/);
    if (!(first < last)) throw new DemoFailure(`Python saw ${first} records, and ${last} later`);
  }

  /** Takes a snapshot of other records and downloads it; the file. */
  async snapshotOther(): Promise<string> {
    const { same, changed, added } = this.#changes;
    const records = same + changed + added;
    await this.#create(CHANGES);
    const protovec = new CommandLine(this.#address);
    const imported = await protovec.ask<Counts>('import', CHANGES, this.#file('changes.jsonl'));
    checkCounts('the import', imported, { created: records, updated: 0, failed: 0 });
    const id = await this.snapshot(CHANGES);
    const file = this.#file('changes.pb');
    const download = ['snapshot', 'download', CHANGES, id, '--out', file];
    checkCounts('the file', await protovec.ask<Counts>(...download), { recordCount: records });
    return file;
  }

  async verify(file: string): Promise<void> {
    const { same, changed, added } = this.#changes;
    const form = /(?<parts>\d+) parts?, (?<records>\d+) records?, sealed, checksums match/;
    const said = await new Program('polyglot', this.#languages.rust).run([file]);
    checkCounts('Rust', numbersIn(said, form), { parts: 1, records: same + changed + added });
  }

  /** A file with one bit turned over is refused, with its name and the place of the damage. */
  async refuseDamage(file: string): Promise<void> {
    const damaged = this.#file('damaged.pb');
    const at = await flipBit(file, damaged);
    console.log(`   one bit of byte ${at} is turned over in a copy`);
    const said = await new Program('polyglot', this.#languages.rust).refuse([damaged]);
    if (said.includes(damaged)) return;
    throw new DemoFailure(`Rust refused ${damaged}, but not for its damage`);
  }

  async merge(file: string): Promise<void> {
    const { same, changed, added } = this.#changes;
    const form = /merged: (?<added>\d+) added, (?<replaced>\d+) replaced, (?<kept>\d+) kept/;
    const { java } = this.#languages;
    const said = await new Program('polyglot', java).run([this.#address, LIBRARY, file]);
    const expected = { added, replaced: same + changed, kept: 0 };
    checkCounts('Java', numbersIn(said, form), expected);
  }

  /** Only what changed is a difference: records that a merge wrote again as they were are none. */
  async compare(before: string, after: string): Promise<void> {
    const { changed, added } = this.#changes;
    const form = /added: (?<added>\d+).*removed: (?<removed>\d+).*changed: (?<changed>\d+)/s;
    const { typescript } = this.#languages;
    const diff = [this.#address, LIBRARY, before, after];
    const said = await new Program('polyglot', typescript).run(diff);
    checkCounts('TypeScript', numbersIn(said, form), { added, removed: 0, changed });
    const protovec = new CommandLine(this.#address);
    const described = await protovec.ask<Counts>('collection', 'describe', LIBRARY);
    checkCounts('the collection', described, { recordCount: this.#vectors.count + added });
  }

  /** Takes a snapshot on the server; its id. */
  async snapshot(collection = LIBRARY): Promise<string> {
    const protovec = new CommandLine(this.#address);
    const { id } = await protovec.ask<{ id: string }>('snapshot', 'create', collection);
    return id;
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  get #address(): string {
    if (this.#server === undefined) throw new Error('prepare() comes first');
    return this.#server.address;
  }

  #file(name: string): string {
    return join(this.#directory, name);
  }

  async #create(collection: string): Promise<void> {
    const dimension = `${this.#vectors.dimension}`;
    const create = ['collection', 'create', collection, '--dimension', dimension];
    await new CommandLine(this.#address).ask(...create);
  }
}

type Counts = Record<string, number>;
