import { expect } from 'chai';
import { ProtovecError } from '../../../src/errors.js';
import { Timestamp } from '../../../src/gen/google/protobuf/timestamp.js';
import type { Filter, MetadataCondition } from '../../../src/gen/protovec/v1/filter.js';
import { VectorRecord } from '../../../src/gen/protovec/v1/record.js';
import { limits } from '../../../src/limits.js';
import { compileFilter } from '../../../src/search/filter.js';
import { decodeFilter } from '../../../src/search/filter-decode.js';
import { RecordView } from '../../../src/search/filter-view.js';

type Condition = NonNullable<Filter['condition']>;
type Test = NonNullable<MetadataCondition['test']>;

const times = { createSeconds: 0, createNanos: 0, updateSeconds: 0, updateNanos: 0, revision: 1 };
const filterOf = (condition: Condition): Filter => ({ condition });
const group = ($case: 'allOf' | 'anyOf' | 'noneOf', filters: Filter[]): Filter =>
  filterOf({ $case, value: { filters } });
const metadata = (test: Test, key = 'k'): Filter =>
  filterOf({ $case: 'metadata', value: { key, test } });
const ids = (...values: string[]): Filter => filterOf({ $case: 'ids', value: { values } });
const title = filterOf({ $case: 'titleContains', value: 'x' });
const int = (value: bigint) => ({ kind: { $case: 'intValue' as const, value } });
const double = (value: number) => ({ kind: { $case: 'doubleValue' as const, value } });
const string = (value: string) => ({ kind: { $case: 'stringValue' as const, value } });
const strings = (...values: string[]) => ({
  kind: { $case: 'listValue' as const, value: { values } },
});

function matches(filter: Filter, fields: Partial<VectorRecord>): boolean {
  const body = VectorRecord.encode(VectorRecord.create(fields)).finish();
  const view = new RecordView();
  view.reset(body, 0, body.length, times);
  return compileFilter(filter, 'filter').matches(view);
}

