/**
 * Publishes a file so that its name stands for the old content or the whole new one, whatever
 * happens: temporary name, write, sync, rename, sync of the directory. Only after it returns may
 * what the file replaces be removed.
 */
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import type { File, FileSystem } from './file-system.js';

const temporarySuffix = '.tmp';

/** Whether a name is one that an interrupted publishFile left behind; such files may be removed. */
export function isTemporaryName(name: string): boolean {
  return name.endsWith(temporarySuffix);
}

/**
 * Writes `path` by `write` and makes it durable, replacing what was there. On any error before the
 * rename the old file is as it was and the temporary one is gone; the error is passed on.
 */
export async function publishFile(
  fs: FileSystem,
  path: string,
  write: (file: File) => Promise<void>,
): Promise<void> {
  const temporary = `${path}.${randomBytes(4).toString('hex')}${temporarySuffix}`;
  try {
    const file = await fs.open(temporary, 'create');
    try {
      await write(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await fs.rename(temporary, path);
  } catch (error) {
    // The first error says what went wrong; a temporary file that stays is removed at the next start.
    await fs.remove(temporary).catch(() => {});
    throw error;
  }
  await fs.syncDirectory(dirname(path));
}
