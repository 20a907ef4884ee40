/** Opens a file for reading, lets `use` work with it under a progress bar, and closes it. */
import { type File, nodeFileSystem } from '../../storage/file-system.js';
import { startProgress } from '../progress.js';

/** `onProgress` takes bytes. Throws the error of the file system when there is no such file. */
export async function withFile<T>(
  path: string,
  label: string,
  use: (file: File, onProgress: (done: number, total: number) => void) => Promise<T>,
): Promise<T> {
  const file = await nodeFileSystem.open(path, 'read');
  const progress = startProgress(label, 'bytes');
  try {
    return await use(file, (done, total) => progress.update(done, total));
  } finally {
    progress.stop();
    await file.close();
  }
}
