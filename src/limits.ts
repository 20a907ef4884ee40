/**
 * Every limit of Protovec by name, with the relations that must hold between them.
 * Nothing is clamped in silence: what exceeds a limit is refused with the limit in the message.
 * This file imports nothing.
 */

const KiB = 1024;
const MiB = 1024 * KiB;

export const limits = {
  // Records
  idBytesMax: 255,
  recordBytesMax: 3 * MiB,
  dimensionMax: 65_536,
  dimensionDefault: 384,
  metadataKeysMax: 256,
  metadataKeyBytesMax: 255,
  metadataListValuesMax: 1_024,
  embeddingModelBytesMax: 255,

  // Requests and answers
  receiveBytesMax: 16 * MiB,
  responseBytesMax: 4 * MiB,
  batchRecordsMax: 10_000,
  idsMax: 10_000,
  searchLimitDefault: 10,
  searchLimitMax: 10_000,
  efSearchMax: 10_000,
  pageSizeDefault: 100,
  pageSizeMax: 1_000,
  filterDepthMax: 16,
  filterNodesMax: 1_024,
  filterValuesMax: 1_024,
  streamErrorsMax: 1_000,
  exportMessageBytes: 1 * MiB,
  downloadChunkBytes: 256 * KiB,

  // Index configuration
  connectivityDefault: 24,
  connectivityMin: 4,
  connectivityMax: 128,
  expansionAddDefault: 160,
  expansionAddMin: 8,
  expansionAddMax: 4_096,
  efSearchDefault: 128,

  // Index building. Rows that wait for the graph are compared one by one by every search.
  pendingRowsMax: 500_000,
  pendingBytesMax: 256 * MiB,
  buildSliceMs: 5,

  // Log and files
  logEntryBytesMax: 17 * MiB,
  logFileBytesMax: 256 * MiB,
  checksumIntervalBytes: 1 * MiB,
  /** Most bytes between two checksums that a reader holds before it calls the file damaged. */
  checksumIntervalBytesMax: 16 * MiB,
  idleMarkerMs: 100,
  freeBytesMin: 64 * MiB,

  // Threads and streams
  commitQueueBytesMax: 64 * MiB,
  streamWindowBytes: 4 * MiB,
  transferBytesMin: 64 * KiB,
} as const;

const relations: [string, boolean][] = [
  ['a record fits an answer', limits.recordBytesMax + MiB <= limits.responseBytesMax],
  ['a record fits a log entry', limits.recordBytesMax < limits.logEntryBytesMax],
  ['the longest embedding fits a record', limits.dimensionMax * 4 < limits.recordBytesMax],
  ['a request fits a log entry', limits.receiveBytesMax < limits.logEntryBytesMax],
  ['a checked block holds a record', limits.recordBytesMax < limits.checksumIntervalBytesMax],
  ['a log entry fits the commit queue', limits.logEntryBytesMax <= limits.commitQueueBytesMax],
];
for (const [relation, holds] of relations) {
  if (!holds) throw new Error(`limits.ts contradicts itself: ${relation}`);
}
