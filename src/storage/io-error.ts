/**
 * Reads the errors of system calls. "No room" is a state that passes and is told to the caller as
 * STORAGE_FULL; a disk that fails or refuses is told as STORAGE_FAILED. Every other failure, such
 * as a missing file, is left as it is for whoever knows what it means.
 */
import { ProtovecError } from '../errors.js';

/** What the codes of a failing or refusing disk mean. */
const failures: Readonly<Record<string, string>> = {
  EIO: 'the disk failed',
  EROFS: 'the file system is mounted read-only',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EMFILE: 'too many files are open in this process',
  ENFILE: 'too many files are open on this machine',
  EFBIG: 'the file would be too large for the file system',
  ESTALE: 'the file system went away',
};

/** The code of a system error, such as ENOENT; empty for anything else. */
export function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** The STORAGE_FULL that stands for a system error on `path`, or undefined when it is another. */
function storageFull(path: string, error: unknown): ProtovecError | undefined {
  const code = errorCode(error);
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return undefined;
  const what = code === 'EDQUOT' ? 'the quota is used up' : 'no space is left on the device';
  return new ProtovecError(
    'STORAGE_FULL',
    `${path} could not be written: ${what}; nothing of this write was kept, free some room and repeat it`,
    { cause: error, metadata: { file: path } },
  );
}

/** The STORAGE_FAILED that stands for a system error on `path`, or undefined when it is another. */
function storageFailed(path: string, error: unknown): ProtovecError | undefined {
  const code = errorCode(error);
  const what = failures[code];
  if (what === undefined) return undefined;
  return new ProtovecError(
    'STORAGE_FAILED',
    `${path} could not be used: ${what} (${code}); mend that and repeat the call`,
    { cause: error, metadata: { file: path } },
  );
}

/** Passes a call's outcome on; its errors on `path` become what a caller may see, if they can. */
export async function explained<T>(path: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    throw storageFull(path, error) ?? storageFailed(path, error) ?? error;
  }
}

/** The same for a sync. Never STORAGE_FULL: whatever it reports, what is on the disk is unknown. */
export async function explainedSync(path: string, call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    throw storageFailed(path, error) ?? error;
  }
}
