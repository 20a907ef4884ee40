/**
 * A stream of requests and a stream of answers, as bytes. `send` never waits, so whoever sends keeps
 * count of what is under way. Answers are held until they are taken; when they are many bytes, no
 * more are read, and in the end the server stops reading requests.
 * Invariant: nobody waits for anything of a call that has ended.
 */
import type { ClientDuplexStream, Client as GrpcClient, ServiceError } from '@grpc/grpc-js';
import { Bell } from '../bell.js';
import { fromServiceError, type ProtovecError } from '../errors.js';
import { type CallSettings, cancelOnAbort } from './call-settings.js';
import { traced } from './call-span.js';
import { passBytes } from './method.js';

/** Bytes of answers that are held before no more are read. */
const HELD_BYTES_MAX = 8 * 1024 * 1024;

export class Duplex {
  readonly #rpc: ClientDuplexStream<Buffer, Buffer>;
  #answers: Buffer[] = [];
  #heldBytes = 0;
  #ended = false;
  #error: ProtovecError | undefined;
  readonly #bell: Bell;

  /** `bell` is rung for whoever waits for the call; by default its own. */
  constructor(
    client: GrpcClient,
    path: string,
    { metadata, options }: CallSettings,
    signal: AbortSignal | undefined,
    bell: Bell = new Bell(),
  ) {
    this.#bell = bell;
    this.#rpc = traced(path, metadata, () =>
      client.makeBidiStreamRequest(path, passBytes, passBytes, metadata, options),
    );
    const ignoreSignal = cancelOnAbort(signal, () => this.#rpc.cancel());
    const end = (error?: ServiceError): void => {
      if (this.#ended) return;
      ignoreSignal();
      this.#ended = true;
      if (error !== undefined) this.#error = fromServiceError(error, signal);
      this.wake();
    };
    this.#rpc.on('data', (answer: Buffer) => {
      this.#answers.push(answer);
      this.#heldBytes += answer.length;
      if (this.#heldBytes >= HELD_BYTES_MAX) this.#rpc.pause();
      this.wake();
    });
    this.#rpc.on('error', end).on('end', () => end());
  }

  /** Whether the call is over, so that sending more is of no use. */
  get ended(): boolean {
    return this.#ended;
  }

  /** What the call failed with, once it is over. */
  get error(): ProtovecError | undefined {
    return this.#error;
  }

  /** Sends a request, whose bytes must not be touched before `onTaken`, if it is ever called. */
  send(request: Buffer, onTaken?: () => void): void {
    if (this.#ended) return;
    if (onTaken === undefined) this.#rpc.write(request);
    // What could not be written may still be held somewhere below.
    else this.#rpc.write(request, (error: unknown) => error || onTaken());
  }

  /** No request follows. */
  close(): void {
    if (!this.#ended) this.#rpc.end();
  }

  /** Gives the call up. */
  cancel(): void {
    this.#rpc.cancel();
  }

  /** The answers that have arrived since the last time, in the order in which they did. */
  take(): Buffer[] {
    const answers = this.#answers;
    if (answers.length === 0) return answers;
    this.#answers = [];
    if (this.#heldBytes >= HELD_BYTES_MAX) this.#rpc.resume();
    this.#heldBytes = 0;
    return answers;
  }

  /** Waits until an answer arrives, the call ends, `wake` is called, or `other` is settled. */
  wait(other?: PromiseLike<unknown>): Promise<void> {
    return this.#bell.wait(other);
  }

  /** Lets everybody who waits look again. */
  wake(): void {
    this.#bell.ring();
  }
}
