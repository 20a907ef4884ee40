/**
 * What the golden snapshots hold. It was committed with them and does not change: files of a new
 * format get content of their own.
 */
import { Metric } from '../../src/gen/protovec/v1/collection.js';
import { IndexKind, Quantization } from '../../src/gen/protovec/v1/index.js';
import { MetadataValue, VectorRecord } from '../../src/gen/protovec/v1/record.js';
import type { SnapshotHeader } from '../../src/snapshot/snapshot-header.js';

export const header: SnapshotHeader = {
  dimension: 5,
  indexConfig: {
    kind: IndexKind.HNSW,
    connectivity: 24,
    expansionAdd: 160,
    efSearch: 128,
    quantization: Quantization.BF16,
  },
  createdAt: { seconds: 1_790_000_000n, nanos: 123_456_789 },
  collection: 'golden',
  metric: Metric.EUCLIDEAN,
  embeddingModel: 'some/model@1',
  logSequence: 4_503_599_627_370_497,
};

const time = (seconds: bigint, nanos: number) => ({ seconds, nanos });

const value = (kind: MetadataValue['kind']) => MetadataValue.fromPartial({ kind });
const list = (values: string[]) => value({ $case: 'listValue', value: { values } });
const int = (number: bigint) => value({ $case: 'intValue', value: number });
const double = (number: number) => value({ $case: 'doubleValue', value: number });
const string = (text: string) => value({ $case: 'stringValue', value: text });
const bool = (flag: boolean) => value({ $case: 'boolValue', value: flag });

export const records: readonly VectorRecord[] = [
  {
    id: '0190a5d4-7c1e-7b3a-9d55-0c2f6e8a4b10',
    content: 'The quick brown fox.\nJumps "over" \\ the lazy dog.\t\u0001',
    title: 'Grüße aus Köln: 你好, мир \u{1f680}',
    filePath: '/data/Файл.md',
    extension: 'md',
    embedding: [1, -0.5, 0.25, 1234567939550609400, -1.1754943508222875e-38],
    metadata: new Map([
      ['int max', int(2n ** 63n - 1n)],
      ['int min', int(-(2n ** 63n))],
      ['double', double(0.1)],
      ['smallest', double(5e-324)],
      ['minus zero', double(-0)],
      ['text', string('\u2028 line and paragraph \u2029')],
      ['yes', bool(true)],
      ['tags', list(['a', '', 'ß'])],
    ]),
    createTime: time(1_789_999_999n, 999_999_999),
    updateTime: time(1_790_000_000n, 1),
    revision: 4_503_599_627_370_497n,
  },
  {
    id: 'x'.repeat(255),
    content: '',
    title: '',
    filePath: '',
    extension: '',
    embedding: [-0, 1.401298464324817e-45, 0.10000000149011612, 16777216, -123456.7890625],
    metadata: new Map([
      ['empty', string('')],
      ['__proto__', string('kept')],
      ['no', bool(false)],
      ['none', list([])],
      ['zero', int(0n)],
      ['zero too', double(0)],
    ]),
    createTime: time(-62_135_596_800n, 0),
    updateTime: time(253_402_300_799n, 999_999_999),
    revision: 2n ** 64n - 1n,
  },
  { id: 'é\u0000\u0301', embedding: [0.333333343, 2, 3, 4, 5] },
  ...Array.from({ length: 7 }, (_, i) => ({
    id: `record ${i}`,
    content: `${i} ${'lorem ipsum dolor sit amet '.repeat(i * 3)}`,
    embedding: [i + 1, i / 7, -i, i * 1e-9, i * 1e9].map(Math.fround),
    revision: BigInt(i + 1),
  })),
].map((fields) => VectorRecord.fromPartial(fields));

/** The second part of the file of two parts: one record is new, one replaces one of the first. */
export const moreRecords: readonly VectorRecord[] = [
  { id: 'record 3', title: 'replaced', embedding: [9, 8, 7, 6, 5] },
  { id: 'record 7', title: 'new', embedding: [5, 6, 7, 8, 9] },
].map((fields) => VectorRecord.fromPartial(fields));