function refusal(make: () => unknown): ProtovecError {
  try {
    make();
  } catch (error) {
    if (error instanceof ProtovecError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

describe('compileFilter', () => {
  it('compares integers and doubles as the numbers that they are', () => {
    const big = 2n ** 53n;
    const record = { metadata: new Map([['k', int(big + 1n)]]) };
    expect(matches(metadata({ $case: 'equals', value: int(big + 1n) }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'equals', value: int(big) }), record)).to.equal(false);
    expect(matches(metadata({ $case: 'equals', value: double(2 ** 53) }), record)).to.equal(false);
    expect(matches(metadata({ $case: 'range', value: { gt: 2 ** 53 } }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'range', value: { lte: 2 ** 53 } }), record)).to.equal(false);
    const exact = { metadata: new Map([['k', int(big)]]) };
    expect(matches(metadata({ $case: 'equals', value: double(2 ** 53) }), exact)).to.equal(true);
    const least = { metadata: new Map([['k', int(-big)]]) };
    expect(matches(metadata({ $case: 'equals', value: double(-(2 ** 53)) }), least)).to.equal(true);
    const zero = { metadata: new Map([['k', double(-0)]]) };
    expect(matches(metadata({ $case: 'equals', value: int(0n) }), zero)).to.equal(true);
  });

  it('ignores case, but not in equals', () => {
    const record = { title: 'ΟΔΟΣ Straße', metadata: new Map([['k', string('Naïve CAFÉ')]]) };
    expect(matches(filterOf({ $case: 'titleContains', value: 'σ s' }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'startsWith', value: 'NAÏVE' }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'endsWith', value: 'café' }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'equals', value: string('naïve café') }), record)).to.equal(
      false,
    );
  });

  it('lets one text of a list satisfy a test, and all of them not_equals', () => {
    const record = { metadata: new Map([['k', strings('red', 'Blue')]]) };
    expect(matches(metadata({ $case: 'equals', value: string('Blue') }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'contains', value: 'LU' }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'notEquals', value: string('red') }), record)).to.equal(false);
    expect(matches(metadata({ $case: 'notEquals', value: string('green') }), record)).to.equal(
      true,
    );
    const same = strings('red', 'Blue');
    expect(matches(metadata({ $case: 'equals', value: same }), record)).to.equal(true);
    const longer = strings('red', 'Blue', '');
    expect(matches(metadata({ $case: 'equals', value: longer }), record)).to.equal(false);
  });

  it('needs the key for every test but exists: false', () => {
    const record = { metadata: new Map([['other', string('x')]]) };
    expect(matches(metadata({ $case: 'notEquals', value: string('x') }), record)).to.equal(false);
    expect(matches(metadata({ $case: 'exists', value: false }), record)).to.equal(true);
    expect(matches(metadata({ $case: 'exists', value: true }), record)).to.equal(false);
  });

  it('counts code points, not bytes or UTF-16 units', () => {
    const filter = filterOf({ $case: 'contentLength', value: { gte: 3, lte: 3 } });
    expect(matches(filter, { content: 'é😀x' })).to.equal(true);
    expect(matches(filter, { content: 'éé' })).to.equal(false);
  });

  it('gives empty groups their meaning', () => {
    expect(matches(group('allOf', []), {})).to.equal(true);
    expect(matches(group('anyOf', []), {})).to.equal(false);
    expect(matches(group('noneOf', []), {})).to.equal(true);
  });

  it('tests half-open time ranges to the nanosecond', () => {
    const at = (seconds: bigint, nanos: number) => Timestamp.create({ seconds, nanos });
    const range = { start: at(5n, 7), end: at(6n, 0) };
    const { matches } = compileFilter(filterOf({ $case: 'updateTime', value: range }), 'filter');
    const view = new RecordView();
    const test = (updateSeconds: number, updateNanos: number) => {
      view.resetId(Buffer.from('a'), 0, 1, { ...times, updateSeconds, updateNanos });
      return matches(view);
    };
    const cases = [test(5, 6), test(5, 7), test(5, 999_999_999), test(6, 0)];
    expect(cases).to.deep.equal([false, true, true, false]);
  });

  it('names distinct ids to look up when nothing else can match', () => {
    expect(compileFilter(ids('b', 'a', 'b'), 'filter').ids).to.deep.equal(['b', 'a']);
    const both = group('allOf', [ids('a', 'b'), title, group('allOf', [ids('c')])]);
    expect(compileFilter(both, 'filter').ids).to.deep.equal(['c']);
    for (const other of [group('anyOf', [ids('a'), title]), group('noneOf', [ids('a')]), title]) {
      expect(compileFilter(other, 'filter').ids).to.equal(undefined);
    }
  });

  it('tells whether it needs the body', () => {
    expect(compileFilter(group('noneOf', [ids('a')]), 'filter').needsBody).to.equal(false);
    expect(compileFilter(group('anyOf', [ids('a'), title]), 'filter').needsBody).to.equal(true);
  });

  it('does not take the body of the record before when it was given only an id', () => {
    const { matches } = compileFilter(title, 'filter');
    const view = new RecordView();
    const body = VectorRecord.encode(VectorRecord.create({ title: 'x' })).finish();
    view.reset(body, 0, body.length, times);
    expect(matches(view)).to.equal(true);
    view.resetId(Buffer.from('a'), 0, 1, times);
    expect(refusal(() => matches(view)).reason).to.equal('INTERNAL');
  });
});

