/** Reads a file of vectors by its extension. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { createInterface } from 'node:readline';
import { parseFvecs } from './fvecs.js';
import { parseJsonl } from './jsonl.js';
import { parseNpy } from './npy.js';
import type { SourceData } from './source.js';

const READ_BYTES = 256 * 2 ** 20;

export async function fileData(path: string): Promise<SourceData> {
  switch (extname(path)) {
    case '.npy':
      return parseNpy(await readBytes(path));
    case '.fvecs':
      return parseFvecs(await readBytes(path));
    case '.jsonl':
      return parseJsonl(await readLines(path));
    default:
      throw new Error(`${path}: only .npy, .fvecs and .jsonl can be read`);
  }
}

/** The whole file, also beyond the 2 GiB that Node reads at once. */
async function readBytes(path: string): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array((await file.stat()).size);
    for (let done = 0; done < bytes.length; ) {
      const wanted = Math.min(READ_BYTES, bytes.length - done);
      const { bytesRead } = await file.read(bytes, done, wanted, done);
      if (bytesRead === 0) throw new Error(`${path} became shorter while it was read`);
      done += bytesRead;
    }
    return bytes;
  } finally {
    await file.close();
  }
}

async function readLines(path: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: createReadStream(path) })) lines.push(line);
  return lines;
}
