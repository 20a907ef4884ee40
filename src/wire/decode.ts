/** Decodes requests that are off the hot path with the generated code. */
import type { BinaryReader } from '@bufbuild/protobuf/wire';
import { invalidArgument } from '../errors.js';

/** A generated message codec. */
export interface Codec<T> {
  decode(input: BinaryReader | Uint8Array, length?: number): T;
}

/** Decodes a request; what is no message of that type is INVALID_ARGUMENT. */
export function decodeRequest<T>(codec: Codec<T>, bytes: Uint8Array): T {
  try {
    return codec.decode(bytes);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw invalidArgument('', `the request is not a valid message: ${message}`);
  }
}
