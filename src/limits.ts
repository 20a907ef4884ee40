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
  collectionNameBytesMax: 63,
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
  pendingBytesMax: 40 * MiB,
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

  // Loads that can be resumed: what a collection remembers of them, and for how long.
  ingestKeyBytesMax: 255,
  ingestKeysMax: 10_000,
  ingestKeyAgeMs: 24 * 60 * 60 * 1000,
  /** Bytes and batches of one load that may be on their way to the disk. */
  ingestInFlightBytes: 8 * MiB,
  ingestBatchesMax: 1_024,
  /** Share of the rows that may wait for the index, below which a load that waited for it goes on. */
  ingestResumeFullness: 0.95,

  // Access to the server
  apiKeysMax: 10_000,
  apiKeyNameLengthMax: 100,
  /** How long a TLS handshake may take, and how many are under way before the oldest is given up. */
  tlsHandshakeMs: 10_000,
  tlsHandshakesMax: 256,
  /** How often it is looked whether files of keys and certificates were replaced. */
  watchedFilesMs: 500,

  // Configuration of a server
  configFileBytesMax: 64 * KiB,
  /** Keys, list items and brackets in it. */
  configFileMarksMax: 100,
  /** Mistakes of it that are told at once. */
  configMistakesMax: 10,
  portMax: 65_535,
  threadsMax: 256,
  graceMsDefault: 10_000,
  graceMsMax: 600_000,
  slowQueryMsDefault: 1_000,
  slowQueryMsMax: 3_600_000,

  // Metrics and slow calls
  metricsConnectionsMax: 16,
  metricsRequestMs: 10_000,
  /** How long a scrape waits for engine workers; the collections it shows by name. */
  metricsFiguresMs: 2_000,
  metricsCollectionsMax: 100,
  /** Slow calls that are logged in a second; the others are counted. */
  slowCallLinesMax: 10,

  // Health and reflection
  standardRequestBytesMax: 4 * KiB,
  /** How often the engine workers are asked how they are, and how long they may not answer. */
  healthPollMs: 1_000,
  healthSilenceMs: 30_000,

  // Connections. Each costs a file descriptor; beyond the limit they are closed as they are made.
  connectionsMax: 1_000,
  /** Calls that one connection may have open; it waits to start more. */
  connectionStreamsMax: 100,
  /** A silent connection is asked for a sign of life this often, and closed when none comes. */
  keepaliveTimeMs: 60_000,
  keepaliveTimeoutMs: 20_000,
  /** A connection without a call is closed after this time; clients connect again by themselves. */
  connectionIdleMs: 30 * 60_000,
  /** A connection is replaced after this time, spread by a tenth; its calls have the second to end. */
  connectionAgeMs: 24 * 60 * 60_000,
  connectionAgeGraceMs: 60 * 60_000,
  /** How long a connection may take to begin to speak HTTP/2. */
  connectionOpeningMs: 10_000,
  /** How long a peer may take to close a connection that this side has ended. */
  connectionClosingMs: 2_000,
  /** How often it is looked whether the peer of a connection has gone without a goodbye. */
  connectionDepartureMs: 2_000,

  // Calls
  /** Time that a call with one request and one answer has when its caller says none. */
  deadlineDefaultMs: 60_000,
  /** How long the request of a call may take to arrive, and the first of a stream of requests. */
  requestArrivalMs: 60_000,
  streamOpeningMs: 10 * 60_000,
  /** Requests that arrive or are worked on, of a connection and of all. Of those with one request
   * the small ones are not counted: a connection has room for so many of them only. */
  connectionRequestBytesMax: 128 * MiB,
  requestBytesMax: 512 * MiB,
  smallRequestBytes: 64 * KiB,
  /** Calls that a worker has been given and has not answered, and bytes of their requests. */
  workerCallsMax: 10_000,
  workerRequestBytesMax: 256 * MiB,
  /** When a caller that was refused for lack of room may try again. */
  overloadRetryMs: 250,
  /** Fields on the wire of a request at its top level, and in all of its messages where they are
   * decoded as a whole; fields of one search, those of its messages included. */
  requestFieldsMax: 32_768,
  searchFieldsMax: 1_024,

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
  ['ids fit the fields of a request', limits.idsMax < limits.requestFieldsMax],
  ['a request fits its connection', limits.receiveBytesMax < limits.connectionRequestBytesMax],
  ['a connection leaves room', limits.connectionRequestBytesMax < limits.requestBytesMax],
  ['a stream fits its connection', limits.streamWindowBytes < limits.connectionRequestBytesMax],
  ['a request fits a worker', limits.receiveBytesMax < limits.workerRequestBytesMax],
  ['a log entry fits the commit queue', limits.logEntryBytesMax <= limits.commitQueueBytesMax],
];
for (const [relation, holds] of relations) {
  if (!holds) throw new Error(`limits.ts contradicts itself: ${relation}`);
}
