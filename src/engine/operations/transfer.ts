/** UploadSnapshot and GetUpload: snapshot files that callers bring, resumable by offset. */
import type { Collection } from '../../collection/collection.js';
import type { Registry } from '../../collection/registry.js';
import type { Upload, UploadOffer } from '../../collection/snapshots/upload.js';
import { isRecent } from '../../collection/snapshots/upload-files.js';
import { invalidArgument } from '../../errors.js';
import type { Snapshot } from '../../gen/protovec/v1/snapshot.js';
import {
  GetUploadRequest,
  GetUploadResponse,
  UploadSnapshotRequest,
  UploadSnapshotResponse,
} from '../../gen/protovec/v1/snapshot_service.js';
import { decodeRequest } from '../../wire/decode.js';
import { checkSnapshotId } from '../../wire/names.js';
import type { CallContext, Operations } from '../operation.js';

const SHA256_BYTES = 32;

export function transferOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/UploadSnapshot': {
      kind: 'clientStream',
      handle: async (requests, call) => {
        const snapshot = await uploadSnapshot(registry, requests, call);
        return UploadSnapshotResponse.encode({ snapshot }).finish();
      },
    },
    '/protovec.v1.SnapshotService/GetUpload': {
      kind: 'unary',
      handle: (request) => getUpload(registry, request),
    },
  };
}

async function getUpload(registry: Registry, bytes: Uint8Array): Promise<Uint8Array> {
  const { collection, snapshotId } = decodeRequest(GetUploadRequest, bytes);
  checkSnapshotId(snapshotId);
  const { received, snapshot } = await registry.get(collection).uploads.progress(snapshotId);
  return GetUploadResponse.encode({ receivedBytes: BigInt(received), snapshot }).finish();
}

async function uploadSnapshot(
  registry: Registry,
  requests: AsyncIterable<Uint8Array>,
  call: CallContext,
): Promise<Snapshot> {
  let collection: Collection | undefined;
  let upload: Upload | undefined;
  try {
    for await (const bytes of requests) {
      const request = decodeRequest(UploadSnapshotRequest, bytes);
      if (collection === undefined || upload === undefined) {
        collection = registry.get(request.collection);
        const offer = offerOf(request);
        const finished = collection.uploads.finished(offer);
        if (finished !== undefined) return finished;
        upload = await collection.uploads.begin(offer);
      } else checkLater(request, collection, upload);
      await upload.append(Number(request.offset), request.data, request.crc);
    }
    if (upload === undefined) {
      throw invalidArgument('collection', 'the stream ended before its first message');
    }
    return await upload.finish(call.signal);
  } finally {
    await upload?.close();
  }
}

/** What the first message announces. */
function offerOf(request: UploadSnapshotRequest): UploadOffer {
  const { snapshotId, sha256, allowUnsealed } = request;
  checkSnapshotId(snapshotId);
  if (!isRecent(snapshotId)) {
    const message = `${snapshotId} is not a UUIDv7 of the last day: make a new one`;
    throw invalidArgument('snapshot_id', message);
  }
  const sizeBytes = Number(request.sizeBytes);
  if (sizeBytes === 0 || !Number.isSafeInteger(sizeBytes)) {
    throw invalidArgument(
      'size_bytes',
      `size_bytes is ${request.sizeBytes}: say the file's length`,
    );
  }
  if (sha256.length !== SHA256_BYTES) {
    const message = `a SHA-256 has ${SHA256_BYTES} bytes, this one has ${sha256.length}`;
    throw invalidArgument('sha256', message);
  }
  return { snapshotId, sizeBytes, sha256: Uint8Array.from(sha256), allowUnsealed };
}

/** Later messages leave out what the first one said, or repeat it. */
function checkLater(request: UploadSnapshotRequest, collection: Collection, upload: Upload): void {
  const { snapshotId } = upload.offer;
  if (request.collection !== '' && request.collection !== collection.name) {
    const message = `the stream uploads to ${collection.name}, not ${request.collection}`;
    throw invalidArgument('collection', message);
  }
  if (request.snapshotId !== '' && request.snapshotId !== snapshotId) {
    const message = `the stream uploads ${snapshotId}, not ${request.snapshotId}`;
    throw invalidArgument('snapshot_id', message);
  }
}
