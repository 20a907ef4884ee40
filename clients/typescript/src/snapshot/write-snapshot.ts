/** Writes snapshot files, as a stream and whole or not at all. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tags } from './format.js';
import { FragmentSink } from './fragment-sink.js';
import { encodeHeader, type HeaderOptions } from './header.js';
import { PartSink, type WrittenSnapshot } from './part-sink.js';
import { RecordEncoder, type WritableRecord } from './record-encoder.js';

/** What a snapshot file says of its records, and how it is written. */
export interface WriteOptions extends HeaderOptions {
  /** Whether the records are compressed: texts shrink, embeddings hardly do. Default false. */
  compress?: boolean | undefined;
}

/**
 * Writes a sealed snapshot file of one part. It needs no server; servers and every other client read
 * it. `records` may be of any length, asynchronous or not, and may hold encoded VectorRecord messages,
 * such as `file.encoded()` gives, which are written byte for byte. Memory is a few MiB.
 *
 * The file is made under a temporary name beside `path` and gets its own, in place of what has it,
 * once it is whole and on stable storage; when anything fails there is no trace of it.
 *
 * Every record is held to the rules of a server: INVALID_ARGUMENT, with the path of the field, such as
 * `records[3].embedding`, for one that breaks them. Ids must not occur twice, which is not checked.
 * What the source throws, and errors of node:fs, are thrown as they are.
 *
 * ```ts
 * const records = [{ id: 'a', content: 'a cat', embedding: [1, 0, 0] }];
 * const { recordCount } = await writeSnapshot('docs.pb', records, { dimension: 3 });
 * ```
 */
export async function writeSnapshot(
  path: string | URL,
  records: Iterable<WritableRecord> | AsyncIterable<WritableRecord>,
  options: WriteOptions,
): Promise<WrittenSnapshot> {
  const header = encodeHeader(options);
  const target = path instanceof URL ? fileURLToPath(path) : path;
  const temporary = `${target}.${randomBytes(4).toString('hex')}.tmp`;
  const file = await open(temporary, 'wx');
  let written: WrittenSnapshot;
  try {
    try {
      written = await writeRecords(new PartSink(file, header), records, options);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
  await syncDirectory(dirname(target));
  return written;
}

async function writeRecords(
  part: PartSink,
  records: Iterable<WritableRecord> | AsyncIterable<WritableRecord>,
  { dimension, metric = 'cosine', compress = false }: WriteOptions,
): Promise<WrittenSnapshot> {
  const encoder = new RecordEncoder({ dimension, metric });
  const fragments = compress ? new FragmentSink(part) : undefined;
  for await (const record of records) {
    const body = encoder.encode(record);
    const busy = fragments === undefined ? part.add(tags.record, body, 1) : fragments.add(body);
    if (busy !== undefined) await busy;
  }
  return (fragments ?? part).finish();
}

/** Makes a rename last. Windows has no such thing. */
async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  let directory: FileHandle | undefined;
  try {
    directory = await open(path, 'r');
    await directory.sync();
  } finally {
    await directory?.close();
  }
}
