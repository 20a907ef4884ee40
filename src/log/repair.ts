/**
 * Writes the entries of a log file before its first damage as a new log file of the same identity.
 * The new file appears whole or not at all; the old one is only read.
 */
import { copyFile } from '../storage/copy-file.js';
import type { FileSystem } from '../storage/file-system.js';
import { type InspectedLog, type InspectOptions, inspectLog } from './inspect.js';

/**
 * Repairs the log file `input` to `output`; returns what `input` holds. `visit` may end the history
 * before an entry that nothing is damaged of. Throws STORAGE_CORRUPTED when the header is damaged.
 */
export async function repairLog(
  fs: FileSystem,
  input: string,
  output: string,
  options: InspectOptions = {},
): Promise<InspectedLog> {
  const file = await fs.open(input, 'read');
  try {
    const found = await inspectLog(file, options);
    await copyFile(fs, file, output, found.length);
    return found;
  } finally {
    await file.close();
  }
}
