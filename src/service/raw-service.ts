/**
 * Service definitions whose messages are bytes. The main thread passes encoded messages on as they
 * came, so the generated (de)serializers are replaced by the identity.
 */

import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';

/** A method whose requests and answers are encoded messages. */
export type RawMethod = MethodDefinition<Buffer, Buffer>;

const identity = (message: Buffer): Buffer => message;

/** The methods of a generated service, by name, over bytes. */
export function rawService(service: ServiceDefinition): Record<string, RawMethod> {
  return Object.fromEntries(
    Object.entries(service).map(([name, { path, requestStream, responseStream }]) => [
      name,
      {
        path,
        requestStream,
        responseStream,
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: identity,
        responseDeserialize: identity,
      },
    ]),
  );
}
