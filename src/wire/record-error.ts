/** Why one record of a batch or a stream was refused, as a message. */
import type { ProtovecError } from '../errors.js';
import type { RecordError } from '../gen/protovec/v1/record.js';
import { statusOf } from './status.js';

/** `index`: position in the request or the stream; `position`: in the message, for the path. */
export function recordError(
  error: ProtovecError,
  index: number,
  position: number,
  id: string,
): RecordError {
  const path = `records[${position}]`;
  return {
    index: BigInt(index),
    id,
    code: statusOf(error.reason),
    reason: error.reason,
    message: error.message,
    field: error.field === '' ? path : `${path}.${error.field}`,
  };
}
