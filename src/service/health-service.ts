/**
 * grpc.health.v1.Health over `Health`. The package grpc-health-check is not used for it: its Watch
 * never ends, so that every watcher would keep the server from stopping until it is cut off, and it
 * remembers every name that was ever watched.
 */

import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import {
  HealthCheckRequest,
  HealthCheckResponse,
  HealthListRequest,
  HealthListResponse,
  HealthService,
  HealthCheckResponse_ServingStatus as ServingStatus,
} from '../gen/grpc/health/v1/health.js';
import { type Bridge, localUnary, statusOf } from './bridge.js';
import type { Health } from './health.js';
import { decodeSmall } from './small-request.js';

/** Handlers over bytes. */
export function healthHandlers(health: Health, bridge: Bridge): UntypedServiceImplementation {
  return {
    check: check(health, bridge),
    list: localUnary(HealthService.list.path, bridge, (request) => {
      decodeSmall(HealthListRequest, request);
      return list(health);
    }),
    watch: watch(health, bridge),
  };
}

/** Outside the schema there are no reasons: the status of an unknown service has none. */
function check(health: Health, bridge: Bridge): handleUnaryCall<Buffer, Buffer> {
  return (call, callback) => {
    try {
      const { service } = decodeSmall(HealthCheckRequest, call.request);
      const state = health.statusOf(service);
      if (state !== undefined) callback(null, encode(state));
      else callback({ code: status.NOT_FOUND, details: unknownService(service, health) });
    } catch (error) {
      callback(statusOf(error, HealthService.check.path, bridge));
    }
  };
}

function list(health: Health): Buffer {
  const statuses = new Map<string, HealthCheckResponse>();
  for (const service of health.services) {
    statuses.set(service, { status: health.statusOf(service)! });
  }
  return Buffer.from(HealthListResponse.encode({ statuses }).finish());
}

/** Tells the status, then each change; ends once the caller knows that the server is stopping. */
function watch(health: Health, bridge: Bridge): handleServerStreamingCall<Buffer, Buffer> {
  return (call) => {
    let service: string;
    try {
      ({ service } = decodeSmall(HealthCheckRequest, call.request));
    } catch (error) {
      call.emit('error', statusOf(error, HealthService.watch.path, bridge));
      return;
    }
    let told: ServingStatus | undefined;
    let isWriting = false;
    let isOver = false;
    const finish = (): void => {
      isOver = true;
      stopListening();
    };
    // One answer is on its way at a time: a caller that does not read is told the last state only.
    const tell = (): void => {
      if (isOver || isWriting) return;
      const state = health.statusOf(service) ?? ServingStatus.SERVICE_UNKNOWN;
      if (state !== told) {
        told = state;
        isWriting = true;
        call.write(encode(state), () => {
          isWriting = false;
          tell();
        });
      } else if (health.isDraining) {
        finish();
        call.end();
      }
    };
    const stopListening = health.onChange(tell);
    call.on('cancelled', finish);
    tell();
  };
}

function encode(state: ServingStatus): Buffer {
  return Buffer.from(HealthCheckResponse.encode({ status: state }).finish());
}

function unknownService(service: string, health: Health): string {
  const known = health.services.filter((name) => name !== '').join(', ');
  return `there is no service ${JSON.stringify(service)}; ask about one of ${known}, or about "" for all`;
}
