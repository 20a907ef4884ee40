/** ValidateSnapshot: everything that is wrong with a snapshot that the server keeps. */
import type { Registry } from '../../collection/registry.js';
import type { FoundSnapshot } from '../../collection/snapshots/snapshot-lookup.js';
import { ProtovecError } from '../../errors.js';
import {
  SnapshotFindingKind as Kind,
  SnapshotReport,
} from '../../gen/protovec/v1/snapshot_report.js';
import {
  ValidateSnapshotRequest,
  ValidateSnapshotResponse,
} from '../../gen/protovec/v1/snapshot_service.js';
import { type ValidateOptions, validateSnapshot } from '../../snapshot/salvage/validate.js';
import { digestOf } from '../../storage/copy-file.js';
import { decodeRequest } from '../../wire/decode.js';
import { checkSnapshotId } from '../../wire/names.js';
import type { CallContext, Operations } from '../operation.js';
import { withProgress } from './progress.js';

export function validateOperations(registry: Registry): Operations {
  return {
    '/protovec.v1.SnapshotService/ValidateSnapshot': {
      kind: 'serverStream',
      handle: (request, call) => validate(registry, request, call),
    },
  };
}

async function* validate(
  registry: Registry,
  bytes: Uint8Array,
  call: CallContext,
): AsyncGenerator<Uint8Array> {
  const request = decodeRequest(ValidateSnapshotRequest, bytes);
  const { collection, snapshotId, allowUnsealed } = request;
  checkSnapshotId(snapshotId);
  const encode = (done: number, total: number, report?: SnapshotReport): Uint8Array =>
    ValidateSnapshotResponse.encode({
      bytesChecked: BigInt(done),
      bytesTotal: BigInt(total),
      report,
    }).finish();
  const found = await registry.findSnapshot(collection, snapshotId).catch((error: unknown) => {
    // That its file is gone is what the caller asked about.
    if (error instanceof ProtovecError && error.reason === 'STORAGE_CORRUPTED') return undefined;
    throw error;
  });
  if (found === undefined) return yield encode(0, 0, missing(snapshotId));
  try {
    const report = yield* withProgress(
      (onProgress) => check(found, { allowUnsealed, signal: call.signal, onProgress }),
      encode,
    );
    const size = Number(report.sizeBytes);
    yield encode(size, size, report);
  } finally {
    await found.file.close();
  }
}

/** A snapshot that is whole in itself must also be the one that the server wrote. */
async function check(
  { file, snapshot }: FoundSnapshot,
  options: ValidateOptions,
): Promise<SnapshotReport> {
  const report = await validateSnapshot(file, options);
  if (!report.valid || (await digestOf(file)).equals(snapshot.sha256)) return report;
  const finding = {
    kind: Kind.CHECKSUM,
    offset: 0n,
    recordId: '',
    message: 'the SHA-256 of the file is not the one that the server took: it is another file',
  };
  report.findings.unshift(finding);
  return { ...report, valid: false, findingCount: report.findingCount + 1n };
}

function missing(snapshotId: string): SnapshotReport {
  const message = `the file of snapshot ${snapshotId} does not exist: bring it back, or delete the snapshot`;
  const finding = { kind: Kind.MISSING, offset: 0n, recordId: '', message };
  return { ...SnapshotReport.create(), findingCount: 1n, findings: [finding] };
}
