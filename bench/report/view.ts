/** The measurements of one size and data set, as reports ask for them. */

import type { Size } from '../plan.js';
import { clientCounts } from '../plan.js';
import type { Figures, Measurement, Results } from '../results.js';

/** Protovec first, in every way it is driven, then other systems by name, then the limits. */
const LIMITS = ['usearch', 'usearch-single', 'echo-client', 'echo'];
/** Distinct for the colour-blind too; Protovec has its own. */
const PALETTE = [
  '#e69f00',
  '#009e73',
  '#cc79a7',
  '#56b4e9',
  '#8c6d31',
  '#6a51a3',
  '#a63603',
  '#74c476',
];
const COLORS: Readonly<Record<string, string>> = {
  protovec: '#d62728',
  usearch: '#333333',
  'echo-client': '#969696',
  echo: '#bdbdbd',
};

export class View {
  readonly size: Size;
  readonly dataset: string;
  readonly results: Results;
  readonly #measurements: readonly Measurement[];

  constructor(results: Results, size: Size, dataset: string) {
    this.results = results;
    this.size = size;
    this.dataset = dataset;
    this.#measurements = results.measurements.filter(
      (measurement) => measurement.size === size && measurement.dataset === dataset,
    );
  }

  get info() {
    return this.results.datasets[this.dataset];
  }

  of(work: string): readonly Measurement[] {
    return this.#measurements.filter((measurement) => measurement.work === work);
  }

  /** The figures of a work that has no settings. */
  figures(work: string, system: string): Figures | undefined {
    return this.of(work).find((measurement) => measurement.system === system)?.figures;
  }

  /** Everything that was measured as a system, in the order of reports. */
  get systems(): string[] {
    const names = this.#measurements
      .filter(({ work }) => work !== 'limits')
      .map(({ system }) => system);
    const rank = (name: string): number =>
      name.startsWith('protovec') ? -1 : LIMITS.includes(name) ? 1 + LIMITS.indexOf(name) : 0;
    return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  }

  /** Client counts that searches were measured with. */
  get clients(): number[] {
    const searches = this.of('search');
    return clientCounts.filter((count) => searches.some(({ point }) => point.clients === count));
  }

  /** Searches without texts, by settings. */
  searches(k: number, clients: number): readonly Measurement[] {
    return this.of('search').filter(
      ({ point, rounds }) =>
        rounds.length > 0 && point.k === k && point.clients === clients && !point.payload,
    );
  }

  colorOf(system: string): string {
    const others = this.systems.filter((name) => COLORS[name] === undefined);
    return COLORS[system] ?? PALETTE[others.indexOf(system) % PALETTE.length];
  }
}

/** Sizes and data sets that there are figures of, in the order of the sizes. */
export function views(results: Results, size: Size): View[] {
  const datasets = new Set(
    results.measurements
      .filter((measurement) => measurement.size === size)
      .map(({ dataset }) => dataset),
  );
  return [...datasets].map((dataset) => new View(results, size, dataset));
}
