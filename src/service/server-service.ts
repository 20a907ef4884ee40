/** ServerService: version and limits, answered by the main thread. */

import { readFileSync } from 'node:fs';
import { GetServerInfoRequest, GetServerInfoResponse } from '../gen/protovec/v1/server_service.js';
import { limits } from '../limits.js';
import { formatVersion } from '../snapshot/format.js';
import { decodeRequest } from '../wire/decode.js';
import type { LocalUnary } from './bridge.js';

/** The version of this package. */
export const version: string = JSON.parse(
  readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
).version;

const info = Buffer.from(
  GetServerInfoResponse.encode({
    version,
    snapshotFormatVersion: formatVersion,
    limits: {
      maxReceiveBytes: BigInt(limits.receiveBytesMax),
      maxResponseBytes: BigInt(limits.responseBytesMax),
      maxRecordBytes: BigInt(limits.recordBytesMax),
      maxDimension: limits.dimensionMax,
      maxIdBytes: limits.idBytesMax,
      maxBatchRecords: limits.batchRecordsMax,
      maxBatchSearches: limits.batchSearchesMax,
      maxSearchLimit: limits.searchLimitMax,
      maxEfSearch: limits.efSearchMax,
      maxPageSize: limits.pageSizeMax,
      maxConnections: limits.connectionsMax,
      maxConnectionCalls: limits.connectionStreamsMax,
      maxConnectionRequestBytes: BigInt(limits.connectionRequestBytesMax),
      maxRequestBytes: BigInt(limits.requestBytesMax),
      defaultDeadlineMs: BigInt(limits.deadlineDefaultMs),
      requestArrivalMs: BigInt(limits.requestArrivalMs),
      streamOpeningMs: BigInt(limits.streamOpeningMs),
      connectionIdleMs: BigInt(limits.connectionIdleMs),
      connectionAgeMs: BigInt(limits.connectionAgeMs),
      connectionAgeGraceMs: BigInt(limits.connectionAgeGraceMs),
      keepaliveTimeMs: BigInt(limits.keepaliveTimeMs),
      keepaliveTimeoutMs: BigInt(limits.keepaliveTimeoutMs),
      maxWorkerCalls: limits.workerCallsMax,
      maxRequestFields: limits.requestFieldsMax,
    },
  }).finish(),
);

export const getServerInfo: LocalUnary = (request) => {
  decodeRequest(GetServerInfoRequest, request);
  return info;
};
