import { expect } from 'chai';
import { ProtovecError, where } from '../src/index.js';
import { Filter } from '../src/raw.js';

const metadata = (key: string, test: unknown) => ({
  condition: { $case: 'metadata', value: { key, test } },
});
const range = { gt: undefined, gte: undefined, lt: undefined, lte: undefined };

describe('where', () => {
  const cases: [string, Filter, unknown][] = [
    ['all', where.all(), { condition: { $case: 'allOf', value: { filters: [] } } }],
    [
      'any',
      where.any(where.exists('a')),
      { condition: { $case: 'anyOf', value: { filters: [where.exists('a', true)] } } },
    ],
    ['none', where.none(), { condition: { $case: 'noneOf', value: { filters: [] } } }],
    [
      'eq of a text',
      where.eq('k', 'v'),
      metadata('k', { $case: 'equals', value: { kind: { $case: 'stringValue', value: 'v' } } }),
    ],
    [
      'ne of an integer',
      where.ne('k', 3),
      metadata('k', { $case: 'notEquals', value: { kind: { $case: 'intValue', value: 3n } } }),
    ],
    [
      'oneOf',
      where.oneOf('k', [true, 1.5]),
      metadata('k', {
        $case: 'oneOf',
        value: {
          values: [
            { kind: { $case: 'boolValue', value: true } },
            { kind: { $case: 'doubleValue', value: 1.5 } },
          ],
        },
      }),
    ],
    ['contains', where.contains('k', 'v'), metadata('k', { $case: 'contains', value: 'v' })],
    ['startsWith', where.startsWith('k', 'v'), metadata('k', { $case: 'startsWith', value: 'v' })],
    ['endsWith', where.endsWith('k', 'v'), metadata('k', { $case: 'endsWith', value: 'v' })],
    ['gt', where.gt('k', 1), metadata('k', { $case: 'range', value: { ...range, gt: 1 } })],
    ['gte', where.gte('k', 1), metadata('k', { $case: 'range', value: { ...range, gte: 1 } })],
    ['lt', where.lt('k', 1), metadata('k', { $case: 'range', value: { ...range, lt: 1 } })],
    ['lte', where.lte('k', 1), metadata('k', { $case: 'range', value: { ...range, lte: 1 } })],
    ['not exists', where.exists('k', false), metadata('k', { $case: 'exists', value: false })],
    [
      'titleContains',
      where.titleContains('v'),
      { condition: { $case: 'titleContains', value: 'v' } },
    ],
    [
      'extensionIn',
      where.extensionIn(['md']),
      { condition: { $case: 'extensionIn', value: { values: ['md'] } } },
    ],
    [
      'extensionNotIn',
      where.extensionNotIn(['md']),
      { condition: { $case: 'extensionNotIn', value: { values: ['md'] } } },
    ],
    [
      'contentLength',
      where.contentLength({ lt: 9 }),
      { condition: { $case: 'contentLength', value: { ...range, lt: 9 } } },
    ],
    ['ids', where.ids(['a']), { condition: { $case: 'ids', value: { values: ['a'] } } }],
    [
      'createdIn',
      where.createdIn({ start: new Date(-1) }),
      {
        condition: { $case: 'createTime', value: { start: { seconds: -1n, nanos: 999_000_000 } } },
      },
    ],
    [
      'updatedIn',
      where.updatedIn({ end: new Date(1001) }),
      { condition: { $case: 'updateTime', value: { end: { seconds: 1n, nanos: 1_000_000 } } } },
    ],
  ];
  for (const [name, filter, expected] of cases) {
    it(`builds ${name}`, () => {
      expect(filter).to.deep.equal(expected);
      expect(Filter.decode(Filter.encode(filter).finish()).condition?.$case).to.equal(
        filter.condition?.$case,
      );
    });
  }

  it('refuses invalid dates and values', () => {
    expect(() => where.createdIn({ end: new Date('nonsense') })).to.throw(
      ProtovecError,
      'end is not',
    );
    expect(() => where.eq('k', null as unknown as string)).to.throw(ProtovecError, 'metadata["k"]');
  });
});