describe('compileFilter refuses', () => {
  const nested = (levels: number): Filter =>
    levels === 1 ? title : group('anyOf', [nested(levels - 1)]);
  const text = (count: number) => Array.from({ length: count }, (_, i) => `${i}`);
  const time = (fields: Partial<Timestamp>): Filter =>
    filterOf({ $case: 'createTime', value: { start: Timestamp.create(fields) } });
  const oneOf = (...values: ReturnType<typeof double>[]): Filter =>
    metadata({ $case: 'oneOf', value: { values } });

  const cases: [string, Filter, string][] = [
    ['no condition', group('allOf', [title, {}]), 'filter.all_of.filters[1]'],
    ['an empty title', filterOf({ $case: 'titleContains', value: '' }), 'filter.title_contains'],
    [
      'an empty key',
      group('allOf', [title, title, metadata({ $case: 'exists', value: true }, '')]),
      'filter.all_of.filters[2].metadata.key',
    ],
    ['no test', filterOf({ $case: 'metadata', value: { key: 'k' } }), 'filter.metadata'],
    ['an empty text', metadata({ $case: 'contains', value: '' }), 'filter.metadata.contains'],
    ['an empty start', metadata({ $case: 'startsWith', value: '' }), 'filter.metadata.starts_with'],
    ['an empty end', metadata({ $case: 'endsWith', value: '' }), 'filter.metadata.ends_with'],
    ['a value without a kind', metadata({ $case: 'equals', value: {} }), 'filter.metadata.equals'],
    [
      'a value that is not finite',
      oneOf(double(1), double(Infinity)),
      'filter.metadata.one_of.values[1].double_value',
    ],
    ['a NaN bound', metadata({ $case: 'range', value: { lt: NaN } }), 'filter.metadata.range.lt'],
    [
      'a NaN length',
      filterOf({ $case: 'contentLength', value: { gte: NaN } }),
      'filter.content_length.gte',
    ],
    ['negative nanos', time({ nanos: -1 }), 'filter.create_time.start.nanos'],
    ['the year 10,000', time({ seconds: 253_402_300_800n }), 'filter.create_time.start.seconds'],
    ['too many ids', ids(...text(limits.idsMax + 1)), 'filter.ids.values'],
    [
      'too many extensions',
      filterOf({ $case: 'extensionNotIn', value: { values: text(limits.filterValuesMax + 1) } }),
      'filter.extension_not_in.values',
    ],
    [
      'too many nodes',
      group(
        'noneOf',
        Array.from({ length: limits.filterNodesMax }, () => title),
      ),
      `filter.none_of.filters[${limits.filterNodesMax - 1}]`,
    ],
    [
      'too many levels',
      nested(limits.filterDepthMax + 1),
      `filter${'.any_of.filters[0]'.repeat(limits.filterDepthMax)}`,
    ],
    ['conditions of a later version', { ...title, _unknownFields: { 98: [] } }, 'filter'],
  ];
  for (const [what, filter, field] of cases) {
    it(what, () => {
      const error = refusal(() => compileFilter(filter, 'filter'));
      expect([error.reason, error.field]).to.deep.equal(['INVALID_ARGUMENT', field]);
    });
  }

  it('nothing at the limits themselves', () => {
    compileFilter(nested(limits.filterDepthMax), 'filter');
    compileFilter(group('anyOf', Array(limits.filterNodesMax - 1).fill(title)), 'filter');
    compileFilter(ids(...text(limits.idsMax)), 'filter');
  });
});

describe('decodeFilter refuses', () => {
  it('a filter that is nested so deep that decoding would overflow the stack', () => {
    let bytes = Buffer.alloc(0);
    for (let level = 0; level < 8_000; level += 1) {
      const head = Buffer.alloc(6);
      head[0] = 0x0a;
      let length = bytes.length;
      let at = 1;
      for (; length > 0x7f; length >>>= 7) head[at++] = (length & 0x7f) | 0x80;
      head[at++] = length;
      bytes = Buffer.concat([head.subarray(0, at), bytes]);
    }
    const error = refusal(() => decodeFilter(bytes, 'filter'));
    expect([error.reason, error.field]).to.deep.equal(['INVALID_ARGUMENT', 'filter']);
    expect(error.message).to.contain('16 levels');
  });

  it('millions of empty messages, at once', () => {
    const inner = Buffer.alloc(4 << 20, Buffer.from([0x0a, 0x00]));
    const bytes = Buffer.concat([Buffer.from([0x0a, 0x80, 0x80, 0x80, 0x02]), inner]);
    const error = refusal(() => decodeFilter(bytes, 'filter'));
    expect([error.reason, error.field]).to.deep.equal(['INVALID_ARGUMENT', 'filter']);
  });
});
