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
  /** Most connections; further ones are closed as they are made. */
  maxConnections: number;
  /** Most calls that one connection may have open; further ones wait. */
  maxConnectionCalls: number;
  /** Bytes of requests that one connection may have under way; beyond it calls are OVERLOADED. */
  maxConnectionRequestBytes: number;
  /** The same for all connections together. */
  maxRequestBytes: number;
  /** Milliseconds that a unary call gets when it has no deadline. */
  defaultDeadlineMs: number;
  /** Milliseconds within which a request must arrive. */
  requestArrivalMs: number;
  /** Milliseconds within which the first message of a stream of requests must arrive. */
  streamOpeningMs: number;
  /** Milliseconds after which a connection without a call is closed. */
  connectionIdleMs: number;
  /** Milliseconds after which a connection has to be made anew, which the client does by itself. */
  connectionAgeMs: number;
  /** Milliseconds that calls may go on after that. */
  connectionAgeGraceMs: number;
  /** Milliseconds of silence after which the server asks for a sign of life. */
  keepaliveTimeMs: number;
  /** Milliseconds that the sign of life may take. */
  keepaliveTimeoutMs: number;
  /** Most calls that one engine worker may have to answer; beyond it calls are OVERLOADED. */
  maxWorkerCalls: number;
  /** Most fields on the wire of one request. */
  maxRequestFields: number;
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
      maxConnections: limits?.maxConnections ?? 0,
      maxConnectionCalls: limits?.maxConnectionCalls ?? 0,
      maxConnectionRequestBytes: Number(limits?.maxConnectionRequestBytes ?? 0n),
      maxRequestBytes: Number(limits?.maxRequestBytes ?? 0n),
      defaultDeadlineMs: Number(limits?.defaultDeadlineMs ?? 0n),
      requestArrivalMs: Number(limits?.requestArrivalMs ?? 0n),
      streamOpeningMs: Number(limits?.streamOpeningMs ?? 0n),
      connectionIdleMs: Number(limits?.connectionIdleMs ?? 0n),
      connectionAgeMs: Number(limits?.connectionAgeMs ?? 0n),
      connectionAgeGraceMs: Number(limits?.connectionAgeGraceMs ?? 0n),
      keepaliveTimeMs: Number(limits?.keepaliveTimeMs ?? 0n),
      keepaliveTimeoutMs: Number(limits?.keepaliveTimeoutMs ?? 0n),
      maxWorkerCalls: limits?.maxWorkerCalls ?? 0,
      maxRequestFields: limits?.maxRequestFields ?? 0,
    },
  };
}
