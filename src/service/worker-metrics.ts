/** Puts the figures of the engine workers into a registry of Prometheus. */

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type CollectionFigures, joined } from '../collection/figures.js';
import type { WorkerFigures } from '../engine/figures.js';
import type { TallyFigures } from '../tally.js';
import type { FiguresOfWorkers } from './worker-figures.js';

/** Stands for the collections beyond the limit. No collection can be called so. */
const otherCollections = '_other';

type Source = Pick<FiguresOfWorkers, 'last'>;
type Key = keyof CollectionFigures;

/** Registers the metrics; each scrape shows what `source` has then. */
export function addWorkerMetrics(registry: Registry, source: Source): void {
  const addSize = (name: string, help: string, parts: Readonly<Record<string, Key>>) =>
    addCollectionGauge(registry, source, name, help, parts);
  const addOne = (name: string, help: string, key: Key) => addSize(name, help, { '': key });
  addOne('records', 'Records of the collection.', 'records');
  addOne('index_pending_rows', 'Rows that wait for the index.', 'indexPending');
  addOne('index_tombstones', 'Nodes of the graph whose records are gone.', 'indexTombstones');
  addSize('memory_bytes', 'Bytes in memory, by what they are for.', {
    vectors: 'vectorBytes',
    index: 'indexBytes',
    filters: 'filterBytes',
  });
  addSize('disk_bytes', 'Bytes of the base and of the logs behind it.', {
    base: 'baseBytes',
    log: 'logBytes',
  });
  addOne('operations_since_save', 'Writes that only the log has.', 'operationsSinceSave');
  addOne('latched', 'Whether the log failed, so that no writes are taken: 1.', 'latched');
  addHistogram(registry, source, {
    name: 'protovec_search_batch_size',
    help: 'Searches that a worker answered together.',
    tally: ({ searchBatches }) => searchBatches,
  });
  addHistogram(registry, source, {
    name: 'protovec_log_sync_seconds',
    help: 'Seconds that a sync of a log took.',
    tally: ({ logSyncs }) => logSyncs,
  });
  addCounter(registry, source, {
    name: 'protovec_checkpoints_total',
    help: 'Checkpoints that were completed.',
    value: ({ checkpoints }) => checkpoints.count,
  });
  addCounter(registry, source, {
    name: 'protovec_checkpoint_seconds_total',
    help: 'Seconds that the completed checkpoints took.',
    value: ({ checkpoints }) => checkpoints.sum,
  });
  new Gauge({
    name: 'protovec_worker_figures_age_seconds',
    help: 'Age of what is shown of a worker and its collections; grows while it is busy.',
    labelNames: ['worker'],
    registers: [registry],
    collect() {
      for (const [worker, , ageMs] of source.last) this.set({ worker }, ageMs / 1_000);
    },
  });
}

/** `parts`: values of the label `part` with what is shown; a value '' stands for no such label. */
function addCollectionGauge(
  registry: Registry,
  source: Source,
  name: string,
  help: string,
  parts: Readonly<Record<string, Key>>,
): void {
  new Gauge({
    name: `protovec_collection_${name}`,
    help,
    labelNames: '' in parts ? ['collection'] : ['collection', 'part'],
    registers: [registry],
    collect() {
      const { named, others } = joined(source.last.map(([, { collections }]) => collections));
      const all = others === undefined ? named : [...named, [otherCollections, others] as const];
      this.reset();
      for (const [collection, figures] of all) {
        for (const [part, key] of Object.entries(parts)) {
          this.set(part === '' ? { collection } : { collection, part }, figures[key]);
        }
      }
    },
  });
}

/** A counter that is kept elsewhere: it begins anew with its worker, as counters may. */
function addCounter(
  registry: Registry,
  source: Source,
  metric: { name: string; help: string; value: (figures: WorkerFigures) => number },
): void {
  new Counter({
    name: metric.name,
    help: metric.help,
    labelNames: ['worker'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [worker, figures] of source.last) this.inc({ worker }, metric.value(figures));
    },
  });
}

function addHistogram(
  registry: Registry,
  source: Source,
  metric: { name: string; help: string; tally: (figures: WorkerFigures) => TallyFigures },
): void {
  const { name, help } = metric;
  const values = () =>
    source.last.flatMap(([worker, figures]) => samplesOf(name, worker, metric.tally(figures)));
  registry.registerMetric(new TalliedHistogram(name, help, values));
}

interface Sample {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/** A histogram of what was tallied elsewhere, which one of prom-client's own cannot take over. */
class TalliedHistogram extends Histogram {
  readonly #about: { readonly name: string; readonly help: string };
  readonly #samples: () => Sample[];

  constructor(name: string, help: string, samples: () => Sample[]) {
    super({ name, help, registers: [] });
    this.#about = { name, help };
    this.#samples = samples;
  }

  /** What the registry asks for, and what `get` of prom-client makes its answer of. */
  async getForPromString() {
    return { ...this.#about, type: 'histogram', aggregator: 'sum', values: this.#samples() };
  }
}

function samplesOf(name: string, worker: number, tally: TallyFigures): Sample[] {
  let below = 0;
  const buckets = tally.bounds.map((le, i) => {
    below += tally.within[i];
    return { metricName: `${name}_bucket`, labels: { worker, le }, value: below };
  });
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { worker, le: '+Inf' }, value: tally.count },
    { metricName: `${name}_sum`, labels: { worker }, value: tally.sum },
    { metricName: `${name}_count`, labels: { worker }, value: tally.count },
  ];
}
