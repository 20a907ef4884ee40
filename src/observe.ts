/** The log: one JSON object a line on stderr. Payloads, vectors and credentials are never logged. */

import { randomUUID } from 'node:crypto';
import { destination, type Logger, pino } from 'pino';
import { ProtovecError } from './errors.js';

const defaultLevel = 'info';

/**
 * The logger of a server. Its level is `level`, from PROTOVEC_LOG when unset; throws
 * INVALID_ARGUMENT when there is no such level.
 */
export function createLogger(level = process.env.PROTOVEC_LOG || defaultLevel): Logger {
  const levels = [...Object.keys(pino.levels.values), 'silent'];
  if (!levels.includes(level)) {
    const message = `the log level is ${level}; set PROTOVEC_LOG to one of ${levels.join(', ')}`;
    throw new ProtovecError('INVALID_ARGUMENT', message, { field: 'PROTOVEC_LOG' });
  }
  return pino({ name: 'protovec', level }, destination(2));
}

/** Logs what a caller must not see, and returns the id by which it finds the entry. */
export function logInternal(logger: Logger, error: unknown, method: string): string {
  const errorId = randomUUID();
  logger.error({ err: error, errorId, method }, 'internal error');
  return errorId;
}
