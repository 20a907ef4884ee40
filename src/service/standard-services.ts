/** The standard gRPC services beside those of the schema: health, and reflection in both versions. */

import type { Server } from '@grpc/grpc-js';
import { HealthService } from '../gen/grpc/health/v1/health.js';
import { ServerReflectionService } from '../gen/grpc/reflection/v1/reflection.js';
import { ServerReflectionService as AlphaReflectionService } from '../gen/grpc/reflection/v1alpha/reflection.js';
import type { Bridge } from './bridge.js';
import { Health } from './health.js';
import { HealthMonitor } from './health-monitor.js';
import { healthHandlers } from './health-service.js';
import { type RawMethod, rawService } from './raw-service.js';
import { Reflection } from './reflection.js';

const definitions = [HealthService, ServerReflectionService, AlphaReflectionService];

/** Their definitions over bytes. */
export const standardServices: readonly Record<string, RawMethod>[] = definitions.map(rawService);

export class StandardServices {
  readonly #bridge: Bridge;
  readonly #health = new Health();
  readonly #monitor: HealthMonitor;
  readonly #reflection: Reflection;

  /** `services` are those of the schema, which reflection lists, too. */
  constructor(services: readonly Record<string, RawMethod>[], bridge: Bridge) {
    const { pool, logger } = bridge;
    const names = [...services, ...standardServices].map(nameOf).sort();
    this.#bridge = bridge;
    this.#monitor = new HealthMonitor({ pool, logger, health: this.#health });
    this.#reflection = new Reflection(names, bridge);
  }

  addTo(server: Server): void {
    const [health, ...reflections] = standardServices;
    server.addService(health!, healthHandlers(this.#health, this.#bridge));
    for (const service of reflections) {
      const handlers = Object.entries(service).map(([name, { path }]) => [
        name,
        this.#reflection.handler(path),
      ]);
      server.addService(service, Object.fromEntries(handlers));
    }
  }

  /** Begins to look after the engine. */
  start(): void {
    this.#monitor.start();
  }

  /** The server is about to stop: tells those who watch it, and ends what would stay open. */
  drain(): void {
    this.#monitor.stop();
    this.#health.drain();
    this.#reflection.drain();
  }
}

function nameOf(service: Record<string, RawMethod>): string {
  return Object.values(service)[0]!.path.split('/')[1]!;
}
