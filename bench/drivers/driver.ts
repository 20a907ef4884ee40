/**
 * The driver's side of PROTOCOL.md for TypeScript: reads requests from stdin one by one, lets a
 * Driver carry them out, writes the answers to stdout. Nothing else may write to stdout.
 */
import { createInterface } from 'node:readline';

export interface OpenRequest {
  readonly directory: string;
  readonly dimension: number;
  readonly metric: 'cosine' | 'dot' | 'euclidean';
  readonly connectivity: number;
  readonly expansionAdd: number;
  readonly quantization: 'f32' | 'f16' | 'bf16' | 'i8';
  readonly threads: number;
  /** Whether the graph is built when `index` asks for it, rather than as records come. */
  readonly deferIndex: boolean;
}

export interface LoadRequest {
  /** Paths. */
  readonly vectors: string;
  readonly texts: string | null;
  readonly buckets: string;
  /** Ordinal of the first record and how many there are. */
  readonly from: number;
  readonly count: number;
  /** Records a call, where the system takes batches. */
  readonly batch: number;
  /** As in SearchRequest. */
  readonly generator: 'client' | 'raw';
}

export interface SearchRequest {
  /** Path of the matrix of queries. */
  readonly queries: string;
  readonly from: number;
  readonly count: number;
  readonly k: number;
  readonly ef: number;
  readonly clients: number;
  readonly seconds: number;
  /** Records whose bucket is below this are searched. BUCKETS: all. */
  readonly bucketBelow: number;
  /** Path to write answers to; null: measure time. */
  readonly answers: string | null;
  /** Whether texts come back with the hits. */
  readonly payload: boolean;
  /** How searches travel: each in a call of its own, `width` in a call, or over one stream. */
  readonly manner: 'unary' | 'batch' | 'stream';
  /** Searches in a call, or under way on the stream. */
  readonly width: number;
  /** What makes the requests: the system's client, or encoded bytes that are sent as they are. */
  readonly generator: 'client' | 'raw';
  /** Bytes of an answer, for an echo. */
  readonly answerBytes: number;
}

export interface MixedRequest extends LoadRequest {
  readonly queries: string;
  readonly k: number;
  readonly ef: number;
  /** Pause between searches. */
  readonly everyMs: number;
}

/** What a search took. Latencies in milliseconds, processor times in seconds. */
export interface SearchAnswer {
  queries: number;
  seconds: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  clientCpuSeconds: number;
  serverCpuSeconds: number | null;
  /** Bytes of an answer on average, where they are seen. */
  answerBytes?: number;
}

/** A method that is left out is answered with `unsupported`, as is an Unsupported that is thrown. */
export interface Driver {
  hello(): object | Promise<object>;
  open?(request: OpenRequest): object | Promise<object>;
  load?(request: LoadRequest): Promise<object>;
  index?(): Promise<object>;
  search?(request: SearchRequest): Promise<object>;
  mixed?(request: MixedRequest): Promise<object>;
  snapshot?(): Promise<object>;
  restart?(): Promise<object>;
  memory?(): object | Promise<object>;
  disk?(): object | Promise<object>;
  /** Also called when stdin ends without it. */
  close(): void | Promise<void>;
}

/** Thrown by a driver whose system cannot do what was asked. */
export class Unsupported extends Error {}

const methods = 'hello open load index search mixed snapshot restart memory disk'.split(' ');

/** Serves until `close` or the end of stdin, then ends the process. */
export async function serve(driver: Driver): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === '') continue;
    const request = JSON.parse(line);
    if (request.request === 'close') break;
    process.stdout.write(`${JSON.stringify(await answer(driver, request))}\n`);
  }
  let last = {};
  try {
    await driver.close();
  } catch (error) {
    last = { error: messageOf(error) };
  }
  process.stdout.write(`${JSON.stringify(last)}\n`, () => process.exit(0));
}

async function answer(driver: Driver, request: { request: string }): Promise<object> {
  const { request: name, ...fields } = request;
  const method = methods.includes(name) ? driver[name as keyof Driver] : undefined;
  if (method === undefined) return { unsupported: `there is no ${name}` };
  try {
    return await (method as (fields: object) => Promise<object>).call(driver, fields);
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    return { error: messageOf(error) };
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
