/** Sequential writes to a new file, made durable; and the reading of files that are in the cache. */
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const BLOCK_BYTES = 2 ** 20;
const SYNCS = 40;

/** Bytes per second, the sync at the end included. */
export async function diskWrite(directory: string, bytes: number): Promise<number> {
  const path = join(directory, 'disk-write');
  const block = Buffer.alloc(BLOCK_BYTES, 7);
  const file = await open(path, 'w');
  try {
    const start = performance.now();
    for (let done = 0; done < bytes; done += BLOCK_BYTES) await file.write(block);
    await file.datasync();
    return (bytes * 1000) / (performance.now() - start);
  } finally {
    await file.close();
    await rm(path);
  }
}

/** Seconds that appending 4 KiB and making it durable takes, on average. */
export async function diskSync(directory: string): Promise<number> {
  const path = join(directory, 'disk-sync');
  const block = Buffer.alloc(4096, 7);
  const file = await open(path, 'w');
  try {
    const start = performance.now();
    for (let i = 0; i < SYNCS; i += 1) {
      await file.write(block);
      await file.datasync();
    }
    return (performance.now() - start) / 1000 / SYNCS;
  } finally {
    await file.close();
    await rm(path);
  }
}

/** Seconds that reading every file below a directory takes. */
export async function readFiles(directory: string): Promise<number> {
  const chunk = Buffer.alloc(BLOCK_BYTES);
  const start = performance.now();
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = await open(join(entry.parentPath, entry.name));
    try {
      while ((await file.read(chunk, 0, chunk.length)).bytesRead > 0);
    } finally {
      await file.close();
    }
  }
  return (performance.now() - start) / 1000;
}
