/** How much is measured and for how long: the one table of sizes and durations. */

export const sizes = ['quick', 'full', 'large'] as const;
export type Size = (typeof sizes)[number];

export const works = [
  'limits',
  'load',
  'index',
  'search',
  'ceiling',
  'batch',
  'filter',
  'mixed',
  'footprint',
  'restart',
  'snapshot',
  'quantization',
  'bulk',
] as const;
export type Work = (typeof works)[number];
/** What takes minutes is done when it is asked for by name. */
const extraWorks: readonly Work[] = ['quantization', 'bulk'];

/** One setting of a search. */
export interface SearchPoint {
  readonly k: number;
  readonly ef: number;
  readonly clients: number;
  /** Whether texts come back with the hits. */
  readonly payload: boolean;
}

/** What is done with one data set. */
export interface DatasetPlan {
  /** `wordnet`, `synthetic`, or the path of a file. */
  readonly source: string;
  /** Records of a synthetic set. */
  readonly records?: number;
  readonly points: readonly SearchPoint[];
  /** Whether the other systems take part when none are named: some load for minutes. */
  readonly peers: boolean;
  /** What is done with it. Absent: everything but bulk loads. */
  readonly works?: readonly Work[];
}

export interface Plan {
  readonly size: Size;
  readonly datasets: readonly DatasetPlan[];
  /** What is done unless `--only` says otherwise. */
  readonly works: readonly Work[];
  /** The limits that take part; all of them when absent. */
  readonly limits?: readonly string[];
  /** Distinct queries, none of them in the set. */
  readonly queries: number;
  /** Queries that recall is taken of. */
  readonly recallQueries: number;
  /** The same of other systems, some of which answer slowly. */
  readonly peerRecallQueries: number;
  readonly filterRecallQueries: number;
  /** Times that each search is measured, the systems in turn. */
  readonly searchRounds: number;
  readonly searchSeconds: number;
  /** Times that Protovec and the limits load; the other systems do it once. The disk and the
   * memory are measured before each. */
  readonly loadRounds: number;
  /** How many of these go on until everything is in the index. */
  readonly indexRounds: number;
  readonly restartRounds: number;
  /** Percentages of records that match; searches of all are measured in turn with them. */
  readonly filters: readonly number[];
  readonly filterSeconds: number;
  /** Seconds of one measurement beside a ceiling, or of searches that travel together. */
  readonly ceilingSeconds: number;
  /** Times of either; they take little, and their ratios are what the server is judged by. */
  readonly ceilingRounds: number;
  readonly batchSeconds: number;
  /** Loaded while one client searches, with a pause of mixedEveryMs after each answer. */
  readonly mixedRecords: number;
  readonly mixedEveryMs: number;
  readonly mixedRounds: number;
  readonly snapshotRounds: number;
  /** Bytes that one measurement of the disk writes. */
  readonly diskBytes: number;
}

/** Where the systems are compared with the limits, in every size. */
export const reference: SearchPoint = { k: 10, ef: 64, clients: 8, payload: false };
export const clientCounts = [1, 8, 32];

/** Recall that a search beside its ceilings has at least, and the settings of ef that are tried. */
export const ceilingRecall = 0.95;
export const ceilingEfs = [12, 14, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256];
/** Queries in one call of usearch at its best. */
export const widestBatch = 256;

/** Searches in one call, and calls with so many of them at a time. */
export const batchWidth = 64;
export const batchCalls = 2;
/** Searches under way on one stream: as many as the client of Protovec keeps. */
export const streamWidth = 256;

export const quantizations = ['f32', 'f16', 'bf16', 'i8'] as const;
export const quantizationEfs = [32, 64, 128];

/** What every system that has the settings is opened with: the server's defaults. */
export const indexSettings = { connectivity: 24, expansionAdd: 160, quantization: 'i8' } as const;
export const metric = 'cosine' as const;
export const batch = 1000;

/** Seconds until a request counts as failed. */
export const timeouts = {
  hello: 60,
  open: 120,
  load: 1800,
  index: 1800,
  search: 300,
  mixed: 1800,
  footprint: 60,
  restart: 300,
  snapshot: 1200,
  close: 60,
};

function pointsOf(k: number, efs: readonly number[], clients: readonly number[]): SearchPoint[] {
  return efs.flatMap((ef) => clients.map((count) => ({ ...reference, k, ef, clients: count })));
}

const sweep = [
  ...pointsOf(10, [16, 32, 64, 128, 256], [8]),
  ...pointsOf(10, [16, 64, 128], [1, 32]),
  ...pointsOf(100, [128, 256], clientCounts),
  { ...reference, payload: true },
];
const largeSweep = [...pointsOf(10, [64, 128, 256], [8]), ...pointsOf(10, [128], [1, 32])];
const shortSweep = [...pointsOf(10, [16, 64, 128], clientCounts), ...pointsOf(100, [128], [8])];

const usualWorks = works.filter((work) => !extraWorks.includes(work));

const full: Plan = {
  size: 'full',
  datasets: [
    { source: 'synthetic', records: 100_000, points: sweep, peers: true },
    { source: 'wordnet', points: shortSweep, peers: false },
    { source: 'synthetic', records: 500_000, points: [], peers: false, works: ['bulk'] },
  ],
  works: usualWorks,
  queries: 4000,
  recallQueries: 1000,
  peerRecallQueries: 200,
  filterRecallQueries: 200,
  searchRounds: 2,
  searchSeconds: 0.5,
  loadRounds: 3,
  indexRounds: 1,
  restartRounds: 3,
  filters: [0.1, 1, 10, 50, 99],
  filterSeconds: 0.5,
  ceilingSeconds: 0.5,
  ceilingRounds: 7,
  batchSeconds: 0.5,
  mixedRecords: 20_000,
  mixedEveryMs: 20,
  mixedRounds: 3,
  snapshotRounds: 3,
  diskBytes: 512 * 2 ** 20,
};

export const plans: Record<Size, Plan> = {
  full,
  quick: {
    ...full,
    size: 'quick',
    datasets: [
      {
        source: 'synthetic',
        records: 20_000,
        points: [...pointsOf(10, [64], clientCounts), { ...reference, k: 100, ef: 128 }],
        peers: false,
      },
      { source: 'synthetic', records: 50_000, points: [], peers: false, works: ['bulk'] },
    ],
    queries: 2000,
    filterRecallQueries: 200,
    searchRounds: 3,
    searchSeconds: 0.3,
    loadRounds: 3,
    indexRounds: 1,
    restartRounds: 3,
    filterSeconds: 0.25,
    ceilingSeconds: 0.2,
    ceilingRounds: 5,
    batchSeconds: 0.2,
    diskBytes: 128 * 2 ** 20,
  },
  large: {
    ...full,
    size: 'large',
    datasets: [{ source: 'synthetic', records: 1_000_000, points: largeSweep, peers: false }],
    // It shows that so many records load, are indexed, restart and are found; the rest scales.
    works: ['limits', 'load', 'index', 'search', 'filter', 'footprint', 'restart'],
    limits: ['usearch'],
    recallQueries: 300,
    filterRecallQueries: 100,
    searchRounds: 2,
    loadRounds: 1,
    restartRounds: 1,
  },
};

/** What is done with a data set, of what was asked for. */
export function worksOn({ works: own }: DatasetPlan, asked: ReadonlySet<Work>): ReadonlySet<Work> {
  const isDone = (work: Work): boolean => own?.includes(work) ?? work !== 'bulk';
  return new Set([...asked].filter(isDone));
}
