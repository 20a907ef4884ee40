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
  batchSearchesMax: 1_000,
  searchLimitDefault: 10,
  searchLimitMax: 10_000,
  efSearchMax: 10_000,
  pageSizeDefault: 100,
  pageSizeMax: 1_000,
  filterDepthMax: 16,
  filterNodesMax: 1_024,
  filterValuesMax: 1_024,
  /** Candidates asked of a graph for one filtered search; beyond, the matches are compared. */
  filterCandidatesMax: 20_000,
  /** Memory of what filters of a collection are answered from, beyond which new values and keys are
   * looked up in the records; the longest value that is kept; keys that are. */
  filterBytesMax: 512 * MiB,
  filterValueBytesMax: 512,
  filterColumnsMax: 4_096,
  streamErrorsMax: 1_000,
  facetsMax: 32,
  facetValuesDefault: 10,
  facetValuesMax: 1_000,
  /** Memory of the different values that the facets of one call count. */
  facetBytesMax: 256 * MiB,
  exportMessageBytes: 1 * MiB,
  diffMessageBytes: 256 * KiB,
  downloadChunkBytes: 256 * KiB,

  // Embedders. A request to a service holds at most so many texts, bytes of text and values.
  searchContentBytesMax: 1 * MiB,
  embedderTextsMax: 256,
  embedderRequestBytesMax: 1 * MiB,
  embedderValuesMax: 131_072,
  embedderRequestsMax: 4,
  embedderAttemptsMax: 4,
  embedderTimeoutMs: 30_000,
  embedderRetryMsMin: 250,
  embedderRetryMsMax: 60_000,
  /** Bytes of records and of the embeddings made for them that one log entry may hold. */
  embeddedBatchBytesMax: 16 * MiB,

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
  /** Removed nodes of a graph, and their share of all nodes, from which on it is built anew. */
  rebuildTombstonesMin: 10_000,
  rebuildTombstoneShare: 1 / 3,

  // Log and files
  logEntryBytesMax: 17 * MiB,
  logFileBytesMax: 256 * MiB,
  checksumIntervalBytes: 1 * MiB,
  /** Most bytes between two checksums that a reader holds before it calls the file damaged. */
  checksumIntervalBytesMax: 16 * MiB,
  /** Least size of the files that a snapshot may be split into. */
  partBytesMin: 64 * KiB,
  /** Bytes of records in one compressed fragment, and the most that a reader inflates one to. */
  fragmentBytes: 1 * MiB,
  fragmentBytesMax: 4 * MiB,
  /** Text of one record, or of another value, of a JSON snapshot. */
  jsonValueBytesMax: 32 * MiB,
  /** Findings that the report of a validation lists; further ones are counted. */
  snapshotFindingsMax: 100,
  idleMarkerMs: 100,
  /** A moment without calls, in which the graph is saved, and how long one is waited for. */
  indexQuietMs: 500,
  indexQuietMsMax: 60_000,
  /** Bytes of a new file after which the disk is told to begin. */
  writeBackBytes: 16 * MiB,
  freeBytesMin: 64 * MiB,

  // Saving
  autoSaveThresholdDefault: 100_000,
  autoSaveThresholdMax: 1_000_000_000,
  /** Bytes of log files from which on a collection is saved, if its base is not larger still. */
  autoSaveLogBytesMin: 256 * MiB,
  durabilityIntervalMsDefault: 1_000,
  durabilityIntervalMsMin: 10,
  durabilityIntervalMsMax: 60_000,
  /** How long a save that failed is not repeated: doubled from the first to the second. */
  saveRetryMsMin: 1_000,
  saveRetryMsMax: 60_000,
  /** How often it is looked whether there is room again for a save. */
  saveRoomRetryMs: 5_000,
  /** Changed rows from which on a graph is saved again while the server runs. */
  indexSaveRowsMin: 10_000,

  // Merges and uploads
  mergeConflictsMax: 100,
  uploadChunkBytesMax: 1 * MiB,
  uploadsMax: 8,
  uploadAgeMs: 24 * 60 * 60 * 1000,

  // Threads and streams
  commitQueueBytesMax: 64 * MiB,
  streamWindowBytes: 4 * MiB,
  /** Searches of one stream that are under way; their requests fit a window. */
  streamSearchesMax: 64,
  transferBytesMin: 64 * KiB,
} as const;

const relations: [string, boolean][] = [
  ['a record fits an answer', limits.recordBytesMax + MiB <= limits.responseBytesMax],
  ['a record fits a log entry', limits.recordBytesMax < limits.logEntryBytesMax],
  ['the longest embedding fits a record', limits.dimensionMax * 4 < limits.recordBytesMax],
  ['embedded records fit a log entry', limits.embeddedBatchBytesMax < limits.logEntryBytesMax],
  ['a request fits a log entry', limits.receiveBytesMax < limits.logEntryBytesMax],
  ['a checked block holds a record', limits.recordBytesMax < limits.checksumIntervalBytesMax],
  ['a fragment holds a record', limits.recordBytesMax < limits.fragmentBytesMax],
  ['a log entry fits the commit queue', limits.logEntryBytesMax <= limits.commitQueueBytesMax],
];
for (const [relation, holds] of relations) {
  if (!holds) throw new Error(`limits.ts contradicts itself: ${relation}`);
}
