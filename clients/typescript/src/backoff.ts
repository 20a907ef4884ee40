/** How long to wait before something that failed is tried again, and the waiting. */
import { setTimeout as sleep } from 'node:timers/promises';
import { abortedError } from './errors.js';

const FIRST_MS = 250;
const LONGEST_MS = 4_000;

/**
 * Milliseconds to wait after so many failures in a row: twice as long each time, and a random part
 * more, so that many clients of one server do not come back together. `retryAfterMs` is what the
 * server asked for.
 */
export function backoffMs(failures: number, retryAfterMs?: number, firstMs = FIRST_MS): number {
  const delay = retryAfterMs ?? Math.min(LONGEST_MS, firstMs * 2 ** (failures - 1));
  return delay * (1 + Math.random() / 2);
}

/** Waits. Throws CANCELLED when the signal is aborted meanwhile. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return sleep(ms);
  try {
    await sleep(ms, undefined, { signal });
  } catch {
    throw abortedError(signal);
  }
}
