/**
 * Ratios of Protovec to its limits. A ratio is the median over the rounds of one run, each round
 * compared with its neighbour in time; these are the figures that a change is judged by.
 */
import type { DatasetInfo, Figures, Measurement, Point } from '../results.js';
import { median } from '../support/statistics.js';

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

const DISK = 'the disk is not the benchmark’s alone: its own speed differs from second to second';
const SCHEDULER =
  'clients and server share the cores, so the scheduler decides how much each of them gets';
const SHORT = 'it takes so short a time that a single pause of the machine shows';
const PROCESSOR = 'caches and clock rate differ with what else the machine does';
const BUILD = 'the graph is built beside other work on the same cores';

/** Where a figure is found. */
interface Selector {
  readonly work: string;
  readonly system: string;
  readonly point?: Point;
  readonly figure: string;
}

interface Definition {
  readonly name: string;
  readonly limit: string;
  readonly of: Selector;
  readonly to: Selector;
  /** What the value is multiplied by, such as bytes a record. */
  readonly scale?: number;
  readonly higherIsBetter?: boolean;
  readonly noise: string;
}

const CLIENTS = [1, 8, 32];
const PERCENTS = [1, 10, 50];

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
  const ratios = definitions(info).flatMap((definition) => {
    const of = find(own, definition.of);
    const to = find(own, definition.to);
    // Sides of different runs met different machines, however alike.
    if (of === undefined || to === undefined || of.run !== to.run) return [];
    const values = valuesOf(of, to, definition);
    if (values.length === 0) return [];
    const { name, limit, noise, higherIsBetter = true } = definition;
    const value = median(values);
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return [{ dataset, run: of.run, name, limit, value, least, most, higherIsBetter, noise }];
  });
  return [...ratios, ...sizeRatios(own, dataset, info)];
}

function valuesOf(of: Measurement, to: Measurement, definition: Definition): number[] {
  const scale = definition.scale ?? 1;
  const ratio = (one: Figures, other: Figures): number =>
    (scale * one[definition.of.figure]) / other[definition.to.figure];
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

function definitions({ vectorBytes, textBytes, records }: DatasetInfo): Definition[] {
  const recordBytes = (vectorBytes + textBytes) / records;
  return [
    ...searchDefinitions(),
    ...filterDefinitions(),
    ...loadDefinitions(recordBytes),
    ...fileDefinitions(),
  ];
}

function searchDefinitions(): Definition[] {
  return CLIENTS.flatMap((clients) => {
    const point = { k: 10, ef: 64, clients, payload: false };
    const of = { work: 'search', system: 'protovec', point, figure: 'queriesPerSecond' };
    const name = `search, ${clients} ${clients === 1 ? 'client' : 'clients'}: queries/s`;
    const to = (system: string): Selector => ({ ...of, system });
    const cpu = { ...of, figure: 'cpuMsPerQuery' };
    return [
      { name, limit: 'usearch in process', of, to: to('usearch'), noise: SCHEDULER },
      { name, limit: 'gRPC echo', of, to: to('echo'), noise: SCHEDULER },
      { name, limit: 'echo to its own client', of, to: to('echo-client'), noise: SCHEDULER },
      {
        name: `search, ${clients} ${clients === 1 ? 'client' : 'clients'}: processor time a query, both sides`,
        limit: 'echo to its own client',
        of: cpu,
        to: { ...cpu, system: 'echo-client' },
        higherIsBetter: false,
        noise: PROCESSOR,
      },
    ];
  });
}

function filterDefinitions(): Definition[] {
  return PERCENTS.map((percent) => {
    const of = {
      work: 'filter',
      system: 'protovec',
      point: { percent, k: 10 },
      figure: 'queriesPerSecond',
    };
    const name = `filtered search, ${percent}% match: queries/s`;
    const limit = 'exact scan of the matching rows in process';
    return { name, limit, of, to: { ...of, system: 'usearch' }, noise: SCHEDULER };
  });
}

function loadDefinitions(recordBytes: number): Definition[] {
  const load = { work: 'load', system: 'protovec', figure: 'recordsPerSecond' };
  const name = 'bulk load, durable: records/s';
  const decode = { work: 'limits', system: 'generated decode', figure: 'recordsPerSecond' };
  const disk = { work: 'limits', system: 'disk write', figure: 'bytesPerSecond' };
  const index = { work: 'index', system: 'protovec', figure: 'recordsPerSecond' };
  const mixed = { work: 'mixed', system: 'protovec', figure: 'recordsPerSecond' };
  const idlePoint = { k: 10, ef: 64, clients: 1, payload: false };
  return [
    {
      name,
      limit: 'bare stream of grpc-js',
      of: load,
      to: { ...load, system: 'echo' },
      noise: BUILD,
    },
    {
      name,
      limit: 'its own client to a server that stores nothing',
      of: load,
      to: { ...load, system: 'echo-client' },
      noise: BUILD,
    },
    { name, limit: 'decoding by the generated code', of: load, to: decode, noise: BUILD },
    {
      name: 'bulk load, durable: bytes/s',
      limit: 'sequential write with sync',
      of: load,
      to: disk,
      scale: recordBytes,
      noise: DISK,
    },
    {
      name: 'load until indexed: records/s',
      limit: 'usearch in process',
      of: index,
      to: { ...index, system: 'usearch' },
      noise: BUILD,
    },
    {
      name: 'search while loading: median latency',
      limit: 'search alone',
      of: { ...mixed, figure: 'p50Ms' },
      to: { work: 'search', system: 'protovec', point: idlePoint, figure: 'p50Ms' },
      higherIsBetter: false,
      noise: BUILD,
    },
  ];
}

function fileDefinitions(): Definition[] {
  const disk = { work: 'limits', system: 'disk write', figure: 'bytesPerSecond' };
  const snapshot = (figure: string): Selector => ({ work: 'snapshot', system: 'protovec', figure });
  const restart = { work: 'restart', system: 'protovec', figure: 'seconds' };
  const limit = 'sequential write with sync';
  return [
    {
      name: 'snapshot saved: bytes/s',
      limit,
      of: snapshot('createBytesPerSecond'),
      to: disk,
      noise: DISK,
    },
    {
      name: 'snapshot restored: bytes/s',
      limit,
      of: snapshot('restoreBytesPerSecond'),
      to: disk,
      noise: DISK,
    },
    {
      name: 'snapshot merged: bytes/s',
      limit,
      of: snapshot('mergeBytesPerSecond'),
      to: disk,
      noise: DISK,
    },
    {
      name: 'snapshot downloaded: bytes/s',
      limit: 'memory copy',
      of: snapshot('downloadBytesPerSecond'),
      to: { work: 'limits', system: 'memory copy', figure: 'bytesPerSecond' },
      noise: SCHEDULER,
    },
    {
      name: 'restart until the first answer: time',
      limit: 'reading the same files',
      of: restart,
      to: { ...restart, figure: 'readSeconds' },
      higherIsBetter: false,
      noise: SHORT,
    },
    {
      name: 'restart until the first answer: time',
      limit: 'usearch in process',
      of: restart,
      to: { ...restart, system: 'usearch' },
      higherIsBetter: false,
      noise: SHORT,
    },
  ];
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
