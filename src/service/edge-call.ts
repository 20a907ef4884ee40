/** What the parts of the edge share: the call as grpc-js has it, and what calls are held to. */

import type { ServerHttp2Stream } from 'node:http2';
import type { Deadline, Metadata, ServerInterceptingCallInterface } from '@grpc/grpc-js';
import type { Arrivals } from './arrivals.js';
import type { RequestBudget } from './request-budget.js';

/** What is used of grpc-js' own call. Its version is pinned, and tests fail when this changes. */
export interface BaseCall extends ServerInterceptingCallInterface {
  readonly stream: ServerHttp2Stream;
  readonly metadata: Metadata;
  deadline: Deadline;
  /** Cleared by grpc-js when the call is over. */
  deadlineTimer: NodeJS.Timeout | null;
  /** Whether the call is over: it has its status, or its caller has left. */
  readonly cancelled: boolean;
  /** Whether a message was asked for and has not been handed on. */
  readonly isReadPending: boolean;
}

/** Limits by their names in limits.ts; tests choose small ones. */
export interface EdgeLimits {
  readonly connectionRequestBytesMax: number;
  readonly requestBytesMax: number;
  readonly smallRequestBytes: number;
  readonly deadlineDefaultMs: number;
  readonly requestArrivalMs: number;
  readonly streamOpeningMs: number;
  readonly connectionOpeningMs: number;
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
}

/** What an intake needs of the edge. */
export interface IntakeParts {
  readonly limits: EdgeLimits;
  readonly budget: RequestBudget;
  readonly arrivals: Arrivals;
}
