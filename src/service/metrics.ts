/** The figures of one server, in a registry of its own, in the text format of Prometheus. */

import { status } from '@grpc/grpc-js';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FiguresOfWorkers } from './worker-figures.js';
import { addWorkerMetrics } from './worker-metrics.js';

/** Bounds of the durations of calls, in seconds. */
const durationBuckets = [
  0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60,
];

/** What is counted of calls. */
export interface CallMetrics {
  began(): void;
  ended(path: string, code: status, durationMs: number): void;
  slow(): void;
}

export class ServerMetrics implements CallMetrics {
  readonly #registry = new Registry();
  readonly #calls = new Counter({
    name: 'protovec_calls_total',
    help: 'Calls that are over, by method and gRPC code.',
    labelNames: ['method', 'code'],
    registers: [this.#registry],
  });
  readonly #durations = new Histogram({
    name: 'protovec_call_duration_seconds',
    help: 'Seconds from the arrival of a call at its handler to its end, by method.',
    labelNames: ['method'],
    buckets: durationBuckets,
    registers: [this.#registry],
  });
  readonly #slow = new Counter({
    name: 'protovec_slow_calls_total',
    help: 'Calls with one request and one answer that took longer than slow_query_ms.',
    registers: [this.#registry],
  });
  readonly #failures = new Counter({
    name: 'protovec_engine_failures_total',
    help: 'Engine workers that failed, and starts of them anew that did.',
    registers: [this.#registry],
  });
  /** What is looked up once for each method and code: a lookup by labels makes a key of them. */
  readonly #timers = new Map<string, Histogram.Internal<'method'>>();
  readonly #counters = new Map<string, Counter.Internal[]>();
  #inFlight = 0;
  #workers: FiguresOfWorkers | undefined;

  /** `connections` is asked at each scrape. */
  constructor(connections: () => number) {
    const inFlight = () => this.#inFlight;
    new Gauge({
      name: 'protovec_calls_in_flight',
      help: 'Calls that have begun and are not over.',
      registers: [this.#registry],
      collect() {
        this.set(inFlight());
      },
    });
    new Gauge({
      name: 'protovec_connections',
      help: 'Connections of clients that are open.',
      registers: [this.#registry],
      collect() {
        this.set(connections());
      },
    });
    collectDefaultMetrics({ register: this.#registry });
  }

  began(): void {
    this.#inFlight += 1;
  }

  ended(path: string, code: status, durationMs: number): void {
    this.#inFlight -= 1;
    this.#counter(path, code).inc();
    let timer = this.#timers.get(path);
    if (timer === undefined) {
      timer = this.#durations.labels(path);
      this.#timers.set(path, timer);
    }
    timer.observe(durationMs / 1_000);
  }

  slow(): void {
    this.#slow.inc();
  }

  /** A worker failed, or its start. */
  engineFailed(): void {
    this.#failures.inc();
  }

  /** Shows what the engine workers tell, which each scrape asks them for. Once. */
  watchWorkers(workers: FiguresOfWorkers): void {
    this.#workers = workers;
    addWorkerMetrics(this.#registry, workers);
  }

  /** What a scrape gets, and its content type. */
  async scrape(): Promise<{ text: string; type: string }> {
    await this.#workers?.refresh();
    return { text: await this.#registry.metrics(), type: this.#registry.contentType };
  }

  #counter(path: string, code: status): Counter.Internal {
    let counters = this.#counters.get(path);
    if (counters === undefined) {
      counters = [];
      this.#counters.set(path, counters);
    }
    counters[code] ??= this.#calls.labels(path, status[code]);
    return counters[code];
  }
}
