import { expect } from 'chai';
import type { HealthCheckResponse_ServingStatus as ServingStatus } from '../src/gen/grpc/health/v1/health.js';
import { fromServingStatus } from '../src/health.js';

describe('the health of a server', () => {
  it('is told by name, and is unknown when a later version says something else', () => {
    const told = [0, 1, 2, 3, 4, -1].map((status) => fromServingStatus(status as ServingStatus));
    expect(told).deep.equals([
      'UNKNOWN',
      'SERVING',
      'NOT_SERVING',
      'SERVICE_UNKNOWN',
      'UNKNOWN',
      'UNKNOWN',
    ]);
  });
});
