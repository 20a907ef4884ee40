/** The golden snapshots: their names, and how their content is written today. */
import { SnapshotFormat } from '../../src/gen/protovec/v1/persistence.js';
import { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { StorageSnapshot } from '../../src/gen/protovec/v1/snapshot.js';
import { encodeHeader } from '../../src/snapshot/snapshot-header.js';
import { encoded, encodings } from '../unit/snapshot/support.js';
import { header, moreRecords, records } from './content.js';

const bodies = (list: readonly VectorRecord[]) =>
  list.map((record) => Buffer.from(VectorRecord.encode(record).finish()));

export interface Golden {
  readonly file: string;
  readonly write: () => Promise<Uint8Array>;
  readonly format: SnapshotFormat;
  /** Whether there are checksums or, in JSON, a footer. */
  readonly sealed: boolean;
  /** Records of each part. */
  readonly parts: readonly (readonly VectorRecord[])[];
  /** Whether the bytes depend on the version of zlib. */
  readonly compressed: boolean;
}

/** As any protobuf library writes it: fields in the order of their numbers, no seals. */
async function unsealed(): Promise<Uint8Array> {
  const snapshot = StorageSnapshot.decode(encodeHeader(header));
  return StorageSnapshot.encode({ ...snapshot, records: [...records] }).finish();
}

async function unsealedJson(): Promise<Uint8Array> {
  const text = String(await encoded(encodings.json, bodies(records), header));
  return Buffer.from(text.replace(/,\n {2}"footers": \[[^\]]*\]\n\}\n$/, '\n}\n'));
}

const twoParts = async (): Promise<Uint8Array> =>
  Buffer.concat([
    await encoded(encodings.binary, bodies(records), header),
    await encoded(encodings.compressed, bodies(moreRecords), { ...header, embeddingModel: '' }),
  ]);

const one = { format: SnapshotFormat.BINARY, sealed: true, parts: [records], compressed: false };

export const goldenFiles: readonly Golden[] = [
  {
    ...one,
    file: 'snapshot-v1.pb',
    write: () => encoded(encodings.binary, bodies(records), header),
  },
  {
    ...one,
    file: 'snapshot-v1.compressed.pb',
    write: () => encoded(encodings.compressed, bodies(records), header),
    compressed: true,
  },
  {
    ...one,
    file: 'snapshot-v1.json',
    write: () => encoded(encodings.json, bodies(records), header),
    format: SnapshotFormat.JSON,
  },
  { ...one, file: 'snapshot-v1.unsealed.pb', write: unsealed, sealed: false },
  {
    ...one,
    file: 'snapshot-v1.unsealed.json',
    write: unsealedJson,
    format: SnapshotFormat.JSON,
    sealed: false,
  },
  {
    ...one,
    file: 'snapshot-v1.two-parts.pb',
    write: twoParts,
    parts: [records, moreRecords],
    compressed: true,
  },
];
