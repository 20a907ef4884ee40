/**
 * What an engine worker hosts: operations over raw protobuf bytes, one for each RPC, by full method
 * path. Operations never see gRPC; they throw ProtovecError for what a caller may see.
 */
import type { EmbeddingService } from '../embedding/embedding-service.js';

/** What an operation may know about the call that it answers. */
export interface CallContext {
  /** Aborts when the caller cancelled, its connection broke, or the deadline passed. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch, Infinity when the caller gave none. */
  readonly deadline: number;
  /** Whether `signal` has aborted; cheaper than to ask for the signal. */
  readonly isAbandoned: boolean;
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
 * What an operation sees of a stream of requests and a stream of answers, each at its own pace. All of
 * it is synchronous but waiting, so that what arrives together can be worked on together.
 */
export interface Exchange {
  /**
   * The oldest request that has arrived and was not taken yet; undefined: none has. Taking one gives
   * the caller room to send more.
   */
  take(): Uint8Array | undefined;
  /** Whether every request was taken and none follows. */
  readonly isEnded: boolean;
  /** One more answer. It is sent, or dropped when nobody waits for it any more. */
  send(answer: Uint8Array): void;
  /**
   * Bytes of answers that the caller has room for; none or less when it does not keep up. Answers
   * that nobody waits for take none, so a loop that only looks at this must look at the call, too.
   */
  readonly room: number;
  /**
   * Resolves with the next thing that happens: a request arrived, none follows, the caller has room
   * again, or `wake` was called. Rejects when nobody waits for the answers any more.
   */
  change(): Promise<void>;
  /** Makes `change` resolve: something happened in the operation itself. */
  wake(): void;
}

/** A stream of requests, a stream of answers; in which order is the operation's affair. */
export interface DuplexOperation {
  readonly kind: 'duplex';
  /** The call is over when this settles, once what was sent before has gone out. */
  handle(exchange: Exchange, call: CallContext): Promise<void>;
}

/**
 * One RPC. Requests are views that the operation may keep; an answer must not be written to after
 * it was returned, and its buffer may be detached by being moved to another thread.
 */
export type Operation =
  | UnaryOperation
  | ServerStreamOperation
  | ClientStreamOperation
  | DuplexOperation;

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
  /** Native threads of one call of the graph library. Undefined: see native-threads.ts. */
  readonly nativeThreads: number | undefined;
  /** The operator's embedding service. Undefined: there is none. */
  readonly embeddingService: EmbeddingService | undefined;
}

/** Opens an engine; a ProtovecError is reported to whoever starts the server. */
export type OpenEngine = (options: EngineOptions) => Promise<Engine>;
