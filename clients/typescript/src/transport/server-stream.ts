/**
 * Reads a server stream as an async iterable.
 * Invariants: when the reader leaves early, by break, return or throw, the call is cancelled, for
 * grpc-js itself would leave it open; the CANCELLED that follows reaches nobody. At most 16
 * messages are held for a reader that is slower than the server.
 */
import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { fromServiceError } from '../errors.js';
import { cancelOnAbort } from './call-settings.js';

/** The messages of a call. Errors come out as ProtovecError. */
export async function* readStream<Response>(
  rpc: ClientReadableStream<Response>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Response, void, undefined> {
  // The error of a call that nobody reads any more would otherwise end the process.
  rpc.on('error', () => {});
  const ignoreSignal = cancelOnAbort(signal, () => rpc.cancel());
  const messages: AsyncIterator<Response> = rpc[Symbol.asyncIterator]();
  try {
    while (true) {
      const next = await nextMessage(messages, signal);
      if (next.done) return;
      yield next.value;
    }
  } finally {
    ignoreSignal();
    rpc.cancel();
    await messages.return?.();
  }
}

async function nextMessage<Response>(
  messages: AsyncIterator<Response>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Response>> {
  try {
    return await messages.next();
  } catch (error) {
    throw fromServiceError(error as ServiceError, signal);
  }
}
