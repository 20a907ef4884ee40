/** Whether a server serves, as the standard health service tells it. */
import { HealthCheckResponse_ServingStatus as ServingStatus } from './gen/grpc/health/v1/health.js';

/** SERVICE_UNKNOWN is told to those who watch a service that the server does not have. */
export type HealthStatus = 'SERVING' | 'NOT_SERVING' | 'SERVICE_UNKNOWN' | 'UNKNOWN';

/** The status from its generated enum; what later versions may add is UNKNOWN. */
export function fromServingStatus(status: ServingStatus): HealthStatus {
  switch (status) {
    case ServingStatus.SERVING:
      return 'SERVING';
    case ServingStatus.NOT_SERVING:
      return 'NOT_SERVING';
    case ServingStatus.SERVICE_UNKNOWN:
      return 'SERVICE_UNKNOWN';
    default:
      return 'UNKNOWN';
  }
}
