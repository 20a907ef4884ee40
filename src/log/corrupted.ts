/** The error for a log file whose bytes are not what was acknowledged. */
import { ProtovecError } from '../errors.js';

/** STORAGE_CORRUPTED at byte `offset` of the file `path`; `what` says what is wrong there. */
export function corrupted(path: string, offset: number, what: string): ProtovecError {
  return new ProtovecError(
    'STORAGE_CORRUPTED',
    `${path} is damaged at byte ${offset}: ${what}. The file was left as it is; ` +
      'restore it from a copy, or the collection from a snapshot',
    { metadata: { file: path, offset: String(offset) } },
  );
}
