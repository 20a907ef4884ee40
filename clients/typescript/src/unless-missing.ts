/** For calls to which a missing record is an answer and no failure. */
import { status } from '@grpc/grpc-js';
import { ProtovecError } from './errors.js';

/** The response, or undefined when the server answers RECORD_NOT_FOUND. */
export async function unlessMissing<T>(response: Promise<T>): Promise<T | undefined> {
  try {
    return await response;
  } catch (error) {
    const missing = error instanceof ProtovecError && error.code === status.NOT_FOUND;
    if (missing && error.reason === 'RECORD_NOT_FOUND') return undefined;
    throw error;
  }
}
