/** What a server says about itself. */
import type { GetServerInfoResponse } from './gen/protovec/v1/server_service.js';

/** What the server refuses to exceed. */
export interface ServerLimits {
  /** Largest message that it receives, in bytes. */
  maxReceiveBytes: number;
  /** Largest answer that it sends, in bytes. */
  maxResponseBytes: number;
  /** Largest encoded record, in bytes. */
  maxRecordBytes: number;
  /** Longest embedding. */
  maxDimension: number;
  /** Longest record id, in bytes. */
  maxIdBytes: number;
  /** Most records in one write request. */
  maxBatchRecords: number;
  /** Most searches in one call; `searchMany` makes as many calls as it needs. */
  maxBatchSearches: number;
  /** Most results of one search. */
  maxSearchLimit: number;
  /** Largest efSearch. */
  maxEfSearch: number;
  /** Largest page of `list`. */
  maxPageSize: number;
}

/** Version and limits of a server. */
export interface ServerInfo {
  version: string;
  /** Version of the snapshot format that it writes. */
  snapshotFormatVersion: string;
  limits: ServerLimits;
}

/** Server information from its generated message. */
export function fromServerInfo(response: GetServerInfoResponse): ServerInfo {
  const { limits } = response;
  return {
    version: response.version,
    snapshotFormatVersion: response.snapshotFormatVersion,
    limits: {
      maxReceiveBytes: Number(limits?.maxReceiveBytes ?? 0n),
      maxResponseBytes: Number(limits?.maxResponseBytes ?? 0n),
      maxRecordBytes: Number(limits?.maxRecordBytes ?? 0n),
      maxDimension: limits?.maxDimension ?? 0,
      maxIdBytes: limits?.maxIdBytes ?? 0,
      maxBatchRecords: limits?.maxBatchRecords ?? 0,
      maxBatchSearches: limits?.maxBatchSearches ?? 0,
      maxSearchLimit: limits?.maxSearchLimit ?? 0,
      maxEfSearch: limits?.maxEfSearch ?? 0,
      maxPageSize: limits?.maxPageSize ?? 0,
    },
  };
}
