/**
 * Server reflection, v1 and v1alpha, which differ in nothing but their names. The schema is read when
 * it is first asked for: most servers never are.
 */

import type { handleBidiStreamingCall, ServerDuplexStream } from '@grpc/grpc-js';
import { costOf } from '../engine/flow.js';
import {
  ServerReflectionRequest,
  ServerReflectionResponse,
} from '../gen/grpc/reflection/v1/reflection.js';
import { type Bridge, statusOf } from './bridge.js';
import { windowOf } from './paced-call.js';
import { answerReflection, type ReflectionContext } from './reflection-answer.js';
import type { ReflectionIndex } from './reflection-index.js';
import { decodeSmall } from './small-request.js';

interface Stream {
  readonly call: ServerDuplexStream<Buffer, Buffer>;
  /** Names of the files that it was sent. */
  readonly sent: Set<string>;
  isAnswering: boolean;
  /** No more requests are taken. */
  isEnding: boolean;
}

export class Reflection {
  readonly #services: readonly string[];
  readonly #bridge: Bridge;
  /** Streams that take requests. */
  readonly #open = new Set<Stream>();
  #index: Promise<ReflectionIndex> | undefined;

  /** `services` are the full names of what the server offers. */
  constructor(services: readonly string[], bridge: Bridge) {
    this.#services = services;
    this.#bridge = bridge;
  }

  /** Ends every stream once it has the answer that is on its way. */
  drain(): void {
    for (const stream of this.#open) this.#end(stream);
  }

  /** Answers requests in order; the next is read once the answer to the one before was sent. */
  handler(path: string): handleBidiStreamingCall<Buffer, Buffer> {
    return (call) => {
      const stream: Stream = { call, sent: new Set(), isAnswering: false, isEnding: false };
      this.#open.add(stream);
      call.on('data', (request: Buffer) => {
        this.#take(request, stream).catch((error: unknown) => {
          const status = statusOf(error, path, this.#bridge);
          if (this.#open.delete(stream)) call.emit('error', status);
        });
      });
      // It may come before the last request is answered, paused or not.
      call.on('end', () => this.#end(stream));
      call.on('cancelled', () => this.#open.delete(stream));
    };
  }

  async #take(request: Buffer, stream: Stream): Promise<void> {
    if (stream.isEnding) return;
    const { call, sent } = stream;
    const window = windowOf(call.metadata);
    const cost = costOf(request);
    window.take(cost);
    call.pause();
    stream.isAnswering = true;
    const answer = await this.#answer(request, sent);
    stream.isAnswering = false;
    window.grant(cost);
    if (!this.#open.has(stream)) return;
    call.write(answer, () => call.resume());
    if (stream.isEnding) this.#end(stream);
  }

  async #answer(bytes: Buffer, sent: Set<string>): Promise<Buffer> {
    const request = decodeSmall(ServerReflectionRequest, bytes);
    this.#index ??= import('./reflection-index.js').then((m) => m.ReflectionIndex.ofSchema());
    const context: ReflectionContext = { index: await this.#index, services: this.#services, sent };
    return Buffer.from(
      ServerReflectionResponse.encode(answerReflection(request, context)).finish(),
    );
  }

  #end(stream: Stream): void {
    stream.isEnding = true;
    if (!stream.isAnswering && this.#open.delete(stream)) stream.call.end();
  }
}
