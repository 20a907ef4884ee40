/**
 * How many native threads one call of the graph library may use in this engine worker, to link rows
 * and to search for several queries at once.
 */
import { availableParallelism } from 'node:os';

/** Queries from which on a thread more pays for its start. */
const queriesPerThread = 8;

const threadsMax = 16;

let threads = defaultNativeThreads(availableParallelism());

/** 2 of 2 cores, 4 of 8, 16 of 64: the other half serves requests. */
export function defaultNativeThreads(cores: number): number {
  return Math.max(Math.min(cores, 2), Math.min(threadsMax, Math.floor(cores / 2)));
}

/** Chooses the number for the indexes that are made from now on; at most one per core. */
export function useNativeThreads(count: number): void {
  threads = Math.min(count, availableParallelism());
}

/** Threads for linking rows. */
export function buildThreads(): number {
  return threads;
}

/** Threads for so many queries in one call. */
export function searchThreads(queries: number): number {
  return Math.max(1, Math.min(threads, Math.floor(queries / queriesPerThread)));
}
