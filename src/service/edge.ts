/**
 * What every call passes before all else: it looks at the size of each message as soon as that is
 * known, gives a deadline to callers that gave none, and ends calls whose request never comes.
 *
 * It looks at the HTTP/2 stream below grpc-js' call and leaves the call as it is, because an
 * interceptor that wraps the call costs each one more than all of this.
 */

import type { Http2Session } from 'node:http2';
import type { ServerInterceptingCall, ServerInterceptor } from '@grpc/grpc-js';
import { ProtovecError } from '../errors.js';
import { CollectionServiceService } from '../gen/protovec/v1/collection_service.js';
import { RecordServiceService } from '../gen/protovec/v1/record_service.js';
import { SnapshotServiceService } from '../gen/protovec/v1/snapshot_service.js';
import { limits } from '../limits.js';
import { toServiceError } from '../wire/status.js';
import { Arrivals } from './arrivals.js';
import type { BaseCall, EdgeLimits, IntakeParts } from './edge-call.js';
import { type Holder, RequestBudget } from './request-budget.js';
import { StreamIntake } from './stream-intake.js';
import { UnaryIntake } from './unary-intake.js';

/** Methods whose work takes as long as there is data: they have a deadline only if one is given. */
export const unhurriedMethods: ReadonlySet<string> = new Set([
  CollectionServiceService.deleteCollection.path,
  RecordServiceService.batchUpsertRecords.path,
  RecordServiceService.batchDeleteRecords.path,
  RecordServiceService.clearRecords.path,
  SnapshotServiceService.forceSave.path,
]);

export class Edge implements IntakeParts {
  readonly budget: RequestBudget;
  readonly arrivals = new Arrivals();
  readonly limits: EdgeLimits;
  readonly #holders = new WeakMap<Http2Session, Holder>();

  constructor(changed: Partial<EdgeLimits> = {}) {
    this.limits = { ...limits, ...changed };
    this.budget = new RequestBudget(
      this.limits.connectionRequestBytesMax,
      this.limits.requestBytesMax,
    );
  }

  /** To stand before all other interceptors: it needs the call that grpc-js has made. */
  readonly admit: ServerInterceptor = (method, call) => {
    const base = call as unknown as BaseCall;
    const { session } = base.stream;
    if (session !== undefined) {
      const holder = this.#holderOf(session);
      if (method.requestStream) new StreamIntake(this, base, holder);
      else new UnaryIntake(this, base, holder);
      const hurried = !method.requestStream && !method.responseStream;
      if (
        hurried &&
        base.deadline === Number.POSITIVE_INFINITY &&
        !unhurriedMethods.has(method.path)
      ) {
        this.#setDeadline(base);
      }
    }
    // grpc-js asks only for the interface, which what it passed in has.
    return call as unknown as ServerInterceptingCall;
  };

  /** Ends nothing by itself any more. */
  close(): void {
    this.arrivals.close();
  }

  #setDeadline(call: BaseCall): void {
    const { deadlineDefaultMs } = this.limits;
    call.deadline = Date.now() + deadlineDefaultMs;
    call.deadlineTimer = setTimeout(() => {
      const message =
        `the call has taken ${deadlineDefaultMs} ms, which is what a call without a deadline gets; ` +
        'set a deadline for as long as you want to wait';
      call.sendStatus(toServiceError(new ProtovecError('DEADLINE_EXCEEDED', message)));
    }, deadlineDefaultMs);
  }

  #holderOf(session: Http2Session): Holder {
    let holder = this.#holders.get(session);
    if (holder === undefined) {
      holder = { bytes: 0 };
      this.#holders.set(session, holder);
    }
    return holder;
  }
}
