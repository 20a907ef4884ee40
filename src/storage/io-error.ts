/**
 * Reads the errors of system calls. "No room" is a state that passes and is told to the caller as
 * STORAGE_FULL; every other failure is left as it is for whoever knows what it means.
 */
import { ProtovecError } from '../errors.js';

/** The code of a system error, such as ENOENT; empty for anything else. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** The STORAGE_FULL that stands for a system error on `path`, or undefined when it is another. */
export function storageFull(path: string, error: unknown): ProtovecError | undefined {
  const code = errorCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  const what = code === 'EDQUOT' ? 'the quota is used up' : 'no space is left on the device';
  return new ProtovecError(
    'STORAGE_FULL',
    `${path} could not be written: ${what}; nothing of this write was kept, free some room and repeat it`,
    { cause: error, metadata: { file: path } },
  );
}
