/**
 * Ratios of Protovec to its limits. A ratio is the median over the rounds of one run, each round
 * compared with its neighbour in time; these are the figures that a change is judged by.
 */
import type { DatasetInfo, Figures, Measurement } from '../results.js';
import { median } from '../support/statistics.js';
import { bulkDefinitions, fileDefinitions, loadDefinitions } from './load-ratios.js';
import type { Definition, Selector } from './ratio-definition.js';
import {
  batchDefinitions,
  ceilingDefinitions,
  filterDefinitions,
  searchDefinitions,
} from './search-ratios.js';

export interface Ratio {
  readonly dataset: string;
  /** Start of the run that measured both sides. */
  readonly run: string;
  readonly name: string;
  /** What it is compared with. */
  readonly limit: string;
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly higherIsBetter: boolean;
  /** Why it may differ from run to run, when something besides the code decides. */
  readonly noise: string;
}

/** Whether two ratios, of one run or of two, are of the same things. */
export function isSame(one: Ratio, other: Ratio): boolean {
  return one.dataset === other.dataset && one.name === other.name && one.limit === other.limit;
}

/** The ratios that can be told from the measurements of one data set. */
export function ratiosOf(
  measurements: readonly Measurement[],
  dataset: string,
  info: DatasetInfo,
): Ratio[] {
  const own = measurements.filter((measurement) => measurement.dataset === dataset);
  const ratios = definitionsOf(info).flatMap((definition) => {
    const of = find(own, definition.of);
    const sides = [definition.to]
      .flat()
      .map((selector) => ({ selector, side: find(own, selector) }));
    // Sides of different runs met different machines, however alike.
    const isComplete = of !== undefined && sides.every(({ side }) => side?.run === of.run);
    if (!isComplete) return [];
    const all = sides.map(({ selector, side }) => valuesOf(of, side!, definition, selector.figure));
    const values = mostOf(all);
    if (values.length === 0) return [];
    const { name, limit, noise, higherIsBetter = true } = definition;
    const value = median(values);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return [{ dataset, run: of.run, name, limit, value, least, most, higherIsBetter, noise }];
  });
  return [...ratios, ...sizeRatios(own, dataset, info)];
}

function definitionsOf({ vectorBytes, textBytes, records }: DatasetInfo): Definition[] {
  return [
    ...searchDefinitions(),
    ...ceilingDefinitions(),
    ...batchDefinitions(),
    ...filterDefinitions(),
    ...loadDefinitions((vectorBytes + textBytes) / records),
    ...bulkDefinitions(),
    ...fileDefinitions(),
  ];
}

/** The ratio to the lower limit: round by round when all limits were measured as often. */
function mostOf(all: readonly (readonly number[])[]): readonly number[] {
  if (all.length === 1) return all[0];
  const count = all[0].length;
  if (all.some(({ length }) => length !== count)) return [Math.max(...all.map(median))];
  return all[0].map((_, round) => Math.max(...all.map((values) => values[round])));
}

function valuesOf(
  of: Measurement,
  to: Measurement,
  definition: Definition,
  figure: string,
): number[] {
  const scale = definition.scale ?? 1;
  const ratio = (one: Figures, other: Figures): number =>
    (scale * one[definition.of.figure]) / other[figure];
  const paired = of.rounds.length === to.rounds.length;
  const values = paired
    ? of.rounds.map((round, i) => ratio(round, to.rounds[i]))
    : [ratio(of.figures, to.figures)];
  return values.filter(Number.isFinite);
}

function find(
  measurements: readonly Measurement[],
  { work, system, point = {} }: Selector,
): Measurement | undefined {
  return measurements.find(
    (candidate) =>
      candidate.work === work &&
      candidate.system === system &&
      candidate.rounds.length > 0 &&
      Object.entries(point).every(([name, value]) => candidate.point[name] === value),
  );
}

function sizeRatios(
  measurements: readonly Measurement[],
  dataset: string,
  { vectorBytes, textBytes }: DatasetInfo,
): Ratio[] {
  const footprint = measurements.find(
    ({ work, system }) => work === 'footprint' && system === 'protovec',
  );
  const sizes = [
    { name: 'resident memory', figure: 'residentBytes', limit: 'raw vectors', to: vectorBytes },
    {
      name: 'bytes on disk',
      figure: 'diskBytes',
      limit: 'raw vectors and texts',
      to: vectorBytes + textBytes,
    },
  ];
  if (footprint === undefined) return [];
  const { run, figures } = footprint;
  return sizes.flatMap(({ name, figure, limit, to }) => {
    const value = figures[figure] / to;
    if (!Number.isFinite(value)) return [];
    const noise = 'it depends on when memory is collected and when files are written anew';
    const [least, most] = [value, value];
    return [{ dataset, run, name, limit, value, least, most, higherIsBetter: false, noise }];
  });
}
