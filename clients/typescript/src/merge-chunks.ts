/** Sends the bytes of a snapshot file as MergeRecords messages of at most 1 MiB. */
import { feed } from './feed.js';
import type { Upload } from './transport/upload.js';

const CHUNK_BYTES = 1024 * 1024;
/** Field 2 of MergeRecordsRequest. */
const CHUNK_TAG = 0x12;

/**
 * Sends all chunks and waits for the response. The first message carries `header`; when there are
 * no chunks it carries an empty one, which the server reports as a truncated file.
 */
export async function mergeChunks<Response>(
  upload: Upload<Response>,
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  header: Uint8Array,
  onProgress: ((progress: { bytes: number }) => void) | undefined,
): Promise<Response> {
  let first = true;
  let bytes = 0;
  const send = async (chunk: Uint8Array): Promise<void> => {
    const message = await upload.buffer();
    if (message === undefined) return;
    if (first) message.raw(header);
    first = false;
    message.bytes(CHUNK_TAG, chunk);
    upload.send(message);
    bytes += chunk.length;
    onProgress?.({ bytes });
  };
  return upload.complete(async () => {
    await feed(chunks, upload, async (chunk) => {
      for (let start = 0; start < chunk.length && !upload.ended; start += CHUNK_BYTES) {
        await send(chunk.subarray(start, start + CHUNK_BYTES));
      }
    });
    if (first) await send(new Uint8Array());
  });
}
