/**
 * Brings a snapshot file to the server. When the connection breaks, the server is asked how much it
 * has, and the upload goes on from there.
 */
import { crc32 } from 'node:zlib';
import { status } from '@grpc/grpc-js';
import { abortedError, ProtovecError } from './errors.js';
import { feed } from './feed.js';
import type { Snapshot } from './gen/protovec/v1/snapshot.js';
import {
  SnapshotServiceService as service,
  UploadSnapshotRequest,
} from './gen/protovec/v1/snapshot_service.js';
import type { CallOptions } from './options.js';
import { Resumption } from './transfer.js';
import { encoded } from './transport/method.js';
import type { Transport } from './transport/transport.js';
import { inPieces, type KnownSource, knowSource, type UploadSource } from './upload-source.js';

/** Settings of `upload`. */
export interface UploadOptions extends CallOptions {
  /**
   * UUIDv7 of the snapshot, at most a day old. Default: a new one. With the id of an upload that
   * broke off, it goes on where that stopped.
   */
  id?: string | undefined;
  /** Accept a file without checksums and footer. */
  allowUnsealed?: boolean | undefined;
  /** Told of the bytes that were handed to the connection, from the start of the file. */
  onProgress?: ((progress: UploadProgress) => void) | undefined;
}

/** How far an upload is. */
export interface UploadProgress {
  /** Bytes sent so far. */
  bytes: number;
  /** Bytes in all. */
  total: number;
}

/** Which upload of which collection. */
interface About {
  readonly collection: string;
  readonly snapshotId: string;
}

const upload = encoded(service.uploadSnapshot);

/** Uploads the file; `resumed`: there may be some of it on the server already. */
export async function uploadSnapshot(
  transport: Transport,
  about: About,
  source: UploadSource,
  options: UploadOptions,
): Promise<Snapshot> {
  const { signal } = options;
  if (signal?.aborted) throw abortedError(signal);
  const known = await knowSource(source, signal);
  const resumption = new Resumption(signal);
  let ask = options.id !== undefined;
  let received = 0;
  while (true) {
    try {
      if (ask) {
        const progress = await progressOf(transport, about, options);
        if (progress.snapshot !== undefined) return progress.snapshot;
        received = progress.received;
      }
      return await send(transport, about, known, received, options);
    } catch (error) {
      ask = true;
      await resumption.after(error, received);
    }
  }
}

async function progressOf(
  transport: Transport,
  about: About,
  call: CallOptions,
): Promise<{ received: number; snapshot: Snapshot | undefined }> {
  try {
    const { receivedBytes, snapshot } = await transport.unary(service.getUpload, about, call);
    return { received: Number(receivedBytes), snapshot };
  } catch (error) {
    const nothing = error instanceof ProtovecError && error.reason === 'SNAPSHOT_NOT_FOUND';
    if (!nothing) throw error;
    return { received: 0, snapshot: undefined };
  }
}

/** Sends what follows the first `received` bytes. */
async function send(
  transport: Transport,
  about: About,
  known: KnownSource,
  received: number,
  options: UploadOptions,
): Promise<Snapshot> {
  const { size, sha256 } = known;
  const announced = {
    ...about,
    sizeBytes: BigInt(size),
    sha256,
    allowUnsealed: options.allowUnsealed ?? false,
  };
  const call = transport.upload(upload, options);
  let offset = received;
  let first = true;
  const piece = async (data: Uint8Array): Promise<void> => {
    const message = await call.buffer();
    if (message === undefined) return;
    const request = UploadSnapshotRequest.fromPartial({
      ...(first ? announced : {}),
      offset: BigInt(offset),
      data: Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      crc: crc32(data),
    });
    first = false;
    message.raw(UploadSnapshotRequest.encode(request).finish());
    call.send(message);
    offset += data.length;
    options.onProgress?.({ bytes: offset, total: size });
  };
  const { snapshot } = await call.complete(async () => {
    if (received < size) await feed(inPieces(known.read(received)), call, piece);
    if (first) await piece(new Uint8Array());
  });
  if (snapshot !== undefined) return snapshot;
  throw new ProtovecError(status.INTERNAL, 'The server ended the call without a snapshot');
}
