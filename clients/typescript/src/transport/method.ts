/**
 * The part of a generated method definition that a call needs. Requests that are encoded already
 * use `encoded`, which passes their bytes on.
 */
import { ProtovecError } from '../errors.js';

/** A method of a service. */
export interface Method<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (request: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** Passes bytes on as they are. */
export function passBytes(bytes: Buffer): Buffer {
  return bytes;
}

/** The method with requests that are encoded already. */
export function encoded<Response>(
  method: Pick<Method<never, Response>, 'path' | 'responseDeserialize'>,
): Method<Buffer, Response> {
  const { path, responseDeserialize } = method;
  return { path, requestSerialize: passBytes, responseDeserialize };
}

/** The method with responses that are decoded by hand. */
export function decoded<Request, Response>(
  method: Pick<Method<Request, unknown>, 'path' | 'requestSerialize'>,
  responseDeserialize: (bytes: Buffer) => Response,
): Method<Request, Response> {
  const { path, requestSerialize } = method;
  return { path, requestSerialize, responseDeserialize };
}

/**
 * The encoded request. The generated code refuses numbers out of range with a plain Error; here
 * that becomes INVALID_ARGUMENT, as the server would have answered.
 */
export function encodeRequest<Request>(
  method: Pick<Method<Request, unknown>, 'requestSerialize'>,
  request: Request,
): Buffer {
  try {
    return method.requestSerialize(request);
  } catch (error) {
    if (error instanceof ProtovecError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw ProtovecError.invalid('', `The request cannot be encoded: ${message}`, error);
  }
}
