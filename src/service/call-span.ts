/**
 * A span of OpenTelemetry for each call that a handler has, when the process has registered a tracer
 * provider: a child of the caller's span, if the headers name one. Without a provider a call costs one
 * look at whether there is one. Nothing of requests or answers gets into a span.
 */

import { type Metadata, status } from '@grpc/grpc-js';
import {
  ProxyTracerProvider,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type TextMapGetter,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { version } from './server-service.js';

const tracerName = 'protovec';

/** Codes that say that the server failed; with the others it did what is right. */
const faults: ReadonlySet<status> = new Set([
  status.UNKNOWN,
  status.DEADLINE_EXCEEDED,
  status.UNIMPLEMENTED,
  status.INTERNAL,
  status.UNAVAILABLE,
  status.DATA_LOSS,
]);

/** The span of a call that begins now, with the headers `metadata`. Undefined: nobody traces. */
export function startSpan(path: string, metadata: Metadata): Span | undefined {
  const tracer = registeredTracer();
  if (tracer === undefined) return undefined;
  const name = path.slice(1);
  const slash = name.indexOf('/');
  const attributes = {
    'rpc.system': 'grpc',
    'rpc.service': name.slice(0, slash),
    'rpc.method': name.slice(slash + 1),
  };
  // What was active where the connection was accepted is no parent of its calls.
  const parent = propagation.extract(ROOT_CONTEXT, metadata, headers);
  return tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, parent);
}

/** Ends the span of a call that ended with `code`. */
export function endSpan(span: Span, code: status): void {
  span.setAttribute('rpc.grpc.status_code', code);
  if (faults.has(code)) span.setStatus({ code: SpanStatusCode.ERROR, message: status[code] });
  span.end();
}

/** Looks anew each time: a program that embeds the server may register its provider later. */
function registeredTracer(): Tracer | undefined {
  const provider = trace.getTracerProvider();
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(tracerName, version)
    : provider.getTracer(tracerName, version);
}

const headers: TextMapGetter<Metadata> = {
  keys: (metadata) => Object.keys(metadata.getMap()),
  get(metadata, key) {
    const values = metadata.get(key).filter((value) => typeof value === 'string');
    return values.length > 1 ? values : values[0];
  },
};
