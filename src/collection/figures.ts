/** What collections hold, as numbers for those who watch a server. Looks at no file. */
import { limits } from '../limits.js';
import type { Collection } from './collection.js';

/** Sizes are in bytes. */
export interface CollectionFigures {
  records: number;
  indexPending: number;
  indexTombstones: number;
  vectorBytes: number;
  /** Of graphs and of rows that wait for one, estimated. */
  indexBytes: number;
  filterBytes: number;
  /** On the disk. */
  baseBytes: number;
  /** On the disk. */
  logBytes: number;
  operationsSinceSave: number;
  /** 1 when the log failed; of several collections, the number of those. */
  latched: number;
}

/** Figures by name of collection. */
export interface FiguresByName {
  readonly named: readonly (readonly [name: string, figures: CollectionFigures])[];
  /** Sums of all others; undefined: there are none. */
  readonly others: CollectionFigures | undefined;
}

export function figuresOf({ state, isLatched, persistenceStatus }: Collection): CollectionFigures {
  const { index, indexes, arena, filters } = state;
  return {
    records: state.count,
    indexPending: index.pendingCount,
    indexTombstones: index.tombstoneCount,
    vectorBytes: arena.memoryBytes,
    indexBytes: indexes.memoryBytes,
    filterBytes: filters.memoryBytes,
    baseBytes: Number(persistenceStatus.baseSizeBytes),
    logBytes: Number(persistenceStatus.logSizeBytes),
    operationsSinceSave: state.operationsSinceSave,
    latched: isLatched ? 1 : 0,
  };
}

/** All of them as one: the first `limits.metricsCollectionsMax` by name, and the sums of the others. */
export function joined(parts: readonly FiguresByName[]): FiguresByName {
  const all = parts.flatMap(({ named }) => named);
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  const rest = all.slice(limits.metricsCollectionsMax).map(([, figures]) => figures);
  for (const { others } of parts) if (others !== undefined) rest.push(others);
  return {
    named: all.slice(0, limits.metricsCollectionsMax),
    others: rest.length === 0 ? undefined : rest.reduce(sum),
  };
}

function sum(a: CollectionFigures, b: CollectionFigures): CollectionFigures {
  const both = { ...a };
  for (const key of Object.keys(both) as (keyof CollectionFigures)[]) both[key] += b[key];
  return both;
}
