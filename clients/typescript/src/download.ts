/**
 * Reads a snapshot file from the server. Every chunk is checked against its CRC and its offset
 * before it is handed out; a download that breaks off goes on where it stopped.
 */
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { ProtovecError } from './errors.js';
import { SnapshotServiceService as service } from './gen/protovec/v1/snapshot_service.js';
import type { CallOptions } from './options.js';
import { Resumption } from './transfer.js';
import type { Transport } from './transport/transport.js';

/** The bytes of the file in order, from `offset` on. */
export async function* downloadSnapshot(
  transport: Transport,
  about: { collection: string; snapshotId: string },
  from: number,
  call: CallOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!Number.isSafeInteger(from) || from < 0) {
    throw ProtovecError.invalid('offset', `offset is ${from}; it is a number of bytes`);
  }
  const resumption = new Resumption(call.signal);
  let offset = from;
  while (true) {
    const request = { ...about, offset: BigInt(offset) };
    const chunks = transport.stream(service.downloadSnapshot, request, call);
    let reading = true;
    try {
      for await (const chunk of chunks) {
        if (Number(chunk.offset) !== offset || crc32(chunk.data) !== chunk.crc) {
          throw damagedChunk(about.snapshotId, offset);
        }
        offset += chunk.data.length;
        // What the reader throws is not for this function to judge.
        reading = false;
        yield chunk.data;
        reading = true;
      }
      return;
    } catch (error) {
      if (!reading) throw error;
      await resumption.after(error, offset);
    }
  }
}

function damagedChunk(id: string, offset: number): ProtovecError {
  const message = `Snapshot ${id} was damaged on its way at offset ${offset}; download it from there again`;
  return new ProtovecError(status.DATA_LOSS, message, {
    reason: 'CHECKSUM_MISMATCH',
    metadata: { offset: String(offset) },
  });
}
