/** Spans of OpenTelemetry that a test reads. */
import {
  context,
  type DiagLogger,
  DiagLogLevel,
  diag,
  propagation,
  SpanKind,
  SpanStatusCode,
  type TextMapPropagator,
  trace,
} from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';

/** Registers a provider for this process, until `close`. */
export class KeptSpans {
  readonly #exporter = new InMemorySpanExporter();
  /** What OpenTelemetry found wrong, such as a span that was ended twice. */
  readonly complaints: string[] = [];

  constructor(propagator: TextMapPropagator = new W3CTraceContextPropagator()) {
    const complain = (message: string): void => void this.complaints.push(message);
    const ignore = (): void => {};
    const logger: DiagLogger = {
      error: complain,
      warn: complain,
      info: ignore,
      debug: ignore,
      verbose: ignore,
    };
    diag.setLogger(logger, DiagLogLevel.WARN);
    const spanProcessors = [new SimpleSpanProcessor(this.#exporter)];
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors }));
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(propagator);
  }

  /** Spans that have ended. */
  get ended(): readonly ReadableSpan[] {
    return this.#exporter.getFinishedSpans();
  }

  /** Waits until `count` spans have ended, which may be already; all that have. */
  async until(count: number): Promise<readonly ReadableSpan[]> {
    while (this.ended.length < count) await new Promise((resolve) => setTimeout(resolve, 2));
    return this.ended;
  }

  /** Registers nothing any more. */
  close(): void {
    trace.disable();
    context.disable();
    propagation.disable();
    diag.disable();
  }
}

/** A span in one line: `SERVER protovec.v1.SearchService/Search 5`, and `ERROR` when it is one. */
export function lineOf({ kind, name, attributes, status }: ReadableSpan): string {
  const code = attributes['rpc.grpc.status_code'];
  const failed = status.code === SpanStatusCode.ERROR ? ' ERROR' : '';
  return `${SpanKind[kind]} ${name} ${code}${failed}`;
}
