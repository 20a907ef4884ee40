/**
 * Histories of writes and searches. Vectors come from a lattice on which lengths, products and
 * distances are exact numbers, so that ties are ties under every metric and answers can be compared
 * as they are; or from anywhere, where scores differ in their last digits.
 */
import fc from 'fast-check';
import type { Filter } from '../../src/gen/protovec/v1/filter.js';
import type { VectorRecord } from '../../src/gen/protovec/v1/record.js';
import { filter, record } from './filter-arbitraries.js';

export const dimension = 16;

/** Of the records and of those that are left out; bytes order some otherwise than UTF-16 does. */
const ids = [
  ...['a', 'A', 'b', 'ab', 'ä', 'z', '\uffee', '\u{1f600}', '\u{10ffff}', 'ſ', '0', '00', '\u0001'],
  ...Array.from({ length: 12 }, (_, i) => `0190b2d4-1c00-7000-8000-${String(i).padStart(12, '0')}`),
  ...Array.from({ length: 15 }, (_, i) => `record-${i}`),
];
export const id = fc.constantFrom(...ids);

/** One, four or sixteen equal numbers but for their signs: of length 1, 2 or 4 times a power of 2. */
const lattice = fc
  .record({
    size: fc.constantFrom(1, 4, 16),
    start: fc.nat(dimension - 1),
    stride: fc.constantFrom(1, 3, 5),
    signs: fc.constantFrom(0, 0, 0, 1, 0b1010, 0xffff),
    scale: fc.constantFrom(1, 1, 0.5, 2),
  })
  .map(({ size, start, stride, signs, scale }) => {
    const values = Array<number>(dimension).fill(0);
    for (let i = 0; i < size; i++) {
      values[(start + i * stride) % dimension] = (signs >> i) & 1 ? -scale : scale;
    }
    return values;
  });

const anywhere = fc
  .array(fc.float({ noNaN: true, min: -100, max: 100 }), {
    minLength: dimension,
    maxLength: dimension,
  })
  .filter((values) => values.some((value) => Math.abs(value) > 1e-3));

export type Step =
  | { readonly put: VectorRecord[] }
  | { readonly remove: string[] }
  | { readonly removeWhere: Filter }
  | { readonly search: SearchStep };

/** A search; of a record when `ofRecord` and there is one. */
export interface SearchStep {
  readonly vector: number[];
  readonly ofRecord: boolean;
  /** Which record: its place among them, as a share. */
  readonly place: number;
  readonly limit: number;
  /** The threshold is the score of the record of that rank; undefined: none. */
  readonly thresholdRank: number | undefined;
  readonly filter: Filter | undefined;
  readonly hitMask: string[] | undefined;
}

const masks = [
  undefined,
  ['id'],
  ['content', 'metadata'],
  ['embedding', 'title'],
  ['file_path', 'extension', 'create_time'],
  ['update_time', 'revision'],
  ['*'],
];

function steps(vector: fc.Arbitrary<number[]>, length: number): fc.Arbitrary<Step[]> {
  const records = fc.array(
    fc.tuple(record, id, vector).map(([fields, id, embedding]) => ({
      ...fields,
      id,
      embedding,
      createTime: undefined,
      updateTime: undefined,
    })),
    { minLength: 1, maxLength: 12 },
  );
  const search: fc.Arbitrary<SearchStep> = fc.record({
    vector,
    ofRecord: fc.boolean(),
    place: fc.double({ min: 0, max: 0.999, noNaN: true }),
    limit: fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 10_000 })),
    thresholdRank: fc.option(fc.nat(20), { nil: undefined }),
    filter: fc.option(filter, { nil: undefined }),
    hitMask: fc.constantFrom(...masks),
  });
  const step = fc.oneof(
    { weight: 4, arbitrary: records.map((put): Step => ({ put })) },
    { weight: 2, arbitrary: fc.array(id, { maxLength: 4 }).map((remove): Step => ({ remove })) },
    { weight: 1, arbitrary: filter.map((removeWhere): Step => ({ removeWhere })) },
    { weight: 8, arbitrary: search.map((search): Step => ({ search })) },
  );
  return fc.array(step, { minLength: 4, maxLength: length });
}

export const latticeHistory = (length: number): fc.Arbitrary<Step[]> => steps(lattice, length);
export const realHistory = (length: number): fc.Arbitrary<Step[]> => steps(anywhere, length);
