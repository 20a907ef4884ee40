/**
 * What becomes of a promise that rejects and that nobody listens to. Every call's errors are heard
 * by its bridge, so this is a bug; by default Node would end the process for it, and with it every
 * other call. It is logged as what it is, and the server serves on. What is thrown outside of any
 * promise still ends the process: nobody can say what it left half done.
 */

import type { Logger } from 'pino';
import { logInternal } from '../observe.js';

/** Logs such promises of this process from now on. For a process that is nothing but a server. */
export function logUnheardRejections(logger: Logger): void {
  process.on('unhandledRejection', (reason) => {
    logInternal(logger, reason, 'none: a promise rejected unheard');
  });
}
