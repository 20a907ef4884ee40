/** Bytes of all files below a directory. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export async function directorySize(directory: string): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += (await stat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
