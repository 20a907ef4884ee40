/**
 * A span of OpenTelemetry for each call, when the application has registered a tracer provider. The
 * span is a child of the one that is active where the call begins, and travels in the headers, so
 * that the server's span becomes a child of it.
 * Invariants: a span ends once, with the status that gRPC reports in the end; without a provider a
 * call costs one look at whether there is one. Nothing of requests or answers gets into a span.
 */
import type { EventEmitter } from 'node:events';
import { type Metadata, type StatusObject, status } from '@grpc/grpc-js';
import {
  context,
  diag,
  ProxyTracerProvider,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapSetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';

const TRACER = '@protovec/client';

/**
 * The call that `make` begins, within a span of its own. `metadata` are the headers that it sends;
 * those of the span are set before. What `make` throws ends the span, and is thrown again.
 */
export function traced<Call extends EventEmitter>(
  path: string,
  metadata: Metadata,
  make: () => Call,
): Call {
  const tracer = registeredTracer();
  if (tracer === undefined) return make();
  const span = startSpan(tracer, path, metadata);
  let call: Call;
  try {
    call = make();
  } catch (error) {
    endSpan(span, status.UNKNOWN);
    throw error;
  }
  // Calls of every kind report their status once, those that were cancelled or never sent as well.
  call.once('status', ({ code }: StatusObject) => endSpan(span, code));
  return call;
}

/** Looks anew each time: an application may register its provider after it has connected. */
function registeredTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(TRACER)
    : provider.getTracer(TRACER);
}

function startSpan(tracer: Tracer, path: string, metadata: Metadata): Span {
  const name = path.slice(1);
  const slash = name.indexOf('/');
  const attributes = {
    'rpc.system': 'grpc',
    'rpc.service': name.slice(0, slash),
    'rpc.method': name.slice(slash + 1),
  };
  const parent = context.active();
  const span = tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, parent);
  propagation.inject(trace.setSpan(parent, span), metadata, headers);
  return span;
}

function endSpan(span: Span, code: status): void {
  span.setAttribute('rpc.grpc.status_code', code);
  // The message of an error may have ids and values of the caller's in it; its code does not.
  if (code !== status.OK) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: status[code] ?? String(code) });
  }
  span.end();
}

const headers: TextMapSetter<Metadata> = {
  set(metadata, key, value) {
    try {
      metadata.set(key, value);
    } catch {
      // A call is worth more than its trace.
      diag.warn(
        `gRPC cannot send the header ${JSON.stringify(key)} of a propagator; it is left out`,
      );
    }
  },
};
