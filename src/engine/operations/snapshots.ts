/** CreateSnapshot, ListSnapshots, DeleteSnapshot and DownloadSnapshot. */
import type { Registry } from '../../collection/registry.js';
import { invalidArgument } from '../../errors.js';
import {
  CreateSnapshotRequest,
  CreateSnapshotResponse,
  DeleteSnapshotRequest,
  DeleteSnapshotResponse,
  DownloadSnapshotRequest,
  DownloadSnapshotResponse,
  ListSnapshotsRequest,
  ListSnapshotsResponse,
} from '../../gen/protovec/v1/snapshot_service.js';
import { limits } from '../../limits.js';
import { compileFilter } from '../../search/filter.js';
import { crc32 } from '../../storage/checksum.js';
import { decodeRequest } from '../../wire/decode.js';
import { checkSnapshotId } from '../../wire/names.js';
import { resolveSnapshotEncoding } from '../../wire/snapshot-encoding.js';
import type { CallContext, Operations } from '../operation.js';
import { withProgress } from './progress.js';

/** CreateSnapshotRequest.filter. */
const FILTER_FIELD = 4;

export function snapshotOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/CreateSnapshot': {
      kind: 'serverStream',
      handle: (request, call) => createSnapshot(registry, request, call),
    },
    '/protovec.v1.SnapshotService/ListSnapshots': {
      kind: 'unary',
      handle: (request) => {
        const { collection } = decodeRequest(ListSnapshotsRequest, request);
        const snapshots = registry.get(collection).snapshots.list();
        return ListSnapshotsResponse.encode({ snapshots }).finish();
      },
    },
    '/protovec.v1.SnapshotService/DeleteSnapshot': {
      kind: 'unary',
      handle: async (request) => {
        const { collection, snapshotId } = decodeRequest(DeleteSnapshotRequest, request);
        checkSnapshotId(snapshotId);
        await registry.get(collection).snapshots.delete(snapshotId);
        return DeleteSnapshotResponse.encode({}).finish();
      },
    },
    '/protovec.v1.SnapshotService/DownloadSnapshot': {
      kind: 'serverStream',
      handle: (request) => downloadSnapshot(registry, request),
    },
  };
}

async function* createSnapshot(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(CreateSnapshotRequest, bytes, FILTER_FIELD);
  const { snapshots, state } = registry.get(request.collection);
  const encoding = resolveSnapshotEncoding(request, state.config.persistence);
  const filter = request.filter && compileFilter(request.filter, 'filter');
  const encode = (written: number, total: number, snapshot?: CreateSnapshotResponse['snapshot']) =>
    CreateSnapshotResponse.encode({
      recordsWritten: BigInt(written),
      recordsTotal: BigInt(total),
      snapshot,
    }).finish();
  const snapshot = yield* withProgress(
    (onProgress) => snapshots.create(encoding, call.signal, onProgress, filter),
    encode,
  );
  const count = Number(snapshot.recordCount);
  yield encode(count, count, snapshot);
}

async function* downloadSnapshot(
  registry: Registry,
  bytes: Uint8Array,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(DownloadSnapshotRequest, bytes);
  checkSnapshotId(request.snapshotId);
  const { snapshots } = registry.get(request.collection);
  const snapshot = snapshots.get(request.snapshotId);
  const size = Number(snapshot.sizeBytes);
  let offset = Number(request.offset);
  if (offset > size) {
    const message = `offset ${request.offset} is behind the end: the snapshot has ${size} bytes`;
    throw invalidArgument('offset', message);
  }
  const file = await snapshots.open(snapshot);
  try {
    while (offset < size) {
      const data = Buffer.allocUnsafeSlow(Math.min(limits.downloadChunkBytes, size - offset));
      await file.read(data, offset);
      const chunk = { offset: BigInt(offset), data, crc: crc32(data) };
      yield DownloadSnapshotResponse.encode(chunk).finish();
      offset += data.length;
    }
  } finally {
    await file.close();
  }
}
