/**
 * What an engine worker hosts: operations over raw protobuf bytes, one for each RPC, by full method
 * path. Operations never see gRPC; they throw ProtovecError for what a caller may see.
 */

/** What an operation may know about the call that it answers. */
export interface CallContext {
  /** Aborts when the caller cancelled, its connection broke, or the deadline passed. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, Infinity when the caller gave none. */
  readonly deadline: number;
}

/** One request, one answer. */
export interface UnaryOperation {
  readonly kind: 'unary';
  handle(request: Uint8Array, call: CallContext): Uint8Array | Promise<Uint8Array>;
}

/** One request, a stream of answers; the iterable is asked for more as the caller reads. */
export interface ServerStreamOperation {
  readonly kind: 'serverStream';
  handle(request: Uint8Array, call: CallContext): AsyncIterable<Uint8Array>;
}

/** A stream of requests, one answer; taking the next request gives the caller room to send more. */
export interface ClientStreamOperation {
  readonly kind: 'clientStream';
  handle(requests: AsyncIterable<Uint8Array>, call: CallContext): Promise<Uint8Array>;
}

/**
 * One RPC. Requests are views that the operation may keep; an answer must not be written to after
 * it was returned, and its buffer may be detached by being moved to another thread.
 */
export type Operation = UnaryOperation | ServerStreamOperation | ClientStreamOperation;

/** Operations by full method path: `/protovec.v1.RecordService/GetRecord`. */
export type Operations = Readonly<Record<string, Operation>>;

/** What a worker hosts. */
export interface Engine {
  readonly operations: Operations;
  /**
   * Saves and closes every collection. By then every operation has settled, except one that
   * ignored its signal for seconds.
   */
  close(): Promise<void>;
}

/** What a worker tells the engine that it opens. */
export interface EngineOptions {
  readonly dataDirectory: string;
  /** This worker's number, from 0. */
  readonly worker: number;
  /** How many workers share the data directory. */
  readonly workers: number;
  /** Least severe messages that are logged. Undefined: as the environment says. */
  readonly logLevel: string | undefined;
}

/** Opens an engine; a ProtovecError is reported to whoever starts the server. */
export type OpenEngine = (options: EngineOptions) => Promise<Engine>;
